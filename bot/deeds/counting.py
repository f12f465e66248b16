"""What is counted by a sentence: the month's figures, the record of activities, the year's papers."""

from bot import activities, dates, meters, monthly, status_report
from bot.deeds.asked import REST, Asked, Deed, done
from bot.documents.paper import Paper
from bot.documents.plain import plain
from bot.messages import Say
from bot.texts import phrase

SHORT = 6
_WHEN = r"(?:(?P<choice>今月|先月|(?:\d{4}年)?\d{1,2}月)の)?"


def _figures(asked: Asked) -> Say:
    asked.require("count")
    line = monthly.read(asked.wish.rest, asked.wish.choice, monthly.today(asked.ledger))
    monthly.write(asked.ledger, line, asked.person)
    told = "\n".join(
        phrase("monthly.line", label=monthly.label(code), count=count, unit=monthly.unit(code))
        for code, count in line.counts.items()
    )
    return done("monthly.written", month=monthly.spoken(line.month), lines=told)


def _is_a_count(words: str) -> bool:
    """Say whether words are a count, or so short that they were meant as one and an example helps."""
    return monthly.names_a_count(words) or len(words) <= SHORT


def _figures_how(asked: Asked) -> Say:
    asked.require("count")
    return done("monthly.not_understood", example=phrase("monthly.example"))


def _activity(asked: Asked) -> Say:
    month = monthly.month_of(asked.wish.choice or "今月", monthly.today(asked.ledger))
    row = activities.write(asked.ledger, asked.person, month, asked.wish.rest)
    return done("activity.written", month=monthly.spoken(month), line=activities.sentence(row))


def _activity_list(asked: Asked) -> Say:
    month = monthly.month_of(asked.wish.choice or "今月", monthly.today(asked.ledger))
    rows = activities.of_person(asked.ledger, asked.person, month)
    how = phrase("activity.how")
    if not rows:
        return Say("text", text=f"{phrase('activity.none', month=monthly.spoken(month))}\n{how}")
    lines = "\n".join(f"・{activities.sentence(row)}" for row in rows)
    return Say("text", text=phrase("activity.list", month=monthly.spoken(month), lines=lines))


def _status(asked: Asked) -> Say:
    asked.require("edit_agenda")
    return _told(status_report.status_paper(asked.ledger, monthly.today(asked.ledger)))


def _meters(asked: Asked) -> Say:
    asked.require("read_masked")
    return _told(meters.meters_paper(asked.ledger, dates.jst(asked.ledger.now).date()))


def _told(paper: Paper) -> Say:
    return Say("text", text=plain(paper).decode())


DEEDS = (
    Deed("figures_how", rf"{_WHEN}数", _figures_how),
    Deed("figures", rf"{_WHEN}数{REST}", _figures, only="count", fits=_is_a_count),
    Deed("activity_list", rf"{_WHEN}活動(?:記録)?", _activity_list),
    Deed("activity", rf"{_WHEN}活動\s+(?P<rest>(?:\S+\s+)+\d{{1,4}}\S{{0,2}})", _activity, only="discuss"),
    Deed("status_report", r"状況書", _status),
    Deed("meters", r"矢印メーター|新しい声メーター|メーター", _meters),
)
