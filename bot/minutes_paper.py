"""The minutes (議事録) as a paper: while they are open as the records stand, then exactly as they were frozen.

Frozen minutes never change. What is a neighbour's words, or a member's name, stands in them as a pointer alone,
and the words themselves under the key of that concern or person: so taking back and erasing reach them too
(個人情報保護法 22条), and the digest over the rest stays true.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlmodel import col

from bot import agenda, agenda_words, apart, attendance, dates, decisions, meetings, people, records, threads
from bot.agenda_paper import next_section, numbered
from bot.bring_in import stands_for
from bot.documents.json import as_record, from_record
from bot.documents.paper import Item as Line
from bot.documents.paper import Items, Note, Paper, Paragraph, Section, mapped
from bot.privacy import mask
from bot.texts import phrase
from storage.concerns import Concern
from storage.ledger import Ledger, id_of
from storage.meetings import Decision, Item, Meeting
from storage.meetings import Section as Part
from storage.minutes import Record, Words
from storage.people import Person
from storage.topics import Status, TakeHome, Topic

BESIDE = (Part.REPORT, Part.NOTICE)


class Pen:
    """Writes headings and names as they may be read; for an organisation, what is a neighbour's as its theme.

    What neighbours wrote is told to organisations in the room; on paper they get the words of what they took
    home themselves.
    """

    def __init__(self, ledger: Ledger, reader: Person | None = None) -> None:
        self.ledger = ledger
        self._reader = reader

    def heading(self, item: Item, topic: Topic) -> str:
        """Write what a line is about."""
        if _whole(self.ledger, topic).status == Status.WITHDRAWN:
            return phrase("minutes.taken_back")
        if not is_for(self.ledger, topic, self._reader):
            return in_general(topic)
        if topic.merged_into_id is not None and not _is_typed(item, topic):
            return threads.heading(self.ledger, _whole(self.ledger, topic), agenda.HEADING_CHARS)
        return agenda_words.handed_out(self.ledger, item)

    def line(self, item: Item) -> str:
        """Write a report, a notice or a line of its own."""
        return agenda_words.handed_out(self.ledger, item)

    def name(self, person: Person) -> str:
        """Write who was there: members of the board stand in its minutes by name, an organisation as a body."""
        if person.organisation_id is not None:
            return stands_for(self.ledger, person)
        return people.name_of(self.ledger, person) or phrase("minutes.nameless")


class FreezingPen(Pen):
    """Writes pointers, and keeps the words beside them, each under the key that can take them back."""

    def __init__(self, ledger: Ledger, record: Record) -> None:
        super().__init__(ledger)
        self.mark = secrets.token_hex(8)
        self._record = record

    def heading(self, item: Item, topic: Topic) -> str:
        """Write a pointer to what a line is about."""
        words = super().heading(item, topic)
        return self._point(f"topic:{topic.number}", words, self._key_of(item, topic))

    def line(self, item: Item) -> str:
        """Write a pointer to what somebody brought in (持ち寄り); an officer's words stand as they are."""
        words = super().line(item)
        if item.brought_by_id is None or item.key_id is None:
            return words
        return self._point(f"item:{item.id}", words, item.key_id)

    def name(self, person: Person) -> str:
        """Write a pointer to a name."""
        return self._point(f"person:{person.ref}", super().name(person), person.key_id)

    def _key_of(self, item: Item, topic: Topic) -> int:
        """Give the key of the neighbour whose words these are; an officer's for several are nobody's own."""
        voices = threads.voices(self.ledger, _whole(self.ledger, topic))
        if not voices or (_is_typed(item, topic) and len(voices) > 1):
            return self._record.key_id
        return voices[0].key_id

    def _point(self, place: str, words: str, key_id: int) -> str:
        known = (col(Words.record_id) == self._record.id, col(Words.place) == place)
        if not self.ledger.first(Words, *known):
            self.ledger.add(
                Words(
                    council_id=self.ledger.council_id,
                    record_id=id_of(self._record),
                    place=place,
                    key_id=key_id,
                    sealed=self.ledger.seal(key_id, words),
                )
            )
        return _pointer(self.mark, place)


def minutes_paper(ledger: Ledger, meeting: Meeting, reader: Person | None = None) -> Paper:
    """Give a held meeting's minutes: as they stand, or once they are final as they were frozen, with addenda.

    With a reader, as they are handed out to them.
    """
    record = records.of_meeting(ledger, meeting)
    if record is None or record.final_at is None:
        return compose(ledger, meeting, Pen(ledger, reader), state(ledger, record))
    return _with_addenda(ledger, record, thaw(ledger, record, reader))


def compose(ledger: Ledger, meeting: Meeting, pen: Pen, rows: Sequence[tuple[str, str]] = ()) -> Paper:
    """Compose the minutes from the records: who was there, what was decided, who does it, what was reported."""
    return Paper(
        title=phrase("paper.minutes"),
        lines=(meetings.title(ledger.council, meeting),),
        meta=(*_meta(meeting), *_present(ledger, meeting, pen), *rows),
        sections=numbered(
            Section(phrase("paper.decided"), _decided(ledger, meeting, pen)),
            *_beside(ledger, meeting, pen),
            replace(next_section(ledger, meeting), minutes=None),
        ),
        footer=phrase("paper.footer"),
    )


