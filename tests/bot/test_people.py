"""People: who may do what, and how one becomes somebody."""

from datetime import timedelta

import pytest
from sqlmodel import col

from bot import outbox, people, topics
from bot.people import GUESSES_A_DAY, INVITE_DAYS, MAY
from storage.concerns import Concern
from storage.people import Address, Invite, Person, Role
from tests.conftest import Town

REFUSED = "その参加コードは使えませんでした"
FALL = "向かいのおばあさんを最近見かけません。心配です"


def code(town: Town, role: Role = Role.OFFICER, **more: str) -> str:
    with town.ledger() as ledger:
        return people.invite(ledger, role, **more)


def role_of(town: Town, user: str) -> str:
    with town.ledger() as ledger:
        found = people.find(ledger, f"line:{user}")
        assert found is not None
        return found.role


def test_somebody_new_is_a_resident_without_registering(town: Town) -> None:
    town.hear("U1", "使い方")
    assert role_of(town, "U1") == Role.RESIDENT


def test_nobody_is_made_by_looking(town: Town) -> None:
    with town.ledger() as ledger:
        assert people.find(ledger, "line:U1") is None
        assert ledger.count(Person) == 0


@pytest.mark.parametrize("typed", ["参加 {}", "参加　{}。", "参加{}", "参加 {} "])
def test_a_code_opens_however_it_is_typed(town: Town, typed: str) -> None:
    given = code(town).lower()
    town.hear("U1", typed.format(given))
    assert role_of(town, "U1") == Role.OFFICER


def test_a_code_written_in_full_width_opens(town: Town) -> None:
    wide = "".join(chr(ord(ch) + 0xFEE0) if ch.isalnum() else "－" for ch in code(town))
    town.hear("U1", f"参加　{wide}")
    assert role_of(town, "U1") == Role.OFFICER


def test_a_code_opens_once(both_towns: Town) -> None:
    given = code(both_towns)
    both_towns.hear("U1", f"参加 {given}")
    both_towns.hear("U2", f"参加 {given}")

    assert role_of(both_towns, "U2") == Role.RESIDENT
    assert REFUSED in both_towns.last("U2").text


def test_a_code_ends(town: Town) -> None:
    given = code(town)
    town.now += timedelta(days=INVITE_DAYS, seconds=1)
    town.hear("U1", f"参加 {given}")
    assert role_of(town, "U1") == Role.RESIDENT


def test_the_code_itself_is_not_stored(town: Town) -> None:
    given = code(town).replace("-", "")
    with town.ledger() as ledger:
        assert given not in ledger.one(Invite).blind


def test_whoever_guesses_is_refused_without_a_look_and_in_the_same_words(town: Town) -> None:
    given = code(town)
    for n in range(GUESSES_A_DAY):
        town.hear("Uguess", f"参加 AAAA-{n:04}")
    town.hear("Uguess", f"参加 {given}")
    assert role_of(town, "Uguess") == Role.RESIDENT
    assert {REFUSED in say.text for say in town.words("Uguess")} == {True}

    town.hear("U1", f"参加 {given}")  # nobody else is kept out
    assert role_of(town, "U1") == Role.OFFICER

    town.now += timedelta(days=1, seconds=1)
    town.hear("Uguess", f"参加 {code(town)}")
    assert role_of(town, "Uguess") == Role.OFFICER


def test_what_was_written_before_joining_still_finds_its_writer(town: Town) -> None:
    town.hear("U1", FALL)
    town.hear("U1", f"参加 {code(town, Role.COMMISSIONER)}")
    town.hear("U1", "わたしの気づき")

    assert "受付1" in town.last("U1").text


def test_a_second_code_moves_all_that_hangs_on_the_person(town: Town) -> None:
    """Or the topics in their care would wait for somebody whom no word reaches."""
    town.join("U1", Role.COMMISSIONER)
    town.hear("U1", FALL)
    town.settle()
    town.hear("U1", f"参加 {code(town, Role.COMMISSIONER)}")

    with town.ledger() as ledger:
        now = people.find(ledger, "line:U1")
        assert now is not None
        assert ledger.one(Concern).writer_id == now.id
        assert topics.find(ledger, 1).assignee_id == now.id


def test_a_second_platform_belongs_to_the_same_person(town: Town) -> None:
    town.join("U1", Role.OFFICER)
    with town.ledger() as ledger:
        person = people.find(ledger, "line:U1")
        assert person is not None
        given = people.invite_again(ledger, person)
    town.hear("U2", f"参加 {given}")

    with town.ledger() as ledger:
        assert [a.person_id for a in ledger.all(Address)] == [person.id, person.id]


def test_a_word_goes_where_the_person_was_last_heard(town: Town) -> None:
    test_a_second_platform_belongs_to_the_same_person(town)
    town.now += timedelta(minutes=1)
    town.hear("U1", "使い方")
    with town.ledger() as ledger:
        person = people.find(ledger, "line:U1")
        assert person is not None
        assert outbox.way_to(ledger, person) == "line:U1"
        people.leave(ledger, "line:U1")
        ledger.session.flush()
        assert outbox.way_to(ledger, person) == "line:U2"


@pytest.mark.parametrize("deed", sorted(MAY))
def test_only_the_roles_of_the_table_may(town: Town, deed: str) -> None:
    with town.ledger() as ledger:
        for role in Role:
            person = Person(council_id=1, ref=role, role=role, key_id=1, created_at=ledger.now)
            assert people.may(person, deed) == (role in MAY[deed])
            person.erased_at = ledger.now
            assert not people.may(person, deed)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.ORGANISATION])
@pytest.mark.parametrize(
    "wish",
    ["見ました 1", "済 1", "役員会へ 1", "まとめる 1 1", "次第", "次第 承認", "決定 1 対応する", "会議を終わる",
     "役員ページ", "待っていること", "分ける 1", "代わって 1", "次第 隠す 1", "取り下げます 1", "テーマ 1 防災"],
)  # fmt: skip
def test_a_stranger_to_the_board_changes_nothing(town: Town, wish: str, role: Role) -> None:
    town.hear("U1", FALL)
    town.settle()
    if role == Role.RESIDENT:
        town.hear("U2", "使い方")
    else:
        town.join("U2", role)
    before = _state(town)
    town.hear("U2", wish)

    assert _state(town) == before
    assert town.last("U2").links == ()


def _state(town: Town) -> object:
    with town.ledger() as ledger:
        topic = topics.find(ledger, 1)
        concern = ledger.one(Concern, col(Concern.number) == 1)
        return topic.status, topic.theme, topic.assignee_id, topic.seen_at, concern.status
