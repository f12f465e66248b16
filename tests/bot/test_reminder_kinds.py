"""The kinds of reminders: each at its time, for whom it is, and never once its reason is gone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col

from bot import agenda, away, meeting_changes, meetings, people, reminders, topics
from bot.reminders import book, bundles, freshening
from storage.councils import Council
from storage.journal import JournalEntry
from storage.ledger import id_of
from storage.meetings import Meeting
from storage.minutes import Record
from storage.outbox import Delivery, OutboxRow
from storage.people import Person, Role
from storage.reminders import Fate, Reminder
from storage.topics import Status, TakeHome, Topic
from storage.yearly import Activity, MonthlyFigure
from tests.conftest import Town

LOST = "向かいのおばあさんを最近見かけません。心配です"


def morning(month: int, day: int, year: int = 2026) -> datetime:
    """Ten in the morning in Japan."""
    return datetime(year, month, day, 1, 0, tzinfo=UTC)


def send(town: Town) -> int:
    with town.ledger() as ledger:
        return bundles.send(ledger)


def kinds_of(town: Town, user: str) -> list[str]:
    with town.ledger() as ledger:
        book.refresh(ledger)
        person = people.find(ledger, f"line:{user}")
        assert person is not None
        return [reminder.kind for reminder in book.waiting(ledger, person)]


def days_on_which(town: Town, user: str, words: str, days: list[datetime]) -> list[str]:
    """Let the mornings come, and give those whose bundle spoke of something."""
    found = []
    for day in days:
        town.now = day
        before = len(town.words(user))
        send(town)
        new = town.words(user)[before:]
        if any(words in say.text for say in new):
            found.append(f"{day:%m-%d}")
        town.deliver()
    return found


@pytest.fixture
def secretariat(town: Town) -> Town:
    town.join("Ujimu", Role.SECRETARIAT, name="事務局")
    return town


def test_every_kind_has_a_name_of_its_own_that_its_column_holds() -> None:
    names = [kind.name for kind in reminders.KINDS]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 24 for name in names)


def test_a_council_in_which_nothing_happens_reminds_nobody(town: Town) -> None:
    town.hear("U1", "ありがとう")
    assert send(town) == 0


def test_residents_are_never_reminded(town: Town) -> None:
    town.hear("U1", LOST)
    town.settle()
    town.now += timedelta(days=30)
    send(town)
    with town.ledger() as ledger:
        assert ledger.all(Reminder) == []


def with_meeting(town: Town, starts_at: datetime) -> None:
    with town.ledger() as ledger:
        meetings.add(ledger, starts_at)


def test_a_meeting_is_said_once_on_the_last_working_day_before_it(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    with_meeting(town, datetime(2026, 11, 24, 10, 0, tzinfo=UTC))  # after a long weekend with 勤労感謝の日
    days = [morning(11, day) for day in (18, 19, 20, 21, 22, 23, 24)]

    assert days_on_which(town, "Usato", "役員会は11月24日", days) == ["11-20"]


def test_a_moved_meeting_is_said_anew_and_its_old_day_never(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    with_meeting(town, datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    assert days_on_which(town, "Usato", "役員会は11月18日", [morning(11, 17)]) == ["11-17"]
    with town.ledger() as ledger:
        meeting_changes.move(
            ledger, ledger.one(Meeting), datetime(2026, 11, 26, 10, 0, tzinfo=UTC), ledger.one(Person)
        )
    days = [morning(11, day) for day in (18, 24, 25, 26)]

    assert days_on_which(town, "Usato", "役員会は11月", days) == ["11-25"]


def test_a_meeting_line_offers_coming_and_not_coming(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    with_meeting(town, datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    town.now = morning(11, 17)
    send(town)
    assert [choice.says for choice in town.last("Usato").choices] == ["出欠 出ます 1", "出欠 欠席 1"]


def test_a_draft_waits_for_an_officer_until_it_is_approved(town: Town) -> None:
    town.join("Ukaicho", Role.OFFICER, name="会長")
    with_meeting(town, datetime(2026, 11, 25, 10, 0, tzinfo=UTC))
    town.now = morning(11, 18)
    with town.ledger() as ledger:
        agenda.compile_agenda(ledger, ledger.one(Meeting))
    assert "agenda" not in kinds_of(town, "Ukaicho")  # the draft itself was shown today

    town.now = morning(11, 19)
    assert "agenda" in kinds_of(town, "Ukaicho")
    with town.ledger() as ledger:
        agenda.approve(ledger, ledger.one(Meeting), ledger.one(Person))
    assert "agenda" not in kinds_of(town, "Ukaicho")


def test_corrections_are_asked_for_once_before_they_close(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    with_meeting(town, datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    with town.ledger() as ledger:
        meeting = ledger.one(Meeting)
        meeting.status = "held"
        ledger.add(
            Record(
                council_id=ledger.council_id,
                meeting_id=id_of(meeting),
                key_id=ledger.new_key(),
                approved_at=morning(11, 19),
                corrections_until=datetime(2026, 11, 22, 15, 0, tzinfo=UTC),  # the end of the Sunday
            )
        )
    town.now = morning(11, 20)
    send(town)
    assert [c.says for c in town.last("Usato").choices][:2] == ["議事録 1", "訂正あり 1"]
    assert "11月22日まで訂正" in town.last("Usato").text
    town.deliver()

    days = [morning(11, day) for day in (21, 24)]
    assert days_on_which(town, "Usato", "訂正", days) == []


@pytest.fixture
def taken_home(town: Town) -> Town:
    """A topic that the children's association took home until 25 November."""
    town.join("Ukodomo", Role.ORGANISATION, name="田村", organisation="子ども会")
    town.hear("U1", "夏休みに一人でお昼を食べている子がいます")
    town.settle()
    with_meeting(town, town.now + timedelta(days=1))
    with town.ledger() as ledger:
        topic = ledger.one(Topic)
        person = next(p for p in ledger.all(Person) if p.role == Role.ORGANISATION)
        ledger.add(
            TakeHome(
                council_id=ledger.council_id,
                topic_id=id_of(topic),
                meeting_id=id_of(ledger.one(Meeting)),
                organisation_id=person.organisation_id,
                due_on=date(2026, 11, 25),
                key_id=ledger.new_key(),
            )
        )
        topics.change(ledger, topic, Status.TAKEN_HOME, None)
        ledger.one(Meeting).status = "held"
    return town


