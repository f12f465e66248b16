"""What a deed works with: the wish, whoever has it, and the words in which it is answered."""

from collections.abc import Callable
from dataclasses import dataclass

from bot import meetings, people, topics
from bot.messages import Incoming, Say
from bot.texts import phrase
from bot.understanding import Reader
from storage.ledger import Ledger
from storage.meetings import Meeting
from storage.people import Person
from storage.topics import Topic

# the parts from which patterns of sentences are made: `12`, and the words that follow
N = r"\s*(?P<number>\d{1,9})"
REST = r"\s+(?P<rest>.+)"


@dataclass(frozen=True)
class Wish:
    """What a sentence asks for."""

    verb: str
    number: int = 0
    second: int = 0
    rest: str = ""
    choice: str = ""


@dataclass(frozen=True)
class Asked:
    """A wish with whoever has it, ready to be fulfilled."""

    ledger: Ledger
    person: Person
    wish: Wish
    incoming: Incoming
    reader: Reader
    public_url: str

    def topic(self) -> Topic:
        """The topic meant."""
        return topics.find(self.ledger, self.wish.number)

    def meeting(self) -> Meeting:
        """The next meeting."""
        return meetings.next_meeting(self.ledger)

    def require(self, deed: str) -> None:
        """Let pass whoever may do this."""
        people.require(self.person, deed)


def anything(words: str) -> bool:
    """Take whatever words follow."""
    return True


@dataclass(frozen=True)
class Deed:
    """A sentence that people can type or press, and what it does.

    `pattern` is matched whole against the normalised text (NFKC); its groups `number`, `second`, `rest` and
    `choice` become the wish. With `only` (a row of `people.MAY`) the sentence begins with an everyday word, such
    as 「連絡 」: from whoever may not do this it stays what somebody tells, and nothing that a neighbour writes
    is refused. `fits` says whether the words that follow (`rest`) are what the sentence wants; where they go on
    like a tale, 「テーマ 3 について困っています」, it is one.
    """

    verb: str
    pattern: str
    act: Callable[[Asked], Say | None]
    only: str = ""
    fits: Callable[[str], bool] = anything


def done(key: str, **values: object) -> Say:
    """Say in a sentence of the phrase book that it was done."""
    return Say("text", text=phrase(key, **values))


def quietly(asked: Asked, key: str, topic: Topic, **values: object) -> Say | None:
    """Answer in a one-to-one chat; in a channel the thread itself shows what was done."""
    if not asked.incoming.is_private and topic.root_id is not None:
        return None
    return done(key, number=topic.number, **values)
