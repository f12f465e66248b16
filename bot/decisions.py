"""Decisions (決定): what the board decided, and how a meeting ends without anything dropping out."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col

from bot import agenda, meetings, records, sitting, take_homes, tidings, topics
from bot.sitting import Talk
from storage.councils import Organisation
from storage.ledger import Ledger, id_of
from storage.meetings import Choice, Decision, Item, Kind, Meeting, Stage
from storage.people import Person
from storage.topics import Status, TakeHome, Topic

STATUS_AFTER = {
    Choice.ACT: Status.ACTING,
    Choice.WATCH: Status.WATCHING,
    Choice.REFER: Status.REFERRED,
    Choice.TAKE_HOME: Status.TAKEN_HOME,
    Choice.CARRY_OVER: Status.CARRIED_OVER,
    Choice.DECLINE: Status.DECLINED,
}


def decide(
    ledger: Ledger,
    meeting: Meeting,
    topic: Topic,
    choice: Choice,
    by: Person,
    *,
    words: str | None = None,
    charge: str | None = None,
    due_on: date | None = None,
    organisation_id: int | None = None,
) -> Decision:
    """Write down what the board decided on a topic; until the meeting ends it can be changed.

    What is not given stays as it was written on the line before. Raises MeetingHeld, NotOnAgenda.
    """
    _require_open(meeting)
    item = agenda.item_for(ledger, meeting, topic)
    before = talk_of(ledger, item)
    talk = Talk(
        before.words if words is None else words,
        before.charge if charge is None else charge,
        due_on or before.due_on,
        before.organisation_ids if organisation_id is None else (organisation_id,),
    )
    decision = _of_item(ledger, item) or Decision(
        council_id=ledger.council_id,
        meeting_id=id_of(meeting),
        topic_id=id_of(topic),
        choice=choice,
        key_id=ledger.new_key(),
        at=ledger.now,
    )
    decision.choice = choice
    decision.by_id = by.id
    decision.at = ledger.now
    _put(ledger, decision, talk)
    sitting.write(ledger, item, Talk())
    ledger.journal(by.id, "decide", f"topic:{topic.number}", choice)
    return ledger.add(decision)


def note(ledger: Ledger, meeting: Meeting, item: Item, talk: Talk) -> None:
    """Write down what is said on a line: with its decision, or beside the line until there is one.

    Raises MeetingHeld.
    """
    _require_open(meeting)
    decision = _of_item(ledger, item)
    if decision is None:
        sitting.write(ledger, item, talk)
        return
    _put(ledger, decision, talk)
    ledger.session.add(decision)
    ledger.session.flush()


def talk_of(ledger: Ledger, item: Item) -> Talk:
    """Give what was written on a line, whether it has a decision or not."""
    decision = _of_item(ledger, item)
    if decision is None:
        return sitting.talk_of(ledger, item)
    return Talk(
        words_of(ledger, decision),
        charge_of(ledger, decision),
        decision.due_on,
        tuple(decision.organisation_ids),
    )


def of_meeting(ledger: Ledger, meeting: Meeting) -> dict[int, Decision]:
    """Give the meeting's decisions by topic id."""
    return {d.topic_id: d for d in ledger.all(Decision, col(Decision.meeting_id) == meeting.id)}


def of_topic(ledger: Ledger, topic: Topic) -> list[Decision]:
    """Give what was decided on a topic, oldest first."""
    return ledger.all(Decision, col(Decision.topic_id) == topic.id)


def words_of(ledger: Ledger, decision: Decision) -> str:
    """Give the board's own words on a decision."""
    return ledger.unseal(decision.key_id, decision.words_sealed) or ""


def charge_of(ledger: Ledger, decision: Decision) -> str:
    """Give who does it (担当), in the board's words."""
    return ledger.unseal(decision.key_id, decision.charge_sealed) or ""


def organisations_of(ledger: Ledger, decision: Decision) -> list[Organisation]:
    """List who takes the topic home, in the order in which they were chosen; nobody when all was decided else."""
    if decision.choice != Choice.TAKE_HOME:
        return []
    found = {o.id: o for o in ledger.all(Organisation, col(Organisation.id).in_(decision.organisation_ids))}
    return [found[id_] for id_ in decision.organisation_ids if id_ in found]


