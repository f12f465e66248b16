"""What is looked at when three months are over: each question gives what is wrong, nothing when all is well."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from sqlmodel import col

from bot import (
    agenda_paper,
    apart,
    budget,
    circulation,
    counted,
    fruits,
    meetings,
    meters,
    minutes_paper,
    people,
    reports,
    status_report,
    threads,
)
from bot.dates import jst
from bot.documents.paper import Paper
from bot.documents.plain import plain
from storage.concerns import Concern, Standing
from storage.general import General
from storage.ledger import Ledger
from storage.meetings import Choice, Decision, Item, Meeting
from storage.minutes import Handout, Record, Report
from storage.outbox import Delivery, OutboxRow, PushCount
from storage.people import Person
from storage.reminders import Fate, Reminder
from storage.topics import Status, TakeHome, Topic
from tests.three_months.concerns import SECRETS
from tests.three_months.council import CHANNEL, Council
from tests.three_months.people import PEOPLE, Someone

OUTCOMES = (
    "役員会で話し合ったことをお知らせします",
    "落ち着いたと聞いています",
    "形になりました",
    "について、役員会で",
)
AGAIN = ("緊急の気づきが",)  # an alarm climbs round by round, until somebody has seen it
QUOTA = 200  # LINE's free plan


# --- no concern stopped without a reason -------------------------------------------------------------------


def standings(council: Council) -> dict[int, str]:
    """Say of each concern, by its receipt number, where it has come to; "" where nobody knows."""
    with council.ledger() as ledger:
        return {c.number: _standing(council, ledger, c) for c in ledger.all(Concern)}


def _standing(council: Council, ledger: Ledger, concern: Concern) -> str:
    if concern.status in (Standing.WITHDRAWN, Standing.UNSENT):
        return "taken back"
    if concern.status == Standing.KEPT:
        return "kept" if concern.kind in ("thanks", "off_topic") else ""
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id)
    if topic is None:
        return ""
    if _has_heard(council, ledger, concern):
        return "told"
    return _place(ledger, topic)


def _place(ledger: Ledger, topic: Topic) -> str:
    """Name where a topic stands that has no outcome yet, and why."""
    if topic.is_restricted and counted.of_case(ledger, topic) is not None:
        return "counted with a general sentence"
    if topic.is_restricted:
        return "kept as its writer wants it" if apart.is_kept(ledger, topic) else "apart with the secretariat"
    if _is_on_next_draft(ledger, topic):
        return "on the next draft"
    home = ledger.first(TakeHome, col(TakeHome.topic_id) == topic.id, by=col(TakeHome.id).desc())
    if topic.status == Status.TAKEN_HOME and home is not None and home.due_on is not None:
        return "taken home with a date"
    if topic.assignee_id is not None and _is_reminded(ledger, topic):
        return "in hand, with a reminder"
    return ""


def _is_on_next_draft(ledger: Ledger, topic: Topic) -> bool:
    following = meetings.next_meeting(ledger)
    mine = (col(Item.meeting_id) == following.id, col(Item.topic_id) == topic.id)
    return ledger.count(Item, *mine, col(Item.is_hidden).is_(False)) == 1


def _is_reminded(ledger: Ledger, topic: Topic) -> bool:
    about = (col(Reminder.subject) == f"topic:{topic.number}", col(Reminder.fate) == Fate.OPEN)
    return ledger.count(Reminder, *about, col(Reminder.person_id) == topic.assignee_id) > 0


def _has_heard(council: Council, ledger: Ledger, concern: Concern) -> bool:
    who = _someone(council, ledger, concern.writer_id)
    return any(
        _names(heard.text, concern.number) and any(outcome in heard.text for outcome in OUTCOMES)
        for heard in council.heard(who)
    )


def _names(text: str, number: int) -> bool:
    numbers = text.replace("、", "…").replace("の", "…").replace("\n", "…")
    return any(f"{mark}{number}…" in numbers for mark in ("受付", "…"))


def _someone(council: Council, ledger: Ledger, person_id: int) -> Someone:
    return next(
        who for who in PEOPLE if (way := people.find(ledger, who.address)) is not None and way.id == person_id
    )


def unanswered(council: Council) -> list[int]:
    """List the concerns on whose topic the board decided, and whose writer never heard of it."""
    with council.ledger() as ledger:
        found = []
        for decision in ledger.all(Decision):
            meeting = ledger.by_id(Meeting, decision.meeting_id)
            mine = (col(Concern.topic_id) == decision.topic_id, col(Concern.status) == Standing.SHARED)
            before = col(Concern.received_at) < meeting.starts_at
            found += [c.number for c in ledger.all(Concern, *mine, before) if not _has_heard(council, ledger, c)]
        return found


def dropped(council: Council) -> list[int]:
    """List what was put off and did not stand on the next meeting's paper, though it is still open."""
    with council.ledger() as ledger:
        held = sorted(meetings.held(ledger), key=lambda m: m.starts_at)
        following = {
            m.id: later for m, later in zip(held, [*held[1:], meetings.next_meeting(ledger)], strict=True)
        }
        put_off = ledger.all(Decision, col(Decision.choice).in_([Choice.CARRY_OVER, Choice.TAKE_HOME]))
        found = []
        for decision in put_off:
            topic, later = ledger.by_id(Topic, decision.topic_id), following[decision.meeting_id]
            mine = (col(Item.meeting_id) == later.id, col(Item.topic_id) == topic.id)
            is_over = topic.status in (Status.RESOLVED, Status.WITHDRAWN, Status.MERGED)
            if not is_over and ledger.count(Item, *mine) != 1:
                found.append(topic.number)
        return found


