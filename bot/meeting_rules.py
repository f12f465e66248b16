"""Rules of meetings: when assemblies (総会) and sections (部会) meet, as the officers lay it down.

Sections differ from council to council (広報, 高齢, 子育て, 配食 …), so they are data and not code.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col

from bot import meeting_changes, meetings
from bot.answerable import Answerable
from storage.ledger import Ledger
from storage.meetings import Kind, Meeting, Rule
from storage.people import Person

KINDS = (Kind.ASSEMBLY, Kind.SECTION)
_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")


class NotARule(Answerable):
    """No calendar can follow this: a name is missing, or the week, the day or the hour does not exist."""

    key = "schedule.not_a_rule"


@dataclass(frozen=True)
class Wanted:
    """What a rule is to say. Months are 1 to 12, none means every month; Monday is 0; week 5 is the last.

    A section needs its name; an assembly is 総会 unless it is called otherwise (臨時総会).
    """

    kind: str
    name: str
    months: tuple[int, ...]
    week: int
    weekday: int
    time: str
    minutes: int
    place: str
    invited_roles: tuple[str, ...] = ()
    invited_ids: tuple[int, ...] = ()


def add(ledger: Ledger, wanted: Wanted, by: Person) -> Rule:
    """Lay a new rule down and write its next meetings down. Raises NotARule."""
    rule = Rule(council_id=ledger.council_id, kind=wanted.kind, name="")
    return _take_over(ledger, rule, wanted, by, "add_meeting_rule")


def change(ledger: Ledger, rule: Rule, wanted: Wanted, by: Person) -> Rule:
    """Change a rule. Meetings that are written down already keep their day. Raises NotARule."""
    return _take_over(ledger, rule, wanted, by, "change_meeting_rule")


def end(ledger: Ledger, rule: Rule, by: Person) -> None:
    """End a rule; what is still to come by it is cancelled, and whoever knew of the day is told."""
    rule.ended_at = ledger.now
    ledger.session.add(rule)
    ledger.journal(by.id, "end_meeting_rule", f"meeting_rule:{rule.id}")
    own = ledger.all(
        Meeting,
        col(Meeting.rule_id) == rule.id,
        col(Meeting.status).not_in(meetings.OVER),
        col(Meeting.starts_at) > ledger.now,
        by=col(Meeting.starts_at).desc(),
    )
    for meeting in own:
        meeting_changes.cancel(ledger, meeting, by)


def find(ledger: Ledger, id_: int) -> Rule:
    """Give a rule that still holds. Raises NoSuchRecord."""
    return ledger.one(Rule, col(Rule.id) == id_, col(Rule.ended_at).is_(None))


def _take_over(ledger: Ledger, rule: Rule, wanted: Wanted, by: Person, action: str) -> Rule:
    if not _is_possible(wanted):
        raise NotARule
    rule.kind = wanted.kind
    rule.name = wanted.name.strip()[:40]
    rule.months = _in_order(wanted.months)
    rule.week, rule.weekday, rule.time = wanted.week, wanted.weekday, wanted.time.zfill(5)
    rule.minutes, rule.place = wanted.minutes, wanted.place.strip()[:80]
    rule.invited_roles = list(wanted.invited_roles)
    rule.invited_ids = _in_order(wanted.invited_ids)
    ledger.add(rule)
    ledger.journal(by.id, action, f"meeting_rule:{rule.id}", rule.kind)
    meetings.plan(ledger)
    return rule


def _is_possible(wanted: Wanted) -> bool:
    return all(
        (
            wanted.kind in KINDS,
            bool(wanted.name.strip()) or wanted.kind == Kind.ASSEMBLY,
            all(1 <= month <= 12 for month in wanted.months),
            1 <= wanted.week <= meetings.LAST_WEEK,
            0 <= wanted.weekday <= 6,
            _HOUR.fullmatch(wanted.time) is not None,
            1 <= wanted.minutes <= 600,
            set(wanted.invited_roles) <= set(meetings.INVITED),
        )
    )


def _in_order(those: Iterable[int]) -> list[int]:
    return sorted(set(those))
