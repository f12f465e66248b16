"""What Kizuki understands of one message: who is hidden, what it is about, how urgent it is, and why."""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from bot import numbers, privacy, splitting, urgency
from bot.because import because, corrected, small_talk, unsure
from bot.classifier import (
    KINDS,
    Classifier,
    Correction,
    Examples,
    Scores,
    Seen,
    load_heads,
    see,
)
from bot.embedding import load_embedding
from bot.encoder.running import Encoder, Sense
from bot.name_sense import LONG, Look, NameSense
from bot.ngrams import whole
from bot.privacy import Mask, Masked
from bot.similarity import Matcher, SameMatter, Signature
from bot.themes import OTHER
from bot.urgency import URGENCIES

__all__ = ["Correction", "Examples", "Reader", "SameMatter", "Understanding", "load_reader"]

SECOND_FROM = 0.12
SHORTLIST = 8


@dataclass(frozen=True)
class Understanding:
    """One message as Kizuki proposes to treat it; a person decides."""

    theme: str
    second_theme: str | None
    confidence: float
    abstained: bool
    urgency: str
    kind: str
    masked_text: str
    masks: tuple[Mask, ...]
    because: str
    lines: tuple[str, ...]
    sense: Sense | None = field(default=None, repr=False, compare=False)
    """What the language model made of the masked text, for `Reader.signature`; never kept."""


