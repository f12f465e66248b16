"""The officers' pages: who comes in, what they see, and what a press does."""

import base64
import re
from datetime import timedelta

import pytest
from sqlmodel import col, select
from starlette.routing import Route

from bot import agenda, meetings, people, topics
from bot.messages import Say
from bot.outbox import About, post
from handlers.web import desk
from handlers.web.desk.enter import OPEN_TO_ALL
from storage.concerns import Concern, Part, Standing
from storage.inbox import InboxRow, Received
from storage.journal import JournalEntry
from storage.ledger import Ledger, id_of
from storage.meetings import Decision, Item, Meeting, Stage
from storage.outbox import Delivery, OutboxRow
from storage.people import Person, Role
from storage.topics import Note, Status, Topic
from tests.conftest import Town
from tests.handlers.desk_town import Browser, Office, Visitor

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"
LAMP = "3丁目の街灯が切れていて、夜道が暗いです"
OUR_SCRIPT = '<script src="/desk/static/meeting.js" defer></script>'  # the one page that has any
BLOWS = "隣の家で、お父さんが子どもを殴っているようです"
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> =1+1 ごみ置き場が荒らされています'


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town)


@pytest.fixture
def secretary(office: Office) -> Visitor:
    return office.visitor("Usecretary", Role.SECRETARIAT)


def _journal(town: Town, action: str) -> list[str]:
    with town.ledger() as ledger:
        return [entry.subject for entry in ledger.all(JournalEntry, col(JournalEntry.action) == action)]


def _topic(town: Town, number: int = 1) -> Topic:
    with town.ledger() as ledger:
        return topics.find(ledger, number)


def _write(town: Town, *texts: str) -> None:
    for place, text in enumerate(texts):
        town.hear(f"Uwriter{place}", text)
        town.settle()


def _compiled(town: Town) -> int:
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        return id_of(meeting)


def _filled(path: str) -> str:
    return re.sub(r"{[^}]*}", "1", path)


# --- the door ---------------------------------------------------------------------------------------


def test_every_page_asks_for_a_visitor(office: Office) -> None:
    for page in desk.PAGES:
        answer = Browser(office.app).request(page.method, f"/desk{_filled(page.path)}")
        assert (page.path, answer.status_code) == (page.path, 401)
        assert "役員ページ" in answer.text


def test_no_address_stands_outside_the_court(office: Office) -> None:
    """A page that is added without the court would be open to the street."""
    curtain = office.app.routes[0].app  # type: ignore[attr-defined]
    found = {route.path for route in curtain.app.routes if isinstance(route, Route)}

    assert found - {page.path for page in desk.PAGES} == {*OPEN_TO_ALL, "/leave"}


def test_a_link_works_once_and_a_preview_does_not_use_it_up(office: Office) -> None:
    office.town.join("Uofficer", Role.OFFICER)
    link = office.link("Uofficer")
    browser = Browser(office.app)
    for _ in range(3):  # LINE, Slack and the mail program look first
        page = browser.get(link)
    mark = re.search(r'name="mark" value="(\w+)"', page.text)
    assert mark is not None

    assert "今日" in browser.post(link, data={"mark": mark[1]}).text
    other = Browser(office.app)
    again = re.search(r'name="mark" value="(\w+)"', other.get(link).text)
    assert again is not None
    assert other.post(link, data={"mark": again[1]}).status_code == 410


def test_a_link_cannot_be_pressed_from_another_site(office: Office) -> None:
    office.town.join("Uofficer", Role.OFFICER)
    link = office.link("Uofficer")

    assert Browser(office.app).post(link, data={"mark": "0" * 64}).status_code == 403
    assert "今日" in office.enter("Uofficer").see("/")


def test_a_visit_ends_after_twelve_hours_and_the_page_says_how_to_come_back(
    office: Office, secretary: Visitor
) -> None:
    office.town.now += timedelta(hours=12, minutes=1)

    answer = secretary.get("/")
    assert answer.status_code == 401
    assert "「役員ページ」と送ってください" in answer.text


def test_whoever_leaves_must_come_in_anew(secretary: Visitor) -> None:
    assert "おつかれさまでした" in secretary.press("/leave").text
    assert secretary.get("/").status_code == 401


