"""Reports (二枚の報告): what a meeting tells the district federation and the committee of the district plan.

The leaflet's councils report their board's matters there every month (毎月の地区連合・推進委員会でも報告). What
leaves carries no name, house number, school class, hour or count under three, and a neighbour's own heading only
where its writers agreed to it. An officer looks at each before it can be taken out or sent.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col

from bot import (
    agenda,
    agenda_paper,
    agenda_words,
    attendance,
    contact,
    counted,
    dates,
    decisions,
    meetings,
    outbox,
    threads,
)
from bot.answerable import Answerable
from bot.documents import MEDIA_TYPES, file_name
from bot.documents.paper import Item as Line
from bot.documents.paper import Items, Paper, Paragraph, Section, Table
from bot.documents.pdf import pdf
from bot.messages import Say
from bot.outbox import About
from bot.privacy import mask
from bot.texts import phrase
from storage.concerns import Concern
from storage.ledger import Ledger, id_of
from storage.meetings import Choice, Decision, Item, Meeting, Stage
from storage.minutes import Report
from storage.people import Person
from storage.topics import Status, Topic

FEDERATION, COMMITTEE = "federation", "committee"
ALL = (FEDERATION, COMMITTEE)
WORDS_CHARS = 400
_HOUR = re.compile(
    r"(?:午前|午後|朝|夜|夕方)?[0-9０-９一二三四五六七八九十]{1,3}(?:時(?!間)|[:：][0-5０-５][0-9０-９])(?:[0-9０-９]{1,2}分|半)?(?:ごろ|頃|過ぎ)?"
)
_BLOCK = re.compile(r"[0-9０-９一二三四五六七八九十]{1,3}丁目")


class NotChecked(Answerable):
    """No officer has looked at this report; it does not leave."""

    key = "reports.not_checked"


class NotMade(Answerable):
    """There is no such report of this meeting yet."""

    key = "reports.not_made"


class NotHeld(Answerable):
    """The meeting is not over."""

    key = "reports.not_held"


@dataclass(frozen=True)
class _Matter:
    """One topic as it may be told outside: by its own words, or as its theme alone."""

    theme: str
    label: str
    words: str  # empty: by the theme alone
    choice: str
    told: str
    bodies: tuple[str, ...]


def make(ledger: Ledger, meeting: Meeting, by: Person) -> list[Report]:
    """Make both reports of a meeting; made already, they stay as they are. Raises NotHeld."""
    if meeting.status != Stage.HELD:
        raise NotHeld
    known = {report.to for report in of_meeting(ledger, meeting)}
    for to in ALL:
        if to not in known:
            ledger.add(
                Report(
                    council_id=ledger.council_id,
                    meeting_id=id_of(meeting),
                    to=to,
                    key_id=ledger.new_key(),
                    made_at=ledger.now,
                )
            )
            ledger.journal(by.id, "make_report", f"meeting:{meeting.id}", to)
    return of_meeting(ledger, meeting)


def of_meeting(ledger: Ledger, meeting: Meeting) -> list[Report]:
    """List a meeting's reports, the federation's first."""
    found = ledger.all(Report, col(Report.meeting_id) == meeting.id)
    return sorted(found, key=lambda report: ALL.index(report.to))


def find(ledger: Ledger, meeting: Meeting, to: str) -> Report:
    """Give one report. Raises NotMade."""
    found = ledger.first(Report, col(Report.meeting_id) == meeting.id, col(Report.to) == to)
    if found is None:
        raise NotMade
    return found


def write(ledger: Ledger, report: Report, words: str, by: Person) -> None:
    """Put an officer's own sentence at the top; the report is then to be checked anew."""
    plain = words.strip()[:WORDS_CHARS]
    report.words_sealed = ledger.seal(report.key_id, plain) if plain else None
    report.checked_at = None
    ledger.add(report)
    ledger.journal(by.id, "write_report", f"report:{report.id}")


def words_of(ledger: Ledger, report: Report) -> str:
    """Give the officer's own sentence."""
    return ledger.unseal(report.key_id, report.words_sealed) or ""


def check(ledger: Ledger, report: Report, by: Person) -> None:
    """Note that an officer has looked at a report (確かめました); from now on it may leave."""
    report.checked_at = ledger.now
    report.checked_by_id = by.id
    ledger.add(report)
    ledger.journal(by.id, "check_report", f"report:{report.id}")


