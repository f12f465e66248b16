"""The month's figures (一か月の数): one line a month, from which the status report (地区社協状況書) is made.

The city's leaflet sums four counts over all councils: households visited, salons and meals together, jobs of
everyday help, meals delivered (よこはまの地区社協活動). A month that is written again replaces itself.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from bot import dates
from bot.answerable import Answerable
from bot.texts import phrase
from storage.ledger import Ledger
from storage.people import Person
from storage.yearly import MonthlyFigure

CODES = ("watch", "salon", "support", "meal")
MOST = 999_999
# what people call each count when they type it
_SAID = {
    "watch": ("見守り訪問", "見守り", "訪問"),
    "salon": ("サロン・会食", "サロン", "会食"),
    "support": ("生活支援", "支援"),
    "meal": ("配食", "弁当"),
}
_CODE_OF = {word: code for code, words in _SAID.items() for word in words}
_ENTRY = re.compile(
    rf"({'|'.join(map(re.escape, sorted(_CODE_OF, key=len, reverse=True)))})\s*[:：は]?\s*(\d{{1,6}})"
)
_MONTH = re.compile(r"(?:(\d{4})年)?(\d{1,2})月")


class NotUnderstood(Answerable):
    """The line names no count."""

    key = "monthly.not_understood"


class NotAMonth(Answerable):
    """The month is still to come, or is none."""

    key = "monthly.not_a_month"


@dataclass(frozen=True)
class Line:
    """What somebody wrote for one month: code and count."""

    month: str  # 2026-11
    counts: dict[str, int]


def read(written: str, month: str, today: date) -> Line:
    """Read one line: 「見守り 40 サロン 4 生活支援 6 配食 80」, of the month named or the one just past.

    Raises NotUnderstood, NotAMonth.
    """
    plain = unicodedata.normalize("NFKC", written)
    found = {_CODE_OF[word]: int(count) for word, count in _ENTRY.findall(plain)}
    if not found:
        raise NotUnderstood(example=phrase("monthly.example"))
    return Line(month_of(month, today), found)


def names_a_count(written: str) -> bool:
    """Say whether a line names what is counted, with a number behind it."""
    return bool(_ENTRY.search(unicodedata.normalize("NFKC", written)))


def month_of(said: str, today: date) -> str:
    """Give the month meant: 「10月」 is the last October, 「今月」 this one, nothing the one just past."""
    plain = unicodedata.normalize("NFKC", said).strip()
    if plain in ("", "先月"):
        return f"{date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1):%Y-%m}"
    if plain == "今月":
        return f"{today:%Y-%m}"
    found = _MONTH.fullmatch(plain)
    number = int(found[2]) if found else 0
    if not 1 <= number <= 12:
        raise NotAMonth
    year = int(found[1]) if found and found[1] else today.year - (number > today.month)
    if not 2000 <= year <= today.year or (year, number) > (today.year, today.month):
        raise NotAMonth
    return f"{year:04}-{number:02}"


def write(ledger: Ledger, line: Line, by: Person) -> None:
    """Write the month's counts down; those that were not named stay as they were."""
    for code, count in line.counts.items():
        found = ledger.first(
            MonthlyFigure, col(MonthlyFigure.month) == line.month, col(MonthlyFigure.code) == code
        )
        row = found or MonthlyFigure(
            council_id=ledger.council_id, month=line.month, code=code, count=0, at=ledger.now
        )
        row.count, row.at, row.by_id = min(count, MOST), ledger.now, by.id
        ledger.add(row)
    ledger.journal(by.id, "monthly", f"month:{line.month}")


def of_year(ledger: Ledger, first: date) -> dict[str, dict[str, int]]:
    """Give the counts of a fiscal year that begins on this day: by month, then by code."""
    months = months_of(first)
    found: dict[str, dict[str, int]] = {month: {} for month in months}
    for row in ledger.all(MonthlyFigure, col(MonthlyFigure.month).in_(months)):
        found[row.month][row.code] = row.count
    return found


def months_of(first: date) -> list[str]:
    """List the twelve months of the fiscal year that begins on this day: April to March."""
    return [f"{first.year + (first.month - 1 + n) // 12}-{(first.month - 1 + n) % 12 + 1:02}" for n in range(12)]


def spoken(month: str) -> str:
    """Give a month as a paper shows it: 11月."""
    return f"{int(month[5:])}月"


def label(code: str) -> str:
    """Give a count's name as the status report has it."""
    return phrase(f"monthly.code.{code}")


def unit(code: str) -> str:
    """Give what a count counts: 世帯, 回, 件, 食."""
    return phrase(f"monthly.unit.{code}")


def today(ledger: Ledger) -> date:
    """Give today in Japan."""
    return dates.jst(ledger.now).date()
