"""The proposer: asks a language model at any OpenAI-compatible address which theme a masked text has.

Python's own HTTP client is enough, follows no redirect (which would carry the key elsewhere) and has one
deadline for the whole call. Of the answer only the code of a theme is taken; everything else is as if nothing
had been said. The request holds model and messages alone, since servers differ in what else they accept.
"""

import http.client
import json
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot import themes
from bot.messages import Incoming, Platform, Posting, SendFailed, Sent
from bot.settings import Settings

SCHEME = "model"
SECONDS = 10.0
MAX_BYTES = 64 * 1024
PATH = "/chat/completions"
# worth another try: the server is busy, starting, or broken for the moment
PASSING = (408, 409, 425, 429)


def connect(settings: Settings, hear: Any) -> Platform | None:
    """Connect the language model; None when no address is configured. It is never heard, only asked."""
    if not settings.has_adviser:
        return None
    return Platform(SCHEME, (), _nothing_heard, Proposer(settings).send)


class Proposer:
    """Asks one question at a time; `seconds` is the whole patience for a call."""

    def __init__(self, settings: Settings, seconds: float = SECONDS) -> None:
        self._url = urlsplit(settings.model_url or "")
        self._name = settings.model_name or ""
        self._key = settings.model_key
        self._seconds = seconds

    def send(self, posting: Posting) -> Sent:
        """Ask, and give the code of a theme as content, or no content.

        Raises SendFailed: permanent when the server refuses, otherwise worth another try.
        """
        status, body = self._call(request_body(self._name, posting.say.title, posting.say.text))
        if status >= 500 or status in PASSING:
            raise SendFailed(f"model HTTP {status}")
        if status != http.client.OK:
            raise SendFailed(f"model HTTP {status}", permanent=True)
        theme = theme_in(body)
        return Sent(content=theme.encode() if theme else None)

    def _call(self, body: bytes) -> tuple[int, bytes]:
        connection = self._connection()
        try:
            connection.connect()
            with _Deadline(connection.sock, self._seconds):
                connection.request("POST", self._target(), body, self._headers())
                answer = connection.getresponse()
                return answer.status, answer.read(MAX_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise SendFailed(f"model {type(error).__name__}") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        return kind(self._url.hostname or "", self._url.port, timeout=self._seconds)

    def _target(self) -> str:
        path = self._url.path.rstrip("/")
        whole = path if path.endswith(PATH) else path + PATH
        return f"{whole}?{self._url.query}" if self._url.query else whole

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        return {**headers, "Authorization": f"Bearer {self._key}"} if self._key else headers


class _Deadline:
    """Hangs up when the time is over: a socket's own time-out begins anew with each byte that drips in."""

    def __init__(self, line: socket.socket, seconds: float) -> None:
        self._timer = threading.Timer(seconds, _hang_up, [line])
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):  # it may have ended at the same moment
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def request_body(model: str, rules: str, text: str) -> bytes:
    """Write the request. The concern goes as a JSON string, so that no words in it can end the quotation."""
    quoted = json.dumps({"気づき": text}, ensure_ascii=False)
    messages = [{"role": "system", "content": rules}, {"role": "user", "content": quoted}]
    return json.dumps({"model": model, "messages": messages}, ensure_ascii=False).encode("utf-8", "replace")


def theme_in(body: bytes) -> str | None:
    """Read the code of a theme out of an answer; None for anything else, too long or not JSON included."""
    if len(body) > MAX_BYTES:
        return None
    try:
        said = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    code = said.strip().strip("\"'`「」") if isinstance(said, str) else ""
    return code if code in themes.codes() else None


def _nothing_heard(account: str, event_id: str, body: bytes, at: datetime) -> Sequence[Incoming] | None:
    return None
