"""そのほか: the pages that are needed seldom, each with what waits there."""

from sqlmodel import col

from bot import delivery, handouts, inbox_tray, minutes, take_homes, topics
from handlers.web.desk.visit import Outcome, Page, Shown, Visit
from storage.concerns import Concern, Standing
from storage.topics import Topic


def show(visit: Visit) -> Outcome:
    """List the other pages that the visitor may open."""
    ledger = visit.ledger
    kept = ledger.count(Concern, col(Concern.status) == Standing.KEPT)
    rows: list[tuple[str, str, int | None]] = [
        ("unsorted", "/unsorted", ledger.count(Topic, *topics.unsorted())),
        ("means", "/means", None),
        ("schedule", "/schedule", None),
        ("homework", "/homework", len(take_homes.waiting(ledger))),
        ("fruits", "/fruits", None),
        ("figures", "/figures", None),
        ("minutes", "/minutes", minutes.awaiting_a_word(ledger)),
        ("kept", "/kept", kept),
        ("corrections", "/corrections", None),
    ]
    if visit.may("edit_agenda"):
        rows += [
            ("posting", "/posting", len(handouts.to_post(ledger))),
            ("tray", "/tray", inbox_tray.count(ledger)),
            ("delivery", "/delivery", delivery.count_failed(ledger)),
        ]
    if visit.may("invite"):
        rows += [("people", "/people", None), ("council", "/council", None)]
    return Shown("more.html", {"rows": rows})


PAGES = (Page("GET", "/more", show),)