def test_a_take_home_is_asked_for_before_on_and_every_week_after_its_day(taken_home: Town) -> None:
    days = [morning(11, 19) + timedelta(days=n) for n in range(25)]
    found = days_on_which(taken_home, "Ukodomo", "回答 1", days)
    assert found == ["11-20", "11-25", "12-02", "12-09"]


def test_an_answer_ends_the_asking(taken_home: Town) -> None:
    taken_home.now = morning(11, 20)
    assert "home" in kinds_of(taken_home, "Ukodomo")
    taken_home.hear("Ukodomo", "回答 1 調理室を使えます")
    assert "home" not in kinds_of(taken_home, "Ukodomo")


def test_months_figures_are_asked_for_in_the_first_days_until_they_are_there(secretariat: Town) -> None:
    _begin_long_ago(secretariat)
    days = [morning(11, day) for day in (2, 4, 6, 9, 10, 11, 12)]
    assert days_on_which(secretariat, "Ujimu", "10月の数", days) == ["11-02", "11-09"]

    with secretariat.ledger() as ledger:
        row = MonthlyFigure(council_id=ledger.council_id, month="2026-11", code="salon", count=3, at=ledger.now)
        ledger.add(row)
    secretariat.now = morning(12, 2)
    assert "figures" not in kinds_of(secretariat, "Ujimu")


