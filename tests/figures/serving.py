"""Starting Kizuki as a process of its own, on loopback, for measuring and for killing."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECRET = "kizuki-figures-secret"
READY_SECONDS = 30


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """Give settings of a fresh installation in a folder of its own."""
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("KIZUKI_", "LINE_", "SLACK_"))
    }
    return {
        **own,
        "KIZUKI_DATABASE_URL": f"sqlite:///{folder / 'kizuki.db'}",
        "KIZUKI_KEY_FILE": str(folder / "key"),
        "KIZUKI_PORT": str(port),
        "KIZUKI_LOG_LEVEL": "error",
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": "token",
        **more,
    }


def start(env: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """Start `kizuki serve`."""
    command = [sys.executable, "-m", "bot", "serve", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> float:
    """Wait for `/readyz`; give the seconds it took."""
    begin = time.monotonic()
    while time.monotonic() - begin < READY_SECONDS:
        if process.poll() is not None:
            raise RuntimeError(f"kizuki ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return time.monotonic() - begin
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise TimeoutError("kizuki did not become ready")


@contextmanager
def served(env: Mapping[str, str], *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Serve for the length of the block; gives the process and the seconds until it was ready."""
    process = start(env, *arguments)
    try:
        yield process, wait_until_ready(int(env["KIZUKI_PORT"]), process)
    finally:
        process.terminate()
        process.wait(10)


def memory_mb(pid: int) -> float:
    """Give a process's resident memory."""
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
    return 0.0
