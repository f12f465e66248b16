"""The outbox: what the bot has to say becomes rows, in the same transaction as the reason for saying it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import col

from bot.messages import Incoming, Say
from bot.texts import phrase
from storage.concerns import Concern
from storage.ledger import Ledger, id_of, new_retry_key
from storage.outbox import Delivery, OutboxRow
from storage.people import Address, Person

DEDUPE_CHARS = 96
COSTLY = "line"
FREE = ("slack",)
STILL_THERE = timedelta(days=30)
EMERGENCY = "emergency"  # the part under which an emergency is answered: it may use the month's reserve


@dataclass(frozen=True)
class Reply:
    """A free answer that a platform still allows: LINE's token, good once and for a minute."""

    address: str
    token: str | None = None
    until: datetime | None = None

    @staticmethod
    def to(incoming: Incoming) -> "Reply":
        """The way back to whoever wrote this."""
        return Reply(incoming.room or incoming.sender or "", incoming.reply_token, incoming.reply_until)


@dataclass(frozen=True)
class About:
    """What a row belongs to, so that taking back a concern reaches it. `key_id` seals it with the concern."""

    concern_id: int | None = None
    topic_id: int | None = None
    key_id: int | None = None

    @staticmethod
    def concern(concern: Concern) -> "About":
        """A row that carries this concern's words."""
        return About(concern.id, concern.topic_id, concern.key_id)


def answer(ledger: Ledger, incoming: Incoming, say: Say, part: str = "answer") -> OutboxRow | None:
    """Answer where the person wrote; the same event never gets two answers."""
    if not (incoming.room or incoming.sender):
        return None
    dedupe = f"{part}:{incoming.account}:{incoming.event_id}"
    reply = Reply.to(incoming)
    return _put(ledger, reply.address, say, dedupe, About(), reply=reply, is_urgent=True)


def tell(
    ledger: Ledger,
    person: Person,
    say: Say,
    dedupe: str,
    *,
    about: About | None = None,
    not_before: datetime | None = None,
    is_urgent: bool = False,
    by: str | None = None,
) -> OutboxRow | None:
    """Tell a person something at the address where they were last heard, or on the platform that `by` names.

    None when there is no way.
    """
    found = way_to(ledger, person, by)
    if found is None:
        return None
    return _put(
        ledger, found, say, dedupe, about or About(), person=person, not_before=not_before, is_urgent=is_urgent
    )


def way_to(ledger: Ledger, person: Person, by: str | None = None) -> str | None:
    """Give the address by which a person is told something: on one platform, or on the best.

    As they chose themselves; else where they were last heard. LINE costs a push each time, so that somebody who
    was heard on a free platform within a month is told there.
    """
    ways = ledger.all(
        Address,
        col(Address.person_id) == person.id,
        col(Address.is_reachable).is_(True),
        by=(col(Address.heard_at).desc(), col(Address.id)),
    )
    way = best(person.way, ways, ledger.now) if by is None else next((w for w in ways if w.scheme == by), None)
    return ledger.unseal(person.key_id, way.sealed) if way else None


def tell_by_every_way(
    ledger: Ledger, person: Person, say: Say, dedupe: str, *, about: About | None = None
) -> list[OutboxRow]:
    """Tell a person something urgent by every way at once: which of them works tonight, nobody knows."""
    ways = ledger.all(Address, col(Address.person_id) == person.id, col(Address.is_reachable).is_(True))
    told = []
    for scheme in dict.fromkeys(way.scheme for way in ways):
        row = tell(ledger, person, say, f"{dedupe}:{scheme}", about=about, is_urgent=True, by=scheme)
        told += [row] if row is not None else []
    return told


class Heard(Protocol):
    """A way to a person: its platform, and when they were last heard there."""

    @property
    def scheme(self) -> str:
        """The platform's short name."""

    @property
    def heard_at(self) -> datetime:
        """The last word from there."""


Way = TypeVar("Way", bound=Heard)


def best(chosen: str | None, ways: Sequence[Way], now: datetime) -> Way | None:
    """Choose among a person's ways, those heard last first: their own choice, else a free one that is in use."""
    own = next((way for way in ways if way.scheme == chosen), None)
    if own is not None or not ways or ways[0].scheme != COSTLY:
        return own or (ways[0] if ways else None)
    free = next((way for way in ways if way.scheme in FREE and way.heard_at > now - STILL_THERE), None)
    return free or ways[0]


def post(
    ledger: Ledger,
    channel: str,
    say: Say,
    dedupe: str,
    about: About,
    *,
    under_id: int | None = None,
    target_id: int | None = None,
    is_urgent: bool = False,
) -> OutboxRow | None:
    """Post into a channel or thread; `target_id` names the row to replace or delete."""
    return _put(ledger, channel, say, dedupe, about, under_id=under_id, target_id=target_id, is_urgent=is_urgent)


