"""Passes: a link opens the officers' pages once, for a short time, for whoever may enter."""

from datetime import timedelta

import pytest

from bot import passes, people
from bot.passes import LINK_MINUTES, PRINTED_HOURS, VISIT_HOURS
from bot.people import NotYours
from storage.ledger import Ledger
from storage.people import Pass, Person, Role
from tests.conftest import Town

URL = "https://kizuki.example.jp/"


def officer(ledger: Ledger) -> Person:
    return people.with_role(ledger, Role.OFFICER)[0]


@pytest.fixture
def desk(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    return town


def link(town: Town, **more: bool) -> str:
    with town.ledger() as ledger:
        found = passes.make_link(ledger, officer(ledger), URL, **more)
    assert found.startswith("https://kizuki.example.jp/desk/enter/")
    return found.rsplit("/", 1)[1]


def enter(town: Town, token: str) -> str | None:
    with town.ledger() as ledger:
        return passes.open_visit(ledger, token)


def visitor(town: Town, token: str) -> str | None:
    with town.ledger() as ledger:
        found = passes.visitor(ledger, token)
        return found.role if found else None


def test_a_link_opens_once(desk: Town) -> None:
    token = link(desk)
    visit = enter(desk, token)

    assert visit is not None
    assert visitor(desk, visit) == Role.OFFICER
    assert enter(desk, token) is None


def test_a_link_and_a_visit_end_in_time(desk: Town) -> None:
    old, printed = link(desk), link(desk, printed=True)
    desk.now += timedelta(minutes=LINK_MINUTES)
    assert enter(desk, old) is None

    visit = enter(desk, printed)
    assert visit is not None
    desk.now += timedelta(hours=VISIT_HOURS)
    assert visitor(desk, visit) is None

    again = link(desk, printed=True)
    desk.now += timedelta(hours=PRINTED_HOURS)
    assert enter(desk, again) is None


def test_a_link_is_no_visit_and_a_visit_is_no_link(desk: Town) -> None:
    token = link(desk)
    assert visitor(desk, token) is None
    visit = enter(desk, token)
    assert visit is not None
    assert enter(desk, visit) is None


@pytest.mark.parametrize("token", ["", "x", "あ", "../../etc", "' OR 1=1 --", "\udc80", "A" * 5000])
def test_what_was_not_given_out_opens_nothing(desk: Town, token: str) -> None:
    assert enter(desk, token) is None
    assert visitor(desk, token) is None


def test_the_tokens_themselves_are_not_stored(desk: Town) -> None:
    token = link(desk)
    with desk.ledger() as ledger:
        assert all(token not in p.blind for p in ledger.all(Pass))


def test_a_visit_ends_with_its_role_and_with_good_bye(desk: Town) -> None:
    first, second = enter(desk, link(desk)), enter(desk, link(desk))
    assert first is not None
    assert second is not None
    with desk.ledger() as ledger:
        passes.end_visit(ledger, first)
    assert (visitor(desk, first), visitor(desk, second)) == (None, Role.OFFICER)

    waiting = link(desk)
    with desk.ledger() as ledger:
        person = officer(ledger)
        person.role = Role.RESIDENT
        ledger.session.add(person)
    assert visitor(desk, second) is None
    assert enter(desk, waiting) is None


def test_residents_get_no_link(town: Town) -> None:
    town.hear("U1", "使い方")
    with town.ledger() as ledger, pytest.raises(NotYours):
        passes.make_link(ledger, ledger.one(Person), URL)


def test_in_a_channel_the_link_is_not_shown(desk: Town) -> None:
    desk.hear("Uofficer", "役員ページ", is_private=False, is_called=True, room="slack:C1/1.1", thread=None)
    desk.hear("Uofficer", "役員ページ")

    assert len(desk.last("Uofficer").links) == 1
    elsewhere = [say for say in desk.words() if "1対1" in say.text]
    assert all(say.links == () for say in elsewhere)
