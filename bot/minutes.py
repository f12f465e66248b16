"""Minutes (議事録): made when a meeting ends, approved by an officer, open for corrections, then final.

The leaflet's councils make minutes of every meeting and share them with whoever was absent (全て議事録を作成し、
欠席者にも共有). Nothing goes round without an officer's word; for some days everybody invited can say what is
wrong; then they are numbered within the fiscal year and never changed again, only added to.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from bot import dates, decisions, handouts, meetings, minutes_paper, outbox, people, records, rest
from bot.answerable import Answerable
from bot.messages import Choice, Say
from bot.privacy import mask
from bot.texts import phrase
from storage.councils import Council
from storage.journal import JournalEntry
from storage.ledger import Ledger, id_of
from storage.meetings import Decision, Meeting
from storage.minutes import Amendment, Record, Report, Way
from storage.people import Person
from storage.topics import Topic

WORDS_CHARS = 1_000
CORRECTION_CHARS = 500
SHOWN = 5  # corrections in chat; the page shows them all
ASK = "ask_to_settle"


class ApprovedAlready(Answerable):
    """The minutes were approved before."""

    key = "minutes.approved_already"


class NotApproved(Answerable):
    """The minutes are still a draft, and nothing can be said against a draft that nobody has seen."""

    key = "minutes.amend_not_yet"


class Final(Answerable):
    """The minutes are final; they can be added to, not changed."""

    key = "minutes.final_already"


class NotFinal(Answerable):
    """The minutes can still be changed; an addendum would stand beside what it corrects."""

    key = "minutes.not_final"


class NotInvited(Answerable):
    """Whoever was not invited to the meeting does not correct its minutes."""

    key = "minutes.amend_for_members"


class NoAmendment(Answerable):
    """The number names no correction that waits."""

    key = "minutes.no_amendment"


class NoDecision(Answerable):
    """Nothing was decided on this topic at that meeting."""

    key = "minutes.no_decision"


def approve(ledger: Ledger, record: Record, by: Person) -> list[handouts.Handout]:
    """Approve the minutes: absentees get them, each by their way, and everybody can correct them for some days.

    Gives what goes out. Raises ApprovedAlready.
    """
    if record.approved_at is not None:
        raise ApprovedAlready
    record.approved_at = ledger.now
    record.approved_by_id = by.id
    last = dates.jst(ledger.now).date() + timedelta(days=ledger.council.correction_days)
    record.corrections_until = dates.at(last + timedelta(days=1), time())
    ledger.add(record)
    meeting = ledger.by_id(Meeting, record.meeting_id)
    ledger.journal(by.id, "approve_minutes", f"meeting:{meeting.id}")
    return handouts.send_minutes(ledger, meeting)


def amend(ledger: Ledger, record: Record, words: str, by: Person) -> Amendment:
    """Write down what somebody invited says is wrong (訂正あり); the officers hear of it and settle it.

    After the minutes are final it waits to become an addendum. Sealed under the key of whoever says it.
    Raises NotApproved, NotInvited.
    """
    meeting = ledger.by_id(Meeting, record.meeting_id)
    if by.id not in {person.id for person in meetings.invited(ledger, meeting)}:
        raise NotInvited
    if record.approved_at is None and not people.may(by, "edit_agenda"):
        raise NotApproved
    said = _amendment(ledger, record, words[:CORRECTION_CHARS], by.key_id, by)
    ledger.journal(by.id, "amend_minutes", f"meeting:{meeting.id}")
    _tell_officers(ledger, record, phrase("minutes.told_officers", title=title(ledger, meeting)), "amended")
    return said


def settle(ledger: Ledger, amendment: Amendment, by: Person, *, addendum: str = "") -> None:
    """Settle a correction: it was taken up or answered, or after the minutes were final, it becomes an addendum.

    The addendum's words are the officer's. Raises NoAmendment, NotFinal.
    """
    if amendment.settled_at is not None:
        raise NoAmendment
    record = ledger.by_id(Record, amendment.record_id)
    if addendum.strip():
        add_addendum(ledger, record, addendum, by)
    amendment.settled_at = ledger.now
    amendment.settled_by_id = by.id
    ledger.add(amendment)
    ledger.journal(by.id, "settle_amendment", f"amendment:{amendment.id}", "addendum" if addendum else "")


def pending_by_number(ledger: Ledger, number: int) -> Amendment:
    """Give the correction that is called by this number. Raises NoAmendment."""
    found = ledger.first(Amendment, col(Amendment.id) == number, col(Amendment.settled_at).is_(None))
    if found is None:
        raise NoAmendment
    return found


def add_addendum(ledger: Ledger, record: Record, words: str, by: Person) -> Amendment:
    """Add something to final minutes (追記); it is printed below them with its date. Raises NotFinal."""
    if record.final_at is None:
        raise NotFinal
    added = _amendment(ledger, record, words[:CORRECTION_CHARS], record.key_id, by)
    added.is_addendum = True
    added.settled_at = ledger.now
    added.settled_by_id = by.id
    ledger.journal(by.id, "add_to_minutes", f"meeting:{record.meeting_id}")
    return ledger.add(added)


def reword(
    ledger: Ledger,
    record: Record,
    topic: Topic,
    by: Person,
    *,
    words: str | None = None,
    charge: str | None = None,
    due_on: date | None = None,
) -> Decision:
    """Put right in which words something was decided, who does it and until when, until the minutes are final.

    What was decided has taken effect and stays. A report that was checked before is to be checked anew.
    Raises Final, NoDecision.
    """
    if record.final_at is not None:
        raise Final
    meeting = ledger.by_id(Meeting, record.meeting_id)
    decision = decisions.of_meeting(ledger, meeting).get(id_of(topic))
    if decision is None:
        raise NoDecision(number=topic.number)
    if words is not None:
        decision.words_sealed = _sealed(ledger, decision, words[:WORDS_CHARS])
    if charge is not None:
        decision.charge_sealed = _sealed(ledger, decision, charge[:80])
    decision.due_on = due_on or decision.due_on
    for report in ledger.all(Report, col(Report.meeting_id) == meeting.id):
        report.checked_at = None
        ledger.session.add(report)
    ledger.journal(by.id, "reword_minutes", f"topic:{topic.number}")
    return ledger.add(decision)


# --- time -------------------------------------------------------------------------------------------------


def due_at(ledger: Ledger) -> datetime | None:
    """Give when minutes are to become final next: when their days are over and no correction waits."""
    found = [r.corrections_until for r in _open(ledger) if r.corrections_until and _is_ready(ledger, r)]
    return min(found, default=None)


def finish_due(ledger: Ledger) -> str:
    """Make final what is due; where a correction still waits, the officers are told once. Says what was done."""
    done = []
    for record in _open(ledger):
        if record.corrections_until is None or record.corrections_until > ledger.now:
            continue
        if records.pending(ledger, record):
            _ask_to_settle(ledger, record)
            continue
        finish(ledger, record)
        done.append(f"meeting {record.meeting_id} number {record.number}")
    return ", ".join(done) or "not yet"


def finish(ledger: Ledger, record: Record) -> Record:
    """Make minutes final: numbered within their fiscal year, and frozen. Raises NotApproved, Final."""
    if record.approved_at is None:
        raise NotApproved
    if record.final_at is not None:
        raise Final
    meeting = ledger.by_id(Meeting, record.meeting_id)
    number = _next_number(ledger, meeting.fiscal_year)
    frozen, record.digest = minutes_paper.freeze(ledger, record, meeting, number)
    record.paper_sealed = ledger.seal(record.key_id, frozen)
    record.fiscal_year, record.number = meeting.fiscal_year, number
    record.final_at = ledger.now
    ledger.journal(None, "finish_minutes", f"meeting:{meeting.id}", f"number {number}")
    return ledger.add(record)


def awaiting_a_word(ledger: Ledger) -> int:
    """Count the minutes that wait for an officer: for the approval, or for a word on a correction."""
    waiting = [*awaiting_approval(ledger), *awaiting_settlement(ledger)]
    return len({record.id for record in waiting})


def awaiting_approval(ledger: Ledger) -> list[Record]:
    """List the minutes that wait for an officer's word, oldest first."""
    return ledger.all(Record, col(Record.approved_at).is_(None))