class Reader:
    """Reads messages. Holds the learned numbers and nothing of what it has read."""

    def __init__(
        self,
        classifier: Classifier,
        encoder: Encoder | None,
        names: NameSense | None = None,
        *,
        has_adviser: bool = False,
    ) -> None:
        """Take what judges and, where it runs, what turns sentences into vectors.

        `names` finds names by their sentence; without it the rules alone hide them.
        `has_adviser`: another may be asked, with the masked text, for a theme when this one abstains.
        """
        self.has_adviser = has_adviser
        self._classifier = classifier
        self._encoder = encoder
        self._names = names
        self._matcher = Matcher(encoder)

    @property
    def has_model(self) -> bool:
        """Whether the language model's package runs here; without it Kizuki reads characters."""
        return self._encoder is not None

    def mask(
        self,
        text: str,
        keep: Sequence[tuple[int, int]] = (),
        add: Sequence[Mask] = (),
        known: Mapping[str, str] | None = None,
    ) -> Masked:
        """Hide what identifies a person: by rules, and names by their sentence where the language model runs.

        See `privacy.mask`. Of a message longer than the model reads (500 characters) the middle is read in a few
        windows; of a still longer one the rules alone hide what is there.
        """
        return self._masked(text, keep, add, known)[0]

    def understand(
        self,
        text: str,
        examples: Examples | None = None,
        *,
        keep: Sequence[tuple[int, int]] = (),
        add: Sequence[Mask] = (),
        known: Mapping[str, str] | None = None,
    ) -> Understanding:
        """Mask a message, then judge what is left of it.

        Only the masked text is judged, so that no name or address can drive a theme, and nothing
        that is stored beside it (reason, signature) knows more than the masked text.

        Args:
            text: one message of any length; what is longer than 5,000 characters is masked whole
                and judged by its beginning and end.
            examples: what this council has put right before.
            keep: places that an officer opened; shown, but hidden from what judges.
            add: masks an officer drew.
            known: letters already given in this topic.

        """
        masked, sense = self._masked(whole(text), keep, add, known)
        judged, sense = self._masked(masked.text) if keep else (masked, sense)
        seen = see(judged.text, self._encoder, sense)
        scores = self._classifier.scores(seen, examples)
        order = np.argsort(-scores.theme, kind="stable")
        theme, second = scores.themes[order[0]], scores.themes[order[1]]
        sure = float(scores.theme[order[0]])
        says_something = _says_something(seen.text)
        danger = self._urgency(scores, seen.reading) if says_something else "none"
        abstained = not says_something or sure < self._limit("abstain")
        likely = second if scores.theme[order[1]] >= SECOND_FROM else None
        return Understanding(
            theme=theme if says_something else OTHER,
            second_theme=likely,
            confidence=round(sure, 3),
            abstained=abstained,
            urgency=danger,
            kind=KINDS[int(scores.kind.argmax())] if says_something else "off_topic",
            masked_text=masked.text,
            masks=masked.masks,
            because=self._because(seen, scores, theme, likely, abstained),
            lines=tuple(line.code for line in numbers.fitting(danger, seen.reading.situations, theme)),
            sense=seen.sense,
        )

    def split(self, text: str) -> list[str]:
        """The concerns in one message, in order; sentences on the same concern stay together."""
        known: dict[str, tuple[str, float] | None] = {}  # what a joined piece is about is asked for twice

        def theme_of(piece: str) -> tuple[str, float] | None:
            if piece not in known:
                known[piece] = self._theme_of(piece)
            return known[piece]

        return splitting.split(whole(text), partial(_is_another, theme_of))

    def same_matter(self, a: str, b: str) -> SameMatter:
        """Whether two messages are about the same matter of the same place and person."""
        return self._matcher.same_matter(a, b)

    def signature(self, text: str, understood: Understanding | None = None) -> bytes | None:
        """What `alike` finds similar messages by, from the masked text; to be sealed like it.

        `understood`: what `understand` said of this text, so that its meaning is not computed again.
        """
        known = understood.sense if understood is not None else None
        return bytes(self._matcher.vector(text, known)) if text.strip() else None

    def alike(self, own: bytes, others: Sequence[tuple[int, bytes]], most: int) -> list[int]:
        """Which of other messages may be about the same matter, likeliest first.

        A signature of an earlier version is passed over; it is made anew when its text changes.
        """
        mine, kept = _opened(own), [(key, _opened(other)) for key, other in others]
        if mine is None:
            return []
        readable = [(key, other) for key, other in kept if other is not None]
        found = self._matcher.most_similar(mine, readable, max(most, SHORTLIST))
        return [key for key, judged in found if judged.same_matter][:most]

    def _limit(self, name: str) -> float:
        """A limit that was fitted for reading with the model, or for reading without it."""
        return self._classifier.heads.settings[name if self.has_model else f"{name}_alone"]

    def _urgency(self, scores: Scores, reading: urgency.Reading) -> str:
        """An emergency from a low probability on: a false alarm costs less than a miss.

        Abuse that is named, and the wish to die, are never calm, whatever was learned: the law asks to
        report a child 「虐待を受けたと思われる」 (児童虐待防止法 6条).
        """
        emergency, soon = float(scores.urgency[0]), float(scores.urgency[1])
        if emergency >= self._limit("emergency"):
            return "emergency"
        if emergency + soon >= self._limit("soon"):
            return "soon"
        if urgency.is_grave(reading):
            return "soon"
        return URGENCIES[2 + int(scores.urgency[2:].argmax())]

    def _because(self, seen: Seen, scores: Scores, theme: str, second: str | None, abstained: bool) -> str:
        if abstained:
            return unsure(theme, second)
        if scores.moved:
            return corrected(theme)
        if theme == OTHER and KINDS[int(scores.kind.argmax())] == "off_topic":
            return small_talk()
        return because(self._classifier, seen, theme)

    def _masked(
        self,
        text: str,
        keep: Sequence[tuple[int, int]] = (),
        add: Sequence[Mask] = (),
        known: Mapping[str, str] | None = None,
    ) -> tuple[Masked, Sense | None]:
        """A masked text, and what the language model made of exactly that where it has read it."""
        if self._encoder is None or self._names is None or len(text) > LONG:
            return privacy.mask(text, keep, add, known), None
        look = Look(self._encoder, self._names)
        masked = privacy.mask(text, keep, add, known, look)
        return masked, look.sense_of(masked.text)

    def _theme_of(self, piece: str) -> tuple[str, float] | None:
        """Theme of a piece and how sure it is; None for what is no concern of its own."""
        masked, sense = self._masked(piece)
        seen = see(masked.text, self._encoder, sense)
        scores = self._classifier.scores(seen)
        if KINDS[int(scores.kind.argmax())] in ("thanks", "off_topic"):
            return None
        best = int(scores.theme.argmax())
        return scores.themes[best], float(scores.theme[best])


