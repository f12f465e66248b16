"""Finds the words of a text that may stand alone between quotation marks: whole, and of some weight.

Japanese sets no blanks. A dictionary would cut better but weighs 70 MB; for a reason of two words the scripts are
enough: a noun is a run of kanji or katakana, a verb is one kanji with the kana up to where a particle begins.
"""

from __future__ import annotations

from bot.patterns import late

READ_CHARS = 300
LONGEST_KANA = 8

_WORDS = late(
    r"[一-龥][っきしちにみりいけせてめれえげべ][一-龥][しいきみりちけせてれえつるうくす]"
    r"|[一-龥々〆]{2,}|[一-龥々](?!まで|[をはがにでのともへやだ])[ぁ-ん]{1,9}|[ァ-ヴ][ァ-ヴー]+"
    r"|[a-zà-ỹ]{4,}(?: (?!and|the|any|has|have|been|does|that|with)[a-zà-ỹ]{3,})?|[가-힣]{2,}"
)
_KANA = late(r"[ぁ-んー]{3,}?(?=[をはがにでのともへや、。!? ]|$)")
_KANJI = late(r"[一-龥]")
_KANA_FIRST = late(r"[ぁ-ん]")
_LABEL = late(r"〔[^〕]*〕")  # what masking put there was not written by anybody
_VERB_ENDS = late(
    r"(?<=[ぁ-ん])(?:[をはへに]|が(?![らるっりれん])|(?<!ん)で|から|けど|ので|だけ"
    r"|(?<=[るたいすうくむだん])(?:[とのもよべ]|って)|(?<=[るたいだ])[しかけん]|(?<=て)(?![たらるなよま])).*"
)
_VERB_AFTER_NOUN = late(r"[じづれべるらりきけせちめげびてえん]")  # what stands after 通 in 言葉通じない
_BEFORE_NOUN = late(
    r"^(?:氏|様|方|[一二三四五六七八九十百千万何数]+[人年月日回分歳才件軒番階棟度つ](?=[一-龥]{2}))"
)
_AFTER_DIGIT = late(r"^[代万千年月日回分歳才件軒番階棟度号人台円時]+")
_BEFORE_KANA = late(r"^[をはがにでのともへや]+")
_DULL = late(
    r"^(?:今日|今朝|昨日|明日|最近|毎日|自分|わたし|時間|何[人回度件日]|[一二三四五六七八九十百]+[年月日回件度分]+|(?:先|今|来|毎)[週月年]"
    r"|思[うい].{0,3}|言[うわいっ].{0,3}|行[くきっ].{0,3}|来[るたて].{0,3}|見[るたて].{0,3}"
    r"|.*っ|(?:that|this|with|have|been|from|there|they|what|when|really|someone)\b.*)$"
)


def whole_words(text: str) -> list[tuple[int, str]]:
    """Each word with the place where it begins, of the first 300 characters of a normalised text."""
    read = _LABEL.sub(lambda label: " " * len(label.group()), text[:READ_CHARS])
    is_kana = not _KANJI.search(read) and _KANA.search(read)
    pattern = _KANA if is_kana else _WORDS
    found = (_whole(read, match.start(), match.group()) for match in pattern.finditer(read))
    return [(start, word) for start, word in found if len(word) > 1 and not _DULL.match(word)]


def _whole(text: str, start: int, word: str) -> tuple[int, str]:
    """Take off what belongs to the word before, and what begins the next."""
    before = _before(text[:start], word)
    start, word = start + before, word[before:]
    if _KANJI.match(word) and not _KANJI.match(word[1:]):
        word = _VERB_ENDS.sub("", word)
    elif _KANJI.match(word[-1:]) and _VERB_AFTER_NOUN.match(text, start + len(word)):
        word = word[:-1]
    kana_only = not _KANJI.search(word) and _KANA_FIRST.match(word)
    return start, "" if kana_only and len(word) > LONGEST_KANA else word


def _before(ahead: str, word: str) -> int:
    """Count how many characters at the beginning are a particle, a counter or a title of what stands ahead."""
    pattern = _BEFORE_NOUN if _KANJI.match(word) else _BEFORE_KANA
    if ahead[-1:].isdigit():
        pattern = _AFTER_DIGIT
    found = pattern.match(word)
    return found.end() if found else 0
