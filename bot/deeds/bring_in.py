"""持ち寄り: what is brought in before a board meeting, in a line that goes on its paper."""

from bot import bring_in, dates, meetings, people
from bot.deeds import urgent_words
from bot.deeds.asked import Asked, Deed, done
from bot.messages import Say
from bot.texts import phrase


def _require(asked: Asked) -> None:
    if not people.may(asked.person, "bring_in"):
        raise bring_in.NotAsked


def _how(asked: Asked) -> Say:
    _require(asked)
    return done("bring_in.how")


def _nothing(asked: Asked) -> Say:
    _require(asked)
    bring_in.nothing(asked.ledger, asked.person)
    return done("bring_in.nothing")


def _report(asked: Asked) -> Say:
    _require(asked)
    words = asked.wish.rest
    if (receipt := urgent_words.heard(asked)) is not None:
        bring_in.has_answered(asked.ledger, meetings.next_meeting(asked.ledger), asked.person)
        return receipt
    meeting = bring_in.report(asked.ledger, asked.reader, asked.person, words)
    text = phrase("bring_in.reported", when=dates.spoken(meeting.starts_at), label=meetings.label(meeting))
    return Say("text", text=f"{text}\n{phrase('bring_in.masked')}" if asked.reader.mask(words).masks else text)


DEEDS = (
    Deed("bring_in_how", r"持ち寄り(?:\s*書く)?", _how),
    Deed("bring_in_nothing", r"持ち寄り\s*(?:なし|無し|ありません|特になし)", _nothing),
    Deed("bring_in", r"持ち寄り\s+(?P<rest>.+)", _report),
)
