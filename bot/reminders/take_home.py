"""What an organisation took home (持ち帰り): five days before its day, on it, and every week after.

An organisation of which nobody has joined is answered for by the secretariat, so that no answer is lost.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlmodel import col

from bot import dates, people, take_homes
from bot.messages import Choice
from bot.reminders.kind import Cause, Due, Kind, Line, by_number, newest_step, tail
from bot.reminders.topic_lines import told
from bot.texts import phrase
from storage.councils import Organisation
from storage.ledger import Ledger, id_of
from storage.meetings import Meeting
from storage.people import Person, Role
from storage.topics import Status, TakeHome, Topic

BEFORE = timedelta(days=5)
WEEK = timedelta(days=7)
WITHOUT_DAY = timedelta(days=14)  # a take-home without a day is asked after two weeks


def _causes(ledger: Ledger) -> Iterator[Cause]:
    homes = _open_ones(ledger)
    if not homes:
        return
    members = people.with_role(ledger, Role.ORGANISATION)
    secretariat = people.with_role(ledger, Role.SECRETARIAT)
    for home in homes:
        own = people.reachable(ledger, [p for p in members if p.organisation_id == home.organisation_id])
        due_at = newest_step(ledger.now, *_days(ledger, home))
        for person in own or secretariat:
            yield Cause(id_of(person), f"home:{home.id}", due_at)


def _open_ones(ledger: Ledger) -> list[TakeHome]:
    homes = ledger.all(TakeHome, col(TakeHome.answered_at).is_(None))
    at_home = ledger.all(
        Topic, col(Topic.id).in_([h.topic_id for h in homes]), col(Topic.status) == Status.TAKEN_HOME
    )
    still = {topic.id for topic in at_home}
    return take_homes.standing(ledger, [home for home in homes if home.topic_id in still])


def _days(ledger: Ledger, home: TakeHome) -> list[date]:
    today = dates.jst(ledger.now).date()
    due = home.due_on or dates.jst(ledger.by_id(Meeting, home.meeting_id).starts_at).date() + WITHOUT_DAY
    weeks = max((today - due) // WEEK, 0)
    return [due - BEFORE, due, *((due + weeks * WEEK,) if weeks else ())]


def _lay(ledger: Ledger, those: Sequence[Due]) -> list[Line]:
    homes = {str(h.id): h for h in ledger.all(TakeHome, col(TakeHome.id).in_([_id(r) for r in those]))}
    numbers = {t.id: t.number for t in ledger.all(Topic, col(Topic.id).in_([h.topic_id for h in homes.values()]))}
    words = told(ledger, list(numbers.values()))
    return [
        _line(ledger, reminder, home, words[numbers[home.topic_id]].heading, numbers[home.topic_id])
        for reminder in those
        for home in [homes[tail(reminder.subject)]]
    ]


def _line(ledger: Ledger, reminder: Due, home: TakeHome, heading: str, number: int) -> Line:
    text = phrase("reminder.take_home", number=number, heading=heading, when=_when(ledger, home))
    body = ledger.first(Organisation, col(Organisation.id) == home.organisation_id)
    person = ledger.by_id(Person, reminder.person_id)
    if person.role != Role.ORGANISATION and body is not None:
        text = phrase("reminder.take_home_of", organisation=body.name, text=text)
    return by_number(KIND, reminder, text, Choice(phrase("homework.answer"), f"回答 {number}"))


def _when(ledger: Ledger, home: TakeHome) -> str:
    if home.due_on is None:
        return ""
    days = (home.due_on - dates.jst(ledger.now).date()).days
    day = f"{home.due_on.month}月{home.due_on.day}日"
    if days > 0:
        return phrase("reminder.home_until", day=day)
    return phrase("reminder.home_today" if days == 0 else "reminder.home_after", day=day)


def _id(reminder: Due) -> int:
    return int(tail(reminder.subject))


KIND = Kind("home", 30, _causes, _lay)
