"""The meeting's page without its script, and the one address to which its script sends."""

import json
import uuid
from typing import Any

import pytest
from httpx import Response

from bot import agenda, attendance, meetings, organisations, people, topics
from handlers.web.desk.curtain import HEADERS, SCRIPTED_POLICY
from storage.ledger import id_of
from storage.meetings import Decision, Item, Kind, Meeting, MeetingDeed, Presence, Section
from storage.people import Role
from storage.topics import Status, TakeHome
from tests.conftest import Town
from tests.handlers.desk_town import Office, Visitor

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"
LAMP = "3丁目の街灯が切れていて、夜道が暗いです"


@pytest.fixture
def office(town: Town) -> Office:
    town.join("Uchair", Role.OFFICER, name="田中 一郎")
    for place, text in enumerate((LUNCH, LAMP)):
        town.hear(f"Uwriter{place}", text)
        town.settle()
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        chair = people.find(ledger, "line:Uchair")
        assert chair is not None
        agenda.compile_agenda(ledger, meeting)
        agenda.add_line(ledger, meeting, Section.REPORT, "敬老のつどいの報告", chair)
        for name in ("子ども会", "老人会"):
            organisations.add(ledger, name, None)
        ledger.council.seats = 3
        town.now = meeting.starts_at
    return Office(town)


@pytest.fixture
def secretary(office: Office) -> Visitor:
    return office.visitor("Usecretary", Role.SECRETARIAT)


def _meeting(office: Office) -> int:
    with office.town.ledger() as ledger:
        return id_of(meetings.next_meeting(ledger))


def _items(office: Office) -> list[int]:
    with office.town.ledger() as ledger:
        return [id_of(i) for i in agenda.items_of(ledger, meetings.next_meeting(ledger))]


def _send(visitor: Visitor, meeting: int, *deeds: dict[str, Any], **form: Any) -> Response:
    sent = [{"id": str(uuid.uuid4()), "seq": n, "at": 1_000, **deed} for n, deed in enumerate(deeds)]
    form = {"mark": visitor.mark(), "sent_at": "1000", "deeds": json.dumps(sent), **form}
    return visitor.client.post(f"/desk/meeting/{meeting}/deeds", data=form)


def test_every_button_works_without_the_script(office: Office, secretary: Visitor) -> None:
    meeting, (first, _, report) = _meeting(office), _items(office)
    ref = office.ref("Uchair")

    assert "議席3名中0名" in secretary.see("/meeting")
    secretary.press(f"/meeting/{meeting}/people/{ref}", value="present")
    assert "議席3名中1名" in secretary.see("/meeting")
    assert "開会しました" in secretary.press(f"/meeting/{meeting}/open", value="1").text
    secretary.press(
        f"/meeting/{meeting}/topics/1",
        choice="take_home",
        words="子ども会と老人会で考えます",
        charge="見守り部会",
        due_on="2026-12-10",
        organisation=["1", "2"],
    )
    secretary.press(f"/meeting/{meeting}/topics/2", keep="1", words="まだ決まらない")
    secretary.press(f"/meeting/{meeting}/lines/{report}", done="yes", words="参加42名")
    secretary.press(f"/meeting/{meeting}/lines", value="防災倉庫の鍵")
    secretary.press(f"/meeting/{meeting}/turn", value=str(report))

    page = secretary.see(f"/meeting/{meeting}")
    for shown in ("子ども会と老人会で考えます", "見守り部会", "まだ決まらない", "参加42名", "防災倉庫の鍵"):
        assert shown in page
    with office.town.ledger() as ledger:
        made = ledger.one(Decision)
        assert (made.choice, made.organisation_ids) == ("take_home", [1, 2])
        assert ledger.by_id(Meeting, meeting).item_id == report
        assert attendance.counts(ledger, ledger.by_id(Meeting, meeting)).present == 1
        assert ledger.by_id(Item, first).spent_seconds == 0


def test_ending_names_what_is_undecided_and_says_how_much_goes_on(office: Office, secretary: Visitor) -> None:
    meeting = _meeting(office)
    secretary.press(f"/meeting/{meeting}/topics/1", choice="take_home", organisation=["1", "2"])
    ask = secretary.see(f"/meeting/{meeting}/close")
    assert "街灯" in ask.split("次の回に続けること")[1]
    assert "敬老のつどいの報告" in ask.split("済んでいない議題")[1]

    said = secretary.press(f"/meeting/{meeting}/close").text

    assert "決まらなかった1件は、次の役員会で続けます" in said
    with office.town.ledger() as ledger:
        assert [home.organisation_id for home in ledger.all(TakeHome)] == [1, 2]
    assert secretary.get(f"/meeting/{meeting}").url.path == "/desk/meeting"


def test_a_section_is_led_on_a_page_of_its_own(office: Office, secretary: Visitor) -> None:
    with office.town.ledger() as ledger:
        start = office.town.now
        section = id_of(meetings.add(ledger, start, kind=Kind.SECTION, name="見守り部会"))
    secretary.press(f"/meeting/{section}/lines", value="訪問の日程")

    page = secretary.see(f"/meeting/{section}")

    assert "訪問の日程" in page
    assert "議席" not in page.split("standing")[1].split("</summary>")[0]
    assert "終わりました" in secretary.press(f"/meeting/{section}/close").text


