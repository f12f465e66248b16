"""Emergency numbers that nobody has verified for half a year: the secretariat is asked once a month."""

from collections.abc import Iterator, Sequence
from datetime import time, timedelta

from bot import dates, numbers, people
from bot.reminders.kind import Cause, Due, Kind, Line, by_number
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.people import Role


def _causes(ledger: Ledger) -> Iterator[Cause]:
    today = dates.jst(ledger.now).date()
    if not numbers.unverified(today):
        return
    first = today.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    for person in people.with_role(ledger, Role.SECRETARIAT):
        due_at, until = dates.at(first, time()), dates.at(following, time())
        yield Cause(id_of(person), f"numbers:{first:%Y-%m}", due_at, until)


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    old = numbers.unverified(dates.jst(ledger.now).date())
    named = "、".join(line.label for line in old[:2])
    words = phrase("reminder.numbers_check", named=named, count=len(old))
    return [by_number(KIND, reminder, words) for reminder in those]


KIND = Kind("numbers", 80, _causes, _lay, may_be_done=True)