def close(ledger: Ledger, meeting: Meeting, by: Person) -> Meeting:
    """End the meeting: decisions take effect, undecided topics are carried over, writers hear of it.

    What is open starts the next draft, so that nothing that was discussed without outcome drops out. What was
    taken back, solved or merged since the paper was made stays as it is. Assemblies and sections have no topics
    to carry. Raises MeetingHeld, TooEarly.
    """
    sitting.require_open(ledger, meeting)
    sitting.stop(ledger, meeting)
    made = _settle(ledger, meeting, by) if meeting.kind == Kind.BOARD else []
    meeting.status = Stage.HELD
    meeting.held_at = ledger.now
    ledger.session.add(meeting)
    ledger.journal(by.id, "close_meeting", f"meeting:{meeting.id}")
    ledger.session.flush()
    records.begin(ledger, meeting)
    tidings.decided(ledger, meeting, made)
    take_homes.send(ledger, meeting)
    following = next((m for m in meetings.plan(ledger) if m.starts_at > meeting.starts_at), None)
    if following is not None and meeting.kind == Kind.BOARD:
        agenda.compile_agenda(ledger, following)
    return meeting


def ending(ledger: Ledger, meeting: Meeting) -> tuple[str, dict[str, object]]:
    """Give the key of the sentence that ends a meeting: what goes on is counted, nothing is called solved."""
    values: dict[str, object] = {"title": meetings.title(ledger.council, meeting)}
    if meeting.kind != Kind.BOARD:
        return "sitting.close.other", values
    going_on = sum(1 for d in of_meeting(ledger, meeting).values() if d.choice == Choice.CARRY_OVER)
    return ("sitting.close.carried", {**values, "count": going_on}) if going_on else ("agenda.closed", values)


def _settle(ledger: Ledger, meeting: Meeting, by: Person) -> list[Decision]:
    """Let every decision take effect; what nobody decided on is carried over."""
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
    return made


def _take_effect(ledger: Ledger, meeting: Meeting, topic: Topic, decision: Decision, by: Person) -> None:
    choice = Choice(decision.choice)
    if choice == Choice.TAKE_HOME:
        _give_home(ledger, decision, decision.organisation_ids or [decision.organisation_id])
    if choice == Choice.CARRY_OVER:
        topic.times_carried += 1
    topics.change(ledger, topic, STATUS_AFTER[choice], by, f"meeting {meeting.number}")


def _give_home(ledger: Ledger, decision: Decision, to: Sequence[int | None]) -> None:
    """Give each organisation homework of its own, so that one answer does not stand for all."""
    for organisation_id in to:
        ledger.add(
            TakeHome(
                council_id=ledger.council_id,
                topic_id=decision.topic_id,
                meeting_id=decision.meeting_id,
                organisation_id=organisation_id,
                due_on=decision.due_on,
                key_id=ledger.new_key(),
            )
        )


def _put(ledger: Ledger, decision: Decision, talk: Talk) -> None:
    """Seal the words of a decision. Whom it was given home is forgotten when something else is decided."""
    words, charge = talk.words.strip()[: sitting.WORDS_CHARS], talk.charge.strip()[: sitting.CHARGE_CHARS]
    decision.words_sealed = ledger.seal(decision.key_id, words) if words else None
    decision.charge_sealed = ledger.seal(decision.key_id, charge) if charge else None
    decision.due_on = talk.due_on
    decision.organisation_ids = list(talk.organisation_ids)
    is_home = decision.choice == Choice.TAKE_HOME
    decision.organisation_id = next(iter(talk.organisation_ids), None) if is_home else None


def _of_item(ledger: Ledger, item: Item) -> Decision | None:
    if item.topic_id is None:
        return None
    return ledger.first(
        Decision, col(Decision.meeting_id) == item.meeting_id, col(Decision.topic_id) == item.topic_id
    )


def _require_open(meeting: Meeting) -> None:
    if meeting.status in sitting.OVER:
        raise agenda.MeetingHeld
