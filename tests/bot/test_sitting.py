"""The sitting: the minutes of each item, what devices send, and how a meeting ends."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col

from bot import (
    agenda,
    attendance,
    decisions,
    means,
    meeting_deeds,
    meetings,
    organisations,
    people,
    sitting,
    topics,
)
from bot.meeting_deeds import DeviceDeed
from bot.sitting import NoItem, Talk, TooEarly
from bot.texts import book
from storage.ledger import Ledger, id_of
from storage.meetings import Choice, Decision, Item, Kind, Meeting, MeetingDeed, Presence, Section, Stage
from storage.people import Person, Role
from storage.topics import Status, TakeHome
from tests.conftest import Town

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"
LAMP = "3丁目の街灯が切れていて、夜道が暗いです"


@pytest.fixture
def hall(town: Town) -> Town:
    """A board at the hour of its meeting, with two topics and a notice on the paper."""
    _gather(town)
    return town


@pytest.fixture
def both_halls(both_towns: Town) -> Town:
    """The same on either database."""
    _gather(both_towns)
    return both_towns


def _gather(town: Town) -> None:
    town.join("Uchair", Role.OFFICER, name="田中 一郎")
    town.join("Uvice", Role.OFFICER, name="田中 花子")
    town.join("Uclub", Role.ORGANISATION, name="子ども会")
    for place, text in enumerate((LUNCH, LAMP)):
        town.hear(f"Uwriter{place}", text)
        town.settle()
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        agenda.add_line(ledger, meeting, Section.REPORT, "敬老のつどいの報告", _chair(ledger))
        for name in ("子ども会", "老人会", "自治会"):
            organisations.add(ledger, name, None)
        town.now = meeting.starts_at


def _chair(ledger: Ledger) -> Person:
    found = people.find(ledger, "line:Uchair")
    assert found is not None
    return found


def _meeting(ledger: Ledger) -> Meeting:
    return sitting.current(ledger)


def _items(ledger: Ledger) -> list[Item]:
    return sitting.lines(ledger, _meeting(ledger))


def _send(town: Town, *deeds: DeviceDeed) -> list[str]:
    with town.ledger() as ledger:
        answers = meeting_deeds.take(ledger, _meeting(ledger), deeds, _chair(ledger))
    return [answers[deed.uid].outcome for deed in deeds]


def _deed(town: Town, deed: str, seconds: int = 0, **about: Any) -> DeviceDeed:
    uid = about.pop("uid", str(uuid.uuid4()))
    return DeviceDeed(uid, town.now + timedelta(seconds=seconds), deed, **about)


def _first(town: Town) -> int:
    with town.ledger() as ledger:
        return id_of(_items(ledger)[0])


def _talk(town: Town, item: int) -> Talk:
    with town.ledger() as ledger:
        return decisions.talk_of(ledger, ledger.by_id(Item, item))


# --- the running meeting -----------------------------------------------------------------------------


def test_opening_takes_up_the_first_line_and_each_line_counts_its_own_time(hall: Town) -> None:
    with hall.ledger() as ledger:
        sitting.begin(ledger, _meeting(ledger), _chair(ledger))
        assert _meeting(ledger).item_id == _items(ledger)[0].id
    hall.now += timedelta(minutes=7)
    with hall.ledger() as ledger:
        meeting, (first, second, *_) = _meeting(ledger), _items(ledger)
        assert sitting.spent(meeting, first, ledger.now) == 420
        sitting.turn_to(ledger, meeting, second)
    hall.now += timedelta(minutes=2)
    with hall.ledger() as ledger:
        meeting, (first, second, *_) = _meeting(ledger), _items(ledger)
        sitting.turn_to(ledger, meeting, first)
        assert (first.spent_seconds, second.spent_seconds) == (420, 120)


def test_a_page_left_open_over_night_has_not_been_talked_over_all_night(hall: Town) -> None:
    with hall.ledger() as ledger:
        sitting.begin(ledger, _meeting(ledger), _chair(ledger))
    hall.now += timedelta(hours=12)
    with hall.ledger() as ledger:
        sitting.stop(ledger, _meeting(ledger))
        assert _items(ledger)[0].spent_seconds == sitting.LONGEST_TURN.total_seconds()


def test_a_meeting_weeks_away_is_not_opened_by_mistake(hall: Town) -> None:
    with hall.ledger() as ledger:
        later = meetings.upcoming(ledger)[1]
        with pytest.raises(TooEarly):
            sitting.begin(ledger, later, _chair(ledger))


def test_at_the_ends_of_the_paper_there_is_no_further_line(hall: Town) -> None:
    with hall.ledger() as ledger:
        meeting = _meeting(ledger)
        sitting.begin(ledger, meeting, _chair(ledger))
        with pytest.raises(NoItem):
            sitting.beside(ledger, meeting, -1)
        sitting.turn_to(ledger, meeting, _items(ledger)[-1])
        with pytest.raises(NoItem, match="no_more"):
            sitting.beside(ledger, meeting, 1)


# --- what devices send -------------------------------------------------------------------------------


def test_a_deed_that_is_sent_twice_counts_once(both_halls: Town) -> None:
    line = _deed(both_halls, "line", value="防災倉庫の鍵")
    assert _send(both_halls, line) == ["done"]
    assert _send(both_halls, line) == ["known"]

    with both_halls.ledger() as ledger:
        headings = [agenda.heading(ledger, item) for item in _items(ledger)]
        assert headings.count("防災倉庫の鍵") == 1
        assert ledger.count(MeetingDeed) == 1


def test_the_later_of_two_stands_whichever_arrives_first(both_halls: Town) -> None:
    item = _first(both_halls)
    late = _deed(both_halls, "choice", -10, item=item, value="act")
    early = _deed(both_halls, "choice", -60, item=item, value="watch")

    assert _send(both_halls, late) == ["done"]
    assert _send(both_halls, early) == ["older"]

    with both_halls.ledger() as ledger:
        assert ledger.one(Decision).choice == Choice.ACT


def test_what_one_device_did_is_done_in_its_order(hall: Town) -> None:
    with hall.ledger() as ledger:
        first, second, third = (id_of(item) for item in _items(ledger))
    moves = [_deed(hall, "turn", at, value=item) for at, item in ((-600, first), (-300, second), (-120, third))]

    assert _send(hall, *reversed(moves)) == ["done"] * 3

    with hall.ledger() as ledger:
        assert [item.spent_seconds for item in _items(ledger)] == [300, 180, 0]
        assert _meeting(ledger).item_id == third


def test_words_written_without_sight_of_each_other_are_both_kept(both_halls: Town) -> None:
    item = _first(both_halls)
    one = _deed(both_halls, "words", -50, item=item, value="子ども会に聞く", after="")
    other = _deed(both_halls, "words", -60, item=item, value="児童館も", after="")
    on = _deed(both_halls, "words", -40, item=item, value="児童館も借りる", after=other.uid)

    assert _send(both_halls, one) == ["done"]
    assert _send(both_halls, other) == ["done"]
    assert _talk(both_halls, item).words == "子ども会に聞く／児童館も"
    assert _send(both_halls, on) == ["done"]
    assert _talk(both_halls, item).words == "子ども会に聞く／児童館も借りる"

    with both_halls.ledger() as ledger:
        seen = meeting_deeds.marks(ledger, _meeting(ledger))[f"words:{item}"]
    _send(both_halls, _deed(both_halls, "words", item=item, value="児童館を借りる", after=seen))
    assert _talk(both_halls, item).words == "児童館を借りる"


@pytest.mark.parametrize(
    ("before", "typed", "kept"),
    [
        ("児童館", "児童館も借りる", "児童館も借りる"),
        ("子ども会／児童館", "児童館", "子ども会／児童館"),
        ("子ども会", "", "子ども会"),
        ("", "子ども会", "子ども会"),
    ],
)
def test_words_that_stand_there_already_are_not_said_twice(
    hall: Town, before: str, typed: str, kept: str
) -> None:
    item = _first(hall)
    _send(hall, _deed(hall, "words", -60, item=item, value=before, after=""))
    _send(hall, _deed(hall, "words", -50, item=item, value=typed, after=""))
    assert _talk(hall, item).words == kept


def test_one_deed_that_cannot_be_done_stops_no_other(hall: Town) -> None:
    item = _first(hall)
    wrong = [
        _deed(hall, "choice", item=item, value="celebrate"),
        _deed(hall, "choice", item=999, value="act"),
        _deed(hall, "presence", person="PNOBODY", value="present"),
        _deed(hall, "due", item=item, value="あした"),
        _deed(hall, "organisations", item=item, value=[77]),
        _deed(hall, "turn", value=None),
        _deed(hall, "dance"),
    ]
    assert _send(hall, *wrong, _deed(hall, "due", 1, item=item, value="2026-12-20")) == ["refused"] * 7 + ["done"]
    assert _talk(hall, item).due_on == date(2026, 12, 20)


def test_what_comes_after_the_end_is_refused_with_its_reason_but_not_who_was_there(hall: Town) -> None:
    with hall.ledger() as ledger:
        meeting, item = _meeting(ledger), id_of(_items(ledger)[0])
        decisions.close(ledger, meeting, _chair(ledger))
        late = _deed(hall, "words", item=item, value="おそくなりました")
        there = _deed(hall, "presence", person=_chair(ledger).ref, value="present")
        answers = meeting_deeds.take(ledger, meeting, [late, there], _chair(ledger))
        assert answers[late.uid][:2] == ("refused", "agenda.held")
        assert answers[there.uid].outcome == "done"
        assert attendance.present(ledger, meeting) == [_chair(ledger)]


# --- decisions and the end -----------------------------------------------------------------------------


def test_words_written_before_the_decision_go_into_it(hall: Town) -> None:
    item = _first(hall)
    _send(
        hall,
        _deed(hall, "words", item=item, value="土曜に食事会をひらく"),
        _deed(hall, "charge", item=item, value="見守り部会"),
        _deed(hall, "due", item=item, value="2026-12-20"),
        _deed(hall, "choice", 1, item=item, value="act"),
    )
    with hall.ledger() as ledger:
        made = ledger.one(Decision)
        assert (decisions.words_of(ledger, made), decisions.charge_of(ledger, made), made.due_on) == (
            "土曜に食事会をひらく",
            "見守り部会",
            date(2026, 12, 20),
        )
        assert ledger.by_id(Item, item).talk_sealed is None


def test_each_organisation_takes_its_own_homework(hall: Town) -> None:
    item = _first(hall)
    _send(
        hall,
        _deed(hall, "organisations", item=item, value=[2, 1]),
        _deed(hall, "choice", item=item, value="take_home"),
    )
    with hall.ledger() as ledger:
        made = ledger.one(Decision)
        assert [o.name for o in decisions.organisations_of(ledger, made)] == ["老人会", "子ども会"]
        decisions.close(ledger, _meeting(ledger), _chair(ledger))
        assert [home.organisation_id for home in ledger.all(TakeHome)] == [2, 1]


def test_whom_it_was_given_home_is_forgotten_when_something_else_is_decided(hall: Town) -> None:
    item = _first(hall)
    _send(hall, _deed(hall, "organisations", item=item, value=[1]))
    _send(hall, _deed(hall, "choice", -2, item=item, value="take_home"))
    _send(hall, _deed(hall, "choice", -1, item=item, value="act"))
    with hall.ledger() as ledger:
        made = ledger.one(Decision)
        assert (made.organisation_id, decisions.organisations_of(ledger, made)) == (None, [])
        decisions.close(ledger, _meeting(ledger), _chair(ledger))
        assert ledger.count(TakeHome) == 0


def test_what_nobody_decided_on_goes_on_with_its_words_and_is_counted_at_the_end(hall: Town) -> None:
    item = _first(hall)
    _send(hall, _deed(hall, "words", item=item, value="まだ決められない"))
    with hall.ledger() as ledger:
        meeting = _meeting(ledger)
        decisions.close(ledger, meeting, _chair(ledger))
        made = decisions.of_meeting(ledger, meeting)
        assert {d.choice for d in made.values()} == {Choice.CARRY_OVER}
        assert "まだ決められない" in [decisions.words_of(ledger, d) for d in made.values()]
        assert topics.find(ledger, 1).status == Status.CARRIED_OVER
        key, values = decisions.ending(ledger, meeting)
        assert (key, values["count"]) == ("sitting.close.carried", 2)


def test_ending_stops_the_running_line(hall: Town) -> None:
    with hall.ledger() as ledger:
        meeting = _meeting(ledger)
        sitting.begin(ledger, meeting, _chair(ledger))
    hall.now += timedelta(minutes=5)
    with hall.ledger() as ledger:
        meeting, item = _meeting(ledger), _items(ledger)[0]
        decisions.close(ledger, meeting, _chair(ledger))
        assert (meeting.item_id, item.spent_seconds) == (None, 300)


def test_a_section_has_lines_of_its_own_and_ends_without_carrying_topics(hall: Town) -> None:
    with hall.ledger() as ledger:
        section = meetings.add(ledger, hall.now + timedelta(hours=1), kind=Kind.SECTION, name="見守り部会")
        meeting_deeds.at_once(ledger, section, _chair(ledger), "line", value="訪問の日程")
        (line,) = sitting.lines(ledger, section)
        meeting_deeds.at_once(ledger, section, _chair(ledger), "words", item=id_of(line), value="来週から")
        meeting_deeds.at_once(ledger, section, _chair(ledger), "done", item=id_of(line), value=True)
        meeting_deeds.at_once(
            ledger, section, _chair(ledger), "presence", person=_chair(ledger).ref, value="present"
        )
        decisions.close(ledger, section, _chair(ledger))

        assert (section.status, decisions.talk_of(ledger, line).words) == (Stage.HELD, "来週から")
        assert line.done_at is not None
        assert attendance.of_meeting(ledger, section) == {id_of(_chair(ledger)): Presence.PRESENT}
        assert decisions.ending(ledger, section)[0] == "sitting.close.other"
        assert topics.find(ledger, 1).status == Status.SHARED
        assert ledger.count(Decision, col(Decision.meeting_id) == section.id) == 0


def test_what_is_closed_but_unsolved_is_never_congratulated_on() -> None:
    """Who is still in trouble does not want to hear that all is well."""
    joyful = re.compile("おめでと|よかった|良かった|すばらし|解決しました|完了|無事|万歳|🎉|！")
    areas = (
        "sitting.",
        "decision.",
        "tidings.",
        "agenda.closed",
        "agenda.decided",
        "desk.meeting.",
        "arrow.",
        "after.",
    )
    said = {key: words for key, words in book().items() if key.startswith(areas)}
    assert {key: words for key, words in said.items() if joyful.search(words)} == {
        "arrow.resolved": "解決しました"
    }


# --- by chat ---------------------------------------------------------------------------------------------


def test_an_officer_with_line_alone_leads_the_meeting(hall: Town) -> None:
    hall.hear("Uchair", "会議を始める")
    card = hall.last("Uchair")
    assert "夏休み" in card.text
    assert [c.says for c in card.choices[:2]] == ["決定 1 対応する", "決定 1 様子を見る"]

    hall.hear("Uchair", "出席 田中")
    assert [c.label for c in hall.last("Uchair").choices] == ["田中 一郎", "田中 花子"]
    hall.hear("Uchair", hall.last("Uchair").choices[0].says)
    assert "田中 一郎さんを「出席」にしました" in hall.last("Uchair").text

    hall.hear("Uchair", "決定 1 対応する 土曜に食事会をひらく")
    hall.hear("Uchair", "担当 1 見守り部会 12/20まで")
    assert "令和8年12月20日" in hall.last("Uchair").text
    hall.hear("Uchair", "次へ")
    assert "街灯" in hall.last("Uchair").text
    hall.hear("Uchair", "持ち帰り先 2 子ども会、自治会")
    assert "子ども会、自治会" in hall.last("Uchair").text
    hall.hear("Uchair", "次へ")
    assert "敬老のつどい" in hall.last("Uchair").text
    hall.hear("Uchair", "次へ")
    assert "次第の終わりです" in hall.last("Uchair").text
    hall.hear("Uchair", "会議を終わる")

    with hall.ledger() as ledger:
        made = {d.choice: d for d in ledger.all(Decision)}
        acted = made[Choice.ACT]
        assert (decisions.words_of(ledger, acted), decisions.charge_of(ledger, acted)) == (
            "土曜に食事会をひらく",
            "見守り部会",
        )
        assert acted.due_on == date(2026, 12, 20)
        assert [home.organisation_id for home in ledger.all(TakeHome)] == [1, 3]


def test_a_neighbour_who_writes_such_words_tells_of_something(hall: Town) -> None:
    hall.hear("Uneighbour", "出席 できない")
    assert "受付番号" in hall.last("Uneighbour").text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("担当 99 会長", "見つかりません"),
        ("持ち帰り先 1 ない団体", "見あたりません"),
        ("出席 鈴木", "見あたりません"),
    ],
)
def test_what_is_not_there_is_said_kindly(hall: Town, typed: str, told: str) -> None:
    hall.hear("Uchair", typed)
    with hall.ledger() as ledger:
        assert (ledger.count(Decision), ledger.count(MeetingDeed)) == (0, 0)
    assert told in hall.last("Uchair").text


# --- put off again and again -----------------------------------------------------------------------------


def _comes_for_the_third_time(town: Town, number: int = 1) -> None:
    with town.ledger() as ledger:
        topic = topics.find(ledger, number)
        topics.change(ledger, topic, Status.CARRIED_OVER, None)
        topic.times_carried = 2
        topic.theme, topic.is_unsorted = "children", False
        means.add(ledger, means.Wanted("ケアプラザ調理室", themes=("children",)), _chair(ledger))


def _decided(town: Town) -> list[tuple[str, str]]:
    with town.ledger() as ledger:
        return [(d.choice, decisions.words_of(ledger, d)) for d in ledger.all(Decision)]


def test_before_the_third_time_the_board_is_asked_why_and_sees_what_is_at_hand(hall: Town) -> None:
    _comes_for_the_third_time(hall)

    hall.hear("Uchair", "決定 1 次回へ")
    asked = hall.last("Uchair")
    assert "3回目です" in asked.text
    assert "使えるもの：ケアプラザ調理室" in asked.text
    assert _decided(hall) == []

    hall.hear("Uchair", asked.choices[0].says, kind="press")
    assert _decided(hall) == [("carry_over", "")]


def test_a_reason_is_kept_with_the_third_time(hall: Town) -> None:
    _comes_for_the_third_time(hall)
    hall.hear("Uchair", "決定 1 次回へ 調理室の空きを聞いてから")
    assert _decided(hall) == [("carry_over", "調理室の空きを聞いてから")]


def test_nobody_is_asked_the_first_times_or_where_somebody_takes_it_on(hall: Town) -> None:
    _comes_for_the_third_time(hall)
    hall.hear("Uchair", "決定 2 次回へ")
    hall.hear("Uchair", "担当 1 見守り部会")
    hall.hear("Uchair", "決定 1 次回へ")
    assert [choice for choice, _ in _decided(hall)] == ["carry_over", "carry_over"]


def test_an_unanswered_question_does_not_keep_the_meeting_from_ending(hall: Town) -> None:
    _comes_for_the_third_time(hall)
    hall.hear("Uchair", "決定 1 次回へ")
    hall.hear("Uchair", "会議を終わる")
    with hall.ledger() as ledger:
        topic = topics.find(ledger, 1)
        assert (topic.status, topic.times_carried) == (Status.CARRIED_OVER, 3)
