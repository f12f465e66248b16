"""原文: what somebody wrote, for whoever may see it, with the masks marked, and put right by hand."""

import base64
from typing import Any

from sqlmodel import col

from bot import concerns, hiding, masking, originals
from bot.privacy import Mask
from bot.texts import phrase
from handlers.web.desk.visit import Done, Outcome, Page, Shown, Visit
from storage.concerns import Concern, Part
from storage.ledger import Ledger

PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
SOUNDS = ("audio/mpeg", "audio/mp4", "audio/aac", "audio/x-m4a", "audio/ogg", "audio/wav")
FURTHEST = 999_999


def show(visit: Visit) -> Outcome:
    """Show an original to whoever may see it; that they looked is journalled in the same breath."""
    ledger = visit.ledger
    concern = concerns.find(ledger, visit.number("number"))
    words = concerns.read_original(ledger, concern, visit.person)
    whole = _whole(visit, concern)
    hands = hiding.hands(ledger, concern)
    return Shown(
        "original.html",
        {
            "number": concern.number,
            "pieces": marked(words, originals.masks(ledger, concern)),
            "whole": "" if whole is None else originals.whole(ledger, whole),
            "media": _media(ledger, whole or concern),
            "hands": [_hand(hand) for hand in hands],
            "kinds": hiding.KINDS,
        },
    )


def lift(visit: Visit) -> Outcome:
    """Show what was hidden at one place."""
    concern = concerns.find(visit.ledger, visit.number("number"))
    place = visit.whole("start", 0, FURTHEST), visit.whole("end", 0, FURTHEST)
    found = [m for m in originals.masks(visit.ledger, concern) if (m.start, m.end) == place]
    if not found:
        raise masking.NoSuchMask
    masking.lift(visit.ledger, visit.desk.reader(), concern, found[0], visit.person)
    return Done("desk.said.lifted", {"number": concern.number}, f"/topics/{concern.number}")


def hide(visit: Visit) -> Outcome:
    """Hide words that the machine left readable."""
    concern = concerns.find(visit.ledger, visit.number("number"))
    words, kind = visit.wanted("words"), visit.wanted("kind")
    masking.add(visit.ledger, visit.desk.reader(), concern, words, visit.person, kind)
    return Done("desk.said.hidden_words", {"number": concern.number}, f"/topics/{concern.number}")


def marked(words: str, masks: list[Mask]) -> list[dict[str, Any]]:
    """Cut a text into pieces, and say of each whether the room sees it masked, and where it stands."""
    pieces: list[dict[str, Any]] = []
    here = 0
    for mask in sorted(masks, key=lambda m: m.start):
        if here <= mask.start < mask.end <= len(words):
            pieces += [_piece(words, here, mask.start), _piece(words, mask.start, mask.end, mask.label)]
            here = mask.end
    return [piece for piece in (*pieces, _piece(words, here, len(words))) if piece["text"]]


def _piece(words: str, start: int, end: int, label: str = "") -> dict[str, Any]:
    return {"text": words[start:end], "start": start, "end": end, "label": label}


def _hand(hand: hiding.Hand) -> dict[str, Any]:
    key = "opened" if hand.is_lifted else "hidden"
    words = phrase(f"desk.original.{key}", words=hand.words)
    return {
        "id": hand.correction.id,
        "words": words if hand.spans else f"{words}{phrase('desk.original.nowhere')}",
    }


def _whole(visit: Visit, concern: Concern) -> Concern | None:
    """Give the message from which a concern was parted, for whoever may read every original."""
    if not visit.may("read_original"):
        return None
    if concern.split_from_id is not None:
        return visit.ledger.by_id(Concern, concern.split_from_id)
    return concern if concern.piece_sealed is not None else None


def _media(ledger: Ledger, concern: Concern) -> list[dict[str, str]]:
    """Give pictures and sounds in the page itself: nothing of an original has an address of its own."""
    found = []
    for part_ in ledger.all(Part, col(Part.concern_id) == concern.id, col(Part.unsent_at).is_(None)):
        kind = (part_.content_type or "").split(";")[0].strip().lower()
        content = ledger.unseal(concern.key_id, part_.content_sealed)
        if content and kind in (*PICTURES, *SOUNDS):
            clean = base64.b64encode(base64.b64decode(content)).decode()
            shape = "picture" if kind in PICTURES else "sound"
            found.append({"shape": shape, "data": f"data:{kind};base64,{clean}"})
        elif part_.is_picture:
            found.append({"shape": "missing", "data": ""})
    return found


_CONCERN = "/concerns/{number:int}"
PAGES = (
    Page("POST", f"{_CONCERN}/original", show, "read_masked"),
    Page("POST", f"{_CONCERN}/lift", lift, "read_masked"),
    Page("POST", f"{_CONCERN}/hide", hide, "read_masked"),
)
