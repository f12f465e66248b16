"""Circulation (次第の送付): the approved paper goes round once, two days before the board meets.

Nothing leaves without an officer's word: what is not approved by then is asked for once more, and goes round as
soon as it is. In chat it is short: when and where, and what is talked about, with a button for who cannot come.
A push on LINE costs one for each person, so it goes to those who are invited alone and never a second time.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col

from bot import agenda, agenda_words, contact, dates, meetings, outbox, people, rest
from bot.documents import MEDIA_TYPES, file_name
from bot.documents.paper import Item as Line
from bot.documents.paper import Items, Note, Paper, Section
from bot.documents.pdf import pdf
from bot.documents.plain import plain
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.meetings import Item, Meeting, Stage
from storage.meetings import Section as Part
from storage.minutes import Way
from storage.people import Person
from storage.topics import TakeHome

PAGE_UNITS = 4_600  # LINE takes 5,000 UTF-16 units; the rest is for its title and a margin
ASK_AGAIN = "ask_approval"
CIRCULATED = "circulate_agenda"


def due_at(ledger: Ledger) -> datetime | None:
    """Give when something is to be done next for a paper: send it round, or ask once more for its approval."""
    found = [moment for meeting in _to_come(ledger) if (moment := _due_for(ledger, meeting)) is not None]
    return min(found, default=None)


def go_on(ledger: Ledger) -> str:
    """Do what is due: papers that were approved go round, for the others the officers are asked. Says what."""
    done = []
    for meeting in _to_come(ledger):
        moment = _due_for(ledger, meeting)
        if moment is None or moment > ledger.now:
            continue
        if meeting.status == Stage.APPROVED:
            done.append(f"circulated to {circulate(ledger, meeting)}")
        else:
            done.append(f"asked {ask_approval(ledger, meeting)}")
    return ", ".join(done) or "not yet"


def circulate(ledger: Ledger, meeting: Meeting) -> int:
    """Send the approved paper to everybody invited, each by their way; say how many it reaches.

    A paper that was not approved does not leave, whoever calls this.
    """
    if meeting.status != Stage.APPROVED or meeting.circulated_at is not None:
        return 0
    meeting.circulated_at = ledger.now
    ledger.session.add(meeting)
    ledger.journal(None, CIRCULATED, f"meeting:{meeting.id}")
    morning = _not_before(ledger, meeting)
    return sum(_send(ledger, meeting, person, morning) for person in meetings.invited(ledger, meeting))


def ask_approval(ledger: Ledger, meeting: Meeting) -> int:
    """Ask the officers once more to look at the draft; say how many were asked."""
    ledger.journal(None, ASK_AGAIN, f"meeting:{meeting.id}")
    say = Say(
        "text",
        text=phrase("circulation.ask", label=meetings.label(meeting), when=dates.spoken(meeting.starts_at)),
        choices=(
            Choice(phrase("agenda.button"), "次第"),
            Choice(phrase("agenda.approve"), "次第 承認", "primary"),
            Choice(phrase("chat.open_desk"), "役員ページ"),
        ),
    )
    morning = _not_before(ledger, meeting)
    asked = 0
    for officer in people.with_role(ledger, *people.BOARD):
        dedupe = f"approve_again:{meeting.id}:{officer.id}"
        asked += outbox.tell(ledger, officer, say, dedupe, not_before=morning) is not None
    return asked


def unreached(ledger: Ledger, meeting: Meeting) -> list[Person]:
    """List who is invited and cannot be reached by chat: they get the paper by hand."""
    those = meetings.invited(ledger, meeting)
    by_chat = {person.id for person in people.reachable(ledger, those)}
    return [person for person in those if person.id not in by_chat]


def short_paper(ledger: Ledger, meeting: Meeting, person: Person) -> Paper:
    """Compose what a person gets to read beforehand: day, place and the headings that are for them.

    Whoever may read what is shared gets the board's headings. An organisation gets what it has taken home itself,
    and how many more there are: what neighbours wrote is told in the room, where it can be put into its place.
    What came after the approval is not on it: nothing goes round that no officer has looked at.
    """
    items = [item for item in agenda.items_of(ledger, meeting, with_hidden=False) if not item.is_late]
    troubles = [item for item in items if item.topic_id is not None]
    told = troubles if people.may(person, "read_masked") else _own(ledger, troubles, person)
    sections = [
        _section(ledger, "circulation.troubles", told, len(troubles) - len(told)),
        _section(ledger, "paper.report", [i for i in items if i.section == Part.REPORT]),
        _section(ledger, "paper.notice", [i for i in items if i.section == Part.NOTICE]),
    ]
    return Paper(
        title=phrase("circulation.title"),
        lines=(meetings.title(ledger.council, meeting),),
        meta=_meta(meeting),
        sections=tuple(section for section in sections if section is not None),
        footer=phrase("circulation.footer"),
    )


def pages(text: str, units: int = PAGE_UNITS) -> list[str]:
    """Part a text between its lines, so that each page is under a platform's limit (in UTF-16 units)."""
    found = [""]
    for line in text.splitlines(keepends=True):
        if found[-1] and _units(found[-1]) + _units(line) > units:
            found.append("")
        found[-1] += line
    return [page.strip("\n") for page in found]


