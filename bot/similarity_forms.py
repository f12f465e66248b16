"""How a message is said: negated or not, done or lasting, offering or needing, asking or wishing.

These are endings of verbs and set phrases, in the standard language and in the commonest dialect
negations (足らん, 動かへん), with a few words of the other languages that residents write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.patterns import late

_NEGATION: Final = late(
    r"ない(?![?かで]|と困|の[?？])|ません(?!か)|なかった|なく|ず(?:に|、|。|$)|[れけめえきかがなばまらわ]ん(?=$|、|。|で|よ|わ|って|く)"
    r"|へん|\bnot\b|n't\b|\bno\b|\bnão\b|\bkhông\b|\bchưa\b|[不没]"
)
_NEGATED_WORD: Final = late(
    r"([一-龠々])[ぁ-ん]{0,4}?(?:ない(?![?か])|ません(?!か)|なかった|なく|ず(?=に|、|。|$)|ぬ|へん|ひん"
    r"|[えけせてねべめれいきしちにひみりかがなばまらわ]ん(?=$|、|。|で|よ|わ|って|く))"
)
_INFLECTED: Final = late(
    r"([一-龠々])(?=[いうきくけげこさしすせたちっつてとなねびべまみむめもらりるれろわえおかがぐ])"
)
_DONE: Final = late(
    r"(?:まし|[っいしえけせてねべめれきぎじちみり])た(?=$|、|。|よ|の|ん|そう|と|って|ら|け)|んだ(?=$|、|。)"
)
_LASTING: Final = late(r"て(?:い)?る|でる|ています|でいます|まま|ちゅう|とる|よる(?=$|、)|続")
_CAN_DO: Final = late(
    r"(?:[えけせねべめれげぜ]|でき|捨て|立て|育て)(?:ます|る)(?:よ|ので|が)?(?=$|、|。|!)|[しりきぎちみびい]ますよ"
    r"|[うくぐすつぬぶむる]よ(?=$|、|。|!)|得意|どうぞ|任せて|いいですよ|て(?:も)?いい(?:よ|です(?!か)|(?=$|、))|\bok\b"
)
_WANTS_TO_GIVE: Final = late(
    r"(?:教え|伝え|貸し|譲り|あげ|手伝い|協力し|寄付し|配り|提供し|使ってもらい|もらってもらい)たい"
)
_WANTS_TO_GET: Final = late(
    r"(?:聞き|借り|習い|頼み|預け|相談し|相談をし|もらい|受け|探し|呼び|ならい|かり)たい|[てで]ほしい|[てで]欲しい"
    r"|ちょうだい|どなたか|(?<!っ)[てで](?=$|!)|[てで](?:くれ|もらえ|いただけ|ください|下さい)"
    r"|[探さが]してます|(?:場所|所|とこ|ところ|人)(?:が|は|も)?(?:いない|いません|ない|ありません)|集めて(?:い)?ます"
)
_QUESTION: Final = late(
    r"[?？]|ですか|ますか|でしょうか|教えて|知りたい|かな$|\b(?:where|when|what|which|how|is there|can i)\b|吗|呢"
)
_WISH: Final = late(r"たい(?:です|$|、|。|ん)|ほしい|欲しい|ませんか|want|would like|想")


@dataclass(frozen=True)
class Form:
    """How one message is said; `negated` and `affirmed` hold the first kanji of verbs and adjectives."""

    negated: frozenset[str]
    affirmed: frozenset[str]
    negations: int
    asks: bool
    wishes: bool
    done: bool
    lasting: bool


def read_form(text: str) -> Form:
    """Read the endings of a message that was already put into plain letters."""
    negated = frozenset(_NEGATED_WORD.findall(text))
    return Form(
        negated=negated,
        affirmed=frozenset(_INFLECTED.findall(text)) - negated,
        negations=min(3, len(_NEGATION.findall(text))),
        asks=bool(_QUESTION.search(text)),
        wishes=bool(_WISH.search(text)),
        done=bool(_DONE.search(text)),
        lasting=bool(_LASTING.search(text)),
    )


def stance(text: str, meanings: frozenset[str]) -> frozenset[str]:
    """Offer or need said by the verb alone: 直せます offers, 直してほしい needs.

    A question never offers, and set phrases go before endings: 使ってください offers although it asks.
    """
    offers = "stance:offer" in meanings
    needs = "stance:need" in meanings
    can_do = bool(_CAN_DO.search(text)) and not _QUESTION.search(text) and not needs
    found = set()
    if _WANTS_TO_GIVE.search(text) or can_do:
        found.add("stance:offer")
    if _WANTS_TO_GET.search(text) and not offers:
        found.add("stance:need")
    return frozenset(found)
