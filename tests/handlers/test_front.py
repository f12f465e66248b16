"""The one port: alive, ready, counted, and nothing else by chance."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from handlers.intake import respond
from handlers.web import front, health, metrics
from storage.database import Database
from storage.paths import open_store, sqlite_path
from tests.conftest import Town

Checked = Mapping[str, Callable[[], bool]]


def fail() -> bool:
    raise OSError


def hang() -> bool:
    time.sleep(2)
    return True


async def webhook(scope: Any, receive: Any, send: Any) -> None:
    await respond(send, 200, str(scope.get("path_params", {})).encode())


def get(path: str, ready: Checked | None = None, *, method: str = "GET", **more: Any) -> httpx.Response:
    def desk() -> Starlette:
        return Starlette(routes=[Route("/today", lambda request: PlainTextResponse("desk"))])

    routes = [("/line/webhook", webhook), ("/line/{council}/webhook", webhook)]
    app = front.build(routes, health.Checks(ready or {}, more.get("metrics", lambda: b"")), desk)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://kizuki") as client:
            return await client.request(method, path)

    return asyncio.run(ask())


def test_alive_is_said_whatever_else_fails() -> None:
    answer = get("/healthz", {"database": fail})
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_ready_is_said_when_every_check_holds() -> None:
    answer = get("/readyz", {"database": lambda: True, "worker": lambda: True})
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": True, "worker": True})


@pytest.mark.parametrize("check", [fail, lambda: False, hang])
def test_not_ready_is_said_in_time_and_says_what(check: Callable[[], bool]) -> None:
    begun = time.monotonic()
    answer, ended = _timed("/readyz", {"database": check, "worker": lambda: True})

    assert ended - begun < 1.5
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": False, "worker": True}


def _timed(path: str, ready: Checked) -> tuple[httpx.Response, float]:
    """Ask, and take the time before the loop waits for threads that hang."""
    app = front.build([], health.Checks(ready, lambda: b""), Starlette)

    async def ask() -> tuple[httpx.Response, float]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://kizuki") as client:
            answer = await client.get(path)
            return answer, time.monotonic()

    return asyncio.run(ask())


def test_ready_follows_the_real_database(database: Database) -> None:
    store = open_store(database.url, lambda: database.writing if database.is_sqlite else None)
    assert get("/readyz", {"database": store.is_ready}).status_code == 200
    store.close()


def test_a_file_that_went_away_is_not_ready_and_ready_again_when_it_is_back(sqlite: Database) -> None:
    path = sqlite_path(sqlite.url)
    assert path is not None
    sqlite.close()
    store = open_store(sqlite.url, lambda: None)
    path.rename(path.with_name("away.db"))
    assert get("/readyz", {"database": store.is_ready}).status_code == 503
    assert not path.exists()

    path.with_name("away.db").rename(path)
    assert get("/readyz", {"database": store.is_ready}).status_code == 200
    store.close()


def test_a_server_that_is_away_is_not_ready_in_time() -> None:
    store = open_store("postgresql+psycopg://nobody@127.0.0.1:9/none", lambda: None)
    begun = time.monotonic()
    answer, ended = _timed("/readyz", {"database": store.is_ready})
    assert answer.status_code == 503
    assert ended - begun < 1.5


def test_metrics_are_counts(town: Town) -> None:
    town.hear("Uneighbour", "夏休み、昼ごはんを食べていない子がいるみたいです")
    answer = get("/metrics", metrics=lambda: metrics.page(town.database, town.keyring, town.now))

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'kizuki_rows{council="main",kind="concerns",state="settling"} 1.0' in answer.text
    assert "昼ごはん" not in answer.text
    assert "Uneighbour" not in answer.text


@pytest.mark.parametrize(
    "path", ["/nothing", "/line", "/line/webhook/x", "/../etc/passwd", "/practice", "/readyz/x"]
)
def test_an_unknown_path_is_told_plainly(path: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer.text) == (404, "Not Found")


def test_webhooks_go_straight_to_their_platform_with_their_council() -> None:
    assert get("/line/webhook", method="POST").text == "{}"
    assert get("/line/midori/webhook", method="POST").text == "{'council': 'midori'}"


def test_the_pages_are_built_when_somebody_comes() -> None:
    assert get("/desk/today").text == "desk"
    assert get("/").text == "Kizuki"
