"""Bundles: what waits for a person, in one message a day, short enough for a telephone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from bot import dates, reminders, rest
from bot.messages import Choice, Say
from bot.reminders import book, posting
from bot.reminders.kind import Due, Kind, Line, columns
from bot.reminders.routing import Roll
from bot.texts import phrase
from storage.ledger import Ledger
from storage.outbox import Delivery, OutboxRow
from storage.people import Person
from storage.reminders import Fate, Reminder

AT_MOST = 4  # three choices each; LINE shows thirteen at most
LABEL_CHARS = 20  # LINE
WEEK = 7
AT_ONCE = 250  # bundles laid out before the progress moves

READ = ("id", "person_id", "kind", "subject", "due_at", "until", "told_on", "times_told")

Progress = Callable[[int, int], None]


def silent(done: int, whole: int) -> None:
    """Show no progress."""


def send(ledger: Ledger, progress: Progress = silent) -> int:
    """Put today's bundle for each person with something waiting into the outbox; say how many there were.

    Nothing on a day of rest or at night: what waits, waits until the next working morning.
    """
    if dates.is_quiet(ledger.now, rest.rules(ledger.council)):
        return 0
    today = dates.jst(ledger.now).date()
    take_back(ledger, today)
    called = book.refresh(ledger)
    shares = _shares(ledger, called, today)
    told, sent = sorted(shares), 0
    for begin in range(0, len(told), AT_ONCE):
        sent += _send_some(ledger, {id_: shares[id_] for id_ in told[begin : begin + AT_ONCE]}, today)
        progress(min(begin + AT_ONCE, len(told)), len(told))
    return sent


def of_person(ledger: Ledger, person: Person, page: int = 1) -> Say | None:
    """Lay out what waits for a person now, a page at a time; None when nothing does."""
    book.refresh(ledger)
    return compose(ledger, book.waiting(ledger, person), page)


def compose(ledger: Ledger, waiting: Sequence[Due], page: int = 1) -> Say | None:
    """Put reminders into one message: as many as a telephone shows, the rest counted; None when none is left."""
    start = (max(page, 1) - 1) * AT_MOST
    shown, left = waiting[start : start + AT_MOST], len(waiting) - start
    if not shown:
        return None
    lines = lay(ledger, shown)
    return _say([lines[r.id or 0] for r in shown], shown, left, max(page, 1) + 1)


def lay(ledger: Ledger, those: Iterable[Due]) -> dict[int, Line]:
    """Write the lines of any number of reminders, each kind at once."""
    by_kind: dict[str, list[Due]] = {}
    for reminder in those:
        by_kind.setdefault(reminder.kind, []).append(reminder)
    found: dict[int, Line] = {}
    for kind in reminders.KINDS:
        some = by_kind.get(kind.name, [])
        if some:
            found.update(zip([r.id or 0 for r in some], kind.lay(ledger, some), strict=True))
    return found


def take_back(ledger: Ledger, today: date) -> int:
    """Take back bundles of earlier days that could not be sent: today's says what still waits.

    What is said only once counts as not said yet. What is on its way at this moment is left alone.
    """
    stale = (
        col(OutboxRow.council_id) == ledger.council_id,
        col(OutboxRow.status) == Delivery.WAITING,
        col(OutboxRow.dedupe).startswith(posting.PREFIX),
        col(OutboxRow.dedupe).not_like(f"%:{today}"),
        col(OutboxRow.lease_until).is_(None) | (col(OutboxRow.lease_until) < ledger.now),
    )
    rows = columns(
        ledger, select(col(OutboxRow.id), col(OutboxRow.person_id), col(OutboxRow.dedupe)).where(*stale)
    )
    connection = ledger.session.connection()
    for id_, person_id, dedupe in rows:
        day = date.fromisoformat(dedupe.rsplit(":", 1)[1])
        mine = (col(Reminder.person_id) == person_id, col(Reminder.told_on) == day)
        connection.execute(
            update(Reminder).where(*mine).values(told_on=None, times_told=col(Reminder.times_told) - 1)
        )
        cancelled = {"status": Delivery.CANCELLED, "reason": "stale"}
        connection.execute(update(OutboxRow).where(col(OutboxRow.id) == id_).values(cancelled))
    if rows:
        ledger.session.expire_all()
        ledger.journal(None, "bundles_stale", "reminders:bundle", str(len(rows)))
    return len(rows)


def _shares(ledger: Ledger, called: Roll, today: date) -> dict[int, list[Due]]:
    """Give what each person is to be told today, in the order in which it is read."""
    due = columns(
        ledger,
        select(*(col(getattr(Reminder, name)) for name in READ))
        .where(
            col(Reminder.council_id) == ledger.council_id,
            col(Reminder.fate) == Fate.OPEN,
            col(Reminder.due_at) <= ledger.now,
        )
        .order_by(col(Reminder.person_id), col(Reminder.id)),
    )
    kinds = {kind.name: kind for kind in reminders.KINDS}
    rank = {kind.name: kind.rank for kind in reminders.KINDS}
    to_tell = [r for r in due if r.person_id in called.present and _is_to_be_told(r, kinds.get(r.kind), today)]
    return {
        id_: sorted(those, key=lambda r: (rank.get(r.kind, 99), r.told_on or date.min, r.due_at, r.id or 0))
        for id_, those in groupby(to_tell, key=lambda r: r.person_id)
    }


def _is_to_be_told(reminder: Due, kind: Kind | None, today: date) -> bool:
    """Say whether a day's bundle carries it: the first time, after its days, or when its day has moved on."""
    if reminder.told_on is None or dates.jst(reminder.due_at).date() > reminder.told_on:
        return True
    if kind is None or kind.again_days is None:
        return False
    doubled = kind.again_days << min(max(reminder.times_told - 1, 0), 3)
    pause = min(doubled, WEEK) if kind.grows else kind.again_days
    return reminder.told_on + timedelta(days=pause) <= today