def test_a_visit_ends_with_the_duty(office: Office, secretary: Visitor) -> None:
    officer = office.visitor("Uofficer", Role.OFFICER)
    secretary.press(f"/people/{office.ref('Uofficer')}/end")

    assert officer.get("/").status_code == 401


def test_cookies_are_out_of_reach_and_travel_by_https_alone_where_there_is_https(town: Town) -> None:
    office = Office(town, public_url="https://kizuki.example")
    town.join("Uofficer", Role.OFFICER)
    browser = Browser(office.app, office.public_url)
    link = office.link("Uofficer")
    mark = re.search(r'name="mark" value="(\w+)"', browser.get(link).text)
    assert mark is not None

    cookies = browser.post(link, data={"mark": mark[1]}, follow_redirects=False).headers["set-cookie"]
    assert "kizuki_visit=main." in cookies
    for flag in ("HttpOnly", "SameSite=lax", "Secure", "Path=/desk"):
        assert flag in cookies


def test_every_answer_forbids_scripts_frames_and_keeping(secretary: Visitor) -> None:
    for path in ("/", "/nowhere", "/enter/x", "/topics/99", "/static/desk.css"):
        headers = secretary.get(path).headers
        assert "script" not in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


# --- pressing ---------------------------------------------------------------------------------------


def test_a_press_from_another_site_is_refused_and_does_nothing(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)

    for mark in ({}, {"mark": ""}, {"mark": "0" * 64}):
        assert secretary.client.post("/desk/topics/1/resolved", data=mark).status_code == 403
    assert _topic(office.town).status == Status.SHARED


def test_every_form_needs_its_mark(secretary: Visitor) -> None:
    for page in [p for p in desk.PAGES if p.method == "POST"]:
        answer = secretary.client.post(f"/desk{_filled(page.path)}", data={})
        assert (page.path, answer.status_code) == (page.path, 403)


