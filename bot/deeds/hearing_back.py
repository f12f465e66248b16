"""What goes back to whoever noticed, and what they say to it: 見かけた, まだ, わからない, 実った便り, 回覧板."""

from bot import asking_after, concerns, fruits, reopening
from bot.deeds.asked import REST, Asked, Deed, N, done, quietly
from bot.documents.plain import plain
from bot.messages import Say
from bot.texts import phrase
from storage.concerns import Concern


def _own(asked: Asked) -> Concern:
    return concerns.find(asked.ledger, asked.wish.number, asked.person)


def _seen_again(asked: Asked) -> Say:
    asking_after.answer(asked.ledger, _own(asked), asking_after.SEEN)
    return done("after.thanks_seen")


def _unknown(asked: Asked) -> Say:
    asking_after.answer(asked.ledger, _own(asked), asking_after.UNKNOWN)
    return done("after.thanks_unknown")


def _not_yet(asked: Asked) -> Say:
    """「まだ」 answers the question how it went on, and brings back what was thought to be over."""
    concern = _own(asked)
    topic = reopening.reopen(asked.ledger, concern, asked.person)
    if asking_after.is_asked(asked.ledger, concern):
        asking_after.answer(asked.ledger, concern, asking_after.STILL)
        return done("after.thanks_still")
    return done("reopened.thanks" if topic else "reopened.already", number=concern.number)


def _fruit_how(asked: Asked) -> Say:
    asked.require("discuss")
    return done("fruit.how", number=asked.topic().number)


def _fruit(asked: Asked) -> Say | None:
    asked.require("discuss")
    topic = asked.topic()
    fruits.bear(asked.ledger, asked.reader, topic, asked.wish.rest, asked.person)
    return quietly(asked, "fruit.done", topic)


def _circular(asked: Asked) -> Say:
    asked.require("edit_agenda")
    paper = fruits.circular_paper(asked.ledger)
    return Say("text", title=phrase("fruit.print"), text=plain(paper).decode())


DEEDS = (
    Deed("seen_again", rf"見かけた{N}", _seen_again),
    Deed("not_yet", rf"まだ{N}", _not_yet),
    Deed("unknown", rf"わからない{N}", _unknown),
    Deed("fruit_how", rf"実り{N}", _fruit_how),
    Deed("fruit", rf"実り{N}{REST}", _fruit, only="discuss"),
    Deed("circular", r"回覧板", _circular),
)
