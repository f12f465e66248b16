"""Topics (話題): how one comes to be, where it stands, who looks after it, and how two become one."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from bot import alike, apart, carers, corrections, counted, general_offer, people, proposals, threads
from bot.answerable import Answerable
from bot.texts import phrase
from bot.understanding import Reader
from storage.concerns import Concern, Correction
from storage.journal import JournalEntry
from storage.ledger import Ledger, id_of
from storage.meetings import Item, Meeting, Stage
from storage.people import Person, Role
from storage.topics import Alert, Fruit, Status, Topic

ON_AGENDA = (Status.SHARED, Status.CONSIDERING, Status.CARRIED_OVER, Status.TAKEN_HOME)
DECIDED = (
    Status.ACTING,
    Status.WATCHING,
    Status.REFERRED,
    Status.TAKEN_HOME,
    Status.CARRIED_OVER,
    Status.DECLINED,
)
ENDS = (Status.RESOLVED, Status.WITHDRAWN, Status.MERGED)
_ANY = (*ON_AGENDA, *DECIDED, *ENDS)

# what may follow what; a withdrawn topic is the end, everything else can come back (矢印の循環)
NEXT: dict[Status, tuple[Status, ...]] = {
    **dict.fromkeys((*ON_AGENDA, *DECIDED), _ANY),
    Status.RESOLVED: (Status.CONSIDERING, Status.WITHDRAWN),
    Status.MERGED: (*ON_AGENDA, *DECIDED, Status.WITHDRAWN),
    Status.WITHDRAWN: (),
}


class NoSuchTopic(Answerable):
    """The number names no topic of this council."""

    key = "chat.no_such_topic"


class NotNow(Answerable):
    """The topic stands where this is no longer possible."""

    key = "chat.not_now"


def open_for(ledger: Ledger, reader: Reader, concern: Concern) -> Topic:
    """Make a topic of a concern, open its thread, find who looks after it, and propose what is alike."""
    topic = ledger.add(
        Topic(
            council_id=ledger.council_id,
            number=concern.number,
            key_id=ledger.new_key(),
            theme=concern.theme,
            is_unsorted=concern.is_abstained,
            urgency=concern.urgency,
            is_restricted=_is_restricted(concern),
            is_open=not _is_restricted(concern),
            may_leave=concern.reach == apart.DISTRICT,
            opened_at=ledger.now,
            changed_at=ledger.now,
        )
    )
    concern.topic_id = id_of(topic)
    ledger.session.add(concern)
    topic.assignee_id = carers.first(ledger, topic, concern)
    ledger.session.add(topic)
    ledger.session.flush()
    threads.open_thread(ledger, topic)
    ledger.journal(None, "open_topic", f"topic:{topic.number}", topic.theme)
    alike.propose(ledger, reader, topic, concern)
    general_offer.offer(ledger, topic)
    if reader.has_adviser:
        proposals.ask(ledger, topic, concern)
    return topic


def find(ledger: Ledger, number: int) -> Topic:
    """Find a topic by the receipt number of any of its concerns, or by its own. Raises NoSuchTopic."""
    concern = ledger.first(Concern, col(Concern.number) == number)
    by_own = (col(Topic.number) == number, col(Topic.is_general).is_(True))
    found = ledger.first(Topic, *((col(Topic.id) == concern.topic_id,) if concern else by_own))
    if found is None:
        raise NoSuchTopic(number=number)
    return found


def change(ledger: Ledger, topic: Topic, status: Status, by: Person | None, detail: str = "") -> None:
    """Let a topic stand elsewhere: the one place where a status is written, journalled in the same breath.

    Raises NotNow when the new standing may not follow the old one.
    """
    if status == topic.status:
        return
    if status not in NEXT[Status(topic.status)]:
        raise NotNow(number=topic.number)
    before = topic.status
    topic.status = status
    topic.is_open = status in ON_AGENDA and not topic.is_restricted
    topic.changed_at = ledger.now
    topic.later_until = None
    ledger.session.add(topic)
    ledger.journal(
        by.id if by else None, "status", f"topic:{topic.number}", f"{before}>{status} {detail}".strip()
    )
    threads.refresh(ledger, topic)


def see(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Note who has seen a topic (見ました); an urgent one stops climbing."""
    topic.seen_by_id = id_of(by)
    topic.seen_at = ledger.now
    ledger.session.add(topic)
    quiet_alerts(ledger, topic, by)
    ledger.journal(by.id, "seen", f"topic:{topic.number}")
    threads.say(
        ledger,
        topic,
        phrase("thread.was_seen", who=_who(ledger, by)),
        f"seen:{topic.id}:{by.id}",
    )


