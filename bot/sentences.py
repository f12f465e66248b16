"""Sentences: the short wishes that people type or press, and what each of them does.

Each is matched whole, so that a concern that merely begins with such a word stays a concern.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from bot import agenda, concerns, decisions, meetings, passes, people, pings, replies, themes, tidings, topics
from bot.answerable import Answerable
from bot.messages import Incoming, Say
from bot.texts import phrase
from bot.understanding import Reader
from storage.concerns import Concern
from storage.ledger import Ledger
from storage.meetings import Choice, Item, Meeting
from storage.people import Person
from storage.topics import Topic

N = r"\s*(?P<number>\d{1,9})"
REST = r"\s+(?P<rest>.+)"
WISHES: tuple[tuple[str, str], ...] = (
    ("help", r"使い方|つかいかた|ヘルプ|help|\?"),
    ("write", r"気づきを書く|きづきを書く"),
    ("mine", r"(?:わたし|私)の(?:気づき|きづき)"),
    ("numbers", r"緊急の(?:連絡先|電話番号)"),
    ("withdraw_which", r"(?:取り下げ|取下げ|とりさげ)(?:る|たい|ます)?"),
    ("withdraw_ask", rf"(?:取り下げ|取下げ|とりさげ){N}"),
    ("withdraw", rf"取り下げます{N}"),
    ("join", r"参加\s*(?P<rest>[A-Za-z0-9]{4}\s*-?\s*[A-Za-z0-9]{4})"),
    ("see", rf"見ました{N}"),
    ("go", rf"向かいます{N}"),
    ("act", rf"対応中{N}"),
    ("ask_board", rf"役員会へ{N}"),
    ("resolve", rf"(?:済|済み|解決){N}"),
    ("later", rf"あとで{N}"),
    ("other", rf"代わって{N}"),
    ("sort_which", rf"テーマ{N}"),
    ("sort", rf"テーマ{N}{REST}"),
    ("rejoin", rf"ひとつに{N}"),
    ("merge", rf"まとめる{N}\s+(?P<second>\d{{1,9}})"),
    ("apart", rf"別の話{N}\s+(?P<second>\d{{1,9}})"),
    ("part", rf"分ける{N}"),
    ("waiting", r"待っていること"),
    ("desk", r"役員ページ|役員のページ"),
    ("agenda", r"次第"),
    ("agenda_approve", r"次第\s*承認"),
    ("agenda_up", rf"次第\s*上へ{N}"),
    ("agenda_down", rf"次第\s*下へ{N}"),
    ("agenda_hide", rf"次第\s*隠す{N}"),
    ("agenda_show", rf"次第\s*戻す{N}"),
    ("agenda_minutes", rf"次第\s*時間{N}\s+(?P<second>\d{{1,3}})分?"),
    ("agenda_reword", rf"次第\s*見出し{N}{REST}"),
    (
        "decide",
        rf"決定{N}\s+(?P<choice>対応する|様子を見る|専門機関へ|持ち帰り|次回へ|今回はできない)(?:\s+(?P<rest>.+))?",
    ),
    ("close", r"会議を終わる|会議を終えます"),
    ("report_back", rf"回答{N}{REST}"),
)
_PATTERNS = tuple((verb, re.compile(pattern, re.DOTALL | re.IGNORECASE)) for verb, pattern in WISHES)
_CHOICES = {
    "対応する": Choice.ACT,
    "様子を見る": Choice.WATCH,
    "専門機関へ": Choice.REFER,
    "持ち帰り": Choice.TAKE_HOME,
    "次回へ": Choice.CARRY_OVER,
    "今回はできない": Choice.DECLINE,
}
MAX_SENTENCE = 600


@dataclass(frozen=True)
class Wish:
    """What a sentence asks for."""

    verb: str
    number: int = 0
    second: int = 0
    rest: str = ""
    choice: str = ""


@dataclass(frozen=True)
class Asked:
    """A wish with whoever has it, ready to be fulfilled."""

    ledger: Ledger
    person: Person
    wish: Wish
    incoming: Incoming
    reader: Reader
    public_url: str

    def topic(self) -> Topic:
        """The topic meant."""
        return topics.find(self.ledger, self.wish.number)

    def meeting(self) -> Meeting:
        """The next meeting."""
        return meetings.next_meeting(self.ledger)

    def require(self, deed: str) -> None:
        """Let pass whoever may do this."""
        people.require(self.person, deed)


class NoSuchTheme(Answerable):
    """No theme has this name."""

    key = "chat.no_such_theme"


def understand(text: str) -> Wish | None:
    """Recognise a wish; None means that somebody tells of something."""
    if len(text) > MAX_SENTENCE:
        return None
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("。!！")
    for verb, pattern in _PATTERNS:
        if match := pattern.fullmatch(plain):
            given = match.groupdict()
            return Wish(
                verb,
                int(given.get("number") or 0),
                int(given.get("second") or 0),
                (given.get("rest") or "").strip(),
                given.get("choice") or "",
            )
    return None


def fulfil(
    ledger: Ledger, person: Person, wish: Wish, incoming: Incoming, reader: Reader, public_url: str
) -> Say | None:
    """Do what a wish asks for and give the answer. Raises Answerable when it cannot be done as it stands."""
    return DEEDS[wish.verb](Asked(ledger, person, wish, incoming, reader, public_url))


def theme_code(words: str) -> str:
    """Find a theme by its label, code, or the beginning of its label. Raises NoSuchTheme."""
    wanted = unicodedata.normalize("NFKC", words).strip().lower()
    for code in themes.codes():
        label = unicodedata.normalize("NFKC", themes.label(code)).lower()
        if (wanted and wanted in (code, label)) or (len(wanted) >= 2 and label.startswith(wanted)):
            return code
    raise NoSuchTheme(theme=words[:20])


def _done(key: str, **values: object) -> Say:
    return Say("text", text=phrase(key, **values))


def _help(asked: Asked) -> Say:
    return replies.usage(asked.person)


def _write(asked: Asked) -> Say:
    return _done("chat.write")


def _mine(asked: Asked) -> Say:
    return replies.mine(asked.ledger, asked.person)


def _numbers(asked: Asked) -> Say:
    return replies.emergency_numbers()


def _own(asked: Asked) -> Concern:
    """Whose concern may be taken back: one's own, and any by the board (to protect whoever is named)."""
    writer = None if people.may(asked.person, "edit_agenda") else asked.person
    return concerns.find(asked.ledger, asked.wish.number, writer)


