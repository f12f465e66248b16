"""The practice page: only from this machine, only from its own page, and every deed a real webhook."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from handlers.practice.gate import LocalOnly
from handlers.practice.line_platform import LinePlatform
from handlers.practice.page import PracticePerson, practice_routes
from handlers.practice.slack_platform import SlackPlatform

ORIGIN = "http://127.0.0.1:8000"
HANA, SATO = "U" + "a1" * 16, "U0SATO0001"
COUNCIL = "C0COUNCIL1"


class Town:
    """The page with stand-ins whose bot only listens."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.status = 200
        self.moves = 0
        self.line = LinePlatform(self.hear_line, self.now, "secret", "token")
        self.slack = SlackPlatform(self.hear_slack, self.now, "secret", "xoxb-practice", "xapp-practice")
        self.slack.add_channel(COUNCIL, "地区社協")
        people = [
            PracticePerson("hana", "花子", "住民", line_id=HANA),
            PracticePerson("sato", "佐藤", "役員", slack_id=SATO, uses_desk=True),
        ]
        routes = practice_routes(self.line, self.slack, self.advance, self.now, people, self.link)
        self.app = Starlette(routes=[*routes, Mount("/api", LocalOnly(Starlette(routes=self.line.routes())))])

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 1, 5, tzinfo=UTC)

    async def hear_line(self, body: bytes, headers: dict[str, str]) -> int:
        self.heard += json.loads(body)["events"]
        return self.status

    async def hear_slack(self, kind: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self.heard.append({"kind": kind})
        return self.status, b""

    async def advance(self) -> str:
        self.moves += 1
        return "9時になり、3人にお知らせを送りました。"

    def link(self, key: str) -> str:
        return f"/desk/enter?who={key}"


class Visitor:
    """A browser at some address, which has opened the page under some name."""

    def __init__(self, town: Town, address: str = "127.0.0.1", base_url: str = ORIGIN) -> None:
        self.headers = {"Origin": base_url}
        self._base_url = base_url
        self._transport = httpx.ASGITransport(town.app, client=(address, 50000))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self._ask("POST", path, more))

    async def _ask(self, verb: str, path: str, more: dict[str, Any]) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        async with httpx.AsyncClient(transport=self._transport, base_url=self._base_url) as client:
            return await client.request(verb, path, headers=headers, **more)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def page(town: Town) -> Visitor:
    return Visitor(town)


@pytest.mark.parametrize("base_url", [ORIGIN, "http://localhost:8000", "http://[::1]:8000"])
def test_the_page_is_there_for_this_machine(town: Town, base_url: str):
    page = Visitor(town, base_url=base_url).get("/practice")

    assert page.status_code == 200
    assert "練習の町" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/practice", "/practice/state.json", "/practice/static/practice.js", "/api/v2/bot/info"]
)
def test_nothing_is_there_for_another_machine(town: Town, path: str):
    assert Visitor(town).get(path).status_code in (200, 401)
    assert Visitor(town, "203.0.113.9").get(path).status_code == 403
    assert Visitor(town, base_url="http://kizuki.example").get(path).status_code == 403
    assert Visitor(town).get(path, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:9999"},
    ],
)
def test_another_sites_page_cannot_act_here(town: Town, page: Visitor, headers: dict[str, str]):
    assert page.post("/practice/clock/next", headers=headers).status_code == 403
    assert town.moves == 0


def test_a_request_that_does_not_say_where_it_comes_from_is_refused(town: Town, page: Visitor):
    del page.headers["Origin"]

    assert page.post("/practice/clock/next").status_code == 403
    assert town.moves == 0


def test_the_clock_moves_and_says_what_happened(town: Town, page: Visitor):
    said = "9時になり、3人にお知らせを送りました。"
    assert page.post("/practice/clock/next").json() == {"said": said}

    clock = page.get("/practice/state.json").json()["clock"]
    assert clock == {
        "day": "令和8年11月24日（火）",
        "at": "10:05",
        "said": "9時になり、3人にお知らせを送りました。",
    }


def test_what_is_written_on_the_phone_becomes_a_webhook(town: Town, page: Visitor):
    answer = page.post(f"/practice/line/{HANA}/say", json={"text": "街灯が切れています"})

    assert answer.status_code == 200
    assert town.heard[-1]["message"]["text"] == "街灯が切れています"
    bubbles = page.get("/practice/state.json").json()["line"][HANA]["messages"]
    assert [one["text"] for one in bubbles] == ["街灯が切れています"]


@pytest.mark.parametrize(
    ("deed", "kind"),
    [
        ("follow", "follow"),
        ("unfollow", "unfollow"),
        *((one, "message") for one in ("sticker", "image", "audio", "location")),
    ],
)
def test_every_deed_of_the_phone_arrives(town: Town, page: Visitor, deed: str, kind: str):
    assert page.post(f"/practice/line/{HANA}/{deed}", json={}).status_code == 200

    assert town.heard[-1]["type"] == kind


@pytest.mark.parametrize(
    ("deed", "body", "kind"),
    [
        ("say", {"channel": COUNCIL, "text": "こんにちは"}, "event"),
        ("say", {"channel": COUNCIL, "text": "/kizuki 使い方"}, "command"),
        ("shortcut", {}, "interactive"),
        ("home", {}, "event"),
    ],
)
def test_every_deed_in_slack_arrives(town: Town, page: Visitor, deed: str, body: dict[str, str], kind: str):
    assert page.post(f"/practice/slack/{SATO}/{deed}", json=body).status_code == 200

    assert town.heard == [{"kind": kind}]


def test_nobody_but_the_towns_people_can_act(town: Town, page: Visitor):
    assert page.post(f"/practice/line/{'U' + 'f' * 32}/say", json={"text": "x"}).status_code == 404
    assert page.post("/practice/slack/U0NOBODY/say", json={"text": "x"}).status_code == 404
    assert page.post(f"/practice/line/{HANA}/_send", json={"text": "x"}).status_code == 404


def test_a_person_is_told_when_kizuki_does_not_answer(town: Town, page: Visitor):
    town.status = 0

    answer = page.post(f"/practice/line/{HANA}/say", json={"text": "こんにちは"})

    assert answer.status_code == 502
    assert answer.json()["said"] == "届きませんでした。Kizuki が応答していません（時間切れ）。"


def test_a_button_that_is_gone_is_said_kindly(page: Visitor):
    answer = page.post(f"/practice/line/{HANA}/press", json={"label": "はい"})

    assert (answer.status_code, answer.json()["said"]) == (409, "そのボタンや投稿は、もうありません。")


def test_nothing_is_sent_again_while_nothing_changes(town: Town, page: Visitor):
    first = page.get("/practice/state.json").json()

    second = page.get("/practice/state.json", params={"version": first["version"]}).json()
    asyncio.run(town.line.say(HANA, "こんにちは"))
    third = page.get("/practice/state.json", params={"version": first["version"]}).json()

    assert "line" in first
    assert "line" not in second
    assert "line" in third


def test_the_officers_page_opens_signed_in(page: Visitor):
    answer = page.get("/practice/desk/sato")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/enter?who=sato")
    assert page.get("/practice/desk/hana").status_code == 404


def test_the_script_writes_what_people_wrote_as_text_only(page: Visitor):
    for name in ("practice.js", "blocks.js"):
        script = page.get(f"/practice/static/{name}").text
        assert "textContent" in script
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in script
