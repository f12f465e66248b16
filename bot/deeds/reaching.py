"""How far somebody's own concern may go, and in which words (出してよい, 出してよい言葉)."""

from bot import reach
from bot.deeds.asked import REST, Asked, Deed, N, done
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.concerns import Concern

TAKE_BACK = "なし"


def _own(asked: Asked) -> Concern:
    return reach.find(asked.ledger, asked.wish.number, asked.person)


def _ask(asked: Asked) -> Say:
    concern = _own(asked)
    n = concern.number
    choices = [Choice(reach.label(to), f"出してよい {n} {reach.label(to)}") for to in reach.ALL]
    choices.append(Choice(phrase("reach.own_words_button"), f"出してよい言葉 {n}"))
    text = phrase("reach.ask", number=n, now=reach.label(concern.reach))
    return Say("text", text=text.strip(), choices=tuple(choices))


def _choose(asked: Asked) -> Say:
    concern = _own(asked)
    to = next(each for each in reach.ALL if reach.label(each) == asked.wish.choice)
    reach.choose(asked.ledger, concern, to, asked.person)
    return done("reach.chosen", number=concern.number, reach=reach.label(to))


def _word(asked: Asked) -> Say:
    concern = _own(asked)
    words = "" if asked.wish.rest == TAKE_BACK else asked.wish.rest
    shown = reach.word(asked.ledger, asked.reader, concern, words, asked.person)
    return done("reach.worded" if shown else "reach.unworded", number=concern.number, words=shown)


DEEDS = (
    Deed("reach_which", rf"出してよい{N}", _ask),
    Deed("reach", rf"出してよい{N}\s+(?P<choice>担当だけ|役員会|地区)", _choose),
    Deed("wording_how", rf"出してよい(?:言葉|ことば){N}", lambda a: done("reach.how", number=_own(a).number)),
    Deed("wording", rf"出してよい(?:言葉|ことば){N}{REST}", _word),
)
