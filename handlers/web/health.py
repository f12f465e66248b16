"""Health: alive, ready, and counted, without a word of what anybody wrote."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

READY_SECONDS = 1.3  # the answer itself must come within 1.5 s


@dataclass(frozen=True)
class Checks:
    """What must hold before this process is ready, by name; and the counts for the metrics page."""

    ready: Mapping[str, Callable[[], bool]]
    metrics: Callable[[], bytes]


def routes(checks: Checks) -> list[Route]:
    """`/healthz` (alive), `/readyz` (every check holds), `/metrics` (Prometheus)."""

    async def healthz(request: Request) -> Response:
        return _json({"alive": True}, 200)

    async def readyz(request: Request) -> Response:
        results = dict(zip(checks.ready, await asyncio.gather(*map(_holds, checks.ready.values())), strict=True))
        return _json({"ready": all(results.values()), **results}, 200 if all(results.values()) else 503)

    async def metrics(request: Request) -> Response:
        body = await asyncio.to_thread(checks.metrics)
        return Response(body, media_type="text/plain; version=0.0.4")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def _holds(check: Callable[[], bool]) -> bool:
    try:
        return await asyncio.wait_for(asyncio.to_thread(check), READY_SECONDS)
    except Exception:  # whatever it is, this process is not ready
        return False


def _json(content: object, status: int) -> Response:
    return Response(json.dumps(content), status, media_type="application/json")
