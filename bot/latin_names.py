"""Finds names in Latin letters: English, Portuguese, Vietnamese, Tagalog, and Japanese in romaji."""

from __future__ import annotations

import re

from bot.name_edges import Span
from bot.name_lists import NameLists, name_lists, plain_latin
from bot.patterns import late

_CAP = r"[A-ZÀ-ÖØ-ÞĐĂƠƯẠ-Ỹ][A-Za-zÀ-ỹ'’]{1,15}"
_CAPS = _CAP + r"(?:[ -](?:(?:da|de|dos|das|do|dela|van|bin) )?" + _CAP + r"){0,3}"
_TITLED = late(
    r"(?:\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sr|Sra|Srta|Prof|Profa)\.? |\b(?:[Ss]enhora?|[Ss]eu|[Dd]ona|"
    r"[Tt]i[ao]|[Vv]ov[óôo]|[Aa]ling|[Mm]ang|[Kk]uya|[Aa]te|[Ll]ol[ao]|[Tt]it[ao]|"
    r"[Ss]i|[Kk]ay|[Nn]i|[Ss]ina|[Nn]ina|[Aa]unt(?:ie)?|[Uu]ncle|[Gg]randma|[Gg]randpa|"
    r"[Gg]randmother|[Gg]randfather|"
    r"[Cc]hị|[Aa]nh|[Ôô]ng|[Bb]à|[Cc]ô|[Cc]hú|[Bb]ác|[Ee]m|[Cc]háu|[Bb]é|[Bb]ạn|[Dd]ì|[Cc]ậu|"
    r"[Tt]hầy|[Cc]on|[Cc]ụ|[Nn]anay|[Tt]atay|[Mm]anong|[Mm]anang|[Nn]ay|[Tt]ay) )(" + _CAPS + r")"
)
_SAID = late(
    r"(?:\b(?:[Mm]y name is|[Nn]ame is|[Nn]ame:|I am|I'm|I’m|[Tt]his is|[Cc]alled|[Nn]amed|"
    r"[Mm]eu nome é|[Nn]ome é|[Ee]u sou|[Mm]e chamo|[Ss]ou o|[Ss]ou a|[Ss]ou|[Cc]hamad[oa]|"
    r"[Ss]e chama|"
    r"[Tt]ên (?:tôi |em |là |của tôi |cháu |con )*(?:là)?|[Tt]ôi là|[Mm]ình là|[Ee]m là|"
    r"[Tt]ôi tên(?: là)?|[Aa]ko si|[Aa]ko po si|[Pp]angalan (?:ko|niya)(?: ay| po ay)?(?: si)?|"
    r"[Aa]ng pangalan ko ay|"
    r"[Ww]o jiao) ?)(" + _CAPS + r")"
)
_KIN = late(
    r"\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Mm]inha|[Mm]eu|[Aa]king|[Aa]nak kong?|[Nn]osso|[Nn]ossa|"
    r"[Ff]ilh[oa]|[Ss]on|[Dd]aughter|[Ww]ife|[Hh]usband|[Nn]eighbou?r|[Ff]riend|[Mm]other|"
    r"[Ff]ather|[Bb]rother|[Ss]ister|"
    r"[Mm]arido|[Ee]sposa|[Vv]izinh[oa]|[Aa]mig[oa]|[Ii]rmão|[Ii]rmã|[Aa]vó|[Aa]vô|"
    r"[Cc]on (?:trai|gái)(?: tôi)?|[Kk]apitbahay(?: ko)?|[Aa]sawa ko|[Kk]aibigan(?: ko)?|[Ll]ady|"
    r"[Oo]ld man|[Cc]aregiver|[Tt]eacher|[Ss]tudent|[Cc]at|[Dd]og|[Pp]et|[Gg]at[oa]|"
    r"[Cc]achorr[a-z]{1,5}|[Bb]aby|[Bb]oy|[Gg]irl)"
    r"(?: (?:son|daughter|wife|husband|friend|neighbou?r|mother|father|brother|sister|filh[oa]|"
    r"marido|esposa|vizinh[oa]|amig[oa]|mãe|pai|avó|avô|classmate|kid|baby|boy|girl|grandson|"
    r"grandma|grandpa|si|na si|ay si|tên|named|called|is))?,? (" + _CAPS + r")"
)
# In lower case only behind these, and only a listed name or whatever is told as a name.
_LOWER = late(
    r"(?<![A-Za-zÀ-ỹ])(?=[A-Za-zÀ-ỹ]{2,10}\.? [a-zà-ỹđ])"
    r"(?:(?P<told>my name is|name is|meu nome é|me chamo|nome é|tên tôi là|tôi tên là|"
    r"tôi là|tên là|pangalan ko ay|"
    r"ako si|ako po si|mi nombre es|me llamo)|(?i:chị|anh|ông|bà|cô|chú|bác|em|cháu|bé|bạn|dì|cậu|si|ate|"
    r"kuya|aling|mang|nanay|"
    r"tatay|dona|seu|tia|tio|mr|mrs|ms|miss|my (?:neighbou?r|friend|son|daughter|wife|husband|mother|"
    r"father|sister|brother)|"
    r"neighbou?r|vizinh[oa]|amig[oa]|filh[oa]|"
    r"marido)\.?) (?P<name>[a-zà-ỹđ]{3,15}(?: [a-zà-ỹđ]{2,12})?)(?![A-Za-zÀ-ỹ])"
)
_MISTER = late(r"\b(?:Mr|Mrs|Ms|Mx|Sr|Sra|Srta)\.? ([A-Z][A-Za-zÀ-ỹ'-]{1,15})")
_HOUSE = late(
    r"(?<![A-Za-z])([A-Z][A-Za-zÀ-ỹ]{1,14})(?=家|宅|氏|夫妻|一家|の(?:母|父|ママ|パパ)|(?:です|"
    r"と申します|といいます)(?:[。、 ]|$))"
)
_SIGNED = late(
    r"[\n–—.!?。！CcGgLlTtAaRrFfOo-](?:(?<=\n)|(?<=[–—-]) |"
    r"(?<=[.!?。！]) ?(?=[^\s.]{1,80}(?: [^\s.]{1,80})?(?:$|[,:]? ?(?:〔|[+0(][0-9(]|[A-Za-z0-9._-]{2,30}@)))|"
    r"(?<=[Cc])(?:all|ontact) |(?<=[Gg])ọi |(?<=[Ll])(?:igar para|igue para|iên hệ) |"
    r"(?<=[Tt])awagan si |(?<=[Aa])sk (?:for )?|(?<=[Rr])egards,? |(?<=[Ff])rom |(?<=[Oo])brigad[oa],? )("
    + _CAPS
    + r")(?=[.!]? ?$|[,:]? ?(?:〔|[+0(][0-9(]{2}|[A-Za-z0-9._-]{2,30}@)|[.!]?\n)",
    re.MULTILINE,
)
_HONOURED = late(
    r"(?<![A-Za-zÀ-ỹ])([A-Z][A-Za-zÀ-ỹ]{1,14}(?: [A-Z][a-z]{1,14})?|[a-z]{3,15})(?:[- ](?:[Ss]an|"
    r"[Ss]ama|[Cc]han|[Kk]un|[Ss]ensei)(?![A-Za-z])|(?:[- ](?:shi|dono)(?![A-Za-z])))"
)
_WORD = late(r"(?<![A-Za-zÀ-ỹ@.'’_/-])" + _CAP + r"(?:[ -]" + _CAP + r"){0,3}(?![A-Za-zÀ-ỹ@_])")
_PLACE_AFTER = late(
    r"[- ]?(?:[Cc]ho|[Mm]achi|[Kk]u|[Ss]hi|[Cc]ity|[Ss]tation|[Pp]ark|[Ss]treet|[Rr]oad|[Ww]ard|"
    r"[Hh]ospital|[Ss]chool|[Rr]iver|[Bb]ridge|[Bb]uilding|[Aa]partment)(?![a-z])"
)
# Behind a word at the head of a sentence these say that it is a person (Rosa não come).
_DOES = late(
    r" (?:is|has|was|did|does|said|says|hasn't|didn't|won't|can't|came|went|fell|lives|needs|não|está|caiu|"
    r"foi|tem|ficou|"
    r"quer|precisa|disse|mora|sumiu|chora|bị|đã|không|ay)(?![A-Za-zÀ-ỹ])"
)
_NO_MISTER = frozenset(["president", "bean", "right", "chairman", "speaker", "and", "or"])
_TELLS = late("(?i:name is|nome é|me chamo|tên (?:tôi |em )?là|pangalan)[^.]*$")
_STRETCH = late("[^ぁ-んァ-ヴー一-龯々가-힣]{2,}")
_LETTERS = late("[A-Za-z]{2}")
_LINKS = frozenset(["da", "de", "dos", "das", "do", "dela", "van", "bin"])


