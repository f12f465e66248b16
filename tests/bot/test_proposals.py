"""A language model may propose a theme from masked text; a person says it, and nobody waits for it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import checkup, concerns, courier, delivery, settings, status, themes, topics
from bot.checkup import Asked, Level
from bot.classifier import Classifier, load_heads
from bot.messages import Platform, SendFailed, Sent
from bot.settings import BadSettings, Settings
from bot.understanding import Reader
from handlers import proposer
from handlers.practice.running import running
from schedules import tidy
from storage.database import Database
from storage.journal import JournalEntry
from storage.outbox import Delivery, OutboxRow
from storage.people import Role
from storage.topics import Topic
from tests.conftest import Town
from tests.handlers.desk_town import Office

VAGUE = "3丁目の山田花子さん（090-1234-5678）のことで、少し気になっています"
CHILD = "子ども・子育て"


def unsure(*, has_adviser: bool) -> Reader:
    """The real reader, with a limit that leaves every theme to a person; by characters, which is quick."""
    heads = load_heads()
    limits = {**heads.settings, "abstain": 2.0, "abstain_alone": 2.0}
    return Reader(Classifier(replace(heads, settings=limits)), None, has_adviser=has_adviser)


@pytest.fixture
def asking(sqlite: Database) -> Town:
    """A council whose language model is configured, and whose reader is never sure."""
    return Town(sqlite, unsure(has_adviser=True))


def questions(town: Town) -> list[OutboxRow]:
    with town.ledger() as ledger:
        return ledger.all(OutboxRow, col(OutboxRow.kind) == "ask")


def topic_of(town: Town, number: int = 1) -> Topic:
    with town.ledger() as ledger:
        return topics.find(ledger, number)


def ask_all(town: Town, model: Platform) -> None:
    """Let the model's own courier carry what is due."""
    courier.carry_all(courier.Bag(town.database, town.keyring, {"model": model}, lambda: town.now))


def answering(content: bytes | None = b"children") -> Platform:
    return platform(lambda: Sent(content=content))


def failing(**more: Any) -> Platform:
    def fail() -> Sent:
        raise SendFailed("model HTTP 500", **more)

    return platform(fail)


def platform(send: Callable[[], Sent]) -> Platform:
    return Platform("model", (), lambda *_: None, lambda _: send())


def notice(town: Town, text: str = VAGUE) -> None:
    town.hear("U1", text)
    town.settle()


def test_without_a_model_nothing_is_queued(sqlite: Database) -> None:
    town = Town(sqlite, unsure(has_adviser=False))
    notice(town)

    assert topic_of(town).is_unsorted
    assert questions(town) == []


def test_what_the_reader_is_sure_of_is_not_asked(sqlite: Database) -> None:
    heads = load_heads()
    limits = {**heads.settings, "abstain": 0.0, "abstain_alone": 0.0}
    town = Town(sqlite, Reader(Classifier(replace(heads, settings=limits)), None, has_adviser=True))
    notice(town)

    assert not topic_of(town).is_unsorted
    assert questions(town) == []


def test_what_is_left_open_is_asked_once(asking: Town) -> None:
    notice(asking)

    assert [(row.scheme, row.concern_id) for row in questions(asking)] == [("model", 1)]


def test_what_may_be_abuse_is_never_asked(asking: Town) -> None:
    notice(asking, "となりの家の子どもが毎晩なぐられて、虐待されているようです")

    with asking.ledger() as ledger:
        concern = concerns.find(ledger, 1)
        assert "abuse_safety" in (concern.theme, concern.second_theme)
    assert questions(asking) == []


def test_exactly_the_masked_text_is_sent_and_no_name_or_number(asking: Town) -> None:
    notice(asking)
    with asking.ledger() as ledger:
        masked = concerns.masked(ledger, concerns.find(ledger, 1))

    with model_server() as (heard, model):
        ask_all(asking, model)

    (body,) = heard
    sent = json.loads(body)
    system, user = sent["messages"]
    assert list(sent) == ["model", "messages"]
    assert sent["model"] == "small"
    assert user == {"role": "user", "content": json.dumps({"気づき": masked}, ensure_ascii=False)}
    assert system["role"] == "system"
    assert all(f"{code}：" in system["content"] for code in themes.codes() if code != "other")
    for secret in ("山田", "花子", "090", "1234", "5678", "U1"):
        assert secret in f"{VAGUE} U1"
        assert secret not in body.decode()


