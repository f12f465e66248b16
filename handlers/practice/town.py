"""The practice town: Kizuki itself, between stand-ins of LINE and Slack, with a council of three months.

It is no shortcut through the code: what the page sends goes in by signed webhooks, and what the bot says
comes out by the platforms' own calls, with their limits.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import col
from starlette.routing import Mount, Router

from bot import agenda, courier, dates, meeting_rules, meetings, passes, people, threads, worker
from bot.settings import Settings
from bot.texts import phrase
from handlers.practice import story
from handlers.practice.clock import PracticeClock
from handlers.practice.delivery import line_webhook_at, slack_requests_at
from handlers.practice.gate import LocalOnly
from handlers.practice.line_platform import LinePlatform
from handlers.practice.page import practice_routes
from handlers.practice.slack_platform import SlackPlatform
from storage.concerns import Concern
from storage.database import Database
from storage.ledger import Ledger, open_ledger
from storage.only_one import OnlyOne
from storage.people import Person, Role
from storage.sealing import Keyring
from storage.topics import Topic

log = structlog.get_logger("practice")

CODE = "main"
LINE_PATH, SLACK_PATH = "/practice/line-platform", "/practice/slack-platform"
CHANNEL_SECRET, CHANNEL_TOKEN = "practice-channel-secret", "practice-channel-token"
SIGNING_SECRET, BOT_TOKEN, APP_TOKEN = "practice-signing-secret", "xoxb-practice", "xapp-practice"
START_SECONDS = 20
MOST_STEPS = 120  # three jobs a day, over a month
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NotOnLoopback(Exception):
    """The practice town would be open to the street."""


@dataclass(frozen=True)
class House:
    """What the town needs of the running Kizuki."""

    settings: Settings
    database: Database
    keyring: Keyring
    now: PracticeClock
    bench: worker.Bench
    bag: courier.Bag
    tick: Callable[[], int]
    advance: Callable[[], datetime]


def prepare(settings: Settings) -> Settings:
    """Point every platform at the stand-ins, with a database and key of the town's own, fresh at each start.

    Raises NotOnLoopback (practice pages have no sign-in) and AlreadyServing.
    """
    if settings.host not in LOOPBACK:
        raise NotOnLoopback
    folder = settings.practice_folder
    _clear(folder)
    here = origin(settings)
    return replace(
        settings,
        database_url=f"sqlite:///{folder / 'town.db'}",
        key_file=folder / "key",
        public_url=here,
        line_channel_secret=CHANNEL_SECRET,
        line_channel_access_token=CHANNEL_TOKEN,
        line_api_url=here + LINE_PATH,
        line_data_url=here + LINE_PATH,
        slack_bot_token=BOT_TOKEN,
        slack_signing_secret=SIGNING_SECRET,
        slack_app_token=None,
        slack_api_url=f"{here}{SLACK_PATH}/api/",
        slack_council_channel=story.COUNCIL_CHANNEL,
    )


def _clear(folder: Path) -> None:
    """Make room for a fresh town, unless another process has one open there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with OnlyOne(folder / "town.db"):
        for old in folder.glob("town.db*"):
            if not old.name.endswith(".serving"):
                old.unlink()


