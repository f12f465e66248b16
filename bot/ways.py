"""The council's ways: its name, when its board meets, when it rests, and where its threads are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import themes
from bot.answerable import Answerable
from storage.councils import Council
from storage.ledger import Ledger
from storage.people import Person

_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,20}")


class NotAnHour(Answerable):
    """A time of day that no clock shows."""

    key = "desk.council.not_an_hour"


class NotAChannel(Answerable):
    """Not the id of a Slack channel."""

    key = "desk.council.not_a_channel"


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
    lead_days: int
    ping_time: str
    rest_weekends: bool
    slack_channel: str
    theme_channels: Mapping[str, str]


def change(ledger: Ledger, ways: Ways, by: Person) -> Council:
    """Take over new ways. Meetings that are already written down keep their day.

    Raises NotAnHour, NotAChannel.
    """
    council = ledger.council
    council.name = ways.name.strip()[:80]
    council.seats = ways.seats
    council.meeting_week, council.meeting_weekday = ways.meeting_week, ways.meeting_weekday
    council.meeting_time, council.ping_time = _hour(ways.meeting_time), _hour(ways.ping_time)
    council.meeting_minutes, council.meeting_place = ways.meeting_minutes, ways.meeting_place.strip()[:80]
    council.lead_days = ways.lead_days
    council.rest_weekends = ways.rest_weekends
    council.slack_channel = _channel(ways.slack_channel)
    named = {code: _channel(ways.theme_channels.get(code, "")) for code in themes.codes()}
    council.theme_channels = {code: channel for code, channel in named.items() if channel}
    ledger.session.add(council)
    ledger.journal(by.id, "change_ways", f"council:{council.code}")
    return council


def _hour(written: str) -> str:
    if not _HOUR.fullmatch(written):
        raise NotAnHour
    return written.zfill(5)


def _channel(written: str) -> str | None:
    plain = written.strip()
    if plain and not _CHANNEL.fullmatch(plain):
        raise NotAChannel
    return plain or None