def state(ledger: Ledger, record: Record | None) -> list[tuple[str, str]]:
    """Say on the paper itself that it is not final yet, and how long it can be put right."""
    if record is None or record.approved_at is None:
        return [(phrase("paper.state"), phrase("paper.draft"))]
    until = record.corrections_until
    if until is None or until <= ledger.now:
        return [(phrase("paper.state"), phrase("minutes.settling"))]
    return [(phrase("paper.state"), phrase("minutes.open_until", day=dates.wareki(last_day(until))))]


def last_day(until: datetime) -> date:
    """Give the last day on which corrections are taken: what ends at midnight ends with the day before."""
    return dates.jst(until - timedelta(seconds=1)).date()


def freeze(ledger: Ledger, record: Record, meeting: Meeting, number: int) -> tuple[str, str]:
    """Give the frozen paper as JSON, and its digest (SHA-256), with the words beside it under their own keys."""
    pen = FreezingPen(ledger, record)
    label = dates.fiscal_year_label(date(meeting.fiscal_year, 5, 1))
    rows = [
        (phrase("minutes.number_label"), phrase("minutes.number", year=label, number=number)),
        (phrase("minutes.final_label"), dates.wareki(dates.jst(ledger.now).date())),
    ]
    paper = compose(ledger, meeting, pen, rows)
    frozen = json.dumps({"mark": pen.mark, "paper": as_record(paper)}, ensure_ascii=False, sort_keys=True)
    return frozen, hashlib.sha256(frozen.encode("utf-8", "surrogatepass")).hexdigest()


def thaw(ledger: Ledger, record: Record, reader: Person | None = None) -> Paper:
    """Give a frozen paper with its words put back; what was taken back since is said to be so."""
    kept = json.loads(ledger.unseal(record.key_id, record.paper_sealed) or "{}")
    words = {
        _pointer(kept["mark"], row.place): _opened(ledger, row, reader)
        for row in ledger.all(Words, col(Words.record_id) == record.id)
    }

    def put_back(text: str) -> str:
        for pointer, own in words.items():
            text = text.replace(pointer, own)
        return text

    return mapped(from_record(kept["paper"]), put_back)


def is_intact(ledger: Ledger, record: Record) -> bool:
    """Say whether frozen minutes are as they were frozen, whatever was taken back since."""
    kept = ledger.unseal(record.key_id, record.paper_sealed)
    return kept is not None and hashlib.sha256(kept.encode("utf-8", "surrogatepass")).hexdigest() == record.digest


def is_for(ledger: Ledger, topic: Topic, reader: Person | None) -> bool:
    """Say whether a reader gets the words of a topic: the room does, an organisation those it took home.

    Nobody gets on paper what its writer has kept since (担当だけ).
    """
    if apart.is_kept(ledger, topic):
        return False
    if reader is None or people.may(reader, "read_masked"):
        return True
    if reader.organisation_id is None:
        return False
    own = (col(TakeHome.topic_id) == topic.id, col(TakeHome.organisation_id) == reader.organisation_id)
    return ledger.count(TakeHome, *own) > 0


def in_general(topic: Topic) -> str:
    """Name a topic by its theme alone."""
    return phrase("minutes.in_general", theme=threads.theme_label(topic))


def _is_typed(item: Item, topic: Topic) -> bool:
    return item.heading_sealed is not None or topic.heading_sealed is not None


def _whole(ledger: Ledger, topic: Topic) -> Topic:
    """Give the topic with which this one was put together since, or itself."""
    return ledger.by_id(Topic, topic.merged_into_id) if topic.merged_into_id is not None else topic


def _opened(ledger: Ledger, row: Words, reader: Person | None) -> str:
    kind, _, name = row.place.partition(":")
    own = ledger.unseal(row.key_id, row.sealed)
    if kind == "person":
        return own if own is not None else phrase("minutes.nameless")
    if kind == "item":
        return own if own is not None else phrase("erase.line_unreadable")
    topic = ledger.one(Topic, col(Topic.number) == int(name))
    if own is None or _whole(ledger, topic).status == Status.WITHDRAWN:
        return phrase("minutes.taken_back")
    return own if is_for(ledger, topic, reader) and not _is_kept(ledger, row, topic) else in_general(topic)


def _is_kept(ledger: Ledger, row: Words, topic: Topic) -> bool:
    """Say whether a matter is kept from the room since: by its writer (担当だけ), or as one handled apart."""
    writer_keeps = (col(Concern.key_id) == row.key_id, col(Concern.reach) == apart.CHARGE)
    return topic.is_restricted or ledger.count(Concern, *writer_keeps) > 0


def _pointer(mark: str, place: str) -> str:
    return f"〔{mark} {place}〕"


