"""個別から全体へ: whoever keeps a sealed case puts the trouble before the board, in words that they looked at."""

from bot import counted, general, threads, topics
from bot.general import Proposal
from handlers.web.desk.visit import Done, Go, Outcome, Page, Shown, Visit
from storage.topics import Topic


def show(visit: Visit) -> Outcome:
    """Show the exact words that would be told, other sentences, and what is told already.

    What the room reads anyway has its own page.
    """
    ledger, topic = visit.ledger, _case(visit)
    if not topic.is_restricted:
        return Go(f"/topics/{topic.number}")
    general.require(ledger, topic, visit.person)
    told = counted.topic_of(ledger, counted.of_case(ledger, topic))
    found = None if told else general.standing(ledger, topic, visit.person)
    shown = found.words if found else ""
    return Shown(
        "general.html",
        {
            "number": topic.number,
            "told": told.number if told else None,
            "told_words": threads.heading(ledger, told) if told else "",
            "told_count": counted.told(ledger, told) if told else "",
            "words": shown,
            "seal": found.seal if found else 0,
            "suggestions": [words for words in general.suggestions(ledger, topic) if words != shown],
            "alike": [_told(visit, each) for each in counted.like(ledger, topic)],
            "at_most": general.WORDS_CHARS,
        },
    )


def _told(visit: Visit, topic: Topic) -> dict[str, object]:
    words, count = threads.heading(visit.ledger, topic), counted.told(visit.ledger, topic)
    return {"number": topic.number, "words": words, "count": count}


def say(visit: Visit) -> Outcome:
    """Propose other words; they are put in general terms and shown again."""
    topic = _case(visit)
    found: Proposal = general.propose(visit.ledger, topic, visit.wanted("words"), visit.person)
    return Done("general.said_hid" if found.kinds else "general.said", {"kinds": found.kinds})


def approve(visit: Visit) -> Outcome:
    """Put the very words that were shown before the board."""
    topic = _case(visit)
    made = general.approve(visit.ledger, topic, visit.whole("seal", 0, 999_999), visit.person)
    values = _told(visit, made)
    return Done("general.started", {"general": made.number, **values, "number": topic.number})


def add(visit: Visit) -> Outcome:
    """Count the case with what is told already."""
    topic = _case(visit)
    told = topics.find(visit.ledger, visit.whole("general", 1, 999_999))
    home = general.add(visit.ledger, told, topic, visit.person)
    values = {"general": home.number, "number": topic.number, "count": counted.told(visit.ledger, home)}
    return Done("general.added", values)


def take_out(visit: Visit) -> Outcome:
    """Count the case no more."""
    topic = _case(visit)
    general.take_out(visit.ledger, topic, visit.person)
    return Done("general.left", {"number": topic.number})


def _case(visit: Visit) -> Topic:
    return topics.find(visit.ledger, visit.number("number"))


_TOPIC = "/topics/{number:int}/general"
PAGES = (
    Page("GET", _TOPIC, show, "discuss"),
    Page("POST", _TOPIC, say, "discuss"),
    Page("POST", f"{_TOPIC}/approve", approve, "discuss"),
    Page("POST", f"{_TOPIC}/add", add, "discuss"),
    Page("POST", f"{_TOPIC}/out", take_out, "discuss"),
)