def origin(settings: Settings) -> str:
    """Give where this process is reached on this machine."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def open_town(house: House) -> list[Any]:
    """Open the stand-ins and the page, and let the story of three months be told in the background."""
    here = origin(house.settings)
    line = LinePlatform(line_webhook_at(f"{here}/line/webhook"), house.now, CHANNEL_SECRET, CHANNEL_TOKEN)
    slack = SlackPlatform(
        slack_requests_at(f"{here}/slack/events"),
        house.now,
        SIGNING_SECRET,
        BOT_TOKEN,
        APP_TOKEN,
        base_url=here + SLACK_PATH,
        echo=True,
    )
    teller = Teller(house, line, slack)
    threading.Thread(target=teller.run, name="story", daemon=True).start()
    return [
        Mount(LINE_PATH, LocalOnly(Router(line.routes()))),
        Mount(SLACK_PATH, LocalOnly(Router(slack.routes()))),
        *practice_routes(line, slack, teller.advance, house.now, story.PEOPLE, teller.desk_link),
    ]


class Teller:
    """Tells the story through the platforms, then hands the town over to whoever practises."""

    def __init__(self, house: House, line: LinePlatform, slack: SlackPlatform) -> None:
        self._house = house
        self._line = line
        self._slack = slack
        self._told = threading.Event()

    def run(self) -> None:
        """Tell three months in a few seconds; a fault here leaves a town with less history, and says so."""
        today = self._house.now()
        try:
            self._wait_until_open()
            self._house.now.start_at(today - timedelta(days=story.DAYS))
            self._found(today - timedelta(days=story.DAYS))
            for step in sorted(
                (*story.CONCERNS, *story.MEANS, *story.COUNTED, *story.FRUITS, *self._meeting_steps(today)),
                key=lambda s: s.hour / 24 - s.days_ago,
            ):
                self._tell(step, today)
        except Exception as error:  # the town stays usable
            log.error("story_stopped", error=type(error).__name__)
        finally:
            self._house.now.catch_up()
            self._work()
            self._told.set()

    async def advance(self) -> str:
        """Move the clock on until something happens, at the latest to the next meeting, and say what it was."""
        if not self._told.is_set():
            return phrase("practice.telling")
        return await asyncio.to_thread(self._advance)

    def _advance(self) -> str:
        before, meeting = self._calls(), self._next_meeting()
        for _ in range(MOST_STEPS):
            moment = self._house.advance()
            self._work()
            said = self._calls() - before
            if said:
                return phrase("practice.moved", when=dates.spoken(moment), count=said)
            if meeting is not None and moment >= meeting:
                return phrase("practice.meeting", when=dates.spoken(moment))
        return phrase("practice.moved_quietly", when=dates.spoken(self._house.now()))

    def _next_meeting(self) -> datetime | None:
        with self._ledger() as ledger:
            return next((m.starts_at for m in meetings.upcoming(ledger) if m.starts_at > ledger.now), None)

    def desk_link(self, key: str) -> str:
        """Give a one-time link to the officers' pages for one of the practice people.

        Until the story is told it waits a little: the clock still leaps, and the link would be over at once.
        """
        self._told.wait(START_SECONDS)
        person = next(p for p in story.PEOPLE if p.key == key)
        with self._ledger() as ledger:
            address = f"line:{person.line_id}" if person.line_id else f"slack:{person.slack_id}"
            found = people.find(ledger, address)
            if found is None or not people.may(found, "enter_desk"):
                return "/practice"
            return passes.make_link(ledger, found, "")

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        house = self._house
        with open_ledger(house.database, house.keyring, CODE, house.now()) as ledger:
            yield ledger

    def _wait_until_open(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                if asyncio.run(self._line.deliver_events([])) == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)

    def _found(self, start: datetime) -> None:
        """Found the council and let its people join by their codes."""
        for channel, name in story.CHANNELS.items():
            self._slack.add_channel(channel, name)
        with self._ledger() as ledger:
            council = ledger.council
            council.name, council.meeting_place = story.COUNCIL, story.PLACE
            council.theme_channels = dict(story.THEME_CHANNELS)
            council.created_at = start
            council.seats = 15
            council.federation, council.committee = story.FEDERATION, story.COMMITTEE
            council.pillars = [{"name": name, "themes": list(codes)} for name, codes in story.PILLARS]
            ledger.session.add(council)
            codes = _invite(ledger)
            _lay_down_rules(ledger)
        for person in story.PEOPLE:
            if person.slack_id:
                self._slack.add_user(person.slack_id, person.key, person.name)
            if person.line_id:
                self._do(self._line.follow(person.line_id))
        for friend in (*story.OTHERS, story.SECOND_COMMISSIONER, story.CHILDRENS_CLUB):
            self._do(self._line.follow(friend))
        for platform, id_, sentence in story.joins(codes):
            self._say(platform, id_, sentence)

    def _meeting_steps(self, today: datetime) -> list[story.Step]:
        """Let the chair lead each past meeting: its paper, who is there, what is decided, and its minutes."""
        chair = story.CHAIR
        with self._ledger() as ledger:
            start, council = self._house.now(), ledger.council
            days = [
                meetings.rule_start(council, year, month)
                for year, month in _months(start, today)
                if start < meetings.rule_start(council, year, month) < today
            ]
        steps = []
        for day in days:
            ago = (dates.jst(today).date() - dates.jst(day).date()).days
            steps += [
                story.Step(ago + 3, 10.0, chair, "次第 承認"),
                story.Step(ago, 19.0, chair, "会議を始める"),
                *(story.Step(ago, 19.1 + n / 10, chair, f"出席 {name}") for n, name in enumerate(story.HERE)),
                story.Step(ago, 20.4, chair, "*決める"),
                story.Step(ago, 20.5, chair, "会議を終わる"),
                *([story.Step(ago - 1, 10.2, chair, "議事録 承認")] if ago > 1 else []),
            ]
        return steps

    def _tell(self, step: story.Step, today: datetime) -> None:
        moment = story.moment(step, today)
        self._pass_time(moment)
        if step.text == "*決める":
            self._decide(step.who)
        elif step.text.startswith(story.FRUIT):
            _, key, words = step.text.split(maxsplit=2)
            self._say("line", step.who, f"実り {self._number_of(key)} {words}")
        else:
            self._say("line", step.who, step.text)
        self._house.now.start_at(moment + timedelta(minutes=3))
        self._work()

    def _pass_time(self, moment: datetime) -> None:
        """Let the days before a step pass, one morning after the other, so that every job has run."""
        morning = dates.at(dates.jst(self._house.now()).date() + timedelta(days=1), clock_time(9, 31))
        while morning < moment:
            self._house.now.start_at(morning)
            self._house.tick()
            self._work()
            morning += timedelta(days=1)
        self._house.now.start_at(moment)

    def _decide(self, chair: str) -> None:
        with self._ledger() as ledger:
            meeting = meetings.next_meeting(ledger)
            held = len(meetings.held(ledger))
            wanted = story.DECISIONS[min(held, len(story.DECISIONS) - 1)]
            due = dates.jst(ledger.now).date() + timedelta(days=21)
            sentences = [
                sentence
                for topic in agenda.topics_of(ledger, meeting)
                for key, words in wanted.items()
                if _is_told_of(ledger, topic, key)
                for sentence in _sentences(topic.number, words, due)
            ]
        for sentence in sentences:
            self._say("line", chair, sentence)

    def _number_of(self, key: str) -> int:
        """Give the number of the topic in whose concerns a word stands."""
        with self._ledger() as ledger:
            return next(t.number for t in ledger.all(Topic) if _is_told_of(ledger, t, key))

    def _say(self, platform: str, who: str, text: str) -> None:
        self._do(self._line.say(who, text) if platform == "line" else self._slack.say_to_bot(who, text))
        self._work()

    def _do(self, deed: Coroutine[Any, Any, Any]) -> None:
        asyncio.run(_awaited(deed))

    def _work(self) -> None:
        """Work off what has come in and carry out what is to be said, before the clock moves on."""
        house = self._house
        worker.work_off(house.bench)
        worker.settle_due(house.bench)
        courier.carry_all(house.bag)

    def _calls(self) -> int:
        return len(self._line.calls) + len(self._slack.calls)


async def _awaited(deed: Coroutine[Any, Any, Any]) -> Any:
    return await deed


def _is_told_of(ledger: Ledger, topic: Topic, key: str) -> bool:
    return any(key in threads.masked(ledger, c) for c in ledger.all(Concern, col(Concern.topic_id) == topic.id))


def _sentences(number: int, words: str, due: date) -> Iterator[str]:
    """Say what was decided; what the children's club takes home gets its day."""
    yield f"決定 {number} {words}"
    if words.startswith("持ち帰り") and "子ども会" in words:
        yield f"持ち帰り先 {number} 子ども会"
        yield f"担当 {number} 子ども会 {due.month}/{due.day}まで"


