"""使えるもの帳: what helps is proposed by theme and season, and names no person."""

from datetime import date

import pytest
from sqlmodel import col

from bot import means, people
from bot.means import NamesAPerson, NoName, Wanted
from storage.means import Means
from storage.people import Person, Role
from tests.conftest import Town

TODAY = date(2026, 11, 10)
KITCHEN = Wanted("ケアプラザ調理室", themes=("children",))
SUMMER = Wanted("夏休みの見守り教室", themes=("children",), months=(7, 8))
STORES = Wanted("防災備蓄の入れ替え", themes=("children", "disaster"), usable_until=date(2026, 12, 5))
LATER = Wanted("こども助成金", themes=("children",), usable_from=date(2028, 4, 1))


@pytest.fixture
def office(town: Town) -> Town:
    town.join("Uofficer", Role.OFFICER)
    with town.ledger() as ledger:
        by = people.with_role(ledger, Role.OFFICER)[0]
        for wanted in (KITCHEN, SUMMER, STORES, LATER):
            means.add(ledger, wanted, by)
    return town


def fitting(town: Town, theme: str, day: date) -> list[str]:
    with town.ledger() as ledger:
        return [m.name for m in means.fitting(ledger, theme, day)]


@pytest.mark.parametrize(
    ("theme", "day", "found"),
    [
        ("children", TODAY, ["防災備蓄の入れ替え", "ケアプラザ調理室"]),
        ("children", date(2027, 1, 10), ["ケアプラザ調理室"]),
        ("children", date(2027, 7, 1), ["夏休みの見守り教室", "ケアプラザ調理室"]),
        ("disaster", TODAY, ["防災備蓄の入れ替え"]),
        ("poverty", TODAY, []),
    ],
)
def test_what_fits_theme_and_season_is_proposed_and_two_at_most(
    theme: str, day: date, found: list[str], office: Town
) -> None:
    assert fitting(office, theme, day) == found


@pytest.mark.parametrize(
    ("until", "months", "told"),
    [
        (date(2026, 11, 20), (), "今月20日まで"),
        (date(2026, 12, 5), (), "来月まで"),
        (date(2027, 3, 31), (), "3月まで"),
        (date(2026, 11, 1), (), "期限が過ぎています"),
        (None, (8, 7), "7・8月"),
        (None, (1, 2, 3, 11, 12), "11〜3月"),
        (None, (1, 4, 5), "1・4・5月"),
        (None, tuple(range(1, 13)), ""),
        (None, (), ""),
    ],
)
def test_the_time_is_told_as_one_says_it(until: date | None, months: tuple[int, ...], told: str) -> None:
    known = Means(council_id=1, name="倉庫", months=list(months), usable_until=until)  # type: ignore[call-arg]
    assert means.when_words(known, TODAY) == told


@pytest.mark.parametrize(
    "wanted",
    [Wanted("佐藤さん宅の離れ"), Wanted("配達 090-1234-5678"), Wanted("集会所", note="鍵は田中さんへ")],
)
def test_a_persons_name_or_number_is_refused(wanted: Wanted, office: Town) -> None:
    with office.ledger() as ledger, pytest.raises(NamesAPerson):
        means.add(ledger, wanted, ledger.all(Person)[0])


def test_a_means_needs_a_name_and_days_in_their_order(office: Town) -> None:
    with office.ledger() as ledger:
        by = ledger.all(Person)[0]
        for wanted in (Wanted(" "), Wanted("倉庫", usable_from=TODAY, usable_until=date(2026, 1, 1))):
            with pytest.raises(NoName):
                means.add(ledger, wanted, by)


def test_what_has_ended_is_proposed_no_more(office: Town) -> None:
    with office.ledger() as ledger:
        kitchen = ledger.one(Means, col(Means.name) == "ケアプラザ調理室")
        means.end(ledger, kitchen, ledger.all(Person)[0])
    assert fitting(office, "children", TODAY) == ["防災備蓄の入れ替え"]


# --- by sentence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "themes", "months", "until", "note"),
    [
        ("調理室 子ども 7・8月", ["children"], [7, 8], None, ""),
        ("灯油券 生活困窮 11〜2月 窓口は区社協", ["poverty"], [1, 2, 11, 12], None, "窓口は区社協"),
        ("備蓄の水 防災 3月31日まで", ["disaster"], [], date(2027, 3, 31), ""),
        ("備蓄の水 防災 子ども 来月まで", ["disaster", "children"], [], date(2026, 12, 31), ""),
        ("備蓄の水 防災 13月", ["disaster"], [], None, "13月"),
    ],
)
def test_a_means_is_read_out_of_a_sentence(
    typed: str, themes: list[str], months: list[int], until: date | None, note: str, office: Town
) -> None:
    office.hear("Uofficer", f"使えるもの 加える {typed}")
    with office.ledger() as ledger:
        made = ledger.all(Means, by=col(Means.id).desc())[0]
        assert (made.themes, made.months, made.usable_until, made.note) == (themes, months, until, note)
    assert "番号5" in office.last("Uofficer").text


def test_the_book_is_listed_changed_and_shortened_by_sentence(office: Town) -> None:
    office.hear("Uofficer", "使えるもの 直す 1 みどり会館の調理室 子ども")
    office.hear("Uofficer", "使えるもの 外す 3")
    office.hear("Uofficer", "使えるもの")
    text = office.last("Uofficer").text
    assert "みどり会館の調理室" in text
    assert "防災備蓄" not in text


def test_a_resident_hears_that_it_is_for_others(office: Town) -> None:
    office.hear("U1", "使えるもの 加える わが家 子ども")
    assert "担当の方だけ" in office.last("U1").text
