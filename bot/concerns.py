"""Concerns (気づき): how a neighbour's message is taken in, held for a moment, shared, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import col

from bot import (
    asking_after,
    hiding,
    judging,
    letters,
    notes,
    originals,
    outbox,
    threads,
    tidings,
    tombs,
    topics,
)
from bot.answerable import Answerable
from bot.messages import Incoming
from bot.understanding import Reader, Understanding
from storage.concerns import Concern, Part, Standing
from storage.ledger import Ledger, id_of
from storage.people import Person
from storage.topics import Topic

MAX_JOINED = 5_000
TAKEN_BACK = (Standing.WITHDRAWN, Standing.UNSENT)
# what is kept without becoming a topic: nobody needs to do anything about it
PICTURE_WORDS = "（写真が届きました）"
VOICE_WORDS = "（音声が届きました）"


class NoSuchConcern(Answerable):
    """The number names no concern of this person or council."""

    key = "chat.no_such_concern"


@dataclass(frozen=True)
class Posted:
    """What became of a message: a new concern, or the continuation of one that still settles."""

    concern: Concern
    understanding: Understanding
    outcome: Literal["new", "continued", "taken_back", "known"]


def post(
    ledger: Ledger, reader: Reader, writer: Person, incoming: Incoming, settling: timedelta
) -> Posted | None:
    """Take in what a neighbour noticed: seal the original, mask it, judge it.

    It is held for the settling time before it is shared, so that a sentence sent in three messages is one
    concern and a slip can be taken back; an emergency is not held. A message that was taken back before it
    arrived is not kept at all (None).
    """
    message = _message_of(ledger, incoming)
    early = tombs.find(ledger, message)
    if early is not None and early.words_sealed is None:
        return None
    known = ledger.first(Part, col(Part.message) == message)
    if known is not None:
        concern = ledger.by_id(Concern, known.concern_id)
        return Posted(concern, judging.understand(ledger, reader, concern, {}), "known")
    concern, is_new = _place_for(ledger, reader, writer, incoming)
    if early is not None:
        incoming = replace(incoming, text=tombs.take_words(ledger, early))
    _add_part(ledger, concern, message, incoming)
    understanding = judging.judge(ledger, reader, concern)
    concern.settles_at = _settles_at(ledger.now, understanding, settling)
    ledger.session.add(concern)
    if is_new:
        ledger.journal(writer.id, "post", f"concern:{concern.number}", understanding.urgency)
    return Posted(concern, understanding, "new" if is_new else "continued")


def due(ledger: Ledger) -> list[Concern]:
    """List the concerns whose settling time is over, oldest first."""
    return ledger.all(
        Concern,
        col(Concern.status) == Standing.SETTLING,
        col(Concern.settles_at) <= ledger.now,
        by=col(Concern.id),
    )


def settle(ledger: Ledger, reader: Reader, concern: Concern) -> None:
    """Share a concern whose settling time is over: it becomes a topic, or is kept when nothing is to be done."""
    concern.settles_at = None
    if judging.is_to_keep(concern):
        concern.status = Standing.KEPT
        ledger.session.add(concern)
        return
    concern.status = Standing.SHARED
    ledger.session.add(concern)
    parted = _split(ledger, reader, concern)
    for piece in (concern, *parted):
        topics.open_for(ledger, reader, piece)
        asking_after.plan(ledger, piece)
    if parted:
        tidings.parted(ledger, concern, parted)


def join(ledger: Ledger, reader: Reader, concern: Concern, by: Person) -> Concern:
    """Put a message together again that was wrongly parted (ひとつにする); what was parted from it ends.

    `concern` may be any of its pieces; gives the first, which goes on with all the words.
    Raises NoSuchConcern when nothing was parted from it.
    """
    whole = ledger.by_id(Concern, concern.split_from_id) if concern.split_from_id else concern
    if whole.status != Standing.SHARED or not pieces(ledger, whole):
        raise NoSuchConcern("chat.not_parted", number=concern.number)
    known = letters.around(ledger, whole)
    _take_back_split(ledger, whole, Standing.WITHDRAWN)
    ledger.journal(by.id, "join", f"concern:{whole.number}")
    _read_anew(ledger, reader, whole, known)
    return whole


def pieces(ledger: Ledger, concern: Concern) -> list[Concern]:
    """List what was parted from a message with several matters, without what was taken back."""
    found = ledger.all(Concern, col(Concern.split_from_id) == concern.id)
    return [piece for piece in found if piece.status not in TAKEN_BACK]


def share_anyway(ledger: Ledger, reader: Reader, concern: Concern, by: Person) -> None:
    """Make a topic of what was kept as thanks or chatter: a person knows better."""
    if concern.status != Standing.KEPT:
        raise NoSuchConcern(number=concern.number)
    concern.status = Standing.SHARED
    ledger.session.add(concern)
    ledger.journal(by.id, "share_anyway", f"concern:{concern.number}")
    topics.open_for(ledger, reader, concern)
    asking_after.plan(ledger, concern)


def withdraw(ledger: Ledger, concern: Concern, by: Person | None) -> None:
    """Take a concern back (取り下げ): the text is destroyed here, in the thread, on the draft and in backups.

    Of a piece of a longer message the words go from the message's original too.
    """
    if concern.split_from_id is not None and concern.status not in TAKEN_BACK:
        originals.take_out(ledger, ledger.by_id(Concern, concern.split_from_id), originals.words(ledger, concern))
    _take_back(ledger, concern, Standing.WITHDRAWN, by)


def unsend(ledger: Ledger, reader: Reader, account_message: str) -> Concern | None:
    """Follow a message that was taken back on the platform, whether it was heard before or comes later.

    LINE asks that it can neither be seen nor used any more (receiving messages, "unsend event").
    """
    message = ledger.blind(account_message)
    tombs.bury(ledger, message)
    part = ledger.first(Part, col(Part.message) == message)
    if part is None:
        notes.unsend(ledger, message)
        return None
    concern = ledger.by_id(Concern, part.concern_id)
    if concern.status in TAKEN_BACK:
        return concern
    known = letters.around(ledger, concern)
    _empty(ledger, part)
    _take_back_split(ledger, concern)
    if originals.parts(ledger, concern):
        _read_anew(ledger, reader, concern, known)
    else:
        _take_back(ledger, concern, Standing.UNSENT, None)
    return concern


def edit(
    ledger: Ledger, reader: Reader, account_message: str, text: str, *, may_come: bool = False
) -> Concern | None:
    """Follow a message that now reads otherwise: masked and judged anew, and replaced in the thread.

    `may_come`: the message was meant for us, so that its new words are kept when it has not been heard yet.
    """
    message = ledger.blind(account_message)
    part = ledger.first(Part, col(Part.message) == message)
    if part is None or part.unsent_at is not None:
        if part is None and not notes.edit(ledger, reader, message, text) and may_come:
            tombs.keep_words(ledger, message, text)
        return None
    concern = ledger.by_id(Concern, part.concern_id)
    if concern.status in TAKEN_BACK:
        return None
    known = letters.around(ledger, concern)
    part.text_sealed = ledger.seal(concern.key_id, text)
    ledger.session.add(part)
    _take_back_split(ledger, concern)
    _read_anew(ledger, reader, concern, known)
    ledger.journal(concern.writer_id, "edit", f"concern:{concern.number}")
    return concern


def of_writer(ledger: Ledger, writer: Person, limit: int = 10) -> list[Concern]:
    """List a person's own concerns, newest first, without what was taken back."""
    return ledger.all(
        Concern,
        col(Concern.writer_id) == writer.id,
        col(Concern.status).not_in(TAKEN_BACK),
        by=col(Concern.id).desc(),
        limit=limit,
    )


