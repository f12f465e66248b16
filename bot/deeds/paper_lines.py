"""What officers put on the paper beside people's troubles: reports (報告), and notices (連絡) for the sheet."""

from collections.abc import Callable

from bot import agenda, people, seasons
from bot.deeds.asked import REST, Asked, Deed, N, done
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.ledger import id_of
from storage.meetings import Item, Meeting, Section

_SECTIONS = {"報告": Section.REPORT, "連絡": Section.NOTICE}
AT_MOST = 12
BUTTONS = 4


def _list(asked: Asked) -> Say:
    asked.require("read_masked")
    meeting = asked.meeting()
    items = agenda.items_of(asked.ledger, meeting, with_hidden=False)
    lines = [item for item in items if item.section in _SECTIONS.values()]
    if not lines:
        return done("sheet.empty")
    told = [phrase("sheet.list"), *(_line(asked, item) for item in lines[:AT_MOST])]
    if len(lines) > AT_MOST:
        told.append(phrase("talk.more_lines", count=len(lines) - AT_MOST))
    choices = _buttons(lines) if people.may(asked.person, "edit_agenda") else ()
    return Say("text", text="\n".join(told), choices=choices)


def _line(asked: Asked, item: Item) -> str:
    how = phrase("sheet.on_sheet") if agenda.is_read_ahead(item) else f"{item.minutes}分"
    kind = phrase(f"agenda.section.{item.section}")
    words = agenda.heading(asked.ledger, item)
    return phrase("sheet.line", number=item.id, kind=kind, words=words, how=how)


def _buttons(lines: list[Item]) -> tuple[Choice, ...]:
    notices = [item for item in lines if item.section == Section.NOTICE][:BUTTONS]
    return tuple(
        Choice(phrase("sheet.discuss_button", number=item.id), f"連絡 話し合う {item.id}")
        if agenda.is_read_ahead(item)
        else Choice(phrase("sheet.back"), f"連絡 別紙 {item.id}")
        for item in notices
    )


def _add(asked: Asked) -> Say:
    asked.require("edit_agenda")
    section = _SECTIONS[asked.wish.choice]
    words = asked.wish.rest
    item = agenda.add_line(asked.ledger, asked.meeting(), section, words, asked.person)
    text = phrase(f"sheet.added_{section}", number=item.id)
    if asked.reader.mask(words).masks:
        text += f"\n{phrase('talk.naming')}"
    remove = Choice(phrase("sheet.remove", number=item.id), f"{asked.wish.choice} 消す {item.id}")
    lift = Choice(phrase("sheet.discuss"), f"連絡 話し合う {item.id}")
    return Say("text", text=text, choices=(lift, remove) if section == Section.NOTICE else (remove,))


def _on_line(change: Callable[[Asked, Meeting, Item], None], key: str) -> Callable[[Asked], Say]:
    def deed(asked: Asked) -> Say:
        asked.require("edit_agenda")
        meeting = asked.meeting()
        item = agenda.line_of(asked.ledger, meeting, asked.wish.number)
        number = id_of(item)
        change(asked, meeting, item)
        return done(key, number=number)

    return deed


def _lift(asked: Asked, meeting: Meeting, item: Item) -> None:
    agenda.lift(asked.ledger, meeting, _require_notice(item), asked.person)


def _put_on_sheet(asked: Asked, meeting: Meeting, item: Item) -> None:
    agenda.put_on_sheet(asked.ledger, meeting, _require_notice(item), asked.person)


def _remove(asked: Asked, meeting: Meeting, item: Item) -> None:
    agenda.remove_line(asked.ledger, meeting, item, asked.person)


def _require_notice(item: Item) -> Item:
    if item.section != Section.NOTICE:
        raise agenda.NoSuchLine(number=item.id)
    return item


def _bring_back(asked: Asked) -> Say:
    asked.require("edit_agenda")
    topic = seasons.bring_back(asked.ledger, asked.topic(), asked.person)
    return done("season.brought_back", number=topic.number)


DEEDS = (
    Deed("notices", r"連絡|報告|報告と連絡", _list, only="read_masked"),
    Deed("notice_lift", rf"連絡\s*話し合う{N}", _on_line(_lift, "sheet.lifted")),
    Deed("notice_sheet", rf"連絡\s*別紙{N}", _on_line(_put_on_sheet, "sheet.put_back")),
    Deed("line_remove", rf"(?:連絡|報告)\s*消す{N}", _on_line(_remove, "sheet.removed")),
    Deed("line_add", rf"(?P<choice>連絡|報告){REST}", _add, only="edit_agenda"),
    Deed("bring_back", rf"今年ものせる{N}", _bring_back),
)
