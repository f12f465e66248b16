"""Decisions (決定): what the board decided, and how a meeting ends without anything dropping out."""

from datetime import date, timedelta

from sqlmodel import col

from bot import agenda, dates, meetings, tidings, topics
from bot.answerable import Answerable
from storage.ledger import Ledger, id_of
from storage.meetings import Choice, Decision, Meeting, Stage
from storage.people import Person
from storage.topics import Status, TakeHome, Topic

NOT_BEFORE = timedelta(days=14)
STATUS_AFTER = {
    Choice.ACT: Status.ACTING,
    Choice.WATCH: Status.WATCHING,
    Choice.REFER: Status.REFERRED,
    Choice.TAKE_HOME: Status.TAKEN_HOME,
    Choice.CARRY_OVER: Status.CARRIED_OVER,
    Choice.DECLINE: Status.DECLINED,
}


class TooEarly(Answerable):
    """The meeting is weeks away: a second press on 「会議を終わる」 must not end the one after."""

    key = "agenda.too_early"


def decide(
    ledger: Ledger,
    meeting: Meeting,
    topic: Topic,
    choice: Choice,
    by: Person,
    *,
    words: str = "",
    organisation_id: int | None = None,
    due_on: date | None = None,
) -> Decision:
    """Write down what the board decided on a topic; until the meeting ends it can be changed.

    Raises MeetingHeld, NotOnAgenda.
    """
    if meeting.status == Stage.HELD:
        raise agenda.MeetingHeld
    agenda.item_for(ledger, meeting, topic)
    found = ledger.first(Decision, col(Decision.meeting_id) == meeting.id, col(Decision.topic_id) == topic.id)
    decision = found or Decision(
        council_id=ledger.council_id,
        meeting_id=id_of(meeting),
        topic_id=id_of(topic),
        choice=choice,
        key_id=ledger.new_key(),
        at=ledger.now,
    )
    decision.choice = choice
    decision.words_sealed = ledger.seal(decision.key_id, words.strip()[:500]) if words.strip() else None
    decision.organisation_id = organisation_id
    decision.due_on = due_on
    decision.by_id = by.id
    decision.at = ledger.now
    ledger.journal(by.id, "decide", f"topic:{topic.number}", choice)
    return ledger.add(decision)


def of_meeting(ledger: Ledger, meeting: Meeting) -> dict[int, Decision]:
    """Give the meeting's decisions by topic id."""
    return {d.topic_id: d for d in ledger.all(Decision, col(Decision.meeting_id) == meeting.id)}


def of_topic(ledger: Ledger, topic: Topic) -> list[Decision]:
    """Give what was decided on a topic, oldest first."""
    return ledger.all(Decision, col(Decision.topic_id) == topic.id)


def words_of(ledger: Ledger, decision: Decision) -> str:
    """Give the board's own words on a decision."""
    return ledger.unseal(decision.key_id, decision.words_sealed) or ""


def close(ledger: Ledger, meeting: Meeting, by: Person) -> Meeting:
    """End the meeting: decisions take effect, undecided topics are carried over, writers hear of it.

    What is open starts the next draft, so that nothing that was discussed without outcome drops out. What was
    taken back, solved or merged since the paper was made stays as it is. Raises MeetingHeld, TooEarly.
    """
    if meeting.status == Stage.HELD:
        raise agenda.MeetingHeld
    if meeting.starts_at - ledger.now > NOT_BEFORE:
        raise TooEarly(when=dates.spoken(meeting.starts_at))
    decided = of_meeting(ledger, meeting)
    shown = {id_of(t) for t in agenda.topics_of(ledger, meeting) if t.is_open}
    made = []
    for topic in agenda.topics_of(ledger, meeting, with_hidden=True):
        decision = decided.get(id_of(topic))
        if decision is None and topic.id in shown:
            decision = decide(ledger, meeting, topic, Choice.CARRY_OVER, by)
        if decision is not None and topic.status not in topics.ENDS:
            _take_effect(ledger, meeting, topic, decision, by)
            made.append(decision)
    meeting.status = Stage.HELD
    meeting.held_at = ledger.now
    ledger.session.add(meeting)
    ledger.journal(by.id, "close_meeting", f"meeting:{meeting.id}")
    ledger.session.flush()
    tidings.decided(ledger, meeting, made)
    following = next((m for m in meetings.plan(ledger) if m.starts_at > meeting.starts_at), None)
    if following is not None:
        agenda.compile_agenda(ledger, following)
    return meeting


def report_back(ledger: Ledger, topic: Topic, answer: str, by: Person) -> TakeHome:
    """Write down an organisation's answer (持ち帰りの回答); it opens the next draft."""
    found = ledger.first(
        TakeHome,
        col(TakeHome.topic_id) == topic.id,
        by=(col(TakeHome.answered_at).is_(None).desc(), col(TakeHome.id).desc()),
    )
    if found is None or topic.status != Status.TAKEN_HOME:
        raise topics.NotNow(number=topic.number)
    found.answer_sealed = ledger.seal(found.key_id, answer.strip()[:1000])
    found.answered_at = ledger.now
    ledger.session.add(found)
    ledger.journal(by.id, "report_back", f"topic:{topic.number}")
    return found


def take_homes(ledger: Ledger, topic: Topic) -> list[TakeHome]:
    """Give what organisations took home of a topic, oldest first."""
    return ledger.all(TakeHome, col(TakeHome.topic_id) == topic.id)


def answer_of(ledger: Ledger, take_home: TakeHome) -> str | None:
    """Give an organisation's answer, None while it is awaited."""
    return ledger.unseal(take_home.key_id, take_home.answer_sealed)


def _take_effect(ledger: Ledger, meeting: Meeting, topic: Topic, decision: Decision, by: Person) -> None:
    choice = Choice(decision.choice)
    if choice == Choice.TAKE_HOME:
        ledger.add(
            TakeHome(
                council_id=ledger.council_id,
                topic_id=id_of(topic),
                meeting_id=id_of(meeting),
                organisation_id=decision.organisation_id,
                due_on=decision.due_on,
                key_id=ledger.new_key(),
            )
        )
    if choice == Choice.CARRY_OVER:
        topic.times_carried += 1
    topics.change(ledger, topic, STATUS_AFTER[choice], by, f"meeting {meeting.number}")
