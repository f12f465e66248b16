"""使えるもの帳 on the officers' pages: what helps is written down by theme, and no person's name gets in."""

import pytest
from sqlmodel import col

from storage.means import Means
from storage.people import Role
from tests.conftest import Town
from tests.handlers.desk_town import Office, Visitor

KITCHEN = {"name": "ケアプラザ調理室", "themes": ["children"], "months": ["7", "8"], "note": "予約は1か月前から"}
STORES = {"name": "防災備蓄の入れ替え", "themes": ["disaster", "poverty"], "usable_until": "2026-12-05"}


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town)


@pytest.fixture
def commissioner(office: Office) -> Visitor:
    return office.visitor("Ucommissioner", Role.COMMISSIONER)


def _all(town: Town) -> list[Means]:
    with town.ledger() as ledger:
        return ledger.all(Means, by=col(Means.id))


def test_a_means_stands_under_its_themes_and_what_ends_soon_comes_first(
    office: Office, commissioner: Visitor
) -> None:
    for fields in (KITCHEN, STORES):
        assert commissioner.press("/means", **fields).status_code == 200

    page = commissioner.see("/means")
    assert page.index("期限が近いもの") < page.index("防災備蓄の入れ替え") < page.index("ケアプラザ調理室")
    assert "来月まで" in page
    assert "7・8月" in page
    assert page.count("<h3><a") == 4  # soon, and under each of its themes


def test_a_means_can_be_changed_and_taken_out(office: Office, commissioner: Visitor) -> None:
    commissioner.press("/means", **KITCHEN)
    commissioner.press("/means/1", **(KITCHEN | {"name": "みどり会館の調理室", "months": []}))
    assert [(m.name, m.months) for m in _all(office.town)] == [("みどり会館の調理室", [])]

    commissioner.press("/means/1/end")
    assert "みどり会館の調理室" not in commissioner.see("/means")
    assert commissioner.press("/means/1/end").status_code == 200  # a second press is answered kindly
    assert len(_all(office.town)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "佐藤さん宅の離れ"},
        {"name": "配達 090-1234-5678"},
        {"note": "鍵は田中さんへ"},
        {"name": " "},
        {"usable_until": "あした"},
        {"usable_from": "2026-12-01", "usable_until": "2026-11-01"},
        {"themes": ["nothing"]},
    ],
)
def test_a_persons_name_and_a_wrong_day_are_refused_kindly(
    wrong: dict[str, str], office: Office, commissioner: Visitor
) -> None:
    assert commissioner.press("/means", **(KITCHEN | wrong)).status_code < 500
    assert _all(office.town) == []


def test_the_other_pages_lead_there(office: Office, commissioner: Visitor) -> None:
    assert "/desk/means" in commissioner.see("/more")
