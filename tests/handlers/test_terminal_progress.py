"""A job on a terminal: a bar for whoever sits there, nothing of it in a pipe."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from handlers.terminal.screen import Bar
from tests.figures.serving import environment

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60


def test_a_bar_ends_its_line_when_all_is_done(capsys: Any) -> None:
    bar = Bar("送っています")
    for done in (0, 0, 2, 4):
        bar.show(done, 4)

    lines = capsys.readouterr().err.split("\r")
    assert lines[1:] == [
        f"送っています [{' ' * 24}] 0/4",
        f"送っています [{'#' * 12}{' ' * 12}] 2/4",
        f"送っています [{'#' * 24}] 4/4\n",
    ]


def test_a_person_at_a_terminal_sees_the_bundles_being_laid_out(tmp_path: Path) -> None:
    env = environment(tmp_path, 18439)
    _invite_and_wait(env)
    seen = _on_a_terminal(env, "run", "ping_commissioners", "--at", "2026-12-01T10:00")

    assert "用意しています [" in seen
    assert "ping_commissioners" in seen
    assert "動いているとき" in seen  # nobody serves: what waits is said to wait


def _invite_and_wait(env: dict[str, str]) -> None:
    """Let there be a commissioner whose record of the month is asked for."""
    join = (
        "from datetime import UTC, datetime\n"
        "from bot import people\n"
        "import os\n"
        "from pathlib import Path\n"
        "from storage.database import Database\n"
        "from storage.schema import migrate\n"
        "from storage.sealing import Keyring, read_or_make_key\n"
        "from storage.ledger import open_ledger\n"
        "from bot import councils\n"
        "from storage.people import Role\n"
        "now = datetime(2026, 10, 1, tzinfo=UTC)\n"
        "database = Database(os.environ['KIZUKI_DATABASE_URL'])\n"
        "migrate(database)\n"
        "councils.ensure(database, 'main', now, None)\n"
        "keyring = Keyring(read_or_make_key(Path(os.environ['KIZUKI_KEY_FILE'])))\n"
        "with open_ledger(database, keyring, 'main', now) as ledger:\n"
        "    code = people.invite(ledger, Role.COMMISSIONER, name='x')\n"
        "    people.join(ledger, people.recognise(ledger, 'line:Ux'), 'line:Ux', code)\n"
        "database.close()\n"
    )
    subprocess.run([sys.executable, "-c", join], cwd=ROOT, env=env, check=True)


def _on_a_terminal(env: dict[str, str], *words: str) -> str:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen, until = b"", time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            seen += os.read(ours, 4096)
        except OSError:  # the other side has closed
            break
    process.wait(10)
    os.close(ours)
    return seen.decode("utf-8", "replace")
