"""The officers' pages after a meeting: minutes, corrections, the posting list, two reports, how papers come."""

from datetime import timedelta

import pytest
from sqlmodel import col

from bot import contact, handouts, minutes, records, reports
from bot.settings import Settings
from storage.minutes import Amendment, Handout, Way
from storage.people import Role
from tests.bot.test_minutes import approve, convene, person
from tests.conftest import Town
from tests.handlers.desk_town import Office, Visitor


@pytest.fixture
def office(town: Town) -> Office:
    return Office(convene(town))


@pytest.fixture
def officer(office: Office) -> Visitor:
    return office.enter("Uofficer")


def meeting(office: Office) -> int:
    with office.town.ledger() as ledger:
        return records.last(ledger)[1].id or 0


def test_the_draft_is_approved_and_absentees_get_it(office: Office, officer: Visitor) -> None:
    path = f"/minutes/{meeting(office)}"
    assert path in officer.see("/minutes")
    assert path in officer.see("/meeting")
    assert "下書きです" in officer.see(path)
    told = officer.press(f"{path}/approve", back=f"/desk{path}").text
    assert "欠席した方2名へ" in told
    assert "お届け中" in officer.see(path)


def test_a_commissioner_reads_and_corrects_and_does_not_approve(office: Office, officer: Visitor) -> None:
    path = f"/minutes/{meeting(office)}"
    minsei = office.enter("Uminsei")
    assert minsei.press(f"{path}/approve").status_code == 403
    approve(office.town)
    assert "役員に伝えました" in minsei.press(f"{path}/amend", words="週に1回です").text
    assert "週に1回です" not in minsei.see(path)
    page = officer.see(path)
    assert "週に1回です" in page
    assert "訂正の声" in officer.see("/")
    with office.town.ledger() as ledger:
        number = ledger.one(Amendment).id
    officer.press(f"{path}/topics/1", words="声かけを週に1回します", charge="見守り部会", due_on="")
    assert "片づけました" in officer.press(f"{path}/amendments/{number}").text
    assert "訂正の声" not in officer.see("/")
    assert "声かけを週に1回します" in officer.see(path)


def test_final_minutes_are_added_to_alone(office: Office, officer: Visitor) -> None:
    path = f"/minutes/{meeting(office)}"
    approve(office.town)
    office.town.now += timedelta(days=5)
    with office.town.ledger() as ledger:
        minutes.finish_due(ledger)
    officer = office.enter("Uofficer")
    page = officer.see(path)
    assert "第1号" in page
    assert "ことばを直す" not in page
    assert "追記しました" in officer.press(f"{path}/add", words="会場はみどり会館です").text
    assert "会場はみどり会館です" in officer.see(path)
    for ending in ("pdf", "docx", "txt"):
        assert officer.get(f"{path}/paper.{ending}").status_code == 200
    assert officer.get(f"{path}/paper.exe").status_code == 404


def test_paper_is_printed_carried_ticked_and_answered(office: Office, officer: Visitor) -> None:
    secretary = office.visitor("Usecretary", Role.SECRETARIAT)
    ref = office.ref("Uminsei")
    assert f"/people/{ref}/contact" in secretary.see(f"/people/{ref}")
    back = f"/desk/people/{ref}/contact"
    secretary.press(f"/people/{ref}/contact", back=back, way="paper", mail="", post="集会所のポスト")
    approve(office.town)
    page = officer.see("/posting")
    assert "集会所のポスト" in page
    with office.town.ledger() as ledger:
        number = handouts.to_post(ledger)[0].id
    assert officer.get("/posting/list.pdf").content.startswith(b"%PDF")
    assert officer.get(f"/posting/{number}/paper.pdf").content.startswith(b"%PDF")
    assert "お渡し済みにしました" in officer.press(f"/posting/{number}/done").text
    assert "次の役員会の報告に" in officer.press(f"/posting/{number}/answer", words="サロンを手伝います").text
    with office.town.ledger() as ledger:
        assert ledger.one(Handout, col(Handout.id) == number).answered_at is not None
    officer.press(f"/posting/{number}/undo")
    assert "集会所のポスト" in officer.see("/posting")


def test_how_papers_come_is_set_by_the_secretariat_alone(office: Office, officer: Visitor) -> None:
    secretary = office.visitor("Usecretary", Role.SECRETARIAT)
    path = f"/people/{office.ref('Uminsei')}/contact"
    assert officer.get(path).status_code == 403
    assert "書き方ではない" in secretary.press(path, way="mailto", mail="minsei", post="").text
    secretary.press(path, way="mailto", mail="minsei@example.jp", post="")
    assert "minsei@example.jp" in secretary.see(path)
    with office.town.ledger() as ledger:
        assert contact.way_of(ledger, person(ledger, "Uminsei")) == Way.MAIL


def test_a_report_leaves_only_when_it_was_looked_at(office: Office, officer: Visitor) -> None:
    base = f"/minutes/{meeting(office)}/reports"
    assert "まだ作られていません" in officer.see(base)
    page = officer.press(base).text
    assert "下書き" in page
    assert officer.get(f"{base}/federation/paper.pdf").status_code == 404
    officer.press(f"{base}/federation/words", words="見守りにご協力ください")
    assert "見守りにご協力ください" in officer.see(base)
    assert "確かめました" in officer.press(f"{base}/federation/check").text
    assert officer.get(f"{base}/federation/paper.pdf").content.startswith(b"%PDF")
    assert officer.get(f"{base}/committee/paper.pdf").status_code == 404
    with office.town.ledger() as ledger:
        made = reports.find(ledger, records.last(ledger)[1], reports.FEDERATION)
        assert made.checked_by_id == person(ledger, "Uofficer").id
    assert Settings().smtp_url is None
    assert "送り先のメール" not in officer.see(base)
