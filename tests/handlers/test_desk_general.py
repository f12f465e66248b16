"""On the desk: how far a concern may go, and 個別から全体へ, each for those alone who may."""

import re

import pytest

from bot import topics
from storage.people import Role
from tests.conftest import Town
from tests.handlers.desk_town import Office, Visitor

CASE = "佐藤花子さん（82歳）、一人暮らしで買い物に行けず食事が心配です"


@pytest.fixture
def office(town: Town) -> Office:
    """A desk at which a commissioner has written a case: receipt 1."""
    made = Office(town)
    town.join("Ucare", Role.COMMISSIONER, name="委員")
    town.hear("Ucare", CASE)
    town.settle()
    return made


def keep(carer: Visitor) -> None:
    carer.press("/concerns/1/reach", reach="charge")


def test_its_writer_says_on_the_topics_page_how_far_it_may_go(office: Office) -> None:
    carer, officer = office.enter("Ucare"), office.visitor("Uofficer", Role.OFFICER)
    assert "買い物" in officer.see("/topics/1")
    assert "/concerns/1/reach" in carer.see("/topics/1")
    assert "/concerns/1/reach" not in officer.see("/topics/1")

    keep(carer)
    assert "買い物" not in officer.see("/topics/1")
    assert "買い物" not in officer.see("/topics")
    assert "買い物" in carer.see("/topics/1")


def test_an_officer_does_not_say_for_others_and_the_secretariat_does(office: Office) -> None:
    officer, secretary = office.visitor("Uofficer", Role.OFFICER), office.visitor("Us", Role.SECRETARIAT)
    officer.press("/concerns/1/reach", reach="charge")
    with office.town.ledger() as ledger:
        assert not topics.find(ledger, 1).is_restricted
    keep(secretary)
    with office.town.ledger() as ledger:
        assert topics.find(ledger, 1).is_restricted
    assert "/topics/1/release" not in secretary.see("/topics/1")


def test_its_writers_own_words_stand_on_the_page(office: Office) -> None:
    carer = office.enter("Ucare")
    carer.press("/concerns/1/wording", words="食事の支度に困る方がいます")
    officer = office.visitor("Uofficer", Role.OFFICER)
    assert "食事の支度" in officer.see("/topics/1")
    assert "買い物に行けず" not in officer.see("/topics/1")
    assert "食事の支度" in carer.see("/concerns/1/reach")


def test_a_commissioner_looks_at_the_words_changes_them_and_puts_them_before_the_board(office: Office) -> None:
    carer = office.enter("Ucare")
    keep(carer)
    suggested = re.search(r'name="words" value="([^"]+)"', carer.see("/topics/1/general"))
    assert suggested is not None
    carer.press("/topics/1/general", words=suggested[1])
    page = carer.see("/topics/1/general")
    old = re.search(r'name="seal" value="(\d+)"', page)
    assert old is not None
    carer.press("/topics/1/general", words="82歳の佐藤花子さんの食事が心配です")

    page = carer.see("/topics/1/general")
    assert "佐藤" not in page
    assert "高齢の方" in page
    assert "文が変わっています" in carer.press("/topics/1/general/approve", seal=old[1]).text
    new = re.search(r'name="seal" value="(\d+)"', page)
    assert new is not None
    carer.press("/topics/1/general/approve", seal=new[1])

    officer = office.visitor("Uofficer", Role.OFFICER)
    told = officer.see("/topics/2")
    assert "高齢の方" in told
    assert "個別の相談から（数件）" in told
    assert "/topics/1" not in told
    assert "/topics/1" in carer.see("/topics/2")


def test_further_cases_are_counted_and_taken_out_on_the_page(office: Office) -> None:
    carer = office.enter("Ucare")
    keep(carer)
    carer.press("/topics/1/general", words="買い物に困る方がいます")
    seal = re.search(r'name="seal" value="(\d+)"', carer.see("/topics/1/general"))
    assert seal is not None
    carer.press("/topics/1/general/approve", seal=seal[1])
    office.town.hear("Ucare", CASE)
    office.town.hear("Ucare", "出してよい 3 担当だけ")
    office.town.settle()

    carer.press("/topics/3/general/add", general="2")
    assert "受付2として" in carer.see("/topics/3/general")
    carer.press("/topics/3/general/out")
    assert "受付2として" not in carer.see("/topics/3/general")


def test_nobody_else_opens_the_page_of_a_sealed_case(office: Office) -> None:
    keep(office.enter("Ucare"))
    for user, role in (("Uofficer", Role.OFFICER), ("Uother", Role.COMMISSIONER)):
        page = office.visitor(user, role).get("/topics/1/general")
        assert page.status_code != 200
        assert "食事" not in page.text
