"""Replies: what a person hears back, composed of the phrase book's sentences. Nothing of a concern is echoed."""

from collections.abc import Iterable

from sqlmodel import col

from bot import agenda, concerns, dates, judging, meetings, numbers, people, themes, threads
from bot.agenda_card import agenda_card
from bot.concerns import Posted
from bot.messages import Choice, Field, Say
from bot.reminders import bundles
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.meetings import Item, Meeting, Section
from storage.people import Person, Role
from storage.topics import Topic

FIRST_LINES = ("119", "110", "189", "9110", "7119", "yorisoi", "dv-plus")
ITEMS_WITH_BUTTONS = 8


def receipt(ledger: Ledger, posted: Posted) -> Say:
    """Say that a concern has arrived, with its number, and what happens now."""
    concern, understanding = posted.concern, posted.understanding
    if understanding.urgency == "emergency":
        return _urgent(ledger, concern, understanding.lines)
    if posted.outcome == "continued":
        return Say("text", text=phrase("receipt.continued", number=concern.number), choices=_after(concern))
    if concern.kind in judging.KEPT_KINDS and not concern.is_abstained and understanding.urgency == "none":
        key = "receipt.thanks" if concern.kind == "thanks" else "receipt.chatter"
        return Say("text", text=phrase(key), choices=_always())
    lines = [phrase("receipt.arrived", number=concern.number), phrase("receipt.next")]
    if understanding.masks:
        lines.append(phrase("receipt.masked"))
    if understanding.lines:
        lines.append(phrase("receipt.lines", numbers=_listed(understanding.lines)))
    return Say("text", text="\n".join(lines), choices=(*_after(concern), *_reach(ledger, concern)))


def media_receipt(posted: Posted, kind: str) -> Say:
    """Say that a picture or voice message has arrived, and ask for a few words."""
    key = "receipt.picture" if kind == "picture" else "receipt.voice"
    return Say("text", text=phrase(key, number=posted.concern.number), choices=_after(posted.concern))


def welcome(ledger: Ledger) -> Say:
    """Greet somebody new: what this is for, who reads it, how to take back (個人情報保護法 21条)."""
    return Say("text", text=phrase("chat.welcome", council=ledger.council.name), choices=_always())


def usage(person: Person) -> Say:
    """Explain what can be done, for this person's role."""
    lines = [phrase("chat.usage")]
    if people.may(person, "discuss"):
        lines.append(phrase("chat.usage_room"))
    if people.may(person, "edit_agenda"):
        lines.append(phrase("chat.usage_board"))
    return Say("text", text="\n\n".join(lines), choices=_for_role(person))


def emergency_numbers() -> Say:
    """List the emergency numbers with what each is for."""
    return Say("text", text=phrase("chat.numbers", numbers=_listed(FIRST_LINES)))


def joined(person: Person) -> Say:
    """Greet somebody who has taken up a join code."""
    return Say("text", text=phrase(f"chat.joined.{person.role}"), choices=_for_role(person))


def mine(ledger: Ledger, person: Person) -> Say:
    """Show where each of a person's own concerns stands on the arrow (わたしの気づき)."""
    own = concerns.of_writer(ledger, person)
    if not own:
        return Say("text", text=phrase("chat.none_yet"), choices=_always())
    lines = [phrase("chat.mine"), *(_standing(ledger, concern) for concern in own)]
    return Say("text", text="\n".join(lines), choices=(*_withdrawals(own[:3]), *_reaches(own[:3])))


def withdraw_which(ledger: Ledger, person: Person) -> Say:
    """Ask which concern is to be taken back."""
    own = concerns.of_writer(ledger, person, limit=5)
    if not own:
        return Say("text", text=phrase("chat.none_yet"))
    return Say("text", text=phrase("chat.withdraw_which"), choices=_withdrawals(own))


def withdraw_ask(concern: Concern) -> Say:
    """Ask once more before a text is destroyed."""
    n = concern.number
    yes = Choice(phrase("chat.withdraw_yes"), f"取り下げます {n}", "danger")
    return Say("text", text=phrase("chat.withdraw_ask", number=n), choices=(yes, _mine_choice()))


def themes_to_choose(n: int) -> Say:
    """Offer the themes for what has this number, each as a button: not every platform has menus."""
    choices = tuple(Choice(themes.label(code), f"テーマ {n} {themes.label(code)}") for code in themes.codes())
    return Say("text", text=phrase("chat.sort_which", number=n), choices=choices)


def home(ledger: Ledger, person: Person, public_url: str) -> Say:
    """Lay out a person's home page on Slack: the agenda for the room, one's own concerns for everybody."""
    write = Choice(phrase("chat.write_button"), "気づきを書く", "primary")
    title = phrase("home.title", council=ledger.council.name)
    cards = [Say("text", title=title, text=phrase("home.opening"), choices=(write,))]
    if people.may(person, "read_masked"):
        meeting = meetings.next_meeting(ledger)
        cards.append(agenda_card(ledger, meeting, person))
        cards.extend(_item_card(ledger, meeting, item) for item in _shown(ledger, meeting) if item.topic_id)
        cards.append(_sized(bundles.of_person(ledger, person) or Say("text", text=phrase("reminder.nothing"))))
    cards.append(mine(ledger, person))
    return Say("home", blocks=tuple(cards))


