"""What the room says of a topic: seen, on the way, in hand, solved, later, somebody else."""

from bot import alerts, tidings, topics
from bot.deeds.asked import Asked, Deed, N, done, quietly
from bot.messages import Say
from bot.reminders import book


def _see(asked: Asked) -> Say | None:
    asked.require("acknowledge")
    topic = asked.topic()
    topics.see(asked.ledger, topic, asked.person)
    return quietly(asked, "chat.seen", topic)


def _go(asked: Asked) -> Say:
    asked.require("acknowledge")
    topic = asked.topic()
    alerts.go(asked.ledger, topic, asked.person)
    return done("chat.going", number=topic.number)


def _act(asked: Asked) -> Say | None:
    asked.require("discuss")
    topic = asked.topic()
    topics.act(asked.ledger, topic, asked.person)
    return quietly(asked, "chat.acting", topic)


def _ask_board(asked: Asked) -> Say | None:
    asked.require("ask_board")
    topic = asked.topic()
    topics.ask_board(asked.ledger, topic, asked.person)
    return quietly(asked, "chat.to_board", topic)


def _resolve(asked: Asked) -> Say | None:
    asked.require("discuss")
    topic = asked.topic()
    topics.resolve(asked.ledger, topic, asked.person)
    tidings.resolved(asked.ledger, topic)
    return quietly(asked, "chat.resolved", topic)


def _later(asked: Asked) -> Say:
    asked.require("discuss")
    book.put_off_topic(asked.ledger, asked.topic(), asked.person)
    return done("chat.later", days=book.LATER_DAYS)


def _other(asked: Asked) -> Say:
    asked.require("discuss")
    other = book.hand_on_topic(asked.ledger, asked.topic(), asked.person)
    return done("chat.handed_on" if other else "chat.handed_to_officers", number=asked.wish.number)


DEEDS = (
    Deed("see", rf"見ました{N}", _see),
    Deed("go", rf"向かいます{N}", _go),
    Deed("act", rf"対応中{N}", _act),
    Deed("ask_board", rf"役員会へ{N}", _ask_board),
    Deed("resolve", rf"(?:済|済み|解決){N}", _resolve),
    Deed("later", rf"あとで{N}", _later),
    Deed("other", rf"代わって{N}", _other),
)
