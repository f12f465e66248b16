"""Several concerns in one message, taken apart."""

from __future__ import annotations

from collections.abc import Callable

from bot.patterns import late

MOST_PARTS = 6
SHORTEST = 5

_SENTENCE = late(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+$")
# 「…のと、あと…」「…それから…」「もう一つ、…」: people say themselves that another matter begins
_ANOTHER = late(
    r"(?:^|(?<=[。！？!?\n、,\s]))(?=(?:(?:それ)?と(?:は)?別に|別件|別の話|話は?変わ|話が変わ|もう(?:一|ひと|1)つ|もう(?:一|1)点|あともう|"
    r"あと[、,はもね]|あと(?=[^でにの0-9])|それと|それから[、,]|ついでに|ところで|その他に|ほかに[も、]|他に[も、]|"
    r"also,|another thing|besides|另外|还有|além disso|também,|ngoài ra|그리고|isa pa))"
)
_BULLET = late(r"^\s*(?:[・●○■□◆◇*•-]|[①-⑳]|[(（]?[0-9１-９一二三][)）.．、:：])\s*")
_LOOSE_END = late(r"^(?:どっち|どちら|両方|以上|よろしく|お願い|宜しく|すみません|ありがと|相談でき)")


def parts(text: str) -> list[tuple[str, bool]]:
    """Pieces of a message that may be concerns of their own, and whether the writer says so.

    A piece is a sentence, or what follows 「あと、」「もう一つ」 or a bullet; the latter are
    marked True, since the writer has set them apart.
    """
    found: list[tuple[str, bool]] = []
    for line in text.split("\n"):
        bullet = _BULLET.match(line)
        rest = line[bullet.end() :] if bullet else line
        for number, sentence in enumerate(_SENTENCE.findall(rest)):
            for place, piece in enumerate(_ANOTHER.split(sentence)):
                marked = place > 0 or _ANOTHER.match(piece) is not None
                if stripped := piece.strip():
                    found.append((stripped, marked or (bullet is not None and number == 0)))
    return found


def split(text: str, is_another: Callable[[str, str, bool], bool]) -> list[str]:
    """The concerns of one message, in order; most messages are one.

    Args:
        text: the message.
        is_another: tells whether a piece is another concern than what stands before it; gets
            what stands before, the piece, and whether the writer has set it apart.

    """
    pieces = parts(text)
    if len(pieces) < 2:
        return [text.strip()] if text.strip() else []
    concerns: list[str] = [pieces[0][0]]
    for piece, marked in pieces[1:]:
        loose = len(piece) < SHORTEST or _LOOSE_END.match(piece) is not None
        if not loose and len(concerns) < MOST_PARTS and is_another(concerns[-1], piece, marked):
            concerns.append(piece)
        else:
            concerns[-1] = _joined(concerns[-1], piece)
    return concerns


def _joined(before: str, piece: str) -> str:
    return f"{before}{piece}" if before.endswith(tuple("。！？!?、,")) else f"{before} {piece}"
