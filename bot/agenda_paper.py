"""The order paper (次第) as it is handed out, and the sheet of notices that is read at home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col

from bot import agenda, agenda_time, agenda_words, counted, dates, decisions, means, meetings, take_homes, threads
from bot.documents.paper import Item as Line
from bot.documents.paper import Items, Note, Paper, Paragraph, Section, Space
from bot.texts import phrase
from storage.concerns import Concern
from storage.councils import Organisation
from storage.ledger import Ledger
from storage.meetings import Item, Meeting, Stage
from storage.meetings import Section as Part
from storage.people import Person
from storage.topics import Status, TakeHome, Topic

FEW = 3
CONCERN_PARTS = (Part.TAKEN_HOME, Part.CARRIED_OVER, Part.NEW)


def agenda_paper(ledger: Ledger, meeting: Meeting, *, reviewed_only: bool = False) -> Paper:
    """Compose the order paper: opening, last minutes, people's troubles, reports, notices, next meeting.

    The troubles stand before the notices, on purpose; the notices are a line that points to their sheet. No
    name, no text of a restricted concern, and of what was hidden only that it is counted. A draft also tells
    how the minutes are shared. `reviewed_only` leaves out what came after the approval: it is for the paper
    that goes round, on which nothing stands that no officer has looked at.
    """
    items = agenda.items_of(ledger, meeting, with_hidden=False)
    if reviewed_only:
        items = [item for item in items if not item.is_late]
    return Paper(
        title=phrase("paper.agenda"),
        lines=(meetings.title(ledger.council, meeting),),
        meta=(*meta(ledger, meeting), *_talk(ledger, meeting, items)),
        sections=numbered(
            Section(phrase("paper.opening"), minutes=agenda_time.OPENING_MINUTES),
            Section(phrase("paper.previous"), minutes=agenda_time.PREVIOUS_MINUTES),
            _concerns(ledger, meeting, items),
            _reports(ledger, items),
            _notices(ledger, items),
            next_section(ledger, meeting),
        ),
        footer=phrase("paper.footer"),
    )


def notices_paper(ledger: Ledger, meeting: Meeting) -> Paper:
    """Compose the sheet that is read at home (読んでおいていただく紙): every notice that needs no talk."""
    read = [item for item in agenda.lines_of(ledger, meeting, Part.NOTICE) if agenda.is_read_ahead(item)]
    lines = tuple(
        Line(agenda_words.handed_out(ledger, item), number=f"({place})")
        for place, item in enumerate(read, start=1)
    )
    return Paper(
        title=phrase("sheet.title"),
        lines=(meetings.title(ledger.council, meeting),),
        meta=meta(ledger, meeting),
        sections=(
            Section(
                phrase("sheet.heading"),
                (Items(lines), Note(phrase("sheet.hint"))) if lines else (Paragraph(phrase("sheet.none")),),
            ),
        ),
        footer=phrase("sheet.footer"),
    )


def history(ledger: Ledger, topic: Topic, *, is_handed_out: bool = False) -> list[str]:
    """Tell what was decided on a topic at which meeting, and what organisations answered, oldest first.

    Handed out, the board's and the organisations' words are masked.
    """
    told = []
    for decision in decisions.of_topic(ledger, topic):
        meeting = ledger.by_id(Meeting, decision.meeting_id)
        if meeting.status == Stage.HELD:
            words = decisions.words_of(ledger, decision)
            choice = phrase(f"decision.{decision.choice}")
            told.append(f"{_month(meeting)}「{choice}」" + (f" {words}" if words else ""))
    told += [words for home in take_homes.of_topic(ledger, topic) if (words := _home_words(ledger, topic, home))]
    return [agenda_words.masked_for(ledger, topic, words) for words in told] if is_handed_out else told


def meta(ledger: Ledger, meeting: Meeting) -> tuple[tuple[str, str], ...]:
    """Give what stands under a paper's title: when, how long, where, and whether it is only a draft."""
    day = dates.jst(meeting.starts_at).date()
    rows = [
        (phrase("paper.when"), f"{dates.wareki(day)} {dates.oclock(meeting.starts_at)}"),
        (phrase("paper.length"), f"{meeting.minutes}分"),
    ]
    if meeting.place:
        rows.append((phrase("paper.place"), meeting.place))
    if _is_draft(meeting):
        rows.append((phrase("paper.state"), phrase("paper.draft")))
    return tuple(rows)


