"""The command line: every command does its work, and every slip is answered with what to do."""

import io
import json
import logging
import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import people
from bot.settings import Settings
from bot.texts import book
from bot.understanding import Reader, classify_lines
from handlers import mail
from handlers.terminal import arguments, command_line, logs, reading
from schedules.timetable import TIMETABLE
from storage.database import Database
from storage.ledger import Ledger, open_ledger
from storage.meetings import Meeting, Stage
from storage.only_one import AlreadyServing, OnlyOne
from storage.people import Person
from storage.sealing import Keyring, read_key
from tests.handlers.test_mail import Office, Server

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
WORDS = "公園の電灯がきれていて、夜道がこわいです。"


class Machine:
    """A machine with nothing on it yet, and a person who types."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given = {
            "KIZUKI_DATABASE_URL": f"sqlite:///{folder / 'data' / 'kizuki.db'}",
            "KIZUKI_KEY_FILE": str(folder / "key"),
            "KIZUKI_PORT": "18437",
        }
        self.path = folder / "data" / "kizuki.db"
        self.jobs: list[tuple[str, datetime | None]] = []
        self.served: list[tuple[str, bool, str]] = []
        self.stop: Exception | None = None

    def type(self, *words: str) -> int:
        plugs = command_line.Plugs(
            serve=self.serve,
            run_job=self.run_job,
            platforms=lambda settings, hear: {},
            try_mail=lambda settings: mail.try_login(settings, seconds=1),
            environment=self.environment,
            now=lambda: NOW,
        )
        return command_line.run(words, plugs)

    def environment(self) -> Mapping[str, str]:
        return self.given

    def serve(self, settings: Settings, role: str = "all", *, practice: bool = False) -> int:
        if self.stop is not None:
            raise self.stop
        self.served.append((role, practice, settings.host))
        return 0

    def run_job(self, settings: Settings, name: str, at: datetime | None) -> str:
        if name != "tidy":
            raise LookupError(name)
        self.jobs.append((name, at))
        return "deleted 0"

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        database = Database(self.given["KIZUKI_DATABASE_URL"])
        keyring = Keyring(read_key(self.folder / "key"))
        with open_ledger(database, keyring, "main", NOW) as ledger:
            yield ledger
        database.close()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    level, handlers = logging.root.level, list(logging.root.handlers)
    yield Machine(tmp_path)
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


# --- inviting ---------------------------------------------------------------------------------------------


def test_the_first_secretariat_can_be_invited_on_an_empty_machine(machine: Machine, capsys: Any) -> None:
    assert machine.type("invite", "--role", "secretariat") == 0

    code = re.search(r"参加 ([A-Z2-9]{4}-[A-Z2-9]{4}) と送って", capsys.readouterr().out)
    assert code is not None
    with machine.ledger() as ledger:
        writer = people.recognise(ledger, "line:Uabc")
        assert people.join(ledger, writer, "line:Uabc", code[1]).role == "secretariat"


def test_what_is_said_of_a_person_is_written_down(machine: Machine) -> None:
    machine.type("invite", "--role", "役員", "--name", "山田", "--themes", "防災,children", "--duty", "1")

    with machine.ledger() as ledger:
        person = ledger.one(Person)
        assert (person.role, person.themes, person.duty_rank) == ("officer", ["disaster", "children"], 1)
        assert people.name_of(ledger, person) == "山田"


def test_a_link_to_the_desk_is_printed_when_asked_for(machine: Machine, capsys: Any) -> None:
    machine.type("invite", "--role", "officer", "--link")

    assert "http://127.0.0.1:18437/desk/enter/" in capsys.readouterr().out


# --- slips ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["invite"], "「kizuki invite」の書き方が少し違うようです。"),
        (["invite", "--role", "boss"], "--role に「boss」は使えません。"),
        (["invite", "--role", "resident"], "住民の方に参加コードはいりません。"),
        (["invite", "--role", "officer", "--themes", "x"], "--themes に「x」は使えません。"),
        (["invite", "--role", "officer", "--duty", "first"], "--duty には 1 から 99 まで"),
        (["invite", "--role", "organisation", "--link"], "役員ページに入れるのは"),
        (["statsu"], "「kizuki status」のことでしょうか。"),
        (["dance"], "「dance」というコマンドはありません。"),
        (["serve", "--role", "king"], "--role に「king」は使えません。"),
        (["run", "dance"], "「dance」という仕事はありません。"),
        (["run", "tidy", "--at", "tomorrow"], "「tomorrow」は時刻として読めません。"),
        (["agenda", "--format", "exe"], "--format に「exe」は使えません。"),
        (["--colour"], "「kizuki」の書き方が少し違うようです。"),
    ],
)
def test_a_slip_is_answered_with_one_kind_sentence(
    machine: Machine, capsys: Any, words: list[str], answer: str
) -> None:
    assert machine.type(*words) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert answer in said.err


def test_every_bad_setting_is_told_at_once(machine: Machine, capsys: Any) -> None:
    machine.given |= {"KIZUKI_PORT": "door", "KIZUKI_LOG_LEVEL": "loud"}

    assert machine.type("status") == 1

    said = capsys.readouterr().err
    assert "KIZUKI_PORT" in said
    assert "KIZUKI_LOG_LEVEL=info" in said


def test_a_lost_key_is_never_replaced_by_a_new_one(machine: Machine, capsys: Any) -> None:
    machine.type("invite", "--role", "officer")
    (machine.folder / "key").unlink()

    assert machine.type("status") == 1
    assert machine.type("serve") == 1

    assert "鍵の写しを" in capsys.readouterr().err
    assert not (machine.folder / "key").exists()


def test_a_newer_database_asks_for_a_newer_program(machine: Machine, capsys: Any) -> None:
    machine.type("migrate")
    connection = sqlite3.connect(machine.path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()

    assert machine.type("status") == 1
    assert "新しい版の Kizuki に入れかえて" in capsys.readouterr().err


def test_a_database_that_is_away_is_told_in_a_sentence(machine: Machine, capsys: Any) -> None:
    machine.given["KIZUKI_DATABASE_URL"] = "postgresql+psycopg://me:geheim@127.0.0.1:1/kizuki"

    assert machine.type("status") == 1

    said = capsys.readouterr().err
    assert "データベースにつながらない" in said
    assert "geheim" not in said


# --- serving ----------------------------------------------------------------------------------------------


def test_without_a_word_the_practice_town_opens_until_a_platform_is_configured(machine: Machine) -> None:
    machine.type()
    machine.given |= {"LINE_CHANNEL_SECRET": "s", "LINE_CHANNEL_ACCESS_TOKEN": "t"}
    machine.type()
    machine.type("serve", "--role", "web")

    assert machine.served == [
        ("all", True, "127.0.0.1"),
        ("all", False, "127.0.0.1"),
        ("web", False, "127.0.0.1"),
    ]


def test_the_practice_town_never_opens_to_the_street(machine: Machine, capsys: Any) -> None:
    machine.given["KIZUKI_HOST"] = "0.0.0.0"

    machine.type("serve", "--practice")

    assert machine.served == [("all", True, "127.0.0.1")]
    assert "この機械からだけ" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stop", "answer"),
    [
        (AlreadyServing("x"), "もう動いています"),
        (OSError(98, "Address already in use"), "別の番号を書いてください"),
        (OSError(99, "Cannot assign requested address"), "KIZUKI_HOST=127.0.0.1"),
        (OSError(28, "No space left on device"), "ディスクがいっぱいです"),
    ],
)
def test_what_keeps_it_from_serving_is_told_with_its_mend(
    machine: Machine, capsys: Any, stop: Exception, answer: str
) -> None:
    machine.stop = stop

    assert machine.type("serve") == 1
    assert answer in capsys.readouterr().err


# --- looking ----------------------------------------------------------------------------------------------


def test_status_counts_without_any_text(machine: Machine, capsys: Any) -> None:
    machine.type("migrate")
    capsys.readouterr()

    assert machine.type("status", "--json") == 0

    counts = json.loads(capsys.readouterr().out)
    assert counts["healthy"] is True
    assert counts["inbox"] == {"waiting": 0, "not_understood": 0, "set_aside": 0}


def test_status_reads_well_too(machine: Machine, capsys: Any) -> None:
    machine.type("status")

    assert "とどこおりはありません。" in capsys.readouterr().out


def test_check_is_content_with_a_new_machine(machine: Machine, capsys: Any) -> None:
    assert machine.type("check") == 0
    assert "大きな問題はありません。" in capsys.readouterr().out


def test_check_says_several_problems_at_once(machine: Machine, capsys: Any) -> None:
    machine.type("invite", "--role", "officer")
    (machine.folder / "key").chmod(0o644)
    machine.given |= {"LINE_CHANNEL_SECRET": "s", "LINE_CHANNEL_ACCESS_TOKEN": "t"}
    machine.given["LINE_API_URL"] = "http://127.0.0.1:1"

    assert machine.type("check") == 1

    said = capsys.readouterr().out
    assert "chmod 600" in said
    assert "LINE につながりません" in said
    assert "なおすところが2件あります" in said


class Answering(BaseHTTPRequestHandler):
    """Stands in for LINE and Slack at their own addresses."""

    def _answer(self) -> None:
        good = self.headers["Authorization"] == "Bearer good"
        answers = {
            "/v2/bot/info": (200 if good else 401, {"chatMode": "bot"}),
            "/v2/bot/channel/webhook/endpoint": (200, {"endpoint": "https://old.example/x", "active": False}),
            "/api/auth.test": (200, {"ok": good, "error": "invalid_auth"}),
            "/api/apps.connections.open": (200, {"ok": True}),
        }
        status, body = answers[self.path]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    do_GET = do_POST = _answer  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def platforms() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("token", "status"), [("good", 0), ("bad", 1)])
def test_check_asks_line_and_slack_whether_the_tokens_are_good(
    machine: Machine, platforms: str, capsys: Any, token: str, status: int
) -> None:
    machine.given |= {
        "LINE_CHANNEL_SECRET": "s",
        "LINE_CHANNEL_ACCESS_TOKEN": token,
        "LINE_API_URL": platforms,
        "SLACK_BOT_TOKEN": token,
        "SLACK_APP_TOKEN": "xapp",
        "SLACK_API_URL": f"{platforms}/api/",
    }

    assert machine.type("check") == status

    said = capsys.readouterr().out
    assert ("LINE のアクセストークンが使えます" in said) == (token == "good")
    assert ("「Webhookの利用」がオフです" in said) == (token == "good")
    assert ("Slack のトークンが使えません（auth.test: invalid_auth）" in said) == (token == "bad")
    assert "Bearer" not in said


@pytest.mark.parametrize(
    ("url", "status", "told"),
    [
        ("smtp://127.0.0.1:{port}", 0, "ログインできます"),
        ("smtp://midori:geheim@127.0.0.1:{port}", 1, "利用者名かパスワード"),
        ("smtp://127.0.0.1:1", 1, "メールのサーバー（127.0.0.1）につながりません"),
    ],
)
def test_check_tries_whether_mail_could_be_sent(
    machine: Machine, capsys: Any, url: str, status: int, told: str
) -> None:
    office = Office(Server())
    office.start()
    try:
        machine.given["KIZUKI_SMTP_URL"] = url.format(port=office.at)
        assert machine.type("check") == status
    finally:
        office.stop()

    said = capsys.readouterr().out
    assert told in said
    assert "geheim" not in said


# --- papers -----------------------------------------------------------------------------------------------


def test_the_agenda_comes_in_every_format(machine: Machine) -> None:
    for ending in arguments.FORMATS:
        target = machine.folder / f"paper.{ending}"
        assert machine.type("agenda", "--output", str(target)) == 0
        assert target.stat().st_size > 200
    assert (machine.folder / "paper.pdf").read_bytes()[:5] == b"%PDF-"
    assert json.loads((machine.folder / "paper.json").read_text())["title"] == "次第"


def test_furigana_are_an_option(machine: Machine) -> None:
    target = machine.folder / "paper.html"
    assert machine.type("agenda", "--output", str(target)) == 0
    assert "<ruby>" not in target.read_text()
    assert machine.type("agenda", "--readings", "--output", str(target)) == 0
    assert "<ruby>次第<rt>しだい</rt></ruby>" in target.read_text()


def test_the_sheet_of_notices_is_a_paper_of_its_own(machine: Machine, capfd: Any) -> None:
    assert machine.type("agenda", "--sheet", "notices") == 0
    assert "読んでおいていただく紙" in capfd.readouterr().out


def test_a_look_at_the_agenda_leaves_the_draft_to_its_job(machine: Machine) -> None:
    machine.type("agenda", "--output", str(machine.folder / "paper.md"))

    with machine.ledger() as ledger:
        assert {meeting.status for meeting in ledger.all(Meeting)} == {Stage.PLANNED}


def test_without_a_held_meeting_there_are_no_minutes(machine: Machine, capsys: Any) -> None:
    assert machine.type("minutes") == 1
    assert "終わった役員会が、まだありません" in capsys.readouterr().err


def test_the_report_is_a_table_in_japanese(machine: Machine, capfd: Any) -> None:
    assert machine.type("report") == 0
    assert "| 防災 | 0件 |" in capfd.readouterr().out


# --- keeping ----------------------------------------------------------------------------------------------


def test_a_job_runs_at_a_time_in_japan(machine: Machine) -> None:
    machine.type("run", "tidy", "--at", "2026-12-01T09:00")
    machine.type("run", "tidy", "--at", "2026-12-01T09:00+00:00")
    machine.type("run", "tidy")

    nine = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert machine.jobs == [("tidy", nine - timedelta(hours=9)), ("tidy", nine), ("tidy", None)]


def test_the_refusal_of_a_wrong_job_names_every_job() -> None:
    assert all(job.name in book()["terminal.no_such_job"] for job in TIMETABLE)


def test_an_erasure_without_the_reference_typed_again_does_nothing(machine: Machine, capsys: Any) -> None:
    machine.type("invite", "--role", "officer")
    with machine.ledger() as ledger:
        ref = ledger.one(Person).ref

    done = real(machine, "erase", "--person", ref, input="はい\n")

    assert done.returncode == 1
    assert "消しませんでした" in done.stderr
    assert real(machine, "erase", "--person", ref, input=f"{ref}\n").returncode == 0


def test_backup_and_restore_go_round(machine: Machine, capsys: Any) -> None:
    copy = str(machine.folder / "copy.db")
    machine.type("invite", "--role", "officer", "--name", "山田")
    assert machine.type("backup", copy) == 0
    machine.type("invite", "--role", "officer", "--name", "鈴木")

    assert machine.type("restore", copy) == 0

    assert stat.S_IMODE(Path(copy).stat().st_mode) == 0o600
    assert "鍵の写しは" in capsys.readouterr().out
    with machine.ledger() as ledger:
        assert len(ledger.all(Person)) == 1


def test_restore_refuses_while_kizuki_runs_and_what_is_no_backup(machine: Machine, capsys: Any) -> None:
    copy = machine.folder / "copy.db"
    machine.type("migrate")
    machine.type("backup", str(copy))
    with OnlyOne(machine.path):
        assert machine.type("restore", str(copy)) == 1
    assert machine.type("restore", str(machine.folder / "nothing.db")) == 1
    copy.write_text("hello")
    assert machine.type("restore", str(copy)) == 1

    first, second, third = capsys.readouterr().err.splitlines()
    assert "もう動いています" in first
    assert "nothing.db が見つかりません" in second
    assert "控えではないか、こわれています" in third


def test_a_backup_before_the_first_start_says_so(machine: Machine, capsys: Any) -> None:
    assert machine.type("backup", str(machine.folder / "copy.db")) == 1
    assert "まだデータがありません" in capsys.readouterr().err


def test_an_erased_person_does_not_come_back_with_a_backup(machine: Machine) -> None:
    copy = str(machine.folder / "copy.db")
    machine.type("invite", "--role", "officer", "--name", "山田")
    with machine.ledger() as ledger:
        ref = ledger.one(Person).ref
    machine.type("backup", copy)
    assert machine.type("erase", "--person", ref, "--yes") == 0
    machine.path.unlink()

    assert machine.type("restore", copy) == 0

    with machine.ledger() as ledger:
        person = ledger.one(Person)
        assert person.erased_at is not None
        assert people.name_of(ledger, person) is None


def test_nobody_is_erased_by_a_wrong_number(machine: Machine, capsys: Any) -> None:
    assert machine.type("erase", "--person", "PXXXXXX", "--yes") == 1
    assert "見つかりませんでした" in capsys.readouterr().err


# --- reading ----------------------------------------------------------------------------------------------


def test_each_line_is_answered_whatever_the_others_hold(reader: Reader) -> None:
    out = io.StringIO()
    lines = ['{"id": 1, "text": "' + WORDS + '"}', "", "{", "[]", '{"id": 4}', '{"id": 5, "text": "\\ud800"}']

    reading.stream(classify_lines, reader, lines, out)

    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, None, 4, 5]
    assert {"theme", "confidence", "abstained", "urgency", "kind", "masked_text", "because"} <= set(answers[0])


def test_a_line_that_trips_the_reader_does_not_stop_it(reader: Reader) -> None:
    out = io.StringIO()

    def trip(reader: Reader, lines: Any) -> Iterator[str]:
        for line in lines:
            if "bad" in line:
                raise RecursionError
            yield line

    reading.stream(trip, reader, ['{"id": "bad"}', '{"id": "good"}'], out)

    assert out.getvalue().splitlines() == ['{"id": "bad", "error": "RecursionError"}', '{"id": "good"}']


# --- logging ----------------------------------------------------------------------------------------------


def test_log_lines_are_json_and_keep_what_libraries_quote_to_themselves(machine: Machine) -> None:
    out = io.StringIO()
    logs.configure("info", out)

    structlog.get_logger("worker").info("done", row=3)
    structlog.get_logger("worker").debug("hidden")
    logging.getLogger("slack_bolt").error("body: %s", WORDS)

    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["event"], first["logger"], first["level"], first["row"]) == ("done", "worker", "info", 3)
    assert (second["event"], second["logger"]) == ("library", "slack_bolt")
    assert WORDS not in out.getvalue()
    logs.configure("info")


# --- as it is really typed --------------------------------------------------------------------------------


def real(machine: Machine, *words: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **machine.given}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False, **more
    )


def test_help_names_every_command_and_not_in_english(machine: Machine) -> None:
    done = real(machine, "--help")

    assert done.returncode == 0
    assert all(f" {name}" in done.stdout for name in arguments.COMMANDS)
    assert "usage" not in done.stdout


def test_classify_streams_from_a_pipe(machine: Machine) -> None:
    asked = json.dumps({"id": "a", "text": WORDS}) + "\n\n" + "nonsense\n"

    done = real(machine, "classify", "--jsonl", input=asked)

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", None]
    assert done.returncode == 0


def test_a_reader_who_goes_away_hears_no_complaint(machine: Machine) -> None:
    words = f"{sys.executable} -m bot classify --jsonl | head -1"
    lines = "\n".join(json.dumps({"id": n, "text": WORDS}) for n in range(30))

    done = subprocess.run(
        words,
        shell=True,
        cwd=ROOT,
        env={**os.environ, **machine.given},
        input=lines,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert json.loads(done.stdout)["id"] == 0
    assert done.stderr == ""


def test_serving_says_where_to_look_and_ends_cleanly(machine: Machine) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--role", "web"],
        cwd=ROOT,
        env={**os.environ, **machine.given},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        said = serving.stdout.readline()
        refused = real(machine, "serve", "--role", "web")
        serving.terminate()

        assert serving.wait(timeout=10) == 0
    assert "http://127.0.0.1:18437" in said
    assert refused.returncode == 1
    assert "ポート" in refused.stderr
