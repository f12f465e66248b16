"""Offering a count: a new sealed case may be one more of what the board talks over already (個別から全体へ)."""

from bot import counted, dates, outbox, people, rest, threads
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.ledger import Ledger
from storage.topics import Topic


def offer(ledger: Ledger, topic: Topic) -> None:
    """Ask whoever looks after a new sealed case whether it shall be counted with one that is told already."""
    found = next(iter(counted.like(ledger, topic)), None)
    if not topic.is_restricted or topic.assignee_id is None or found is None or counted.of_case(ledger, topic):
        return
    words = threads.heading(ledger, found)
    text = phrase("general.offer", number=topic.number, general=found.number, words=words)
    button = Choice(phrase("general.join", number=found.number), f"加える {found.number} {topic.number}")
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    for person in people.writers(ledger, [topic.assignee_id]):
        say = Say("text", text=text, choices=(button,))
        outbox.tell(ledger, person, say, f"general_offer:{topic.id}:{found.id}", not_before=morning)