def test_the_proposal_stands_in_the_thread_with_the_sentence_to_say(asking: Town) -> None:
    notice(asking)
    ask_all(asking, answering())

    said = [say for say in asking.words(kind="post") if say.text.startswith("提案：")]
    assert [say.text.splitlines()[0] for say in said] == [f"提案：{CHILD}"]
    assert [choice.says for choice in said[0].choices] == [f"テーマ 1 {CHILD}"]


def test_nothing_is_sorted_before_a_person_says_so(asking: Town) -> None:
    asking.join("Uofficer", Role.OFFICER)
    notice(asking)
    ask_all(asking, answering())
    assert topic_of(asking).is_unsorted

    asking.hear("Uofficer", f"テーマ 1 {CHILD}", "press")

    assert (topic_of(asking).theme, topic_of(asking).is_unsorted) == ("children", False)


def test_it_is_proposed_once_and_journalled_as_a_code(asking: Town) -> None:
    notice(asking)
    ask_all(asking, answering())
    ask_all(asking, answering(b"poverty"))

    with asking.ledger() as ledger:
        written = ledger.all(JournalEntry, col(JournalEntry.action) == "propose")
        assert [(entry.subject, entry.detail, entry.actor_id) for entry in written] == [
            ("topic:1", "children", None)
        ]


@pytest.mark.parametrize("content", [None, b"", b"parking", b"other", "子ども".encode(), b"children\n", b"\xff"])
def test_an_answer_that_names_no_theme_changes_nothing(asking: Town, content: bytes | None) -> None:
    notice(asking)
    before = asking.words(kind="post")
    ask_all(asking, answering(content))

    assert [row.status for row in questions(asking)] == [Delivery.SENT]
    assert asking.words(kind="post") == before
    assert topic_of(asking).is_unsorted


def test_the_unsorted_tray_shows_the_proposal_with_its_button_first(asking: Town) -> None:
    office = Office(asking)
    officer = office.visitor("Uofficer", Role.OFFICER)
    notice(asking)
    assert "提案：" not in officer.see("/unsorted")

    ask_all(asking, answering())

    page = officer.see("/unsorted")
    assert f"提案：{CHILD}" in page
    assert page.index('value="children" class="primary"') < page.index('name="theme" value="isolation"')


def test_a_desk_without_slack_has_the_proposal_too(sqlite: Database) -> None:
    town = Town(sqlite, unsure(has_adviser=True), channel=None)
    officer = Office(town).visitor("Uofficer", Role.OFFICER)
    notice(town)
    ask_all(town, answering())

    assert f"提案：{CHILD}" in officer.see("/unsorted")


def test_what_was_taken_back_is_not_asked(asking: Town) -> None:
    notice(asking)
    asking.hear("U1", "取り下げます 1")

    assert [row.status for row in questions(asking)] == [Delivery.CANCELLED]
    ask_all(asking, platform(lambda: pytest.fail("asked")))


def test_what_is_taken_back_while_it_is_asked_gets_no_proposal(asking: Town) -> None:
    notice(asking)

    def slow() -> Sent:
        asking.hear("U1", "取り下げます 1")
        return Sent(content=b"children")

    ask_all(asking, platform(slow))

    assert [say for say in asking.words(kind="post") if say.text.startswith("提案：")] == []


def test_what_a_person_has_sorted_meanwhile_is_not_asked(asking: Town) -> None:
    asking.join("Uofficer", Role.OFFICER)
    notice(asking)
    asking.hear("Uofficer", "テーマ 1 防災")

    ask_all(asking, platform(lambda: pytest.fail("asked")))

    assert [row.status for row in questions(asking)] == [Delivery.CANCELLED]


def test_an_edited_concern_is_asked_as_it_now_reads(asking: Town) -> None:
    message = asking.hear("U1", VAGUE)
    asking.settle()
    asking.hear("U1", "公園の入口のことです", "edited", message=message)

    with model_server() as (heard, model):
        ask_all(asking, model)

    assert json.loads(json.loads(heard[0])["messages"][1]["content"]) == {"気づき": "公園の入口のことです"}


