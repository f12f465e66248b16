"""Histories (経過): what happened to a topic, from the first word to the last, for those who may read it.

A council once changed its rules because nobody could tell what was proposed when and where it was talked over
(大正地区社協). So one chronological list holds it all: the concerns (masked), what was said in the thread, what
was decided when, what was taken home and answered, what was put together. It only reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from bot import apart, counted, dates, decisions, meetings, notes, people, take_homes, threads
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.councils import Organisation
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage
from storage.people import Person
from storage.topics import Fruit, Merge, Topic

PAGE = 8
LINE_CHARS = 160
# by the board itself, and told with its decision; or told as a merge
_TOLD_ELSEWHERE = re.compile(r"meeting \d+|into \d+|parted|again in \d+")


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `kind` names it for whoever lays it out, `label` for whoever reads it."""

    at: datetime
    kind: str
    words: str

    @property
    def label(self) -> str:
        """What kind of thing it was, in a word."""
        return phrase(f"past.kind.{self.kind}")

    @property
    def day(self) -> str:
        """The day in Japan: 令和8年11月24日（火）."""
        return dates.wareki(dates.jst(self.at).date())


def may_read(ledger: Ledger, topic: Topic, person: Person) -> bool:
    """Say whether the history of a topic is for this person: of what is handled apart not for the whole room."""
    return people.may(person, "read_masked") and apart.may_read(ledger, topic, person)


def of_topic(ledger: Ledger, topic: Topic, person: Person) -> list[Entry]:
    """Tell the whole history of a topic, oldest first. Raises NotYours."""
    if not may_read(ledger, topic, person):
        raise people.NotYours
    merged = _merged(ledger, topic)
    home = [topic, *(gone for _, gone in merged)]
    entries = [
        *_concerns(ledger, topic),
        *(entry for each in home for entry in _notes(ledger, each)),
        *(entry for each in home for entry in _decisions(ledger, each)),
        *(entry for each in home for entry in _take_homes(ledger, each)),
        *(entry for each in home for entry in _standings(ledger, each)),
        *(_merge(merge, gone) for merge, gone in merged),
        *_fruits(ledger, topic),
        *_in_general(ledger, topic, person),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def page(entries: list[Entry], number: int) -> tuple[list[Entry], int]:
    """Give one page of a history for chat, and how many pages there are; a page beyond the last is the last."""
    count = max(-(-len(entries) // PAGE), 1)
    number = min(max(number, 1), count)
    return entries[(number - 1) * PAGE : number * PAGE], count


def line(entry: Entry) -> str:
    """Give an entry as one line in chat, cut where it is long."""
    words = " ".join(entry.words.split())
    words = words if len(words) <= LINE_CHARS else words[: LINE_CHARS - 1] + "…"
    local = dates.jst(entry.at)
    return phrase("past.line", day=f"{local.year}/{local.month}/{local.day}", label=entry.label, words=words)


def _concerns(ledger: Ledger, topic: Topic) -> Iterator[Entry]:
    for concern in ledger.all(Concern, col(Concern.topic_id) == topic.id):
        if concern.status == Standing.SHARED:
            text = threads.masked(ledger, concern)
            yield Entry(concern.received_at, "concern", phrase("past.concern", number=concern.number, text=text))
        else:
            yield Entry(concern.received_at, "concern", phrase("past.taken_back", number=concern.number))


def _notes(ledger: Ledger, topic: Topic) -> Iterator[Entry]:
    for note, words in notes.of_topic(ledger, topic):
        writer = ledger.first(Person, col(Person.id) == note.person_id)
        yield Entry(note.at, "note", phrase("past.said", who=_who(ledger, writer), words=words))


def _decisions(ledger: Ledger, topic: Topic) -> Iterator[Entry]:
    for decision in decisions.of_topic(ledger, topic):
        meeting = ledger.by_id(Meeting, decision.meeting_id)
        if meeting.status == Stage.HELD:
            title = meetings.title(ledger.council, meeting)
            choice = phrase(f"decision.{decision.choice}")
            words = decisions.words_of(ledger, decision)
            told = phrase("past.decided", meeting=title, choice=choice)
            yield Entry(meeting.held_at or decision.at, "decision", f"{told} {words}".strip())


def _take_homes(ledger: Ledger, topic: Topic) -> Iterator[Entry]:
    for home in take_homes.of_topic(ledger, topic):
        meeting = ledger.by_id(Meeting, home.meeting_id)
        who = _organisation(ledger, home.organisation_id)
        due = phrase("past.due", day=dates.wareki(home.due_on)) if home.due_on else ""
        asked = home.asked_at or meeting.held_at or meeting.starts_at
        yield Entry(asked, "take_home", phrase("past.taken_home", who=who) + due)
        answer = take_homes.answer_of(ledger, home)
        if answer and home.answered_at is not None:
            yield Entry(home.answered_at, "answer", phrase("past.answered", who=who, answer=answer))


def _standings(ledger: Ledger, topic: Topic) -> Iterator[Entry]:
    """Where the topic stood, as far as neither a meeting's decision nor a merge tells it."""
    about = (col(JournalEntry.subject) == f"topic:{topic.number}", col(JournalEntry.action) == "status")
    for entry in ledger.all(JournalEntry, *about):
        change, _, why = entry.detail.partition(" ")
        if not _TOLD_ELSEWHERE.match(why):
            yield Entry(entry.at, "status", phrase(f"status.{change.partition('>')[2]}"))


def _merged(ledger: Ledger, topic: Topic) -> list[tuple[Merge, Topic]]:
    found = ledger.all(Merge, col(Merge.into_id) == topic.id, col(Merge.undone_at).is_(None))
    return [(merge, ledger.by_id(Topic, merge.from_id)) for merge in found]


def _merge(merge: Merge, gone: Topic) -> Entry:
    return Entry(merge.at, "merge", phrase("past.merged", number=gone.number))


def _fruits(ledger: Ledger, topic: Topic) -> Iterator[Entry]:
    for fruit in ledger.all(Fruit, col(Fruit.topic_id) == topic.id):
        words = ledger.unseal(fruit.key_id, fruit.words_sealed)
        if words:
            yield Entry(fruit.at, "fruit", words)


def _in_general(ledger: Ledger, topic: Topic, person: Person) -> Iterator[Entry]:
    """That a topic stands for sealed cases; and of a case, for whoever keeps it, what was told and decided."""
    if topic.is_general:
        yield Entry(topic.opened_at, "general", phrase("general.past", count=counted.told(ledger, topic)))
    general = counted.of_case(ledger, topic)
    told = counted.topic_of(ledger, general)
    if told is None or general is None or not counted.cares(topic, person):
        return
    yield Entry(general.approved_at or told.opened_at, "general", phrase("general.past_case", number=told.number))
    for entry in _decisions(ledger, told):
        words = phrase("general.past_decided", number=told.number, words=entry.words)
        yield Entry(entry.at, "general", words)


def _organisation(ledger: Ledger, id_: int | None) -> str:
    found = ledger.first(Organisation, col(Organisation.id) == id_)
    return found.name if found else phrase("role.organisation")


def _who(ledger: Ledger, person: Person | None) -> str:
    if person is None:
        return phrase("past.somebody")
    return people.name_of(ledger, person) or phrase(f"role.{person.role}")