def find(ledger: Ledger, number: int, writer: Person | None = None) -> Concern:
    """Find a concern by its receipt number, of this writer only if one is given. Raises NoSuchConcern."""
    found = ledger.first(Concern, col(Concern.number) == number)
    if found is None or (writer is not None and found.writer_id != writer.id):
        raise NoSuchConcern(number=number)
    return found


def read_original(ledger: Ledger, concern: Concern, by: Person) -> str:
    """Show the original to the secretariat or the assigned commissioner, and write down who looked."""
    topics.require_original(ledger, concern, by)
    ledger.journal(by.id, "read_original", f"concern:{concern.number}")
    return originals.words(ledger, concern)


def masked(ledger: Ledger, concern: Concern) -> str | None:
    """Give the masked text, which is the text for everybody; None once it was taken back."""
    if concern.status in TAKEN_BACK:
        return None
    return threads.masked(ledger, concern)


def because(ledger: Ledger, concern: Concern) -> str:
    """Give the one line that says why this theme."""
    return threads.because(ledger, concern)


def _message_of(ledger: Ledger, incoming: Incoming) -> str:
    return ledger.blind(incoming.message or f"{incoming.account}/{incoming.event_id}")


def _place_for(ledger: Ledger, reader: Reader, writer: Person, incoming: Incoming) -> tuple[Concern, bool]:
    settling = ledger.first(
        Concern,
        col(Concern.writer_id) == writer.id,
        col(Concern.status) == Standing.SETTLING,
        col(Concern.scheme) == incoming.scheme,
        by=col(Concern.id).desc(),
    )
    if settling is not None and _continues(reader, originals.words(ledger, settling), incoming.text):
        return settling, False
    return _new(ledger, writer, incoming.scheme, incoming.at), True