# --- what was said -------------------------------------------------------------------------------------------


def undelivered(council: Council) -> list[str]:
    """List what failed, and what waits for anything but the month's pushes or the morning."""
    with council.ledger() as ledger:
        rows = ledger.all(OutboxRow, col(OutboxRow.status).in_([Delivery.WAITING, Delivery.FAILED]))
        return [
            f"{row.status} {row.dedupe} {row.reason}"
            for row in rows
            if row.status == Delivery.FAILED or (row.reason != "budget" and row.next_at <= ledger.now)
        ]


def pushes(council: Council) -> list[str]:
    """List the months in which more was pushed than may be, or was counted otherwise than LINE counts."""
    with council.ledger() as ledger:
        own = {row.month: row.used for row in ledger.all(PushCount)}
        ordinary = QUOTA - ledger.council.push_reserve
        used = dict(council.line.state.used)
        urgent = _urgent_by_month(ledger)
        wrong = [f"{m}: {used.get(m)} and {own.get(m)}" for m in {*used, *own} if used.get(m, 0) != own.get(m, 0)]
        too_many = [f"{m}: {n}" for m, n in used.items() if n > min(QUOTA, ordinary + urgent[m])]
        assert budget.DEFAULT_QUOTA == QUOTA
        return [*wrong, *too_many]


def _urgent_by_month(ledger: Ledger) -> Counter[str]:
    sent = ledger.all(OutboxRow, col(OutboxRow.is_urgent).is_(True), col(OutboxRow.scheme) == "line")
    return Counter(f"{jst(row.sent_at):%Y-%m}" for row in sent if row.sent_at and row.reply_sealed is None)


def twice(council: Council) -> list[str]:
    """List what somebody on LINE was told twice a day in the same words without having asked."""
    found = []
    for who in PEOPLE:
        if who.way == "line":
            said = Counter((day, text) for day, text in _unasked(council, who) if not text.startswith(AGAIN))
            found += [f"{who.key} {day}: {text[:60]}" for (day, text), count in said.items() if count > 1]
    return found


def _unasked(council: Council, who: Someone) -> Iterator[tuple[date, str]]:
    spoken = None
    for message in council.line.chat(who.id).messages:
        if message.side == "person":
            spoken = message.at
        elif message.at != spoken:
            yield jst(message.at).date(), message.text


# --- what may not be read ------------------------------------------------------------------------------------


def leaks(council: Council) -> list[str]:
    """List where one of the names, telephones and house numbers stands that neighbours wrote."""
    return [f"{secret} in {where}" for where, text in _all_words(council) for secret in SECRETS if secret in text]


def _all_words(council: Council) -> Iterator[tuple[str, str]]:
    for text in council.slack.channel(CHANNEL).texts:
        yield "a channel post", text
    for who in PEOPLE:
        for heard in council.heard(who):
            yield f"what {who.key} was told", heard.text
    with council.ledger() as ledger:
        for where, paper in _papers(ledger):
            yield where, plain(paper).decode()


def _papers(ledger: Ledger) -> Iterator[tuple[str, Paper]]:
    duty = people.with_role(ledger, *meetings.INVITED)
    for meeting in [*meetings.held(ledger), meetings.next_meeting(ledger)]:
        yield "an agenda", agenda_paper.agenda_paper(ledger, meeting)
        for person in duty[:1] + duty[-1:]:
            yield "a circulated paper", circulation.short_paper(ledger, meeting, person)
    for meeting in meetings.held(ledger):
        yield "minutes", minutes_paper.minutes_paper(ledger, meeting)
        for report in reports.of_meeting(ledger, meeting):
            yield "a report", reports.report_paper(ledger, meeting, report.to, report)
    today = jst(ledger.now).date()
    yield "the circular", fruits.circular_paper(ledger)
    yield "the status report", status_report.status_paper(ledger, today)
    yield "the meters", meters.meters_paper(ledger, today)


# --- what follows a meeting ----------------------------------------------------------------------------------


def final_minutes(council: Council) -> list[int | None]:
    """Give the numbers of the final minutes in the order of their meetings; None where they are not whole."""
    with council.ledger() as ledger:
        held = sorted(meetings.held(ledger), key=lambda m: m.starts_at)
        found = [ledger.first(Record, col(Record.meeting_id) == meeting.id) for meeting in held]
        return [r.number if r and r.final_at and minutes_paper.is_intact(ledger, r) else None for r in found]


def not_handed_out(council: Council) -> list[str]:
    """List the papers that did not come to whom they were for."""
    with council.ledger() as ledger:
        waiting = ledger.all(Handout, col(Handout.delivered_at).is_(None))
        return [f"{h.what} {h.way} {people.name_of(ledger, ledger.by_id(Person, h.person_id))}" for h in waiting]


def not_checked(council: Council) -> list[str]:
    """List the reports that nobody has checked, and the meetings without their two."""
    with council.ledger() as ledger:
        made = ledger.all(Report)
        short = [f"meeting {m.number}" for m in meetings.held(ledger) if len(reports.of_meeting(ledger, m)) != 2]
        return [*short, *(f"{r.meeting_id} {r.to}" for r in made if r.checked_at is None)]


def general_words(council: Council) -> list[str]:
    """Give what stands on the papers for the sealed cases."""
    with council.ledger() as ledger:
        told = ledger.all(Topic, col(Topic.is_general).is_(True))
        assert ledger.count(General) == len(told)
        return [f"{threads.heading(ledger, topic)}（{counted.told(ledger, topic)}）" for topic in told]
