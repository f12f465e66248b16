"""Sentences: the short wishes that people type or press, recognised in what they write.

Each is matched whole, so that a concern that merely begins with such a word stays a concern.
"""

import re
import unicodedata

from bot import deeds
from bot.deeds import Asked, Wish
from bot.messages import Incoming, Say
from bot.understanding import Reader
from storage.ledger import Ledger
from storage.people import Person

_PATTERNS = tuple((deed.verb, re.compile(deed.pattern, re.DOTALL | re.IGNORECASE)) for deed in deeds.ALL)
_ACTS = {deed.verb: deed.act for deed in deeds.ALL}
MAX_SENTENCE = 600


def understand(text: str) -> Wish | None:
    """Recognise a wish; None means that somebody tells of something."""
    if len(text) > MAX_SENTENCE:
        return None
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("。!！")
    for verb, pattern in _PATTERNS:
        if match := pattern.fullmatch(plain):
            given = match.groupdict()
            return Wish(
                verb,
                int(given.get("number") or 0),
                int(given.get("second") or 0),
                (given.get("rest") or "").strip(),
                given.get("choice") or "",
            )
    return None


def fulfil(
    ledger: Ledger, person: Person, wish: Wish, incoming: Incoming, reader: Reader, public_url: str
) -> Say | None:
    """Do what a wish asks for and give the answer. Raises Answerable when it cannot be done as it stands."""
    return _ACTS[wish.verb](Asked(ledger, person, wish, incoming, reader, public_url))