def form(name: str, trigger: str | None) -> Say:
    """The screen on which somebody writes a concern."""
    return Say(
        "form",
        title=phrase("form.title"),
        text=phrase("form.opening"),
        trigger=trigger,
        submit=name,
        fields=(Field("text", phrase("form.text"), phrase("form.hint"), is_long=True),),
    )


def _item_card(ledger: Ledger, meeting: Meeting, item: Item) -> Say:
    topic = ledger.by_id(Topic, item.topic_id)
    n = topic.number
    hide = Choice(phrase("agenda.hide"), f"次第 隠す {n}")
    show = Choice(phrase("agenda.show"), f"次第 戻す {n}")
    return Say(
        "text",
        text=agenda.heading(ledger, item),
        facts=(
            (phrase("thread.fact_theme"), threads.theme_label(topic)),
            (phrase("agenda.time"), f"{item.minutes}分"),
        ),
        choices=(
            Choice(phrase("agenda.up"), f"次第 上へ {n}"),
            Choice(phrase("agenda.down"), f"次第 下へ {n}"),
            show if item.is_hidden else hide,
        ),
    )


def _shown(ledger: Ledger, meeting: Meeting) -> list[Item]:
    return [i for i in agenda.items_of(ledger, meeting) if i.section != Section.NOTICE][:ITEMS_WITH_BUTTONS]


def _sized(say: Say) -> Say:
    return Say("text", title=phrase("home.waiting"), text=say.text, choices=say.choices)


def _urgent(ledger: Ledger, concern: Concern, lines: tuple[str, ...]) -> Say:
    """Give the numbers at once, and say that somebody was told only if there is somebody to tell."""
    listed = _listed(lines or ("119", "110"))
    key = "receipt.urgent" if people.on_duty(ledger) else "receipt.urgent_alone"
    text = phrase(key, numbers=listed, number=concern.number)
    return Say("text", text=text, links=_links(lines or ("119", "110")), choices=_after(concern))


def _standing(ledger: Ledger, concern: Concern) -> str:
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id) if concern.topic_id else None
    if topic is not None and topic.merged_into_id is not None:
        topic = ledger.by_id(Topic, topic.merged_into_id)
    where = phrase(f"arrow.{topic.status}") if topic else _before_topic(concern)
    day = dates.jst(concern.received_at)
    return phrase("chat.mine_line", number=concern.number, day=f"{day.month}月{day.day}日", where=where)


def _before_topic(concern: Concern) -> str:
    return phrase("arrow.settling" if concern.status == Standing.SETTLING else "arrow.kept")


def _withdrawals(own: list[Concern]) -> tuple[Choice, ...]:
    return tuple(Choice(phrase("chat.withdraw_button", number=c.number), f"取り下げ {c.number}") for c in own)


def _after(concern: Concern) -> tuple[Choice, ...]:
    return _mine_choice(), Choice(phrase("chat.withdraw"), f"取り下げ {concern.number}")


def _reach(ledger: Ledger, concern: Concern) -> tuple[Choice, ...]:
    """Ask a commissioner how far it may go, since they write of others; a resident's receipt stays short."""
    writer = ledger.by_id(Person, concern.writer_id)
    is_meant = writer.role == Role.COMMISSIONER
    return (Choice(phrase("reach.button"), f"出してよい {concern.number}"),) if is_meant else ()


def _reaches(own: list[Concern]) -> tuple[Choice, ...]:
    those = [c for c in own if c.status in (Standing.SETTLING, Standing.SHARED)]
    return tuple(Choice(phrase("reach.of_button", number=c.number), f"出してよい {c.number}") for c in those)


def _always() -> tuple[Choice, ...]:
    return (
        Choice(phrase("chat.write_button"), "気づきを書く"),
        _mine_choice(),
        Choice(phrase("chat.numbers_button"), "緊急の連絡先"),
        Choice(phrase("chat.help_button"), "使い方"),
    )


def _for_role(person: Person) -> tuple[Choice, ...]:
    if people.may(person, "edit_agenda"):
        extra: tuple[Choice, ...] = (
            Choice(phrase("agenda.button"), "次第"),
            Choice(phrase("chat.open_desk"), "役員ページ"),
        )
    elif person.role == Role.COMMISSIONER:
        extra = (Choice(phrase("ping.button"), "待っていること"), Choice(phrase("agenda.button"), "次第"))
    else:
        extra = ()
    return (*extra, *_always())


def _mine_choice() -> Choice:
    return Choice(phrase("chat.mine_button"), "わたしの気づき")


def _lines(codes: Iterable[str]) -> list[numbers.Line]:
    return [line for code in codes if (line := numbers.by_code(code)) is not None]


def _listed(codes: Iterable[str]) -> str:
    return "\n".join(phrase("chat.line", dial=n.dial, label=n.label, hours=n.hours) for n in _lines(codes))


def _links(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((phrase("chat.call", dial=n.dial), _tel(n.dial)) for n in _lines(codes))


def _tel(dial: str) -> str:
    return "tel:" + dial.replace("-", "").replace("#", "%23")
