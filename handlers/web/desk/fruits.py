"""実った便り: what came of what neighbours noticed, and the corner for the circular (回覧板)."""

from typing import Any

from bot import dates, fruits, take_homes, themes, topics
from handlers.web.desk.visit import Done, Outcome, Page, Printed, Shown, Visit
from storage.ledger import Ledger, NoSuchRecord
from storage.topics import Fruit, TakeHome, Topic

ENDINGS = ("pdf", "docx", "txt")
AT_MOST = 60


def show(visit: Visit) -> Outcome:
    """Show every fruit, whether it stands in the circular, and the corner ready to print."""
    lines = [_line(*row) for row in fruits.all_of(visit.ledger)[:AT_MOST]]
    return Shown("fruits.html", {"lines": lines, "endings": ENDINGS})


def _line(fruit: Fruit, topic: Topic, words: str) -> dict[str, Any]:
    return {
        "id": fruit.id,
        "words": words,
        "number": topic.number,
        "theme": themes.label(topic.theme),
        "day": dates.wareki(dates.jst(fruit.at).date()),
        "is_in": fruit.is_in_circular,
    }


def bear(visit: Visit) -> Outcome:
    """Tell every writer what came of a topic."""
    topic = topics.find(visit.ledger, visit.number("number"))
    fruits.bear(visit.ledger, visit.desk.reader(), topic, visit.wanted("words"), visit.person)
    return Done("fruit.done", {"number": topic.number})


def put_in(visit: Visit) -> Outcome:
    """Let a fruit stand in the circular."""
    return _set(visit, shown=True)


def leave_out(visit: Visit) -> Outcome:
    """Leave a fruit out of the circular."""
    return _set(visit, shown=False)


def _set(visit: Visit, *, shown: bool) -> Outcome:
    fruit = fruits.find(visit.ledger, visit.number("fruit"))
    fruits.show(visit.ledger, fruit, visit.person, shown=shown)
    return Done("fruit.said_in" if shown else "fruit.said_out", to="/fruits")


def circular(visit: Visit) -> Outcome:
    """Give the corner for the circular to take away."""
    ending = visit.request.path_params["ending"]
    if ending not in ENDINGS:
        raise NoSuchRecord(ending)
    return Printed(fruits.circular_paper(visit.ledger), ending)


def show_homework(visit: Visit) -> Outcome:
    """Show what organisations took home and have not answered, earliest due first."""
    ledger = visit.ledger
    return Shown("homework.html", {"lines": [_home(ledger, home) for home in take_homes.waiting(ledger)]})


def _home(ledger: Ledger, home: TakeHome) -> dict[str, Any]:
    topic = ledger.by_id(Topic, home.topic_id)
    return {
        "number": topic.number,
        "heading": take_homes.heading(ledger, home, topic),
        "who": take_homes.name_of(ledger, home),
        "due": dates.wareki(home.due_on) if home.due_on else "",
        "is_late": home.due_on is not None and home.due_on < dates.jst(ledger.now).date(),
        "is_sent": home.asked_at is not None,
    }


PAGES = (
    Page("GET", "/fruits", show, "read_masked"),
    Page("POST", "/topics/{number:int}/fruit", bear, "discuss"),
    Page("POST", "/fruits/{fruit:int}/in", put_in, "edit_agenda"),
    Page("POST", "/fruits/{fruit:int}/out", leave_out, "edit_agenda"),
    Page("GET", "/fruits/circular.{ending}", circular, "read_masked"),
    Page("GET", "/homework", show_homework, "read_masked"),
)