def find_latin_names(text: str) -> list[Span]:
    """Spans of names in Latin letters, in the folded text."""
    if not _LETTERS.search(text):
        return []
    lists = name_lists()
    found = [_trimmed(text, *m.span(1), lists) for m in _SIGNED.finditer(text)]
    found += [m.span(1) for m in _HOUSE.finditer(text) if not m[1].isupper()]
    for stretch in _STRETCH.finditer(text):
        if _LETTERS.search(stretch[0]):
            found += _in_stretch(text, *stretch.span(), lists)
    return [span for span in found if span and not _PLACE_AFTER.match(text, span[1])]


def _in_stretch(text: str, start: int, end: int, lists: NameLists) -> list[Span | None]:
    """The names between two Japanese, Chinese or Korean letters: most of a message is none."""
    found: list[Span | None] = []
    if " " in text[start:end] or ":" in text[start:end]:
        told = [m for p in (_TITLED, _SAID, _KIN) for m in p.finditer(text, start, end)]
        found += [_trimmed(text, *m.span(1), lists) or _named(m) for m in told]
        found += [_lower(m, lists) for m in _LOWER.finditer(text, start, end)]
        free = (m for m in _MISTER.finditer(text, start, end) if m[1].lower() not in _NO_MISTER)
        found += [m.span(1) for m in free]
    found += [m.span(1) for m in _HONOURED.finditer(text, start, end) if _is_free(m[1], lists)]
    return found + [_listed(text, m, lists) for m in _WORD.finditer(text, start, end)]


