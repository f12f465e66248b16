"""The book of reminders: kept up to date with their causes, so that nothing is said after it is settled.

A row lives as long as its cause. It ends by the person's word, by being handed on, because the thing is settled,
or because its time is over; then it rests until its cause has gone, and begins anew if the cause comes back.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from bot import reminders, topics
from bot.answerable import Answerable
from bot.reminders import routing
from bot.reminders.kind import Cause, Kind, columns
from storage.ledger import Ledger, NoSuchRecord, id_of
from storage.people import Person
from storage.reminders import Fate, Reminder
from storage.topics import Topic

LATER_DAYS = 3

Key = tuple[int, str, str]  # person, kind, subject


class NoSuchReminder(Answerable):
    """The number names no open reminder of this person."""

    key = "reminder.no_such"


class NotByHand(Answerable):
    """The reminder ends with the thing itself, not by a word."""

    key = "reminder.not_by_hand"


class NobodyElse(Answerable):
    """Nobody is there to take it over, or it is for this person alone."""

    key = "reminder.nobody_else"


@dataclass(frozen=True)
class Page:
    """What the book says at one moment: the rows as they are, and what causes them now."""

    rows: dict[Key, Any]
    causes: dict[Key, Cause]
    handed: frozenset[Key]  # whose cause goes to somebody else meanwhile


def refresh(ledger: Ledger) -> routing.Roll:
    """Bring every row up to date with the causes: write new ones, end what is settled, drop what is stale.

    Gives the roll of the day, for whoever goes on to tell.
    """
    called = routing.roll(ledger)
    page = _read(ledger, called)
    fresh = [_row(ledger, key, cause) for key, cause in page.causes.items() if key not in page.rows]
    if fresh:
        ledger.session.connection().execute(insert(Reminder), fresh)
    changes = [change for key, row in page.rows.items() if (change := _follow(ledger, page, key, row))]
    for change in changes:
        _write(ledger, change)
    ledger.session.expire_all() if changes else None
    _note_stale(ledger, page, changes)
    return called


def waiting(ledger: Ledger, person: Person) -> list[Reminder]:
    """List what waits for a person now, and still stands: urgent first, then what waits longest.

    It only reads: the page of an officer may show it too.
    """
    page = _read(ledger, routing.roll(ledger))
    own = ledger.all(
        Reminder,
        col(Reminder.person_id) == person.id,
        col(Reminder.fate) == Fate.OPEN,
        col(Reminder.due_at) <= ledger.now,
    )
    still = [row for row in own if (row.person_id, row.kind, row.subject) in page.causes]
    return in_order(row for row in still if not _is_put_off(page, row, ledger))


def in_order(those: Any) -> list[Reminder]:
    """Put what is urgent first, then what waits longest."""
    rank = {kind.name: kind.rank for kind in reminders.KINDS}
    return sorted(those, key=lambda r: (rank.get(r.kind, 99), r.due_at, id_of(r)))


def kind_of(reminder: Reminder) -> Kind:
    """Give the kind of a reminder."""
    return next(kind for kind in reminders.KINDS if kind.name == reminder.kind)


# --- what a person says of a reminder ------------------------------------------------------------------


def find(ledger: Ledger, number: int, person: Person) -> Reminder:
    """Find a person's own open reminder by its number. Raises NoSuchReminder."""
    try:
        found = ledger.by_id(Reminder, number)
    except NoSuchRecord as error:
        raise NoSuchReminder(number=number) from error
    if found.person_id != person.id or found.fate != Fate.OPEN:
        raise NoSuchReminder(number=number)
    return found


def end(ledger: Ledger, reminder: Reminder, by: Person) -> None:
    """Take a person's word that it is done (済). Raises NotByHand where only the thing itself can end it."""
    if not kind_of(reminder).may_be_done:
        raise NotByHand(number=reminder.id)
    reminder.fate, reminder.ended_at = Fate.DONE, ledger.now
    ledger.session.add(reminder)
    ledger.journal(by.id, "reminder_done", f"reminder:{reminder.id}", reminder.kind)


def put_off(ledger: Ledger, reminder: Reminder, by: Person) -> None:
    """Say it again in three days (あとで)."""
    reminder.due_at = ledger.now + timedelta(days=LATER_DAYS)
    ledger.session.add(reminder)
    ledger.journal(by.id, "reminder_later", f"reminder:{reminder.id}", reminder.kind)


def hand_on(ledger: Ledger, reminder: Reminder, by: Person) -> Person:
    """Hand a reminder over (代わって): to the deputy, or to the next who can. Raises NobodyElse."""
    other = None if kind_of(reminder).is_personal else routing.next_for(ledger, by)
    if other is None:
        raise NobodyElse("reminder.personal" if kind_of(reminder).is_personal else "reminder.nobody_else")
    reminder.fate, reminder.ended_at, reminder.handed_to_id = Fate.HANDED_ON, ledger.now, other.id
    ledger.session.add(reminder)
    ledger.journal(by.id, "reminder_other", f"reminder:{reminder.id}", f"person:{other.ref}")
    ledger.session.flush()
    refresh(ledger)
    return other