def cancel(ledger: Ledger, concern: Concern) -> None:
    """Take back what waits to be said in a concern's words, and replace what was said of it in its thread.

    A post that was attempted may stand in the channel, whatever was heard of it (or it is under way at this
    moment): it keeps its place in the order with neutral words, so that what follows finds and replaces it.
    The thread's first message is replaced by `threads.refresh`.
    """
    for row in ledger.all(OutboxRow, col(OutboxRow.concern_id) == concern.id):
        is_post = row.kind in ("post", "replace") and row.attempted_at is not None
        gone = Say("post" if row.kind == "post" else "replace", text=phrase("thread.gone", number=concern.number))
        row.payload_sealed, row.key_id = None, None
        if row.status == Delivery.WAITING and is_post:
            row.payload_sealed = _seal_say(ledger, gone, None)
        elif row.status in (Delivery.WAITING, Delivery.FAILED):
            row.status, row.reason = Delivery.CANCELLED, "taken_back"
        ledger.session.add(row)
        if is_post and row.kind == "post" and row.under_id is not None and row.status != Delivery.CANCELLED:
            _replace(ledger, row, gone)


def cover(ledger: Ledger, meant: ColumnElement[bool], root: Say, gone: Say) -> None:
    """Put other words in the place of posts that their writer lets stand no longer; the threads go on.

    What waits as a thread's first message says `root` instead, everything else `gone`. A first message that
    stands already is replaced by `threads.refresh`.
    """
    for row in ledger.all(OutboxRow, meant, col(OutboxRow.kind).in_(("post", "replace"))):
        is_first = row.under_id is None if row.kind == "post" else row.dedupe.startswith("refresh:")
        say = root if is_first else gone
        if row.status in (Delivery.WAITING, Delivery.FAILED):
            row.payload_sealed, row.key_id = _seal_say(ledger, _of_kind(say, row.kind), None), None
            ledger.session.add(row)
        if row.kind == "post" and row.under_id is not None and row.attempted_at is not None:
            _replace(ledger, row, gone, f"covered:{row.id}:{new_retry_key()}")


def _of_kind(say: Say, kind: str) -> Say:
    return Say.from_json({**say.to_json(), "kind": kind})


def _replace(ledger: Ledger, row: OutboxRow, gone: Say, dedupe: str | None = None) -> None:
    """Put neutral words in the place of a post under a thread's first message."""
    _put(
        ledger,
        ledger.keyring.unseal_passing(row.destination_sealed).decode(),
        replace(gone, kind="replace"),
        dedupe or f"gone:{row.id}",
        About(topic_id=row.topic_id),
        target_id=row.id,
    )


def open_say(ledger: Ledger, row: OutboxRow) -> Say | None:
    """Read what a row says; None when it was emptied or its concern's key is gone."""
    if row.payload_sealed is None:
        return None
    if row.key_id is None:
        raw = ledger.keyring.unseal_passing(row.payload_sealed).decode("utf-8", "surrogatepass")
    else:
        opened = ledger.unseal(row.key_id, row.payload_sealed)
        if opened is None:
            return None
        raw = opened
    return Say.from_json(json.loads(raw))


def _put(
    ledger: Ledger,
    address: str,
    say: Say,
    dedupe: str,
    about: About,
    *,
    person: Person | None = None,
    reply: Reply | None = None,
    not_before: datetime | None = None,
    under_id: int | None = None,
    target_id: int | None = None,
    is_urgent: bool = False,
) -> OutboxRow | None:
    dedupe = fitting(dedupe)
    if ledger.first(OutboxRow, col(OutboxRow.dedupe) == dedupe):
        return None
    token = reply.token if reply else None
    return ledger.add(
        OutboxRow(
            council_id=ledger.council_id,
            person_id=id_of(person) if person else None,
            destination=ledger.blind(address),
            destination_sealed=ledger.keyring.seal_passing(address.encode()),
            scheme=address.split(":", 1)[0],
            kind=say.kind,
            key_id=about.key_id,
            payload_sealed=_seal_say(ledger, say, about.key_id),
            concern_id=about.concern_id,
            topic_id=about.topic_id,
            under_id=under_id,
            target_id=target_id,
            reply_sealed=ledger.keyring.seal_passing(token.encode()) if token else None,
            reply_until=reply.until if reply else None,
            retry_key=new_retry_key(),
            dedupe=dedupe,
            is_urgent=is_urgent,
            created_at=ledger.now,
            next_at=max(ledger.now, not_before) if not_before else ledger.now,
        )
    )


def fitting(dedupe: str) -> str:
    """Shorten what is too long for its column; the end, which tells two apart, stays told apart."""
    if len(dedupe) <= DEDUPE_CHARS:
        return dedupe
    return f"{dedupe[:54]}#{hashlib.sha256(dedupe.encode()).hexdigest()[:40]}"


def _seal_say(ledger: Ledger, say: Say, key_id: int | None) -> bytes:
    raw = json.dumps(say.to_json(), ensure_ascii=False)
    if key_id is None:
        return ledger.keyring.seal_passing(raw.encode("utf-8", "surrogatepass"))
    return ledger.seal(key_id, raw)