def _named(m: re.Match[str]) -> Span | None:
    """My name is Anh: a word that is told as a name is one, whatever else it is."""
    if not _TELLS.search(m[0][: m.start(1) - m.start()]):
        return None
    return m.start(1), m.start(1) + len(m[1].split()[0])


def _is_free(word: str, lists: NameLists) -> bool:
    return word.lower() not in lists.latin_words and not word.isupper()


def _lower(m: re.Match[str], lists: NameLists) -> Span | None:
    """chị hương, my neighbor john, meu nome é joana."""
    words = m["name"].split()
    # accents count here: đang is no Dang
    known = [
        word in lists.latin and word not in lists.latin_words and word not in lists.latin_starters
        for word in words
    ]
    told = m["told"] and words[0] not in lists.latin_words
    if not (known[0] or told):
        return None
    both = len(words) == 2 and (known[1] or (told and known[0]))
    return m.start("name"), m.end("name") if both else m.start("name") + len(words[0])


def _trimmed(text: str, start: int, end: int, lists: NameLists) -> Span | None:
    """Leave everyday words out at the head of a run of capital words, and end where one stands."""
    first = place = start
    for word in re.finditer(r"[^ -]+", text[start:end]):
        everyday = word[0].lower() in lists.latin_words
        if everyday and place == first:
            first = place = start + word.end() + 1
            continue
        if everyday or not (word[0][0].isupper() or word[0] in _LINKS):
            break
        place = start + word.end()
    return (first, place) if place > first else None


def _listed(text: str, m: re.Match[str], lists: NameLists) -> Span | None:
    """A run of capital words from the first listed name on."""
    words = list(re.finditer(r"[^ -]+", m[0]))
    heads = m.start() == 0 or re.search(r"[.!?。\n:「(]\s*$", text[max(0, m.start() - 3) : m.start()])
    opens = bool(heads) and len(words) == 1 and not _DOES.match(text, m.end())
    for word in words:
        if _is_listed(word[0], lists, opening=opens and word.start() == 0):
            return _trimmed(text, m.start() + word.start(), m.end(), lists)
    return None


def _is_listed(word: str, lists: NameLists, *, opening: bool) -> bool:
    plain = plain_latin(word)
    if word.lower() in lists.latin_words or plain not in lists.latin:
        return False
    accented = plain != word.lower()
    return not (opening and (plain in lists.latin_starters or (accented and len(plain) < 4)))
