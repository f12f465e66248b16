"""A whole Kizuki between stand-ins of LINE and Slack and a real mail server, with a clock that the story moves.

What people do goes in as signed webhooks over HTTP; what is said comes out by the platforms' own calls, within
their limits. Nothing in between is replaced.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import contact, councils, courier, people, worker
from bot.conversation import Setting
from bot.messages import Platform
from bot.settings import Settings
from bot.understanding import Reader
from handlers.intake import Door
from handlers.platforms import CONNECT
from handlers.practice.delivery import line_webhook_at, slack_requests_at
from handlers.practice.line_platform import LinePlatform
from handlers.practice.running import running
from handlers.practice.slack_platform import SlackPlatform
from handlers.web import front
from handlers.web.health import Checks
from schedules.clock import run_due
from storage.database import Database
from storage.inbox import InboxRow, Received
from storage.intake import GroupCommit
from storage.ledger import Ledger, open_ledger
from storage.minutes import Way
from storage.paths import open_store
from storage.people import Person
from storage.sealing import Keyring
from tests.conftest import SETTLING
from tests.figures.serving import free_port
from tests.handlers.test_mail import Office, Server
from tests.three_months.people import CHANNEL, COUNCIL, PEOPLE, SECRETARY, Someone

CODE = "main"
LINE_SECRET, LINE_TOKEN = "three-months-secret", "three-months-token"
SLACK_SECRET, SLACK_BOT = "three-months-signing", "xoxb-three-months"
PATIENCE = 20.0  # the machine may be busy; how fast the intake is, the figures measure
ECHOES_SECONDS = 10.0
FREE = ("line", "slack")


@dataclass
class Clock:
    """A clock that the story moves."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Heard:
    """One message of the bot's to somebody: its words, and what each of its buttons says."""

    text: str
    offers: tuple[str, ...]


