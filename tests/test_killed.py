"""Nothing lost, nothing twice: the program is killed at random, again and again, while people write."""

import asyncio
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from handlers.practice.delivery import line_webhook_at, slack_requests_at
from handlers.practice.line_platform import LinePlatform
from handlers.practice.running import running
from handlers.practice.slack_platform import SlackPlatform
from tests.figures.serving import SECRET, environment, free_port, start, wait_until_ready

KILLS = int(os.environ.get("KIZUKI_KILLS", "10"))  # 50 before a release
WRITERS = 2  # at once; posts to one channel leave at one a second
CHANNEL = "C0KILLED0001"


@dataclass
class Street:
    """The platforms' side: people who write, and what they hear."""

    line: LinePlatform
    slack: SlackPlatform
    env: dict[str, str]
    folder: Path
    written: Counter[str] = field(default_factory=Counter)
    sent: int = 0


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    port = free_port()
    kizuki = f"http://127.0.0.1:{port}"

    def now() -> datetime:
        return datetime.now(UTC)

    # LINE sends again what was not answered with 200, when redelivery is switched on
    line = LinePlatform(
        line_webhook_at(f"{kizuki}/line/webhook"),
        now,
        SECRET,
        "token",
        quota=None,
        redeliver_after_seconds=(1, 2, 3, 4, 5, 6),
    )
    slack = SlackPlatform(slack_requests_at(f"{kizuki}/slack/events"), now, "signing", "xoxb-token", "xapp-token")
    slack.add_channel(CHANNEL, "地区社協")
    app = Starlette(routes=[Mount("/line", routes=line.routes()), Mount("/slack", routes=slack.routes())])
    with running(app) as origin:
        env = environment(
            tmp_path,
            port,
            KIZUKI_SETTLING_SECONDS="1",
            LINE_API_URL=f"{origin}/line",
            LINE_DATA_URL=f"{origin}/line",
            SLACK_API_URL=f"{origin}/slack/api/",
            SLACK_BOT_TOKEN="xoxb-token",
            SLACK_SIGNING_SECRET="signing",
            SLACK_COUNCIL_CHANNEL=CHANNEL,
        )
        yield Street(line, slack, env, tmp_path)


def test_nothing_is_lost_and_nothing_is_doubled_when_it_is_killed_again_and_again(street: Street) -> None:
    dice = random.Random(20261124)
    for _ in range(KILLS):
        process = start(street.env)
        try:
            wait_until_ready(int(street.env["KIZUKI_PORT"]), process)
            asyncio.run(_write_until_killed(street, process.kill, dice.uniform(0.0, 1.2)))
        finally:
            process.kill()
            process.wait()
    process = start(street.env)
    try:
        wait_until_ready(int(street.env["KIZUKI_PORT"]), process)
        _wait_until_quiet(street)
    finally:
        process.terminate()
        assert process.wait(10) == 0
    _nothing_lost(street)
    _nothing_doubled(street)


async def _write_until_killed(street: Street, kill, after: float) -> None:  # type: ignore[no-untyped-def]
    """Let several people write at once; the kill comes in the midst of it."""
    asyncio.get_running_loop().call_later(after, kill)
    await asyncio.gather(*(_write(street) for _ in range(WRITERS)))


async def _write(street: Street) -> None:
    street.sent += 1
    user = "U" + f"{street.sent:032x}"
    sent = await street.line.say(user, f"{street.sent}番の街灯が切れていて、夜道が暗いです")
    if sent.status == 200:
        street.written[user] += 1


def _query(street: Street, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{street.folder / 'kizuki.db'}?mode=ro", uri=True) as connection:
        return connection.execute(sql).fetchall()


def _wait_until_quiet(street: Street, seconds: float = 240) -> None:
    """Wait until everything is worked off: posts leave at one a second."""
    end = time.monotonic() + seconds
    waiting = (
        "SELECT (SELECT count(*) FROM inbox WHERE status='waiting')"
        " + (SELECT count(*) FROM outbox WHERE status='waiting')"
        " + (SELECT count(*) FROM concerns WHERE status='settling')"
    )
    while time.monotonic() < end and _query(street, waiting) != [(0,)]:
        time.sleep(0.5)
    assert _query(street, waiting) == [(0,)]


def _nothing_lost(street: Street) -> None:
    """Every message that was answered with 200 is a concern with a topic, and its writer has a receipt."""
    assert sum(street.written.values()) > KILLS
    concerns = int(str(_query(street, "SELECT count(*) FROM concerns")[0][0]))
    assert concerns >= sum(street.written.values())
    assert _query(street, "SELECT count(*) FROM concerns WHERE topic_id IS NULL") == [(0,)]
    for user in street.written:
        assert [m for m in street.line.chat(user).messages if m.side == "bot"], user


def _nothing_doubled(street: Street) -> None:
    """No message became two concerns, no receipt came twice, no thread was opened twice."""
    assert _query(
        street, "SELECT count(*) FROM (SELECT message FROM concern_parts GROUP BY message HAVING count(*) > 1)"
    ) == [(0,)]
    for user in street.written:
        receipts = [m.text for m in street.line.chat(user).messages if m.side == "bot"]
        assert len(receipts) == 1, receipts
    roots = street.slack.channel(CHANNEL).threads
    topics = int(str(_query(street, "SELECT count(*) FROM topics")[0][0]))
    assert len(roots) == topics
