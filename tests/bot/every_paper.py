"""Every paper that a council hands out, composed of the records of one town."""

from datetime import timedelta

from bot import (
    activities,
    agenda,
    circulation,
    contact,
    dates,
    fruits,
    meetings,
    meters,
    minutes,
    monthly,
    people,
    records,
    reports,
    topics,
    yearly,
)
from bot.agenda_paper import agenda_paper, notices_paper
from bot.documents.paper import Paper
from bot.minutes_paper import minutes_paper
from bot.posting_list import posting_paper
from bot.status_report import status_paper
from storage.ledger import Ledger
from storage.meetings import Section
from storage.minutes import Way
from tests.bot.test_minutes import convene, person
from tests.conftest import Town

RARE = "髙﨑会館と𠮷備広場で、濵の会が①㈱の花とｻﾛﾝをひらきます"
"""Characters of names that older sets lack, half-width kana, marks of the trade."""
HANDED_OUT = ("agenda", "notices", "minutes", "federation", "committee", "posting", "circular", "circulation")
"""What is put into somebody's hand, and so is set in fourteen points."""


def every_paper(town: Town) -> dict[str, Paper]:
    """Let a board live through a month and give all its papers by name."""
    convene(town)
    with town.ledger() as ledger:
        officer, minsei = person(ledger, "Uofficer"), person(ledger, "Uminsei")
        contact.choose_way(ledger, minsei, Way.PAPER, "3丁目の集会所のポスト", officer)
        minutes.approve(ledger, records.last(ledger)[0], officer)
        monthly.write(
            ledger, monthly.Line("2026-10", {"watch": 40, "salon": 4, "support": 6, "meal": 80}), officer
        )
        activities.write(ledger, minsei, "2026-10", "訪問 12")
        fruits.bear(
            ledger, town.reader, topics.find(ledger, 1), "夜の見守りの声かけが、週に2回はじまりました", officer
        )
    town.hear("U3", "一人暮らしの方のごみ出しが大変そうです")
    town.settle()
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        town.now = meeting.starts_at - timedelta(days=5)
    with town.ledger() as ledger:
        officer = person(ledger, "Uofficer")
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        for part in (Section.REPORT, Section.NOTICE):
            agenda.add_line(ledger, meeting, part, RARE, officer)
        agenda.approve(ledger, meeting, officer)
        return _composed(ledger)


def _composed(ledger: Ledger) -> dict[str, Paper]:
    coming, (_, held) = meetings.next_meeting(ledger), records.last(ledger)
    today = dates.jst(ledger.now).date()
    year = monthly.months_of(dates.fiscal_year_days(today)[0])
    minsei = people.find(ledger, "line:Uminsei")
    assert minsei is not None
    return {
        "agenda": agenda_paper(ledger, coming),
        "notices": notices_paper(ledger, coming),
        "minutes": minutes_paper(ledger, held),
        "federation": reports.report_paper(ledger, held, reports.FEDERATION),
        "committee": reports.report_paper(ledger, held, reports.COMMITTEE),
        "posting": posting_paper(ledger),
        "circular": fruits.circular_paper(ledger),
        "circulation": circulation.short_paper(ledger, coming, minsei),
        "status": status_paper(ledger, today),
        "meters": meters.meters_paper(ledger, today),
        "activities": activities.totals_paper(ledger, year),
        "yearly": yearly.figures_paper(ledger),
    }