def test_a_model_that_is_away_is_asked_three_times_and_let_go_without_a_word(asking: Town) -> None:
    asking.join("Uofficer", Role.OFFICER)
    notice(asking)
    before = len(asking.words())
    for _ in range(6):
        ask_all(asking, failing())
        asking.now += timedelta(minutes=1)
    assert len(asking.words()) == before
    say_the_rest(asking)

    assert [(row.status, row.tries) for row in questions(asking)] == [(Delivery.CANCELLED, 3)]
    with asking.ledger() as ledger:
        assert status.is_healthy(ledger)
        assert delivery.failed(ledger) == []


def test_a_question_that_waits_long_troubles_nobody(asking: Town) -> None:
    notice(asking)
    ask_all(asking, failing())
    say_the_rest(asking)
    asking.now += timedelta(days=1)

    assert [row.status for row in questions(asking)] == [Delivery.WAITING]
    with asking.ledger() as ledger:
        assert status.is_healthy(ledger)
        assert delivery.late(ledger) == []


def say_the_rest(town: Town) -> None:
    """Let all that waits for people count as said."""
    with town.ledger() as ledger:
        for row in ledger.all(OutboxRow, col(OutboxRow.kind) != "ask"):
            row.status = Delivery.SENT
            ledger.session.add(row)


def test_a_model_that_refuses_is_not_asked_again(asking: Town) -> None:
    notice(asking)
    ask_all(asking, failing(permanent=True))

    assert [(row.status, row.tries) for row in questions(asking)] == [(Delivery.CANCELLED, 1)]


def test_a_question_that_nobody_is_connected_for_is_tidied_away(asking: Town) -> None:
    notice(asking)
    asking.now += timedelta(days=tidy.ASK_DAYS, minutes=1)
    with asking.ledger() as ledger:
        tidy.run(ledger)

    assert questions(asking) == []


def test_the_check_up_says_where_masked_text_goes() -> None:
    away = Settings(model_url="https://model.example/v1", model_name="small", model_key="k-secret")
    found = [f for f in checkup.of_platforms(away, Asked()) if "言語モデル" in f.words]

    assert [f.level for f in found] == [Level.NOTE]
    assert all(part in found[0].words for part in ("small", "model.example", "機械の外に出ます"))
    assert "k-secret" not in f"{found[0].words}{found[0].mend}"


def test_the_check_up_warns_of_an_open_way_and_is_calm_about_this_machine() -> None:
    open_way = Settings(model_url="http://model.example/v1", model_name="small")
    here = Settings(model_url="http://127.0.0.1:11434/v1", model_name="small")

    assert any("暗号化されていません" in f.words for f in checkup.of_platforms(open_way, Asked()))
    mine = [f.level for f in checkup.of_platforms(here, Asked()) if "言語モデル" in f.words]
    assert mine == [Level.GOOD]
    assert not any("言語モデル" in f.words for f in checkup.of_platforms(Settings(), Asked()))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"KIZUKI_MODEL_URL": "https://model.example/v1"}, "KIZUKI_MODEL_NAME"),
        ({"KIZUKI_MODEL_NAME": "small"}, "KIZUKI_MODEL_URL"),
        ({"KIZUKI_MODEL_URL": "model.example", "KIZUKI_MODEL_NAME": "small"}, "KIZUKI_MODEL_URL"),
    ],
)
def test_half_a_setting_is_told_with_its_mend(given: dict[str, str], named: str) -> None:
    with pytest.raises(BadSettings) as trouble:
        settings.load(given)

    assert [mend.name for mend in trouble.value.mends] == [named]


@contextmanager
def model_server(content: str = "children") -> Iterator[tuple[list[bytes], Platform]]:
    """A real server on this machine, and the real way to it; gives the bodies that it was sent."""
    heard: list[bytes] = []

    async def hear(request: Request) -> Response:
        heard.append(await request.body())
        return Response(json.dumps({"choices": [{"message": {"content": content}}]}))

    with running(Starlette(routes=[Route("/v1/chat/completions", hear, methods=["POST"])])) as origin:
        model = proposer.connect(Settings(model_url=f"{origin}/v1", model_name="small"), None)
        assert model is not None
        yield heard, model