@dataclass
class Council:
    """The council's Kizuki and everybody's telephones."""

    database: Database
    reader: Reader
    clock: Clock
    line: LinePlatform
    slack: SlackPlatform
    post: Server
    keyring: Keyring = field(default_factory=lambda: Keyring(b"3" * 32))
    statuses: list[int] = field(default_factory=list)
    _read: dict[str, int] = field(default_factory=dict)

    def open(self, settings: Settings) -> dict[str, Platform]:
        """Found the council and connect its platforms."""
        councils.ensure(self.database, CODE, self.clock.now, CHANNEL)
        self.commit = GroupCommit(open_store(self.database.url, lambda: self.database.writing))
        door = Door(self.commit, self.keyring, self.clock, lambda: None)
        found = [connect(settings, door.hear) for connect in CONNECT]
        platforms = {platform.scheme: platform for platform in found if platform is not None}
        setting = Setting(self.reader, SETTLING, settings.public_url)
        self.bench = worker.Bench(self.database, self.keyring, platforms, setting, self.clock)
        self.bag = courier.Bag(self.database, self.keyring, platforms, self.clock, timedelta(0))
        return platforms

    @contextmanager
    def ledger(self, *, writing: bool = False) -> Iterator[Ledger]:
        """Open the council's ledger now."""
        with open_ledger(self.database, self.keyring, CODE, self.clock.now, writing=writing) as ledger:
            yield ledger

    # --- what people do -----------------------------------------------------------------------------------

    def say(self, who: Someone, text: str) -> str:
        """Let somebody write to the bot, and everything follow that follows at once; gives the message's id."""
        if who.way == "line":
            sent = self._do(self.line.say(who.id, text))
            self.statuses.append(sent.status)
            return str(sent.message_id)
        posted = self._do(self.slack.say_to_bot(who.id, text))
        self.statuses.append(posted.status)
        return str(posted.ts)

    def ask(self, who: Someone, text: str) -> Heard:
        """Let somebody write, and give the answer."""
        self.say(who, text)
        return self.heard(who)[-1]

    def press(self, who: Someone, says: str) -> Heard:
        """Let somebody press the button that says this; what LINE shows no longer is typed instead."""
        if who.way == "slack":
            ts, action_id = self._slack_button(who, says)
            answered = self._do(self.slack.press(who.id, self.slack.dm(who.id).id, ts, action_id, says))
            self.statuses.append(answered.status)
        else:
            offered = [c for c in self.line.chat(who.id).quick_replies if c.action.get("text") == says]
            if not offered:
                return self.ask(who, says)
            self.statuses.append(
                self._do(self.line.press(who.id, offered[0].label, offered[0].message_id)).status
            )
        return self.heard(who)[-1]

    def take_back(self, who: Someone, message: str) -> None:
        """Let somebody unsend what they wrote."""
        if who.way == "line":
            self._do(self.line.unsend(who.id, message))
        else:
            self._do(self.slack.delete(who.id, self.slack.dm(who.id).id, message))

    def change(self, who: Someone, message: str, text: str) -> None:
        """Let somebody correct what they wrote; in a chat between two, Slack alone offers it."""
        self._do(self.slack.edit(who.id, self.slack.dm(who.id).id, message, text))

    def heard(self, who: Someone) -> list[Heard]:
        """Give what the bot has said to somebody, oldest first."""
        if who.way == "line":
            said = [m for m in self.line.chat(who.id).messages if m.side == "bot"]
            return [Heard(m.text, tuple(str(c.action.get("text")) for c in m.quick_replies)) for m in said]
        if who.way == "slack":
            mine = [m for m in self.slack.dm(who.id).messages.values() if m["user"] == self.slack.state.bot_user]
            return [Heard(str(m["text"]), tuple(b["value"] for b in _buttons(m))) for m in mine]
        return [Heard(_words(mail), ()) for mail in self.post.taken if mail["To"] == who.id]

    def news(self, who: Someone) -> list[Heard]:
        """Give what somebody has not read yet, and let them read it."""
        said = self.heard(who) if who.way in FREE else []
        new = said[self._read.get(who.key, 0) :]
        self._read[who.key] = len(said)
        return new

    def person(self, ledger: Ledger, who: Someone) -> Person:
        """Give somebody as Kizuki knows them; those who write nowhere, by their name."""
        if who.way in FREE:
            found = people.find(ledger, who.address)
        else:
            found = next(p for p in ledger.all(Person) if people.name_of(ledger, p) == who.name)
        assert found is not None, who.key
        return found

    # --- time -----------------------------------------------------------------------------------------------

    def pass_time(self, to: datetime) -> None:
        """Move the clock on, and let everything run that is due then."""
        self.clock.now = max(self.clock.now, to)
        run_due(self.database, self.keyring, self.clock.now)
        self.work()

    def settle(self) -> None:
        """Let the settling time pass."""
        self.clock.now += SETTLING
        self.work()

    def work(self) -> None:
        """Work off what came in, share what has settled, and carry out what is to be said."""
        worker.work_off(self.bench)
        worker.settle_due(self.bench)
        courier.carry_all(self.bag)

    def not_read(self) -> list[str]:
        """List what came in and was not worked off, once the platforms have sent all they send."""
        end = time.monotonic() + ECHOES_SECONDS
        while (left := self._in_tray()) and time.monotonic() < end:
            self.work()
            time.sleep(0.05)
        return left

    def _in_tray(self) -> list[str]:
        with self.database.reading() as session:
            rows = session.exec(select(InboxRow)).all()
            return [f"{row.account} {row.status} {row.reason}" for row in rows if row.status != Received.DONE]

    def _slack_button(self, who: Someone, says: str) -> tuple[str, str]:
        for message in reversed(self.slack.dm(who.id).messages.values()):
            for button in _buttons(message):
                if button["value"] == says:
                    return message["ts"], button["action_id"]
        raise LookupError(f"{who.key} sees no button 「{says}」")

    def _do(self, deed: Coroutine[Any, Any, Any]) -> Any:
        done = asyncio.run(deed)
        self.work()
        return done


