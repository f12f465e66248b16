"""After a meeting: the minutes and their corrections, an absentee's one line, the posting list, two reports."""

from bot import (
    dates,
    handouts,
    meetings,
    minutes,
    people,
    posting_list,
    records,
    reports,
)
from bot.deeds import urgent_words
from bot.deeds.asked import REST, Asked, Deed, N, done
from bot.messages import Choice, Say
from bot.texts import phrase
from storage.meetings import Meeting
from storage.minutes import Report
from storage.people import Person

MAYBE_N = r"(?:\s*(?P<number>\d{1,9}))?"
ROWS = 10
BUTTONS = 10
_TO = {"地区連合": reports.FEDERATION, "推進委員会": reports.COMMITTEE}
TO = rf"(?P<choice>{'|'.join(_TO)})"


# --- minutes ----------------------------------------------------------------------------------------------


def _minutes(asked: Asked) -> Say:
    asked.require("know_meetings")
    record, meeting = records.find(asked.ledger, asked.wish.number)
    if record.approved_at is None and not people.may(asked.person, "edit_agenda"):
        return done("minutes.not_approved")
    return minutes.card(asked.ledger, record, meeting, asked.person)


def _approve(asked: Asked) -> Say:
    asked.require("edit_agenda")
    record, meeting = records.find(asked.ledger, asked.wish.number)
    sent = minutes.approve(asked.ledger, record, asked.person)
    return Say("text", text=minutes.approved_words(asked.ledger, record, meeting, sent))


def _amend_how(asked: Asked) -> Say:
    record, meeting = records.find(asked.ledger, asked.wish.number)
    if record.approved_at is None:
        raise minutes.NotApproved
    return done("minutes.amend_how", number=meeting.id)


def _amend(asked: Asked) -> Say:
    record, _ = records.find(asked.ledger, asked.wish.number)
    minutes.amend(asked.ledger, record, asked.wish.rest, asked.person)
    return done("minutes.amended" if record.final_at is None else "minutes.amended_late")


def _settle(asked: Asked) -> Say:
    asked.require("edit_agenda")
    minutes.settle(asked.ledger, minutes.pending_by_number(asked.ledger, asked.wish.number), asked.person)
    return done("minutes.settled")


def _reword(asked: Asked) -> Say:
    asked.require("edit_agenda")
    record, _ = records.last(asked.ledger)
    minutes.reword(asked.ledger, record, asked.topic(), asked.person, words=asked.wish.rest)
    return done("minutes.reworded")


def _add(asked: Asked) -> Say:
    asked.require("edit_agenda")
    record, _ = records.find(asked.ledger, asked.wish.number)
    minutes.add_addendum(asked.ledger, record, asked.wish.rest, asked.person)
    return done("minutes.added")


# --- an absentee's one line ---------------------------------------------------------------------------------


def _answer(asked: Asked) -> Say:
    """Put the line on the next draft; an emergency takes its own lane, whatever word it was sent under."""
    words = asked.wish.rest
    if (receipt := urgent_words.heard(asked)) is not None:
        return receipt
    meeting = handouts.answer(asked.ledger, asked.reader, asked.person, words)
    text = phrase("handout.answered", when=dates.spoken(meeting.starts_at), label=meetings.label(meeting))
    return Say("text", text=f"{text}\n{phrase('handout.masked')}" if asked.reader.mask(words).masks else text)


# --- by hand ------------------------------------------------------------------------------------------------


def _posting(asked: Asked) -> Say:
    asked.require("edit_agenda")
    waiting = handouts.to_post(asked.ledger)
    if not waiting:
        return done("handout.none")
    rows = [
        phrase("handout.row", number=h.id, name=_name(asked, h), what=handouts.title_of(asked.ledger, h))
        for h in waiting[:ROWS]
    ]
    if len(waiting) > ROWS:
        rows.append(phrase("handout.more", count=len(waiting) - ROWS))
    ticks = tuple(Choice(phrase("handout.button", number=h.id), f"お渡し済み {h.id}") for h in waiting[:BUTTONS])
    return Say("text", text="\n".join([phrase("handout.list", count=len(waiting)), *rows]), choices=ticks)