def _withdraw_which(asked: Asked) -> Say:
    return replies.withdraw_which(asked.ledger, asked.person)


def _withdraw_ask(asked: Asked) -> Say:
    return replies.withdraw_ask(_own(asked))


def _withdraw(asked: Asked) -> Say:
    concern = _own(asked)
    concerns.withdraw(asked.ledger, concern, asked.person)
    return _done("chat.withdrawn", number=concern.number)


def _join(asked: Asked) -> Say:
    address = asked.incoming.sender or ""
    joined = people.join(asked.ledger, asked.person, address, asked.wish.rest)
    return replies.joined(joined)


def _see(asked: Asked) -> Say | None:
    asked.require("acknowledge")
    topic = asked.topic()
    topics.see(asked.ledger, topic, asked.person)
    return _quietly(asked, "chat.seen", topic)


def _go(asked: Asked) -> Say:
    asked.require("acknowledge")
    topic = asked.topic()
    topics.see(asked.ledger, topic, asked.person)
    topics.act(asked.ledger, topic, asked.person)
    return _done("chat.going", number=topic.number)


def _act(asked: Asked) -> Say | None:
    asked.require("discuss")
    topic = asked.topic()
    topics.act(asked.ledger, topic, asked.person)
    return _quietly(asked, "chat.acting", topic)


def _ask_board(asked: Asked) -> Say | None:
    asked.require("ask_board")
    topic = asked.topic()
    topics.ask_board(asked.ledger, topic, asked.person)
    return _quietly(asked, "chat.to_board", topic)


def _resolve(asked: Asked) -> Say | None:
    asked.require("discuss")
    topic = asked.topic()
    topics.resolve(asked.ledger, topic, asked.person)
    tidings.resolved(asked.ledger, topic)
    return _quietly(asked, "chat.resolved", topic)


def _later(asked: Asked) -> Say:
    asked.require("discuss")
    pings.put_off(asked.ledger, asked.topic(), asked.person)
    return _done("chat.later", days=pings.LATER_DAYS)


def _other(asked: Asked) -> Say:
    asked.require("discuss")
    other = topics.hand_on(asked.ledger, asked.topic(), asked.person)
    return _done("chat.handed_on" if other else "chat.handed_to_officers", number=asked.wish.number)


def _sort_which(asked: Asked) -> Say:
    own = concerns.find(asked.ledger, asked.wish.number)
    if own.writer_id != asked.person.id:
        asked.require("sort")
    asked.topic()
    return replies.themes_to_choose(own)


def _rejoin(asked: Asked) -> Say:
    whole = concerns.join(asked.ledger, asked.reader, _own(asked), asked.person)
    return _done("chat.rejoined", number=whole.number)


def _sort(asked: Asked) -> Say | None:
    topic = asked.topic()
    own = concerns.find(asked.ledger, asked.wish.number)
    if own.writer_id != asked.person.id:
        asked.require("sort")
    theme = theme_code(asked.wish.rest)
    topics.sort(asked.ledger, topic, theme, asked.person)
    return _quietly(asked, "chat.sorted", topic, theme=themes.label(theme))