def to_take_out(ledger: Ledger, report: Report) -> Paper:
    """Give a report to be taken out. Raises NotChecked."""
    if report.checked_at is None:
        raise NotChecked
    return report_paper(ledger, ledger.by_id(Meeting, report.meeting_id), report.to, report)


def send(ledger: Ledger, report: Report, written: str, by: Person) -> None:
    """Send a checked report by mail, as PDF. Raises NotChecked, NotAnAddress."""
    paper = to_take_out(ledger, report)
    address = contact.checked(written)
    title = phrase(f"reports.{report.to}.title")
    council = ledger.council.name
    say = Say(
        "text",
        title=phrase("reports.subject", council=council, title=title),
        text=phrase("reports.mail_words", council=council, title=title),
        attachments=((file_name(paper, "pdf"), MEDIA_TYPES["pdf"], base64.b64encode(pdf(paper)).decode()),),
    )
    stamp = int(ledger.now.timestamp())
    outbox.post(ledger, address, say, f"report:{report.id}:{ledger.blind(address)[:12]}:{stamp}", About())
    ledger.journal(by.id, "send_report", f"report:{report.id}")


def name(to: str) -> str:
    """Name to whom is reported, in short."""
    return phrase(f"reports.{to}.name")


def report_paper(ledger: Ledger, meeting: Meeting, to: str, report: Report | None = None) -> Paper:
    """Compose a report as the records stand; until an officer has checked it, it says that it is a draft."""
    matters = [m for m in (_matter(ledger, *pair) for pair in _decided(ledger, meeting)) if m is not None]
    own = mask(words_of(ledger, report)).text if report else ""
    parts = _for_federation(ledger, meeting, matters) if to == FEDERATION else _for_committee(ledger, matters)
    opening = (Section(phrase("reports.words"), (Paragraph(own),)),) if own else ()
    return Paper(
        title=phrase(f"reports.{to}.title"),
        lines=(ledger.council.name,),
        meta=_meta(ledger, meeting, to, report),
        sections=agenda_paper.numbered(*opening, *parts),
        footer=phrase("reports.footer"),
    )


def leaving(words: str, voices: int = 1) -> str:
    """Give words as they may leave the board: masked once more, without hours, and of few without the block."""
    told = _HOUR.sub(phrase("reports.time_hidden"), mask(words).text)
    return told if voices >= agenda_paper.FEW else _BLOCK.sub(phrase("reports.place_hidden"), told)


def _for_federation(ledger: Ledger, meeting: Meeting, matters: Sequence[_Matter]) -> list[Section]:
    lines = _lines(matters)
    return [
        Section(phrase("reports.counts"), (_counts(ledger, meeting, matters),)),
        Section(phrase("reports.topics"), (lines or Paragraph(phrase("reports.no_topics")),)),
        Section(phrase("reports.requests"), _requests(matters)),
        Section(phrase("reports.next"), agenda_paper.next_section(ledger, meeting).blocks),
    ]


def _for_committee(ledger: Ledger, matters: Sequence[_Matter]) -> list[Section]:
    """Lay the matters out by the plan's pillars (計画の柱); what no pillar names comes last."""
    found, named = [], set()
    for pillar in ledger.council.pillars:
        codes = set(pillar.get("themes", ()))
        named |= codes
        found.append(_pillar(str(pillar.get("name", "")), [m for m in matters if m.theme in codes]))
    rest = [m for m in matters if m.theme not in named]
    if rest or not found:
        found.append(_pillar(phrase("reports.other_pillar" if found else "reports.topics"), rest))
    return found


def _pillar(heading: str, matters: Sequence[_Matter]) -> Section:
    lines = _lines(matters)
    return Section(heading, (lines,) if lines else (Paragraph(phrase("reports.pillar_none")),))


def _lines(matters: Sequence[_Matter]) -> Items | None:
    """Tell what may be told by its own words, then what is told by its theme alone, counted together."""
    told = [Line(m.words, tags=(m.label,), details=tuple(_details(m))) for m in matters if m.words]
    by_theme: dict[str, list[_Matter]] = {}
    for matter in matters:
        if not matter.words:
            by_theme.setdefault(matter.label, []).append(matter)
    told += [_together(label, those) for label, those in by_theme.items()]
    return Items(tuple(told)) if told else None


