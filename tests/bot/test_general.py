"""個別から全体へ: a sealed case reaches the board as an approved sentence and a number, and as nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col

from bot import (
    agenda,
    agenda_paper,
    counted,
    decisions,
    general,
    histories,
    meetings,
    merging,
    people,
    threads,
    topics,
)
from bot.documents import FORMATS
from bot.topics import NotNow
from storage import backup, erased
from storage.concerns import Concern
from storage.general import Case, General
from storage.ledger import Ledger
from storage.meetings import Choice
from storage.people import Person, Role
from storage.topics import Status, Topic
from tests.conftest import Town

CASES = (
    "緑町3丁目の佐藤花子さん（82歳）、12月3日から食事をとれず「もう疲れた」と話しています",
    "高橋さんのお宅、一人暮らしで買い物に行けず食事が心配です",
    "2丁目のおばあさん、食事を作れなくなりました",
    "鈴木さんの奥さん、買い物も料理もできずに困っています",
)
LIGHT = "公園の街灯が切れていて、夜道がこわいです"
TELLING = ("佐藤", "82", "12月3日", "3丁目", "緑町", "疲れた", "高橋", "鈴木", "2丁目")


@pytest.fixture
def care(town: Town) -> Town:
    """A council whose commissioner keeps the first of the cases to herself: receipt 1."""
    town.join("Uofficer", Role.OFFICER)
    town.join("Usecretary", Role.SECRETARIAT)
    town.join("Ucare", Role.COMMISSIONER, name="委員")
    keep(town, 1)
    return town


def keep(town: Town, number: int, user: str = "Ucare") -> None:
    town.hear(user, CASES[number - 1])
    town.hear(user, f"出してよい {_newest(town)} 担当だけ")
    town.settle()


def _newest(town: Town) -> int:
    with town.ledger() as ledger:
        return max(concern.number for concern in ledger.all(Concern))


def same_theme(town: Town) -> None:
    """Let a person say the theme of every case, whatever the machine thinks of it."""
    with town.ledger() as ledger:
        for topic in ledger.all(Topic, col(Topic.is_general).is_(False)):
            topics.sort(ledger, topic, "care_daily", None)


def approve(town: Town, number: int = 1, user: str = "Ucare") -> int:
    """Look at the sentence, and press the button that was shown; gives the general topic's number."""
    town.hear(user, f"全体へ {number}")
    town.hear(user, town.last(user).choices[0].says)
    with town.ledger() as ledger:
        return ledger.all(Topic, col(Topic.is_general).is_(True))[-1].number


def paper(town: Town) -> str:
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        return FORMATS["txt"](agenda_paper.agenda_paper(ledger, meeting)).decode()


def posted(town: Town) -> str:
    said = [*town.words(kind="post"), *town.words(kind="replace")]
    return "\n".join(f"{say.title} {say.text} {say.facts}" for say in said)


def one(ledger: Ledger, role: Role) -> Person:
    return people.with_role(ledger, role)[0]


# --- word by word ------------------------------------------------------------------------------------------


def test_the_proposed_sentence_and_all_that_follows_say_nothing_of_the_case(care: Town) -> None:
    number = approve(care)
    told = paper(care) + posted(care)
    assert f"受付{number}" in told
    assert "困" in told
    assert not [word for word in TELLING if word in told]


def test_nothing_is_told_before_the_button_is_pressed(care: Town) -> None:
    care.hear("Ucare", "全体へ 1")
    care.hear("Ucare", "この言葉で出します 1")
    with care.ledger() as ledger:
        assert ledger.count(Topic, col(Topic.is_general).is_(True)) == 0


def test_other_words_than_those_that_were_shown_are_not_approved(care: Town) -> None:
    care.hear("Ucare", "全体へ 1")
    first = care.last("Ucare").choices[0].says
    care.hear("Ucare", "全体へ 1 買い物と食事に困っている方がいます")
    second = care.last("Ucare").choices[0].says
    assert first != second

    care.hear("Ucare", first)
    assert "文が変わっています" in care.last("Ucare").text
    care.hear("Ucare", "この言葉で出します 1 123456")
    assert "文が変わっています" in care.last("Ucare").text
    care.hear("Ucare", second)
    assert "買い物と食事に困っている方がいます" in paper(care)


def test_own_words_are_shown_exactly_as_they_will_be_told(care: Town) -> None:
    care.hear("Ucare", "全体へ 1 緑町3丁目の佐藤花子さんは82歳で買い物に困っています")
    shown = care.last("Ucare")
    words = shown.text.split("出す文：\n")[1].splitlines()[0]
    assert not [word for word in TELLING if word in words]
    assert "お名前" in shown.text
    care.hear("Ucare", shown.choices[0].says)
    assert words in paper(care)


