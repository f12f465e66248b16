"""The desk: what waits besides concerns, who rests and who stands in, who went."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col

from bot import alerts, people
from bot.reminders import bundles
from storage.councils import Council
from storage.ledger import id_of
from storage.people import Person, Role
from storage.reminders import Fate, Reminder
from tests.conftest import Town
from tests.handlers.desk_town import Office


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town)


def test_the_page_of_today_shows_reminders_with_their_words(office: Office) -> None:
    with office.town.database.transaction() as session:
        council = session.get(Council, 1)
        assert council is not None
        council.created_at = datetime(2025, 1, 1, tzinfo=UTC)
        session.add(council)
    visitor = office.visitor("Ujimu", Role.SECRETARIAT)
    office.town.now = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
    visitor = office.enter("Ujimu")
    with office.town.ledger() as ledger:
        bundles.send(ledger)
        number = id_of(ledger.one(Reminder, col(Reminder.kind) == "figures"))
    assert "11月の数" in visitor.see("/")

    assert "3日後" in visitor.press(f"/reminders/{number}/later").text
    assert "11月の数" not in visitor.see("/")
    office.town.now += timedelta(days=3)
    visitor = office.enter("Ujimu")
    assert "11月の数" in visitor.see("/")
    assert "「済」にしました" in visitor.press(f"/reminders/{number}/done").text
    with office.town.ledger() as ledger:
        assert ledger.by_id(Reminder, number).fate == Fate.DONE


def test_the_secretariat_notes_who_rests_and_who_stands_in(office: Office) -> None:
    visitor = office.visitor("Ujimu", Role.SECRETARIAT)
    for user in ("Usato", "Utanaka"):
        office.town.join(user, Role.COMMISSIONER, name=user)
    path, deputy = f"/people/{office.ref('Usato')}", office.ref("Utanaka")
    assert deputy in visitor.see(path)

    visitor.press(f"{path}/away", last_day="2026-11-30", deputy=deputy)
    with office.town.ledger() as ledger:
        sato, tanaka = (people.find(ledger, f"line:{user}") for user in ("Usato", "Utanaka"))
        assert sato is not None
        assert tanaka is not None
        assert (sato.away_until, sato.deputy_id) == (date(2026, 12, 1), tanaka.id)
    assert 'value="2026-11-30"' in visitor.see(path)

    visitor.press(f"{path}/away", last_day="", deputy="")
    with office.town.ledger() as ledger:
        sato = ledger.one(Person, col(Person.ref) == path.rsplit("/", 1)[1])
        assert (sato.away_until, sato.deputy_id) == (None, None)


def test_a_day_that_is_over_is_not_taken(office: Office) -> None:
    visitor = office.visitor("Ujimu", Role.SECRETARIAT)
    path = f"/people/{office.ref('Ujimu')}"
    assert "受け付けられません" in visitor.press(f"{path}/away", last_day="2026-11-09", deputy="").text


def test_the_topics_page_says_who_went_and_when(office: Office) -> None:
    visitor = office.visitor("Ukaicho", Role.OFFICER, name="会長さん")
    office.town.hear("U1", "隣のおばあさんが倒れて返事がありません")
    visitor.press("/topics/1/going")
    assert "向かった人" in visitor.see("/topics/1")
    assert "11月10日（火）10時" in visitor.see("/topics/1")


def test_what_nobody_has_received_says_so_on_top_until_it_is_seen(office: Office) -> None:
    visitor = office.visitor("Ujimu", Role.SECRETARIAT)
    office.town.hear("U1", "隣のおばあさんが倒れて返事がありません")
    assert "緊急の気づき" in visitor.see("/")
    assert "まだ受け取られていません" not in visitor.see("/")

    for _ in range(alerts.ROUNDS):
        office.town.now += timedelta(minutes=alerts.CLIMB_MINUTES)
        with office.town.ledger() as ledger:
            alerts.climb(ledger)
    page = visitor.see("/")
    assert page.index("まだ受け取られていません") < page.index("次の役員会")

    visitor.press("/topics/1/seen")
    assert "まだ受け取られていません" not in visitor.see("/")
