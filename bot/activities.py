"""活動記録: a commissioner's counts in the official 4 fields and 14 contents, so that nobody counts twice.

The national record has had these categories for decades (福祉行政報告例); the field is whom it is
about, the content what it is about, and further counts stand beside them. A month is written line by line; the
sheet that is handed in is added up from it. No name, no household: only numbers, and no ranking of persons.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from sqlmodel import col

from bot import dates, monthly, people
from bot.answerable import Answerable
from bot.documents.paper import Note, Paper, Section, Table
from bot.texts import phrase
from storage.ledger import Ledger, id_of
from storage.people import Person, Role
from storage.yearly import Activity

FIELDS = (1, 2, 3, 4)
CONTENTS = tuple(range(1, 15))
# その他の活動件数, 訪問回数, 連絡調整回数, 活動日数
OTHERS = ("survey", "event", "local", "training", "certificate", "report", "visit", "contact", "days")
MOST = 9_999
Code = TypeVar("Code", int, str)
# a theme's usual content, with which a line is proposed (the theme table's official categories)
_ENTRY = re.compile(r"(?P<field>[^\s\d]+)\s+(?P<content>[^\s\d]+|\d{1,2})\s+(?P<count>\d{1,4})\S{0,2}")
_OTHER = re.compile(r"(?P<other>[^\s\d]+)\s+(?P<count>\d{1,4})\S{0,2}")


class NotUnderstood(Answerable):
    """The line names no field, content and count."""

    key = "activity.not_understood"


class NotACommissioner(Answerable):
    """Only commissioners keep a record of activities."""

    key = "activity.not_a_commissioner"


def write(ledger: Ledger, person: Person, month: str, written: str) -> Activity:
    """Write one line down: 「高齢者 日常的な支援 3」 or 「訪問 12」. The same line again replaces its count.

    Raises NotUnderstood, NotACommissioner.
    """
    if person.role != Role.COMMISSIONER:
        raise NotACommissioner
    field, content, other, count = _read(written)
    found = ledger.first(
        Activity,
        col(Activity.person_id) == person.id,
        col(Activity.month) == month,
        col(Activity.field) == field,
        col(Activity.content) == content,
        col(Activity.other) == other,
    )
    row = found or Activity(
        council_id=ledger.council_id,
        person_id=id_of(person),
        month=month,
        field=field,
        content=content,
        other=other,
        count=0,
        at=ledger.now,
    )
    row.count, row.at = min(count, MOST), ledger.now
    ledger.journal(person.id, "activity", f"month:{month}")
    return ledger.add(row)


def of_person(ledger: Ledger, person: Person, month: str) -> list[Activity]:
    """List what a commissioner wrote down for a month, in the sheet's order."""
    return ledger.all(
        Activity,
        col(Activity.person_id) == person.id,
        col(Activity.month) == month,
        by=(col(Activity.other), col(Activity.field), col(Activity.content)),
    )


def totals_paper(ledger: Ledger, months: Iterable[str], person: Person | None = None) -> Paper:
    """Compose the totals of these months: of one commissioner for their own sheet, or of all without any name."""
    listed = list(months)
    mine = (col(Activity.person_id) == person.id,) if person else ()
    rows = ledger.all(Activity, col(Activity.month).in_(listed), *mine)
    who = people.name_of(ledger, person) or phrase("role.commissioner") if person else phrase("activity.all")
    return Paper(
        title=phrase("activity.title"),
        lines=(ledger.council.name,),
        meta=(
            (phrase("activity.months"), f"{monthly.spoken(listed[0])}から{monthly.spoken(listed[-1])}"),
            (phrase("activity.of"), who),
            (phrase("yearly.as_of"), dates.wareki_short(dates.jst(ledger.now).date())),
        ),
        sections=(_fields(rows), _contents(rows), _others(rows)),
        footer=phrase("activity.footer"),
    )


def sentence(row: Activity) -> str:
    """Say one line as it was understood."""
    if row.other:
        return phrase("activity.line_other", other=phrase(f"activity.other.{row.other}"), count=row.count)
    return phrase(
        "activity.line",
        field=phrase(f"activity.field.{row.field}"),
        content=phrase(f"activity.content.{row.content}"),
        count=row.count,
    )


def _fields(rows: list[Activity]) -> Section:
    found: Counter[int] = Counter()
    for row in rows:
        found[row.field] += row.count if row.field else 0
    lines = tuple((phrase(f"activity.field.{n}"), phrase("yearly.count", count=found[n])) for n in FIELDS)
    table = Table((phrase("activity.by_field"), phrase("yearly.count_column")), lines, (3, 1))
    return Section(phrase("activity.by_field"), (table,))


def _contents(rows: list[Activity]) -> Section:
    """Lay out contents by fields, with sums; blank where there is nothing."""
    found = Counter[tuple[int, int]]()
    for row in rows:
        if row.content:
            found[row.content, row.field] += row.count
    header = (
        phrase("activity.by_content"),
        *(phrase(f"activity.short.{n}") for n in FIELDS),
        phrase("yearly.total"),
    )
    lines = []
    for content in CONTENTS:
        cells = [found[content, field] for field in FIELDS]
        shown = (*(str(c) if c else "" for c in cells), str(sum(cells)))
        lines.append((f"{content} {phrase(f'activity.content.{content}')}", *shown))
    sums = [sum(found[content, field] for content in CONTENTS) for field in FIELDS]
    lines.append((phrase("yearly.total"), *(str(s) for s in sums), str(sum(sums))))
    return Section(phrase("activity.by_content"), (Table(header, tuple(lines), (6, 2, 2, 2, 2, 2)),))


def _others(rows: list[Activity]) -> Section:
    found = Counter[str]()
    for row in rows:
        found[row.other] += row.count
    lines = tuple((phrase(f"activity.other.{code}"), str(found[code])) for code in OTHERS)
    table = Table((phrase("activity.others"), phrase("yearly.count_column")), lines, (3, 1))
    return Section(phrase("activity.others"), (table, Note(phrase("activity.note"))))


def _read(written: str) -> tuple[int, int, str, int]:
    """Read field, content, other and count out of one line."""
    plain = unicodedata.normalize("NFKC", written).strip()
    if match := _ENTRY.fullmatch(plain):
        field = _find("field", FIELDS, match["field"])
        content = (
            int(match["content"])
            if match["content"].isdecimal()
            else _find("content", CONTENTS, match["content"])
        )
        if field and content and content in CONTENTS:
            return field, content, "", int(match["count"])
    if match := _OTHER.fullmatch(plain):
        other = _find("other", OTHERS, match["other"])
        if other:
            return 0, 0, other, int(match["count"])
    raise NotUnderstood


def _find(kind: str, codes: Iterable[Code], said: str) -> Code | None:
    """Find a category by its name or the beginning of it."""
    for code in codes:
        label = phrase(f"activity.{kind}.{code}")
        if label == said or (len(said) >= 2 and label.startswith(said)):
            return code
    return None


def last_months(today: date, count: int) -> list[str]:
    """List so many months up to this one, oldest first."""
    start = today.year * 12 + today.month - count
    return [f"{(start + n) // 12}-{(start + n) % 12 + 1:02}" for n in range(count)]
