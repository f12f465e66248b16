"""Councils: the neighbourhood council of this installation, and what it calls itself."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from storage.councils import Council
from storage.database import Database

DEFAULT_NAME = "地区社会福祉協議会"


def ensure(database: Database, code: str, now: datetime, slack_channel: str | None = None) -> None:
    """Write the council down on the first start, and keep the channel that the settings name.

    Of several processes that start at once on an empty database, one writes it and the others find it.
    """
    try:
        _write(database, code, now, slack_channel)
    except IntegrityError:
        _write(database, code, now, slack_channel)


def _write(database: Database, code: str, now: datetime, slack_channel: str | None) -> None:
    with database.transaction() as session:
        council = session.exec(select(Council).where(Council.code == code)).first()
        if council is None:
            council = Council(code=code, name=DEFAULT_NAME, created_at=now)
        if slack_channel:
            council.slack_channel = slack_channel
        session.add(council)