def _send_some(ledger: Ledger, shares: Mapping[int, Sequence[Due]], today: date) -> int:
    shown = {id_: _shown(those) for id_, those in shares.items()}
    lines = lay(ledger, (r for those in shown.values() for r in those))
    says = {
        id_: _say([lines[r.id or 0] for r in those], those, len(shares[id_]), 1) for id_, those in shown.items()
    }
    told = posting.tell_many(ledger, says, str(today))
    _mark_told(ledger, [r.id or 0 for id_ in told for r in shown[id_]], today)
    return len(told)


def _shown(those: Sequence[Due]) -> Sequence[Due]:
    """Give those that a telephone shows; what was never said gets the last place of what is said again.

    Four concerns that wait for weeks would otherwise keep the record of the month from ever being asked for.
    """
    shown = those[:AT_MOST]
    unsaid = next((r for r in those[AT_MOST:] if r.told_on is None), None)
    if unsaid is None or shown[-1].told_on is None:
        return shown
    return [*shown[:-1], unsaid]


def _mark_told(ledger: Ledger, ids: Sequence[int], today: date) -> None:
    if not ids:
        return
    one = (
        update(Reminder)
        .where(col(Reminder.id) == bindparam("which"))
        .values(told_on=today, times_told=col(Reminder.times_told) + 1)
    )
    ledger.session.connection().execute(one, [{"which": id_} for id_ in ids])


def _say(lines: Sequence[Line], those: Sequence[Due], count: int, following: int) -> Say:
    is_plain = all(r.kind == "waiting" for r in those)
    body = [line.text for line in lines]
    choices = [_marked(choice, line.mark, len(lines)) for line in lines for choice in line.choices]
    if count > len(lines):
        body.append(phrase("ping.more", count=count - len(lines)))
        page = f" {following}" if following > 1 else ""
        choices.append(Choice(phrase("reminder.next"), f"待っていること{page}"))
    opening = phrase("ping.opening" if is_plain else "reminder.opening", count=count)
    return Say("text", text="\n".join((opening, *body, phrase("ping.closing"))), choices=tuple(choices))


def _marked(choice: Choice, mark: str, shown: int) -> Choice:
    if shown == 1:
        return choice
    return Choice(f"{choice.label} {mark}"[:LABEL_CHARS], choice.says, choice.style)
