"""The first command shows the whole circle: in the practice town, with a real browser where there is one."""

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.figures.serving import environment, free_port, served

RESIDENT = "U" + "a1" * 16
CHAIR = "U" + "c1" * 16
LUNCH = "バス通りの歩道がせまくて、車いすがすれ違えません"


class Page:
    """The practice page's own addresses, as its script calls them."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"

    def post(self, path: str, **asked: Any) -> Any:
        headers = {"Content-Type": "application/json", "Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        request = urllib.request.Request(self.origin + path, json.dumps(asked).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def state(self) -> Any:
        with urllib.request.urlopen(f"{self.origin}/practice/state.json", timeout=30) as answer:
            return json.load(answer)

    def say(self, who: str, text: str) -> None:
        before = len(self.heard(who))
        self.post(f"/practice/line/{who}/say", text=text)
        self.wait(lambda: len(self.heard(who)) > before)

    def heard(self, who: str) -> list[str]:
        return [m["text"] for m in self.state()["line"][who]["messages"] if m["side"] == "bot"]

    def channels(self) -> str:
        return json.dumps(self.state()["slack"]["channels"], ensure_ascii=False)

    def next(self) -> str:
        return str(self.post("/practice/clock/next")["said"])

    def wait(self, until: Any, seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, "it did not come in time"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    port = free_port()
    env = environment(tmp_path_factory.mktemp("town"), port)
    env.pop("LINE_CHANNEL_SECRET"), env.pop("LINE_CHANNEL_ACCESS_TOKEN")
    with served(env, "--practice"):
        page = Page(port)
        page.wait(lambda: "用意しています" not in page.next(), 180)
        yield page


def test_the_arrow_goes_round_in_the_practice_town(page: Page) -> None:
    page.say(RESIDENT, LUNCH)
    assert "受付番号は" in page.heard(RESIDENT)[-1]

    for _ in range(3):
        page.next()
        if LUNCH in page.channels():
            break
    assert LUNCH in page.channels()

    page.say(CHAIR, "次第 承認")
    for _ in range(40):  # the mornings until the meeting
        if "役員会の時間" in page.next():
            break
    assert any("話し合います" in text for text in page.heard(RESIDENT))
    page.say(CHAIR, "会議を終わる")
    for _ in range(3):
        page.next()
    page.wait(lambda: any("役員会で話し合ったこと" in text for text in page.heard(RESIDENT)))


def test_an_officer_enters_the_pages_by_a_link_that_works_once(page: Page) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs a Chromium on this machine")
    with playwright.sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=_QUIETLY)
        tab = browser.new_page()
        tab.goto(f"{page.origin}/practice/desk/officer")
        link = tab.url
        tab.click("button.primary", no_wait_after=True)
        tab.wait_for_selector("nav a")
        assert "今日" in tab.title()
        tab.goto(f"{page.origin}/desk/agenda")
        assert "次第" in tab.inner_text("h1")
        other = browser.new_context().new_page()
        other.goto(link)
        assert other.query_selector("nav a") is None
        browser.close()


def test_the_practice_pages_answer_this_machine_alone(page: Page) -> None:
    request = urllib.request.Request(f"{page.origin}/practice", headers={"Host": "kizuki.example.jp"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403
    refused.value.close()


_QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
