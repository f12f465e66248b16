"""Going on (どう進めるか): before a topic is put off for the third time in a row, the board is asked why.

What is only put off is never answered, and whoever wrote it waits (「矢印の循環が大切」). So one kind sentence
asks for a reason or a next step, with what the neighbourhood has beside it. It only asks: the chair goes on.
"""

from __future__ import annotations

from datetime import date

from bot import agenda, decisions, means
from bot.texts import phrase
from storage.ledger import Ledger
from storage.meetings import Choice, Item, Meeting
from storage.topics import Topic

SKIP = "このまま"  # said after 次回へ: no reason is given, and that is all right


def wants_a_word(ledger: Ledger, meeting: Meeting, item: Item) -> bool:
    """Say whether the board is to be asked before a line is carried on once more.

    Not where something was written on it, who does it or until when, and not a second time.
    """
    if not agenda.asks_how_to_go_on(ledger, item):
        return False
    decision = decisions.of_meeting(ledger, meeting).get(item.topic_id or 0)
    if decision is not None and decision.choice == Choice.CARRY_OVER:
        return False
    talk = decisions.talk_of(ledger, item)
    return not (talk.words or talk.charge or talk.due_on)


def question(ledger: Ledger, item: Item) -> str:
    """Ask for a reason or a next step, in one sentence; empty where nothing is asked."""
    if not agenda.asks_how_to_go_on(ledger, item):
        return ""
    return phrase("sitting.again.ask", count=ledger.by_id(Topic, item.topic_id).times_carried + 1)


def at_hand(ledger: Ledger, item: Item, day: date) -> str:
    """Tell what means fit a line's topic on a day, in one line; empty where there is none."""
    if item.topic_id is None:
        return ""
    found = means.proposed(ledger, ledger.by_id(Topic, item.topic_id), day)
    return phrase("sitting.again.means", means="・".join(found)) if found else ""