def test_a_device_hears_what_became_of_each_deed_and_how_things_stand(office: Office, secretary: Visitor) -> None:
    meeting, (first, *_) = _meeting(office), _items(office)
    deed = {"id": "11111111-1111-4111-8111-111111111111", "deed": "choice", "item": first, "value": "watch"}

    told = _send(secretary, meeting, deed, {"deed": "nonsense"}).json()
    again = _send(secretary, meeting, deed).json()

    assert [answer["outcome"] for answer in told["answers"].values()] == ["done", "refused"]
    assert again["answers"][deed["id"]]["outcome"] == "known"
    assert told["state"]["items"][str(first)]["choice"] == "watch"
    assert told["mark"] == secretary.mark()
    assert secretary.get(f"/meeting/{meeting}/state").json()["state"]["items"] == told["state"]["items"]


def test_a_device_whose_clock_is_wrong_is_set_right(office: Office, secretary: Visitor) -> None:
    meeting, (first, *_) = _meeting(office), _items(office)
    _send(secretary, meeting, {"deed": "choice", "item": first, "value": "watch", "at": 99_000}, sent_at="100000")
    _send(secretary, meeting, {"deed": "choice", "item": first, "value": "act", "at": 5_000}, sent_at="15000")

    with office.town.ledger() as ledger:
        assert ledger.one(Decision).choice == "watch"


@pytest.mark.parametrize("deeds", ["", "{}", "[1]", '[{"id":"x"}]', '{"a":[]}', "[[]]", "null", '[{"at":"x"}]'])
def test_what_no_page_of_ours_sends_changes_nothing(office: Office, secretary: Visitor, deeds: str) -> None:
    answer = _send(secretary, _meeting(office), deeds=deeds)
    assert answer.status_code in (200, 303)
    with office.town.ledger() as ledger:
        assert ledger.count(MeetingDeed) == 0


def test_the_address_of_deeds_is_guarded_like_every_form(office: Office, secretary: Visitor) -> None:
    meeting, (first, *_) = _meeting(office), _items(office)
    deed = {"deed": "choice", "item": first, "value": "act"}
    commissioner = office.visitor("Ucommissioner", Role.COMMISSIONER)

    assert _send(secretary, meeting, deed, mark="0" * 64).status_code == 403
    assert _send(commissioner, meeting, deed).status_code == 403
    assert commissioner.get(f"/meeting/{meeting}/state").status_code == 200
    assert "data-settle=" not in commissioner.see("/meeting")
    with office.town.ledger() as ledger:
        assert ledger.count(Decision) == 0


def test_the_meetings_page_alone_may_run_our_script(office: Office, secretary: Visitor) -> None:
    meeting = _meeting(office)
    policies = {
        path: secretary.get(path).headers["Content-Security-Policy"]
        for path in ("/", "/meeting", f"/meeting/{meeting}", f"/meeting/{meeting}/close", "/agenda")
    }
    plain = HEADERS["Content-Security-Policy"]
    assert "script-src" not in plain
    assert policies == {
        "/": plain,
        "/meeting": SCRIPTED_POLICY,
        f"/meeting/{meeting}": SCRIPTED_POLICY,
        f"/meeting/{meeting}/close": plain,
        "/agenda": plain,
    }
    worker = secretary.get("/static/meeting-sw.js").headers
    assert (worker["Service-Worker-Allowed"], worker["Content-Security-Policy"]) == (
        "/desk/meeting",
        SCRIPTED_POLICY,
    )


def test_whoever_has_excused_themselves_is_marked_and_can_still_come(office: Office, secretary: Visitor) -> None:
    meeting, ref = _meeting(office), office.ref("Uchair")
    with office.town.ledger() as ledger:
        chair = people.find(ledger, "line:Uchair")
        assert chair is not None
        attendance.excuse(ledger, ledger.by_id(Meeting, meeting), chair)
    assert "欠席の連絡あり" in secretary.see("/meeting")

    secretary.press(f"/meeting/{meeting}/people/{ref}", value="present")

    with office.town.ledger() as ledger:
        known = attendance.of_meeting(ledger, ledger.by_id(Meeting, meeting))
        assert list(known.values()) == [Presence.PRESENT]


def test_what_is_put_off_again_is_asked_about_once_and_can_be_skipped(office: Office, secretary: Visitor) -> None:
    meeting = _meeting(office)
    with office.town.ledger() as ledger:
        for number in (1, 2):
            topic = topics.find(ledger, number)
            topics.change(ledger, topic, Status.CARRIED_OVER, None)
            topic.times_carried = 2

    asked = secretary.press(f"/meeting/{meeting}/topics/1", choice="carry_over", organisation="1")
    assert asked.url.path == f"/desk/meeting/{meeting}/again/1"
    assert "この話題は3回目です" in asked.text
    with office.town.ledger() as ledger:
        assert ledger.all(Decision) == []

    secretary.press(f"/meeting/{meeting}/topics/1", choice="carry_over", organisation="1", skip="1")
    secretary.press(f"/meeting/{meeting}/topics/2", choice="carry_over", words="見積もりを待っています")
    with office.town.ledger() as ledger:
        assert [d.choice for d in ledger.all(Decision)] == ["carry_over", "carry_over"]
        assert ledger.all(Decision)[0].organisation_ids == [1]
