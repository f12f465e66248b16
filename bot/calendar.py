"""The calendar (予定表): a secret address for each council, at which telephones look up the next meetings.

Days and places alone, without people and without what is talked over: whoever has the address sees no more
than a notice on the board by the road. The address is worked out of the key and kept nowhere; a new turn makes
the old one worthless.
"""

import hmac
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot import meetings
from bot.documents.calendar import Entry
from bot.texts import phrase
from storage.councils import Council
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.meetings import Meeting, Stage
from storage.people import Person
from storage.sealing import Keyring

PAST_DAYS = 400
TURNED = "turn_calendar"


def token(keyring: Keyring, council: Council) -> str:
    """Give the secret part of a council's address: forty letters and digits."""
    return keyring.blind(f"calendar|{council.code}|{council.calendar_turn}")


def address(ledger: Ledger, public_url: str) -> str:
    """Give the address that is put into a telephone's calendar."""
    return f"{public_url.rstrip('/')}/calendar/{token(ledger.keyring, ledger.council)}.ics"


def turn(ledger: Ledger, by: Person) -> None:
    """Make a new address; under the old one there is nothing any more."""
    ledger.council.calendar_turn += 1
    ledger.session.add(ledger.council)
    ledger.journal(by.id, TURNED, f"council:{ledger.council.code}")


def code_of(session: Session, keyring: Keyring, given: str) -> str | None:
    """Find the council to which an address belongs; None when there is none.

    All are compared, each in the same time, so that the time of the answer tells nothing.
    """
    councils = session.exec(select(Council)).all()
    found = [c.code for c in councils if hmac.compare_digest(token(keyring, c).encode(), given.encode())]
    return found[0] if found else None


def entries(ledger: Ledger, public_url: str) -> list[Entry]:
    """List the meetings of all kinds, with those of the past year and those that were cancelled."""
    since = ledger.now - timedelta(days=PAST_DAYS)
    by = (col(Meeting.starts_at), col(Meeting.id))
    changed = _changed(ledger)
    return [
        _entry(ledger, meeting, changed.get(f"meeting:{meeting.id}", ledger.council.created_at), public_url)
        for meeting in ledger.all(Meeting, col(Meeting.starts_at) >= since, by=by)
    ]


def _entry(ledger: Ledger, meeting: Meeting, changed_at: datetime, public_url: str) -> Entry:
    council = ledger.council
    is_cancelled = meeting.status == Stage.CANCELLED
    summary = f"{council.name} {meetings.label(meeting)}"
    return Entry(
        uid=f"{ledger.blind(f'meeting|{meeting.id}')}@kizuki",
        sequence=meeting.changes,
        summary=phrase("schedule.cancelled_summary", summary=summary) if is_cancelled else summary,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + timedelta(minutes=meeting.minutes),
        place=meeting.place,
        url=f"{public_url.rstrip('/')}/desk/schedule",
        changed_at=changed_at,
        is_cancelled=is_cancelled,
    )


def _changed(ledger: Ledger) -> dict[str, datetime]:
    """Say when each meeting was last written down, moved or changed."""
    about = col(JournalEntry.subject).like("meeting:%")
    return {entry.subject: entry.at for entry in ledger.all(JournalEntry, about)}
