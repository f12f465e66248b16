"""会議中: the meeting by chat, for whoever has no page at hand: open it, tick people, go through the paper."""

from datetime import time
from typing import Any

from bot import agenda as papers
from bot import (
    attendance,
    dates,
    decisions,
    going_on,
    meeting_deeds,
    meetings,
    organisations,
    people,
    sitting,
    spoken_days,
)
from bot.answerable import Answerable
from bot.deeds.asked import REST, Asked, Deed, N, done
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.ledger import id_of
from storage.meetings import Choice as Outcome
from storage.meetings import Item, Meeting, Presence
from storage.people import Person
from storage.topics import Topic

_CHOICES = {
    "対応する": Outcome.ACT,
    "様子を見る": Outcome.WATCH,
    "専門機関へ": Outcome.REFER,
    "持ち帰り": Outcome.TAKE_HOME,
    "次回へ": Outcome.CARRY_OVER,
    "今回はできない": Outcome.DECLINE,
}
NAMES_AT_MOST = 12  # LINE takes thirteen buttons
BY = r"(?:(?:20\d\d\s*[/年-]\s*)?\d{1,2}\s*[/月]\s*\d{1,2}\s*日?)\s*(?:まで)?"


def _do(asked: Asked, meeting: Meeting, deed: str, **about: Any) -> None:
    meeting_deeds.at_once(asked.ledger, meeting, asked.person, deed, **about)


def _begin(asked: Asked) -> Say:
    asked.require("decide")
    meeting = sitting.current(asked.ledger)
    _do(asked, meeting, "open")
    return _card(asked, meeting)


def _now(asked: Asked) -> Say:
    asked.require("read_masked")
    return _card(asked, sitting.current(asked.ledger))


def _next(asked: Asked) -> Say:
    return _turn(asked, 1)


def _previous(asked: Asked) -> Say:
    return _turn(asked, -1)


def _turn(asked: Asked, steps: int) -> Say:
    """Go on to the next line. A report or notice that was passed on counts as done."""
    asked.require("decide")
    meeting = sitting.current(asked.ledger)
    wanted = sitting.beside(asked.ledger, meeting, steps)
    here = sitting.now_up(asked.ledger, meeting)
    if steps > 0 and here is not None and here.topic_id is None:
        _do(asked, meeting, "done", item=id_of(here), value=True)
    _do(asked, meeting, "turn", value=id_of(wanted))
    return _card(asked, meeting)


def _card(asked: Asked, meeting: Meeting) -> Say:
    """Show the line that is up, with its decisions as buttons for whoever may press them."""
    ledger, item = asked.ledger, sitting.now_up(asked.ledger, meeting)
    may = people.may(asked.person, "decide")
    title = meetings.title(ledger.council, meeting)
    if item is None:
        begin = (Choice(phrase("sitting.chat.begin"), "会議を始める", "primary"),) if may else ()
        key = "sitting.chat.before_open" if meeting.opened_at is None else "sitting.no_item"
        return Say("text", text=phrase(key, title=title), choices=begin)
    shown = [id_of(i) for i in sitting.lines(ledger, meeting)]
    place = shown.index(id_of(item)) + 1 if id_of(item) in shown else 0
    spent = sitting.spent(meeting, item, ledger.now) // 60
    lines = [
        phrase("sitting.chat.now", place=place, count=len(shown)),
        papers.heading(ledger, item),
        phrase("sitting.chat.time", spent=spent, minutes=item.minutes),
    ]
    return Say("text", title=title, text="\n".join(lines), choices=_steps(asked, item) if may else ())


def _steps(asked: Asked, item: Item) -> tuple[Choice, ...]:
    number = asked.ledger.by_id(Topic, item.topic_id).number if item.topic_id else 0
    labels = [phrase(f"decision.{choice}") for choice in Outcome] if number else []
    return (
        *(Choice(label, f"決定 {number} {label}") for label in labels),
        Choice(phrase("sitting.chat.next"), "次へ", "primary"),
        Choice(phrase("sitting.chat.previous"), "前へ"),
        Choice(phrase("sitting.chat.attendance"), "出席"),
    )


