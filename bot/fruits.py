"""実った便り: whoever noticed hears in two lines what came of it, and the neighbourhood reads it in the circular.

The arrow comes back to whoever noticed (矢印の循環が大切). Only what a person has called a fruit is one: a topic
that is closed but unsolved is never told of here.
"""

from datetime import datetime

from sqlmodel import col

from bot import dates, themes, threads, tidings, topics
from bot.answerable import Answerable
from bot.documents.paper import Item, Items, Paper, Paragraph, Section
from bot.texts import phrase
from bot.understanding import Reader
from storage.ledger import Ledger, id_of
from storage.people import Person
from storage.topics import Fruit, Status, Topic

WORDS_CHARS = 120
IN_CIRCULAR = 12


class NotRipe(Answerable):
    """The topic cannot be told of: it was taken back, or is handled apart."""

    key = "fruit.not_ripe"


def bear(ledger: Ledger, reader: Reader, topic: Topic, words: str, by: Person) -> Fruit:
    """Write down what came of a topic, and let every writer hear; the topic is solved with it.

    The words leave the board, so that names and addresses in them are hidden like in a concern.
    Raises NotRipe.
    """
    plain = reader.mask(" ".join(words.split())).text[:WORDS_CHARS]
    if topic.status in (Status.WITHDRAWN, Status.MERGED) or topic.is_restricted or not plain:
        raise NotRipe(number=topic.number)
    key_id = ledger.new_key()
    fruit = ledger.add(
        Fruit(
            council_id=ledger.council_id,
            topic_id=id_of(topic),
            key_id=key_id,
            words_sealed=ledger.seal(key_id, plain),
            at=ledger.now,
            by_id=by.id,
        )
    )
    if topic.status != Status.RESOLVED:
        topics.resolve(ledger, topic, by)
    ledger.journal(by.id, "fruit", f"topic:{topic.number}")
    threads.say(ledger, topic, phrase("fruit.thread", words=plain), f"fruit:{fruit.id}")
    tidings.fruit(ledger, topic, fruit.id or 0, plain)
    return fruit


def all_of(ledger: Ledger, since: datetime | None = None) -> list[tuple[Fruit, Topic, str]]:
    """List fruits with their topics and words, newest first; without those whose topic was taken back."""
    when = (col(Fruit.at) >= since,) if since else ()
    found = []
    for fruit in ledger.all(Fruit, *when, by=(col(Fruit.at).desc(), col(Fruit.id).desc())):
        words = ledger.unseal(fruit.key_id, fruit.words_sealed)
        topic = ledger.by_id(Topic, fruit.topic_id)
        if words and topic.status != Status.WITHDRAWN:
            found.append((fruit, topic, words))
    return found


def find(ledger: Ledger, id_: int) -> Fruit:
    """Give one fruit. Raises NoSuchRecord."""
    return ledger.by_id(Fruit, id_)


def show(ledger: Ledger, fruit: Fruit, by: Person, *, shown: bool) -> None:
    """Let a fruit stand in the circular, or leave it out."""
    fruit.is_in_circular = shown
    ledger.session.add(fruit)
    ledger.journal(by.id, "circular", f"fruit:{fruit.id}", "in" if shown else "out")


def circular_paper(ledger: Ledger, since: datetime | None = None) -> Paper:
    """Compose the corner for the circular (回覧板), ready to print: what came of what neighbours noticed.

    No number, no date and no street stand in it: a reader shall recognise the neighbourhood, nobody a house.
    """
    shown = [(t, words) for fruit, t, words in all_of(ledger, since) if fruit.is_in_circular][:IN_CIRCULAR]
    lines = tuple(Item(words, tags=(themes.label(topic.theme),)) for topic, words in shown)
    body = (Items(lines),) if lines else (Paragraph(phrase("fruit.none_yet")),)
    return Paper(
        title=phrase("fruit.circular_title"),
        lines=(ledger.council.name,),
        meta=((phrase("fruit.as_of"), dates.wareki_short(dates.jst(ledger.now).date())),),
        sections=(Section(phrase("fruit.circular_heading"), body), _invitation()),
        footer=phrase("fruit.circular_footer"),
    )


def _invitation() -> Section:
    return Section(phrase("fruit.invitation"), (Paragraph(phrase("fruit.invitation_words")),))
