"""A bounded load on loopback: so many connections, so many seconds, every request another signed event."""

import asyncio
import hashlib
import hmac
import json
import sys
import time
from base64 import b64encode

import uvloop

MOST_A_SECOND = 20_000


class Client(asyncio.Protocol):
    """One kept connection that sends its next request when the last was answered with 200."""

    def __init__(self, requests: "Requests") -> None:
        self._requests = requests
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def data_received(self, answer: bytes) -> None:
        if answer.startswith(b"HTTP/1.1 200"):
            self._requests.answered += 1
        elif answer.startswith(b"HTTP/1.1"):
            self._requests.refused += 1
        else:
            return  # the rest of an answer that came in two pieces
        if time.monotonic() < self._requests.end:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        self._transport.write(self._requests.next())  # type: ignore[attr-defined]


class Requests:
    """Makes the requests beforehand, so that the load does not wait for itself, and counts the answers."""

    def __init__(self, secret: str, seconds: float) -> None:
        self._secret = secret.encode()
        self._run = time.time_ns()
        self._made = iter([self._make(number) for number in range(int(seconds * MOST_A_SECOND))])
        self.answered = self.refused = 0
        self.end = time.monotonic() + seconds

    def next(self) -> bytes:
        """Give the next request, signed, with an event id of its own."""
        return next(self._made)

    def _make(self, number: int) -> bytes:
        event = {
            "type": "message",
            "message": {"type": "text", "id": str(number), "text": "バス停のベンチがこわれていて座れません"},
            "webhookEventId": f"{self._run}{number}",
            "deliveryContext": {"isRedelivery": False},
            "timestamp": 1767225661000,
            "source": {"type": "user", "userId": "U" + "a" * 32},
            "replyToken": "b" * 32,
            "mode": "active",
        }
        body = json.dumps({"destination": "U" + "d" * 32, "events": [event]}).encode()
        signature = b64encode(hmac.digest(self._secret, body, hashlib.sha256))
        return (
            b"POST /line/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"X-Line-Signature: "
            + signature
            + b"\r\nContent-Length: "
            + str(len(body)).encode()
            + b"\r\n\r\n"
            + body
        )


async def _load(port: int, secret: str, connections: int, seconds: float) -> dict[str, float]:
    requests = Requests(secret, seconds)
    loop = asyncio.get_running_loop()
    begin = time.monotonic()
    clients = [
        (await loop.create_connection(lambda: Client(requests), "127.0.0.1", port))[1] for _ in range(connections)
    ]
    await asyncio.wait_for(asyncio.gather(*(client.done for client in clients)), seconds + 10)
    took = time.monotonic() - begin
    return {"answered": requests.answered, "refused": requests.refused, "a_second": requests.answered / took}


if __name__ == "__main__":
    to_port, shared_secret, lines, length = sys.argv[1:]
    counted = uvloop.run(_load(int(to_port), shared_secret, int(lines), float(length)))
    sys.stdout.write(json.dumps(counted))