def _who(asked: Asked) -> Say:
    """Say who is there, and offer the names of those who were not ticked yet."""
    asked.require("decide")
    ledger, meeting = asked.ledger, sitting.current(asked.ledger)
    known = attendance.of_meeting(ledger, meeting)
    missing = [p for p in attendance.invited(ledger, meeting) if known.get(id_of(p)) != Presence.PRESENT]
    text = phrase("sitting.attendance.who" if missing else "sitting.attendance.everybody")
    return Say("text", text=f"{_counted(asked, meeting)}\n{text}", choices=_names(asked, missing, "出席"))


def _mark(presence: Presence) -> Any:
    word = {Presence.PRESENT: "出席", Presence.ABSENT: "欠席"}[presence]

    def deed(asked: Asked) -> Say:
        asked.require("decide")
        ledger, meeting = asked.ledger, sitting.current(asked.ledger)
        found = attendance.matching(ledger, attendance.invited(ledger, meeting), asked.wish.rest)
        if not found:
            raise Answerable("sitting.nobody")
        if len(found) > 1:
            return Say("text", text=phrase("sitting.attendance.which"), choices=_names(asked, found, word))
        _do(asked, meeting, "presence", person=found[0].ref, value=str(presence))
        said = phrase("sitting.attendance.marked", who=_name(asked, found[0]), presence=word)
        more = Choice(phrase("sitting.chat.attendance"), "出席")
        return Say("text", text=f"{said}\n{_counted(asked, meeting)}", choices=(more,))

    return deed


def _is_name(words: str) -> bool:
    """Say whether short words can be a name: a sentence ends otherwise."""
    return not words.endswith(("です", "ます", "ません", "ました", "ている", "ない", "でした"))


def _names(asked: Asked, those: list[Person], word: str) -> tuple[Choice, ...]:
    return tuple(Choice(_name(asked, p)[:20], f"{word} {p.ref}") for p in those[:NAMES_AT_MOST])


def _name(asked: Asked, person: Person) -> str:
    return people.name_of(asked.ledger, person) or phrase(f"role.{person.role}")


def _counted(asked: Asked, meeting: Meeting) -> str:
    counts, quorum = attendance.counts(asked.ledger, meeting), attendance.quorum(asked.ledger, meeting)
    told = phrase("sitting.attendance.count", present=counts.present, invited=counts.invited)
    if quorum is None:
        return told
    seats = phrase("sitting.attendance.quorum", seats=quorum.seats, present=quorum.present)
    key = "sitting.attendance.reached" if quorum.is_reached else "sitting.attendance.not_reached"
    return f"{seats}　{phrase(key, count=quorum.seats // 2 + 1 - quorum.present)}"


def _charge(asked: Asked) -> Say:
    """Write down who does it, and by when where a day was typed."""
    asked.require("decide")
    meeting, item = _item(asked)
    _do(asked, meeting, "charge", item=id_of(item), value=asked.wish.rest)
    values = {"number": asked.wish.number, "charge": asked.wish.rest}
    if not asked.wish.choice:
        return done("sitting.chat.charge", **values)
    day = _day(asked)
    _do(asked, meeting, "due", item=id_of(item), value=day.isoformat())
    return done("sitting.chat.charge_due", **values, due=dates.wareki(day))


def _day(asked: Asked) -> Any:
    typed = asked.wish.choice.strip().removesuffix("まで")
    moment, _ = spoken_days.read(typed, asked.ledger.now, time(23, 59))
    return dates.jst(moment).date()


def _homes(asked: Asked) -> Say:
    """Choose which organisations take a topic home; each gets homework of its own when the meeting ends."""
    asked.require("decide")
    meeting, item = _item(asked)
    known = organisations.all_of(asked.ledger)
    wanted = [w for w in asked.wish.rest.replace(",", "、").replace("と", "、").split("、") if w.strip()]
    found = [next((o for o in known if word.strip() in o.name), None) for word in wanted]
    if not wanted or None in found:
        names = "、".join(o.name for o in known) or phrase("sitting.attendance.unknown")
        raise Answerable("sitting.chat.no_organisation", names=names)
    chosen = [o for o in found if o is not None]
    topic = asked.topic()
    _do(asked, meeting, "organisations", item=id_of(item), value=[id_of(o) for o in chosen])
    _do(asked, meeting, "choice", item=id_of(item), value=str(Outcome.TAKE_HOME))
    return done("sitting.chat.homes", number=topic.number, names="、".join(o.name for o in chosen))


