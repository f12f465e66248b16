"""How a call to the Web API is read, checked and refused."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from handlers.practice import slack_limits
from handlers.practice.slack_state import Message, SlackRefused

Args = dict[str, Any]
_NESTED = ("blocks", "metadata", "view", "attachments")


async def arguments(request: Request) -> Args:
    """What was sent, by JSON, form or query, with nested JSON opened: slack_sdk uses all three."""
    args: Args = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    try:
        if kind.startswith("application/json"):
            body = await request.json()
            args |= body if isinstance(body, dict) else {}
        elif request.method == "POST":
            args |= dict(await request.form())
        for name in _NESTED:
            if isinstance(args.get(name), str):
                args[name] = json.loads(args[name])
    except ValueError:
        args["malformed"] = True
    return args


def written(args: Args) -> Message:
    """Text, blocks and metadata of a message, checked."""
    if args.get("malformed"):
        raise SlackRefused("invalid_blocks_format")
    text, blocks, metadata = str(args.get("text") or ""), args.get("blocks"), args.get("metadata")
    if not text and not blocks and not args.get("attachments") and not args.get("markdown_text"):
        raise SlackRefused("no_text")
    written: Message = {"text": text[: slack_limits.MAX_TEXT] or str(args.get("markdown_text") or "")}
    if blocks:
        problems = slack_limits.block_problems(blocks)
        if problems:
            raise SlackRefused("invalid_blocks", problems)
        if slack_limits.chars_in(blocks) > slack_limits.MAX_MESSAGE_CHARS:
            raise SlackRefused("msg_blocks_too_long")
        written["blocks"] = blocks
    if metadata is not None:
        if not isinstance(metadata, dict) or not metadata.get("event_type"):
            raise SlackRefused("invalid_metadata_format")
        written["metadata"] = metadata
    return written


def thread(args: Args) -> Message:
    """Which thread a message goes into, and whether the channel shows it too."""
    under = {"thread_ts": str(args["thread_ts"])} if args.get("thread_ts") else {}
    broadcast = under and yes(args.get("reply_broadcast"))
    return under | ({"subtype": "thread_broadcast"} if broadcast else {})


def yes(value: object) -> bool:
    """Slack takes true, 1 and their words."""
    return str(value).lower() in ("1", "true")


def within(ts: str, args: Args) -> bool:
    """Between `oldest` and `latest`, which are left out themselves unless `inclusive`."""
    moment, oldest, latest = float(ts), float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    return oldest <= moment <= latest if yes(args.get("inclusive")) else oldest < moment < latest


def refused(no: SlackRefused) -> Args:
    """The body of a refusal."""
    more = {"response_metadata": {"messages": no.messages}} if no.messages else {}
    return {"ok": False, "error": no.error} | more
