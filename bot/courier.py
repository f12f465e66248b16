"""The courier: carries outbox rows to the platforms, in order for each destination, and records what came of it.

Claim, commit, call, record: the attempt is written down before the call, so that after a crash it is known
that the words may have arrived. LINE: the free reply first, a push with the row's own retry key otherwise,
and only within the month's budget (409 is success). Slack has no such key: it is looked at before a second
try. What cannot succeed is set aside where a person sees it and can send it again.
"""

import base64
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from bot import budget, closures, held, other_ways, outbox, people, proposals
from bot.messages import Platform, Posting, SendFailed, Sent
from bot.worker import beat
from storage.concerns import Part
from storage.councils import Council
from storage.database import Database
from storage.ledger import Ledger, id_of, open_ledger
from storage.outbox import Delivery, OutboxRow
from storage.sealing import Keyring

log = structlog.get_logger("courier")

LEASE = timedelta(seconds=90)
IDLE_SECONDS = 1.0
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(
    minutes=2
)  # some twenty calls an hour at a platform that is down, and soon back after it
LONG_HAUL = timedelta(hours=1)  # after so long the pauses grow to a quarter of an hour
LONGEST_LATER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=22)  # LINE keeps a retry key for 24 hours; after that a person decides
CHANNEL_PAUSE = timedelta(seconds=1)  # Slack: about one post a second a channel
PACED = ("post", "replace", "delete")
LINES_WORD = "monthly_limit"  # what LINE says when it has counted more pushes than we
ASK_AGAIN = timedelta(minutes=10)  # after LINE did not say how many pushes are left


@dataclass(frozen=True)
class Bag:
    """What the courier carries with."""

    database: Database
    keyring: Keyring
    platforms: Mapping[str, Platform]
    now: Callable[[], datetime]
    channel_pause: timedelta = CHANNEL_PAUSE


class Courier:
    """Carries rows in its own threads; several destinations at once, one row of each at a time."""

    def __init__(self, bag: Bag, hands: int = 2) -> None:
        self._bag = bag
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._asks_at = bag.now()
        self._threads = [
            threading.Thread(target=self._run, name=f"courier-{i}", daemon=True) for i in range(hands)
        ]

    def start(self) -> None:
        """Begin to carry; what an earlier process held on SQLite is free again at once."""
        if self._bag.database.is_sqlite:
            _free_leases(self._bag)
        for thread in self._threads:
            thread.start()

    def is_alive(self) -> bool:
        """Say whether every hand still works."""
        return all(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        """Say that something waits to be carried."""
        self._wake.set()

    def stop(self) -> None:
        """Let the calls under way end, then stop."""
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=1)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                busy = carry(self._bag)
                if not busy:
                    beat(self._bag.database, "courier", self._bag.now())
                    self._ask_allowance()
            except Exception as error:  # the database is away: wait and try again
                log.error("courier_waits", error=type(error).__name__)
                busy = False
                self._stop.wait(IDLE_SECONDS)
            if not busy:
                self._wake.wait(IDLE_SECONDS)

    def _ask_allowance(self) -> None:
        """Ask a platform now and then how many pushes are left; one hand asks at a time."""
        now = self._bag.now()
        if now >= self._asks_at:
            self._asks_at = now + ASK_AGAIN
            ask_allowance(self._bag)


def ask_allowance(bag: Bag) -> bool:
    """Ask for the month's pushes where the figures have grown old; say whether they are known now."""
    asks = [p.allowance for p in bag.platforms.values() if p.allowance is not None]
    with bag.database.reading() as session:
        councils = list(session.exec(select(Council)))
        stale = [c.code for c in councils if budget.is_stale(Ledger(session, bag.keyring, c, bag.now()))]
    for ask in asks if stale else ():
        try:
            allowance = ask()
        except SendFailed as failure:
            log.warning("allowance_unknown", reason=failure.reason)
            return False
        for code in stale:
            with open_ledger(bag.database, bag.keyring, code, bag.now()) as ledger:
                budget.take_over(ledger, allowance)
    return True


def carry_all(bag: Bag) -> int:
    """Carry everything that is due now; say how many rows were handled."""
    handled = 0
    while carry(bag):
        handled += 1
    return handled


def carry(bag: Bag) -> bool:
    """Carry one row that is due; say whether there was one."""
    claimed = _claim(bag)
    if claimed is None:
        return False
    row_id, posting = claimed
    if posting is None:
        return True
    scheme = posting.destination.split(":", 1)[0]
    try:
        sent = bag.platforms[scheme].send(posting)
    except SendFailed as failure:
        _record_failure(bag, row_id, failure)
    except Exception as error:  # a fault of ours must not lose the words
        log.error("sending_failed", row=row_id, error=type(error).__name__)
        _record_failure(bag, row_id, SendFailed(type(error).__name__))
    else:
        _record_sent(bag, row_id, sent)
    return True


