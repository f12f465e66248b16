"""Slack: heard over HTTP or Socket Mode, read with Bolt, answered with its own SDK.

One module per step: `payloads` and `webhook` (or `socket_mode`) before the inbox, `reading` with `events` and
`interactions` behind it, `blocks` and `sending` behind the outbox; `marks` and `addresses` for all.
"""

from typing import Any

from bot.messages import Hear, Platform
from bot.settings import Settings
from handlers.slack.addresses import SCHEME
from handlers.slack.reading import Reading
from handlers.slack.sending import Voice
from handlers.slack.socket_mode import Line
from handlers.slack.webhook import PATH, Webhook

__all__ = ["connect"]


def connect(settings: Settings, hear: Hear, council: str = "main") -> Platform | None:
    """Connect Slack, or None when there is no token, or no way to be heard."""
    if not settings.has_slack:
        return None
    secret = settings.slack_signing_secret
    routes: list[tuple[str, Any]] = [(PATH, Webhook(secret, hear, council))] if secret else []
    voice = Voice(settings)
    if not settings.slack_app_token:
        return Platform(SCHEME, routes, Reading(), voice.send)
    line = Line(settings, hear, council)
    return Platform(SCHEME, routes, Reading(), voice.send, line.start, line.stop)