def _send(ledger: Ledger, meeting: Meeting, person: Person, morning: datetime | None) -> bool:
    paper = short_paper(ledger, meeting, person)
    if contact.way_of(ledger, person) == Way.MAIL:
        return _mail(ledger, meeting, person, paper, morning)
    parts = pages(plain(paper).decode())
    approved = int(meeting.approved_at.timestamp()) if meeting.approved_at else 0
    sent = False
    for place, text in enumerate(parts, start=1):
        say = Say("text", text=text, choices=_coming(meeting) if place == len(parts) else ())
        dedupe = f"agenda:{meeting.id}:{approved}:{person.id}:{place}"
        sent = outbox.tell(ledger, person, say, dedupe, not_before=morning) is not None or sent
    return sent


def _mail(ledger: Ledger, meeting: Meeting, person: Person, paper: Paper, morning: datetime | None) -> bool:
    """Send the words in one mail with the paper to print; a mail has no limit of a few thousand characters."""
    say = Say(
        "text",
        title=phrase("circulation.subject", meeting=meetings.title(ledger.council, meeting)),
        text=plain(paper).decode(),
        choices=_coming(meeting),
        attachments=((file_name(paper, "pdf"), MEDIA_TYPES["pdf"], base64.b64encode(pdf(paper)).decode()),),
    )
    approved = int(meeting.approved_at.timestamp()) if meeting.approved_at else 0
    dedupe = f"agenda:{meeting.id}:{approved}:{person.id}:1"
    return outbox.tell(ledger, person, say, dedupe, not_before=morning, by=Way.MAIL) is not None


def _coming(meeting: Meeting) -> tuple[Choice, ...]:
    return (
        Choice(phrase("circulation.come_button"), f"出欠 出ます {meeting.id}"),
        Choice(phrase("circulation.excuse_button"), f"出欠 欠席 {meeting.id}"),
    )


def _meta(meeting: Meeting) -> tuple[tuple[str, str], ...]:
    day = dates.jst(meeting.starts_at).date()
    return (
        (phrase("paper.when"), f"{dates.wareki(day)} {dates.oclock(meeting.starts_at)}"),
        (phrase("paper.place"), meeting.place or phrase("schedule.no_place")),
    )


def _section(ledger: Ledger, key: str, items: Sequence[Item], more: int = 0) -> Section | None:
    if not items and not more:
        return None
    words = [agenda_words.handed_out(ledger, item) for item in items]
    lines = tuple(Line(each, number=f"{n}.") for n, each in enumerate(words, start=1))
    note = (Note(phrase("circulation.more" if items else "circulation.count", count=more)),) if more else ()
    return Section(phrase(key), (*((Items(lines),) if lines else ()), *note))


def _own(ledger: Ledger, troubles: Sequence[Item], person: Person) -> list[Item]:
    if person.organisation_id is None:
        return []
    taken = ledger.all(TakeHome, col(TakeHome.organisation_id) == person.organisation_id)
    ids = {home.topic_id for home in taken}
    return [item for item in troubles if item.topic_id in ids]


def _to_come(ledger: Ledger) -> list[Meeting]:
    return [m for m in meetings.upcoming(ledger) if m.starts_at > ledger.now]


def _due_for(ledger: Ledger, meeting: Meeting) -> datetime | None:
    is_done = meeting.circulated_at is not None
    if is_done or (meeting.status != Stage.APPROVED and _was_asked(ledger, meeting)):
        return None
    wanted = max(meetings.before(meeting, ledger.council.final_days), ledger.now)
    # it is composed in the morning and not left to wait overnight: what is taken back meanwhile is not on it
    morning = dates.wake(wanted, rest.rules(ledger.council))
    return morning if morning < meeting.starts_at else wanted


def _was_asked(ledger: Ledger, meeting: Meeting) -> bool:
    asked = (col(JournalEntry.action) == ASK_AGAIN, col(JournalEntry.subject) == f"meeting:{meeting.id}")
    return ledger.first(JournalEntry, *asked) is not None


def _not_before(ledger: Ledger, meeting: Meeting) -> datetime | None:
    """Wait for the morning, unless the meeting would be over by then."""
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    return morning if morning < meeting.starts_at else None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
