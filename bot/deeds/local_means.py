"""The local means (使えるもの帳) by sentence: to look, to add, to change, to take out."""

import re
from datetime import date, timedelta

from bot import means, themes
from bot.deeds.asked import REST, Asked, Deed, N, done
from bot.deeds.sorting import NoSuchTheme, theme_code
from bot.means import Wanted
from bot.messages import Say
from bot.texts import phrase
from storage.means import Means

AT_MOST = 15
_MONTHS = re.compile(r"(\d{1,2})月?(?:([~〜～\-・,、])(\d{1,2}))*月")
_UNTIL_DAY = re.compile(r"(\d{1,2})月(\d{1,2})日まで")
_UNTIL_MONTH = re.compile(r"(\d{1,2}|今|来)月(?:末)?まで")
_RANGE = "~〜～-"


def _list(asked: Asked) -> Say:
    asked.require("read_masked")
    day = means.today(asked.ledger)
    found = means.all_of(asked.ledger)
    lines = [phrase("means.list_title"), *(_line(each, day) for each in found[:AT_MOST])]
    if not found:
        lines.append(phrase("means.none"))
    if len(found) > AT_MOST:
        lines.append(phrase("means.more", count=len(found) - AT_MOST))
    lines.append(phrase("means.hint"))
    return Say("text", text="\n".join(lines))


def _add(asked: Asked) -> Say:
    asked.require("discuss")
    made = means.add(asked.ledger, read(asked), asked.person)
    return done("means.added", line=_line(made, means.today(asked.ledger)))


def _change(asked: Asked) -> Say:
    asked.require("discuss")
    found = means.find(asked.ledger, asked.wish.number)
    means.change(asked.ledger, found, read(asked), asked.person)
    return done("means.changed", line=_line(found, means.today(asked.ledger)))


def _end(asked: Asked) -> Say:
    asked.require("discuss")
    found = means.find(asked.ledger, asked.wish.number)
    means.end(asked.ledger, found, asked.person)
    return done("means.ended", name=found.name)


def read(asked: Asked) -> Wanted:
    """Read a means out of a sentence: its name first, then in any order themes, months, a last day, a remark.

    「ケアプラザ調理室 子ども 7〜8月」「防災備蓄の入れ替え 防災 3月31日まで」. Without a theme the reader proposes
    one, which the answer shows and a person can change.
    """
    name, *others = asked.wish.rest.split()
    day = means.today(asked.ledger)
    found: list[str] = []
    months: tuple[int, ...] = ()
    until: date | None = None
    rest: list[str] = []
    for word in others:
        if ends := _last_day(word, day):
            until = ends
        elif read_months := _months(word):
            months = read_months
        elif code := _theme(word):
            found.append(code)
        else:
            rest.append(word)
    return Wanted(name, " ".join(rest), tuple(found) or _guess(asked), months, usable_until=until)


def _line(known: Means, day: date) -> str:
    labels = "・".join(themes.label(code) for code in known.themes) or phrase("means.any_theme")
    return phrase("means.line", number=known.id, words=means.words(known, day), themes=labels)


def _guess(asked: Asked) -> tuple[str, ...]:
    """The reader's theme for the words; none when it is unsure."""
    understanding = asked.reader.understand(asked.wish.rest)
    return () if understanding.abstained else (understanding.theme,)


def _theme(word: str) -> str:
    try:
        return theme_code(word)
    except NoSuchTheme:
        return ""


def _months(word: str) -> tuple[int, ...]:
    """7月, 7・8月, 11〜2月: a range may go over the new year."""
    if not _MONTHS.fullmatch(word):
        return ()
    numbers = [int(n) for n in re.findall(r"\d{1,2}", word)]
    if any(not 1 <= n <= 12 for n in numbers):
        return ()
    if len(numbers) == 2 and any(mark in word for mark in _RANGE):
        first, last = numbers
        return tuple((first - 1 + i) % 12 + 1 for i in range((last - first) % 12 + 1))
    return tuple(numbers)


def _last_day(word: str, day: date) -> date | None:
    """3月31日まで, 3月まで, 来月まで: the next such day from today on."""
    if match := _UNTIL_DAY.fullmatch(word):
        return _next(day, int(match[1]), int(match[2]))
    if match := _UNTIL_MONTH.fullmatch(word):
        month = {"今": day.month, "来": day.month % 12 + 1}.get(match[1]) or int(match[1])
        return _next(day, month, None)
    return None


def _next(day: date, month: int, of_month: int | None) -> date | None:
    for year in (day.year, day.year + 1):
        try:
            found = date(year, month, of_month) if of_month else _end_of(year, month)
        except ValueError:
            return None
        if found >= day:
            return found
    return None


def _end_of(year: int, month: int) -> date:
    return (date(year, month, 1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


DEEDS = (
    Deed("means", r"使えるもの(?:帳)?", _list),
    Deed("means_add", rf"使えるもの\s*加える{REST}", _add),
    Deed("means_change", rf"使えるもの\s*直す{N}{REST}", _change),
    Deed("means_end", rf"使えるもの\s*外す{N}", _end),
)
