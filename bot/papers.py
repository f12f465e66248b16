"""Papers of the board: the order paper (次第) and the record of what was decided, as Papers of any format."""

from collections.abc import Sequence

from sqlmodel import col

from bot import agenda, dates, decisions, meetings, threads
from bot.documents.paper import Item as Line
from bot.documents.paper import Items, Note, Paper, Paragraph, Section, Space
from bot.texts import phrase
from storage.concerns import Concern
from storage.councils import Organisation
from storage.ledger import Ledger
from storage.meetings import Decision, Item, Meeting, Stage
from storage.meetings import Section as Part
from storage.people import Person
from storage.topics import Status, Topic

FEW = 3
CONCERN_PARTS = (Part.TAKEN_HOME, Part.CARRIED_OVER, Part.NEW)


def agenda_paper(ledger: Ledger, meeting: Meeting) -> Paper:
    """Compose the order paper: opening, last minutes, people's troubles, reports, notices, next meeting.

    The troubles stand before the notices, on purpose. No name, no text of a restricted concern, and of what
    was hidden only that it is counted.
    """
    items = agenda.items_of(ledger, meeting, with_hidden=False)
    return Paper(
        title=phrase("paper.agenda"),
        lines=(meetings.title(ledger.council, meeting),),
        meta=_meta(ledger, meeting),
        sections=_numbered(
            Section(phrase("paper.opening"), minutes=agenda.OPENING_MINUTES),
            Section(phrase("paper.previous"), minutes=agenda.PREVIOUS_MINUTES),
            _concerns(ledger, items),
            _plain(ledger, items, Part.REPORT),
            _plain(ledger, items, Part.NOTICE),
            _next(ledger, meeting),
        ),
        footer=phrase("paper.footer"),
    )


def minutes_paper(ledger: Ledger, meeting: Meeting) -> Paper:
    """Compose the record of a held meeting: each topic with its decision, in the board's words."""
    made = decisions.of_meeting(ledger, meeting)
    shown = {topic.id for topic in agenda.topics_of(ledger, meeting)}
    told = [t for t in agenda.topics_of(ledger, meeting, with_hidden=True) if t.id in shown or t.id in made]
    return Paper(
        title=phrase("paper.minutes"),
        lines=(meetings.title(ledger.council, meeting),),
        meta=_meta(ledger, meeting),
        sections=_numbered(
            Section(
                phrase("paper.decided"),
                (Items(tuple(_decided_line(ledger, topic, made) for topic in told)),),
            ),
            _next(ledger, meeting),
        ),
        footer=phrase("paper.footer"),
    )


def _meta(ledger: Ledger, meeting: Meeting) -> tuple[tuple[str, str], ...]:
    day = dates.jst(meeting.starts_at).date()
    rows = [
        (phrase("paper.when"), f"{dates.wareki(day)} {dates.oclock(meeting.starts_at)}"),
        (phrase("paper.length"), f"{meeting.minutes}分"),
    ]
    if meeting.place:
        rows.append((phrase("paper.place"), meeting.place))
    if meeting.status in (Stage.PLANNED, Stage.DRAFTED):
        rows.append((phrase("paper.state"), phrase("paper.draft")))
    return tuple(rows)


def _concerns(ledger: Ledger, items: Sequence[Item]) -> Section:
    shown = [item for item in items if item.topic_id is not None]
    lines = tuple(_topic_line(ledger, item, place) for place, item in enumerate(shown, start=1))
    blocks: list[Items | Note | Paragraph] = [Items(lines)] if lines else [Paragraph(phrase("agenda.empty"))]
    blocks.append(Note(_counts(ledger, shown)))
    return Section(phrase("paper.concerns"), tuple(blocks), minutes=sum(i.minutes for i in shown) or None)


def _topic_line(ledger: Ledger, item: Item, place: int) -> Line:
    topic = ledger.by_id(Topic, item.topic_id)
    return Line(
        agenda.heading(ledger, item),
        number=f"({place})",
        tags=_tags(ledger, item, topic),
        minutes=item.minutes,
        details=_details(ledger, topic),
    )


def _tags(ledger: Ledger, item: Item, topic: Topic) -> tuple[str, ...]:
    tags = [phrase(f"agenda.section.{item.section}"), threads.theme_label(topic)]
    if item.is_late:
        tags.insert(0, phrase("paper.late"))
    if topic.urgency in ("emergency", "soon"):
        tags.append(phrase(f"urgency.{topic.urgency}"))
    if topic.times_carried:
        age = dates.span((ledger.now - topic.opened_at).days)
        tags.append(phrase("paper.carried", count=topic.times_carried + 1, age=age))
    return tuple(tags)


