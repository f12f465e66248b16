"""Three months of a council's life: forty people, a hundred and twenty concerns, three meetings of the board.

From the webhook to the minutes and back to whoever noticed, through the timetable's every day; at the end nothing
that anybody wrote has stopped without a reason, been said twice, or been read where it should not be.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import time

import pytest
from sqlmodel import col

from bot import dates, meetings, minutes_paper, people
from bot.documents.plain import plain
from bot.understanding import Reader
from storage.concerns import Concern
from storage.database import Database
from storage.minutes import Amendment
from storage.topics import Alert, TakeHome, Topic
from storage.yearly import Activity, MonthlyFigure
from tests.three_months import audit
from tests.three_months.concerns import ALL
from tests.three_months.council import gather, living
from tests.three_months.life import FIRST, FRUITS, Life
from tests.three_months.people import BY_KEY, COMMISSIONERS, PEOPLE


@pytest.fixture(scope="module")
def lived(empty_file, tmp_path_factory, reader: Reader) -> Iterator[Life]:  # type: ignore[no-untyped-def]
    """Live through it once; every promise below looks at what has become of it."""
    file = tmp_path_factory.mktemp("three_months") / "kizuki.db"
    file.write_bytes(empty_file.read_bytes())
    database = Database(f"sqlite:///{file}")
    with living(database, reader, dates.at(FIRST, time(8))) as council:
        gather(council)
        life = Life(council)
        life.live()
        yield life
    database.close()


def test_forty_people_wrote_a_hundred_and_twenty_concerns(lived: Life) -> None:
    assert (len(PEOPLE), len(ALL)) == (40, 120)
    assert set(lived.council.statuses) == {200}
    assert lived.council.not_read() == []


def test_no_concern_stopped_without_a_reason(lived: Life) -> None:
    standings = audit.standings(lived.council)
    assert [number for number, standing in standings.items() if not standing] == []
    counts = Counter(standings.values())
    assert counts["told"] > len(ALL) / 2, counts
    assert lived.taken_back <= {n for n, standing in standings.items() if standing == "taken back"}


def test_every_writer_of_a_decided_topic_heard(lived: Life) -> None:
    assert audit.unanswered(lived.council) == []


def test_nothing_that_was_put_off_dropped_out(lived: Life) -> None:
    assert audit.dropped(lived.council) == []


def test_every_word_was_delivered_once(lived: Life) -> None:
    assert audit.undelivered(lived.council) == []
    assert audit.twice(lived.council) == []


def test_pushes_stay_within_the_months_budget(lived: Life) -> None:
    assert audit.pushes(lived.council) == []


def test_no_name_and_no_house_is_read_anywhere(lived: Life) -> None:
    assert audit.leaks(lived.council) == []


def test_minutes_are_final_and_numbered_one_to_three(lived: Life) -> None:
    assert audit.final_minutes(lived.council) == [1, 2, 3]
    with lived.council.ledger() as ledger:
        assert ledger.count(Amendment, col(Amendment.settled_at).is_(None)) == 0
        first = meetings.held(ledger)[-1]
        assert "折りたたみ式のネットを試す" in plain(minutes_paper.minutes_paper(ledger, first)).decode()


def test_absentees_got_the_minutes_each_by_their_way(lived: Life) -> None:
    assert audit.not_handed_out(lived.council) == []
    mails = [m for m in lived.council.post.taken if "議事録" in m["Subject"]]
    assert [m["To"] for m in mails] == [BY_KEY["c7"].id] * 3
    assert all([a.get_content_type() for a in m.iter_attachments()] == ["application/pdf"] for m in mails)


def test_an_absentees_one_line_came_before_the_next_board(lived: Life) -> None:
    with lived.council.ledger() as ledger:
        second = meetings.held(ledger)[1]
        assert "サロンのお手伝いができます" in plain(minutes_paper.minutes_paper(ledger, second)).decode()


def test_both_reports_of_each_meeting_were_checked(lived: Life) -> None:
    assert audit.not_checked(lived.council) == []


def test_homework_was_answered_or_waits_with_its_date(lived: Life) -> None:
    with lived.council.ledger() as ledger:
        homes = ledger.all(TakeHome)
        assert all(home.due_on and home.asked_at for home in homes)
        assert any(h.answered_at and dates.jst(h.answered_at).date() > h.due_on for h in homes if h.due_on)
        assert lived.late


def test_what_was_not_over_came_back_and_what_ripened_was_told(lived: Life) -> None:
    told = {who.key: [heard.text for heard in lived.council.heard(who)] for who in PEOPLE}
    for key, words in FRUITS.items():
        writer = lived.told[lived.numbers[key]].who
        assert sum(words in text for text in told[writer]) == 1
    with lived.council.ledger() as ledger:
        again = ledger.one(Topic, col(Topic.number) == lived.numbers["step"])
        assert again.times_reopened == 1


def test_whoever_was_not_seen_was_asked_after(lived: Life) -> None:
    with lived.council.ledger() as ledger:
        for key in ("shutters", "newspaper"):
            assert ledger.one(Concern, col(Concern.number) == lived.numbers[key]).seen_again == "seen"


def test_every_emergency_was_taken_up(lived: Life) -> None:
    with lived.council.ledger() as ledger:
        alerts = ledger.all(Alert)
        assert len(alerts) >= 3
        assert all(alert.seen_at for alert in alerts)


def test_sealed_cases_became_one_general_sentence(lived: Life) -> None:
    (words,) = audit.general_words(lived.council)
    assert "数件" in words
    assert "妻" not in words


def test_the_months_were_counted(lived: Life) -> None:
    with lived.council.ledger() as ledger:
        assert {row.month for row in ledger.all(MonthlyFigure)} == {"2026-09", "2026-10", "2026-11"}
        kept = {people.name_of(ledger, lived.council.person(ledger, who)) for who in COMMISSIONERS[:5]}
        rows = ledger.all(Activity)
        names = {p.id: people.name_of(ledger, p) for p in people.with_role(ledger, COMMISSIONERS[0].role)}
        assert {names[row.person_id] for row in rows} == kept
