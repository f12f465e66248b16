"""直したこと: what people put right, from which the council's own sense grows. Each can be taken back."""

from typing import Any

from bot import agreement, corrections, dates, masking, themes, topics
from bot.texts import phrase
from handlers.web.desk.visit import Done, Outcome, Page, Shown, Visit
from storage.concerns import Concern, Correction
from storage.ledger import id_of

AT_MOST = 60
FEW = 3


def show(visit: Visit) -> Outcome:
    """Show what counts now, newest first, without words and without saying who did it; for the board, how often
    the machine's proposals were kept.
    """
    rows = [_row(visit, *pair) for pair in corrections.standing(visit.ledger, AT_MOST)]
    board = agreement.months(visit.ledger) if visit.may("edit_agenda") else []
    return Shown("corrections.html", {"rows": rows, "months": [month_row(m) for m in board], "at_most": AT_MOST})


def take_back(visit: Visit) -> Outcome:
    """Let a correction count no more."""
    ledger = visit.ledger
    correction = ledger.by_id(Correction, visit.number("number"))
    if correction.what == corrections.MASK:
        masking.take_back(ledger, visit.desk.reader(), correction, visit.person)
    else:
        topics.take_back_correction(ledger, correction, visit.person)
    return Done("desk.said.correction_back")


def month_row(month: agreement.Month) -> dict[str, str]:
    """Give one month as it is shown: a figure from under three concerns would point to somebody."""
    return {
        "month": phrase("desk.corrections.month", year=month.first.year, month=month.first.month),
        "concerns": _count(month.concerns),
        "theme": _share(month.theme, month.proposed),
        "urgency": _share(month.urgency, month.concerns),
        "masking": _share(month.masking, month.concerns),
        "unsorted": _count(month.unsorted),
    }


def _row(visit: Visit, correction: Correction, concern: Concern) -> dict[str, Any]:
    is_mask = correction.what == corrections.MASK
    return {
        "id": id_of(correction),
        "number": concern.number,
        "change": phrase(
            f"desk.corrections.{correction.what}", was=_code(correction.was), became=_code(correction.became)
        ),
        "when": dates.spoken(correction.at),
        "may_take_back": not is_mask or visit.may("read_original"),
    }


def _code(code: str) -> str:
    """Name a code as people read it: a theme, an urgency, or the kind of a mask."""
    if code.startswith(corrections.UNSURE):
        return phrase("thread.unsorted")
    if code in themes.codes():
        return themes.label(code)
    area = "urgency" if code in ("emergency", "soon", "normal", "none") else "desk.kind"
    return phrase(f"{area}.{code}")


def _count(count: int) -> str:
    return phrase("desk.corrections.few") if 0 < count < FEW else phrase("desk.today.cases", count=count)


def _share(kept: int, of: int) -> str:
    """Give a share in whole percent; of few, or when few were kept, no figure at all."""
    if of == 0:
        return phrase("desk.corrections.nothing")
    if kept < FEW or of < FEW:
        return phrase("desk.corrections.few")
    return phrase("desk.corrections.share", percent=round(100 * kept / of))


PAGES = (
    Page("GET", "/corrections", show, "sort"),
    Page("POST", "/corrections/{number:int}/back", take_back, "sort"),
)
