"""A practice town that is started again is the same town."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from handlers.practice import memory
from handlers.practice.line_platform import LinePlatform
from handlers.practice.slack_platform import SlackPlatform
from handlers.practice.view import PracticePerson, line_view, slack_view

HANA, SATO, COUNCIL = "U" + "a1" * 16, "U0SATO0001", "C0COUNCIL1"
PEOPLE = [PracticePerson("hana", "花子", "住民", HANA), PracticePerson("sato", "佐藤", "役員", None, SATO)]


async def hear_line(body: bytes, headers: dict[str, str]) -> int:
    return 200


async def hear_slack(kind: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    return 200, b""


def now() -> datetime:
    return datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def town() -> tuple[LinePlatform, SlackPlatform]:
    return (
        LinePlatform(hear_line, now, "secret", "token"),
        SlackPlatform(hear_slack, now, "secret", "xoxb-practice", "xapp-practice"),
    )


async def live_a_little(line: LinePlatform, slack: SlackPlatform) -> None:
    slack.add_channel(COUNCIL, "地区社協")
    await line.follow(HANA)
    sent = await line.say(HANA, "街灯が切れています")
    await line.unsend(HANA, sent.message_id)
    line.state.deliver(HANA, [{"type": "text", "text": "取り消しました"}])
    line.state.spend(3)
    root = await slack.say(SATO, COUNCIL, "話題")
    await slack.say(SATO, COUNCIL, "追記", root.ts)


def seen(line: LinePlatform, slack: SlackPlatform) -> object:
    return line_view(line, PEOPLE), slack_view(slack, PEOPLE), line.state.used_this_month


def test_a_restarted_town_shows_what_it_showed(tmp_path: Path):
    line, slack = town()
    asyncio.run(live_a_little(line, slack))
    before = seen(line, slack)

    memory.save(tmp_path / "town.json", line, slack)
    again = town()

    assert memory.recall(tmp_path / "town.json", *again)
    assert seen(*again) == before


def test_a_new_town_has_nothing_to_recall(tmp_path: Path):
    assert not memory.recall(tmp_path / "town.json", *town())


def test_the_town_is_written_down_while_it_lives(tmp_path: Path):
    line, slack = town()

    async def live() -> None:
        keeping = asyncio.create_task(memory.keep(tmp_path / "town.json", line, slack, every_seconds=60))
        await asyncio.sleep(0.01)
        await live_a_little(line, slack)
        keeping.cancel()
        await asyncio.wait([keeping])

    asyncio.run(live())
    again = town()

    assert memory.recall(tmp_path / "town.json", *again)
    assert seen(*again) == seen(line, slack)