def awaiting_settlement(ledger: Ledger) -> list[Record]:
    """List the minutes with corrections that no officer has settled."""
    waiting = ledger.all(Amendment, col(Amendment.settled_at).is_(None))
    return ledger.all(Record, col(Record.id).in_({a.record_id for a in waiting}))


# --- words ------------------------------------------------------------------------------------------------


def title(ledger: Ledger, meeting: Meeting) -> str:
    """Name the meeting whose minutes these are."""
    return meetings.title(ledger.council, meeting)


def number_words(record: Record) -> str:
    """Give the number of final minutes: 令和8年度 議事録 第3号."""
    year = dates.fiscal_year_label(date(record.fiscal_year or 1, 5, 1))
    return phrase("minutes.number", year=year, number=record.number)


def state_words(ledger: Ledger, record: Record) -> str:
    """Say in a sentence how far the minutes have come."""
    if record.final_at is not None:
        return phrase("minutes.state.final", number=number_words(record))
    until = record.corrections_until
    if until is None:
        return phrase("minutes.state.draft")
    if until > ledger.now:
        return phrase("minutes.state.open", day=dates.wareki(minutes_paper.last_day(until)))
    waiting = len(records.pending(ledger, record))
    return phrase("minutes.state.settling", count=waiting) if waiting else phrase("minutes.state.closing")