def _item(asked: Asked) -> tuple[Meeting, Item]:
    meeting = sitting.current(asked.ledger)
    return meeting, papers.item_for(asked.ledger, meeting, asked.topic())


def _decide(asked: Asked) -> Say:
    """Write down what was decided on a topic, and offer the next line while the meeting is open.

    What would be put off for the third time is asked about first; the answer, or a skip, is this sentence anew.
    """
    asked.require("decide")
    meeting, item = _item(asked)
    choice, words = _CHOICES[asked.wish.choice], asked.wish.rest
    is_skipped = choice == Outcome.CARRY_OVER and words == going_on.SKIP
    if choice == Outcome.CARRY_OVER and not words and going_on.wants_a_word(asked.ledger, meeting, item):
        sitting.require_open(asked.ledger, meeting)
        return _before_again(asked, meeting, item)
    if words and not is_skipped:
        _do(asked, meeting, "words", item=id_of(item), value=words)
    _do(asked, meeting, "choice", item=id_of(item), value=str(choice))
    text = phrase("agenda.decided", number=asked.wish.number, choice=asked.wish.choice)
    is_open = meeting.opened_at is not None
    return Say("text", text=text, choices=(Choice(phrase("sitting.chat.next"), "次へ"),) if is_open else ())


def _before_again(asked: Asked, meeting: Meeting, item: Item) -> Say:
    """Ask for a reason or a next step before a topic is put off once more, and show what is at hand."""
    number, ledger = asked.wish.number, asked.ledger
    lines = [
        going_on.question(ledger, item),
        going_on.at_hand(ledger, item, dates.jst(meeting.starts_at).date()),
        phrase("sitting.again.type", number=number),
    ]
    others = [phrase(f"decision.{choice}") for choice in Outcome if choice != Outcome.CARRY_OVER]
    choices = (
        Choice(phrase("sitting.again.skip"), f"決定 {number} {phrase('decision.carry_over')} {going_on.SKIP}"),
        *(Choice(label, f"決定 {number} {label}") for label in others),
    )
    return Say("text", text="\n".join(line for line in lines if line), choices=choices)


def _close(asked: Asked) -> Say:
    """End the meeting that is held now, and say plainly how much goes on."""
    asked.require("decide")
    meeting = decisions.close(asked.ledger, sitting.current(asked.ledger), asked.person)
    key, values = decisions.ending(asked.ledger, meeting)
    return done(key, **values)


DEEDS = (
    Deed("sitting_begin", r"会議を始める|会議を始めます|開会(?:します)?", _begin),
    Deed("sitting_now", r"いまの議題|今の議題|会議中", _now),
    Deed("sitting_next", r"次へ|次の議題", _next, only="decide"),
    Deed("sitting_previous", r"前へ|前の議題", _previous, only="decide"),
    Deed("attendance", r"出席", _who, only="decide"),
    Deed("present", r"出席\s+(?P<rest>\S.{0,11})", _mark(Presence.PRESENT), only="decide", fits=_is_name),
    Deed("absent", r"欠席\s+(?P<rest>\S.{0,11})", _mark(Presence.ABSENT), only="decide", fits=_is_name),
    Deed("charge", rf"担当{N}\s+(?P<rest>.{{1,80}}?)(?:\s+(?P<choice>{BY}))?", _charge, only="decide"),
    Deed("decide", rf"決定{N}\s+(?P<choice>{'|'.join(_CHOICES)})", _decide),
    Deed("decide_words", rf"決定{N}\s+(?P<choice>{'|'.join(_CHOICES)}){REST}", _decide, only="decide"),
    Deed("close", r"会議を終わる|会議を終えます", _close),
    Deed("take_homes", rf"持ち帰り先{N}{REST}", _homes, only="decide"),
)
