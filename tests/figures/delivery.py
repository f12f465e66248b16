"""Delivery: every word once through a platform that fails, an outage that holds up nobody else, and urgent words.

The stand-ins speak the platforms' own protocols over loopback; only the clock is shortened, where it says so.
"""

import asyncio
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from sqlmodel import col
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import alerts, budget, contact, conversation, councils, outbox, people
from bot.courier import Bag, Courier
from bot.messages import Incoming, Platform, Say
from bot.settings import Settings
from bot.understanding import load_reader
from handlers import line, mail
from handlers.practice.delivery import line_webhook_at
from handlers.practice.faults import Faults, Trouble
from handlers.practice.line_platform import LinePlatform
from handlers.practice.running import running
from handlers.practice.slack_platform import SlackPlatform
from handlers.slack.sending import Voice as SlackVoice
from storage.database import Database
from storage.ledger import Ledger, open_ledger
from storage.outbox import Delivery, OutboxRow
from storage.people import Role
from storage.schema import migrate
from storage.sealing import Keyring
from tests.figures.serving import free_port

BOT, OFFICER = "xoxb-practice", "U" + "c" * 32
TROUBLED = "C0TROUBLED"
OUTAGE = timedelta(minutes=30)
SECONDS_TO_A_PERSON = 60
SPEED = 20  # how many times quicker than the wall the outage's clock runs
NO_PAUSE = timedelta()


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Measure what carries words."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return [_every_word_once(100 if is_quick else 1_000), *_outage(is_quick), *_urgent(5 if is_quick else 20)]


class Post:
    """A council with a database of its own and the couriers that carry its words."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.now = now
        self.database = Database(f"sqlite:///{folder / 'kizuki.db'}")
        self.keyring = Keyring(os.urandom(32))
        migrate(self.database)
        councils.ensure(self.database, "main", now(), None)
        self.couriers: list[Courier] = []

    def carry(self, platforms: dict[str, Platform], hands: int = 2, pause: timedelta = NO_PAUSE) -> None:
        """Start a courier for each platform, as the plug board does."""
        bag = Bag(self.database, self.keyring, platforms, self.now, pause)
        for platform in platforms.values():
            carrier = Courier(replace(bag, platforms={platform.scheme: platform}), hands)
            carrier.start()
            self.couriers.append(carrier)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open the ledger now, and let the couriers know afterwards."""
        with open_ledger(self.database, self.keyring, "main", self.now()) as ledger:
            yield ledger
        for carrier in self.couriers:
            carrier.wake()

    def waiting(self) -> int:
        """Count what has not left yet."""
        with open_ledger(self.database, self.keyring, "main", self.now(), writing=False) as ledger:
            return ledger.count(OutboxRow, col(OutboxRow.status) == Delivery.WAITING)

    def until(self, is_so: Callable[[], bool], seconds: float) -> float:
        """Wait until something is so, at most so many seconds of the wall; give how many it took."""
        begin = time.monotonic()
        while not is_so() and time.monotonic() - begin < seconds:
            time.sleep(0.05)
        return time.monotonic() - begin

    def stop(self) -> None:
        """Stop the couriers and close the database."""
        for carrier in self.couriers:
            carrier.stop()
        self.database.close()


def _wall() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _post(now: Callable[[], datetime] = _wall) -> Iterator[Post]:
    with tempfile.TemporaryDirectory() as folder:
        post = Post(Path(folder), now)
        try:
            yield post
        finally:
            post.stop()


@contextmanager
def _slack(now: Callable[[], datetime], channels: list[str]) -> Iterator[tuple[SlackPlatform, Platform]]:
    slack = SlackPlatform(_unheard, now, "secret", BOT, "xapp-practice", faults=Faults(seed=7))
    for channel in channels:
        slack.add_channel(channel, channel.lower())
    with running(Starlette(routes=[Mount("/slack", routes=slack.routes())])) as origin:
        slack.base_url = f"{origin}/slack"
        voice = SlackVoice(Settings(slack_bot_token=BOT, slack_api_url=f"{origin}/slack/api/"))
        yield slack, Platform("slack", (), lambda *_: None, voice.send)


