"""The order paper (次第) in chat: its lines, how its minutes are shared, and the next step of whoever may."""

from __future__ import annotations

from sqlmodel import col

from bot import agenda, agenda_paper, agenda_time, agenda_words, counted, meetings, people, seasons, threads
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.ledger import Ledger
from storage.meetings import Item, Meeting, Section, Stage
from storage.people import Person
from storage.topics import Topic

ITEMS_IN_CHAT = 12


def agenda_card(ledger: Ledger, meeting: Meeting, person: Person, *, with_season: bool = False) -> Say:
    """Show the agenda in chat; a draft is compiled afresh first.

    `with_season` adds what last year's concerns say of the coming weeks: the card that asks for approval has it.
    """
    if meeting.status in (Stage.PLANNED, Stage.DRAFTED):
        agenda.compile_agenda(ledger, meeting)
    items = agenda.items_of(ledger, meeting)
    lines = [
        phrase(f"agenda.state.{meeting.status}"),
        *_shown_lines(ledger, items),
        *_remarks(ledger, meeting, items, person),
    ]
    if with_season:
        lines += seasons.told(ledger, meeting)
    return Say(
        "text",
        title=meetings.title(ledger.council, meeting),
        text="\n".join(lines),
        choices=_choices(meeting, person, items),
    )


def item_line(ledger: Ledger, item: Item, place: int) -> str:
    """Give one line of the agenda as it stands in chat."""
    topic = ledger.first(Topic, col(Topic.id) == item.topic_id) if item.topic_id else None
    mark = phrase("agenda.late") if item.is_late else ""
    words = agenda.heading(ledger, item)
    kind = phrase(f"agenda.section.{item.section}")
    if topic is None:
        return f"{place}. {mark}［{kind}］{words}（{item.minutes}分）"
    mark += f"【{phrase('talk.again')}】" if topic.times_reopened else ""
    facts = [threads.theme_label(topic), phrase("paper.number", number=topic.number)]
    facts += [counted.told(ledger, topic)] if topic.is_general else []
    facts += [carried] if (carried := agenda_paper.carried_words(ledger, topic)) else []
    return f"{place}. {mark}［{kind}］{words}（{'・'.join(facts)}・{item.minutes}分）"


def _shown_lines(ledger: Ledger, items: list[Item]) -> list[str]:
    """The lines that are talked over, each with its question to the board, and the notices as one line."""
    shown = [item for item in items if not item.is_hidden]
    spoken = [item for item in shown if not agenda.is_read_ahead(item)]
    if not shown:
        return [phrase("agenda.empty")]
    lines = []
    for place, item in enumerate(spoken[:ITEMS_IN_CHAT], start=1):
        lines.append(item_line(ledger, item, place))
        lines += [f"　→ {asked}"] if (asked := agenda_paper.how_to_go_on(ledger, item)) else []
    if len(spoken) > ITEMS_IN_CHAT:
        lines.append(phrase("talk.more_lines", count=len(spoken) - ITEMS_IN_CHAT))
    if count := len(shown) - len(spoken):
        lines.append(phrase("sheet.pointer", count=count))
    return lines


def _remarks(ledger: Ledger, meeting: Meeting, items: list[Item], person: Person) -> list[str]:
    """What whoever lays out the paper should see: its length, the shares of its minutes, names in its words."""
    used, length = agenda.minutes_used(meeting, items)
    lines = [phrase("agenda.minutes", used=used, length=length)]
    shown = [item for item in items if not item.is_hidden]
    if not shown or meeting.status == Stage.HELD:
        return lines
    found = agenda.shares(meeting, shown)
    lines.append(agenda_time.shares_words(found))
    if found.are_crowded(ledger.council.notice_share):
        _, reports, notices = found.percents
        lines.append(phrase("talk.crowded", percent=reports + notices))
    if people.may(person, "edit_agenda"):
        naming = sum(1 for item in shown if agenda_words.names_somebody(ledger, item))
        lines += [agenda_words.warning(naming)] if naming else []
    return lines


def _choices(meeting: Meeting, person: Person, items: list[Item]) -> tuple[Choice, ...]:
    if not people.may(person, "edit_agenda"):
        return ()
    found = [Choice(phrase("chat.open_desk"), "役員ページ")]
    if any(item.section in (Section.REPORT, Section.NOTICE) for item in items):
        found.append(Choice(phrase("sheet.list"), "連絡"))
    if meeting.status != Stage.APPROVED or any(item.is_late and not item.is_hidden for item in items):
        found.insert(0, Choice(phrase("agenda.approve"), "次第 承認", "primary"))
    return tuple(found)
