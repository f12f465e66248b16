"""Meetings (役員会, 総会, 部会): when each meets, by its rule, who is invited, and which one comes next.

What a function says without naming a kind it says of the board: topics come before the board alone.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import count, islice

from sqlmodel import col

from bot import dates, people
from bot.answerable import Answerable
from bot.texts import phrase
from storage.councils import Council
from storage.journal import JournalEntry
from storage.ledger import Condition, Ledger, id_of
from storage.meetings import Kind, Meeting, Rule, Stage
from storage.people import Person, Role

PLANNED_AHEAD = 2
A_YEAR = 13  # months that are looked through for the next ones
MOVED = "move_meeting"
PLANNED = "plan_meeting"
COUNTED = "count_meetings"
HIGHEST = 99
LAST_WEEK = 5  # the fifth, or the last where a month has no fifth
OVER = (Stage.HELD, Stage.CANCELLED)
PRINTED = (Stage.APPROVED, Stage.HELD)  # the number stands on a paper that has left
INVITED = (Role.OFFICER, Role.SECRETARIAT, Role.COMMISSIONER, Role.ORGANISATION)


class NoMeeting(Answerable):
    """No meeting is planned, or none of this number."""

    key = "agenda.no_meeting"


class NoSuchMeeting(Answerable):
    """The number names no meeting of this council."""

    key = "schedule.no_such_meeting"


class NotThisNumber(Answerable):
    """The number stands on a paper already, or the meeting has one that has left, or it cannot be so low."""

    key = "schedule.not_this_number"


def plan(ledger: Ledger) -> list[Meeting]:
    """Write the next meetings of every kind down by their rules (第3水曜 19:00), and give the board's to come.

    A meeting that was moved keeps its new day, and one that was cancelled stays cancelled: a month that has had
    its meeting gets no second one. An assembly or section that nobody closed is over when its day is.
    """
    today = dates.jst(ledger.now).date()
    for rule in (board_rule(ledger.council), *rules(ledger)):
        for year, month in _months(rule, today):
            start = starts_in(rule, year, month)
            if start > ledger.now and not _has_meeting_in(ledger, rule, year, month):
                _write_down(ledger, rule, start)
    _end_what_is_over(ledger)
    return upcoming(ledger)


def add(ledger: Ledger, starts_at: datetime, *, kind: Kind = Kind.BOARD, name: str = "") -> Meeting:
    """Write one meeting down that no rule asks for, numbered within its fiscal year."""
    usual = next((r for r in rules(ledger) if (r.kind, r.name) == (kind, name)), board_rule(ledger.council))
    usual = Rule(**{**usual.model_dump(), "id": None, "kind": kind, "name": name})
    return _write_down(ledger, usual, starts_at)


def rules(ledger: Ledger) -> list[Rule]:
    """List the rules by which assemblies and sections meet; the board's own stands in the council's record."""
    return ledger.all(Rule, col(Rule.ended_at).is_(None))


def board_rule(council: Council) -> Rule:
    """Give the board's rule in the shape of the others. It is not stored a second time."""
    skipped = set(council.meeting_skips)
    return Rule(
        council_id=id_of(council),
        kind=Kind.BOARD,
        name="",
        months=[month for month in range(1, 13) if month not in skipped] or [0],
        week=council.meeting_week,
        weekday=council.meeting_weekday,
        time=council.meeting_time,
        minutes=council.meeting_minutes,
        place=council.meeting_place,
    )


def find(ledger: Ledger, number: int) -> Meeting:
    """Give the meeting that is called by this number in chat. Raises NoSuchMeeting."""
    found = ledger.first(Meeting, col(Meeting.id) == number)
    if found is None:
        raise NoSuchMeeting(number=number)
    return found


def upcoming(ledger: Ledger) -> list[Meeting]:
    """List the board's meetings that have not been held, soonest first."""
    return _listed(ledger, col(Meeting.kind) == Kind.BOARD, col(Meeting.status).not_in(OVER))


def calendar(ledger: Ledger) -> list[Meeting]:
    """List the meetings of every kind that have not been held, soonest first, without the cancelled ones."""
    return _listed(ledger, col(Meeting.status).not_in(OVER))


def cancelled(ledger: Ledger) -> list[Meeting]:
    """List the meetings to come that were cancelled (休会), soonest first."""
    return _listed(ledger, col(Meeting.status) == Stage.CANCELLED, col(Meeting.starts_at) > ledger.now)


def held(ledger: Ledger) -> list[Meeting]:
    """List the board's meetings that were held, latest first."""
    board = col(Meeting.kind) == Kind.BOARD
    return ledger.all(Meeting, board, col(Meeting.status) == Stage.HELD, by=col(Meeting.starts_at).desc())


