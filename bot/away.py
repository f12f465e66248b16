"""Being away (休みます): a volunteer rests until a day of return, and somebody stands in.

Whoever is away gets no bundle and no alert. Topics stay theirs; who stands in is reminded of them meanwhile
(`reminders.routing`), and on the day of return all of it is theirs again without a word.
"""

import calendar
import re
from datetime import date, time, timedelta

from bot import attendance, dates, people, spoken_days
from bot.answerable import Answerable
from storage.ledger import Ledger
from storage.people import Person

SPANS = ("今週いっぱい", "今月いっぱい", "1か月")
LONGEST = timedelta(days=366)
_MONTHS = re.compile(r"([1-6])\s*[かヶケカ]月(?:間)?")


class NotUntil(Answerable):
    """A day until which nobody can be away: past, or further than a year."""

    key = "away.not_until"


class NotOne(Answerable):
    """The name fits nobody, or several."""

    key = "away.not_one"


def begin(ledger: Ledger, person: Person, last_day: date, by: Person) -> None:
    """Let a person rest up to and including this day. Raises NotUntil."""
    today = dates.jst(ledger.now).date()
    if not today <= last_day <= today + LONGEST:
        raise NotUntil
    person.away_until = last_day + timedelta(days=1)
    ledger.session.add(person)
    ledger.journal(by.id, "away", f"person:{person.ref}", str(person.away_until))


def come_back(ledger: Ledger, person: Person, by: Person) -> None:
    """Note that a person is back (もどりました), also before the day that was said."""
    person.away_until = None
    ledger.session.add(person)
    ledger.journal(by.id, "back", f"person:{person.ref}")


def set_deputy(ledger: Ledger, person: Person, deputy: Person | None, by: Person) -> None:
    """Note who stands in for a person; None leaves it to the next fitting one. Raises NotOne."""
    if deputy is not None and (deputy.id == person.id or deputy.role not in people.ROOM):
        raise NotOne
    person.deputy_id = deputy.id if deputy else None
    ledger.session.add(person)
    ledger.journal(by.id, "deputy", f"person:{person.ref}", f"person:{deputy.ref}" if deputy else "")


def named(ledger: Ledger, person: Person, words: str) -> Person:
    """Find the one commissioner or officer whom a name means. Raises NotOne."""
    others = [p for p in people.with_role(ledger, *people.ROOM) if p.id != person.id]
    found = attendance.matching(ledger, others, words)
    if len(found) != 1:
        raise NotOne
    return found[0]


def last_day(words: str, ledger: Ledger) -> date:
    """Read until when somebody rests: 12/20まで, 今週いっぱい, 今月いっぱい, 1か月. Raises NotADay, DayIsOver."""
    today = dates.jst(ledger.now).date()
    if words == "今週いっぱい":
        return today + timedelta(days=calendar.SUNDAY - today.weekday())
    if words == "今月いっぱい":
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])
    months = _MONTHS.fullmatch(words)
    if months:
        return _months_later(today, int(months[1]))
    moment, _ = spoken_days.read(words.removesuffix("まで").strip(), ledger.now, time(23, 59))
    return dates.jst(moment).date()


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last: a month from 31 January is 28 or 29 February."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