def _invite(ledger: Ledger) -> dict[str, str]:
    """Make the join codes of the practice people; one person has one code for each platform."""
    codes = {}
    roles = {"commissioner": Role.COMMISSIONER, "officer": Role.OFFICER, "secretary": Role.SECRETARIAT}
    for person in story.PEOPLE:
        role = roles.get(person.key)
        if role is None:
            continue
        duty = {"officer": 1, "secretary": 2}.get(person.key)
        codes[f"{person.key}/line"] = people.invite(ledger, role, name=person.name, duty_rank=duty)
        if person.slack_id:
            invited = _last_invited(ledger)
            codes[f"{person.key}/slack"] = people.invite_again(ledger, invited)
    codes["commissioner2/line"] = people.invite(ledger, Role.COMMISSIONER, name="民生委員（2人目）")
    codes["club/line"] = people.invite(ledger, Role.ORGANISATION, name="子ども会", organisation="子ども会")
    return codes


def _lay_down_rules(ledger: Ledger) -> None:
    """Let a section and the assembly meet beside the board, so that the calendar shows all three."""
    secretary = people.with_role(ledger, Role.SECRETARIAT)[0]
    for wanted in story.RULES:
        meeting_rules.add(ledger, wanted, secretary)


def _last_invited(ledger: Ledger) -> Person:
    return ledger.all(Person, by=col(Person.id).desc(), limit=1)[0]


def _months(start: datetime, today: datetime) -> Iterator[tuple[int, int]]:
    month = dates.jst(start).replace(day=1)
    while month <= dates.jst(today):
        yield month.year, month.month
        month = (month + timedelta(days=32)).replace(day=1)
