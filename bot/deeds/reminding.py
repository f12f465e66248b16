"""What people say of their reminders: done, later, somebody else; and what still waits for them."""

from bot import people
from bot.deeds.asked import Asked, Deed, N, done
from bot.messages import Say
from bot.reminders import book, bundles
from bot.texts import phrase
from storage.reminders import Reminder

ONLY = "be_reminded"


def _own(asked: Asked) -> Reminder:
    asked.require(ONLY)
    return book.find(asked.ledger, asked.wish.number, asked.person)


def _done(asked: Asked) -> Say:
    book.end(asked.ledger, _own(asked), asked.person)
    return done("reminder.was_done", number=asked.wish.number)


def _later(asked: Asked) -> Say:
    book.put_off(asked.ledger, _own(asked), asked.person)
    return done("reminder.was_put_off", number=asked.wish.number, days=book.LATER_DAYS)


def _other(asked: Asked) -> Say:
    other = book.hand_on(asked.ledger, _own(asked), asked.person)
    name = people.name_of(asked.ledger, other) or phrase(f"role.{other.role}")
    return done("reminder.was_handed_on", number=asked.wish.number, name=name)


def _waiting(asked: Asked) -> Say:
    asked.require(ONLY)
    return bundles.of_person(asked.ledger, asked.person, asked.wish.number) or done("reminder.nothing")


DEEDS = (
    Deed("reminder_done", rf"お知らせ\s*(?:済|済み){N}", _done, ONLY),
    Deed("reminder_later", rf"お知らせ\s*あとで{N}", _later, ONLY),
    Deed("reminder_other", rf"お知らせ\s*代わって{N}", _other, ONLY),
    Deed("waiting", r"待っていること(?:\s*(?P<number>\d{1,3}))?", _waiting, ONLY),
)
