"""What one would write first: a framework, a session, an insert and a commit a request."""

import hashlib
import hmac
import sys
from base64 import b64encode

import uvicorn
from sqlalchemy import Engine
from sqlmodel import Field, Session, SQLModel, create_engine
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Message(SQLModel, table=True):
    """One stored webhook."""

    id: int | None = Field(default=None, primary_key=True)
    body: str


def _store(engine: Engine, body: bytes) -> None:
    """Insert in a session, off the event loop, as the frameworks' manuals do with a synchronous session."""
    with Session(engine) as session:
        message = Message(body=body.decode())
        session.add(message)
        session.commit()
        session.refresh(message)


def build(path: str, secret: str) -> Starlette:
    """Put the handler together over a SQLite file."""
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)

    async def webhook(request: Request) -> Response:
        body = await request.body()
        signature = b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
        if not hmac.compare_digest(signature, request.headers["x-line-signature"]):
            return Response(status_code=401)
        await run_in_threadpool(_store, engine, body)
        return Response("{}")

    return Starlette(routes=[Route("/line/webhook", webhook, methods=["POST"])])


if __name__ == "__main__":
    file, port, shared_secret = sys.argv[1:]
    uvicorn.run(
        build(file, shared_secret),
        port=int(port),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
    )
