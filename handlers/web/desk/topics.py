"""話題: all that is open, grouped by where it stands on the arrow, and the tray of what has no theme yet."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from bot import apart, proposals, themes, threads, topics
from bot.answerable import Answerable
from handlers.web.desk.view import ENDED, STEPS, Card, card, cards
from handlers.web.desk.visit import Done, Go, Outcome, Page, Shown, Visit
from storage.ledger import Ledger, id_of
from storage.topics import Topic

AT_MOST = 60  # of one group: a page that nobody reads to its end helps nobody
FIRST_ACTING = 8  # what is in hand grows over the year; the newest come first, the rest at a press
ENDED_AT_MOST = 20


class NoSuchTheme(Answerable):
    """A form names a theme that is not listed."""

    key = "desk.form.no_theme"


def show(visit: Visit) -> Outcome:
    """Show the open topics by the steps of the arrow; a number leads straight to its topic."""
    number = visit.asked("number")
    if number:
        return Go(f"/topics/{_found(visit.ledger, number)}")
    theme = visit.asked("theme")
    ledger = visit.ledger
    limits = dict.fromkeys(STEPS, AT_MOST) | ({} if visit.asked("all") else {"acting": FIRST_ACTING})
    groups = {step: cards(ledger, _of_step(ledger, step, theme, limits[step])) for step in STEPS}
    return Shown(
        "topics.html",
        {
            "theme": theme,
            "groups": groups,
            "counts": {step: ledger.count(Topic, *_conditions(step, theme)) for step in STEPS},
            "at_most": AT_MOST,
            "apart": cards(ledger, _apart(visit)),
            "ended": cards(ledger, _ended(ledger, theme)) if visit.asked("ended") else [],
            "shows_ended": bool(visit.asked("ended")),
            "unsorted": ledger.count(Topic, *topics.unsorted()),
        },
    )


def show_unsorted(visit: Visit) -> Outcome:
    """Show what the classifier left to a person (テーマ未定), each with one button per theme."""
    ledger = visit.ledger
    found = ledger.all(Topic, *topics.unsorted(), by=col(Topic.opened_at), limit=AT_MOST)
    proposed = proposals.of(ledger, found)
    rows = [_unsorted_row(ledger, topic, proposed.get(id_of(topic), "")) for topic in found]
    return Shown("unsorted.html", {"rows": rows})


def sort(visit: Visit) -> Outcome:
    """Give a topic its theme."""
    theme = visit.wanted("theme")
    if theme not in themes.codes():
        raise NoSuchTheme
    topic = topics.find(visit.ledger, visit.number("number"))
    topics.sort(visit.ledger, topic, theme, visit.person)
    return Done("chat.sorted", {"number": topic.number, "theme": themes.label(theme)})


def _found(ledger: Ledger, number: str) -> int:
    digits = "".join(ch for ch in number.translate(_DIGITS) if ch.isdigit() and ch.isascii())
    if not digits or len(digits) > 9:
        raise topics.NoSuchTopic(number=number[:12])
    return topics.find(ledger, int(digits)).number


def _of_step(ledger: Ledger, step: str, theme: str, limit: int) -> list[Topic]:
    conditions = _conditions(step, theme)
    order = col(Topic.changed_at).desc() if step == "acting" else col(Topic.opened_at)
    found = ledger.all(Topic, *conditions, by=(order, col(Topic.id)), limit=limit)
    return sorted(found, key=lambda topic: topic.urgency != "emergency") if step != "acting" else found


def _conditions(step: str, theme: str) -> tuple[ColumnElement[bool], ...]:
    return col(Topic.status).in_(STEPS[step]), *_shown(theme)


def _ended(ledger: Ledger, theme: str) -> list[Topic]:
    conditions = (col(Topic.status).in_(ENDED), *_shown(theme))
    return ledger.all(Topic, *conditions, by=col(Topic.changed_at).desc(), limit=ENDED_AT_MOST)


def _shown(theme: str) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions for what the room sees: not what is handled apart, and of one theme if one is asked."""
    open_to_all = col(Topic.is_restricted).is_(False)
    return (open_to_all, col(Topic.theme) == theme) if theme else (open_to_all,)


def _apart(visit: Visit) -> list[Topic]:
    """Give what is handled apart: all of it for the board, one's own for a commissioner."""
    found = visit.ledger.all(
        Topic,
        col(Topic.is_restricted).is_(True),
        col(Topic.status).not_in(ENDED),
        by=col(Topic.opened_at),
        limit=AT_MOST,
    )
    return [t for t in found if apart.may_read(visit.ledger, t, visit.person)]


def _unsorted_row(ledger: Ledger, topic: Topic, proposed: str) -> dict[str, Any]:
    first = next(iter(threads.voices(ledger, topic)), None)
    wanted = [first.theme, first.second_theme] if first and not proposed else [proposed]
    likely = [code for code in dict.fromkeys(wanted) if code and code != themes.OTHER]
    shown: Card = card(ledger, topic)
    return {
        "card": shown,
        "text": threads.masked(ledger, first) if first else "",
        "why": threads.because(ledger, first) if first else "",
        "proposed": proposed,
        "likely": likely,
        "others": [code for code in themes.codes() if code not in likely],
    }


_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
PAGES = (
    Page("GET", "/topics", show, "read_masked"),
    Page("GET", "/unsorted", show_unsorted, "sort"),
    Page("POST", "/topics/{number:int}/theme", sort, "sort"),
)
