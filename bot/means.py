"""Local means (使えるもの帳): what the neighbourhood has and when, so that a trouble meets what can help.

The leaflet's good example is exactly this: children without lunch in the summer holiday, a kitchen in the care
plaza, and emergency food that was due for replacement (よこはまの地区社協活動, 事例2). Means name places and
organisations; a person's name is refused, since the words stand on papers that are handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col

from bot import dates
from bot.answerable import Answerable
from bot.privacy import mask
from bot.texts import phrase
from storage.ledger import Ledger, NoSuchRecord
from storage.means import Means
from storage.people import Person
from storage.topics import Topic

AT_MOST = 2  # more on one item would be read by nobody
SOON = timedelta(days=45)
RUN = 3
NAME_CHARS, NOTE_CHARS = 80, 200
# what points to a person; a place may have an address and a shop its owner's name
PERSONAL = {"name", "phone", "email", "birth_date", "room", "licence_plate", "school_class"}
PERSONAL_IN_NOTES = {"name", "birth_date", "licence_plate", "school_class"}


class NamesAPerson(Answerable):
    """The words name a person, or lead to one."""

    key = "means.names_a_person"


class NoSuchMeans(Answerable):
    """No means has this number, or it has ended."""

    key = "means.no_such"


class NoName(Answerable):
    """A means needs a name, and its last day must not lie before its first."""

    key = "means.no_name"


@dataclass(frozen=True)
class Wanted:
    """What is written down of a means. Months are empty when it is there all year; themes say what it is for."""

    name: str
    note: str = ""
    themes: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    usable_from: date | None = None
    usable_until: date | None = None
    organisation_id: int | None = None


def add(ledger: Ledger, wanted: Wanted, by: Person) -> Means:
    """Write a means down. Raises NamesAPerson, NoName."""
    made = Means(council_id=ledger.council_id, name="", added_at=ledger.now)
    _take_over(made, wanted)
    ledger.add(made)
    ledger.journal(by.id, "add_means", f"means:{made.id}")
    return made


def change(ledger: Ledger, known: Means, wanted: Wanted, by: Person) -> None:
    """Write a means anew, with all it has. Raises NamesAPerson, NoName."""
    _take_over(known, wanted)
    ledger.session.add(known)
    ledger.journal(by.id, "change_means", f"means:{known.id}")


def end(ledger: Ledger, known: Means, by: Person) -> None:
    """Say that a means is there no more; it is proposed nowhere from then on."""
    known.ended_at = ledger.now
    ledger.session.add(known)
    ledger.journal(by.id, "end_means", f"means:{known.id}")


def find(ledger: Ledger, number: int) -> Means:
    """Find a means by its number. Raises NoSuchMeans."""
    try:
        found = ledger.by_id(Means, number)
    except NoSuchRecord as error:
        raise NoSuchMeans(number=number) from error
    if found.ended_at is not None:
        raise NoSuchMeans(number=number)
    return found


def all_of(ledger: Ledger) -> list[Means]:
    """List what is there: whose day comes soonest first, then by name."""
    found = ledger.all(Means, col(Means.ended_at).is_(None))
    return sorted(found, key=lambda m: (m.usable_until or date.max, m.name, m.id or 0))


def fitting(ledger: Ledger, theme: str, day: date, at_most: int = AT_MOST) -> list[Means]:
    """List what fits a theme on a day: first what ends soon, then what belongs to the season, then the rest."""
    return _fitting(all_of(ledger), theme, day)[:at_most]


def proposed(ledger: Ledger, topic: Topic, day: date) -> list[str]:
    """Tell up to two means for a topic, as on an item of the paper: 「防災備蓄の入れ替え（来月まで）」."""
    if topic.is_unsorted or topic.is_restricted:
        return []
    return [words(found, day) for found in fitting(ledger, topic.theme, day)]


def words(known: Means, day: date) -> str:
    """Tell a means with its time, as seen from a day."""
    when = when_words(known, day)
    return phrase("means.with_time", name=known.name, when=when) if when else known.name


def when_words(known: Means, day: date) -> str:
    """Tell when a means is there: 今月20日まで, 来月まで, 3月まで, 7・8月; empty when it is always there."""
    until = known.usable_until
    if until is not None and (until - day).days < 366:
        return _until_words(until, day)
    return _months_words(set(known.months))


def is_ending(known: Means, day: date) -> bool:
    """Say whether a means ends soon: a stock that must be replaced, a grant whose term is over."""
    return known.usable_until is not None and day <= known.usable_until <= day + SOON


def is_over(known: Means, day: date) -> bool:
    """Say whether the last day of a means has passed."""
    return known.usable_until is not None and known.usable_until < day


def is_usable(known: Means, day: date) -> bool:
    """Say whether a means is there on a day."""
    is_begun = known.usable_from is None or known.usable_from <= day
    return is_begun and not is_over(known, day) and (not known.months or day.month in known.months)


def _fitting(those: Sequence[Means], theme: str, day: date) -> list[Means]:
    fits = [m for m in those if theme in m.themes and is_usable(m, day)]
    # `those` is ordered by the last day, and sorting keeps that order
    return sorted(fits, key=lambda m: (not is_ending(m, day), not m.months))


def _months_words(months: set[int]) -> str:
    """Tell a run of months by its ends, also over the new year (11〜3月), and others one by one."""
    begins = [month for month in sorted(months) if (month - 2) % 12 + 1 not in months]
    if not begins:  # none, or all twelve: it is always there
        return ""
    if len(months) >= RUN and len(begins) == 1:
        last = (begins[0] + len(months) - 2) % 12 + 1
        return phrase("means.months", months=f"{begins[0]}〜{last}")
    return phrase("means.months", months="・".join(str(month) for month in sorted(months)))


def _until_words(until: date, day: date) -> str:
    if until < day:
        return phrase("means.over")
    if (until.year, until.month) == (day.year, day.month):
        return phrase("means.this_month", day=until.day)
    following = day.replace(day=1) + timedelta(days=32)
    if (until.year, until.month) == (following.year, following.month):
        return phrase("means.next_month")
    return phrase("means.until_month", month=until.month)


def _take_over(known: Means, wanted: Wanted) -> None:
    name, note = _plain(wanted.name)[:NAME_CHARS], _plain(wanted.note)[:NOTE_CHARS]
    if not name or (wanted.usable_from and wanted.usable_until and wanted.usable_until < wanted.usable_from):
        raise NoName
    if _kinds(name) & PERSONAL or _kinds(note) & PERSONAL_IN_NOTES:
        raise NamesAPerson
    known.name, known.note = name, note
    known.themes = list(dict.fromkeys(wanted.themes))
    known.months = _months(wanted.months)
    known.usable_from, known.usable_until = wanted.usable_from, wanted.usable_until
    known.organisation_id = wanted.organisation_id


def _kinds(text: str) -> set[str]:
    return {found.kind for found in mask(text).masks}


def _plain(text: str) -> str:
    return " ".join(text.split())


def _months(those: Iterable[int]) -> list[int]:
    return sorted({month for month in those if 1 <= month <= 12})


def today(ledger: Ledger) -> date:
    """Give the day in Japan on which the ledger is read."""
    return dates.jst(ledger.now).date()
