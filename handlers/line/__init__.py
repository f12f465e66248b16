"""LINE: its webhook, its events in our words, and what we say in its messages."""

from bot.messages import Hear, Platform
from bot.settings import Settings
from handlers.line.hearing import SCHEME, Webhook, is_signed, read, split
from handlers.line.speaking import Voice

__all__ = ["Voice", "Webhook", "connect", "is_signed", "read", "split"]

PATH = "/line/webhook"
COUNCIL_PATH = "/line/{council}/webhook"


def connect(settings: Settings, hear: Hear, council: str = "main") -> Platform | None:
    """Connect LINE, or None when its two values are not set."""
    if not settings.has_line:
        return None
    webhook = Webhook(str(settings.line_channel_secret), hear, council)
    voice = Voice(settings)
    routes = ((PATH, webhook), (COUNCIL_PATH, webhook))
    return Platform(SCHEME, routes, read, voice.send, allowance=voice.allowance)
