"""Why a message was judged as it was, in one short line that a neighbour understands."""

from __future__ import annotations

import numpy as np

from bot import ngrams
from bot.classifier import Classifier, Floats, Seen
from bot.themes import label
from bot.whole_words import whole_words

MOST = 2


def because(classifier: Classifier, seen: Seen, theme: str) -> str:
    """The words that spoke most for the theme: 「昼ごはん」「夏休み」→ 子ども・子育て.

    Each phrase is weighed by the learned n-grams that lie in it, for this theme against the
    others; a word of themes.toml that spoke for the theme counts extra, as it does in the judging.
    """
    weighed = _weighed(classifier, seen, theme)
    chosen: list[tuple[int, str]] = []
    for weight, start, phrase in sorted(weighed, key=lambda entry: (-entry[0], entry[1])):
        if weight <= 0 or len(chosen) == MOST:
            break
        if not any(phrase in other or other in phrase for _, other in chosen):
            chosen.append((start, phrase))
    if not chosen:
        return f"文全体の意味から → {label(theme)}"
    return "".join(f"「{phrase}」" for _, phrase in sorted(chosen)) + f"→ {label(theme)}"


def unsure(first: str, second: str | None) -> str:
    """What is said when Kizuki leaves the theme to a person."""
    if second is None:
        return "決め手になることばがありません"
    return f"{label(first)}か{label(second)}か、決めきれませんでした"


def small_talk() -> str:
    """What is said of greetings, trials and jokes."""
    return "あいさつや試し書きのようです"


def corrected(theme: str) -> str:
    """What is said when an officer's correction of a similar message decided."""
    return f"以前に直した似た気づき → {label(theme)}"


def _weighed(classifier: Classifier, seen: Seen, theme: str) -> list[tuple[float, int, str]]:
    """Phrases of the text, each with how much it speaks for the theme."""
    places = _by_character(classifier, seen, theme)
    found = [
        (float(places[start : start + len(phrase)].sum()), start, phrase)
        for start, phrase in whole_words(seen.text)
    ]
    top = max((weight for weight, _, _ in found), default=0.0)
    for start, word, of in classifier.found(seen.text):
        if of == theme:
            extra = max(top, 0.0) + float(places[start : start + len(word)].sum())
            found.append((max(extra, 1e-3), start, word))
    return found


def _by_character(classifier: Classifier, seen: Seen, theme: str) -> Floats:
    """How much each character speaks for the theme, by the n-grams that cover it."""
    heads = classifier.heads
    places = np.zeros(len(seen.text) + 2, dtype=np.float32)
    if theme not in heads.labels["theme"]:
        return places[1:-1]
    columns = heads.columns("theme")
    own = columns.start + heads.labels["theme"].index(theme)
    scale = heads.chars_scale
    grams = seen.grams
    rows = heads.chars[grams.buckets, columns].astype(np.float32) * scale[columns]
    weights = heads.chars[grams.buckets, own] * scale[own] - rows.mean(axis=1)
    for offset in range(max(ngrams.LENGTHS)):
        covering = grams.lengths > offset
        np.add.at(places, grams.starts[covering] + offset, (weights / grams.lengths)[covering])
    return places[1:-1]
