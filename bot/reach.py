"""出してよい言葉: whoever noticed says how far it may go (担当だけ, 役員会, 地区), and in which words.

A commissioner keeps what they come to know of a person's circumstances (民生委員法 15条), and nobody's data
goes to third parties without their word (個人情報保護法 27条). So the writer's word counts from the moment it is
said: in the thread, on the papers to come, and in what is told outside.
"""

from sqlmodel import col

from bot import agenda, apart, concerns, general_offer, letters, merging, threads, topics
from bot.answerable import Answerable
from bot.apart import BOARD, CHARGE, DISTRICT
from bot.texts import phrase
from bot.understanding import Reader
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.people import Person, Role
from storage.topics import Topic

ALL = (CHARGE, BOARD, DISTRICT)
WORDS_CHARS = 200
OPEN = (Standing.SETTLING, Standing.SHARED)


class NotOpen(Answerable):
    """The concern was taken back, or kept as thanks: it goes nowhere."""

    key = "reach.not_open"


def may_choose(concern: Concern, person: Person) -> bool:
    """Say whether a person decides how far a concern goes: its writer does, or the secretariat for them."""
    return concern.writer_id == person.id or person.role == Role.SECRETARIAT


def find(ledger: Ledger, number: int, by: Person) -> Concern:
    """Find a concern on which a person may decide. Raises NoSuchConcern, NotOpen."""
    found = concerns.find(ledger, number)
    if not may_choose(found, by):
        raise concerns.NoSuchConcern(number=number)
    if found.status not in OPEN:
        raise NotOpen(number=number)
    return found


def label(reach: str) -> str:
    """Give how far a concern may go, as people say it."""
    return phrase(f"reach.of.{reach}")


def choose(ledger: Ledger, concern: Concern, to: str, by: Person) -> None:
    """Let a concern go so far and no further, from now on and everywhere at once.

    What its writer keeps gets a topic to itself first, so that nobody else's matter is kept with it.
    """
    before = concern.reach
    concern.reach = to
    ledger.session.add(concern)
    ledger.journal(by.id, "reach", f"concern:{concern.number}", f"{before}>{to}")
    if concern.topic_id is None or before == to:
        return
    if to == CHARGE:
        topic = merging.take_out(ledger, concern, by)
        topics.keep_apart(ledger, topic)
        threads.cover(ledger, topic, concern)
        general_offer.offer(ledger, topic)
    else:
        topic = ledger.by_id(Topic, concern.topic_id)
        topics.let_go(ledger, topic)
    apart.measure(ledger, topic)
    threads.refresh(ledger, topic)
    agenda.renew(ledger)


def word(ledger: Ledger, reader: Reader, concern: Concern, words: str, by: Person) -> str:
    """Let a concern be told in its writer's own words, masked like every message; empty gives the text back.

    Sealed under the concern's key, so that they go with it. Gives the words as everybody reads them.
    """
    plain = " ".join(words.split())[:WORDS_CHARS]
    shown = reader.mask(plain, known=letters.around(ledger, concern)).text
    concern.wording_sealed = ledger.seal(concern.key_id, shown) if shown else None
    ledger.session.add(concern)
    ledger.journal(by.id, "wording", f"concern:{concern.number}", "given" if shown else "taken back")
    ledger.session.flush()
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id)
    if topic is not None:
        threads.cover(ledger, topic, concern)
        threads.rewrite(ledger, topic, concern)
    return shown


def wording(ledger: Ledger, concern: Concern) -> str:
    """Give the writer's own words; empty while the masked text stands."""
    return ledger.unseal(concern.key_id, concern.wording_sealed) or ""