@contextmanager
def living(database: Database, reader: Reader, start: datetime) -> Iterator[Council]:
    """Let a council live: its Kizuki, the platforms and the mail server each on a port of this machine."""
    clock, post, port = Clock(start), Server(), free_port()
    kizuki = f"http://127.0.0.1:{port}"
    line = LinePlatform(line_webhook_at(f"{kizuki}/line/webhook", PATIENCE), clock, LINE_SECRET, LINE_TOKEN)
    slack = SlackPlatform(
        slack_requests_at(f"{kizuki}/slack/events", PATIENCE), clock, SLACK_SECRET, SLACK_BOT, "xapp", echo=True
    )
    slack.add_channel(CHANNEL, "地区社協")
    council = Council(database, reader, clock, line, slack, post)
    with ExitStack() as stack:
        office = Office(post)
        office.start()
        stack.callback(office.stop)
        app = Starlette(routes=[Mount("/line", routes=line.routes()), Mount("/slack", routes=slack.routes())])
        origin = stack.enter_context(running(app))
        slack.base_url = f"{origin}/slack"
        platforms = council.open(_settings(kizuki, origin, office.at))
        stack.callback(council.commit.close)
        routes = [route for platform in platforms.values() for route in platform.routes]
        stack.enter_context(running(front.build(routes, Checks({}, bytes), Starlette), port))
        yield council


def _settings(kizuki: str, origin: str, mail_port: int) -> Settings:
    return Settings(
        public_url=kizuki,
        line_channel_secret=LINE_SECRET,
        line_channel_access_token=LINE_TOKEN,
        line_api_url=f"{origin}/line",
        line_data_url=f"{origin}/line",
        slack_bot_token=SLACK_BOT,
        slack_signing_secret=SLACK_SECRET,
        slack_api_url=f"{origin}/slack/api/",
        slack_council_channel=CHANNEL,
        smtp_url=f"smtp://127.0.0.1:{mail_port}",
        mail_from="aobazaka@example.jp",
    )


def gather(council: Council) -> None:
    """Let everybody come: the secretariat invites, people follow and take up their codes."""
    codes = {}
    with council.ledger(writing=True) as ledger:
        _write_down(ledger)
        for who in PEOPLE:
            if who.has_duty:
                codes[who.key] = _invited(council, ledger, who)
    for who in PEOPLE:
        if who.way == "line":
            asyncio.run(council.line.follow(who.id))
        elif who.way == "slack":
            council.slack.add_user(who.id, who.key, who.key)
        if who.key in codes and who.way in FREE:
            council.say(who, f"参加 {codes[who.key]}")
        council.work()


def _write_down(ledger: Ledger) -> None:
    own = ledger.council
    own.name, own.meeting_place, own.seats = COUNCIL, "あおば坂ケアプラザ", 17
    own.federation, own.committee = "あおば坂地区連合町内会", "あおば坂地区別計画推進委員会"
    own.pillars = [
        {"name": "ひとりにしない", "themes": ["isolation", "elderly_watch", "care_daily", "abuse_safety"]},
        {"name": "子どもを支える", "themes": ["children", "poverty", "disability_health", "foreign_residents"]},
        {"name": "つどえるまち", "themes": ["community_life", "disaster", "mobility_environment", "other"]},
    ]
    ledger.session.add(own)


def _invited(council: Council, ledger: Ledger, who: Someone) -> str:
    code = people.invite(ledger, who.role, name=who.name, organisation=who.organisation, duty_rank=who.duty_rank)
    if who.way in FREE:
        return code
    person = council.person(ledger, who)
    if who.way == "mailto":
        contact.set_mail(ledger, person, who.id, person)
        contact.choose_way(ledger, person, Way.MAIL, "", person)
    else:
        contact.choose_way(ledger, person, Way.PAPER, who.id, person)
    return code


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = [block for block in message.get("blocks", []) if block["type"] == "actions"]
    return [e for block in blocks for e in block["elements"] if e["type"] == "button" and e.get("value")]


def _words(mail: Any) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


__all__ = ["CHANNEL", "SECRETARY", "Council", "Heard", "gather", "living"]
