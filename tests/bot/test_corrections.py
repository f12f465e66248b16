"""What people put right counts at once, for their council alone, and can be taken back."""

import pytest
from sqlmodel import col

from bot import agreement, corrections, masking, people, topics
from bot.answerable import Answerable
from storage.concerns import Concern, Correction
from storage.ledger import Ledger
from storage.people import Person, Role
from tests.conftest import Town

BENCH = "公民館の前のベンチの脚が折れかかっています"
SAME = "公民館の前のベンチ、脚が折れかかっています"


@pytest.fixture
def office(both_towns: Town) -> Town:
    both_towns.join("Usecretary", Role.SECRETARIAT)
    both_towns.hear("U1", BENCH)
    both_towns.settle()
    return both_towns


def _by(ledger: Ledger) -> Person:
    found = people.find(ledger, "line:Usecretary")
    assert found is not None
    return found


def _theme_of(town: Town, text: str) -> str:
    with town.ledger() as ledger:
        return town.reader.understand(text, corrections.examples(ledger, town.reader)).theme


def _take_back(town: Town) -> None:
    with town.ledger() as ledger:
        row = ledger.first(Correction, col(Correction.taken_back_at).is_(None), by=col(Correction.id).desc())
        assert row is not None
        topics.take_back_correction(ledger, row, _by(ledger))


def test_a_corrected_theme_counts_for_the_next_message_at_once_until_it_is_taken_back(office: Town) -> None:
    machine = _theme_of(office, SAME)
    office.hear("Usecretary", "テーマ 1 子ども")
    assert _theme_of(office, SAME) == "children"

    _take_back(office)
    assert _theme_of(office, SAME) == machine
    with office.ledger() as ledger:
        assert topics.find(ledger, 1).theme == machine


def test_a_corrected_urgency_counts_for_the_same_words_and_can_be_taken_back(office: Town) -> None:
    with office.ledger() as ledger:
        before = topics.find(ledger, 1).urgency
        became = "none" if before != "none" else "normal"
        topics.judge_urgency(ledger, topics.find(ledger, 1), became, _by(ledger))
    with office.ledger() as ledger:
        learnt = corrections.examples(ledger, office.reader)
        assert learnt is not None
        assert [(one.theme, one.urgency) for one in learnt.corrections] == [("", became)]
        assert office.reader.understand(BENCH, learnt).urgency == became

    _take_back(office)
    with office.ledger() as ledger:
        assert topics.find(ledger, 1).urgency == before


def test_a_correction_is_taken_back_once(office: Town) -> None:
    office.hear("Usecretary", "テーマ 1 子ども")
    with office.ledger() as ledger:
        row = ledger.one(Correction)
        topics.take_back_correction(ledger, row, _by(ledger))
        with pytest.raises(Answerable):
            topics.take_back_correction(ledger, row, _by(ledger))


def test_a_theme_that_was_left_open_is_open_again(office: Town) -> None:
    with office.ledger() as ledger:
        topic = topics.find(ledger, 1)
        topic.is_unsorted = True
        guess = topic.theme
        topics.sort(ledger, topic, "children", _by(ledger))
        assert ledger.one(Correction).was == f"?{guess}"
    _take_back(office)
    with office.ledger() as ledger:
        topic = topics.find(ledger, 1)
        assert (topic.is_unsorted, topic.theme) == (True, guess)


def test_examples_are_opened_once_and_anew_when_they_change(office: Town) -> None:
    office.hear("Usecretary", "テーマ 1 子ども")
    with office.ledger() as ledger:
        first = corrections.examples(ledger, office.reader)
        assert corrections.examples(ledger, office.reader) is first
    office.hear("Usecretary", "テーマ 1 防災")
    with office.ledger() as ledger:
        assert corrections.examples(ledger, office.reader) is not first


def test_what_is_at_hand_of_examples_holds_no_text(office: Town) -> None:
    office.hear("Usecretary", "テーマ 1 子ども")
    with office.ledger() as ledger:
        learnt = corrections.examples(ledger, office.reader)
        assert learnt is not None
        assert "ベンチ" not in str(learnt.corrections)


def test_what_was_taken_back_by_its_writer_teaches_nothing(office: Town) -> None:
    office.hear("Usecretary", "テーマ 1 子ども")
    office.hear("U1", "取り下げます 1")
    with office.ledger() as ledger:
        assert corrections.examples(ledger, office.reader) is None
        assert corrections.standing(ledger) == []


# --- agreement --------------------------------------------------------------------------------------


def test_agreement_counts_what_people_kept_this_month(office: Town) -> None:
    for place in ("第一公園", "第三公園", "駅前"):
        office.hear(f"U{place}", f"{place}の街灯が切れていて夜道が暗いです")
        office.settle()
    with office.ledger() as ledger:
        for concern in ledger.all(Concern):
            concern.is_abstained = False
        by = _by(ledger)
        for topic in (topics.find(ledger, number) for number in (1, 2)):
            topic.is_unsorted = topic.number == 2
            topics.sort(ledger, topic, "children", by)
        topics.judge_urgency(ledger, topics.find(ledger, 3), "soon", by)
        masking.add(ledger, office.reader, ledger.one(Concern, col(Concern.number) == 4), "駅前", by)
        now = agreement.months(ledger)[0]

    assert (now.concerns, now.unsorted, now.proposed) == (4, 1, 3)
    assert (now.theme, now.urgency, now.masking) == (2, 3, 3)


def test_agreement_takes_changing_back_for_keeping(office: Town) -> None:
    with office.ledger() as ledger:
        topic, by = topics.find(ledger, 1), _by(ledger)
        topic.is_unsorted = False
        ledger.one(Concern).is_abstained = False
        own = topic.theme
        topics.sort(ledger, topic, "children", by)
        topics.sort(ledger, topic, own, by)
        assert agreement.months(ledger)[0].theme == 1


def test_agreement_covers_half_a_year_newest_first(office: Town) -> None:
    with office.ledger() as ledger:
        firsts = [month.first.isoformat() for month in agreement.months(ledger)]
    assert firsts == ["2026-11-01", "2026-10-01", "2026-09-01", "2026-08-01", "2026-07-01", "2026-06-01"]
