"""Asking LINE and Slack whether our tokens are good, for the check-up. Only here, and only when somebody checks.

Without the SDKs: line-bot-sdk takes a second to import, and two plain requests need none of it.
"""

import http.client
import json
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from bot.checkup import Asked, LineAnswer
from bot.settings import Settings
from storage.only_one import AlreadyServing, OnlyOne
from storage.paths import sqlite_path

SECONDS = 5


class NotAnswered(Exception):
    """The platform could not be reached, or refused; the message is a code, never a token."""


def ask_all(settings: Settings, try_mail: Callable[[Settings], str]) -> Asked:
    """Ask everything that is configured; `try_mail` logs in at the mail server."""
    is_serving = _is_serving(settings)
    return Asked(
        line=_line(settings) if settings.has_line else None,
        slack_error=_slack(settings) if settings.has_slack else None,
        mail_error=try_mail(settings) if settings.smtp_url is not None else None,
        is_port_free=is_serving or _is_free(settings),
        is_serving=is_serving,
    )


def _line(settings: Settings) -> LineAnswer:
    token = settings.line_channel_access_token or ""
    base = settings.line_api_url.rstrip("/")
    try:
        about = _request("GET", f"{base}/v2/bot/info", token)
    except NotAnswered as refusal:
        return LineAnswer(error=str(refusal))
    try:
        webhook = _request("GET", f"{base}/v2/bot/channel/webhook/endpoint", token)
    except NotAnswered:  # LINE answers 404 while no address has been written there
        webhook = {}
    return LineAnswer(
        is_chat_mode=about.get("chatMode") == "chat",
        webhook_url=webhook.get("endpoint"),
        is_webhook_on=webhook.get("active"),
    )


def _slack(settings: Settings) -> str:
    base = settings.slack_api_url.rstrip("/")
    calls = [("auth.test", settings.slack_bot_token)]
    if settings.slack_app_token:
        calls.append(("apps.connections.open", settings.slack_app_token))
    for method, token in calls:
        try:
            answer = _request("POST", f"{base}/{method}", token or "")
        except NotAnswered as refusal:
            return str(refusal)
        if not answer.get("ok"):
            return f"{method}: {answer.get('error', 'unknown')}"[:80]
    return ""


def _request(method: str, url: str, token: str) -> dict[str, Any]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request(
            method, parts.path, headers={"Authorization": f"Bearer {token}", "Content-Length": "0"}
        )
        answer = connection.getresponse()
        body = answer.read(1024 * 1024)
    except (OSError, http.client.HTTPException) as error:
        raise NotAnswered(type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise NotAnswered(f"HTTP {answer.status}")
    try:
        read = json.loads(body)
    except ValueError as error:
        raise NotAnswered("not JSON") from error
    return read if isinstance(read, dict) else {}


def _is_serving(settings: Settings) -> bool:
    path = sqlite_path(settings.database_url)
    if path is None or not path.exists():
        return False
    try:
        with OnlyOne(path):
            return False
    except AlreadyServing:
        return True


def _is_free(settings: Settings) -> bool:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as port:
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            port.bind((settings.host, settings.port))
        except OSError:
            return False
    return True
