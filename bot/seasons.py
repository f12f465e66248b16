"""Looking ahead (季節の先読み): last year's concerns come back before their season, in time to prepare.

A child without lunch in the summer holiday is noticed in July and talked over when the holiday is past
(よこはまの地区社協活動, 事例2). So each paper shows what was noticed a year ago in the weeks after its meeting:
on the officers' page the two months after it, and in the draft's card, once, what lies four to eight weeks
ahead: each week of the year is told before one meeting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col

from bot import agenda, agenda_words, meetings, themes, topics
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.meetings import Meeting
from storage.people import Person
from storage.topics import Status, Topic

A_YEAR = timedelta(days=364)  # 52 weeks: the same day of the week
# from a meeting on the third Wednesday these days cover the two months after it
FIRST, LAST = timedelta(days=10), timedelta(days=78)
LEAD = timedelta(weeks=4)
USUAL_GAP = timedelta(weeks=4)
FEW = 3
BROUGHT_BACK = "bring_back"
ENDED_FOR_GOOD = (Status.WITHDRAWN, Status.MERGED)


@dataclass(frozen=True)
class Returning:
    """What was noticed on one theme a year ago. `count` counts concerns; headings are officers' own, masked."""

    theme: str
    count: int
    topics: tuple[Topic, ...]
    headings: tuple[str, ...]

    @property
    def label(self) -> str:
        """The theme as people read it."""
        return themes.label(self.theme)

    @property
    def how_many(self) -> str:
        """The count as it may be told: under three it could point to a house."""
        return phrase("paper.few") if self.count < FEW else phrase("paper.pieces", count=self.count)


def returning(ledger: Ledger, meeting: Meeting) -> list[Returning]:
    """Give what was noticed a year ago in the two months that follow a meeting, by theme, the most first.

    Restricted topics never; what is still on the way to the board comes by itself, and is left out.
    """
    return _between(ledger, meeting.starts_at + FIRST, meeting.starts_at + LAST)


def told(ledger: Ledger, meeting: Meeting) -> list[str]:
    """Give the lines of the draft's card: only what lies four to eight weeks ahead, so that each is told once."""
    following = _following(ledger, meeting)
    found = _between(ledger, meeting.starts_at + LEAD, following + LEAD)
    if not found:
        return []
    return [phrase("season.told"), *(_line(each) for each in found)]


def bring_back(ledger: Ledger, topic: Topic, by: Person) -> Topic:
    """Put a topic of last year before the board again (今年ものせる), marked 再.

    Raises NotNow for what was taken back or put together with another.
    """
    if topic.is_restricted or topic.status in ENDED_FOR_GOOD:
        raise topics.NotNow(number=topic.number)
    if not topic.is_open:
        topics.ask_board(ledger, topic, by)
        topic.times_reopened += 1
        topic.times_carried = 0
        ledger.session.add(topic)
    ledger.journal(by.id, BROUGHT_BACK, f"topic:{topic.number}")
    ledger.session.flush()
    agenda.renew(ledger)
    return topic


def _following(ledger: Ledger, meeting: Meeting) -> datetime:
    later = [m.starts_at for m in meetings.upcoming(ledger) if m.starts_at > meeting.starts_at]
    return min(later, default=meeting.starts_at + USUAL_GAP)


def _between(ledger: Ledger, begin: datetime, end: datetime) -> list[Returning]:
    found = ledger.all(
        Topic,
        col(Topic.opened_at) >= begin - A_YEAR,
        col(Topic.opened_at) < end - A_YEAR,
        col(Topic.is_open).is_(False),
        col(Topic.is_restricted).is_(False),
        col(Topic.is_unsorted).is_(False),
        col(Topic.status).not_in(ENDED_FOR_GOOD),
        by=(col(Topic.opened_at), col(Topic.id)),
    )
    by_theme: dict[str, list[Topic]] = {}
    for topic in found:
        by_theme.setdefault(topic.theme, []).append(topic)
    groups = [_group(ledger, theme, those) for theme, those in by_theme.items()]
    return sorted(groups, key=lambda each: (-each.count, themes.codes().index(each.theme)))


def _group(ledger: Ledger, theme: str, those: Sequence[Topic]) -> Returning:
    ids = [topic.id for topic in those]
    count = ledger.count(Concern, col(Concern.topic_id).in_(ids), col(Concern.status) == Standing.SHARED)
    headings = (heading for topic in those if (heading := _own_heading(ledger, topic)))
    return Returning(theme, count, tuple(those), tuple(dict.fromkeys(headings)))


def _own_heading(ledger: Ledger, topic: Topic) -> str:
    own = ledger.unseal(topic.key_id, topic.heading_sealed)
    return agenda_words.masked_for(ledger, topic, own) if own else ""


def own_heading(ledger: Ledger, topic: Topic) -> str:
    """Give an officer's own heading of a topic, masked; else only its number, never a concern's words."""
    return _own_heading(ledger, topic) or phrase("paper.number", number=topic.number)


def _line(each: Returning) -> str:
    words = f"（{'・'.join(each.headings)}）" if each.headings else ""
    return phrase("season.line", theme=each.label, words=words, count=each.how_many)
