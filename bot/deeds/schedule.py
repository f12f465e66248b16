"""会議: the meetings to come, and how an officer who only has LINE moves, cancels and adds them."""

from collections.abc import Callable
from datetime import time

from bot import calendar, dates, meeting_changes, meetings, people, spoken_days
from bot.answerable import Answerable
from bot.deeds.asked import Asked, Deed, N, done
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.meetings import Meeting, Rule

LISTED = 8


def _list(asked: Asked) -> Say:
    asked.require("know_meetings")
    ledger = asked.ledger
    meetings.plan(ledger)
    to_come = meetings.calendar(ledger)[:LISTED]
    lines = [phrase("schedule.list_opening" if to_come else "schedule.list_none")]
    lines += [phrase("schedule.line", **_told(meeting)) for meeting in to_come]
    lines += [phrase("schedule.line_cancelled", **_told(each)) for each in meetings.cancelled(ledger)[:LISTED]]
    if people.may(asked.person, "edit_agenda") and to_come:
        lines.append("\n" + phrase("schedule.list_closing", number=to_come[0].id))
    return Say("text", text="\n".join(lines), choices=_choices(asked))


def _choices(asked: Asked) -> tuple[Choice, ...]:
    if not people.may(asked.person, "edit_agenda"):
        return ()
    return (
        Choice(phrase("agenda.button"), "次第"),
        Choice(phrase("schedule.page.calendar"), "会議 カレンダー"),
        Choice(phrase("chat.open_desk"), "役員ページ"),
    )


def _on_meeting(change: Callable[[Asked, Meeting], None], key: str) -> Callable[[Asked], Say]:
    """Make a deed that changes one meeting and says how it stands now."""

    def deed(asked: Asked) -> Say:
        asked.require("edit_agenda")
        meeting = meetings.find(asked.ledger, asked.wish.number)
        was_known = meeting_changes.is_known(asked.ledger, meeting)
        before = meeting.changes
        change(asked, meeting)
        text = phrase(key, **_told(meeting))
        is_told = was_known and meeting.changes > before and "minutes" not in asked.wish.verb
        return Say("text", text=f"{text}\n{phrase('schedule.told')}" if is_told else text)

    return deed


def _move(asked: Asked, meeting: Meeting) -> None:
    moment, _ = spoken_days.read(asked.wish.rest, asked.ledger.now, dates.jst(meeting.starts_at).time())
    meeting_changes.move(asked.ledger, meeting, moment, asked.person)


def _minutes(asked: Asked, meeting: Meeting) -> None:
    wanted = min(max(asked.wish.second, 20), 480)
    meeting_changes.change(asked.ledger, meeting, asked.person, minutes=wanted)


def _count(asked: Asked) -> Say:
    asked.require("edit_agenda")
    meeting = meetings.find(asked.ledger, asked.wish.number)
    meetings.count_as(asked.ledger, meeting, asked.wish.second, asked.person)
    return done("schedule.said_counted", **_told(meeting), count=meeting.number)


def _add(asked: Asked) -> Say:
    asked.require("edit_agenda")
    ledger = asked.ledger
    moment, place = spoken_days.read(asked.wish.rest, ledger.now, _usual(meetings.board_rule(ledger.council)))
    meeting = meeting_changes.add(ledger, moment, place, asked.person)
    return done("schedule.said_added", **_told(meeting))


def _calendar(asked: Asked) -> Say:
    asked.require("edit_agenda")
    if not asked.incoming.is_private:
        raise Answerable("schedule.calendar_private")
    return done("schedule.calendar", address=calendar.address(asked.ledger, asked.public_url))


def _usual(rule: Rule) -> time:
    return time.fromisoformat(rule.time)


def _told(meeting: Meeting) -> dict[str, object]:
    return {
        "number": meeting.id,
        "when": dates.spoken(meeting.starts_at),
        "label": meetings.label(meeting),
        "place": meeting.place or phrase("schedule.no_place"),
        "minutes": meeting.minutes,
    }


def _cancel(asked: Asked, meeting: Meeting) -> None:
    meeting_changes.cancel(asked.ledger, meeting, asked.person)


def _restore(asked: Asked, meeting: Meeting) -> None:
    meeting_changes.restore(asked.ledger, meeting, asked.person)


def _place(asked: Asked, meeting: Meeting) -> None:
    meeting_changes.change(asked.ledger, meeting, asked.person, place=asked.wish.rest)


# a day begins with a digit: 「会議 移す 3 …」 with any other words stays a concern
DEEDS = (
    Deed("meetings", r"会議(?:の予定)?", _list),
    Deed(
        "meeting_move",
        rf"会議\s*移す{N}\s+(?P<rest>\d.*)",
        _on_meeting(_move, "schedule.said_moved"),
        only="edit_agenda",
        fits=spoken_days.begins_with_day,
    ),
    Deed("meeting_cancel", rf"会議\s*休み{N}", _on_meeting(_cancel, "schedule.said_cancelled")),
    Deed("meeting_restore", rf"会議\s*再開{N}", _on_meeting(_restore, "schedule.said_restored")),
    Deed(
        "meeting_place",
        rf"会議\s*会場{N}\s+(?P<rest>.+)",
        _on_meeting(_place, "schedule.said_changed"),
        only="edit_agenda",
    ),
    Deed(
        "meeting_minutes",
        rf"会議\s*長さ{N}\s+(?P<second>\d{{1,3}})分?",
        _on_meeting(_minutes, "schedule.said_changed"),
    ),
    Deed("meeting_count", rf"会議\s*回数{N}\s+第?\s*(?P<second>\d{{1,2}})\s*回?目?", _count),
    Deed(
        "meeting_add",
        r"会議\s*加える\s+(?P<rest>\d.*)",
        _add,
        only="edit_agenda",
        fits=spoken_days.begins_with_day,
    ),
    Deed("meeting_calendar", r"会議\s*カレンダー", _calendar),
)
