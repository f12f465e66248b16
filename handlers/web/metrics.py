"""The counts of `/metrics`, in Prometheus's form, made afresh at each visit from the database."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot import status
from storage.database import Database
from storage.ledger import council_codes, open_ledger
from storage.sealing import Keyring


def page(database: Database, keyring: Keyring, now: datetime) -> bytes:
    """Give every council's counts, labelled by its code; no text, no person."""
    registry = CollectorRegistry()
    rows = Gauge("kizuki_rows", "Rows by kind and state", ["council", "kind", "state"], registry=registry)
    pushes = Gauge("kizuki_pushes", "LINE pushes this month", ["council", "state"], registry=registry)
    healthy = Gauge("kizuki_healthy", "1 when nothing is stuck", ["council"], registry=registry)
    for code in council_codes(database):
        with open_ledger(database, keyring, code, now, writing=False) as ledger:
            counted = status.report(ledger)
        for kind in ("inbox", "outbox", "concerns", "topics"):
            for state, count in counted[kind].items():
                rows.labels(code, kind, state).set(count)
        for state, count in counted["pushes"].items():
            pushes.labels(code, state).set(count)
        healthy.labels(code).set(counted["healthy"])
    return generate_latest(registry)