def put_off_topic(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Ask about a topic again in three days (あとで)."""
    topic.later_until = ledger.now + timedelta(days=LATER_DAYS)
    ledger.session.add(topic)
    ledger.journal(by.id, "put_off", f"topic:{topic.number}")


def hand_on_topic(ledger: Ledger, topic: Topic, by: Person) -> Person | None:
    """Hand a topic over (代わって): to the person's deputy, else to another commissioner; None when nobody is."""
    is_here = by.deputy_id in routing.roll(ledger).present and by.deputy_id != by.id
    if is_here:
        other: Person | None = ledger.by_id(Person, by.deputy_id)
        topics.assign(ledger, topic, other)
    else:
        other = topics.hand_on(ledger, topic, by)
    _mark_handed(ledger, topic, by, other)
    return other


def _mark_handed(ledger: Ledger, topic: Topic, by: Person, to: Person | None) -> None:
    own = (col(Reminder.person_id) == by.id, col(Reminder.subject) == f"topic:{topic.number}")
    for row in ledger.all(Reminder, *own, col(Reminder.kind) == "waiting", col(Reminder.fate) == Fate.OPEN):
        row.fate, row.ended_at, row.until = Fate.HANDED_ON, ledger.now, ledger.now
        row.handed_to_id = to.id if to else None
        ledger.session.add(row)


# --- keeping the rows ----------------------------------------------------------------------------------


def _read(ledger: Ledger, called: routing.Roll) -> Page:
    query = select(
        col(Reminder.id),
        col(Reminder.person_id),
        col(Reminder.kind),
        col(Reminder.subject),
        col(Reminder.fate),
        col(Reminder.due_at),
        col(Reminder.until),
        col(Reminder.times_told),
        col(Reminder.handed_to_id),
    ).where(col(Reminder.council_id) == ledger.council_id)
    rows: dict[Key, Any] = {(r.person_id, r.kind, r.subject): r for r in columns(ledger, query)}
    handed = {key: r.handed_to_id for key, r in rows.items() if _is_handed(r, ledger)}
    causes: dict[Key, Cause] = {}
    raw: set[Key] = set()
    for kind in reminders.KINDS:
        of_kind = {(person, subject): to for (person, name, subject), to in handed.items() if name == kind.name}
        given = [c for c in kind.causes(ledger) if c.until is None or c.until > ledger.now]
        raw.update((c.person_id, kind.name, c.subject) for c in given)
        for cause in routing.route(kind, given, called, of_kind):
            causes.setdefault((cause.person_id, kind.name, cause.subject), cause)
    return Page(rows, causes, frozenset(key for key in handed if key in raw and key not in causes))


def _is_handed(row: Any, ledger: Ledger) -> bool:
    return row.fate == Fate.HANDED_ON and row.handed_to_id is not None and not _is_over(row, ledger)


def _is_over(row: Any, ledger: Ledger) -> bool:
    return row.until is not None and row.until <= ledger.now


def _is_put_off(page: Page, row: Reminder, ledger: Ledger) -> bool:
    return page.causes[row.person_id, row.kind, row.subject].due_at > ledger.now


def _row(ledger: Ledger, key: Key, cause: Cause) -> dict[str, Any]:
    person_id, kind, subject = key
    return {
        "council_id": ledger.council_id,
        "person_id": person_id,
        "kind": kind,
        "subject": subject,
        "due_at": cause.due_at,
        "until": cause.until,
        "fate": Fate.OPEN,
        "made_at": ledger.now,
        "times_told": 0,
    }


def _follow(ledger: Ledger, page: Page, key: Key, row: Any) -> dict[str, Any] | None:
    """Say what is to be changed in a row, if anything."""
    cause = page.causes.get(key)
    if cause is None:
        return None if key in page.handed else _without_cause(ledger, row)
    if row.fate == Fate.OPEN:
        due_at = max(row.due_at, cause.due_at)
        is_same = due_at == row.due_at and cause.until == row.until
        return None if is_same else {"id": row.id, "due_at": due_at, "until": cause.until}
    if row.fate == Fate.HANDED_ON or _is_over(row, ledger):
        return {
            "id": row.id,
            "fate": Fate.OPEN,
            "due_at": cause.due_at,
            "until": cause.until,
            "made_at": ledger.now,
            "told_on": None,
            "times_told": 0,
            "ended_at": None,
            "handed_to_id": None,
        }
    return None


def _without_cause(ledger: Ledger, row: Any) -> dict[str, Any] | None:
    """End what is settled; what was never of use is stale. Either can begin anew from now on."""
    if row.fate == Fate.OPEN:
        is_stale = _is_over(row, ledger) and not row.times_told
        fate = Fate.STALE if is_stale else Fate.DONE
        return {"id": row.id, "fate": fate, "ended_at": ledger.now, "until": ledger.now}
    return None if _is_over(row, ledger) else {"id": row.id, "until": ledger.now}


def _write(ledger: Ledger, change: dict[str, Any]) -> None:
    values = {name: value for name, value in change.items() if name != "id"}
    ledger.session.connection().execute(update(Reminder).where(col(Reminder.id) == change["id"]).values(values))


def _note_stale(ledger: Ledger, page: Page, changes: Sequence[dict[str, Any]]) -> None:
    """Write down how many of which kind came to nothing: nothing is dropped without a trace."""
    dropped = {change["id"] for change in changes if change.get("fate") == Fate.STALE}
    for kind, count in Counter(row.kind for row in page.rows.values() if row.id in dropped).items():
        ledger.journal(None, "reminders_stale", f"reminders:{kind}", str(count))
