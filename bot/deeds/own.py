"""What everybody can ask for: help, one's own concerns, taking back, joining, the officers' pages."""

from bot import concerns, passes, people, replies
from bot.answerable import Answerable
from bot.deeds.asked import Asked, Deed, N, done
from bot.messages import Say
from bot.texts import phrase
from storage.concerns import Concern


def _own(asked: Asked) -> Concern:
    """Whose concern may be taken back: one's own, and any by the board (to protect whoever is named)."""
    writer = None if people.may(asked.person, "edit_agenda") else asked.person
    return concerns.find(asked.ledger, asked.wish.number, writer)


def _withdraw(asked: Asked) -> Say:
    concern = _own(asked)
    concerns.withdraw(asked.ledger, concern, asked.person)
    return done("chat.withdrawn", number=concern.number)


def _rejoin(asked: Asked) -> Say:
    whole = concerns.join(asked.ledger, asked.reader, _own(asked), asked.person)
    return done("chat.rejoined", number=whole.number)


def _join(asked: Asked) -> Say:
    address = asked.incoming.sender or ""
    joined = people.join(asked.ledger, asked.person, address, asked.wish.rest)
    return replies.joined(joined)


def _desk(asked: Asked) -> Say:
    link = passes.make_link(asked.ledger, asked.person, asked.public_url)
    if not asked.incoming.is_private:
        raise Answerable("chat.link_private")
    return Say(
        "text",
        text=phrase("chat.desk_link", minutes=passes.LINK_MINUTES),
        links=((phrase("chat.open_desk"), link),),
    )


DEEDS = (
    Deed("help", r"使い方|つかいかた|ヘルプ|help|\?", lambda a: replies.usage(a.person)),
    Deed("write", r"気づきを書く|きづきを書く", lambda a: done("chat.write")),
    Deed("mine", r"(?:わたし|私)の(?:気づき|きづき)", lambda a: replies.mine(a.ledger, a.person)),
    Deed("numbers", r"緊急の(?:連絡先|電話番号)", lambda a: replies.emergency_numbers()),
    Deed(
        "withdraw_which",
        r"(?:取り下げ|取下げ|とりさげ)(?:る|たい|ます)?",
        lambda a: replies.withdraw_which(a.ledger, a.person),
    ),
    Deed(
        "withdraw_ask",
        rf"(?:取り下げ|取下げ|とりさげ){N}",
        lambda a: replies.withdraw_ask(_own(a)),
    ),
    Deed("withdraw", rf"取り下げます{N}", _withdraw),
    Deed("rejoin", rf"ひとつに{N}", _rejoin),
    Deed("join", r"参加\s*(?P<rest>[A-Za-z0-9]{4}\s*-?\s*[A-Za-z0-9]{4})", _join),
    Deed("desk", r"役員ページ|役員のページ", _desk),
)