def next_section(ledger: Ledger, meeting: Meeting) -> Section:
    """Give the last part of a paper: when the board meets next."""
    same = (meeting.kind, meeting.name)
    later = [m for m in meetings.calendar(ledger) if m.starts_at > meeting.starts_at and (m.kind, m.name) == same]
    words = dates.wareki(dates.jst(later[0].starts_at).date()) if later else phrase("paper.undecided")
    return Section(phrase("paper.next"), (Paragraph(words),), minutes=agenda_time.CLOSING_MINUTES)


def numbered(*sections: Section) -> tuple[Section, ...]:
    """Number the parts of a paper through."""
    return tuple(
        Section(s.heading, s.blocks, number=str(place), minutes=s.minutes)
        for place, s in enumerate(sections, start=1)
    )


def organisation_name(ledger: Ledger, id_: int | None) -> str:
    """Name an organisation; without one, what it is to the council."""
    found = ledger.first(Organisation, col(Organisation.id) == id_)
    return found.name if found else phrase("role.organisation")


def few(count: int) -> str:
    """Give a count that leaves the board: under three it could point to a house."""
    return phrase("paper.few") if 0 < count < FEW else phrase("paper.pieces", count=count)


def tags(ledger: Ledger, item: Item, topic: Topic) -> tuple[str, ...]:
    """Give the small signs beside a line: where it comes from, theme, 再, urgency, 「3回目・4か月」."""
    found = [phrase(f"agenda.section.{item.section}"), threads.theme_label(topic)]
    if topic.times_reopened:
        found.insert(0, phrase("talk.again"))
    if item.is_late:
        found.insert(0, phrase("paper.late"))
    if topic.urgency in ("emergency", "soon"):
        found.append(phrase(f"urgency.{topic.urgency}"))
    if carried := carried_words(ledger, topic):
        found.append(carried)
    return tuple(found)


def carried_words(ledger: Ledger, topic: Topic) -> str:
    """Say how often a topic has come and how long it has waited, 「3回目・4か月」; empty the first time."""
    if not topic.times_carried:
        return ""
    age = dates.span((ledger.now - topic.opened_at).days)
    return phrase("paper.carried", count=topic.times_carried + 1, age=age)


def how_to_go_on(ledger: Ledger, item: Item) -> str:
    """Give the sentence that asks the board how to go on, from the third time on; empty otherwise."""
    if not agenda.asks_how_to_go_on(ledger, item):
        return ""
    return phrase("talk.third", count=ledger.by_id(Topic, item.topic_id).times_carried + 1)


def _is_draft(meeting: Meeting) -> bool:
    return meeting.status in (Stage.PLANNED, Stage.DRAFTED)