def test_another_sentence_can_be_chosen(care: Town) -> None:
    care.hear("Ucare", "全体へ 1")
    with care.ledger() as ledger:
        made = general.suggestions(ledger, topics.find(ledger, 1))
    care.hear("Ucare", "全体へ 1 案3")
    assert made[2] in care.last("Ucare").text
    care.hear("Ucare", care.last("Ucare").choices[0].says)
    assert made[2] in paper(care)


@pytest.mark.parametrize("user", ["Uofficer", "Uother", "Uneighbour"])
def test_nobody_else_puts_a_sealed_case_before_the_board(care: Town, user: str) -> None:
    care.join("Uother", Role.COMMISSIONER)
    care.hear(user, "全体へ 1")
    assert not [choice for choice in care.last(user).choices if "この言葉で" in choice.says]
    with care.ledger() as ledger:
        assert ledger.count(General) == 0


def test_what_the_room_reads_anyway_is_not_put_in_general_words(care: Town) -> None:
    care.hear("Ucare", LIGHT)
    care.settle()
    care.hear("Ucare", "全体へ 2")
    assert "個別に対応している話題ではありません" in care.last("Ucare").text


def test_the_approved_words_stay_as_they_were_approved(care: Town) -> None:
    number = approve(care)
    with care.ledger() as ledger:
        topic, officer = topics.find(ledger, number), one(ledger, Role.OFFICER)
        with pytest.raises(NotNow):
            topics.reword(ledger, topic, "佐藤さんのこと", officer)
    paper(care)
    with care.ledger() as ledger:
        meeting, officer = meetings.next_meeting(ledger), one(ledger, Role.OFFICER)
        item = agenda.item_for(ledger, meeting, topics.find(ledger, number))
        with pytest.raises(NotNow):
            agenda.reword(ledger, meeting, item, "佐藤さんのこと", officer)


# --- the number alone --------------------------------------------------------------------------------------


def test_further_cases_add_to_the_count_only_and_under_three_it_reads_a_few(care: Town) -> None:
    number = approve(care)
    assert "数件" in paper(care)
    for more in (2, 3):
        keep(care, more)
        before = paper(care)
        care.hear("Ucare", f"加える {number} {_newest(care)}")
        assert "件数に加えました" in care.last("Ucare").text
        assert not [word for word in TELLING if word in paper(care) + posted(care)]
        assert before.count("\n") == paper(care).count("\n")
    assert "個別の相談から（3件）" in paper(care)


def test_a_new_sealed_case_of_the_same_theme_is_offered_to_whoever_keeps_it(care: Town) -> None:
    same_theme(care)
    number = approve(care)
    care.hear("Ucare", CASES[3])
    care.settle()
    newest = _newest(care)
    with care.ledger() as ledger:
        topics.sort(ledger, topics.find(ledger, newest), "care_daily", None)
    care.hear("Ucare", f"出してよい {newest} 担当だけ")

    offers = [say for say in care.words("Ucare") if f"加える {number} {newest}" in [c.says for c in say.choices]]
    assert len(offers) == 1
    assert not [word for word in TELLING if word in offers[0].text]


def test_a_case_counts_once(care: Town) -> None:
    number = approve(care)
    care.hear("Ucare", f"加える {number} 1")
    assert "もう" in care.last("Ucare").text
    care.hear("Ucare", "全体へ 1")
    assert "もう" in care.last("Ucare").text
    with care.ledger() as ledger:
        assert counted.count(ledger, topics.find(ledger, number)) == 1


def test_the_count_falls_with_a_case_that_is_taken_back_and_the_last_takes_the_topic_with_it(care: Town) -> None:
    number = approve(care)
    keep(care, 2)
    care.hear("Ucare", f"加える {number} {_newest(care)}")
    care.hear("Ucare", "取り下げます 1")
    with care.ledger() as ledger:
        assert counted.count(ledger, topics.find(ledger, number)) == 1
    assert f"受付{number}" in paper(care)

    care.hear("Ucare", f"全体から外す {_newest(care)}")
    assert f"受付{number}" not in paper(care)
    with care.ledger() as ledger:
        topic = topics.find(ledger, number)
        assert topic.status == Status.WITHDRAWN
        assert ledger.unseal(topic.key_id, ledger.one(General).words_sealed) is None


def test_a_case_whose_writer_lets_it_go_speaks_for_itself(care: Town) -> None:
    number = approve(care)
    care.hear("Ucare", "出してよい 1 役員会")
    told = paper(care)
    assert f"受付{number}" not in told
    assert "受付1" in told


def test_a_sentence_that_was_only_proposed_is_destroyed_with_its_case(care: Town) -> None:
    care.hear("Ucare", "全体へ 1")
    care.hear("Ucare", "取り下げます 1")
    with care.ledger() as ledger:
        left = ledger.one(General)
        assert ledger.unseal(left.key_id, left.words_sealed) is None
        assert ledger.count(Case) == 0