def quiet_alerts(ledger: Ledger, topic: Topic, by: Person | None) -> None:
    """Let the alerts of a topic, and of what was merged into it, climb no further."""
    merged = [id_of(t) for t in ledger.all(Topic, col(Topic.merged_into_id) == topic.id)]
    for alert in ledger.all(
        Alert, col(Alert.topic_id).in_([id_of(topic), *merged]), col(Alert.seen_at).is_(None)
    ):
        alert.seen_at = ledger.now
        alert.seen_by_id = by.id if by else None
        ledger.session.add(alert)


def act(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Take a topic in hand (対応中)."""
    change(ledger, topic, Status.ACTING, by)
    quiet_alerts(ledger, topic, by)
    if by.role == Role.COMMISSIONER:
        assign(ledger, topic, by)
    text = phrase("thread.is_acting", who=_who(ledger, by))
    threads.say(ledger, topic, text, f"acting:{topic.id}:{ledger.now.isoformat()}")


def ask_board(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Ask for a topic to be talked over by the board (役員会へ). Raises NotNow for what its writer keeps."""
    if apart.is_kept(ledger, topic):
        raise NotNow("reach.writers_word", number=topic.number)
    change(ledger, topic, Status.CONSIDERING, by)


def resolve(ledger: Ledger, topic: Topic, by: Person) -> None:
    """End a topic as solved (済)."""
    change(ledger, topic, Status.RESOLVED, by)
    quiet_alerts(ledger, topic, by)


def sort(ledger: Ledger, topic: Topic, theme: str, by: Person | None) -> None:
    """Give a topic its theme; a person's word counts from then on and is learnt from."""
    before = f"{corrections.UNSURE if topic.is_unsorted else ''}{topic.theme}"
    topic.theme = theme
    topic.is_unsorted = False
    topic.changed_at = ledger.now
    ledger.session.add(topic)
    for concern in threads.voices(ledger, topic)[:1]:
        concern.theme = theme
        concern.is_abstained = False
        ledger.session.add(concern)
        if before != theme:
            corrections.keep(ledger, concern, corrections.THEME, before, theme, by)
    ledger.journal(by.id if by else None, "sort", f"topic:{topic.number}", f"{before}>{theme}")
    threads.refresh(ledger, topic)


def judge_urgency(ledger: Ledger, topic: Topic, urgency: str, by: Person) -> None:
    """Say how urgent a topic is; a person's word counts from then on and is learnt from."""
    before = topic.urgency
    ledger.journal(by.id, "urgency", f"topic:{topic.number}", f"{before}>{urgency}")
    for concern in threads.voices(ledger, topic)[:1]:
        if before != urgency:
            corrections.keep(ledger, concern, corrections.URGENCY, before, urgency, by)
    topic.urgency = urgency
    topic.changed_at = ledger.now
    ledger.session.add(topic)
    threads.refresh(ledger, topic)


def take_back_correction(ledger: Ledger, correction: Correction, by: Person) -> None:
    """Take back what a person said of theme or urgency: it is learnt from no more.

    Where it is still the last word on the topic, the topic goes back to what it was before.
    """
    if correction.taken_back_at is not None or correction.what not in (corrections.THEME, corrections.URGENCY):
        raise NotNow("chat.not_possible")
    corrections.take_back(ledger, correction, by)
    concern = ledger.by_id(Concern, correction.concern_id)
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id)
    if topic is None or [c.id for c in threads.voices(ledger, topic)[:1]] != [concern.id]:
        return
    if correction.what == corrections.URGENCY and topic.urgency == correction.became:
        topic.urgency = correction.was
    elif correction.what == corrections.THEME and topic.theme == correction.became and not topic.is_unsorted:
        concern.theme = topic.theme = correction.was.removeprefix(corrections.UNSURE)
        concern.is_abstained = topic.is_unsorted = correction.was.startswith(corrections.UNSURE)
    topic.changed_at = ledger.now
    ledger.session.add_all([topic, concern])
    threads.refresh(ledger, topic)


