"""An emergency never waits for a meeting, whatever word it was sent under: it takes its own lane at once."""

from dataclasses import replace
from datetime import timedelta

from bot import alerts, concerns, replies
from bot.deeds.asked import Asked, done
from bot.messages import Say
from storage.concerns import Standing
from storage.topics import Topic


def heard(asked: Asked) -> Say | None:
    """Take the words of a sentence in as an emergency and give its receipt; None when they are none."""
    ledger, words = asked.ledger, asked.wish.rest
    if asked.reader.understand(words).urgency != "emergency":
        return None
    told = replace(asked.incoming, text=words)
    posted = concerns.post(ledger, asked.reader, asked.person, told, timedelta())
    if posted is None:
        return done("bring_in.as_concern")
    if posted.concern.status == Standing.SETTLING:
        concerns.settle(ledger, asked.reader, posted.concern)
    if posted.concern.topic_id is not None:
        alerts.sound(ledger, ledger.by_id(Topic, posted.concern.topic_id))
    return replies.receipt(ledger, posted)
