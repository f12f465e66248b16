"""個別から全体へ in chat: a sealed case as a sentence in which nobody is recognised, further ones as a number."""

from bot import counted, general, threads
from bot.answerable import Answerable
from bot.deeds.asked import REST, Asked, Deed, N, done
from bot.general import Proposal
from bot.messages import Choice, Say
from bot.texts import phrase
from bot.topics import find
from storage.topics import Topic

MOST_LIKE = 3


def _case(asked: Asked) -> Topic:
    """The case meant; spoken of between two alone."""
    asked.require("discuss")
    if not asked.incoming.is_private:
        raise Answerable("general.private")
    return asked.topic()


def _show(asked: Asked) -> Say:
    topic = _case(asked)
    found = general.proposal(asked.ledger, topic, asked.person)
    return _shown(asked, topic, found, phrase("general.show", number=topic.number))


def _choose(asked: Asked) -> Say:
    topic = _case(asked)
    general.require(asked.ledger, topic, asked.person)
    made = general.suggestions(asked.ledger, topic)
    words = made[min(max(asked.wish.second, 1), len(made)) - 1]
    return _shown(asked, topic, general.propose(asked.ledger, topic, words, asked.person))


def _say(asked: Asked) -> Say:
    topic = _case(asked)
    return _shown(asked, topic, general.propose(asked.ledger, topic, asked.wish.rest, asked.person))


def _shown(asked: Asked, topic: Topic, found: Proposal, opening: str = "") -> Say:
    """Show the exact words, what was said otherwise, and the one button that puts them before the board."""
    n, ledger = topic.number, asked.ledger
    others = [(place, words) for place, words in enumerate(general.suggestions(ledger, topic), start=1)]
    others = [(place, words) for place, words in others if words != found.words]
    alike = counted.like(ledger, topic)[:MOST_LIKE]
    lines = [opening.strip(), phrase("general.shown", words=found.words)]
    lines += [phrase("general.hid", kinds=found.kinds)] if found.kinds else []
    lines += [phrase("general.only_these", number=n)]
    lines += [phrase("general.other_line", place=place, words=words) for place, words in others]
    if alike:
        told = (phrase("general.like_line", number=t.number, words=threads.heading(ledger, t)) for t in alike)
        lines.append(phrase("general.like", lines="\n".join(told)))
    choices = [Choice(phrase("general.approve"), f"この言葉で出します {n} {found.seal}", "primary")]
    choices += [Choice(phrase("general.other", place=place), f"全体へ {n} 案{place}") for place, _ in others]
    choices += [Choice(phrase("general.join", number=t.number), f"加える {t.number} {n}") for t in alike]
    return Say("text", text="\n".join(line for line in lines if line), choices=tuple(choices))


def _approve(asked: Asked) -> Say:
    topic = _case(asked)
    made = general.approve(asked.ledger, topic, asked.wish.second, asked.person)
    words, count = threads.heading(asked.ledger, made), counted.told(asked.ledger, made)
    return done("general.started", general=made.number, number=topic.number, words=words, count=count)


def _add(asked: Asked) -> Say:
    told = _case(asked)
    topic = find(asked.ledger, asked.wish.second)
    home = general.add(asked.ledger, told, topic, asked.person)
    count = counted.told(asked.ledger, home)
    return done("general.added", general=home.number, number=topic.number, count=count)


def _take_out(asked: Asked) -> Say:
    topic = _case(asked)
    general.take_out(asked.ledger, topic, asked.person)
    return done("general.left", number=topic.number)


DEEDS = (
    Deed("general_show", rf"全体へ{N}", _show, "discuss"),
    Deed("general_choose", rf"全体へ{N}\s+案\s*(?P<second>\d)", _choose, "discuss"),
    Deed("general_say", rf"全体へ{N}{REST}", _say, "discuss"),
    Deed("general_look", rf"この(?:言葉|ことば)で出します{N}", _show, "discuss"),
    Deed("general_approve", rf"この(?:言葉|ことば)で出します{N}\s+(?P<second>\d{{6}})", _approve, "discuss"),
    Deed("general_add", rf"加える{N}\s+(?P<second>\d{{1,9}})", _add, "discuss"),
    Deed("general_take_out", rf"全体から外す{N}", _take_out, "discuss"),
)