def _talk(ledger: Ledger, meeting: Meeting, items: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    """On a draft, how the minutes are shared; the final paper needs no such remark."""
    if not _is_draft(meeting) or not items:
        return ()
    found = agenda.shares(meeting, items)
    rows = [(phrase("talk.title"), agenda_time.shares_words(found))]
    if found.are_crowded(ledger.council.notice_share):
        percents = found.percents
        rows.append(("", phrase("talk.crowded", percent=percents[1] + percents[2])))
    return tuple(rows)


def _concerns(ledger: Ledger, meeting: Meeting, items: Sequence[Item]) -> Section:
    shown = [item for item in items if item.topic_id is not None]
    day = dates.jst(meeting.starts_at).date()
    lines = tuple(_topic_line(ledger, item, place, day) for place, item in enumerate(shown, start=1))
    blocks: list[Items | Note | Paragraph] = [Items(lines)] if lines else [Paragraph(phrase("agenda.empty"))]
    blocks.append(Note(_counts(ledger, shown)))
    return Section(phrase("paper.concerns"), tuple(blocks), minutes=sum(i.minutes for i in shown) or None)


def _topic_line(ledger: Ledger, item: Item, place: int, day: date) -> Line:
    topic = ledger.by_id(Topic, item.topic_id)
    return Line(
        agenda_words.handed_out(ledger, item),
        number=f"({place})",
        tags=tags(ledger, item, topic),
        minutes=item.minutes,
        details=_details(ledger, item, topic, day),
    )


def _details(ledger: Ledger, item: Item, topic: Topic, day: date) -> tuple[tuple[str, str], ...]:
    writers = {ledger.by_id(Person, c.writer_id).role for c in threads.voices(ledger, topic)}
    roles = "・".join(phrase(f"role.{role}") for role in sorted(writers))
    if topic.is_general:
        roles = phrase("general.from", count=counted.told(ledger, topic))
    rows = [(phrase("paper.from"), f"{roles}（{phrase('paper.number', number=topic.number)}）")]
    rows += [(phrase("paper.before"), words) for words in history(ledger, topic, is_handed_out=True)]
    if proposed := means.proposed(ledger, topic, day):
        rows.append((phrase("means.label"), "・".join(proposed)))
    if words := how_to_go_on(ledger, item):
        rows.append((phrase("paper.today"), words))
    return tuple(rows)


def _home_words(ledger: Ledger, topic: Topic, home: TakeHome) -> str:
    who = organisation_name(ledger, home.organisation_id)
    answer = take_homes.answer_of(ledger, home)
    if answer:
        return phrase("paper.answered", who=who, answer=answer)
    return phrase("paper.awaited", who=who) if topic.status == Status.TAKEN_HOME else ""


def _month(meeting: Meeting) -> str:
    return f"{dates.jst(meeting.starts_at).month}月役員会"


def _counts(ledger: Ledger, shown: Sequence[Item]) -> str:
    by_part = {part: sum(1 for i in shown if i.section == part) for part in CONCERN_PARTS}
    acting = ledger.count(Topic, col(Topic.status).in_([Status.ACTING, Status.WATCHING]))
    apart = ledger.count(
        Topic, col(Topic.is_restricted).is_(True), col(Topic.status).in_([Status.SHARED, Status.CONSIDERING])
    )
    return phrase(
        "paper.counts",
        new=by_part[Part.NEW],
        carried=by_part[Part.CARRIED_OVER] + by_part[Part.TAKEN_HOME],
        acting=acting,
        apart=few(apart),
        received=ledger.count(Concern),
    )


def _reports(ledger: Ledger, items: Sequence[Item]) -> Section:
    shown = [item for item in items if item.section == Part.REPORT]
    blocks = (_lines(ledger, shown),) if shown else (Space(phrase("paper.blank"), lines=2),)
    return Section(phrase("paper.report"), blocks, minutes=sum(i.minutes for i in shown) or None)


def _notices(ledger: Ledger, items: Sequence[Item]) -> Section:
    """The notices: those to be talked over, and one line that points to the sheet with the others."""
    shown = [item for item in items if item.section == Part.NOTICE]
    spoken = [item for item in shown if not agenda.is_read_ahead(item)]
    blocks: list[Items | Paragraph | Space] = [_lines(ledger, spoken)] if spoken else []
    if count := len(shown) - len(spoken):
        blocks.append(Paragraph(phrase("sheet.pointer", count=count)))
    minutes = sum(i.minutes for i in spoken) + agenda_time.read_ahead_minutes(shown)
    if not blocks:
        blocks.append(Space(phrase("paper.blank"), lines=2))
    return Section(phrase("paper.notice"), tuple(blocks), minutes=minutes or None)


def _lines(ledger: Ledger, shown: Sequence[Item]) -> Items:
    return Items(
        tuple(
            Line(agenda_words.handed_out(ledger, item), number=f"({place})", minutes=item.minutes)
            for place, item in enumerate(shown, start=1)
        )
    )