async def _unheard(kind: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    return 200, b""


# --- every word once -----------------------------------------------------------------------------------------


def _every_word_once(words: int) -> tuple[str, str, str, bool]:
    """Post through a stand-in that drops, hangs, answers 500 after accepting, and asks to wait."""
    channels = [f"C0CHANNEL{n:02}" for n in range(20)]
    with _post() as post, _slack(_wall, channels) as (slack, platform):
        for trouble, share in (
            (Trouble.DROP_AFTER, 0.06),
            (Trouble.ERROR_AFTER, 0.06),
            (Trouble.DROP_BEFORE, 0.03),
            (Trouble.ERROR_BEFORE, 0.03),
            (Trouble.RATE_LIMITED, 0.02),
        ):
            slack.faults.add(trouble, "chat.postMessage", probability=share)
        slack.faults.add(Trouble.HANG_AFTER, "chat.postMessage", times=4)
        with post.ledger() as ledger:
            for n in range(words):
                _put(ledger, channels[n % len(channels)], f"受付{n}")
        post.carry({"slack": platform}, hands=6)
        seconds = post.until(lambda: post.waiting() == 0, 600)
        seen = [text for channel in channels for text in slack.channel(channel).texts]
        struck = len(slack.faults.struck)
    is_once = len(seen) == len(set(seen)) == words
    name = f"{words} Slack posts through a failing stand-in"
    return (
        name,
        f"{len(seen)} seen, {len(set(seen))} different ({struck} faults, {seconds:.0f} s)",
        f"{words}",
        is_once,
    )


def _put(ledger: Ledger, channel: str, text: str) -> None:
    outbox.post(ledger, f"slack:{channel}", Say("post", text=text), f"{channel}:{text}", outbox.About())


# --- an outage -----------------------------------------------------------------------------------------------


class Quick:
    """A clock that runs so many times quicker than the wall."""

    def __init__(self) -> None:
        self._begin, self._wall = datetime.now(UTC), time.monotonic()

    def __call__(self) -> datetime:
        """Give its time."""
        return self._begin + timedelta(seconds=(time.monotonic() - self._wall) * SPEED)


def _outage(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Let one channel answer 429 and 5xx for half an hour of a shortened clock, beside channels that are well."""
    length = OUTAGE / 6 if is_quick else OUTAGE
    calls, drained = _through(length)
    ratio = _beside()
    minutes = f"{length.total_seconds() / 60:.0f} minutes of 429 and 5xx at one channel"
    return [
        (f"{minutes}: calls", f"{calls}", "at most 60", calls <= 60),
        (f"{minutes}: drained after", f"{drained:.0f} s", "at most 300 s", drained <= 300),
        ("other channels beside it", f"{ratio:.2f} times as long", "at most 1.10", ratio <= 1.10),
    ]


def _through(length: timedelta) -> tuple[int, float]:
    """Give how often the troubled channel was called, and how many of its seconds it then took to drain."""
    now = Quick()
    with _post(now) as post, _slack(now, [TROUBLED]) as (slack, platform):
        troubles = [
            slack.faults.add(Trouble.RATE_LIMITED, to=TROUBLED, probability=0.5, retry_after_seconds=30),
            slack.faults.add(Trouble.ERROR_BEFORE, to=TROUBLED),
        ]
        with post.ledger() as ledger:
            for n in range(50):
                _put(ledger, TROUBLED, f"受付{n}")
        # without our own second between two posts: an idle hand looks again after a second of the wall
        post.carry({"slack": platform})
        time.sleep(length.total_seconds() / SPEED)
        calls = len(slack.faults.struck)
        for trouble in troubles:
            slack.faults.remove(trouble)
        seconds = post.until(lambda: post.waiting() == 0, 60)
        return calls, seconds * SPEED


def _beside(rounds: int = 3) -> float:
    """Give how much longer the words of other channels take while one channel is in trouble (median of pairs)."""
    return median(_drain(is_troubled=True) / _drain(is_troubled=False) for _ in range(rounds))


def _drain(*, is_troubled: bool) -> float:
    well = [f"C0CHANNEL{n:02}" for n in range(5)]
    with _post() as post, _slack(_wall, [TROUBLED, *well]) as (slack, platform):
        if is_troubled:
            slack.faults.add(Trouble.ERROR_BEFORE, to=TROUBLED)
        with post.ledger() as ledger:
            for n in range(20):
                _put(ledger, TROUBLED if is_troubled else well[0], f"前{n}")
            for n in range(200):
                _put(ledger, well[n % len(well)], f"受付{n}")
        post.carry({"slack": platform})
        return post.until(lambda: sum(len(slack.channel(c).texts) for c in well) >= 200, 120)


# --- urgent --------------------------------------------------------------------------------------------------


class Mailbox:
    """A real mail server on loopback that keeps when each mail came."""

    def __init__(self) -> None:
        self.came: list[float] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        self.came.append(time.monotonic())
        return "250 OK"


def _urgent(many: int) -> list[tuple[str, str, str, bool]]:
    """Let neighbours write emergencies while LINE's quota is gone, then while LINE and Slack are both down."""
    rows = []
    for name, is_down in (("LINE's quota gone", False), ("LINE and Slack both down", True)):
        slowest, on_desk = _seen(many, is_down=is_down)
        is_seen = slowest <= SECONDS_TO_A_PERSON and on_desk == many
        rows.append(
            (
                f"{many} urgent concerns, {name}",
                f"mail after {slowest:.0f} s at most, {on_desk} on the desk",
                f"each within {SECONDS_TO_A_PERSON} s",
                is_seen,
            )
        )
    return rows


def _seen(many: int, *, is_down: bool) -> tuple[float, int]:
    """Give after how many seconds the last alert was in the mailbox, and how many stand on the desk."""
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with _post() as post, _line(is_down=is_down) as voice, _slack(_wall, []) as (slack, other):
            letters = mail.connect(Settings(smtp_url=f"smtp://127.0.0.1:{port}"), None)
            assert letters is not None
            if is_down:
                slack.faults.add(Trouble.HANG_BEFORE, hang_seconds=30)
            _officer(post, quota_gone=not is_down)
            post.carry({"line": voice, "slack": other, "mailto": letters})
            begin = time.monotonic()
            _cry(post, many)
            post.until(lambda: len(box.came) >= many, SECONDS_TO_A_PERSON + 30)
            slowest = max(box.came) - begin if len(box.came) >= many else float("inf")
            with open_ledger(post.database, post.keyring, "main", post.now(), writing=False) as ledger:
                return slowest, len(alerts.waiting(ledger))
    finally:
        server.stop()


@contextmanager
def _line(*, is_down: bool) -> Iterator[Platform]:
    platform = LinePlatform(line_webhook_at("http://127.0.0.1:9/"), _wall, "secret", "token", quota=0)
    asyncio.run(platform.follow(OFFICER))
    if is_down:
        platform.faults.add(Trouble.HANG_BEFORE, hang_seconds=30)
    with running(Starlette(routes=platform.routes())) as origin:
        given = {"line_channel_secret": "secret", "line_channel_access_token": "token"}
        settings = Settings(**given, line_api_url=origin, line_data_url=origin)  # type: ignore[arg-type]
        yield Platform("line", (), line.read, line.Voice(settings).send)


def _officer(post: Post, *, quota_gone: bool) -> None:
    with post.ledger() as ledger:
        code = people.invite(ledger, Role.OFFICER)
        person = people.join(ledger, people.recognise(ledger, f"line:{OFFICER}"), f"line:{OFFICER}", code)
        people._add_address(ledger, person, "slack:U0OFFICER")
        contact.set_mail(ledger, person, "officer@example.jp", person)
        if quota_gone:
            budget.spend_all(ledger)


def _cry(post: Post, many: int) -> None:
    """Let so many neighbours write at once that somebody lies on the floor, through the real conversation."""
    setting = conversation.Setting(load_reader(), timedelta(seconds=120), "http://127.0.0.1:8000")
    threads = [threading.Thread(target=_hear, args=(post, setting, n)) for n in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS_TO_A_PERSON)


def _hear(post: Post, setting: conversation.Setting, n: int) -> None:
    sender = f"line:U{n:032x}"
    incoming = Incoming(
        account="line:main",
        event_id=f"e{n}",
        kind="text",
        sender=sender,
        room=sender,
        at=post.now(),
        text="隣の人が倒れていて、呼んでも返事がありません",
        message=f"m{n}",
    )
    with post.ledger() as ledger:
        conversation.take(ledger, incoming, setting)
