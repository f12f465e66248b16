"""Corrections (直したこと): what people of a council put right, so that its own sense grows."""

from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from bot import alike
from bot.classifier import Correction as Example
from bot.classifier import Examples
from bot.understanding import Reader
from storage.concerns import Concern, Correction, Standing
from storage.ledger import Ledger, id_of
from storage.people import Person
from storage.sealing import Keyring

THEME, URGENCY, MASK = "theme", "urgency", "mask"
UNSURE = "?"  # before a theme that was only a guess: the machine had left it unsorted
AT_MOST = 500

Mark = tuple[int, int, int]


@dataclass
class Lessons:
    """What one process has at hand of each council's examples: numbers of masked texts, no text."""

    kept: dict[int, tuple[Keyring, Mark, Examples | None]] = field(default_factory=dict)


def keep(
    ledger: Ledger,
    concern: Concern,
    what: str,
    was: str,
    became: str,
    by: Person | None,
    words_sealed: bytes | None = None,
) -> Correction:
    """Write down what a person put right."""
    return ledger.add(
        Correction(
            council_id=ledger.council_id,
            concern_id=id_of(concern),
            what=what,
            was=was,
            became=became,
            words_sealed=words_sealed,
            by_id=by.id if by else None,
            at=ledger.now,
        )
    )


def take_back(ledger: Ledger, correction: Correction, by: Person) -> None:
    """Let a correction count no more; what it had changed is put back by whoever calls."""
    correction.taken_back_at = ledger.now
    ledger.session.add(correction)
    ledger.session.flush()
    detail = f"{correction.what} {correction.was}>{correction.became}"
    ledger.journal(by.id, "take_back_correction", f"correction:{correction.id}", detail)


def standing(ledger: Ledger, limit: int = AT_MOST) -> list[tuple[Correction, Concern]]:
    """List what counts now, newest first, each with the concern that it is about."""
    rows = ledger.all(
        Correction, col(Correction.taken_back_at).is_(None), by=col(Correction.id).desc(), limit=limit
    )
    wanted = {row.concern_id for row in rows}
    shared = ledger.all(Concern, col(Concern.id).in_(wanted), col(Concern.status) == Standing.SHARED)
    found = {concern.id: concern for concern in shared}
    return [(row, found[row.concern_id]) for row in rows if row.concern_id in found]


def examples(ledger: Ledger, reader: Reader) -> Examples | None:
    """Give what people of this council have put right, for the classifier to lean on at once.

    Opening hundreds of seals for each message would be slow, so the numbers are kept with the reader until a
    correction is added or taken back, or a concern among them is taken back or masked anew.
    """
    lessons: Lessons = vars(reader).setdefault("lessons", Lessons())
    mark = _mark(ledger)
    known = lessons.kept.get(ledger.council_id)
    if known is not None and known[0] is ledger.keyring and known[1] == mark:
        return known[2]
    learnt = _learn(ledger) if mark[1] else None
    lessons.kept[ledger.council_id] = (ledger.keyring, mark, learnt)
    return learnt


def _mark(ledger: Ledger) -> Mark:
    """Give what changes when the examples do: the newest, how many, and how long their masked texts are."""
    newest, count, length = ledger.session.exec(
        select(func.max(Correction.id), func.count(), func.sum(func.length(Concern.masked_sealed)))
        .select_from(Correction)
        .join(Concern, col(Concern.id) == col(Correction.concern_id))
        .where(col(Correction.council_id) == ledger.council_id, col(Concern.status) == Standing.SHARED)
        .where(*_counts())
    ).one()
    return int(newest or 0), int(count), int(length or 0)


def _counts() -> tuple[ColumnElement[bool], ...]:
    return col(Correction.what).in_([THEME, URGENCY]), col(Correction.taken_back_at).is_(None)


def _learn(ledger: Ledger) -> Examples | None:
    rows = ledger.all(Correction, *_counts(), by=col(Correction.id).desc(), limit=AT_MOST)
    said: dict[int, dict[str, str]] = {}
    for row in rows:  # newest first: the last word counts
        said.setdefault(row.concern_id, {}).setdefault(row.what, row.became)
    shared = ledger.all(Concern, col(Concern.id).in_(said), col(Concern.status) == Standing.SHARED)
    by_id = {id_of(concern): concern for concern in shared}
    learnt = [_example(ledger, by_id[id_], words) for id_, words in said.items() if id_ in by_id]
    return _without_text(Examples.of(learnt)) if learnt else None


def _example(ledger: Ledger, concern: Concern, said: dict[str, str]) -> Example:
    text = ledger.unseal(concern.key_id, concern.masked_sealed) or ""
    return Example(text, said.get(THEME, ""), said.get(URGENCY), alike.signature(ledger, concern))


def _without_text(learnt: Examples) -> Examples:
    return replace(learnt, corrections=tuple(replace(one, text="", signature=None) for one in learnt.corrections))