def _details(ledger: Ledger, topic: Topic) -> tuple[tuple[str, str], ...]:
    writers = {ledger.by_id(Person, c.writer_id).role for c in threads.voices(ledger, topic)}
    roles = "・".join(phrase(f"role.{role}") for role in sorted(writers))
    rows = [(phrase("paper.from"), f"{roles}（{phrase('paper.number', number=topic.number)}）")]
    rows += [(phrase("paper.before"), words) for words in history(ledger, topic)]
    return tuple(rows)


def history(ledger: Ledger, topic: Topic) -> list[str]:
    """Tell what was decided on a topic at which meeting, and what organisations answered, oldest first."""
    told = []
    for decision in decisions.of_topic(ledger, topic):
        meeting = ledger.by_id(Meeting, decision.meeting_id)
        if meeting.status == Stage.HELD:
            words = decisions.words_of(ledger, decision)
            choice = phrase(f"decision.{decision.choice}")
            told.append(f"{_month(meeting)}「{choice}」" + (f" {words}" if words else ""))
    for home in decisions.take_homes(ledger, topic):
        answer = decisions.answer_of(ledger, home)
        if answer:
            told.append(phrase("paper.answered", who=_organisation(ledger, home.organisation_id), answer=answer))
        elif topic.status == Status.TAKEN_HOME:
            told.append(phrase("paper.awaited", who=_organisation(ledger, home.organisation_id)))
    return told


def _organisation(ledger: Ledger, id_: int | None) -> str:
    found = ledger.first(Organisation, col(Organisation.id) == id_)
    return found.name if found else phrase("role.organisation")


def _month(meeting: Meeting) -> str:
    return f"{dates.jst(meeting.starts_at).month}月役員会"


def _counts(ledger: Ledger, shown: Sequence[Item]) -> str:
    by_part = {part: sum(1 for i in shown if i.section == part) for part in CONCERN_PARTS}
    acting = ledger.count(Topic, col(Topic.status).in_([Status.ACTING, Status.WATCHING]))
    apart = ledger.count(
        Topic, col(Topic.is_restricted).is_(True), col(Topic.status).in_([Status.SHARED, Status.CONSIDERING])
    )
    received = ledger.count(Concern)
    return phrase(
        "paper.counts",
        new=by_part[Part.NEW],
        carried=by_part[Part.CARRIED_OVER] + by_part[Part.TAKEN_HOME],
        acting=acting,
        apart=_few(apart),
        received=received,
    )


def _few(count: int) -> str:
    """Give a count that leaves the board: under three it could point to a house."""
    return phrase("paper.few") if 0 < count < FEW else phrase("paper.pieces", count=count)


def _plain(ledger: Ledger, items: Sequence[Item], part: Part) -> Section:
    shown = [item for item in items if item.section == part]
    lines = tuple(
        Line(agenda.heading(ledger, item), number=f"({place})", minutes=item.minutes)
        for place, item in enumerate(shown, start=1)
    )
    blocks = (Items(lines),) if lines else (Space(phrase("paper.blank"), lines=2),)
    return Section(phrase(f"paper.{part}"), blocks, minutes=sum(i.minutes for i in shown) or None)


def _next(ledger: Ledger, meeting: Meeting) -> Section:
    later = [m for m in meetings.upcoming(ledger) if m.starts_at > meeting.starts_at]
    words = dates.wareki(dates.jst(later[0].starts_at).date()) if later else phrase("paper.undecided")
    return Section(phrase("paper.next"), (Paragraph(words),), minutes=agenda.CLOSING_MINUTES)


def _decided_line(ledger: Ledger, topic: Topic, made: dict[int, Decision]) -> Line:
    decision = made.get(topic.id or 0)
    choice = phrase(f"decision.{decision.choice}") if decision else phrase("paper.undecided")
    rows = [(phrase("paper.decision"), choice)]
    if decision is not None:
        words = decisions.words_of(ledger, decision)
        who = _organisation(ledger, decision.organisation_id) if decision.organisation_id else ""
        rows += [(phrase("paper.words"), words)] if words else []
        rows += [(phrase("paper.who"), who)] if who else []
        rows += [(phrase("paper.due"), dates.wareki(decision.due_on))] if decision.due_on else []
    return Line(
        threads.heading(ledger, topic, agenda.HEADING_CHARS),
        number=f"({topic.number})",
        tags=(threads.theme_label(topic),),
        details=tuple(rows),
    )


def _numbered(*sections: Section) -> tuple[Section, ...]:
    return tuple(
        Section(s.heading, s.blocks, number=str(place), minutes=s.minutes)
        for place, s in enumerate(sections, start=1)
    )
