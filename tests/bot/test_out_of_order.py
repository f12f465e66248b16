"""Platforms give no order: a message, its change and its withdrawal end in the same state however they come."""

import itertools
from collections.abc import Callable, Sequence

import pytest
from sqlmodel import col

from bot import concerns, erasing, people
from storage.concerns import Concern, Standing, Tombstone
from storage.keys import Key
from storage.ledger import Ledger
from tests.conftest import Town

FIRST = "公園のベンチがこわれています。佐藤さんが見ました"
THEN = "公園のブランコのくさりが切れそうです"
STEPS = ("message", "edit", "settle")
ENDS = ("unsend", "withdraw", "erase")


def steps(town: Town) -> dict[str, Callable[[], object]]:
    return {
        "message": lambda: town.hear("U1", FIRST, message="m1"),
        "edit": lambda: town.hear("U1", THEN, kind="edited", message="m1"),
        "settle": town.settle,
        "unsend": lambda: town.hear("U1", kind="unsent", message="m1"),
    }


def texts(ledger: Ledger) -> list[str]:
    """Give every concern that can still be read, in words."""
    alive = ledger.all(Concern, col(Concern.status).not_in([Standing.WITHDRAWN, Standing.UNSENT]))
    return [ledger.unseal(concern.key_id, concern.masked_sealed) or "" for concern in alive]


def walk(town: Town, order: Sequence[str]) -> None:
    do = steps(town)
    for step in order:
        do[step]()


@pytest.mark.parametrize("order", [o for o in itertools.permutations(STEPS) if o[0] != "settle"])
def test_a_change_counts_whenever_it_comes(town: Town, order: Sequence[str]) -> None:
    walk(town, order)

    with town.ledger() as ledger:
        assert texts(ledger) == [THEN]
        assert ledger.all(Tombstone) == []


@pytest.mark.parametrize("order", list(itertools.permutations((*STEPS, "unsend"))))
def test_what_was_unsent_stays_unsent_whenever_it_comes(town: Town, order: Sequence[str]) -> None:
    walk(town, order)
    town.settle()

    with town.ledger() as ledger:
        assert texts(ledger) == []
        keys = [ledger.session.get(Key, concern.key_id) for concern in ledger.all(Concern)]
        assert all(key is not None and key.wrapped is None for key in keys)
        assert all(tomb.words_sealed is None for tomb in ledger.all(Tombstone))


@pytest.mark.parametrize("late", ["message", "edit"])
def test_what_comes_again_after_an_erasure_does_not_bring_the_words_back(town: Town, late: str) -> None:
    walk(town, ("message", "settle"))
    with town.ledger() as ledger:
        found = people.find(ledger, "line:U1")
        assert found is not None
        erasing.erase(ledger, found)
    walk(town, (late,))
    town.settle()

    with town.ledger() as ledger:
        assert texts(ledger) == []


def test_a_change_of_what_was_withdrawn_changes_nothing(town: Town) -> None:
    walk(town, ("message", "settle"))
    with town.ledger() as ledger:
        concerns.withdraw(ledger, ledger.one(Concern), None)
    walk(town, ("edit",))

    with town.ledger() as ledger:
        assert texts(ledger) == []


def test_words_said_among_people_in_a_room_are_not_kept(town: Town) -> None:
    town.hear(
        "U1",
        "お昼どうする？やっぱりそばで",
        kind="edited",
        message="x1",
        room="slack:C0COUNCIL",
        is_private=False,
    )

    with town.ledger() as ledger:
        assert ledger.all(Tombstone) == []