def release(ledger: Ledger, topic: Topic, by: Person) -> None:
    """Bring what was handled apart into the room: its words are shown in the thread, and it can go on the agenda.

    Only whoever may read originals can judge that nobody is put in danger by it (虐待防止法 7条); and what its
    writer keeps (担当だけ), the writer alone lets go: raises NotNow.
    """
    people.require(by, "read_original")
    if apart.is_kept(ledger, topic):
        raise NotNow("reach.writers_word", number=topic.number)
    ledger.journal(by.id, "release", f"topic:{topic.number}")
    _bring_in(ledger, topic)


def keep_apart(ledger: Ledger, topic: Topic) -> None:
    """Keep a topic off the thread and off every paper that is still to come."""
    topic.is_restricted = True
    topic.is_open = False
    topic.changed_at = ledger.now
    ledger.session.add(topic)
    _leave_papers(ledger, topic)


def let_go(ledger: Ledger, topic: Topic) -> None:
    """Bring a topic into the room whose writer keeps it no longer, unless somebody may be in danger by it."""
    unsafe = any(_is_unsafe(concern) for concern in threads.voices(ledger, topic))
    if topic.is_restricted and (not unsafe or _was_released(ledger, topic)):
        _bring_in(ledger, topic)


def unsorted() -> tuple[ColumnElement[bool], ...]:
    """Give the conditions for what still waits for a person to say its theme (テーマ未定)."""
    return (
        col(Topic.is_unsorted).is_(True),
        col(Topic.status).in_(threads.LIVE),
        col(Topic.is_restricted).is_(False),
    )


def reword(ledger: Ledger, topic: Topic, heading: str, by: Person) -> None:
    """Give a topic a heading in an officer's words; empty takes it back.

    What stands for sealed cases keeps the very words that were approved: raises NotNow.
    """
    if topic.is_general:
        raise NotNow("general.own_words", number=topic.number)
    topic.heading_sealed = ledger.seal(topic.key_id, heading.strip()[:120]) if heading.strip() else None
    topic.changed_at = ledger.now
    ledger.session.add(topic)
    ledger.journal(by.id, "reword", f"topic:{topic.number}")


def assign(ledger: Ledger, topic: Topic, to: Person | None) -> None:
    """Give a topic into a commissioner's care."""
    topic.assignee_id = to.id if to else None
    ledger.session.add(topic)
    ledger.journal(to.id if to else None, "assign", f"topic:{topic.number}")


def hand_on(ledger: Ledger, topic: Topic, by: Person) -> Person | None:
    """Hand a topic to another commissioner (代わって); None when there is no other."""
    other = carers.other(ledger, topic, by)
    assign(ledger, topic, other)
    return other


def require_original(ledger: Ledger, concern: Concern, by: Person) -> None:
    """Let the secretariat, and the commissioner in charge, read an original; raise NotYours otherwise."""
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id)
    is_assigned = topic is not None and topic.assignee_id == by.id and by.role == Role.COMMISSIONER
    if not (people.may(by, "read_original") or is_assigned):
        raise people.NotYours


