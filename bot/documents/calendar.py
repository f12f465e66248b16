"""Entries of a calendar as a file that telephones subscribe to (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vUri

from bot.dates import jst

ZONE = "Asia/Tokyo"
MADE_BY = "-//Kizuki//JA"
LOOK_AGAIN = timedelta(hours=6)


@dataclass(frozen=True)
class Entry:
    """One day in the calendar. `sequence` counts its changes, `uid` never changes."""

    uid: str
    sequence: int
    summary: str
    starts_at: datetime
    ends_at: datetime
    place: str
    url: str
    changed_at: datetime
    is_cancelled: bool = False


def ics(name: str, entries: Sequence[Entry]) -> bytes:
    """Write the entries as one calendar; the same entries give the same bytes.

    Days stand in the time of Japan with its zone (RFC 5545, 3.3.5 form 3), so that a telephone abroad shows the
    right hour. What was cancelled stays in the file: a calendar that merely lacked it would go on showing it.
    """
    calendar = Calendar()
    calendar.add("prodid", MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", vDuration(LOOK_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(LOOK_AGAIN))
    calendar.add_component(_zone())
    for entry in entries:
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _zone() -> Timezone:
    """Japan has had no summer time since 1951, so one line says all."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1951, 9, 8, 1))  # noqa: DTZ001 - a local hour by definition
    standard.add("tzname", "JST")
    standard.add("tzoffsetfrom", timedelta(hours=10))
    standard.add("tzoffsetto", timedelta(hours=9))
    zone = Timezone()
    zone.add("tzid", ZONE)
    zone.add_component(standard)
    return zone


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("dtstart", _local(entry.starts_at), parameters={"TZID": ZONE})
    event.add("dtend", _local(entry.ends_at), parameters={"TZID": ZONE})
    if entry.place:
        event.add("location", entry.place)
    event.add("url", vUri(entry.url))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    return event


def _local(moment: datetime) -> datetime:
    return jst(moment).replace(tzinfo=None)
