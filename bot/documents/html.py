"""A Paper as an HTML fragment, for the desk and for the mail's second part."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape as escape_html

from bot.documents.paper import (
    Block,
    Chart,
    Item,
    Items,
    Note,
    Pair,
    Paper,
    Paragraph,
    Section,
    Space,
    Table,
    mapped,
    printable,
    timed,
)


def html(paper: Paper) -> bytes:
    """Write the paper as one <article>, UTF-8, with no style and no script of its own.

    The page around it brings the look (`.paper`, `.paper.large`); a strict content policy holds.
    """
    safe = mapped(paper, _reader(paper.longest_readings_first()))
    parts = [
        f'<article class="paper{" large" if safe.large else ""}" lang="ja">',
        "<header>",
        *(f'<p class="line">{line}</p>' for line in safe.lines),
        f"<h1>{safe.title}</h1>",
        _pairs("meta", safe.meta),
        "</header>",
        *map(_section, safe.sections),
        f"<footer><p>{safe.footer}</p></footer>" if safe.footer else "",
        "</article>",
    ]
    return "\n".join(part for part in parts if part).encode()


def escape(text: str) -> str:
    """Make a resident's words mean nothing but themselves in HTML; line breaks stay."""
    return escape_html(printable(text)).replace("\n", "<br>")


def _reader(readings: tuple[Pair, ...]) -> Callable[[str], str]:
    """An escape that also sets furigana; words are found before the escape, never inside one."""
    if not readings:
        return escape
    ruby = {word: f"<ruby>{escape(word)}<rt>{escape(kana)}</rt></ruby>" for word, kana in readings}
    split = re.compile("(" + "|".join(map(re.escape, ruby)) + ")").split
    return lambda text: "".join(ruby.get(part) or escape(part) for part in split(text))


def _section(section: Section) -> str:
    heading = f"{_number(section.number)}{section.heading}"
    first = f"<h2>{heading}{_minutes(section.minutes)}</h2>" if heading else ""
    parts = ("<section>", first, *map(_block, section.blocks), "</section>")
    return "\n".join(filter(None, parts))


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{text}</p>"
        case Note(text):
            return f'<p class="note">※ {text}</p>'
        case Items(items):
            return "\n".join(['<ul class="items">', *map(_item, items), "</ul>"])
        case Table():
            return _table(block)
        case Space(label, lines):
            ruled = '<div class="rule"></div>' * lines
            return f'<div class="space"><span>{label}</span>{ruled}</div>'
        case Chart():
            return _chart(block)


def _chart(chart: Chart) -> str:
    """Write bars as meters, which a strict content policy allows; the number stands beside each."""
    bars = "".join(
        f'<div><dt>{label}</dt><dd><meter min="0" max="{chart.longest}" value="{count}"></meter>'
        f" {count}{chart.unit}</dd></div>"
        for label, count in chart.bars
    )
    return f'<figure class="chart"><figcaption>{chart.label}</figcaption><dl>{bars}</dl></figure>'


def _item(item: Item) -> str:
    tags = "".join(f' <span class="tag">{tag}</span>' for tag in item.tags)
    heading = f"{_number(item.number)}{item.heading}{tags}{_minutes(item.minutes)}"
    return f"<li><h3>{heading}</h3>{_pairs('details', item.details)}</li>"


def _pairs(name: str, pairs: tuple[Pair, ...]) -> str:
    if not pairs:
        return ""
    rows = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in pairs)
    return f'<dl class="{name}">{rows}</dl>'


def _number(number: str) -> str:
    return f'<span class="number">{number}</span> ' if number else ""


def _minutes(minutes: int | None) -> str:
    return f' <span class="minutes">{timed(minutes)}</span>' if minutes is not None else ""


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{cell}</th>' for cell in table.header)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
