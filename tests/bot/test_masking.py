"""Masks by hand, and letters that stay with a person through a whole topic."""

import re

import pytest
from sqlmodel import col

from bot import hiding, letters, masking, notes, originals, people, threads, topics
from bot.answerable import Answerable
from storage.concerns import Concern, Correction
from storage.journal import JournalEntry
from storage.keys import Key
from storage.ledger import Ledger
from storage.people import Person, Role
from storage.topics import Note
from tests.conftest import Town

SLIDE = "第二公園のすべり台のことで、佐藤さんと鈴木さんが困っています"
AGAIN = "第二公園のすべり台、鈴木さんも佐藤さんも直してほしいそうです"
NICKNAME = "花屋のトミちゃんが、ごみ出しに困っています"


@pytest.fixture
def office(town: Town) -> Town:
    town.join("Usecretary", Role.SECRETARIAT)
    return town


def _person(ledger: Ledger, user: str = "Usecretary") -> Person:
    found = people.find(ledger, f"line:{user}")
    assert found is not None
    return found


def _noticed(town: Town, user: str, text: str) -> str:
    message = town.hear(user, text)
    town.settle()
    return message


def _concern(ledger: Ledger, number: int = 1) -> Concern:
    return ledger.one(Concern, col(Concern.number) == number)


def _masked(town: Town, number: int = 1) -> str:
    with town.ledger() as ledger:
        return threads.masked(ledger, _concern(ledger, number))


def _add(town: Town, words: str, kind: str = "other", number: int = 1) -> None:
    with town.ledger() as ledger:
        masking.add(ledger, town.reader, _concern(ledger, number), words, _person(ledger), kind)


def _lift(town: Town, words: str, number: int = 1) -> None:
    with town.ledger() as ledger:
        concern = _concern(ledger, number)
        text = originals.words(ledger, concern)
        mask = next(m for m in originals.masks(ledger, concern) if text[m.start : m.end] == words)
        masking.lift(ledger, town.reader, concern, mask, _person(ledger))


# --- letters ----------------------------------------------------------------------------------------


def test_a_person_keeps_their_letter_when_topics_are_put_together(office: Town) -> None:
    _noticed(office, "U1", SLIDE)
    _noticed(office, "U2", AGAIN)
    assert "AさんもBさんも" in _masked(office, 2)
    office.hear("Usecretary", "まとめる 1 2")

    assert "AさんとBさん" in _masked(office, 1)
    assert "BさんもAさんも" in _masked(office, 2)
    assert "BさんもAさんも" in office.words(kind="post")[-1].text


def test_parting_gives_a_topic_its_own_letters_back(office: Town) -> None:
    _noticed(office, "U1", SLIDE)
    _noticed(office, "U2", AGAIN)
    before = _masked(office, 2)
    office.hear("Usecretary", "まとめる 1 2")
    office.hear("Usecretary", "分ける 1")

    assert _masked(office, 2) == before


def test_a_note_names_nobody_and_uses_the_letters_of_its_topic(both_towns: Town) -> None:
    office = both_towns
    office.join("Usecretary", Role.SECRETARIAT)
    _noticed(office, "U1", SLIDE)
    with office.ledger() as ledger:
        topic, by = topics.find(ledger, 1), _person(ledger)
        first = notes.add(ledger, office.reader, topic, by, "n1", "高橋さんが鈴木さんに聞いてみるそうです")
        notes.add(ledger, office.reader, topic, by, "n2", "高橋さんから返事がありました")
        assert first is not None
        said = [words for _, words in notes.of_topic(ledger, topic)]

    assert said == ["CさんがBさんに聞いてみるそうです", "Cさんから返事がありました"]


def test_the_names_of_a_note_are_gone_when_it_is_taken_back(office: Town) -> None:
    _noticed(office, "U1", SLIDE)
    with office.ledger() as ledger:
        topic = topics.find(ledger, 1)
        notes.add(ledger, office.reader, topic, _person(ledger), "n1", "高橋さんが聞いてみるそうです")
        assert letters.known(ledger, topic)["高橋"] == "C"
        notes.unsend(ledger, ledger.blind("n1"))
        assert "高橋" not in letters.known(ledger, topic)
        assert ledger.one(Note).names_sealed is None


def test_no_name_outlives_the_concern_that_said_it(office: Town) -> None:
    """Nothing beside the words' own key opens a name, so that copies of the database forget it as well."""
    _noticed(office, "U1", SLIDE)
    _noticed(office, "U2", AGAIN)
    office.hear("Usecretary", "まとめる 1 2")
    office.hear("U1", "取り下げます 1")
    office.hear("U2", "取り下げます 2")

    with office.ledger() as ledger:
        topic = topics.find(ledger, 1)
        assert letters.known(ledger, topic) == {}
        assert all(ledger.session.get(Key, c.key_id).wrapped is None for c in ledger.all(Concern))  # type: ignore[union-attr]