def test_it_stands_alone_and_takes_nobodys_words_in(care: Town) -> None:
    number = approve(care)
    care.hear("U1", LIGHT)
    care.settle()
    newest = _newest(care)
    with care.ledger() as ledger:
        officer = one(ledger, Role.OFFICER)
        with pytest.raises(NotNow):
            merging.merge(ledger, topics.find(ledger, number), topics.find(ledger, newest), officer)


# --- what is decided ---------------------------------------------------------------------------------------


def decide(town: Town, number: int, choice: Choice) -> None:
    with town.ledger() as ledger:
        meeting, by = meetings.next_meeting(ledger), one(ledger, Role.OFFICER)
        agenda.approve(ledger, meeting, by)
        decisions.decide(ledger, meeting, topics.find(ledger, number), choice, by)
    town.now += timedelta(days=9)
    with town.ledger() as ledger:
        decisions.close(ledger, meetings.next_meeting(ledger), one(ledger, Role.OFFICER))


def test_the_decision_comes_back_to_whoever_keeps_the_case_and_leaves_the_case_alone(care: Town) -> None:
    number = approve(care)
    decide(care, number, Choice.ACT)
    assert f"受付{number}… 地域で対応" in care.last("Ucare").text
    with care.ledger() as ledger:
        case, told = topics.find(ledger, 1), topics.find(ledger, number)
        assert (case.status, told.status) == (Status.SHARED, Status.ACTING)
        past = histories.of_topic(ledger, case, one(ledger, Role.COMMISSIONER))
        assert f"受付{number}として話し合い" in past[-1].words
    care.hear("Ucare", "取り下げます 1")
    with care.ledger() as ledger:
        assert topics.find(ledger, number).status == Status.ACTING


def test_whoever_keeps_the_case_hears_that_it_is_talked_over_and_what_came_of_it(care: Town) -> None:
    number = approve(care)
    decide(care, number, Choice.ACT)
    assert [say for say in care.words("Ucare") if f"受付{number}のことを" in say.text]
    care.hear("Uofficer", f"実り {number} 毎週金曜に、みんなで食べる会をひらいています")
    assert "食べる会" in care.last("Ucare").text
    assert care.last("Ucare").choices == ()


def test_a_neighbour_who_kept_it_to_the_commissioner_hears_in_general_words(care: Town) -> None:
    care.hear("U1", CASES[3])
    care.settle()
    mine = _newest(care)
    care.hear("U1", f"出してよい {mine} 担当だけ")
    with care.ledger() as ledger:
        topic = topics.find(ledger, mine)
        topic.assignee_id, topic.urgency = one(ledger, Role.COMMISSIONER).id, "normal"
        topics.sort(ledger, topic, "care_daily", None)
    number = approve(care, mine)
    decide(care, number, Choice.WATCH)
    said = care.last("U1").text
    assert f"受付{mine}のような困りごと" in said
    assert "見守っていく" in said
    assert not [word for word in ("鈴木", "料理", f"受付{number}") if word in said]


def test_only_whoever_keeps_a_case_and_the_secretariat_see_what_is_behind(care: Town) -> None:
    number = approve(care)
    with care.ledger() as ledger:
        told = topics.find(ledger, number)
        seen = {
            role: [t.number for t in counted.may_see_cases(ledger, told, one(ledger, role))]
            for role in people.ROOM
        }
    assert seen == {Role.COMMISSIONER: [1], Role.SECRETARIAT: [1], Role.OFFICER: []}


# --- numbers, and what is forgotten ------------------------------------------------------------------------


def test_its_number_is_nobody_elses(both_towns: Town) -> None:
    town = both_towns
    town.join("Ucare", Role.COMMISSIONER)
    keep(town, 1)
    number = approve(town)
    town.hear("U1", LIGHT)
    town.settle()
    with town.ledger() as ledger:
        numbers = [concern.number for concern in ledger.all(Concern)]
        assert number not in numbers
        assert len({*numbers, number}) == 3
        assert topics.find(ledger, number).is_general
        assert threads.heading(ledger, topics.find(ledger, number))


def test_a_restore_brings_no_sentence_back_whose_case_was_taken_back(care: Town, tmp_path: Path) -> None:
    copy, list_ = tmp_path / "copy.db", erased.list_of(tmp_path / "elsewhere")
    number = approve(care)
    backup.backup(care.database.url, copy, list_)
    care.hear("Ucare", "取り下げます 1")
    care.database.close()

    assert backup.restore(care.database.url, copy, care.keyring, list_) > 0

    with care.ledger() as ledger:
        topic = topics.find(ledger, number)
        assert (topic.status, topic.is_open) == (Status.WITHDRAWN, False)
        assert threads.heading(ledger, topic) == "取り下げられた気づき"
        assert ledger.unseal(topic.key_id, ledger.one(General).words_sealed) is None
        assert ledger.count(Case) == 0