# --- what follows when a concern changes -------------------------------------------------------------


def concern_changed(ledger: Ledger, reader: Reader, concern: Concern) -> None:
    """Let the thread show a concern's new words; a person's word on theme and urgency stays."""
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id)
    if topic is None:
        return
    if concern.urgency == "emergency" and topic.urgency != "emergency":
        topic.urgency = "emergency"
    if _is_unsafe(concern) and not topic.is_restricted and not _was_released(ledger, topic):
        keep_apart(ledger, topic)
    topic.changed_at = ledger.now
    ledger.session.add(topic)
    threads.rewrite(ledger, topic, concern)


def concern_gone(ledger: Ledger, concern: Concern) -> None:
    """Follow a concern that was taken back: its topic ends unless others noticed the same."""
    topic = ledger.first(Topic, col(Topic.id) == concern.topic_id)
    if topic is None or topic.status == Status.WITHDRAWN:
        return
    ledger.session.flush()
    if threads.voices(ledger, topic):
        apart.measure(ledger, topic)
        threads.refresh(ledger, topic)
        return
    topic.heading_sealed = None
    quiet_alerts(ledger, topic, None)
    for fruit in ledger.all(Fruit, col(Fruit.topic_id) == topic.id):
        ledger.destroy_key(fruit.key_id)
    _leave_papers(ledger, topic)
    case_gone(ledger, topic)
    if topic.status != Status.MERGED:
        change(ledger, topic, Status.WITHDRAWN, None)
    else:
        threads.refresh(ledger, topic)


def case_gone(ledger: Ledger, case: Topic) -> None:
    """Let the general sentence that counted a case count one less (個別から全体へ).

    Without any case it ends and its words are destroyed, unless the board has decided on it: that is history.
    """
    told = counted.leave(ledger, case)
    if told is None:
        return
    if counted.count(ledger, told) or told.status not in (Status.SHARED, Status.CONSIDERING):
        threads.refresh(ledger, told)
        return
    told.heading_sealed = None
    _leave_papers(ledger, told)
    change(ledger, told, Status.WITHDRAWN, None)
    general = counted.of_topic(ledger, told)
    if general is not None:
        counted.destroy(ledger, general)


def _bring_in(ledger: Ledger, topic: Topic) -> None:
    case_gone(ledger, topic)  # it speaks for itself from now on
    topic.is_restricted = False
    topic.is_open = topic.status in ON_AGENDA
    topic.changed_at = ledger.now
    ledger.session.add(topic)
    threads.refresh(ledger, topic)


def _was_released(ledger: Ledger, topic: Topic) -> bool:
    by_a_person = col(JournalEntry.action) == "release"
    return (
        ledger.first(JournalEntry, by_a_person, col(JournalEntry.subject) == f"topic:{topic.number}") is not None
    )


def _leave_papers(ledger: Ledger, topic: Topic) -> None:
    """Take a topic off every paper that is still to come, with the words an officer gave it there."""
    for item in ledger.all(Item, col(Item.topic_id) == topic.id):
        if ledger.by_id(Meeting, item.meeting_id).status != Stage.HELD:
            if item.key_id is not None:
                ledger.destroy_key(item.key_id)
            ledger.session.delete(item)
    ledger.session.flush()


def _is_restricted(concern: Concern) -> bool:
    return concern.reach == apart.CHARGE or _is_unsafe(concern)


def _is_unsafe(concern: Concern) -> bool:
    """Abuse that seems real and near is for the secretariat and the authorities, not for a channel or a paper."""
    return "abuse_safety" in (concern.theme, concern.second_theme) and concern.urgency in ("emergency", "soon")


def _who(ledger: Ledger, person: Person) -> str:
    return people.name_of(ledger, person) or phrase(f"role.{person.role}")