def next_meeting(ledger: Ledger) -> Meeting:
    """Give the board's next meeting that has not been held. Raises NoMeeting."""
    found = upcoming(ledger) or plan(ledger)
    if not found:
        raise NoMeeting
    return found[0]


def invited(ledger: Ledger, meeting: Meeting) -> list[Person]:
    """List who is invited: to the board all who have a duty, to the others whom their rule names.

    An assembly or section whose rule names nobody invites as the board does. Whoever cannot be reached by
    chat is on the list too: they get the paper by hand.
    """
    rule = rule_of(ledger, meeting)
    if rule is None or not (rule.invited_roles or rule.invited_ids):
        return people.with_role(ledger, *INVITED)
    named = col(Person.role).in_(rule.invited_roles) | col(Person.id).in_(rule.invited_ids)
    return ledger.all(Person, named, col(Person.role) != Role.RESIDENT, col(Person.erased_at).is_(None))


def rule_of(ledger: Ledger, meeting: Meeting) -> Rule | None:
    """Give the rule of an assembly or section; one that was added by hand has the rule of its name."""
    if meeting.kind == Kind.BOARD:
        return None
    named = (col(Rule.kind) == meeting.kind, col(Rule.name) == meeting.name)
    of_name = ledger.first(Rule, *named, by=col(Rule.id).desc())
    return ledger.by_id(Rule, meeting.rule_id) if meeting.rule_id else of_name


def drafts_from(ledger: Ledger, meeting: Meeting) -> datetime:
    """Give when the draft is compiled: `lead_days` before the meeting, at nine in the morning (Asia/Tokyo)."""
    return before(meeting, ledger.council.lead_days)


def before(meeting: Meeting, days: int) -> datetime:
    """Give nine in the morning (Asia/Tokyo) so many days before a meeting."""
    return dates.at(dates.jst(meeting.starts_at).date() - timedelta(days=days), time(9))


def label(meeting: Meeting) -> str:
    """Name what meets: 役員会, 臨時役員会, 総会, 見守り部会."""
    if meeting.kind == Kind.BOARD:
        return meeting.name + phrase("schedule.kind.board")
    return meeting.name or phrase(f"schedule.kind.{meeting.kind}")


def title(council: Council, meeting: Meeting) -> str:
    """Give the name of a meeting as it stands on paper. An assembly is not counted, nor is what was cancelled."""
    is_counted = meeting.kind != Kind.ASSEMBLY and meeting.number > 0
    place = f"第{meeting.number}回 " if is_counted else ""
    ending = phrase("schedule.cancelled_mark") if meeting.status == Stage.CANCELLED else ""
    return f"{_year_label(meeting)} {place}{council.name} {label(meeting)}{ending}"


def rule_start(council: Council, year: int, month: int) -> datetime:
    """Give when the board meets in a month by the council's rule."""
    return starts_in(board_rule(council), year, month)


def starts_in(rule: Rule, year: int, month: int) -> datetime:
    """Give when a month's meeting begins by a rule; where there is no fifth Wednesday the last one is meant."""
    hour, minute = (int(part) for part in rule.time.split(":"))
    try:
        day = dates.nth_weekday(year, month, rule.week, rule.weekday)
    except ValueError:
        day = dates.nth_weekday(year, month, -1, rule.weekday)
    return dates.at(day, time(hour, minute))


def renumber(ledger: Ledger, meeting: Meeting) -> None:
    """Count the meetings of one series anew in the order of their days, so that no number is missing.

    What was held or approved keeps its number, since papers carry it; the others take what is free. Whoever
    follows the calendar hears of a changed number as of any change.
    """
    whole = _series(ledger, meeting)
    series = [m for m in whole if m.status != Stage.CANCELLED]
    printed = {m.number for m in series if m.status in PRINTED}
    first = _counted_from(ledger, whole) or min(printed, default=1)
    free = (n for n in count(first) if n not in printed)
    wanted = [(m, next(free)) for m in series if m.status not in PRINTED]
    changed = [(m, number) for m, number in wanted if m.number != number]
    for each, _ in changed:  # out of the way first: two must not have one number for a moment
        set_aside(ledger, each)
    for each, number in changed:
        each.number = number
        each.changes += 1
    ledger.session.flush()


def may_be_numbered(meeting: Meeting) -> bool:
    """Say whether an officer can still say the how-manieth meeting this is: no paper with its number has left."""
    return meeting.kind != Kind.ASSEMBLY and meeting.status not in (*PRINTED, Stage.CANCELLED)


