"""What people do in three months, each by their own way: they write, press, meet, decide, answer, and forget.

The story goes day by day through the timetable. Whoever is there reads what came, and does what such a person
does: a commissioner settles one thing and puts off another, an organisation answers or lets it become late.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial

from bot import dates
from tests.three_months.concerns import ALL, Told
from tests.three_months.council import Council, Heard
from tests.three_months.people import (
    AWAY,
    BY_KEY,
    CHAIR,
    CLUB,
    COMMISSIONERS,
    MEMBERS,
    OFFICERS,
    SALON,
    SECRETARY,
    VICE,
    Someone,
)

FIRST = date(2026, 9, 1)
DAYS = 100
MEETINGS = (15, 50, 78)  # third Wednesdays: 16 September, 21 October, 18 November
TICKS = (time(6, 5), time(9, 31), time(10, 10))  # after the night, the bundle, and the question how it went on
CYCLE = (
    "対応する 班長と民生委員で声をかける",
    "様子を見る 月に一度たずねる",
    "専門機関へ ケアプラザに相談する",
    "次回へ くわしいことを聞いてから",
    "持ち帰り できることを考える",
    "今回はできない 人手が足りない",
)
GOES = {"fallen": CHAIR, "child": SECRETARY, "outside": VICE}  # who answers which emergency
FRUITS = {"crows": "箱型のネットで、ごみが散らからなくなりました", "step": "集会所に仮のスロープができました"}
NUMBER = re.compile(r"(?:受付番号は|受付)(\d+)")


@dataclass
class Life:
    """Three months, and what came of each thing that was written."""

    council: Council
    numbers: dict[str, int] = field(default_factory=dict)  # a concern's key: its receipt number
    messages: dict[str, str] = field(default_factory=dict)
    taken_back: set[int] = field(default_factory=set)
    told: dict[int, Told] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)  # homework that an organisation let become late
    decided: int = 0
    given_home: int = 0
    plans: dict[int, list[tuple[time, Callable[[], object]]]] = field(default_factory=dict)
    answered: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for place, told in enumerate(ALL):
            self.on(told.day, time(11 + place % 3, 7 * (place % 8)), partial(self.tell, told))
        for which, day in enumerate(MEETINGS):
            self.on(day - 4, time(13), self.approve_draft)
            self.on(day, time(18, 50), partial(self.meet, which))
            self.on(day + 1, time(10, 30), self.approve_minutes)
            self.on(day + 2, time(13), partial(self.after, which))
            self.on(day + 7, time(13), self.report)
        for key, day in (("crows", 55), ("step", 40)):
            self.on(day, time(14), partial(self.bear, key))

    def on(self, day: int, at: time, deed: Callable[[], object]) -> None:
        """Let something be done on a day."""
        self.plans.setdefault(day, []).append((at, deed))

    def live(self) -> None:
        """Live through all days."""
        for day in range(DAYS):
            self.live_day(day)

    def live_day(self, day: int) -> None:
        """Live through one day: the night's and morning's jobs, then what people do."""
        today = FIRST + timedelta(days=day)
        for tick in TICKS:
            self.council.pass_time(dates.at(today, tick))
        self.read()
        for at, deed in sorted(self.plans.get(day, []), key=lambda plan: plan[0]):
            self.council.pass_time(dates.at(today, at))
            deed()
            self.read()
        self.council.pass_time(dates.at(today, time(21)))

    # --- writing --------------------------------------------------------------------------------------------

    def tell(self, told: Told) -> None:
        """Let somebody write a concern, and do with it what they mean to do."""
        who = BY_KEY[told.who]
        message = self.council.say(who, told.text)
        answer = self.council.heard(who)[-1].text
        found = NUMBER.search(answer)
        if told.then == "unsend":
            self.council.take_back(who, message)
        self.council.settle()
        if found is None:
            assert told.nothing or told.then == "unsend", (told.text, answer)
            return
        number = int(found[1])
        self.told[number] = told
        self.numbers[told.key] = number
        if told.then in _THEN:
            _THEN[told.then](self, who, number, told, message)
        if told.same_as:
            self.council.say(VICE, f"まとめる {self.numbers[told.same_as]} {number}")
        if told.key in GOES:
            self._emergency(told.key, number)

    def _emergency(self, key: str, number: int) -> None:
        """Let an emergency climb until whoever answers it is told, and let them answer."""
        who = GOES[key]
        for _ in range(4):
            if any(f"向かいます {number}" in heard.offers for heard in self.council.heard(who)):
                break
            self.council.pass_time(self.council.clock.now + timedelta(minutes=11))
        self.council.press(who, f"向かいます {number}")

    def _withdraw(self, who: Someone, number: int, told: Told, message: str) -> None:
        asked = self.council.ask(who, f"取り下げ {number}")
        self.council.press(who, next(says for says in asked.offers if says.startswith("取り下げます")))
        self.taken_back.add(number)

    def _edit(self, who: Someone, number: int, told: Told, message: str) -> None:
        self.council.change(who, message, told.new_text)

    def _keep(self, who: Someone, number: int, told: Told, message: str) -> None:
        self.council.say(who, f"出してよい {number} 担当だけ")
        if told.key == "hidden2":
            self.council.say(who, f"加える {self.numbers['general']} {number}")

    def _share(self, who: Someone, number: int, told: Told, message: str) -> None:
        self.council.say(who, f"出してよい {number} 地区")

    def _generalise(self, who: Someone, number: int, told: Told, message: str) -> None:
        self._keep(who, number, told, message)
        shown = self.council.ask(who, f"全体へ {number}")
        says = next(says for says in shown.offers if says.startswith("この言葉で出します"))
        started = NUMBER.search(self.council.press(who, says).text)
        assert started is not None
        self.numbers["general"] = int(started[1])

    # --- reading --------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Let everybody with a duty, and every resident, read what came, and press what such a person presses."""
        for who in BY_KEY.values():
            for heard in self.council.news(who):
                for says in heard.offers:
                    self._answer(who, heard, says)

    def _answer(self, who: Someone, heard: Heard, says: str) -> None:
        """Let somebody press one button, the first time that it is there."""
        verb, _, rest = says.rpartition(" ") if says[-1:].isdigit() else (says, "", "0")
        act = _PRESSED.get(verb)
        if act is not None and (who.key, says) not in self.answered:
            self.answered.add((who.key, says))
            act(self, who, heard, int(rest))

    def _alert(self, who: Someone, heard: Heard, number: int) -> None:
        """The chair sees every emergency that nobody else takes up."""
        planned = {self.numbers.get(key) for key in GOES}
        if who == CHAIR and number not in planned:
            self.council.press(who, f"見ました {number}")

    def _waiting(self, who: Someone, heard: Heard, number: int) -> None:
        """A commissioner settles every seventh, puts off or hands on some, and has the rest in hand."""
        if self.told.get(number, Told(0, "", "")).board or who not in COMMISSIONERS:
            return
        deed = ("済", "あとで", "代わって", "対応中", "", "", "")[number % 7]
        if deed:
            self.council.say(who, f"{deed} {number}")

    def _coming(self, who: Someone, heard: Heard, meeting: int) -> None:
        day = (dates.jst(self.council.clock.now).date() - FIRST).days
        which = next((n for n, at in enumerate(MEETINGS) if day <= at), None)
        if which is not None:
            said = "欠席" if who.key in AWAY[which] else "出ます"
            self.council.press(who, f"出欠 {said} {meeting}")

    def _bring_in(self, who: Someone, heard: Heard, _: int) -> None:
        self.answered.discard((who.key, "持ち寄り なし"))  # asked again before each meeting
        if who.key == "club1":
            self.council.say(who, "持ち寄り 来月のどんぐり会は、手伝いが足りません")
        elif who.key != "c3":
            self.council.press(who, "持ち寄り なし")

    def _seen(self, who: Someone, heard: Heard, number: int) -> None:
        """Somebody was not seen: first not yet, then, at home after a journey."""
        first = self.told[number].key == "shutters" and ("still", str(number)) not in self.answered
        if first:
            self.answered.add(("still", str(number)))
            self.answered.discard((who.key, f"見かけた {number}"))  # asked once more
        self.council.press(who, f"{'まだ' if first else '見かけた'} {number}")

    def _homework(self, who: Someone, heard: Heard, number: int) -> None:
        """The children's club answers at once; the salon waits until it is reminded that it is late."""
        if who.key == "club1":
            self.council.say(who, f"回答 {number} 月に一度なら手伝えます")

    def _late_homework(self, who: Someone, heard: Heard, number: int) -> None:
        found = re.search(rf"持ち帰りの受付(\d+).*をお待ちしています.*（お知らせ{number}）", heard.text)
        if found is None or who.key != "salon1":
            self.answered.discard((who.key, f"お知らせ あとで {number}"))
        else:
            self.late.add(int(found[1]))
            self.council.say(who, f"回答 {found[1]} おそくなりました。月に一度なら手伝えます")

    def _reminder(self, who: Someone, heard: Heard, number: int) -> None:
        """Write down what a reminder asks for: figures, activities; or say that it is done."""
        line = next((line for line in heard.text.splitlines() if f"（お知らせ{number}）" in line), "")
        if "活動記録" in line and who.key != "c6":
            self.council.say(who, "先月の活動 高齢者 日常的な支援 5")
            self.council.say(who, "先月の活動 訪問 12")
        elif "見守り訪問" in line:
            self.council.say(who, "先月の数 見守り 41 サロン 4 生活支援 6 配食 80")
        elif "連絡先" in line or "活動記録" in line:
            self.council.press(who, f"お知らせ 済 {number}")

    def _not_yet(self, who: Someone, heard: Heard, number: int) -> None:
        """One writer says that it is not over yet."""
        if who.key == "r03" and "形になりました" in heard.text:
            self.council.press(who, f"まだ {number}")

    # --- the board ------------------------------------------------------------------------------------------

    def approve_draft(self) -> None:
        """The chair looks at the draft and approves it."""
        card = self.council.ask(CHAIR, "次第")
        assert "次第 承認" in card.offers, card
        self.council.press(CHAIR, "次第 承認")

    def meet(self, which: int) -> None:
        """Hold a meeting by chat: open it, tick who is there, decide on each line, end it."""
        here = [who for who in MEMBERS if who.key not in AWAY[which]]
        card = self.council.ask(CHAIR, "会議を始める")
        for who in here:
            ticked = self.council.ask(SECRETARY, f"出席 {who.name}")
            assert "「出席」にしました" in ticked.text, ticked
        while "これで次第の終わり" not in card.text:
            number = next((int(s.split()[1]) for s in card.offers if s.startswith("決定 ")), None)
            if number is not None:
                self._decide(number)
            self.council.clock.now += timedelta(minutes=2)
            card = self.council.press(CHAIR, "次へ")
        self.council.clock.now += timedelta(minutes=2)
        closed = self.council.ask(CHAIR, "会議を終わる")
        assert "終わりました" in closed.text, closed

    def _decide(self, number: int) -> None:
        told = self.told.get(number)
        words = (told.board if told else "") or CYCLE[self.decided % len(CYCLE)]
        self.decided += 1
        self.council.say(CHAIR, f"決定 {number} {words}")
        if words.startswith("持ち帰り"):
            self._give_home(number)

    def _give_home(self, number: int) -> None:
        to = (CLUB, SALON)[self.given_home % 2]
        self.given_home += 1
        day = dates.jst(self.council.clock.now).date() + timedelta(days=21)
        self.council.say(CHAIR, f"持ち帰り先 {number} {to}")
        self.council.say(CHAIR, f"担当 {number} {to} {day.month}/{day.day}まで")

    def approve_minutes(self) -> None:
        """The chair approves the minutes on the day after."""
        card = self.council.ask(CHAIR, "議事録")
        self.council.press(CHAIR, next(says for says in card.offers if says.startswith("議事録 承認")))

    def after(self, which: int) -> None:
        """Correct a line, answer as an absentee, hand over what goes by hand."""
        if which == 0:
            self._correct()
            self.council.say(BY_KEY["c2"], "ひとこと サロンのお手伝いができます")
        listed = self.council.ask(SECRETARY, "ポスティング")
        for says in listed.offers:
            self.council.press(SECRETARY, says)

    def _correct(self) -> None:
        """A commissioner says what is wrong in the minutes; an officer puts it right and settles it."""
        number = self.numbers["crows"]
        how = self.council.ask(BY_KEY["c4"], "訂正あり")
        asked = re.search(r"訂正 (\d+)", how.text)
        assert asked is not None
        self.council.say(BY_KEY["c4"], f"訂正 {asked[1]} ネットは箱型ではなく、折りたたみ式です")
        self.council.say(CHAIR, f"議事録 直す {number} 折りたたみ式のネットを試す")
        card = self.council.ask(CHAIR, "議事録")
        self.council.press(CHAIR, next(says for says in card.offers if says.startswith("訂正 済")))

    def report(self) -> None:
        """Both reports are made, looked at and checked."""
        made = self.council.ask(VICE, "報告を作る")
        for says in [says for says in made.offers if says.startswith("報告を見る")]:
            shown = self.council.press(VICE, says)
            self.council.press(VICE, next(s for s in shown.offers if s.startswith("報告を確かめました")))

    def bear(self, key: str) -> None:
        """An officer tells what came of a concern."""
        self.council.say(OFFICERS[2], f"実り {self.numbers[key]} {FRUITS[key]}")


_Then = Callable[[Life, Someone, int, Told, str], None]
_THEN: dict[str, _Then] = {
    "withdraw": Life._withdraw,
    "edit": Life._edit,
    "charge": Life._keep,
    "district": Life._share,
    "general": Life._generalise,
}
_PRESSED: dict[str, Callable[[Life, Someone, Heard, int], None]] = {
    "見ました": Life._alert,
    "済": Life._waiting,
    "出欠 出ます": Life._coming,
    "持ち寄り なし": Life._bring_in,
    "見かけた": Life._seen,
    "回答": Life._homework,
    "お知らせ 済": Life._reminder,
    "お知らせ あとで": Life._late_homework,
    "まだ": Life._not_yet,
}

__all__ = ["DAYS", "FIRST", "MEETINGS", "Life"]
