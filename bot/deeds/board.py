"""What the board does with its paper: look, move, hide, time, reword, approve."""

from collections.abc import Callable

from bot import agenda, meetings, take_homes
from bot.agenda_card import agenda_card
from bot.deeds.asked import REST, Asked, Deed, N, done
from bot.messages import Say
from storage.meetings import Item, Meeting


def _agenda(asked: Asked) -> Say:
    asked.require("read_masked")
    return agenda_card(asked.ledger, asked.meeting(), asked.person)


def _approve(asked: Asked) -> Say:
    asked.require("edit_agenda")
    meeting = asked.meeting()
    agenda.approve(asked.ledger, meeting, asked.person)
    return done("agenda.approved", title=meetings.title(asked.ledger.council, meeting))


def _on_item(change: Callable[[Asked, Meeting, Item], None]) -> Callable[[Asked], Say]:
    def deed(asked: Asked) -> Say:
        asked.require("edit_agenda")
        meeting = asked.meeting()
        change(asked, meeting, agenda.item_for(asked.ledger, meeting, asked.topic()))
        return agenda_card(asked.ledger, meeting, asked.person)

    return deed


def _report_back(asked: Asked) -> Say:
    asked.require("report_back")
    take_homes.report_back(asked.ledger, asked.reader, asked.topic(), asked.wish.rest, asked.person)
    return done("chat.reported_back", number=asked.wish.number)


def _report_back_how(asked: Asked) -> Say:
    asked.require("report_back")
    return done("homework.example", number=asked.topic().number)


DEEDS = (
    Deed("agenda", r"次第", _agenda),
    Deed("agenda_approve", r"次第\s*承認", _approve),
    Deed("agenda_up", rf"次第\s*上へ{N}", _on_item(lambda a, m, i: agenda.move(a.ledger, m, i, -1, a.person))),
    Deed("agenda_down", rf"次第\s*下へ{N}", _on_item(lambda a, m, i: agenda.move(a.ledger, m, i, 1, a.person))),
    Deed("agenda_hide", rf"次第\s*隠す{N}", _on_item(lambda a, m, i: agenda.hide(a.ledger, m, i, a.person))),
    Deed(
        "agenda_show",
        rf"次第\s*戻す{N}",
        _on_item(lambda a, m, i: agenda.hide(a.ledger, m, i, a.person, hidden=False)),
    ),
    Deed(
        "agenda_minutes",
        rf"次第\s*時間{N}\s+(?P<second>\d{{1,3}})分?",
        _on_item(lambda a, m, i: agenda.set_minutes(a.ledger, m, i, a.wish.second, a.person)),
    ),
    Deed(
        "agenda_reword",
        rf"次第\s*見出し{N}{REST}",
        _on_item(lambda a, m, i: agenda.reword(a.ledger, m, i, a.wish.rest, a.person)),
        only="edit_agenda",
    ),
    Deed("report_back_how", rf"回答{N}", _report_back_how),
    Deed("report_back", rf"回答{N}{REST}", _report_back, only="report_back"),
)
