"""What LINE's webhooks look like: events, bodies and their signature (webhook.yml of line-openapi)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Event = dict[str, Any]


def ulid(at: datetime) -> str:
    """A webhookEventId: 48 bits of milliseconds, 80 bits of chance, in Crockford's letters."""
    number = (milliseconds(at) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


def milliseconds(at: datetime) -> int:
    """LINE's timestamps."""
    return int(at.timestamp() * 1000)


def event(kind: str, at: datetime, source: dict[str, str], reply_token: str | None = None) -> Event:
    """The part that every event has; `reply_token` only where LINE gives one."""
    made: Event = {
        "type": kind,
        "webhookEventId": ulid(at),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": milliseconds(at),
        "source": source,
        "mode": "active",
    }
    return made if reply_token is None else made | {"replyToken": reply_token}


def from_user(user: str) -> dict[str, str]:
    """The source of a one-to-one chat."""
    return {"type": "user", "userId": user}


def from_group(group: str, user: str | None = None) -> dict[str, str]:
    """The source of a group; the writer may be unknown."""
    source = {"type": "group", "groupId": group}
    return source if user is None else source | {"userId": user}


def text(message_id: str, words: str) -> dict[str, Any]:
    """A text message as a webhook carries it."""
    return {"type": "text", "id": message_id, "quoteToken": quote_token(), "text": words}


def quote_token() -> str:
    """A token with which the message can be quoted."""
    return f"q{secrets.token_hex(20)}"


def mention_of(bot_user: str, name: str) -> dict[str, Any]:
    """The mention of the bot at the head of a text that starts with @name."""
    who = {"index": 0, "length": len(name) + 1, "type": "user", "userId": bot_user, "isSelf": True}
    return {"mentionees": [who]}


def body(destination: str, events: Sequence[Event]) -> bytes:
    """The bytes that go over the wire, and that are signed."""
    whole = {"destination": destination, "events": list(events)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def redelivered(events: Sequence[Event]) -> list[Event]:
    """The same events once more: same ids, same reply tokens, only marked as a redelivery."""
    return [one | {"deliveryContext": {"isRedelivery": True}} for one in events]


def headers(channel_secret: str, raw: bytes) -> dict[str, str]:
    """The headers of a webhook, with the signature over the raw bytes."""
    digest = hmac.new(channel_secret.encode(), raw, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "LineBotWebhook/2.0",
        "X-Line-Signature": base64.b64encode(digest).decode(),
    }