def test_an_edit_leaves_everybody_their_letter(office: Town) -> None:
    message = _noticed(office, "U1", SLIDE)
    office.hear("U1", f"きのう高橋さんに聞きました。{SLIDE}", kind="edited", message=message)

    assert "AさんとBさん" in _masked(office)
    assert "Cさんに聞きました" in _masked(office)


# --- masks by hand ----------------------------------------------------------------------------------


def test_words_that_an_officer_hides_are_gone_from_thread_and_reason_at_once(office: Town) -> None:
    _noticed(office, "U1", NICKNAME)
    _add(office, "花屋")

    shown = office.words(kind="replace")[-1]
    assert "花屋" not in str(shown)
    assert hiding.LABEL in _masked(office)
    with office.ledger() as ledger:
        assert "花屋" not in (ledger.unseal(_concern(ledger).key_id, _concern(ledger).because_sealed) or "")


def test_hiding_also_reaches_a_voice_that_joined_the_thread_later(office: Town) -> None:
    _noticed(office, "U1", "ごみ置き場が荒らされています")
    _noticed(office, "U2", NICKNAME)
    office.hear("Usecretary", "まとめる 1 2")
    _add(office, "花屋", number=2)

    rewritten = [say for say in office.words(kind="replace") if "受付2をここに" in say.text]
    assert rewritten
    assert "花屋" not in rewritten[-1].text


def test_a_name_that_an_officer_hides_gets_the_letter_of_that_person(office: Town) -> None:
    _noticed(office, "U1", "佐藤さんのところの、みどり工務が夜おそくまで音を出しています")
    _add(office, "みどり工務", "name")

    assert re.fullmatch("Aさんのところの、[B-Z]が夜おそくまで音を出しています", _masked(office))


def test_what_was_hidden_for_nothing_can_be_shown_and_hidden_again(both_towns: Town) -> None:
    office = both_towns
    office.join("Usecretary", Role.SECRETARIAT)
    _noticed(office, "U1", SLIDE)
    before = _masked(office)
    _lift(office, "佐藤")
    assert "佐藤さん" in _masked(office)

    with office.ledger() as ledger:
        correction = ledger.one(Correction)
        assert (correction.what, correction.was, correction.became) == ("mask", "name", "open")
        masking.take_back(ledger, office.reader, correction, _person(ledger))
    assert _masked(office) == before


def test_showing_what_was_hidden_by_hand_takes_the_hand_back(office: Town) -> None:
    _noticed(office, "U1", NICKNAME)
    before = _masked(office)
    _add(office, "花屋")
    _lift(office, "花屋")

    assert _masked(office) == before
    with office.ledger() as ledger:
        assert ledger.one(Correction).taken_back_at is not None


def test_a_mask_by_hand_survives_an_edit_that_keeps_its_words(office: Town) -> None:
    message = _noticed(office, "U1", NICKNAME)
    _add(office, "花屋")
    office.hear("U1", f"すみません、追記です。{NICKNAME}。花屋の前です", kind="edited", message=message)
    assert "花屋" not in _masked(office)

    office.hear("U1", "ごみ出しに困っている方がいます", kind="edited", message=message)
    assert hiding.LABEL not in _masked(office)


def test_the_words_of_a_mask_stand_nowhere_in_the_open(office: Town) -> None:
    _noticed(office, "U1", NICKNAME)
    _add(office, "花屋")

    with office.ledger() as ledger:
        correction = ledger.one(Correction)
        assert "花屋" not in f"{correction.was}{correction.became}"
        assert "花屋".encode() not in (correction.words_sealed or b"")
        assert not any("花屋" in entry.detail for entry in ledger.all(JournalEntry))
    office.hear("U1", "取り下げます 1")
    with office.ledger() as ledger:
        assert ledger.unseal(_concern(ledger).key_id, ledger.one(Correction).words_sealed) is None


def test_nobody_changes_masks_who_may_not_read_the_original(office: Town) -> None:
    office.join("Uofficer", Role.OFFICER)
    _noticed(office, "U1", SLIDE)

    with office.ledger() as ledger, pytest.raises(people.NotYours):
        masking.add(ledger, office.reader, _concern(ledger), "公園", _person(ledger, "Uofficer"))


def test_words_that_do_not_stand_there_cannot_be_hidden(office: Town) -> None:
    _noticed(office, "U1", SLIDE)

    with office.ledger() as ledger, pytest.raises(Answerable):
        masking.add(ledger, office.reader, _concern(ledger), "水族館", _person(ledger))


def test_words_are_found_in_any_width(office: Town) -> None:
    _noticed(office, "U1", "ｶﾗｵｹ喫茶の音が、夜おそくまで大きくて眠れません")
    _add(office, "カラオケ喫茶")

    assert _masked(office).startswith(hiding.LABEL)