def _continues(reader: Reader, before: str, text: str) -> bool:
    """Say whether a message goes on with one that still settles; an emergency on another matter stands alone."""
    if len(before) + len(text) >= MAX_JOINED:
        return False
    if reader.understand(text).urgency != "emergency":
        return True
    return len(reader.split(f"{before}\n{text}")) < 2


def _new(ledger: Ledger, writer: Person, scheme: str, at: datetime) -> Concern:
    key_id = ledger.new_key()
    empty = ledger.seal(key_id, "")
    return ledger.add(
        Concern(
            council_id=ledger.council_id,
            number=ledger.next_number(Concern, Topic),
            writer_id=id_of(writer),
            key_id=key_id,
            masked_sealed=empty,
            because_sealed=empty,
            masks_sealed=ledger.seal(key_id, "[]"),
            theme="other",
            confidence=0.0,
            is_abstained=True,
            urgency="normal",
            kind="concern",
            scheme=scheme,
            received_at=min(at, ledger.now),
        )
    )


def _add_part(ledger: Ledger, concern: Concern, message: str, incoming: Incoming) -> None:
    text = {"picture": PICTURE_WORDS, "voice": VOICE_WORDS}.get(incoming.kind, incoming.text)
    ledger.add(
        Part(
            council_id=ledger.council_id,
            concern_id=id_of(concern),
            message=message,
            text_sealed=ledger.seal(concern.key_id, text),
            is_picture=incoming.kind in ("picture", "voice"),
        )
    )


def _read_anew(ledger: Ledger, reader: Reader, concern: Concern, known: Mapping[str, str]) -> None:
    """Judge a concern whose words have changed; what was kept as thanks may now ask for something."""
    judging.judge(ledger, reader, concern, known)
    if concern.status == Standing.KEPT and not judging.is_to_keep(concern):
        concern.status = Standing.SETTLING
        concern.settles_at = ledger.now
        ledger.session.add(concern)
    topics.concern_changed(ledger, reader, concern)


def _settles_at(now: datetime, understanding: Understanding, settling: timedelta) -> datetime:
    return now if understanding.urgency == "emergency" else now + settling


def _split(ledger: Ledger, reader: Reader, concern: Concern) -> list[Concern]:
    """Part a message with several matters, so that each comes to those whom it concerns."""
    is_one = concern.urgency == "emergency" or concern.wording_sealed is not None  # their own words are for all
    found = [] if is_one else reader.split(originals.words(ledger, concern))
    if len(found) < 2:
        return []
    writer = ledger.by_id(Person, concern.writer_id)
    _become(ledger, reader, concern, found[0])
    others = []
    for words in found[1:]:
        other = _new(ledger, writer, concern.scheme, concern.received_at)
        other.split_from_id = id_of(concern)
        other.status = Standing.SHARED
        other.reach = concern.reach
        _become(ledger, reader, other, words)
        others.append(other)
    return others


def _become(ledger: Ledger, reader: Reader, concern: Concern, words: str) -> None:
    """Let a concern be one piece of a message; its own words stand under its own key."""
    concern.piece_sealed = ledger.seal(concern.key_id, words)
    judging.judge(ledger, reader, concern)


def _take_back(ledger: Ledger, concern: Concern, standing: Standing, by: Person | None) -> None:
    if concern.status in TAKEN_BACK:
        return
    for part in ledger.all(Part, col(Part.concern_id) == concern.id):
        _empty(ledger, part)
    _take_back_split(ledger, concern, standing)
    _close(ledger, concern, standing)
    ledger.journal(by.id if by else concern.writer_id, str(standing), f"concern:{concern.number}")


def _take_back_split(ledger: Ledger, concern: Concern, standing: Standing = Standing.UNSENT) -> None:
    """Take back what was parted from a message, since it carries the message's words."""
    concern.piece_sealed = None
    ledger.session.add(concern)
    for piece in pieces(ledger, concern):
        hiding.move_hands(ledger, piece, concern)
        _close(ledger, piece, standing)


def _close(ledger: Ledger, concern: Concern, standing: Standing) -> None:
    concern.status = standing
    concern.closed_at = ledger.now
    concern.settles_at = None
    concern.signature_sealed = None
    ledger.session.add(concern)
    outbox.cancel(ledger, concern)
    topics.concern_gone(ledger, concern)
    ledger.destroy_key(concern.key_id)


def _empty(ledger: Ledger, part: Part) -> None:
    part.unsent_at = ledger.now
    part.text_sealed = b""
    part.content_sealed = None
    ledger.session.add(part)