def _handed_over(asked: Asked) -> Say:
    asked.require("edit_agenda")
    handout = handouts.hand_over(asked.ledger, asked.wish.number, asked.person)
    return done("handout.handed_over", name=_name(asked, handout))


def _name(asked: Asked, handout: handouts.Handout) -> str:
    return posting_list.name(asked.ledger, asked.ledger.by_id(Person, handout.person_id))


# --- the two reports ------------------------------------------------------------------------------------------


def _make_reports(asked: Asked) -> Say:
    asked.require("edit_agenda")
    made = reports.make(asked.ledger, _last_held(asked), asked.person)
    shown = tuple(
        Choice(phrase("reports.show_button", name=reports.name(r.to)), f"報告を見る {reports.name(r.to)}")
        for r in made
    )
    return Say(
        "text", text=phrase("reports.made"), choices=(*shown, Choice(phrase("chat.open_desk"), "役員ページ"))
    )


def _show_report(asked: Asked) -> Say:
    asked.require("edit_agenda")
    report = _report(asked)
    meeting = asked.ledger.by_id(Meeting, report.meeting_id)
    paper = reports.report_paper(asked.ledger, meeting, report.to, report)
    check = Choice(phrase("reports.check_button"), f"報告を確かめました {reports.name(report.to)}", "primary")
    choices = (check,) if report.checked_at is None else ()
    return Say("text", text=handouts.chat_text(paper), choices=choices)


def _check_report(asked: Asked) -> Say:
    asked.require("edit_agenda")
    report = _report(asked)
    reports.check(asked.ledger, report, asked.person)
    return done("reports.was_checked", name=reports.name(report.to))


def _write_report(asked: Asked) -> Say:
    asked.require("edit_agenda")
    reports.write(asked.ledger, _report(asked), asked.wish.rest, asked.person)
    return done("reports.worded")


def _report(asked: Asked) -> Report:
    return reports.find(asked.ledger, _last_held(asked), _TO[asked.wish.choice])


def _last_held(asked: Asked) -> Meeting:
    held = meetings.held(asked.ledger)
    if not held:
        raise reports.NotHeld
    return held[0]


DEEDS = (
    Deed("minutes", rf"議事録{MAYBE_N}", _minutes, only="know_meetings"),
    Deed("minutes_approve", rf"議事録\s*承認{MAYBE_N}", _approve),
    Deed("minutes_reword", rf"議事録\s*直す{N}{REST}", _reword, only="edit_agenda"),
    Deed("minutes_add", rf"議事録\s*追記{N}{REST}", _add, only="edit_agenda"),
    Deed("amend_how", rf"訂正(?:あり)?{MAYBE_N}", _amend_how, only="know_meetings"),
    Deed("amendment_settle", rf"訂正\s*済み?{N}", _settle),
    Deed("amend", rf"訂正{N}{REST}", _amend, only="know_meetings"),
    Deed("answer_how", r"ひとこと", lambda a: done("handout.answer_how"), only="know_meetings"),
    Deed("answer", rf"ひとこと{REST}", _answer, only="know_meetings"),
    Deed("posting", r"ポスティング(?:表)?", _posting, only="edit_agenda"),
    Deed("handed_over", rf"お渡し済み?{N}", _handed_over, only="edit_agenda"),
    Deed("reports_make", r"報告を作る", _make_reports, only="edit_agenda"),
    Deed("report_show", rf"報告を見る\s*{TO}", _show_report, only="edit_agenda"),
    Deed("report_check", rf"報告を確かめました\s*{TO}", _check_report, only="edit_agenda"),
    Deed("report_write", rf"報告に書く\s*{TO}{REST}", _write_report, only="edit_agenda"),
)
