"""What a kind of reminder is: what causes it, how it reads in a bundle, how often it is said."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from sqlalchemy import Executable

from bot import dates, rest
from bot.messages import Choice
from bot.texts import phrase
from storage.ledger import Ledger


@dataclass(frozen=True)
class Cause:
    """Why somebody is to be reminded: of what, not before when, and until when it is of use.

    `subject` is like `topic:12` and names one thing within its kind; a reminder lives as long as its cause.
    """

    person_id: int
    subject: str
    due_at: datetime
    until: datetime | None = None


class Due(Protocol):
    """What a line is made of: a reminder, or as much of it as was read."""

    @property
    def id(self) -> int | None:
        """Its number."""

    @property
    def person_id(self) -> int:
        """For whom."""

    @property
    def kind(self) -> str:
        """Of which kind."""

    @property
    def subject(self) -> str:
        """Of what."""

    @property
    def due_at(self) -> datetime:
        """Not before when."""

    @property
    def until(self) -> datetime | None:
        """Until when it is of use."""

    @property
    def told_on(self) -> date | None:
        """On which day it was said last."""

    @property
    def times_told(self) -> int:
        """On how many days it was said."""


@dataclass(frozen=True)
class Line:
    """One line of a bundle with its buttons; `mark` tells them apart from those of the other lines."""

    text: str
    mark: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of reminder; a new one is a file with such a record and its name in `KINDS`.

    `causes` gives what stands now, for everybody at once and in few queries. `lay` writes the lines of any
    number of reminders at once, in their order. What is settled is no longer caused, and is never said again.
    """

    name: str
    rank: int  # the lowest is read first: what is urgent, then what passes, then what can wait
    causes: Callable[[Ledger], Iterable[Cause]]
    lay: Callable[[Ledger, Sequence[Due]], Sequence[Line]]
    again_days: int | None = None  # said again after so many days; None: once, unless its due day moves on
    grows: bool = False  # the pauses double, up to a week: a ping too many makes a volunteer leave
    is_personal: bool = False  # nobody else can do it: it is never handed over
    may_be_done: bool = False  # the person's word 「済」 is enough; otherwise the thing itself must be settled


def by_number(kind: Kind, reminder: Due, text: str, *more: Choice) -> Line:
    """Write a line that is answered by the reminder's own number (お知らせ5)."""
    n = reminder.id
    own = [Choice(phrase("reminder.later"), f"お知らせ あとで {n}")]
    if kind.may_be_done:
        own.insert(0, Choice(phrase("reminder.done"), f"お知らせ 済 {n}"))
    if not kind.is_personal:
        own.append(Choice(phrase("reminder.other"), f"お知らせ 代わって {n}"))
    mark = phrase("reminder.mark", number=n)
    return Line(phrase("reminder.line", text=text, number=n), mark, (*more, *own)[:3])


def columns(ledger: Ledger, query: Executable) -> Sequence[Any]:
    """Read columns instead of records: over thousands of people, making records is what costs."""
    ledger.session.flush()
    return ledger.session.connection().execute(query).all()


def tail(subject: str) -> str:
    """Give what follows the colon: `7` of `meeting:7`."""
    return subject.split(":", 1)[1]


def newest_step(now: datetime, *days: date) -> datetime:
    """Give the latest of these days that has come, or the first one while none has; from midnight in Japan."""
    moments = [dates.at(day, time()) for day in sorted(days)]
    return max((m for m in moments if m <= now), default=moments[0])


def working_day_before(ledger: Ledger, day: date) -> date:
    """Give the last day before this one on which people are not left in peace."""
    rules = rest.rules(ledger.council)
    found = day - timedelta(days=1)
    while dates.is_rest_day(found, rules) and day - found < timedelta(days=14):
        found -= timedelta(days=1)
    return found


def month_before(day: date) -> str:
    """Give the month before this day's: 2026-10 for any day of November."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
