"""`check` and `status`: what is wrong with the set-up, and how things stand."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot import checkup
from bot import status as status_
from bot.checkup import Finding, Level
from bot.settings import BadSettings, Settings
from bot.texts import phrase
from handlers.terminal.asking import ask_all
from handlers.terminal.calling import COUNCIL, Call, has_council
from handlers.terminal.screen import tell
from storage.database import Database
from storage.ledger import open_ledger
from storage.sealing import Keyring, MasterKeyMissing, read_key


def check(call: Call) -> int:
    """Say every problem of the set-up at once, each with its mend; 0 when nothing is broken."""
    try:
        found = _look(call, call.settings)
    except BadSettings as trouble:
        found = checkup.of_settings(trouble)
    for finding in found:
        tell(f"{phrase(f'check.{finding.level}_mark')} {finding.words}")
        if finding.mend:
            tell(phrase("check.mend", mend=finding.mend))
    bad = sum(finding.level == Level.BROKEN for finding in found)
    tell("\n" + (phrase("check.unsound", count=bad) if bad else phrase("check.sound")))
    return 0 if checkup.is_sound(found) else 1


def _look(call: Call, settings: Settings) -> list[Finding]:
    asked = ask_all(settings, call.plugs.try_mail)

    def see(database: Database) -> Sequence[Finding]:
        if not has_council(database):
            return [checkup.note("no_council")]
        try:
            keyring = Keyring(read_key(settings.key_file))
        except MasterKeyMissing:
            return []  # already told
        with open_ledger(database, keyring, COUNCIL, call.plugs.now(), writing=False) as ledger:
            return checkup.of_council(ledger)

    return [
        *checkup.of_machine(settings, asked, call.plugs.now()),
        *checkup.of_database(settings, see),
        *checkup.of_platforms(settings, asked),
    ]


def status(call: Call) -> int:
    """Count what waits and where things stand, without a word of what anybody wrote."""
    with call.ledger(writing=False) as ledger:
        counts = status_.report(ledger)
    if call.words.json:
        tell(json.dumps(counts, ensure_ascii=False, indent=2))
    else:
        for line in _lines(counts):
            tell(line)
    return 0


def _lines(counts: Mapping[str, Any]) -> list[str]:
    rows = [
        phrase("terminal.status_healthy" if counts["healthy"] else "terminal.status_ill"),
        phrase("terminal.status_inbox", **counts["inbox"]),
        phrase("terminal.status_outbox", **counts["outbox"]),
        phrase("terminal.status_concerns", count=sum(counts["concerns"].values())),
        phrase("terminal.status_topics", words=_topics(counts["topics"])),
        phrase("terminal.status_alerts", count=counts["alerts_waiting"]),
        phrase("terminal.status_pushes", **counts["pushes"]),
    ]
    for job, last in counts["jobs"].items():
        rows.append(phrase("terminal.status_job", job=job, at=last["at"], outcome=last["outcome"]))
    return [*rows, phrase("terminal.status_schema", version=counts["schema"])]


def _topics(by_status: Mapping[str, int]) -> str:
    words = "、".join(f"{phrase(f'status.{key}')} {count}" for key, count in by_status.items())
    return words or phrase("terminal.none")
