"""Sentences: the short wishes that people type or press, recognised in what they write.

Each is matched whole, so that a concern that merely begins with such a word stays a concern; so does one whose
further words are not what the sentence wants.
"""

import re
import unicodedata

from bot import deeds, people
from bot.deeds import Asked, Wish
from bot.messages import Incoming, Say
from bot.understanding import Reader
from storage.ledger import Ledger
from storage.people import Person

_PATTERNS = tuple((deed.verb, re.compile(deed.pattern, re.DOTALL | re.IGNORECASE)) for deed in deeds.ALL)
_ONLY = {deed.verb: deed.only for deed in deeds.ALL if deed.only}
_FITS = {deed.verb: deed.fits for deed in deeds.ALL}
_ACTS = {deed.verb: deed.act for deed in deeds.ALL}
MAX_SENTENCE = 600


def understand(text: str, person: Person | None = None) -> Wish | None:
    """Recognise a wish; None means that somebody tells of something.

    With a person, what only some may ask for is heard from them alone.
    """
    if len(text) > MAX_SENTENCE:
        return None
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("。!！")
    for verb, pattern in _PATTERNS:
        if (match := pattern.fullmatch(plain)) and _is_heard_from(person, verb):
            wish = _wish(verb, match)
            if _FITS[verb](wish.rest):
                return wish
    return None


def _wish(verb: str, match: re.Match[str]) -> Wish:
    given = match.groupdict()
    return Wish(
        verb,
        int(given.get("number") or 0),
        int(given.get("second") or 0),
        (given.get("rest") or "").strip(),
        given.get("choice") or "",
    )


def _is_heard_from(person: Person | None, verb: str) -> bool:
    return person is None or verb not in _ONLY or people.may(person, _ONLY[verb])


def fulfil(
    ledger: Ledger, person: Person, wish: Wish, incoming: Incoming, reader: Reader, public_url: str
) -> Say | None:
    """Do what a wish asks for and give the answer. Raises Answerable when it cannot be done as it stands."""
    return _ACTS[wish.verb](Asked(ledger, person, wish, incoming, reader, public_url))