def test_a_press_never_leads_out_of_the_desk(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    for back in ("https://evil.example", "//evil.example", "/desk//..\r\nX: y", "/practice", "/desk@evil"):
        data = {"mark": secretary.mark(), "back": back}
        answer = secretary.client.post("/desk/topics/1/seen", data=data, follow_redirects=False)
        assert (back, answer.status_code, answer.headers["location"]) == (back, 303, "/desk/")


def test_what_is_done_is_said_once_and_wakes_the_courier(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    office.woken.clear()

    assert "受付1を「対応中」にしました" in secretary.press("/topics/1/acting", "/desk/topics/1").text
    assert office.woken == [1]
    assert "受付1を「対応中」にしました" not in secretary.see("/topics/1")


def test_what_cannot_be_is_said_kindly_where_the_person_was(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    secretary.press("/topics/1/resolved")

    answer = secretary.press("/topics/1/acting", "/desk/topics/1")
    assert answer.url.path == "/desk/topics/1"
    assert "いまの状態ではその操作ができません" in answer.text


def test_a_form_that_is_no_form_is_refused(secretary: Visitor) -> None:
    assert secretary.client.post("/desk/topics/1/notes", content=b"x" * 70_000).status_code == 413


def test_a_fault_of_ours_is_said_with_a_number_and_nothing_is_half_done(town: Town) -> None:
    def broken() -> object:
        raise RuntimeError("昼ごはん")

    office = Office(town, reader=broken)  # type: ignore[arg-type]
    secretary = office.visitor("Usecretary", Role.SECRETARIAT)
    _keep(town, "ありがとうございました")

    answer = secretary.press("/kept/1/share")
    assert answer.status_code == 500
    assert re.search("番号[0-9a-f]{6}", answer.text)
    assert "昼ごはん" not in answer.text
    with town.ledger() as ledger:
        assert ledger.one(Concern).status == Standing.KEPT


# --- 今日 -------------------------------------------------------------------------------------------


def test_an_alert_stands_first_until_somebody_has_seen_it(office: Office, secretary: Visitor) -> None:
    office.town.hear("U1", "隣のおばあさんが倒れて返事がありません")

    assert "緊急の気づき" in secretary.see("/")
    secretary.press("/topics/1/seen")
    assert "緊急の気づき" not in secretary.see("/")


def test_a_commissioner_sees_what_waits_and_can_put_it_off(office: Office) -> None:
    commissioner = office.visitor("Ucommissioner", Role.COMMISSIONER)
    _write(office.town, LUNCH)

    assert "昼ごはんを食べていない子" in commissioner.see("/")
    commissioner.press("/topics/1/later")
    assert "昼ごはんを食べていない子" not in commissioner.see("/")


# --- 話題 -------------------------------------------------------------------------------------------


def test_topics_stand_on_the_arrow_and_are_found_by_number(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH, LAMP)
    secretary.press("/topics/2/acting")

    page = secretary.see("/topics")
    shared, _, rest = page.partition('id="considering"')
    assert "昼ごはん" in shared
    assert "街灯" in rest
    assert secretary.get("/topics?number=２").url.path == "/desk/topics/2"
    assert secretary.get("/topics?number=77").status_code == 404


def test_a_topic_shows_masked_words_and_a_note_sent_twice_is_one(office: Office, secretary: Visitor) -> None:
    _write(office.town, "山田太郎さんの家の前の溝があふれています。電話は045-123-4567です")

    assert "045-123-4567" not in secretary.see("/topics/1")
    for _ in range(2):
        secretary.press("/topics/1/notes", words="電話 045-123-4567 で聞きました", once="a1")
    assert "045-123-4567" not in secretary.see("/topics/1")
    with office.town.ledger() as ledger:
        assert ledger.count(Note) == 1


def test_the_original_is_shown_at_a_press_and_each_look_is_journalled(office: Office, secretary: Visitor) -> None:
    _write(office.town, "電話は045-123-4567です。街灯が切れています")

    for _ in range(2):
        assert "<mark>045-123-4567</mark>" in secretary.press("/concerns/1/original").text
    assert _journal(office.town, "read_original") == ["concern:1", "concern:1"]


def test_pictures_are_shown_with_the_original_alone(office: Office, secretary: Visitor) -> None:
    town = office.town
    town.hear("U1", LAMP)
    town.hear("U1", kind="picture")
    with town.ledger() as ledger:
        part = ledger.one(Part, col(Part.is_picture).is_(True))
        key = ledger.one(Concern).key_id
        part.content_sealed = ledger.seal(key, base64.b64encode(b"\xff\xd8picture").decode())
        part.content_type = "image/jpeg"
        ledger.session.add(part)
    town.settle()

    assert "data:image/jpeg" not in secretary.see("/topics/1")
    assert 'src="data:image/jpeg;base64,/9hwaWN0dXJl"' in secretary.press("/concerns/1/original").text


def test_a_commissioner_reads_the_original_of_their_own_topics_alone(office: Office) -> None:
    first = office.visitor("Ufirst", Role.COMMISSIONER)
    second = office.visitor("Usecond", Role.COMMISSIONER)
    _write(office.town, LUNCH)
    with office.town.ledger() as ledger:
        by_name = {p.id: p for p in ledger.all(Person)}
        assignee = by_name[topics.find(ledger, 1).assignee_id]
        owner, other = (first, second) if assignee.ref == _ref_of(ledger, "Ufirst") else (second, first)

    assert "昼ごはん" in owner.press("/concerns/1/original").text
    refused = other.press("/concerns/1/original")
    assert "担当の方だけ" in refused.text
    assert _journal(office.town, "read_original") == ["concern:1"]


def _ref_of(ledger: Ledger, user: str) -> str:
    person = people.find(ledger, f"line:{user}")
    assert person is not None
    return person.ref


def test_a_commissioner_does_not_come_to_the_boards_pages(office: Office) -> None:
    commissioner = office.visitor("Ucommissioner", Role.COMMISSIONER)

    for shut in (
        "/people",
        "/council",
        "/tray",
        "/delivery",
        "/people/PABC",
        "/agenda/1/approve",
        "/meeting/1/close",
    ):
        assert (shut, commissioner.get(shut).status_code) == (shut, 403)
    for open_to_them in ("/", "/topics", "/agenda", "/meeting", "/more", "/unsorted", "/kept"):
        assert (open_to_them, commissioner.get(open_to_them).status_code) == (open_to_them, 200)


def test_a_commissioner_cannot_press_the_boards_buttons(office: Office) -> None:
    commissioner = office.visitor("Ucommissioner", Role.COMMISSIONER)
    theirs = ("enter_desk", "read_masked", "discuss", "sort", "ask_board", "merge", "acknowledge")

    for page in [p for p in desk.PAGES if p.method == "POST" and p.deed not in theirs]:
        assert (page.path, commissioner.press(_filled(page.path)).status_code) == (page.path, 403)


def test_what_is_handled_apart_is_read_by_the_board_and_brought_out_by_the_secretariat(
    office: Office, secretary: Visitor
) -> None:
    town = office.town
    _write(town, LUNCH)
    with town.ledger() as ledger:
        topic = topics.find(ledger, 1)
        topic.is_restricted, topic.is_open, topic.assignee_id = True, False, None
        ledger.session.add(topic)
    officer = office.visitor("Uofficer", Role.OFFICER)
    commissioner = office.visitor("Ucommissioner", Role.COMMISSIONER)

    for page in (commissioner.see("/topics"), commissioner.see("/topics/1"), officer.see("/topics")):
        assert "昼ごはん" not in page
    assert "個別に対応" in officer.see("/topics")
    assert "昼ごはん" in officer.see("/topics/1")
    assert officer.press("/topics/1/release").status_code == 403

    assert "はい、話し合いの場に出します" in secretary.see("/topics/1/release")
    secretary.press("/topics/1/release")
    assert (_topic(town).is_restricted, _topic(town).is_open) == (False, True)
    assert _journal(town, "release") == ["topic:1"]
    assert "昼ごはん" in commissioner.see("/topics/1")


def test_an_unsorted_topic_gets_its_theme_by_one_press(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    with office.town.ledger() as ledger:
        topic = topics.find(ledger, 1)
        topic.is_unsorted = True
        ledger.session.add(topic)

    assert "テーマが決まっていない話題" in secretary.see("/")
    assert "昼ごはん" in secretary.see("/unsorted")
    secretary.press("/topics/1/theme", theme="poverty")
    assert (_topic(office.town).theme, _topic(office.town).is_unsorted) == ("poverty", False)
    assert "テーマを選んでください" in secretary.press("/topics/1/theme", theme="no such theme").text


def test_topics_are_put_together_and_parted_again(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH, "昼ごはんがない子が近所にいます")

    assert secretary.press("/topics/2/merge", other="1").url.path == "/desk/topics/1"
    assert "2人の声" in secretary.see("/topics/1")
    secretary.press("/topics/1/part", "/desk/topics/1")
    assert "2人の声" not in secretary.see("/topics/1")


def test_a_heading_an_urgency_and_a_withdrawal_by_an_officer(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    secretary.press("/topics/1/heading", words="夏の昼食")
    secretary.press("/topics/1/urgency", urgency="soon")
    page = secretary.see("/topics/1")
    assert "夏の昼食" in page
    assert "早めに" in page

    assert "もとにもどせません" in secretary.see("/concerns/1/withdraw")
    assert _topic(office.town).status == Status.SHARED
    secretary.press("/concerns/1/withdraw")
    assert _topic(office.town).status == Status.WITHDRAWN


# --- 次第 -------------------------------------------------------------------------------------------


def test_what_officers_lay_out_stays_when_the_paper_is_compiled_again(office: Office, secretary: Visitor) -> None:
    town = office.town
    _write(town, LUNCH, LAMP, "集会所の段差で車いすが入れません")
    meeting = _compiled(town)
    lines = _lines(town)
    secretary.press(f"/agenda/{meeting}/lines/{lines[3]}/up")
    secretary.press(f"/agenda/{meeting}/lines/{lines[3]}/minutes", minutes="12")
    secretary.press(f"/agenda/{meeting}/lines/{lines[3]}/heading", words="集会所の入口")
    secretary.press(f"/agenda/{meeting}/lines/{lines[2]}/hide")
    secretary.press(f"/agenda/{meeting}/lines", section="notice", words="敬老会のお知らせ")
    before = _paper(town)

    secretary.press(f"/agenda/{meeting}/compile")
    assert _paper(town) == before
    assert "今回は外した話題" in secretary.see("/agenda")
    assert "敬老会のお知らせ" in secretary.see("/agenda")
    secretary.press(f"/agenda/{meeting}/lines/{lines[2]}/show")
    assert "今回は外した話題" not in secretary.see("/agenda")


def test_a_line_moves_past_the_next_one_that_is_shown(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH, LAMP, "集会所の段差で車いすが入れません")
    meeting, lines = _compiled(office.town), _lines(office.town)
    order = [number for number, *_ in _paper(office.town)]
    first, middle, last = order
    secretary.press(f"/agenda/{meeting}/lines/{lines[middle]}/hide")

    secretary.press(f"/agenda/{meeting}/lines/{lines[last]}/up")
    shown = [number for number, hidden, *_ in _paper(office.town) if not hidden]
    assert shown == [last, first]


def _lines(town: Town) -> dict[int, int]:
    with town.ledger() as ledger:
        return {
            ledger.by_id(Topic, item.topic_id).number: id_of(item)
            for item in ledger.all(Item)
            if item.topic_id is not None
        }


def _paper(town: Town) -> list[tuple[int, bool, int, str]]:
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        return [
            (
                ledger.by_id(Topic, i.topic_id).number if i.topic_id else 0,
                i.is_hidden,
                i.minutes,
                agenda.heading(ledger, i),
            )
            for i in agenda.items_of(ledger, meeting)
        ]


def test_approving_asks_first_and_then_the_writers_hear(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    meeting = _compiled(office.town)
    assert "承認しますか" in secretary.see(f"/agenda/{meeting}/approve")
    assert "話し合います" not in office.town.last("Uwriter0").text

    secretary.press(f"/agenda/{meeting}/approve")
    assert "話し合います" in office.town.last("Uwriter0").text
    _write(office.town, LAMP)
    secretary.press(f"/agenda/{meeting}/compile")
    assert "追加" in secretary.see("/agenda")


@pytest.mark.parametrize(("ending", "begin"), [("pdf", b"%PDF"), ("docx", b"PK"), ("md", "令和".encode())])
def test_the_paper_can_be_taken_away(ending: str, begin: bytes, office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)

    answer = secretary.get(f"/agenda/{_compiled(office.town)}/paper.{ending}")
    assert answer.status_code == 200
    assert answer.content.startswith(begin)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert secretary.get("/agenda/1/paper.exe").status_code == 404


def test_a_paper_that_is_too_long_is_said_kindly(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    meeting, lines = _compiled(office.town), _lines(office.town)
    secretary.press(f"/agenda/{meeting}/lines/{lines[1]}/minutes", minutes="90")

    assert "会議の時間を10分こえています" in secretary.see("/agenda")


# --- 会議 -------------------------------------------------------------------------------------------


def test_a_meeting_decides_ends_and_leaves_minutes(office: Office, secretary: Visitor) -> None:
    town = office.town
    _write(town, LUNCH, LAMP)
    meeting = _compiled(town)
    secretary.press("/organisations", name="子ども会")
    secretary.press(
        f"/meeting/{meeting}/topics/1",
        choice="take_home",
        words="子ども会で考えます",
        organisation="1",
        due_on="2026-12-10",
    )
    with town.ledger() as ledger:
        made = ledger.one(Decision)
        assert (made.choice, made.organisation_id, str(made.due_on)) == ("take_home", 1, "2026-12-10")

    ask = secretary.see(f"/meeting/{meeting}/close")
    assert "次の回に続けること" in ask
    secretary.press(f"/meeting/{meeting}/close")
    with town.ledger() as ledger:
        assert ledger.by_id(Meeting, meeting).status == Stage.HELD
    assert (_topic(town, 1).status, _topic(town, 2).status) == (Status.TAKEN_HOME, Status.CARRIED_OVER)
    assert "子ども会で考えます" in town.last("Uwriter0").text
    assert "議事録" in secretary.see("/meeting")
    assert "子ども会" in secretary.get(f"/meeting/{meeting}/minutes.md").text

    secretary.press("/topics/1/answer", words="土曜に食事会をひらきます")
    assert "土曜に食事会をひらきます" in secretary.see("/topics/1")
    assert "もう終わりました" in secretary.press(f"/meeting/{meeting}/close").text


def test_a_day_that_is_none_is_asked_for_again(office: Office, secretary: Visitor) -> None:
    _write(office.town, LUNCH)
    meeting = _compiled(office.town)

    answer = secretary.press(f"/meeting/{meeting}/topics/1", choice="act", due_on="あした")
    assert "日付を" in answer.text
    with office.town.ledger() as ledger:
        assert ledger.count(Decision) == 0


# --- the trays --------------------------------------------------------------------------------------


def _unknown(town: Town, body: bytes = b'{"type":"<b>new</b>"}', account: str = "line:main") -> int:
    with town.database.transaction() as session:
        row = InboxRow(
            account=account,
            event_id=f"x{account}",
            body_sealed=town.keyring.seal_passing(body),
            received_at=town.now,
            next_at=town.now,
            status=Received.UNKNOWN,
        )
        session.add(row)
        session.flush()
        return id_of(row)


def _inbox(town: Town, id_: int) -> InboxRow:
    with town.database.reading() as session:
        return session.exec(select(InboxRow).where(col(InboxRow.id) == id_)).one()


def test_what_was_not_understood_is_looked_at_by_the_secretariat_and_put_away(
    office: Office, secretary: Visitor
) -> None:
    row = _unknown(office.town)
    officer = office.visitor("Uofficer", Role.OFFICER)
    assert "受け取れなかったもの" in officer.see("/tray")
    assert officer.press(f"/tray/{row}/look").status_code == 403

    body = secretary.press(f"/tray/{row}/look").text
    assert "&lt;b&gt;new&lt;/b&gt;" in body
    assert _journal(office.town, "read_inbox") == [f"inbox:{row}"]
    officer.press(f"/tray/{row}/again")
    assert _inbox(office.town, row).status == Received.WAITING


def test_what_a_person_has_looked_at_loses_its_body(office: Office, secretary: Visitor) -> None:
    row = _unknown(office.town)

    secretary.press(f"/tray/{row}/settle")
    assert (_inbox(office.town, row).status, _inbox(office.town, row).body_sealed) == (Received.DONE, None)


def test_another_councils_tray_stays_shut(office: Office, secretary: Visitor) -> None:
    row = _unknown(office.town, account="line:other")

    assert f"/tray/{row}/" not in secretary.see("/tray")
    assert secretary.press(f"/tray/{row}/look").status_code == 404


def test_what_could_not_be_said_is_said_again_at_a_press(office: Office, secretary: Visitor) -> None:
    with office.town.ledger() as ledger:
        row = post(ledger, "slack:C0COUNCIL", Say("post", text="お知らせ"), "test", About())
        assert row is not None
        row.status, row.reason = Delivery.FAILED, "channel_not_found"
        ledger.session.add(row)
        id_ = id_of(row)

    assert "channel_not_found" in secretary.see("/delivery")
    secretary.press(f"/delivery/{id_}/again")
    with office.town.ledger() as ledger:
        assert ledger.by_id(OutboxRow, id_).status == Delivery.WAITING


def _keep(town: Town, text: str) -> None:
    town.hear("U1", text)
    with town.ledger() as ledger:
        concern = ledger.one(Concern)
        concern.status, concern.kind, concern.settles_at = Standing.KEPT, "thanks", None
        ledger.session.add(concern)


def test_what_was_kept_as_thanks_can_become_a_topic(office: Office, secretary: Visitor) -> None:
    _keep(office.town, "ありがとうございます。でも街灯はまだ切れています")

    assert "街灯はまだ切れています" in secretary.see("/kept")
    secretary.press("/kept/1/share")
    assert _topic(office.town).status == Status.SHARED


# --- people and settings ----------------------------------------------------------------------------


def test_a_join_code_is_shown_once_and_works(office: Office, secretary: Visitor) -> None:
    page = secretary.press("/people", role="commissioner", name="見守りの方", themes=["children", "x"]).text
    code = re.search("[A-Z0-9]{4}-[A-Z0-9]{4}", page)
    assert code is not None
    assert code[0] not in secretary.see("/people")

    office.town.hear("Unew", f"参加 {code[0]}")
    assert "民生委員" in office.town.last("Unew").text
    with office.town.ledger() as ledger:
        assert ledger.one(Person, col(Person.role) == Role.COMMISSIONER).themes == ["children"]


def test_a_new_code_makes_the_old_one_useless(office: Office, secretary: Visitor) -> None:
    first = re.search("[A-Z0-9]{4}-[A-Z0-9]{4}", secretary.press("/people", role="officer", name="会長").text)
    with office.town.ledger() as ledger:
        ref = ledger.one(Person, col(Person.role) == Role.OFFICER).ref
    secretary.press(f"/people/{ref}/code")
    assert first is not None

    office.town.hear("Unew", f"参加 {first[0]}")
    assert "使えませんでした" in office.town.last("Unew").text


def test_a_duty_changes_and_ends_and_the_last_secretary_stays(office: Office, secretary: Visitor) -> None:
    office.town.join("Ucommissioner", Role.COMMISSIONER, name="前の方")
    ref = office.ref("Ucommissioner")
    secretary.press(f"/people/{ref}/name", name="新しい呼び名")
    secretary.press(f"/people/{ref}/duty", duty_rank="3", themes=["children"])
    page = secretary.see(f"/people/{ref}")
    assert "新しい呼び名" in page
    assert 'value="3"' in page
    assert 'value="children" checked' in page

    _write(office.town, LUNCH)
    secretary.press(f"/people/{ref}/end")
    assert _topic(office.town).assignee_id is None
    assert secretary.get(f"/people/{ref}").status_code == 404
    own = office.ref("Usecretary")
    assert "事務局の方がいなくなってしまいます" in secretary.press(f"/people/{own}/end").text


SETTINGS = {
    "name": "みどり地区社協",
    "seats": "20",
    "meeting_week": "2",
    "meeting_weekday": "4",
    "meeting_time": "18:30",
    "meeting_minutes": "120",
    "meeting_place": "集会所",
    "meeting_skips": ["8", "1"],
    "lead_days": "10",
    "final_days": "3",
    "bring_in_days": "6",
    "correction_days": "4",
    "notice_share": "50",
    "ping_time": "10:00",
    "quiet_from": "21:00",
    "quiet_until": "8:30",
    "rest_obon": "1",
    "push_reserve": "30",
    "federation": "みどり地区連合",
    "committee": "推進委員会",
    "pillar_1": "支え合う",
    "pillar_3": "集まる",
    "pillar_of_children": "3",
    "pillar_of_isolation": "1",
    "pillar_of_poverty": "2",
    "slack_channel": "C0COUNCIL",
    "channel_children": "C0CHILDREN",
}


def test_the_secretariat_sets_the_number_of_the_next_meeting(office: Office, secretary: Visitor) -> None:
    with office.town.ledger() as ledger:
        meetings.plan(ledger)
    assert "今年度の第何回ですか" in secretary.see("/council")
    secretary.press("/council", **SETTINGS, next_number="8")
    with office.town.ledger() as ledger:
        assert [m.number for m in meetings.upcoming(ledger)] == [8, 9, 10]


def test_the_secretariat_sets_the_councils_ways(office: Office, secretary: Visitor) -> None:
    assert "設定を変えました" in secretary.press("/council", **SETTINGS).text

    with office.town.ledger() as ledger:
        council = ledger.council
        assert (council.meeting_week, council.meeting_weekday, council.meeting_time) == (2, 4, "18:30")
        assert (council.seats, council.rest_weekends, council.lead_days) == (20, False, 10)
        assert (council.final_days, council.bring_in_days, council.correction_days) == (3, 6, 4)
        assert (council.meeting_skips, council.notice_share, council.push_reserve) == ([1, 8], 50, 30)
        assert (council.quiet_from, council.quiet_until) == ("21:00", "08:30")
        assert (council.rest_holidays, council.rest_obon, council.rest_new_year) == (False, True, False)
        assert (council.federation, council.committee) == ("みどり地区連合", "推進委員会")
        assert council.pillars == [
            {"name": "支え合う", "themes": ["isolation"]},
            {"name": "集まる", "themes": ["children"]},
        ]
        assert council.theme_channels == {"children": "C0CHILDREN"}


def test_a_setting_that_cannot_be_is_not_taken_over(office: Office, secretary: Visitor) -> None:
    for wrong in (
        {"meeting_time": "25:00"},
        {"ping_time": "x"},
        {"seats": "-1"},
        {"meeting_week": "6"},
        {"quiet_from": "24:00"},
        {"final_days": "11"},
        {"bring_in_days": "x"},
        {"notice_share": "0"},
        {"slack_channel": "#a b"},
    ):
        secretary.press("/council", **(SETTINGS | wrong))
        with office.town.ledger() as ledger:
            assert (wrong, ledger.council.seats) == (wrong, 0)


# --- what people write ------------------------------------------------------------------------------


def test_what_people_write_means_nothing_but_itself_on_every_page(office: Office, secretary: Visitor) -> None:
    town = office.town
    _write(town, HOSTILE, LAMP + "あ" * 3_000)
    meeting = _compiled(town)
    secretary.press("/topics/1/notes", words=HOSTILE, once="1")
    secretary.press("/topics/1/heading", words=HOSTILE)
    secretary.press(f"/agenda/{meeting}/lines", section="report", words=HOSTILE)
    secretary.press("/organisations", name=HOSTILE)
    secretary.press("/people", role="officer", name='"><script>x</script>')
    secretary.press(f"/meeting/{meeting}/topics/1", choice="act", words=HOSTILE)
    pages = ["/", "/topics", "/topics/1", "/topics/2", "/unsorted", "/agenda", "/meeting", "/people", "/kept"]
    shown = "".join(secretary.see(path) for path in pages) + secretary.press("/concerns/1/original").text

    assert "&lt;script&gt;" in shown
    assert "<script" not in shown.replace(OUR_SCRIPT, "")
    assert "<img" not in shown


def test_a_number_that_no_record_has_is_not_here(secretary: Visitor) -> None:
    for path in ("/topics/123456789", "/topics/99999999999999999999", "/agenda/9/paper.pdf", "/nowhere"):
        answer = secretary.get(path)
        assert answer.status_code == 404
        assert "今日のページへ" in answer.text


def test_every_page_stands_by_itself_without_a_script_and_says_its_language(
    office: Office, secretary: Visitor
) -> None:
    numbers = _records(office, secretary)
    files = ("{ending}", "/state")  # a file to take away, and what the meeting's script reads
    for page in [p for p in desk.PAGES if p.method == "GET" and not any(end in p.path for end in files)]:
        html = secretary.see(_filled(_named(page.path, numbers)))
        assert '<html lang="ja">' in html
        assert html.count("<h1") == 1
        assert 'class="skip"' in html
        assert not re.search(r"<script| style=| on\w+=", html.replace(OUR_SCRIPT, ""))
        for id_ in re.findall(r'<label for="([\w-]+)"', html):
            assert f'id="{id_}"' in html


def _records(office: Office, secretary: Visitor) -> dict[str, str]:
    """Give each kind of page a record to show: a sealed case, a means, a held meeting and one to come."""
    town = office.town
    _write(town, LUNCH, BLOWS)
    secretary.press("/means", name="ケアプラザ調理室", themes=["children"])
    held = _compiled(town)
    secretary.press(f"/meeting/{held}/close")
    coming = _compiled(town)
    return {
        "ref": office.ref("Usecretary"),
        "/minutes/{meeting:int}": f"/minutes/{held}",
        "{meeting:int}": str(coming),
        "/topics/{number:int}/": "/topics/2/",
    }


def _named(path: str, numbers: dict[str, str]) -> str:
    for place, number in numbers.items():
        path = path.replace(place if place.startswith(("/", "{")) else f"{{{place}}}", number)
    return path
