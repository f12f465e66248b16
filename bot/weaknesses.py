"""Where the proposals are weak, by the way people write: `python -m bot.weaknesses`, five minutes of one core.

Each sentence of bot/training is judged by parts that learned neither it nor its neighbours. The table stands in
bot/training/MISREADINGS.md, so that whoever answers a thread knows what to look at twice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.classifier import KINDS, calmed
from bot.embedding import load_embedding
from bot.learning import fit_settings, folds, judge_unseen, levels, probabilities, spans, weighed
from bot.lessons import LABELS, Sentence, numbers, read_sentences
from bot.urgency import URGENCIES

Bools = NDArray[np.bool_]

HEAD = (
    "| way of writing | sentences | theme right, when it answers | theme answered "
    "| emergency read as emergency or soon | as emergency | near-misses read as urgent | kind |\n"
    "|---|---|---|---|---|---|---|---|"
)
WAYS = (
    ("everyday Japanese", ("casual_resident", "casual_parent", "no_punctuation", "youth", "emoji")),
    ("polite, formal", ("polite_elderly", "formal_resident")),
    ("commissioners' notes", ("commissioner_shorthand",)),
    ("dialects", ("dialect",)),
    ("speech to text", ("voice_input",)),
    ("やさしい日本語", ("yasashii_nihongo",)),
    ("typing slips, half-width kana", ("typos", "halfwidth_kana")),
    ("English, Chinese, Korean", ("english", "chinese", "korean")),
    ("Portuguese, Vietnamese, Tagalog", ("portuguese", "vietnamese", "tagalog")),
    ("all", ("",)),
)


class Judged:
    """All sentences, and for each of them what was said and whether that was right."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        """Judge them in five folds, with the weights and limits that are fitted on the same folds."""
        self.sentences = sentences
        matter = numbers(sentences, load_embedding())
        unseen = judge_unseen(matter, folds(sentences))
        limits = fit_settings(unseen, sentences, matter)
        if unseen.meaning is None:
            raise ImportError("the language model is not installed here")
        logits = weighed(unseen.chars, unseen.meaning, limits)
        theme, danger, kind, calm = (probabilities(logits[:, span]) for span in spans())
        self.levels = levels(calmed(danger, calm), limits["emergency"], limits["soon"])
        self.answered = theme.max(axis=1) >= limits["abstain"]
        said = [LABELS["theme"][place] for place in theme.argmax(axis=1)]
        self.right = np.array([code in (s.theme, s.second) for code, s in zip(said, sentences, strict=True)])
        self.kind = np.array([KINDS[p] == s.kind for p, s in zip(kind.argmax(axis=1), sentences, strict=True)])
        self.truth = np.array([URGENCIES.index(s.urgency) for s in sentences])
        self.near = np.array(["near_miss" in s.flags for s in sentences]) & (self.truth > 1)
        self.concerns = np.array([s.kind == "concern" for s in sentences])

    def row(self, name: str, chosen: Bools) -> str:
        """One line of the table."""
        real, near = chosen & (self.truth == 0), chosen & self.near
        shares = (
            _percent(self.right, chosen & self.concerns & self.answered),
            _percent(self.answered, chosen & self.concerns),
            _percent(self.levels < 2, real),
            _percent(self.levels == 0, real),
            _percent(self.levels < 2, near),
            _percent(self.kind, chosen),
        )
        return f"| {name} | {int(chosen.sum()):,} | {' | '.join(shares)} |"

    def counted(self) -> Iterator[str]:
        """How many of each urgency were read as emergency, as soon, as calm."""
        for name, rows in (("emergency", self.truth == 0), ("soon", self.truth == 1), ("calm", self.truth > 1)):
            read_as = [int((self.levels[rows] == level).sum()) for level in (0, 1, 2)]
            yield f"{name}: {int(rows.sum()):,}, read as emergency, soon, calm: {read_as}"


def tell() -> Iterator[str]:
    """Give the table, and below it how urgency was confused."""
    judged = Judged(read_sentences())
    registers = [sentence.register for sentence in judged.sentences]
    yield HEAD
    for name, ways in WAYS:
        yield judged.row(name, np.array([register.startswith(ways) for register in registers]))
    yield from judged.counted()


def _percent(which: Bools, among: Bools) -> str:
    return f"{100 * which[among].mean():.0f}" if among.any() else "-"


if __name__ == "__main__":
    for line in tell():
        sys.stdout.write(line + "\n")
