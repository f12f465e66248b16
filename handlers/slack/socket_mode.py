"""Socket Mode: the same payloads over a connection that Kizuki opens itself, so that no public address is needed.

An envelope is acknowledged only when its payload is on disk; what was not is sent again by Slack. The SDK
keeps the connection alive and opens a new one when Slack asks for it, every few hours.
"""

import asyncio
import json
import threading
from typing import Any

import structlog

from bot.messages import Hear
from bot.settings import Settings
from handlers.intake import RawEvent
from handlers.slack import payloads
from handlers.slack.addresses import SCHEME
from handlers.slack.sending import TIMEOUT_SECONDS, quiet_logger
from storage.intake import NotStored

log = structlog.get_logger("slack")

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
PING_SECONDS = 10
HANDS = 4
HANG_UP_SECONDS = 1.0


class Line:
    """Keeps one connection to Slack open, from `start` to `stop`."""

    def __init__(self, settings: Settings, hear: Hear, council: str) -> None:
        self._settings = settings
        self._hear = hear
        self._account = f"{SCHEME}:{council}"
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._client: Any = None

    def start(self) -> None:
        """Begin to connect, without waiting for it: Slack may be away while we start."""
        self._thread = threading.Thread(target=self._connect, name="slack-socket", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up. What was not acknowledged is sent again to whoever connects next."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=1)
        if self._client is not None:
            # the SDK waits for its receiving thread, seconds long; a stop must not
            hanging_up = threading.Thread(target=self._client.close, name="slack-hangs-up", daemon=True)
            hanging_up.start()
            hanging_up.join(timeout=HANG_UP_SECONDS)

    def is_connected(self) -> bool:
        """Say whether Slack can reach us."""
        return self._client is not None and bool(self._client.is_connected())

    def _connect(self) -> None:
        """Open the first connection, trying until it succeeds; the SDK takes care of all later ones."""
        self._client = self._build()
        wait = FIRST_WAIT_SECONDS
        while not self._stopping.is_set():
            try:
                self._client.connect()
            except Exception as error:  # whatever keeps us away (network, token): it is tried again
                log.warning("slack_not_connected", error=type(error).__name__)
                self._client.wss_uri = None  # an address is good for one connection
                self._stopping.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                log.info("slack_connected")
                return

    def _build(self) -> Any:
        from slack_sdk import WebClient  # noqa: PLC0415 - 0.2 s and 22 MB, needed only with an app token
        from slack_sdk.socket_mode.builtin import SocketModeClient  # noqa: PLC0415

        quiet = quiet_logger("kizuki.slack_socket")
        base_url = self._settings.slack_api_url.rstrip("/") + "/"
        web = WebClient(base_url=base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=quiet)
        client = SocketModeClient(
            app_token=str(self._settings.slack_app_token),
            web_client=web,
            logger=quiet,
            ping_interval=PING_SECONDS,
            concurrency=HANDS,
        )
        client.socket_mode_request_listeners.append(self._take)
        return client

    def _take(self, client: Any, request: Any) -> None:
        """Store one payload, then acknowledge it, with the answer that it needs at once."""
        body = json.dumps(request.payload).encode()
        heard = payloads.hear(request.payload, body)
        if heard.event is not None:
            try:
                asyncio.run(self._store(heard.event))
            except NotStored:
                return
        client.send_socket_mode_response(_acknowledgement(request.envelope_id, heard.answer))

    async def _store(self, event: RawEvent) -> None:
        await self._hear(self._account, [event])


def _acknowledgement(envelope_id: str, answer: payloads.Payload | None) -> dict[str, Any]:
    return {"envelope_id": envelope_id} | ({"payload": answer} if answer is not None else {})