def _merge(asked: Asked) -> Say | None:
    asked.require("merge")
    second = topics.find(asked.ledger, asked.wish.second)
    into = topics.merge(asked.ledger, asked.topic(), second, asked.person)
    return _quietly(asked, "chat.merged", into)


def _apart(asked: Asked) -> Say | None:
    asked.require("merge")
    asked.ledger.journal(asked.person.id, "apart", f"topic:{asked.wish.number}", str(asked.wish.second))
    return _quietly(asked, "chat.apart", asked.topic())


def _part(asked: Asked) -> Say | None:
    asked.require("merge")
    back = topics.part(asked.ledger, asked.topic(), asked.person)
    return _quietly(asked, "chat.parted", back)


def _waiting(asked: Asked) -> Say:
    asked.require("discuss")
    return pings.bundle(asked.ledger, asked.person) or _done("ping.nothing")


def _desk(asked: Asked) -> Say:
    link = passes.make_link(asked.ledger, asked.person, asked.public_url)
    if not asked.incoming.is_private:
        raise Answerable("chat.link_private")
    return Say(
        "text",
        text=phrase("chat.desk_link", minutes=passes.LINK_MINUTES),
        links=((phrase("chat.open_desk"), link),),
    )


def _agenda(asked: Asked) -> Say:
    asked.require("read_masked")
    return replies.agenda_card(asked.ledger, asked.meeting(), asked.person)


def _agenda_approve(asked: Asked) -> Say:
    asked.require("edit_agenda")
    meeting = asked.meeting()
    agenda.approve(asked.ledger, meeting, asked.person)
    return _done("agenda.approved", title=meetings.title(asked.ledger.council, meeting))


def _on_item(change: Callable[[Asked, Meeting, Item], None]) -> Callable[[Asked], Say]:
    def deed(asked: Asked) -> Say:
        asked.require("edit_agenda")
        meeting = asked.meeting()
        change(asked, meeting, agenda.item_for(asked.ledger, meeting, asked.topic()))
        return replies.agenda_card(asked.ledger, meeting, asked.person)

    return deed


def _decide(asked: Asked) -> Say:
    asked.require("decide")
    decisions.decide(
        asked.ledger,
        asked.meeting(),
        asked.topic(),
        _CHOICES[asked.wish.choice],
        asked.person,
        words=asked.wish.rest,
    )
    return _done("agenda.decided", number=asked.wish.number, choice=asked.wish.choice)


def _close(asked: Asked) -> Say:
    asked.require("decide")
    meeting = decisions.close(asked.ledger, asked.meeting(), asked.person)
    return _done("agenda.closed", title=meetings.title(asked.ledger.council, meeting))


def _report_back(asked: Asked) -> Say:
    asked.require("report_back")
    decisions.report_back(asked.ledger, asked.topic(), asked.wish.rest, asked.person)
    return _done("chat.reported_back", number=asked.wish.number)


def _quietly(asked: Asked, key: str, topic: Topic, **values: object) -> Say | None:
    """Answer in a one-to-one chat; in a channel the thread itself shows what was done."""
    if not asked.incoming.is_private and topic.root_id is not None:
        return None
    return _done(key, number=topic.number, **values)


DEEDS: dict[str, Callable[[Asked], Say | None]] = {
    "help": _help,
    "write": _write,
    "mine": _mine,
    "numbers": _numbers,
    "withdraw_which": _withdraw_which,
    "withdraw_ask": _withdraw_ask,
    "withdraw": _withdraw,
    "join": _join,
    "see": _see,
    "go": _go,
    "act": _act,
    "ask_board": _ask_board,
    "resolve": _resolve,
    "later": _later,
    "other": _other,
    "sort_which": _sort_which,
    "sort": _sort,
    "rejoin": _rejoin,
    "merge": _merge,
    "apart": _apart,
    "part": _part,
    "waiting": _waiting,
    "desk": _desk,
    "agenda": _agenda,
    "agenda_approve": _agenda_approve,
    "agenda_up": _on_item(lambda a, m, i: agenda.move(a.ledger, m, i, -1, a.person)),
    "agenda_down": _on_item(lambda a, m, i: agenda.move(a.ledger, m, i, 1, a.person)),
    "agenda_hide": _on_item(lambda a, m, i: agenda.hide(a.ledger, m, i, a.person)),
    "agenda_show": _on_item(lambda a, m, i: agenda.hide(a.ledger, m, i, a.person, hidden=False)),
    "agenda_minutes": _on_item(lambda a, m, i: agenda.set_minutes(a.ledger, m, i, a.wish.second, a.person)),
    "agenda_reword": _on_item(lambda a, m, i: agenda.reword(a.ledger, m, i, a.wish.rest, a.person)),
    "decide": _decide,
    "close": _close,
    "report_back": _report_back,
}
