"""持ち寄り: what is brought in before a board meeting, in a line that goes on its paper."""

from dataclasses import replace
from datetime import timedelta

from bot import alerts, bring_in, concerns, dates, meetings, people, replies
from bot.deeds.asked import Asked, Deed, done
from bot.messages import Say
from bot.privacy import mask
from bot.texts import phrase
from storage.concerns import Standing
from storage.topics import Topic


def _require(asked: Asked) -> None:
    if not people.may(asked.person, "bring_in"):
        raise bring_in.NotAsked


def _how(asked: Asked) -> Say:
    _require(asked)
    return done("bring_in.how")


def _nothing(asked: Asked) -> Say:
    _require(asked)
    bring_in.nothing(asked.ledger, asked.person)
    return done("bring_in.nothing")


def _report(asked: Asked) -> Say:
    _require(asked)
    words = asked.wish.rest
    if asked.reader.understand(words).urgency == "emergency":
        return _as_concern(asked)
    meeting = bring_in.report(asked.ledger, asked.person, words)
    text = phrase("bring_in.reported", when=dates.spoken(meeting.starts_at), label=meetings.label(meeting))
    return Say("text", text=f"{text}\n{phrase('bring_in.masked')}" if mask(words).masks else text)


def _as_concern(asked: Asked) -> Say:
    """An emergency never waits for a meeting, whatever word it was sent under: it takes its own lane at once."""
    ledger = asked.ledger
    told = replace(asked.incoming, text=asked.wish.rest)
    posted = concerns.post(ledger, asked.reader, asked.person, told, timedelta())
    if posted is None:
        return done("bring_in.as_concern")
    if posted.concern.status == Standing.SETTLING:
        concerns.settle(ledger, asked.reader, posted.concern)
    if posted.concern.topic_id is not None:
        alerts.sound(ledger, ledger.by_id(Topic, posted.concern.topic_id))
    bring_in.has_answered(ledger, meetings.next_meeting(ledger), asked.person)
    return replies.receipt(ledger, posted)


DEEDS = (
    Deed("bring_in_how", r"持ち寄り(?:\s*書く)?", _how),
    Deed("bring_in_nothing", r"持ち寄り\s*(?:なし|無し|ありません|特になし)", _nothing),
    Deed("bring_in", r"持ち寄り\s+(?P<rest>.+)", _report),
)
