"""One message with several matters: parted, told, and put together again by whoever wrote it."""

import pytest
from sqlmodel import col

from bot import masking, originals, people, threads, topics
from storage.concerns import Concern, Standing
from storage.people import Role
from storage.topics import Status
from tests.conftest import Town

TWO = "公園の街灯が切れていて夜道が暗いです。あと、母の入浴の介護に手が足りず困っています。花屋の前です。"


@pytest.fixture
def parted(town: Town) -> Town:
    town.hear("U1", TWO)
    town.settle()
    with town.ledger() as ledger:
        assert ledger.count(Concern) == 2
    return town


def test_the_writer_hears_of_the_parting_by_number_and_theme_alone(parted: Town) -> None:
    heard = parted.last("U1")

    assert "受付1（交通" in heard.text
    assert "受付2（介護" in heard.text
    assert "街灯" not in heard.text
    assert [choice.says for choice in heard.choices] == ["ひとつに 1", "テーマ 1", "テーマ 2"]
    assert all(len(choice.label) <= 20 for choice in heard.choices)


def test_a_message_on_one_matter_brings_no_second_answer(town: Town) -> None:
    town.hear("U1", "公園の街灯が切れていて夜道が暗いです")
    town.settle()

    assert len(town.words("U1")) == 1


def test_the_writer_can_put_the_pieces_together_by_any_of_their_numbers(both_towns: Town) -> None:
    town = both_towns
    town.hear("U1", TWO)
    town.settle()
    town.hear("U1", "ひとつに 2")

    assert "受付1にまとめて" in town.last("U1").text
    with town.ledger() as ledger:
        first, second = ledger.all(Concern)
        assert "街灯" in threads.masked(ledger, first)
        assert "介護" in threads.masked(ledger, first)
        assert second.status == Standing.WITHDRAWN
        assert topics.find(ledger, 2).status == Status.WITHDRAWN
        assert ledger.unseal(second.key_id, second.masked_sealed) is None
    town.hear("U1", "ひとつに 1")
    assert "もともとひとつ" in town.last("U1").text


def test_nobody_puts_anothers_pieces_together(parted: Town) -> None:
    parted.hear("U2", "ひとつに 1")

    assert "見つかりません" in parted.last("U2").text
    with parted.ledger() as ledger:
        assert {c.status for c in ledger.all(Concern)} == {Standing.SHARED}


def test_the_writer_chooses_the_theme_of_a_piece(parted: Town) -> None:
    parted.hear("U1", "テーマ 2")
    choice = next(c for c in parted.last("U1").choices if c.says.endswith("防災"))
    assert len(parted.last("U1").choices) <= 13
    parted.hear("U1", choice.says)

    with parted.ledger() as ledger:
        assert topics.find(ledger, 2).theme == "disaster"
        assert topics.find(ledger, 1).theme == "mobility_environment"


def test_a_stranger_is_not_asked_for_the_theme(parted: Town) -> None:
    parted.hear("U2", "テーマ 2")

    assert "担当の方だけ" in parted.last("U2").text


def test_a_piece_that_is_taken_back_leaves_the_whole_message_too(parted: Town) -> None:
    parted.hear("U1", "取り下げます 2")

    with parted.ledger() as ledger:
        first = ledger.one(Concern, col(Concern.number) == 1)
        assert "街灯" in originals.whole(ledger, first)
        assert "介護" not in originals.whole(ledger, first)


def test_what_was_hidden_in_a_piece_stays_hidden_in_the_whole(parted: Town) -> None:
    parted.join("Usecretary", Role.SECRETARIAT)
    with parted.ledger() as ledger:
        secretary = people.find(ledger, "line:Usecretary")
        assert secretary is not None
        second = ledger.one(Concern, col(Concern.number) == 2)
        masking.add(ledger, parted.reader, second, "花屋", secretary)
    parted.hear("U1", "ひとつに 1")

    with parted.ledger() as ledger:
        first = ledger.one(Concern, col(Concern.number) == 1)
        assert "〔伏せ字〕の前" in threads.masked(ledger, first)
