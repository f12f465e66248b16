"""What a page shows of a topic or a person, as plain words ready for a template."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot import counted, dates, people, threads
from bot.texts import phrase
from storage.ledger import Ledger
from storage.people import Person
from storage.topics import Status, Topic

# where a topic stands on the arrow (気づき→共有→検討→対応)
STEPS: dict[str, tuple[Status, ...]] = {
    "shared": (Status.SHARED,),
    "considering": (Status.CONSIDERING, Status.CARRIED_OVER, Status.TAKEN_HOME),
    "acting": (Status.ACTING, Status.WATCHING, Status.REFERRED, Status.DECLINED),
}
ENDED = (Status.RESOLVED, Status.WITHDRAWN, Status.MERGED)
URGENCIES = ("emergency", "soon", "normal", "none")


@dataclass(frozen=True)
class Card:
    """One topic in a list."""

    number: int
    heading: str
    theme: str
    status: str
    step: str
    urgency: str
    urgency_label: str
    age: str
    voices: int
    assignee: str
    is_restricted: bool
    is_unsorted: bool
    is_general: bool = False
    cases: str = ""  # 個別から全体へ: how many sealed cases it stands for, as it may be told


def card(ledger: Ledger, topic: Topic) -> Card:
    """Give a topic as it stands in a list."""
    assignee = ledger.first(Person, Person.id == topic.assignee_id) if topic.assignee_id else None
    return Card(
        number=topic.number,
        heading=threads.heading(ledger, topic, 70),
        theme=threads.theme_label(topic),
        status=threads.status_label(topic),
        step=step_of(topic),
        urgency=topic.urgency,
        urgency_label=phrase(f"urgency.{topic.urgency}"),
        age=dates.ago(topic.opened_at, ledger.now),
        voices=len(threads.voices(ledger, topic)),
        assignee=who(ledger, assignee) if assignee else "",
        is_restricted=topic.is_restricted,
        is_unsorted=topic.is_unsorted,
        is_general=topic.is_general,
        cases=counted.told(ledger, topic) if topic.is_general else "",
    )


def cards(ledger: Ledger, those: Iterable[Topic]) -> list[Card]:
    """Give topics as they stand in a list."""
    return [card(ledger, topic) for topic in those]


def step_of(topic: Topic) -> str:
    """Say at which step of the arrow a topic stands; `ended` when it has gone all the way."""
    return next((step for step, those in STEPS.items() if topic.status in those), "ended")


def who(ledger: Ledger, person: Person | None) -> str:
    """Name a person as the officers do; residents are nameless."""
    if person is None:
        return phrase("desk.nobody")
    return people.name_of(ledger, person) or phrase(f"role.{person.role}")


def is_assigned(topic: Topic, person: Person) -> bool:
    """Say whether this person looks after the topic."""
    return topic.assignee_id is not None and topic.assignee_id == person.id