def _with_addenda(ledger: Ledger, record: Record, paper: Paper) -> Paper:
    added = [(a, words) for a in records.addenda(ledger, record) if (words := records.words_of(ledger, a))]
    if not added:
        return paper
    lines = tuple(
        Line(words, number=f"({place})", details=((phrase("minutes.added_on"), _day(a.settled_at or a.at)),))
        for place, (a, words) in enumerate(added, start=1)
    )
    below = Section(phrase("minutes.addenda"), (Items(lines), Note(phrase("minutes.addenda_note"))))
    return replace(paper, sections=(*paper.sections, below))


def _meta(meeting: Meeting) -> tuple[tuple[str, str], ...]:
    day = dates.jst(meeting.starts_at).date()
    when = f"{dates.wareki(day)} {dates.oclock(meeting.opened_at or meeting.starts_at)}"
    place = ((phrase("paper.place"), meeting.place),) if meeting.place else ()
    return (phrase("paper.when"), when), *place


def _present(ledger: Ledger, meeting: Meeting, pen: Pen) -> list[tuple[str, str]]:
    """Tell who was there and who was not; nothing where attendance was not taken."""
    here, away = attendance.present(ledger, meeting), attendance.absentees(ledger, meeting)
    if not here:
        return []
    rows = [
        (phrase("minutes.attendance"), phrase("minutes.counts", present=len(here), absent=len(away))),
        (phrase("minutes.present"), _names(here, pen)),
    ]
    if away:
        rows.append((phrase("minutes.absent"), _names(away, pen)))
    if seats := attendance.quorum(ledger, meeting):
        key = "minutes.quorum" if seats.is_reached else "minutes.no_quorum"
        rows.append((phrase("minutes.seats"), phrase(key, seats=seats.seats, present=seats.present)))
    return rows


def _names(those: Sequence[Person], pen: Pen) -> str:
    """Name people by role, a role to a line."""
    roles = list(dict.fromkeys(person.role for person in those))
    by_role = {role: [pen.name(person) for person in those if person.role == role] for role in roles}
    return "\n".join(f"{phrase(f'role.{role}')}：{'、'.join(names)}" for role, names in by_role.items())


def _decided(ledger: Ledger, meeting: Meeting, pen: Pen) -> tuple[Items | Paragraph, ...]:
    """Lay out what was talked over; what was put aside stands here only when it was decided all the same."""
    made = decisions.of_meeting(ledger, meeting)
    lines = []
    for item in agenda.items_of(ledger, meeting):
        if item.section in BESIDE or (item.is_hidden and item.topic_id not in made):
            continue
        lines.append(_line(ledger, item, made.get(item.topic_id or 0), pen))
    return (Items(tuple(lines)),) if lines else (Paragraph(phrase("minutes.nothing_decided")),)


def _line(ledger: Ledger, item: Item, decision: Decision | None, pen: Pen) -> Line:
    if item.topic_id is None:
        return Line(pen.line(item), details=tuple(_talk(ledger, item)))
    topic = ledger.by_id(Topic, item.topic_id)
    return Line(
        pen.heading(item, topic),
        number=f"({topic.number})",
        tags=(threads.theme_label(topic),),
        details=tuple(_decision(ledger, topic, decision)),
    )


def _decision(ledger: Ledger, topic: Topic, decision: Decision | None) -> list[tuple[str, str]]:
    if decision is None:
        return [(phrase("paper.decision"), phrase("paper.undecided"))]
    rows = [(phrase("paper.decision"), phrase(f"decision.{decision.choice}"))]
    words = "" if topic.is_restricted else decisions.words_of(ledger, decision)
    charge = decisions.charge_of(ledger, decision)
    homes = "、".join(body.name for body in decisions.organisations_of(ledger, decision))
    rows += [(phrase("paper.words"), agenda_words.masked_for(ledger, topic, words))] if words else []
    rows += [(phrase("minutes.home"), homes)] if homes else []
    rows += [(phrase("paper.who"), charge)] if charge else []
    rows += [(phrase("paper.due"), dates.wareki(decision.due_on))] if decision.due_on else []
    return rows


def _beside(ledger: Ledger, meeting: Meeting, pen: Pen) -> list[Section]:
    """Lay out the reports and notices, with what was written down on them."""
    found = []
    for part in BESIDE:
        lines = tuple(
            Line(pen.line(item), number=f"({n})", details=tuple(_talk(ledger, item)))
            for n, item in enumerate(agenda.lines_of(ledger, meeting, part), start=1)
        )
        if lines:
            found.append(Section(phrase(f"paper.{part}"), (Items(lines),)))
    return found


def _talk(ledger: Ledger, item: Item) -> list[tuple[str, str]]:
    talk = decisions.talk_of(ledger, item)
    rows = [(phrase("paper.words"), mask(talk.words).text)] if talk.words else []
    rows += [(phrase("paper.who"), talk.charge)] if talk.charge else []
    rows += [(phrase("paper.due"), dates.wareki(talk.due_on))] if talk.due_on else []
    return rows


def _day(moment: datetime) -> str:
    return dates.wareki(dates.jst(moment).date())