def test_a_commissioner_is_asked_once_for_the_months_record(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    town.join("Utanaka", Role.COMMISSIONER, name="田中")
    _begin_long_ago(town)
    with town.ledger() as ledger:
        tanaka = people.find(ledger, "line:Utanaka")
        assert tanaka is not None
        ledger.add(
            Activity(
                council_id=ledger.council_id,
                person_id=id_of(tanaka),
                month="2026-11",
                other="visit",
                count=2,
                at=ledger.now,
            )
        )
    days = [morning(12, day) for day in (1, 2, 3, 10, 11)]

    assert days_on_which(town, "Usato", "11月の活動記録", days) == ["12-01"]
    town.now = morning(12, 1)
    assert kinds_of(town, "Utanaka") == []


def test_the_secretariat_hears_of_ending_terms_twice_in_one_line(secretariat: Town) -> None:
    for user in ("Usato", "Utanaka"):
        secretariat.join(user, Role.COMMISSIONER, name=user)
    with secretariat.ledger() as ledger:
        for person in people.with_role(ledger, Role.COMMISSIONER):
            person.term_ends_on = date(2027, 1, 31)
            ledger.session.add(person)
    days = [morning(12, 1) + timedelta(days=n) for n in range(62)]

    found = days_on_which(secretariat, "Ujimu", "2名の任期", days)
    assert found == ["12-02", "01-18"]  # 60 days before; 14 days before is a Sunday


def test_numbers_that_grow_old_are_checked_once_a_month(secretariat: Town) -> None:
    days = [morning(6, day, 2028) for day in (1, 2, 30)] + [morning(7, 3, 2028)]
    assert days_on_which(secretariat, "Ujimu", "緊急の連絡先", days) == ["06-01", "07-03"]


def _begin_long_ago(town: Town) -> None:
    with town.database.transaction() as session:
        council = session.get(Council, 1)
        assert council is not None
        council.created_at = datetime(2025, 1, 1, tzinfo=UTC)
        session.add(council)


# --- what a person says of a reminder ----------------------------------------------------------------


@pytest.fixture
def figures(secretariat: Town) -> Town:
    _begin_long_ago(secretariat)
    secretariat.now = morning(11, 4)
    send(secretariat)
    return secretariat


def number(town: Town, kind: str) -> int:
    with town.ledger() as ledger:
        found = ledger.all(Reminder, col(Reminder.kind) == kind, col(Reminder.fate) == Fate.OPEN)
        return id_of(found[0])


def test_done_later_and_somebody_else_are_said_by_number(figures: Town) -> None:
    n = number(figures, "figures")
    figures.hear("Ujimu", f"お知らせ あとで {n}")
    assert "3日後" in figures.last("Ujimu").text
    assert "figures" not in kinds_of(figures, "Ujimu")
    figures.now += timedelta(days=5)
    assert "figures" in kinds_of(figures, "Ujimu")

    figures.join("Ujimu2", Role.SECRETARIAT, name="第二")
    figures.hear("Ujimu", f"お知らせ 代わって {n}")
    assert "第二" in figures.last("Ujimu").text
    assert "figures" not in kinds_of(figures, "Ujimu")
    other = kinds_of(figures, "Ujimu2")
    assert "figures" in other

    with figures.ledger() as ledger:
        own = people.find(ledger, "line:Ujimu2")
        assert own is not None
        mine = ledger.one(Reminder, col(Reminder.person_id) == own.id, col(Reminder.kind) == "figures")
        n = id_of(mine)
    figures.hear("Ujimu2", f"お知らせ 済 {n}")
    assert "figures" not in kinds_of(figures, "Ujimu2")


def test_nobody_touches_anothers_reminder(figures: Town) -> None:
    figures.join("Usato", Role.COMMISSIONER, name="佐藤")
    n = number(figures, "figures")
    figures.hear("Usato", f"お知らせ 済 {n}")
    assert "見つかりませんでした" in figures.last("Usato").text
    assert "figures" in kinds_of(figures, "Ujimu")


def test_what_only_the_thing_itself_can_end_is_not_ended_by_a_word(taken_home: Town) -> None:
    taken_home.now = morning(11, 20)
    send(taken_home)
    taken_home.hear("Ukodomo", f"お知らせ 済 {number(taken_home, 'home')}")
    assert "自然に消えます" in taken_home.last("Ukodomo").text
    assert "home" in kinds_of(taken_home, "Ukodomo")


def test_what_comes_back_is_said_again(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    town.hear("Usato", LOST)
    town.settle()
    send(town)
    town.hear("Usato", "済 1")
    assert kinds_of(town, "Usato") == []
    town.hear("Usato", "役員会へ 1")
    town.now += timedelta(days=1)
    assert kinds_of(town, "Usato") == ["waiting"]
    assert send(town) == 1


def test_what_was_of_no_use_in_time_is_dropped_and_noted(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    with_meeting(town, datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    town.now = datetime(2026, 11, 17, 14, 0, tzinfo=UTC)  # at night: the book is kept, nothing is sent
    kinds_of(town, "Usato")
    town.now = morning(12, 28)  # forty days later
    send(town)

    with town.ledger() as ledger:
        fates = [r.fate for r in ledger.all(Reminder, col(Reminder.kind) == "meeting")]
        noted = ledger.one(JournalEntry, col(JournalEntry.action) == "reminders_stale")
        assert fates[0] == Fate.STALE
        assert (noted.subject, noted.detail) == ("reminders:meeting", "1")


def test_more_than_a_page_is_turned_over(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    for n in range(6):
        town.hear("Usato", f"{n + 1}丁目のおじいさんが心配です")
        town.settle()
    town.hear("Usato", "待っていること")
    assert [c.says for c in town.last("Usato").choices][-1] == "待っていること 2"
    town.hear("Usato", "待っていること 2")
    assert [c.says for c in town.last("Usato").choices][::3] == ["済 5", "済 6"]
    town.hear("Usato", "待っていること 9")
    assert town.last("Usato").text == "いま、待っていることはありません。"


def test_no_reminder_starves_behind_older_ones(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    for n in range(6):
        town.hear("Usato", f"{n + 1}丁目のおじいさんが心配です")
        town.settle()
    said = []
    for _ in range(2):
        send(town)
        said.append({c.says for c in town.last("Usato").choices if c.says.startswith("済")})
        town.deliver()
        town.now += timedelta(days=1)
    assert len(said[0] | said[1]) == 6


# --- bundles that wait -------------------------------------------------------------------------------


@pytest.fixture
def unsent(town: Town) -> Town:
    """A bundle of two topics that could not leave yet."""
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    for words in (LOST, "裏の家のおじいさんが最近やせてきて心配です"):
        town.hear("Usato", words, message=f"m:{words[:2]}")
        town.settle()
    send(town)
    return town


def freshened(town: Town) -> list[str]:
    town.now += timedelta(minutes=1)
    with town.ledger() as ledger:
        due = freshening.due_at(ledger)
        if due is not None and due <= ledger.now:
            freshening.freshen(ledger)
        rows = ledger.all(OutboxRow, col(OutboxRow.dedupe).startswith("bundle:"))
        return [row.status for row in rows]


@pytest.mark.parametrize("deed", ["済 1", "取り下げます 1"])
def test_a_waiting_bundle_forgets_what_was_settled_or_taken_back(unsent: Town, deed: str) -> None:
    unsent.hear("Usato", deed)
    assert freshened(unsent) == [Delivery.WAITING]

    bundle = next(say for say in unsent.words("Usato") if "担当の気づきが1件" in say.text)
    assert "見かけません" not in bundle.text
    assert [choice.says for choice in bundle.choices] == ["済 2", "あとで 2", "代わって 2"]


def test_a_waiting_bundle_of_which_nothing_is_left_is_taken_back(unsent: Town) -> None:
    unsent.hear("Usato", "済 1")
    unsent.hear("Usato", "済 2")
    assert freshened(unsent) == [Delivery.CANCELLED]


def test_what_is_said_once_is_said_again_when_its_bundle_could_not_leave(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    _begin_long_ago(town)
    town.now = morning(12, 1)
    send(town)
    town.now = morning(12, 2)
    assert send(town) == 1
    town.deliver()
    town.now = morning(12, 3)
    assert send(town) == 0


def test_an_emergency_that_nobody_has_seen_stands_first_and_once(town: Town) -> None:
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    town.join("Ukaicho", Role.OFFICER, name="会長")
    town.hear("Usato", "裏の家のおじいさんが最近やせてきて心配です")
    town.settle()
    town.hear("Usato", "隣のおばあさんが倒れて返事がありません")
    assert kinds_of(town, "Usato") == ["urgent", "waiting"]
    assert kinds_of(town, "Ukaicho") == ["urgent"]

    town.hear("Ukaicho", "見ました 2")
    assert kinds_of(town, "Ukaicho") == []
    assert kinds_of(town, "Usato") == ["waiting", "waiting"]


def urgent_mornings(town: Town, users: tuple[str, ...], days: list[datetime]) -> dict[str, list[str]]:
    """Let the mornings come, and give for each person those on which the unseen emergency was told."""
    found: dict[str, list[str]] = {user: [] for user in users}
    for town.now in days:
        before = {user: len(town.words(user)) for user in users}
        send(town)
        for user in users:
            new = town.words(user)[before[user] :]
            found[user] += [f"{town.now:%m-%d}" for say in new if "【緊急】受付1" in say.text]
        town.deliver()
    return found


def test_an_emergency_that_nobody_receives_calms_down_and_is_never_forgotten(both_towns: Town) -> None:
    """Three mornings for everybody, then once a week for the leader and the secretariat, until it was seen."""
    town = both_towns
    for place, user in enumerate(("Ukaicho", "Ufuku"), start=1):
        town.join(user, Role.OFFICER, name=user, duty_rank=place)
    town.join("Ujimu", Role.SECRETARIAT, name="事務局", duty_rank=9)
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    town.hear("Usato", "隣のおばあさんが倒れて返事がありません")
    town.deliver()
    said = urgent_mornings(
        town, ("Ukaicho", "Ujimu", "Ufuku", "Usato"), [morning(11, 11) + timedelta(days=d) for d in range(26)]
    )

    first = ["11-11", "11-12", "11-13"]
    assert said["Ufuku"] == said["Usato"] == first
    assert said["Ukaicho"] == said["Ujimu"] == [*first, "11-20", "11-27", "12-04"]

    with town.ledger() as ledger:  # rows of the first mornings are tidied away in time
        for row in ledger.all(Reminder, col(Reminder.kind) == "urgent"):
            ledger.session.delete(row)
    later = urgent_mornings(town, ("Ukaicho", "Ufuku"), [morning(12, day) for day in range(7, 19)])
    assert later == {"Ukaicho": ["12-11", "12-18"], "Ufuku": []}

    town.hear("Ujimu", "見ました 1")
    assert not any("urgent" in kind for user in ("Ukaicho", "Ujimu") for kind in kinds_of(town, user))


# --- being away --------------------------------------------------------------------------------------


@pytest.fixture
def pair(town: Town) -> Town:
    """Two commissioners; a topic waits for the first."""
    town.join("Usato", Role.COMMISSIONER, name="佐藤")
    town.join("Utanaka", Role.COMMISSIONER, name="田中")
    town.hear("Usato", LOST)
    town.settle()
    return town


def test_who_rests_is_asked_until_when(pair: Town) -> None:
    pair.hear("Usato", "休みます")
    assert [choice.says for choice in pair.last("Usato").choices] == [
        "休みます 今週いっぱい",
        "休みます 今月いっぱい",
        "休みます 1か月",
    ]


@pytest.mark.parametrize(
    ("words", "back"),
    [
        ("休みます 今週いっぱい", date(2026, 11, 16)),
        ("休みます 今月いっぱい", date(2026, 12, 1)),
        ("休みます 1か月", date(2026, 12, 11)),
        ("休みます 12/20まで", date(2026, 12, 21)),
        ("休みます 1月5日まで", date(2027, 1, 6)),
        ("休みます 11/10まで", date(2026, 11, 11)),
    ],
)
def test_a_rest_ends_on_the_day_that_was_said(pair: Town, words: str, back: date) -> None:
    pair.hear("Usato", words)
    with pair.ledger() as ledger:
        sato = people.find(ledger, "line:Usato")
        assert sato is not None
        assert sato.away_until == back


def test_a_month_from_the_end_of_january_ends_in_february(town: Town) -> None:
    town.now = datetime(2028, 1, 31, 1, tzinfo=UTC)
    with town.ledger() as ledger:
        assert away.last_day("1か月", ledger) == date(2028, 2, 29)
        assert away.last_day("2/29まで", ledger) == date(2028, 2, 29)


def test_whoever_is_away_is_stood_in_for_and_finds_it_all_on_return(pair: Town) -> None:
    pair.hear("Usato", "休みます 今週いっぱい")
    assert "田中さん" in pair.last("Usato").text
    send(pair)

    assert "受付1" in pair.last("Utanaka").text
    assert not any("担当の気づきが1件" in say.text for say in pair.words("Usato"))
    with pair.ledger() as ledger:
        sato = people.find(ledger, "line:Usato")
        assert sato is not None
        assert ledger.one(Topic).assignee_id == sato.id

    pair.hear("Usato", "もどりました")
    pair.now += timedelta(days=1)
    send(pair)
    assert kinds_of(pair, "Utanaka") == []
    assert kinds_of(pair, "Usato") == ["waiting"]


def test_the_chosen_deputy_comes_before_the_next_one(pair: Town) -> None:
    pair.join("Uhayashi", Role.OFFICER, name="林")
    pair.hear("Usato", "代わりは 林")
    assert "林さん" in pair.last("Usato").text
    pair.hear("Usato", "休みます 今週いっぱい")

    assert kinds_of(pair, "Uhayashi") == ["waiting"]
    assert kinds_of(pair, "Utanaka") == []


def test_handing_on_reaches_the_deputy_first(pair: Town) -> None:
    pair.join("Uhayashi", Role.COMMISSIONER, name="林")
    pair.hear("Usato", "代わりは 林")
    pair.hear("Usato", "代わって 1")
    assert kinds_of(pair, "Uhayashi") == ["waiting"]


@pytest.mark.parametrize("name", ["だれか", "佐藤"])
def test_a_name_that_fits_nobody_else_is_asked_for_again(pair: Town, name: str) -> None:
    pair.hear("Usato", f"代わりは {name}")
    assert "一人に決められません" in pair.last("Usato").text


def test_a_neighbours_word_of_resting_stays_a_neighbours_word(town: Town) -> None:
    town.hear("U1", "休みます")
    with town.ledger() as ledger:
        found = people.find(ledger, "line:U1")
        assert found is not None
        assert found.away_until is None


def test_somebody_who_cannot_be_reached_is_stood_in_for(pair: Town) -> None:
    """A ping that reaches nobody may leave a neighbour alone."""
    pair.hear("Usato", kind="unfollow")
    send(pair)
    assert "受付1" in pair.last("Utanaka").text
