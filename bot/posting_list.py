"""The posting list (ポスティング表): to whom a paper is carried, where it is dropped, and a box to tick."""

from bot import contact, dates, handouts, people
from bot.documents.paper import Note, Paper, Paragraph, Section, Table
from bot.texts import phrase
from storage.ledger import Ledger
from storage.minutes import Handout
from storage.people import Person

BOX = "□"


def posting_paper(ledger: Ledger) -> Paper:
    """Compose the list of all that is to be handed over now, for whoever goes round with it."""
    waiting = handouts.to_post(ledger)
    return Paper(
        title=phrase("handout.sheet.title"),
        lines=(ledger.council.name,),
        meta=(
            (phrase("handout.sheet.day"), dates.wareki(dates.jst(ledger.now).date())),
            (phrase("handout.sheet.count"), phrase("handout.sheet.pieces", count=len(waiting))),
        ),
        sections=(Section("", _blocks(ledger, waiting)),),
        footer=phrase("handout.sheet.footer"),
    )


def _blocks(ledger: Ledger, waiting: list[Handout]) -> tuple[Table | Note | Paragraph, ...]:
    if not waiting:
        return (Paragraph(phrase("handout.sheet.none")),)
    header = tuple(phrase(f"handout.sheet.{name}") for name in ("done", "number", "name", "where", "what"))
    rows = tuple(_row(ledger, handout) for handout in waiting)
    return Table(header, rows, widths=(2, 3, 5, 8, 8)), Note(phrase("handout.sheet.note"))


def _row(ledger: Ledger, handout: Handout) -> tuple[str, ...]:
    person = ledger.by_id(Person, handout.person_id)
    return (
        BOX,
        str(handout.id),
        name(ledger, person),
        contact.post_of(ledger, person),
        handouts.title_of(ledger, handout),
    )


def name(ledger: Ledger, person: Person) -> str:
    """Name a member on the list, or say their role where no name was written down."""
    return people.name_of(ledger, person) or phrase(f"role.{person.role}")
