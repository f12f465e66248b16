"""Slack's front door over HTTP: the signature on the raw bytes, then the disk, then 200.

One address takes events, commands and interactions. Bolt stands behind the disk and not here: it answers 200
before a listener has ended, 404 to events without one, 500 to a timestamp that is no number, and logs the
body of a stale request (measured with slack-bolt 1.30).
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable

from bot.messages import Hear
from handlers.intake import Receive, Scope, Send, TooLarge, header, is_same, read_body, respond
from handlers.slack import payloads
from handlers.slack.addresses import SCHEME
from storage.intake import NotStored

PATH = "/slack/events"
LEEWAY_SECONDS = 300  # Slack: verifying requests; what is older may be a replay
MAX_DIGITS = 12


class Webhook:
    """Answers `POST /slack/events`."""

    def __init__(self, secret: str, hear: Hear, council: str, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret.encode()
        self._hear = hear
        self._account = f"{SCHEME}:{council}"
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hear one request. 401 stores nothing; whatever is well signed is stored or answered at once."""
        if scope["method"] != "POST":
            # Slack looks at the certificate with an unsigned GET from time to time
            return await respond(send, 200 if b"ssl_check=1" in scope.get("query_string", b"") else 405)
        try:
            body = await read_body(receive)
        except TooLarge:
            return await respond(send, 413)
        stamp = header(scope, b"x-slack-request-timestamp")
        if not self._is_signed(body, stamp, header(scope, b"x-slack-signature")):
            return await respond(send, 401)
        heard = payloads.hear(payloads.parse(body), body)
        try:
            await self._hear(self._account, [heard.event] if heard.event else [])
        except NotStored:
            return await respond(send, 503)
        return await respond(send, 200, b"" if heard.answer is None else json.dumps(heard.answer).encode())

    def _is_signed(self, body: bytes, stamp: str, signature: str) -> bool:
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= MAX_DIGITS):
            return False
        if abs(self._clock() - int(stamp)) > LEEWAY_SECONDS:
            return False
        return is_same(sign(self._secret, stamp, body), signature)


def sign(secret: bytes, stamp: str, body: bytes) -> str:
    """Sign a body as Slack does: HMAC-SHA256 over version, time and raw bytes."""
    return "v0=" + hmac.new(secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
