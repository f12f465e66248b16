"""メール: a member's own mail address by chat: given, proven by a number, taken away."""

from bot import contact, own_mail
from bot.answerable import Answerable
from bot.deeds.asked import Asked, Deed, done
from bot.messages import Say

ONLY = "be_reminded"


def _how(asked: Asked) -> Say:
    asked.require(ONLY)
    return done("contact.own.known" if contact.has_mail(asked.ledger, asked.person) else "contact.own.how")


def _give(asked: Asked) -> Say:
    asked.require(ONLY)
    _require_alone(asked)
    own_mail.ask(asked.ledger, asked.person, asked.wish.rest)
    return done("contact.own.sent", hours=own_mail.CODE_HOURS)


def _prove(asked: Asked) -> Say:
    asked.require(ONLY)
    _require_alone(asked)
    own_mail.confirm(asked.ledger, asked.person, asked.wish.rest)
    return done("contact.own.confirmed")


def _stop(asked: Asked) -> Say:
    own_mail.stop(asked.ledger, asked.person)
    return done("contact.own.stopped")


def _require_alone(asked: Asked) -> None:
    if not asked.incoming.is_private:
        raise Answerable("contact.own.in_private")


DEEDS = (
    Deed("mail", r"メール", _how, ONLY),
    Deed("mail_give", r"メール\s*[:：]?\s*(?P<rest>[^\s@<>]+@[^\s@<>]+)", _give, ONLY),
    Deed("mail_prove", r"メール\s*(?P<rest>\d{6})", _prove, ONLY),
    Deed("mail_stop", r"メールを?\s*(?:やめる|やめます|止める|止めます)", _stop),
)
