"""Socket Mode of the stand-in for Slack: the same payloads over a WebSocket that the app opens."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiohttp import web

ACK_SECONDS = 3.0
_ENVELOPES = {"event": "events_api", "command": "slash_commands", "interactive": "interactive"}


class Sockets:
    """Keeps the connections of an app and sends envelopes over one of them.

    It listens on a loopback port of its own, opened with the first `apps.connections.open`, because
    the web server that serves the rest has no WebSocket library.
    """

    def __init__(self, app_id: str) -> None:
        """Listen to nobody yet."""
        self.app_id = app_id
        self._runner: web.AppRunner | None = None
        self._origin = ""
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def connected(self) -> bool:
        """Say whether an app is listening."""
        return bool(self._open)

    async def url(self) -> str:
        """A fresh address, good for one connection."""
        if self._runner is None:
            await self._listen()
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{self._origin}/link/?ticket={ticket}&app_id={self.app_id}"

    async def send(self, kind: str, payload: dict[str, Any], retry: tuple[int, str]) -> tuple[int, bytes]:
        """Send one envelope and wait for its acknowledgement: (200, answer), or (0, b"") without one.

        May be called from any event loop.
        """
        loop = self._loop
        if loop is None or loop is asyncio.get_running_loop():
            return await self._send(kind, payload, retry)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._send(kind, payload, retry), loop))

    async def refresh(self) -> None:
        """Ask the app to connect anew, as Slack does every few hours, and hang up."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            await socket.close()

    async def close(self) -> None:
        """Hang up and stop listening; to be called in the loop that served the app's calls."""
        for socket in list(self._open):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _listen(self) -> None:
        # Only Socket Mode needs it, and aiohttp.web takes 0.4 s to import.
        from aiohttp import web  # noqa: PLC0415

        app = web.Application()
        app.router.add_get("/link/", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        self._loop = asyncio.get_running_loop()
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._origin = f"ws://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web  # noqa: PLC0415 - imported by now

        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._open.append(socket)
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type is web.WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self._open.remove(socket)
        return socket

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "applink-practice", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.app_id},
        }

    def _acknowledged(self, answer: dict[str, Any]) -> None:
        waiting = self._waiting.pop(str(answer.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload"))

    async def _send(self, kind: str, payload: dict[str, Any], retry: tuple[int, str]) -> tuple[int, bytes]:
        if not self._open:
            return 0, b""
        envelope_id = str(uuid.uuid4())
        envelope: dict[str, Any] = {
            "envelope_id": envelope_id,
            "type": _ENVELOPES[kind],
            "accepts_response_payload": kind != "event",
            "payload": payload,
        }
        if kind == "event":
            envelope |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await self._open[-1].send_json(envelope)
            answer = await asyncio.wait_for(self._waiting[envelope_id], ACK_SECONDS)
        except (TimeoutError, ConnectionError):
            self._waiting.pop(envelope_id, None)
            return 0, b""
        return 200, json.dumps(answer).encode() if answer else b""
