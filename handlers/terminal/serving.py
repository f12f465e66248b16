"""Serving: begins to hear and to speak, and says where to look."""

import http.client
import signal
import sys
import threading
import time
from dataclasses import replace

from bot.settings import Settings
from bot.texts import phrase
from handlers.terminal.calling import Call, here, master_key
from handlers.terminal.screen import aside, tell
from storage import schema_version

WAIT_SECONDS = 120
EVERY_SECONDS = 0.1
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def begin(call: Call) -> int:
    """Without any word: serve when a platform is configured, else open the practice town."""
    return _serve(call, "all", practice=not call.settings.has_platform)


def serve(call: Call) -> int:
    """Serve in the role that was named; the practice town, when it is asked for, needs all of them."""
    return _serve(call, "all" if call.words.practice else call.words.role, practice=call.words.practice)


def _serve(call: Call, role: str, *, practice: bool) -> int:
    settings = call.settings
    # A reader who goes away must end the answer, not the process: the start sets SIGPIPE to end it.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    if practice:
        settings = _on_loopback(settings)
    else:
        master_key(settings)  # a lost key is told now, and not replaced by a new one that opens nothing
        _tell_of_migration(settings)
    ended = threading.Event()
    threading.Thread(target=_announce, args=(settings, ended), kwargs={"practice": practice}, daemon=True).start()
    try:
        return call.plugs.serve(settings, role, practice=practice)
    finally:
        ended.set()


def _on_loopback(settings: Settings) -> Settings:
    """Keep the practice town, which anybody may enter as anybody, on this machine."""
    if settings.host in LOOPBACK:
        return settings
    aside(phrase("terminal.practice_here"))
    return replace(settings, host="127.0.0.1")


def _tell_of_migration(settings: Settings) -> None:
    version = schema_version.read(settings.database_url)
    if version is not None and version < schema_version.HEAD:
        aside(phrase("terminal.migrating"))


def _announce(settings: Settings, ended: threading.Event, *, practice: bool) -> None:
    """Say where to look as soon as somebody who looks will be answered."""
    until = time.monotonic() + WAIT_SECONDS
    while not ended.wait(EVERY_SECONDS) and time.monotonic() < until:
        if _answers(settings):
            place = f"{here(settings)}/practice" if practice else settings.public_url
            tell(phrase("terminal.practice_open" if practice else "terminal.serving", place=place))
            sys.stdout.flush()
            return


def _answers(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(here(settings).removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
