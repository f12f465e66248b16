"""The arrow over Slack: written there, shared there, decided there, and answered there, each once."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import councils, courier, people, worker
from bot.conversation import Setting
from bot.messages import Platform
from bot.settings import Settings
from bot.understanding import Reader
from handlers import slack
from handlers.intake import Door
from handlers.practice.running import running
from handlers.practice.slack_platform import SlackPlatform
from storage.database import Database
from storage.inbox import InboxRow, Received
from storage.intake import GroupCommit
from storage.ledger import open_ledger
from storage.paths import open_store
from storage.people import Role
from storage.sealing import Keyring
from tests.conftest import MORNING, SETTLING

SECRET, BOT = "practice-signing-secret", "xoxb-practice"
HANA, TARO, COUNCIL = "U0HANA0001", "U0TARO0001", "C0COUNCIL1"
LAMP = "東町の街灯が切れていて、夜道がまっ暗でこわいです"


@dataclass
class Clock:
    """A clock that a test moves."""

    now: Any = MORNING

    def __call__(self) -> Any:
        return self.now


@dataclass
class Town:
    """A council on Slack: the stand-in on a port, and everything of Kizuki's between its two ends."""

    database: Database
    reader: Reader
    keyring: Keyring = field(default_factory=lambda: Keyring(b"k" * 32))
    clock: Clock = field(default_factory=Clock)
    platform: Platform | None = None

    def __post_init__(self) -> None:
        self.slack = SlackPlatform(self.deliver, self.clock, SECRET, BOT, "xapp-practice", echo=True)
        self.slack.add_channel(COUNCIL, "地区社協")
        for user, name in ((HANA, "hana"), (TARO, "taro")):
            self.slack.add_user(user, name, name)
        councils.ensure(self.database, "main", self.clock.now, COUNCIL)
        self.commit = GroupCommit(open_store(self.database.url, lambda: self.database.writing))

    def connect(self, origin: str) -> None:
        settings = Settings(
            slack_bot_token=BOT, slack_signing_secret=SECRET, slack_api_url=f"{origin}/slack/api/"
        )
        self.slack.base_url = f"{origin}/slack"
        self.platform = slack.connect(settings, Door(self.commit, self.keyring, self.clock, lambda: None).hear)
        assert self.platform is not None
        platforms = {"slack": self.platform}
        setting = Setting(self.reader, SETTLING, "http://127.0.0.1:8000")
        self.bench = worker.Bench(self.database, self.keyring, platforms, setting, self.clock)
        self.bag = courier.Bag(self.database, self.keyring, platforms, self.clock, timedelta(0))

    async def deliver(self, kind: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        assert self.platform is not None
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        given = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": given}
        await self.platform.routes[0][1](scope, receive, send)
        return sent[0]["status"], sent[1]["body"]

    def does(self, deed: Any) -> Any:
        """Let somebody do something on Slack, and everything follow that follows at once."""
        done = asyncio.run(deed)
        self.work()
        return done

    def work(self) -> None:
        worker.work_off(self.bench)
        worker.settle_due(self.bench)
        courier.carry_all(self.bag)
        worker.work_off(self.bench)

    def settle(self) -> None:
        self.clock.now += SETTLING
        self.work()

    def join(self, user: str, role: Role) -> None:
        with open_ledger(self.database, self.keyring, "main", self.clock.now) as ledger:
            code = people.invite(ledger, role)
        self.does(self.slack.say_to_bot(user, f"参加 {code}"))

    def set_aside(self) -> list[str]:
        with self.database.reading() as session:
            rows = session.exec(select(InboxRow)).all()
            return [f"{row.status} {row.reason}" for row in rows if row.status != Received.DONE]

    def said_to(self, user: str) -> list[str]:
        bot = self.slack.state.bot_user
        return [one["text"] for one in self.slack.dm(user).messages.values() if one["user"] == bot]

    @property
    def thread(self) -> Any:
        (only,) = self.slack.channel(COUNCIL).threads
        return only


def _let_echoes_come(town: Town) -> None:
    """Slack also sends the bot's own posts, a moment after they were made."""
    for _ in range(40):
        town.work()
        if town.set_aside() == []:
            return
        time.sleep(0.05)


@pytest.fixture
def town(sqlite: Database, reader: Reader) -> Iterator[Town]:
    town = Town(sqlite, reader)
    with running(Starlette(routes=[Mount("/slack", routes=town.slack.routes())])) as origin:
        town.connect(origin)
        yield town
        _let_echoes_come(town)
        assert town.set_aside() == []
    town.commit.close()


def test_a_concern_in_direct_messages_becomes_one_thread(town: Town):
    town.does(town.slack.say_to_bot(HANA, LAMP))
    assert len(town.said_to(HANA)) == 1
    assert LAMP not in town.said_to(HANA)[0]

    town.settle()
    assert LAMP in town.thread.root["text"]


def test_a_mention_is_one_concern_with_one_answer_in_its_thread(town: Town):
    posted = town.does(town.slack.say(HANA, COUNCIL, f"@気づき {LAMP}"))
    town.settle()

    assert len(town.slack.channel(COUNCIL).replies(posted.ts)) == 1
    assert len(town.slack.channel(COUNCIL).threads) == 2  # the mention's own, and the topic's


def test_a_form_and_a_command_are_ways_to_write(town: Town):
    town.does(town.slack.shortcut(HANA, "kizuki_new"))
    town.does(town.slack.submit(HANA, {"value": LAMP}))
    assert town.slack.modal(HANA) is None
    town.settle()

    assert LAMP in town.thread.root["text"]
    assert len(town.said_to(HANA)) == 1
    town.does(town.slack.command(TARO, COUNCIL, "/kizuki", "使い方"))
    assert len(town.said_to(TARO)) == 1


def test_a_message_taken_twice_is_one_concern(town: Town):
    ts = town.does(town.slack.say(HANA, COUNCIL, LAMP)).ts
    for _ in range(2):
        town.does(town.slack.message_shortcut(TARO, COUNCIL, ts, "kizuki_from_message"))
    town.settle()

    assert len(town.slack.channel(COUNCIL).threads) == 2


def test_a_correction_and_a_deletion_reach_the_thread(town: Town):
    ts = town.does(town.slack.say_to_bot(HANA, LAMP)).ts
    town.settle()

    town.does(town.slack.edit(HANA, town.slack.dm(HANA).id, ts, "西町の街灯が切れていて、夜道がまっ暗です"))
    town.settle()
    assert "西町" in town.thread.root["text"]

    town.does(town.slack.delete(HANA, town.slack.dm(HANA).id, ts))
    town.settle()
    assert all("西町" not in text for text in town.slack.channel(COUNCIL).texts)


def test_whoever_may_not_is_told_so_alone_in_a_thread(town: Town):
    """Nobody is shown up before the others: the thread itself stays silent."""
    town.join(TARO, Role.OFFICER)
    town.does(town.slack.say_to_bot(HANA, LAMP))
    town.settle()
    ts, before = town.thread.root["ts"], len(town.thread.replies)

    town.does(town.slack.say(HANA, COUNCIL, "@気づき 対応中 1", ts))
    [told] = town.slack.channel(COUNCIL).ephemeral
    assert (told["to"], told["thread_ts"]) == (HANA, ts)
    assert len(town.thread.replies) == before + 1  # her own words

    town.does(town.slack.say(HANA, COUNCIL, "@気づき 対応中 1"))
    assert [one["to"] for one in town.slack.channel(COUNCIL).ephemeral] == [HANA, HANA]
    assert len(town.slack.channel(COUNCIL).threads) == 2  # the topic's, and her own message


def test_a_button_acts_for_whoever_may_and_tells_the_others_alone(town: Town):
    town.join(TARO, Role.OFFICER)
    town.does(town.slack.say_to_bot(HANA, LAMP))
    town.settle()
    ts = town.thread.root["ts"]

    town.does(town.slack.press(HANA, COUNCIL, ts, "say_2"))
    assert [one["to"] for one in town.slack.channel(COUNCIL).ephemeral] == [HANA]
    assert "対応中" not in town.thread.root["text"]

    town.does(town.slack.press(TARO, COUNCIL, ts, "say_2"))
    town.settle()
    assert "対応中" in town.thread.root["text"] or "対応" in town.thread.replies[-1]["text"]
    town.does(town.slack.press(TARO, COUNCIL, ts, "choose_6", "テーマ 1 防災"))
    town.settle()
    assert "防災" in town.thread.root["text"]


def test_an_officer_finds_the_agenda_at_home_and_approves_it_there(town: Town):
    town.join(TARO, Role.OFFICER)
    town.does(town.slack.say_to_bot(HANA, LAMP))
    town.settle()

    town.does(town.slack.open_home(TARO))
    buttons = [e for b in town.slack.home(TARO) if b["type"] == "actions" for e in b["elements"]]
    approve = next(one for one in buttons if one["value"] == "次第 承認")
    town.does(town.slack.press_home(TARO, approve["action_id"], "次第 承認"))

    shown = [e["value"] for b in town.slack.home(TARO) if b["type"] == "actions" for e in b["elements"]]
    assert "次第 承認" not in shown
    assert any("話し合います" in text for text in town.said_to(HANA))


def test_the_home_page_opens_the_form(town: Town):
    town.does(town.slack.open_home(HANA))
    town.does(town.slack.press_home(HANA, "say_1"))

    assert town.slack.modal(HANA) is not None


def test_words_in_the_thread_are_notes_and_the_bot_does_not_answer_itself(town: Town):
    town.join(TARO, Role.COMMISSIONER)
    town.does(town.slack.say_to_bot(HANA, LAMP))
    town.settle()
    before = len(town.slack.calls)

    town.does(town.slack.say(TARO, COUNCIL, "昨日見てきました", town.thread.root["ts"]))

    assert [one["text"] for one in town.thread.replies][-1] == "昨日見てきました"
    assert len(town.slack.calls) == before


def test_urgent_words_are_answered_at_once_with_the_numbers(town: Town):
    town.join(TARO, Role.OFFICER)
    town.does(town.slack.say_to_bot(HANA, "隣のおばあさんが倒れて返事がありません"))

    assert "119" in town.said_to(HANA)[0]
    assert len(town.slack.channel(COUNCIL).threads) == 1
    assert any("受付" in text for text in town.said_to(TARO)[1:])