def approved_words(ledger: Ledger, record: Record, meeting: Meeting, sent: Sequence[handouts.Handout]) -> str:
    """Say what an approval has set going: until when corrections are taken, and how absentees get the paper."""
    return phrase(
        "minutes.approved",
        title=title(ledger, meeting),
        day=dates.wareki(minutes_paper.last_day(record.corrections_until or ledger.now)),
        count=len(sent),
        paper=sum(1 for handout in sent if handout.way == Way.PAPER),
    )


def card(ledger: Ledger, record: Record, meeting: Meeting, person: Person) -> Say:
    """Show minutes in chat: how far they are, the paper as text, and what this person can do with them."""
    text = handouts.chat_text(minutes_paper.minutes_paper(ledger, meeting, person))
    is_officer = people.may(person, "edit_agenda")
    waiting = records.pending(ledger, record) if is_officer else []
    lines = [state_words(ledger, record), *_waiting_lines(ledger, waiting)]
    settle_ = tuple(
        Choice(phrase("minutes.settle_button", number=a.id), f"訂正 済 {a.id}") for a in waiting[:SHOWN]
    )
    choices = (*settle_, *_choices(record, meeting, is_officer=is_officer))
    return Say("text", text="\n".join([*lines, "", text]), choices=choices)


def _waiting_lines(ledger: Ledger, waiting: Sequence[Amendment]) -> list[str]:
    """Say what waits to be settled, for an officer who has only the chat; names in it are hidden there."""
    if not waiting:
        return []
    told = [(a.id, mask(records.words_of(ledger, a)).text) for a in waiting[:SHOWN]]
    rows = [phrase("minutes.pending_line", number=number, words=words) for number, words in told]
    return [phrase("minutes.pending", count=len(waiting)), *rows]


def _choices(record: Record, meeting: Meeting, *, is_officer: bool) -> tuple[Choice, ...]:
    amend_ = Choice(phrase("minutes.amend_button"), f"訂正 {meeting.id}")
    if record.approved_at is None:
        approve_ = Choice(phrase("minutes.approve_button"), f"議事録 承認 {meeting.id}", "primary")
        return (approve_, Choice(phrase("chat.open_desk"), "役員ページ")) if is_officer else ()
    return (amend_, Choice(phrase("chat.open_desk"), "役員ページ")) if is_officer else (amend_,)


def _open(ledger: Ledger) -> list[Record]:
    return ledger.all(Record, col(Record.approved_at).is_not(None), col(Record.final_at).is_(None))


def _is_ready(ledger: Ledger, record: Record) -> bool:
    """Say whether there is something to do when the days are over: to finish, or to ask once for a word."""
    return not records.pending(ledger, record) or not _was_asked(ledger, record)


def _ask_to_settle(ledger: Ledger, record: Record) -> None:
    if _was_asked(ledger, record):
        return
    meeting = ledger.by_id(Meeting, record.meeting_id)
    count = len(records.pending(ledger, record))
    words = phrase("minutes.wait_for_settling", title=title(ledger, meeting), count=count)
    _tell_officers(ledger, record, words, "settle")
    ledger.journal(None, ASK, f"minutes:{record.id}")


def _was_asked(ledger: Ledger, record: Record) -> bool:
    asked = (col(JournalEntry.action) == ASK, col(JournalEntry.subject) == f"minutes:{record.id}")
    return ledger.first(JournalEntry, *asked) is not None


def _amendment(ledger: Ledger, record: Record, words: str, key_id: int, by: Person) -> Amendment:
    return ledger.add(
        Amendment(
            council_id=ledger.council_id,
            record_id=id_of(record),
            person_id=by.id,
            key_id=key_id,
            words_sealed=ledger.seal(key_id, words.strip()),
            at=ledger.now,
        )
    )


def _sealed(ledger: Ledger, decision: Decision, words: str) -> bytes | None:
    return ledger.seal(decision.key_id, words.strip()) if words.strip() else None


def _tell_officers(ledger: Ledger, record: Record, words: str, why: str) -> None:
    """Tell the officers in the morning, once a day and reason, however many corrections come."""
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    say = Say("text", text=words, choices=(Choice(phrase("chat.open_desk"), "役員ページ"),))
    for officer in people.with_role(ledger, *people.BOARD):
        dedupe = f"minutes_{why}:{record.id}:{officer.id}:{dates.jst(morning):%Y%m%d}"
        outbox.tell(ledger, officer, say, dedupe, not_before=morning)


def _next_number(ledger: Ledger, year: int) -> int:
    """Give the next number of a fiscal year; the council's row is held, so that two hosts give out none twice."""
    ledger.session.exec(select(Council.id).where(col(Council.id) == ledger.council_id).with_for_update())
    mine = (col(Record.council_id) == ledger.council_id, col(Record.fiscal_year) == year)
    return int(ledger.session.exec(select(func.max(Record.number)).where(*mine)).one() or 0) + 1