def count_as(ledger: Ledger, meeting: Meeting, number: int, by: Person) -> None:
    """Let a meeting be the 第n回 of its year, and let the ones after it count on from there.

    A council that begins in the middle of a year has met before. What stands on papers that have left stays.
    Raises NotThisNumber.
    """
    if not may_be_numbered(meeting):
        raise NotThisNumber(number=number)
    series = _series(ledger, meeting)
    first = number - [m for m in series if may_be_numbered(m)].index(meeting)
    highest = max((m.number for m in series if m.status in PRINTED), default=0)
    if not highest < first <= HIGHEST:
        raise NotThisNumber(number=number)
    ledger.journal(by.id, COUNTED, f"meeting:{meeting.id}", str(first))
    renumber(ledger, meeting)


def set_aside(ledger: Ledger, meeting: Meeting) -> None:
    """Take a meeting's number away; nothing is called by a number below one."""
    meeting.number = -id_of(meeting)
    ledger.session.add(meeting)
    ledger.session.flush()


def month_of(meeting: Meeting) -> str:
    """Name the month whose meeting this is; empty for an extra one, which stands for no month."""
    month = f"{dates.jst(meeting.starts_at):%Y-%m}"
    if meeting.kind == Kind.BOARD:
        return "" if meeting.name else month
    return f"{meeting.rule_id}:{month}" if meeting.rule_id else ""


def _listed(ledger: Ledger, *conditions: Condition) -> list[Meeting]:
    return ledger.all(Meeting, *conditions, by=(col(Meeting.starts_at), col(Meeting.id)))


def _series(ledger: Ledger, meeting: Meeting) -> list[Meeting]:
    """List the meetings that are counted together, soonest first, the cancelled ones too."""
    ledger.session.flush()
    return _listed(
        ledger,
        col(Meeting.kind) == meeting.kind,
        col(Meeting.name) == meeting.name,
        col(Meeting.fiscal_year) == meeting.fiscal_year,
    )


def _counted_from(ledger: Ledger, series: Sequence[Meeting]) -> int:
    """Give the number from which an officer lets a series count on; 0 when nobody has said one."""
    subjects = [f"meeting:{m.id}" for m in series]
    said = (col(JournalEntry.action) == COUNTED, col(JournalEntry.subject).in_(subjects))
    found = ledger.first(JournalEntry, *said, by=col(JournalEntry.id).desc())
    return int(found.detail) if found else 0


def _write_down(ledger: Ledger, rule: Rule, starts_at: datetime) -> Meeting:
    year = dates.fiscal_year(dates.jst(starts_at).date())
    meeting = ledger.add(
        Meeting(
            council_id=ledger.council_id,
            kind=rule.kind,
            name=rule.name,
            rule_id=rule.id,
            fiscal_year=year,
            number=_next_number(ledger, rule, year),
            starts_at=starts_at,
            minutes=rule.minutes,
            place=rule.place,
        )
    )
    ledger.journal(None, PLANNED, f"meeting:{meeting.id}", rule.kind)
    return meeting


def _end_what_is_over(ledger: Ledger) -> None:
    for meeting in _listed(ledger, col(Meeting.kind) != Kind.BOARD, col(Meeting.status).not_in(OVER)):
        if dates.jst(meeting.starts_at).date() < dates.jst(ledger.now).date():
            meeting.status = Stage.HELD
            meeting.held_at = meeting.starts_at + timedelta(minutes=meeting.minutes)
            ledger.session.add(meeting)


def _year_label(meeting: Meeting) -> str:
    return dates.fiscal_year_label(date(meeting.fiscal_year, 5, 1))


def _months(rule: Rule, first: date) -> list[tuple[int, int]]:
    """Give the next months in which a rule lets meet, this one included."""
    start = first.year * 12 + first.month - 1
    later = ((i // 12, i % 12 + 1) for i in range(start, start + A_YEAR))
    meets = ((year, month) for year, month in later if not rule.months or month in rule.months)
    return list(islice(meets, PLANNED_AHEAD + 1))


def _has_meeting_in(ledger: Ledger, rule: Rule, year: int, month: int) -> bool:
    named = f"{year}-{month:02}" if rule.id is None else f"{rule.id}:{year}-{month:02}"
    if ledger.first(JournalEntry, col(JournalEntry.action) == MOVED, col(JournalEntry.detail) == named):
        return True
    following = date(year + month // 12, month % 12 + 1, 1)
    own = col(Meeting.rule_id) == rule.id if rule.id else col(Meeting.kind) == Kind.BOARD
    return bool(
        ledger.count(
            Meeting,
            own,
            col(Meeting.name) == rule.name,
            col(Meeting.starts_at) >= dates.at(date(year, month, 1), time()),
            col(Meeting.starts_at) < dates.at(following, time()),
        )
    )


def _next_number(ledger: Ledger, rule: Rule, year: int) -> int:
    last = ledger.first(
        Meeting,
        col(Meeting.kind) == rule.kind,
        col(Meeting.name) == rule.name,
        col(Meeting.fiscal_year) == year,
        by=col(Meeting.number).desc(),
    )
    return max(last.number, 0) + 1 if last else 1
