"""The meeting's page in a real browser: no word is lost where reception fails, and two devices come together."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import uvicorn
from sqlmodel import col

from bot import agenda, attendance, decisions, meetings, topics
from handlers.web.desk.meeting_live import state
from storage.ledger import Ledger, id_of
from storage.meetings import Item, Meeting, MeetingDeed, Stage
from storage.people import Role
from storage.topics import Status
from tests.conftest import Town
from tests.figures.serving import free_port
from tests.handlers.desk_town import Office

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"
LAMP = "3丁目の街灯が切れていて、夜道が暗いです"
_QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Hall:
    """A meeting to be held, served on loopback, and the browser in which it is written down."""

    def __init__(self, town: Town, browser: Any) -> None:
        self.town, self.browser = town, browser
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        for user, role, name in (
            ("Usecretary", Role.SECRETARIAT, "事務局の山田"),
            ("Uchair", Role.OFFICER, "田中 一郎"),
            ("Uclub", Role.ORGANISATION, "子ども会"),
        ):
            town.join(user, role, name=name)
        for place, text in enumerate((LUNCH, LAMP)):
            town.hear(f"Uwriter{place}", text)
            town.settle()
        with town.ledger() as ledger:
            meeting = meetings.next_meeting(ledger)
            secretary = attendance.invited(ledger, meeting)[0]
            agenda.compile_agenda(ledger, meeting)
            agenda.approve(ledger, meeting, secretary)
            self.meeting = id_of(meeting)
            self.items = [id_of(i) for i in agenda.items_of(ledger, meeting)]
            town.now = meeting.starts_at
        self.office = Office(town, public_url=self.origin)

    def __enter__(self) -> "Hall":
        self._serve()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _serve(self) -> None:
        config = uvicorn.Config(self.office.app, port=self.port, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        _wait(lambda: self._server.started)

    def _stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    @contextmanager
    def without_reception(self, page: Any) -> Iterator[None]:
        """Cut a device off: it is told so, and nothing listens, since a page that loads anew may slip past."""
        page.context.set_offline(True)
        self._stop()
        yield
        self.town.now += timedelta(minutes=1)
        self._serve()
        page.context.set_offline(False)

    def device(self, user: str = "Usecretary") -> Any:
        """Give a page of a device of its own, on which somebody has come in."""
        page = self.browser.new_context(viewport={"width": 1024, "height": 768}).new_page()
        page.set_default_timeout(60_000)
        self.come_in(page, user)
        page.goto(f"{self.origin}/desk/meeting")
        _wait(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
        self.kept(page)
        return page

    def come_in(self, page: Any, user: str = "Usecretary") -> None:
        page.goto(self.origin + self.office.link(user))
        page.click("button.primary")
        page.wait_for_selector("nav a")

    def kept(self, page: Any) -> None:
        """Wait until the device can open the page without the server."""
        kept = "async () => (await (await caches.open('kizuki-meeting')).keys()).length"
        _wait(lambda: page.evaluate(kept) >= 4)

    def state(self) -> dict[str, Any]:
        with self.town.ledger() as ledger:
            return state(ledger, ledger.by_id(Meeting, self.meeting))

    def item(self, place: int) -> dict[str, Any]:
        found: dict[str, Any] = self.state()["items"][str(self.items[place])]
        return found

    def count(self, field: str) -> int:
        with self.town.ledger() as ledger:
            return ledger.count(MeetingDeed, col(MeetingDeed.field) == field)


def _wait(until: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs a Chromium on this machine")
    with playwright.sync_playwright() as browsers:
        found = browsers.chromium.launch(executable_path=chromium, args=_QUIETLY)
        yield found
        found.close()


@pytest.fixture
def hall(town: Town, browser: Any) -> Iterator[Hall]:
    with Hall(town, browser) as hall:
        yield hall


def _left(page: Any) -> int:
    """Count what the device has not sent yet."""
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.includes('-deed-')).length"))


def test_without_reception_every_tap_and_word_is_kept_and_arrives_once(hall: Hall) -> None:
    page = hall.device()
    page.click("#begin button")
    page.wait_for_selector(f"#item-{hall.items[0]}:not([hidden])")
    _wait(lambda: hall.state()["opened"])

    with hall.without_reception(page):
        page.click("#attendance summary")
        page.click(".person >> text=田中")
        words = page.locator(f"#words-{hall.items[0]}")
        words.press_sequentially("土曜に食事会をひらく", delay=5)
        page.click(f"#item-{hall.items[0]} .six button[value=act]")
        page.wait_for_selector(".signal.trouble")
        assert "書いたことはこの機器に残っています" in page.inner_text("#signal")

        page.reload()
        page.wait_for_selector(f"#item-{hall.items[0]}:not([hidden])")
        assert page.input_value(f"#words-{hall.items[0]}") == "土曜に食事会をひらく"
        assert page.get_attribute(f"#item-{hall.items[0]} .six button[value=act]", "aria-pressed") == "true"
        page.locator(f"#words-{hall.items[0]}").press_sequentially("、児童館で", delay=5)
        page.locator(f"#charge-{hall.items[0]}").fill("見守り部会")
        page.click("#next")
        page.wait_for_selector(f"#item-{hall.items[1]}:not([hidden])")
        assert hall.item(0)["words"] == ""

    page.wait_for_selector(".signal.well")
    assert page.inner_text("#signal") == "送りました"
    _wait(lambda: _left(page) == 0)
    kept = hall.item(0)
    assert (kept["words"], kept["charge"], kept["choice"]) == (
        "土曜に食事会をひらく、児童館で",
        "見守り部会",
        "act",
    )
    assert hall.state()["up"] == hall.items[1]
    assert sorted(hall.state()["people"].values()) == ["", "", "present"]
    assert (hall.count(f"choice:{hall.items[0]}"), hall.count("open")) == (1, 1)
    page.context.close()


def test_two_devices_come_together_and_nobodys_words_are_lost(hall: Hall) -> None:
    one, other = hall.device(), hall.device("Uchair")
    one.click("#begin button")
    other.wait_for_selector(f"#item-{hall.items[0]}:not([hidden])")
    words = f"#words-{hall.items[0]}"
    other.context.set_offline(True)

    one.locator(words).press_sequentially("子ども会に聞く", delay=5)
    one.click(f"#item-{hall.items[0]} .six button[value=watch]")
    _wait(lambda: hall.item(0)["words"] == "子ども会に聞く")
    other.locator(words).press_sequentially("児童館も", delay=5)
    other.click(f"#item-{hall.items[0]} .six button[value=take_home]")
    assert other.is_visible(f"#item-{hall.items[0]} .homes")
    other.context.set_offline(False)

    _wait(lambda: hall.item(0)["choice"] == "take_home")
    _wait(lambda: hall.item(0)["words"] == "子ども会に聞く／児童館も")
    for page in (one, other):
        _wait(lambda page=page: page.input_value(words) == "子ども会に聞く／児童館も")
        page.wait_for_selector(f"#item-{hall.items[0]} .six button[value=take_home].chosen")
    for page in (one, other):
        page.context.close()


def test_what_was_written_after_the_visit_ended_is_sent_after_coming_in_again(hall: Hall) -> None:
    page = hall.device()
    page.click("#begin button")
    _wait(lambda: hall.state()["opened"])
    page.context.clear_cookies()

    page.locator(f"#words-{hall.items[0]}").press_sequentially("来月までに見てくる", delay=5)
    page.wait_for_selector(".signal.trouble")
    assert "もう一度入口から" in page.inner_text("#signal")
    hall.come_in(page)
    page.goto(f"{hall.origin}/desk/meeting")

    _wait(lambda: hall.item(0)["words"] == "来月までに見てくる")
    _wait(lambda: _left(page) == 0)
    page.context.close()


def test_words_that_come_after_the_meeting_has_ended_are_shown_and_not_dropped(hall: Hall) -> None:
    page = hall.device()
    page.click("#begin button")
    _wait(lambda: hall.state()["opened"])
    page.context.set_offline(True)
    page.locator(f"#words-{hall.items[0]}").press_sequentially("おそくなりました", delay=5)
    hall.town.now += timedelta(hours=1)
    with hall.town.ledger() as ledger:
        meeting = ledger.by_id(Meeting, hall.meeting)
        decisions.close(ledger, meeting, attendance.invited(ledger, meeting)[0])
    page.context.set_offline(False)

    page.wait_for_selector("#refused:not([hidden])")
    assert "おそくなりました" in page.inner_text("#refused")
    assert _stage(hall) == Stage.HELD
    page.context.close()


def test_a_line_that_came_up_in_the_meeting_arrives_once(hall: Hall) -> None:
    page = hall.device()
    page.click("#begin button")
    _wait(lambda: hall.state()["opened"])
    page.context.set_offline(True)
    page.click("summary >> text=その場で出た議題を足す")
    page.fill("#add", "防災倉庫の鍵について")
    page.press("#add", "Enter")
    assert "防災倉庫の鍵について" in page.inner_text("#added")
    page.context.set_offline(False)

    page.wait_for_selector("[data-line] >> text=防災倉庫の鍵について", state="attached")
    with hall.town.ledger() as ledger:
        assert _headings(ledger).count("防災倉庫の鍵について") == 1
    page.context.close()


def test_what_is_put_off_for_the_third_time_is_asked_about_once(hall: Hall) -> None:
    with hall.town.ledger() as ledger:
        for topic in agenda.topics_of(ledger, ledger.by_id(Meeting, hall.meeting)):
            topics.change(ledger, topic, Status.CARRIED_OVER, None)
            topic.times_carried = 2
    page = hall.device()
    page.click("#begin button")
    item = f"#item-{hall.items[0]}"
    page.wait_for_selector(f"{item}:not([hidden])")

    page.click(f"{item} .six button[value=carry_over]")
    page.wait_for_selector(f"{item} [data-again]:not([hidden])")
    assert "もう一度「次回へ」を押すと" in page.inner_text(f"{item} [data-again]")
    assert hall.item(0)["choice"] == ""

    page.click(f"{item} .six button[value=carry_over]")
    _wait(lambda: hall.item(0)["choice"] == "carry_over")
    assert not page.is_visible(f"{item} [data-again]")
    page.context.close()


def _headings(ledger: Ledger) -> list[str]:
    return [agenda.heading(ledger, item) for item in ledger.all(Item)]


def _stage(hall: Hall) -> str:
    with hall.town.ledger() as ledger:
        return ledger.by_id(Meeting, hall.meeting).status
