"""The practice town's memory over a restart: Kizuki's database remembers what was posted where, so must the town.

A stand-in that forgot would answer every later change of a posting with message_not_found.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.practice.line_platform import LinePlatform
from handlers.practice.line_state import Accepted, Chat, ChatMessage, LineGroup, LineState, LineUser
from handlers.practice.slack_platform import SlackPlatform
from handlers.practice.slack_state import Channel, SlackState, SlackUser

_VERSION = 1


def save(path: Path, line: LinePlatform, slack: SlackPlatform) -> None:
    """Write the town down, whole or not at all."""
    whole = {"version": _VERSION, "line": _line(line.state), "slack": _slack(slack.state)}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(whole, ensure_ascii=False, default=_plain), encoding="utf-8")
    draft.replace(path)


def recall(path: Path, line: LinePlatform, slack: SlackPlatform) -> bool:
    """Bring the town back to what was written down; False when there is nothing (a new town)."""
    if not path.exists():
        return False
    whole = json.loads(path.read_text(encoding="utf-8"))
    if whole.get("version") != _VERSION:
        return False
    _recall_line(line.state, whole["line"])
    _recall_slack(slack.state, whole["slack"])
    return True


async def keep(path: Path, line: LinePlatform, slack: SlackPlatform, every_seconds: float = 1.0) -> None:
    """Write the town down whenever something has changed, until cancelled, and once more then."""
    written = (-1, -1)
    try:
        while True:
            seen = (line.version, slack.version)
            if seen != written:
                await asyncio.to_thread(save, path, line, slack)
                written = seen
            await asyncio.sleep(every_seconds)
    finally:
        save(path, line, slack)


def _plain(thing: object) -> Any:
    if isinstance(thing, datetime):
        return thing.isoformat()
    if isinstance(thing, set):
        return sorted(thing)
    raise TypeError(f"cannot write down a {type(thing).__name__}")


def _line(state: LineState) -> dict[str, Any]:
    return {
        "bot_user": state.bot_user,
        "users": [asdict(one) for one in list(state.users.values())],
        "groups": [asdict(one) for one in list(state.groups.values())],
        "chats": [asdict(one) for one in list(state.chats.values())],
        "retry_keys": {key: asdict(one) for key, one in list(state.retry_keys.items())},
        "rich_menus": state.rich_menus,
        "default_rich_menu": state.default_rich_menu,
        "used": dict(state.used),
    }


def _recall_line(state: LineState, kept: dict[str, Any]) -> None:
    state.bot_user = kept["bot_user"]
    state.users = {one["id"]: _user(one) for one in kept["users"]}
    state.groups = {one["id"]: LineGroup(one["id"], set(one["members"])) for one in kept["groups"]}
    state.chats = {one["id"]: _chat(one) for one in kept["chats"]}
    state.retry_keys = {
        key: Accepted(one["request_id"], one["sent"], datetime.fromisoformat(one["until"]))
        for key, one in kept["retry_keys"].items()
    }
    state.rich_menus, state.default_rich_menu = kept["rich_menus"], kept["default_rich_menu"]
    state.used = Counter(kept["used"])
    state.version += 1


def _user(kept: dict[str, Any]) -> LineUser:
    wrote = kept["last_wrote"] and datetime.fromisoformat(kept["last_wrote"])
    return LineUser(kept["id"], kept["friend"], kept["blocked"], wrote or None, kept["rich_menu"])


def _chat(kept: dict[str, Any]) -> Chat:
    messages = [ChatMessage(**one | {"at": datetime.fromisoformat(one["at"])}) for one in kept["messages"]]
    return Chat(kept["id"], messages, set(kept["pressed"]))


def _slack(state: SlackState) -> dict[str, Any]:
    return {
        "users": [asdict(one) for one in list(state.users.values())],
        "channels": [asdict(one) | {"last_post": 0} for one in list(state.channels.values())],
        "homes": state.homes,
        "last_ts": state.last_ts,
    }


def _recall_slack(state: SlackState, kept: dict[str, Any]) -> None:
    state.users = {one["id"]: SlackUser(**one) for one in kept["users"]}
    state.channels = {one["id"]: Channel(**one | {"last_post": float("-inf")}) for one in kept["channels"]}
    state.homes = kept["homes"]
    state.views = {view["id"]: view for view in state.homes.values()}
    state.last_ts = kept["last_ts"]
    state.version += 1
