"""A month on LINE's free plan: thirty people, forty concerns, one meeting, and at most 200 pushes."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col

from bot import agenda, budget, concerns, conversation, councils, held, meetings, people
from bot.courier import Bag, carry_all
from bot.messages import Incoming, Platform, Posting, SendFailed, Sent
from bot.understanding import load_reader
from schedules.clock import run_due
from storage.concerns import Concern
from storage.database import Database
from storage.ledger import Ledger, open_ledger
from storage.outbox import Delivery, OutboxRow
from storage.people import Role
from storage.schema import migrate
from storage.sealing import Keyring

FREE_PLAN = 200
BEGIN = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # 1 November, eight in the morning in Japan
DAYS = 30
ROLES = {Role.SECRETARIAT: 1, Role.OFFICER: 5, Role.COMMISSIONER: 6, Role.ORGANISATION: 2}
RESIDENTS = 16
APPROVED_ON, MEETING_ON = 12, 17  # the 13th and the 18th, the third Wednesday
REPLY = timedelta(seconds=50)
CONCERNS = (
    "公園のベンチがこわれていて座れません",
    "足が悪くて、坂の上のスーパーまで買い物に行けません",
    "夕方おそくまで子どもだけで公園にいます",
    "ごみ置き場がカラスに荒らされています",
    "隣の雨戸が、もう4日ほど閉まったままです。見かけません",
    "サロンの手伝いをする人が足りません",
    "家賃が払えそうにないと、若い人がこぼしていました",
    "夜中に大きな音がして眠れません",
    "防災倉庫のカギをだれが持っているのかわかりません",
    "外国から来たお母さんが、ごみの出し方がわからず困っています",
)


def measure(is_quick: bool) -> list[tuple[str, str, str, bool]]:
    """Live through the month, everybody on LINE alone, and count."""
    with _council() as council:
        for day in range(DAYS):
            council.day(day)
        with council.ledger(writing=False) as ledger:
            used, waiting = budget.used(ledger), held.count(ledger)
            failed = ledger.count(OutboxRow, col(OutboxRow.status) == Delivery.FAILED)
            written = ledger.count(Concern)
    is_met = used <= FREE_PLAN and written == 40 and not failed
    told = f"{used} pushes, {council.replies} free replies, {waiting} waiting"
    return [("a month of 30 people and 40 concerns, LINE alone", told, f"at most {FREE_PLAN}", is_met)]


@dataclass
class Council:
    """Thirty people who are on LINE alone, the dearest case, and a platform that counts."""

    database: Database
    now: datetime = BEGIN
    said: int = 0
    replies: int = 0
    keyring: Keyring = field(default_factory=lambda: Keyring(os.urandom(32)))
    pushed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        migrate(self.database)
        councils.ensure(self.database, "main", self.now, None)
        self.setting = conversation.Setting(load_reader(), timedelta(seconds=120), "http://127.0.0.1:8000")
        line = Platform("line", (), lambda *_: None, self.send)
        self.bag = Bag(self.database, self.keyring, {"line": line}, lambda: self.now)
        for role, count in ROLES.items():
            for n in range(count):
                self._join(f"{role}{n}", role)

    @contextmanager
    def ledger(self, *, writing: bool = True) -> Iterator[Ledger]:
        """Open the ledger at the council's time."""
        with open_ledger(self.database, self.keyring, "main", self.now, writing=writing) as ledger:
            yield ledger

    def send(self, posting: Posting) -> Sent:
        """Answer as LINE does: the reply is free, a push counts, and there are no more than 200."""
        if posting.reply_token is not None:
            self.replies += 1
            return Sent("m", took_along=bool(posting.along))
        if not posting.may_push:
            raise SendFailed("budget", needs_push=True)
        self.pushed[posting.say.text[:12]] += 1
        return Sent("m", pushes=1)

    def hear(self, who: str, text: str) -> None:
        """Let somebody write, and be answered at once."""
        self.said += 1
        incoming = Incoming(
            account="line:main",
            event_id=f"e{self.said}",
            kind="text",
            sender=f"line:{who}",
            room=f"line:{who}",
            at=self.now,
            text=text,
            message=f"m{self.said}",
            reply_token=f"t{self.said}",
            reply_until=self.now + REPLY,
        )
        with self.ledger() as ledger:
            conversation.take(ledger, incoming, self.setting)
        carry_all(self.bag)

    def day(self, number: int) -> None:
        """Live through one day: the clock's jobs each half hour, concerns in the morning, answers at noon."""
        begin = BEGIN + timedelta(days=number)
        for half_hours in range(1, 28):
            self.now = begin + timedelta(minutes=30 * half_hours)
            run_due(self.database, self.keyring, self.now)
            self._settle()
            carry_all(self.bag)
            if half_hours == 4:
                self._write(number)
            if half_hours == 8:
                self._act(number)
            if half_hours == 8 and number == APPROVED_ON:
                self.hear(f"{Role.OFFICER}0", "次第 承認")
            if half_hours == 24 and number == MEETING_ON:
                self._meet()

    def _write(self, number: int) -> None:
        """Let four residents write every three days: forty in the month."""
        for n in range({0: 2, 1: 1, 2: 1}[number % 3]):
            place = 4 * (number // 3) + {0: 0, 1: 2, 2: 3}[number % 3] + n
            self.hear(f"resident{place % RESIDENTS}", CONCERNS[place % len(CONCERNS)] + f"（{place + 1}）")

    def _act(self, number: int) -> None:
        """Let commissioners look at what waits twice a week, and do the half of it."""
        if number % 3 == 0:
            for n in range(ROLES[Role.COMMISSIONER]):
                self.hear(f"{Role.COMMISSIONER}{n}", "待っていること")
        with self.ledger(writing=False) as ledger:
            numbers = [c.number for c in ledger.all(Concern, by=col(Concern.number))]
        for place in [n for n in numbers[-2:] if n % 2]:
            self.hear(f"{Role.COMMISSIONER}{place % ROLES[Role.COMMISSIONER]}", f"対応中 {place}")

    def _meet(self) -> None:
        """Let the chair lead the meeting by chat: two decisions, the rest is carried over."""
        with self.ledger(writing=False) as ledger:
            meeting = meetings.next_meeting(ledger)
            numbers = [topic.number for topic in agenda.topics_of(ledger, meeting)]
        decided = [f"決定 {number} 対応する ケアプラザと相談する" for number in numbers[:2]]
        for text in ("会議を始める", *decided, "会議を終わる", "議事録 承認"):
            self.hear(f"{Role.OFFICER}0", text)

    def _settle(self) -> None:
        with self.ledger() as ledger:
            for concern in concerns.due(ledger):
                concerns.settle(ledger, self.setting.reader, concern)

    def _join(self, who: str, role: Role) -> None:
        with self.ledger() as ledger:
            code = people.invite(ledger, role, organisation=who if role == Role.ORGANISATION else "")
        self.hear(who, f"参加 {code}")


@contextmanager
def _council() -> Iterator[Council]:
    with tempfile.TemporaryDirectory() as folder:
        council = Council(Database(f"sqlite:///{Path(folder) / 'kizuki.db'}"))
        try:
            yield council
        finally:
            council.database.close()