def _together(label: str, those: Sequence[_Matter]) -> Line:
    choices = dict.fromkeys(phrase(f"decision.{m.choice}") for m in those)
    words = phrase("reports.in_general", theme=label, count=agenda_paper.few(len(those)))
    return Line(words, details=((phrase("reports.decided"), "・".join(choices)),))


def _details(matter: _Matter) -> Iterable[tuple[str, str]]:
    yield phrase("reports.decided"), phrase(f"decision.{matter.choice}")
    if matter.told:
        yield phrase("reports.told"), matter.told


def _counts(ledger: Ledger, meeting: Meeting, matters: Sequence[_Matter]) -> Table:
    made = [m.choice for m in matters]
    rows = [
        (phrase("reports.received"), _received(ledger, meeting)),
        (phrase("reports.discussed"), len(matters)),
        *((phrase(f"decision.{choice}"), made.count(choice)) for choice in Choice if choice in made),
    ]
    header = (phrase("reports.item"), phrase("reports.count"))
    return Table(header, tuple((label, agenda_paper.few(count)) for label, count in rows), widths=(3, 1))


def _received(ledger: Ledger, meeting: Meeting) -> int:
    """Count the concerns since the meeting before."""
    earlier = [m for m in meetings.held(ledger) if m.starts_at < meeting.starts_at]
    since = (col(Concern.received_at) > earlier[0].starts_at,) if earlier else ()
    return ledger.count(Concern, col(Concern.received_at) <= meeting.starts_at, *since)


def _requests(matters: Sequence[_Matter]) -> tuple[Items | Paragraph, ...]:
    asked = [
        Line(phrase("reports.request", who=body, words=m.words or phrase("minutes.in_general", theme=m.label)))
        for m in matters
        for body in m.bodies
    ]
    return (Items(tuple(dict.fromkeys(asked))),) if asked else (Paragraph(phrase("reports.no_requests")),)


def _decided(ledger: Ledger, meeting: Meeting) -> list[tuple[Item, Decision]]:
    made = decisions.of_meeting(ledger, meeting)
    return [(i, made[i.topic_id]) for i in agenda.items_of(ledger, meeting) if i.topic_id and i.topic_id in made]


def _matter(ledger: Ledger, item: Item, decision: Decision) -> _Matter | None:
    """Give a topic as it may be told; None for what is handled apart (虐待防止法 7条) or was taken back."""
    topic = ledger.by_id(Topic, item.topic_id)
    if topic.is_restricted or topic.status == Status.WITHDRAWN:
        return None
    voices = counted.count(ledger, topic) if topic.is_general else len(threads.voices(ledger, topic))
    is_typed = item.heading_sealed is not None or topic.heading_sealed is not None
    may_be_told = is_typed or topic.may_leave
    return _Matter(
        theme=topic.theme,
        label=threads.theme_label(topic),
        words=leaving(agenda_words.handed_out(ledger, item), voices) if may_be_told else "",
        choice=decision.choice,
        told=leaving(decisions.words_of(ledger, decision), voices) if may_be_told else "",
        bodies=tuple(body.name for body in decisions.organisations_of(ledger, decision)),
    )


def _meta(ledger: Ledger, meeting: Meeting, to: str, report: Report | None) -> tuple[tuple[str, str], ...]:
    day = dates.wareki(dates.jst(meeting.starts_at).date())
    named = ledger.council.federation if to == FEDERATION else ledger.council.committee
    rows = [
        (phrase("reports.to"), named or name(to)),
        (phrase("reports.meeting"), f"{meetings.title(ledger.council, meeting)}\n{day}"),
    ]
    if here := attendance.counts(ledger, meeting).present:
        rows.append((phrase("reports.present"), phrase("reports.present_count", count=here)))
    if report is None or report.checked_at is None:
        return *rows, (phrase("paper.state"), phrase("reports.draft"))
    checked = dates.wareki(dates.jst(report.checked_at).date())
    return *rows, (phrase("reports.checked"), phrase("reports.checked_on", day=checked))
