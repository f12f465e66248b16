"""The council's ways: its name, when its board meets, when it rests, to whom it reports, where it talks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import themes
from bot.answerable import Answerable
from storage.councils import Council
from storage.ledger import Ledger
from storage.people import Person

_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
PILLARS = 8
PILLAR_CHARS = 60
_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,20}")


class NotAnHour(Answerable):
    """A time of day that no clock shows."""

    key = "desk.council.not_an_hour"


class NotInOrder(Answerable):
    """The paper would go round before it is drafted."""

    key = "ways.not_in_order"


class NotAChannel(Answerable):
    """Not the id of a Slack channel."""

    key = "desk.council.not_a_channel"


@dataclass(frozen=True)
class Days:
    """So many days before or after a meeting; 0 days of bringing in means that nobody is asked."""

    lead: int
    final: int
    bring_in: int
    correction: int


@dataclass(frozen=True)
class Peace:
    """When people are left in peace (夜間・休日の配慮), in Japanese time."""

    quiet_from: str
    quiet_until: str
    weekends: bool
    holidays: bool
    obon: bool
    new_year: bool


@dataclass(frozen=True)
class Reporting:
    """To whom the council reports, and under which pillars of the plan (計画の柱), by theme."""

    federation: str
    committee: str
    pillars: tuple[str, ...]  # the names, in their order
    pillar_of: Mapping[str, str]  # theme code -> name


@dataclass(frozen=True)
class Ways:
    """What the secretariat can set. Times are Japanese; the weekday counts from Monday, which is 0."""

    name: str
    seats: int
    meeting_week: int
    meeting_weekday: int
    meeting_time: str
    meeting_minutes: int
    meeting_place: str
    meeting_skips: tuple[int, ...]
    days: Days
    notice_share: int
    ping_time: str
    peace: Peace
    push_reserve: int
    reporting: Reporting
    slack_channel: str
    theme_channels: Mapping[str, str]


def change(ledger: Ledger, ways: Ways, by: Person) -> Council:
    """Take over new ways. Meetings that are already written down keep their day.

    Raises NotAnHour, NotAChannel, NotInOrder.
    """
    council = ledger.council
    council.name = ways.name.strip()[:80]
    council.seats = ways.seats
    council.meeting_week, council.meeting_weekday = ways.meeting_week, ways.meeting_weekday
    council.meeting_time, council.ping_time = _hour(ways.meeting_time), _hour(ways.ping_time)
    council.meeting_minutes, council.meeting_place = ways.meeting_minutes, ways.meeting_place.strip()[:80]
    council.meeting_skips = sorted(set(ways.meeting_skips) & set(range(1, 13)))
    council.notice_share, council.push_reserve = ways.notice_share, ways.push_reserve
    _take_days(council, ways.days)
    _take_peace(council, ways.peace)
    _take_reporting(council, ways.reporting)
    council.slack_channel = _channel(ways.slack_channel)
    named = {code: _channel(ways.theme_channels.get(code, "")) for code in themes.codes()}
    council.theme_channels = {code: channel for code, channel in named.items() if channel}
    ledger.session.add(council)
    ledger.journal(by.id, "change_ways", f"council:{council.code}")
    return council


def _take_days(council: Council, days: Days) -> None:
    if days.final > days.lead:
        raise NotInOrder
    council.lead_days, council.final_days = days.lead, days.final
    council.bring_in_days, council.correction_days = days.bring_in, days.correction


def _take_peace(council: Council, peace: Peace) -> None:
    council.quiet_from, council.quiet_until = _hour(peace.quiet_from), _hour(peace.quiet_until)
    council.rest_weekends, council.rest_holidays = peace.weekends, peace.holidays
    council.rest_obon, council.rest_new_year = peace.obon, peace.new_year


def _take_reporting(council: Council, reporting: Reporting) -> None:
    """Keep the pillars in their order; a theme under a name that is gone stands under none."""
    council.federation = reporting.federation.strip()[:80]
    council.committee = reporting.committee.strip()[:80]
    named = [name.strip()[:PILLAR_CHARS] for name in reporting.pillars]
    unique = list(dict.fromkeys(name for name in named if name))[:PILLARS]
    under = {code: reporting.pillar_of.get(code, "").strip()[:PILLAR_CHARS] for code in themes.codes()}
    council.pillars = [
        {"name": name, "themes": [code for code in themes.codes() if under[code] == name]} for name in unique
    ]


def _hour(written: str) -> str:
    if not _HOUR.fullmatch(written):
        raise NotAnHour
    return written.zfill(5)


def _channel(written: str) -> str | None:
    plain = written.strip()
    if plain and not _CHANNEL.fullmatch(plain):
        raise NotAChannel
    return plain or None