def load_reader(use_model: bool = True, *, has_adviser: bool = False) -> Reader:
    """Everything that is needed to read: the artefact, and the language model where it runs.

    Args:
        use_model: False reads by characters alone, as a machine without the package does.
        has_adviser: a language model elsewhere is configured; see `proposals`.

    """
    embed = load_embedding() if use_model else None
    names = NameSense.load() if embed is not None else None
    return Reader(Classifier(load_heads()), embed, names, has_adviser=has_adviser)


def classify_lines(reader: Reader, lines: Iterable[str]) -> Iterator[str]:
    """Judge one JSON line after the other: {"id", "text"} in, the judgement out.

    Keeps nothing, so any number of lines fits; a line that cannot be read gives a line with
    "error", and the next one is read.
    """
    for line in lines:
        if line.strip():
            yield _answer(line, ("text",), lambda texts: _judgement(reader, *texts))


def same_matter_lines(reader: Reader, lines: Iterable[str]) -> Iterator[str]:
    """Compare one JSON line after the other: {"id", "text_a", "text_b"} in, the judgement out."""
    for line in lines:
        if line.strip():
            yield _answer(line, ("text_a", "text_b"), lambda texts: _comparison(reader, *texts))


def _judgement(reader: Reader, text: str) -> dict[str, Any]:
    found = reader.understand(text)
    return {
        "theme": found.theme,
        "second_theme": found.second_theme,
        "confidence": found.confidence,
        "abstained": found.abstained,
        "urgency": found.urgency,
        "kind": found.kind,
        "masked_text": found.masked_text,
        "because": found.because,
        "lines": list(found.lines),
    }


def _comparison(reader: Reader, text_a: str, text_b: str) -> dict[str, Any]:
    found = reader.same_matter(text_a, text_b)
    return {"same_matter": found.same_matter, "score": round(found.score, 3)}


def _answer(line: str, fields: tuple[str, ...], judge: Any) -> str:
    """The answer to one line, or what is wrong with it; the id is kept whatever it is."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return _written({"id": None, "error": "not JSON"})
    if not isinstance(asked, dict):
        return _written({"id": None, "error": "not an object"})
    texts = [asked.get(field) for field in fields]
    if not all(isinstance(text, str) for text in texts):
        return _written({"id": asked.get("id"), "error": f"needs text in {', '.join(fields)}"})
    return _written({"id": asked.get("id"), **judge(texts)})


def _written(answer: dict[str, Any]) -> str:
    """One JSON line; half surrogates in a kept id are written as escapes."""
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _is_another(
    theme_of: Callable[[str], tuple[str, float] | None], before: str, piece: str, marked: bool
) -> bool:
    """Whether a piece of a message is another concern: other theme, and sure of it.

    Without the writer's own word for it (「あと、」「もう一つ」) only what is sure on both sides is
    parted: a story told in two sentences loses its sense when it is cut. What stands before is only
    looked at when the piece is sure enough, since each look takes as long as a message.
    """
    limit = 0.4 if marked else 0.85
    then = theme_of(piece)
    if then is None or then[1] < limit:
        return False
    first = theme_of(before)
    return first is not None and first[0] != then[0] and first[1] >= limit


def _says_something(text: str) -> bool:
    """Whether there is a letter, a digit or a picture; dots and blanks say nothing."""
    return any(character.isalnum() or unicodedata.category(character) == "So" for character in text)


def _opened(signature: bytes) -> Signature | None:
    try:
        return Signature.from_bytes(signature)
    except (ValueError, struct.error):
        return None