def _claim(bag: Bag) -> tuple[int, Posting | None] | None:
    now = bag.now()
    with bag.database.reading() as session:
        if session.exec(_due(now, bag.platforms, bag.channel_pause)).first() is None:
            return None
    with bag.database.transaction() as session:
        due = _due(now, bag.platforms, bag.channel_pause)
        row = session.exec(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        ledger = _ledger(session, bag, row)
        posting = _prepare(ledger, row)
        if posting is not None:
            closures.probe(ledger, row)
            row.lease_until = now + LEASE
            row.attempted_at = row.attempted_at or now
            row.tries += 1
        session.add(row)
        return id_of(row), posting


def _due(now: datetime, platforms: Mapping[str, Platform], pause: timedelta) -> Any:
    """The next row: urgent first, then in order; never before an earlier one to the same destination.

    Urgent rows pass those that are not, and keep their order among themselves. A form has no order: the
    screen that it belongs to waits three seconds.
    """
    return (
        select(OutboxRow)
        .where(
            col(OutboxRow.status) == Delivery.WAITING,
            col(OutboxRow.next_at) <= now,
            col(OutboxRow.scheme).in_(list(platforms)),
            or_(col(OutboxRow.lease_until).is_(None), col(OutboxRow.lease_until) < now),
            ~closures.holds(now),
            or_(col(OutboxRow.kind) == "form", ~_is_held_up(now)),
            or_(col(OutboxRow.scheme) != "slack", col(OutboxRow.kind).not_in(PACED), ~_is_too_soon(now, pause)),
        )
        .order_by(col(OutboxRow.is_urgent).desc(), col(OutboxRow.id))
        .limit(1)
    )


def _is_held_up(now: datetime) -> Any:
    earlier = _other("earlier")
    return (
        select(earlier.c.id)
        .where(
            earlier.c.destination == col(OutboxRow.destination),
            earlier.c.council_id == col(OutboxRow.council_id),
            earlier.c.status == Delivery.WAITING,
            earlier.c.id < col(OutboxRow.id),
            or_(earlier.c.is_urgent.is_(True), col(OutboxRow.is_urgent).is_(False)),
            # what waits for the morning or for next month's budget does not hold up what comes later
            or_(earlier.c.next_at <= now + FIRST_WAIT, earlier.c.tries > 0),
        )
        .exists()
    )


def _is_too_soon(now: datetime, pause: timedelta) -> Any:
    """Slack takes about one post a second a channel."""
    before = _other("before")
    return (
        select(before.c.id)
        .where(
            before.c.destination == col(OutboxRow.destination),
            before.c.sent_at > now - pause,
            before.c.kind.in_(PACED),
        )
        .exists()
    )


@cache
def _other(name: str) -> Any:
    """Name the outbox a second time, for the rows before another; made once, for it is asked often."""
    return OutboxRow.__table__.alias(name)  # type: ignore[attr-defined]


def _ledger(session: Session, bag: Bag, row: OutboxRow) -> Ledger:
    council = session.get(Council, row.council_id)
    if council is None:
        raise LookupError("council")
    return Ledger(session, bag.keyring, council, bag.now())


def _prepare(ledger: Ledger, row: OutboxRow) -> Posting | None:
    """Make ready what a platform needs; None when there is nothing to be said any more."""
    say = outbox.open_say(ledger, row)
    if say is not None and row.kind == proposals.KIND:
        say = proposals.question(ledger, row)
    under, target = _sent_ref(ledger, row.under_id), _sent_ref(ledger, row.target_id)
    if say is None or (row.under_id and not under) or (row.target_id and not target):
        _not_yet_or_never(ledger, row, has_words=say is not None)
        return None
    has_reply = row.reply_sealed is not None and row.reply_until is not None and row.reply_until > ledger.now
    return Posting(
        row_id=id_of(row),
        say=say,
        destination=ledger.keyring.unseal_passing(row.destination_sealed).decode(),
        under=under,
        target=target,
        retry_key=row.retry_key,
        reply_token=ledger.keyring.unseal_passing(row.reply_sealed or b"").decode() if has_reply else None,
        may_push=budget.may_push(ledger, row),
        was_attempted=row.attempted_at is not None,
        along=held.take_along(ledger, row) if has_reply else (),
    )


def _not_yet_or_never(ledger: Ledger, row: OutboxRow, *, has_words: bool) -> None:
    parent = ledger.first(OutboxRow, col(OutboxRow.id) == (row.under_id or row.target_id))
    if has_words and parent is not None and parent.status == Delivery.WAITING:
        row.next_at = ledger.now + FIRST_WAIT
        return
    is_gone = not has_words or row.target_id or (parent is not None and parent.status == Delivery.CANCELLED)
    row.status = Delivery.CANCELLED if is_gone else Delivery.FAILED
    row.reason = "nothing_to_say" if not has_words else "no_thread"


def _sent_ref(ledger: Ledger, row_id: int | None) -> str | None:
    row = ledger.first(OutboxRow, col(OutboxRow.id) == row_id) if row_id else None
    return row.sent_ref if row else None


def _record_sent(bag: Bag, row_id: int, sent: Sent) -> None:
    with bag.database.transaction() as session:
        row = session.get(OutboxRow, row_id)
        if row is None:
            return
        ledger = _ledger(session, bag, row)
        row.status = Delivery.SENT
        row.sent_at = ledger.now
        row.lease_until = None
        row.reason = None
        row.sent_ref = sent.ref
        address = f"{row.scheme}:{sent.ref}" if sent.ref else None
        row.sent_hash = ledger.blind(address) if address else None
        if row.kind == proposals.KIND:
            proposals.take(ledger, row, sent.content)
        elif sent.content is not None:
            _keep_content(ledger, row, sent)
        row.payload_sealed = None  # said is said; the copy is in the chat
        session.add(row)
        (held.arrived if sent.took_along else held.stayed)(ledger, row)
        closures.opened(ledger, row)
        if sent.pushes:
            budget.count(ledger, sent.pushes)


def _record_failure(bag: Bag, row_id: int, failure: SendFailed) -> None:
    with bag.database.transaction() as session:
        row = session.get(OutboxRow, row_id)
        if row is None:
            return
        ledger = _ledger(session, bag, row)
        row.lease_until = None
        if failure.is_closed and row.person_id is not None:
            people.leave(ledger, ledger.keyring.unseal_passing(row.destination_sealed).decode())
        if row.status == Delivery.WAITING:
            _put_back(ledger, row, failure)
        if row.status != Delivery.WAITING or row.reason == held.BUDGET:
            held.stayed(ledger, row)
        session.add(row)
        log.warning("not_sent", row=row_id, reason=row.reason, tries=row.tries, status=str(row.status))


def _put_back(ledger: Ledger, row: OutboxRow, failure: SendFailed) -> None:
    row.reason = failure.reason[:64]
    if failure.needs_push:
        _wait_for_pushes(ledger, row, failure)
    elif failure.closes:
        closures.close(ledger, row, failure)
        row.next_at = ledger.now
    elif failure.permanent or _is_over(ledger, row):
        if not other_ways.go_otherwise(ledger, row):
            row.status = Delivery.CANCELLED if row.kind == proposals.KIND else Delivery.FAILED
    else:
        is_long = ledger.now - (row.attempted_at or ledger.now) > LONG_HAUL
        longest = LONGEST_LATER if is_long else LONGEST_WAIT
        row.next_at = ledger.now + _back_off(row.tries, failure.retry_after, longest)


def _wait_for_pushes(ledger: Ledger, row: OutboxRow, failure: SendFailed) -> None:
    """Let what no push pays for go by a free way, or else wait for the person's next message.

    Urgent words are tried again: whoever buys pushes tonight must not wait for next month.
    """
    if failure.reason == LINES_WORD:
        budget.spend_all(ledger)
    if other_ways.go_otherwise(ledger, row, other_ways.FREE):
        return
    held.hold(ledger, row)
    if row.is_urgent and row.reply_sealed is None:
        row.next_at = ledger.now + LONGEST_WAIT


def _is_over(ledger: Ledger, row: OutboxRow) -> bool:
    """Say whether it was tried for long enough; nobody waits for a model's proposal."""
    is_tired = row.kind == proposals.KIND and row.tries >= proposals.TRIES
    first = row.attempted_at or ledger.now  # what waited for Monday morning has not been tried for long
    return is_tired or ledger.now - first > GIVE_UP_AFTER


def _back_off(tries: int, retry_after: float | None, most: timedelta) -> timedelta:
    if retry_after is not None:
        return timedelta(seconds=retry_after + random.random())  # noqa: S311 - spread, not a secret
    longest: timedelta = min(FIRST_WAIT * (1 << min(tries, 12)), most)
    return longest * (0.5 + random.random() / 2)  # noqa: S311


# --- what else follows -----------------------------------------------------------------------------------


def _keep_content(ledger: Ledger, row: OutboxRow, sent: Sent) -> None:
    """Keep a picture or voice message, sealed under its concern's key, unless it was taken back meanwhile."""
    say = outbox.open_say(ledger, row)
    message = ledger.blind(say.message) if say and say.message else ""
    part = ledger.first(Part, col(Part.message) == message, col(Part.unsent_at).is_(None))
    if part is None or row.key_id is None or sent.content is None:
        return
    part.content_sealed = ledger.seal(row.key_id, base64.b64encode(sent.content).decode())
    part.content_type = sent.content_type
    ledger.session.add(part)


def _free_leases(bag: Bag) -> None:
    """Free what this courier's own kind of rows was held by; another courier may be under way with its own."""
    with bag.database.transaction() as session:
        session.exec(
            update(OutboxRow)
            .values(lease_until=None)
            .where(col(OutboxRow.lease_until).is_not(None), col(OutboxRow.scheme).in_(list(bag.platforms)))
        )
