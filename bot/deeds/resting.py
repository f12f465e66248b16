"""What volunteers say of themselves: that they rest, that they are back, who stands in."""

from datetime import timedelta

from bot import away, dates, people
from bot.deeds.asked import Asked, Deed, done
from bot.messages import Choice, Say
from bot.reminders import routing
from bot.texts import phrase
from storage.people import Person

_SPANS = "|".join((*away.SPANS, r"[1-6]\s*[かヶケカ]月(?:間)?"))
_DAY = r"(?:20\d\d\s*[/年-]\s*)?\d{1,2}\s*[/月-]\s*\d{1,2}\s*日?\s*まで"
ONLY = "be_reminded"


def _away(asked: Asked) -> Say:
    asked.require(ONLY)
    if not asked.wish.rest:
        choices = tuple(Choice(span, f"休みます {span}") for span in away.SPANS)
        return Say("text", text=phrase("away.until_when"), choices=choices)
    away.begin(asked.ledger, asked.person, away.last_day(asked.wish.rest, asked.ledger), asked.person)
    asked.ledger.session.flush()
    back = Choice(phrase("away.back_button"), "もどりました")
    until = (asked.person.away_until or dates.jst(asked.ledger.now).date()) - timedelta(days=1)
    words = phrase("away.begun", until=f"{until.month}月{until.day}日", stand_in=_stand_in(asked))
    return Say("text", text=words, choices=(back,))


def _stand_in(asked: Asked) -> str:
    called = routing.roll(asked.ledger)
    own = called.holders.get(asked.person.id or 0)
    other = called.stand_in(own) if own is not None else None
    found = asked.ledger.by_id(Person, other) if other is not None else None
    if found is None:
        return phrase("away.no_stand_in") if people.may(asked.person, "discuss") else ""
    return phrase("away.stand_in", name=_name(asked, found))


def _back(asked: Asked) -> Say:
    asked.require(ONLY)
    away.come_back(asked.ledger, asked.person, asked.person)
    return done("away.back")


def _deputy(asked: Asked) -> Say:
    asked.require("discuss")
    found = away.named(asked.ledger, asked.person, asked.wish.rest)
    away.set_deputy(asked.ledger, asked.person, found, asked.person)
    return done("away.deputy", name=_name(asked, found))


def _name(asked: Asked, person: Person) -> str:
    return people.name_of(asked.ledger, person) or phrase(f"role.{person.role}")


DEEDS = (
    Deed("away", rf"お?休み(?:ます|します)(?:\s*(?P<rest>{_SPANS}|{_DAY}))?", _away, ONLY),
    Deed("back", r"(?:もど|戻)りました", _back, ONLY),
    Deed("deputy", r"代わりは\s+(?P<rest>[^\s、。]{1,12}(?:\s[^\s、。]{1,12})?)", _deputy, "discuss"),
)
