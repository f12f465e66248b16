"""Carrying a webhook to Kizuki over HTTP, with the platforms' own patience (LINE 2 s, Slack 3 s)."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

LineDeliver = Callable[[bytes, dict[str, str]], Awaitable[int]]
"""Takes a signed body and its headers; gives the status, 0 when nobody answered."""

SlackDeliver = Callable[[str, bytes, dict[str, str]], Awaitable[tuple[int, bytes]]]
"""Takes "event", "command" or "interactive", a signed body, headers; gives status and answer."""

LINE_PATIENCE_SECONDS = 2.0
SLACK_PATIENCE_SECONDS = 3.0


def line_webhook_at(url: str, seconds: float = LINE_PATIENCE_SECONDS) -> LineDeliver:
    """Deliver LINE's webhooks to a URL."""

    async def deliver(body: bytes, headers: dict[str, str]) -> int:
        status, _ = await asyncio.to_thread(post, url, body, headers, seconds)
        return status

    return deliver


def slack_requests_at(url: str, seconds: float = SLACK_PATIENCE_SECONDS) -> SlackDeliver:
    """Deliver Slack's events, commands and interactions to one URL, as our manifest asks."""

    async def deliver(kind: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        return await asyncio.to_thread(post, url, body, headers, seconds)

    return deliver


def post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> tuple[int, bytes]:
    """Post once and give status and answer; (0, b"") when there is no answer in time."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("POST", parts.path or "/", body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
