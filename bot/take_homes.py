"""持ち帰り便: homework that the board gave to an organisation, its card, its answer, and the way back.

The leaflet asks that each body takes topics home and thinks them over (課題を各団体に持ち帰って検討してほしい);
an answer that nobody waits for does not come, so each has its date, its card and its reminders.
"""

from collections.abc import Sequence

from sqlmodel import col

from bot import agenda, dates, outbox, people, rest, threads, topics
from bot.messages import Choice, Say
from bot.privacy import mask
from bot.texts import phrase
from bot.understanding import Reader
from storage.councils import Organisation
from storage.ledger import Ledger, id_of
from storage.meetings import Decision, Item, Meeting
from storage.people import Person, Role
from storage.topics import Status, TakeHome, Topic

ANSWER_CHARS = 1_000


def send(ledger: Ledger, meeting: Meeting) -> int:
    """Send each organisation the card of what it took home at this meeting; say how many people got one.

    An organisation that nobody of has joined yet gets none: the desk shows its homework as unsent.
    """
    homes = ledger.all(
        TakeHome, col(TakeHome.meeting_id) == meeting.id, col(TakeHome.asked_at).is_(None), by=col(TakeHome.id)
    )
    told = 0
    for home in homes:
        those = _people_of(ledger, home)
        for person in those:
            told += _tell(ledger, home, person)
        if those:
            home.asked_at = ledger.now
            ledger.session.add(home)
    return told


def of_topic(ledger: Ledger, topic: Topic) -> list[TakeHome]:
    """Give what organisations took home of a topic, oldest first."""
    return ledger.all(TakeHome, col(TakeHome.topic_id) == topic.id)


def waiting(ledger: Ledger, organisation_id: int | None = None) -> list[TakeHome]:
    """List the homework whose answer is awaited, of one organisation or of all, earliest due first."""
    mine = (col(TakeHome.organisation_id) == organisation_id,) if organisation_id is not None else ()
    homes = ledger.all(TakeHome, col(TakeHome.answered_at).is_(None), *mine, by=col(TakeHome.id))
    open_ = [h for h in standing(ledger, homes) if ledger.by_id(Topic, h.topic_id).status == Status.TAKEN_HOME]
    return sorted(open_, key=lambda h: (h.due_on is None, h.due_on, id_of(h)))


def standing(ledger: Ledger, homes: Sequence[TakeHome]) -> list[TakeHome]:
    """Keep what was given home last: what the board gives home anew takes the place of what it gave before."""
    of_topics = ledger.all(TakeHome, col(TakeHome.topic_id).in_({home.topic_id for home in homes}))
    last = {home.topic_id: home.meeting_id for home in of_topics}
    return [home for home in homes if home.meeting_id == last[home.topic_id]]


def answer_of(ledger: Ledger, home: TakeHome) -> str | None:
    """Give an organisation's answer, None while it is awaited."""
    return ledger.unseal(home.key_id, home.answer_sealed)


def report_back(ledger: Ledger, reader: Reader, topic: Topic, answer: str, by: Person) -> TakeHome:
    """Write down an organisation's answer (持ち帰りの回答): it goes into the thread and opens the next draft.

    Whoever answers for an organisation answers for theirs alone; an officer for the first that is awaited.
    A second answer replaces the first. Raises NotNow when nothing was taken home.
    """
    home = _meant(_open_to(ledger, topic, by))
    if home is None or topic.status != Status.TAKEN_HOME:
        raise topics.NotNow(number=topic.number)
    plain = answer.strip()[:ANSWER_CHARS]
    home.answer_sealed = ledger.seal(home.key_id, plain)
    home.answered_at = ledger.now
    ledger.session.add(home)
    ledger.journal(by.id, "report_back", f"topic:{topic.number}")
    words = phrase("homework.thread", who=name_of(ledger, home), answer=reader.mask(plain).text)
    threads.say(ledger, topic, words, f"report_back:{home.id}:{ledger.now.isoformat()}")
    return home


def name_of(ledger: Ledger, home: TakeHome) -> str:
    """Give the name of the organisation that took it home."""
    found = ledger.first(Organisation, col(Organisation.id) == home.organisation_id)
    return found.name if found else phrase("role.organisation")


def card(ledger: Ledger, home: TakeHome) -> Say:
    """Lay out one piece of homework: what, until when, what the board said, and how to answer."""
    topic = ledger.by_id(Topic, home.topic_id)
    decision = ledger.first(
        Decision, col(Decision.meeting_id) == home.meeting_id, col(Decision.topic_id) == home.topic_id
    )
    said = mask(ledger.unseal(decision.key_id, decision.words_sealed) or "").text if decision else ""
    lines = [phrase("homework.card", heading=heading(ledger, home, topic))]
    if said:
        lines.append(phrase("homework.said", words=said))
    if home.due_on:
        lines.append(phrase("homework.due", day=dates.month_day(home.due_on)))
    lines.append(phrase("homework.how", number=topic.number))
    choice = Choice(phrase("homework.answer"), f"回答 {topic.number}")
    return Say(
        "text", title=phrase("homework.title", number=topic.number), text="\n".join(lines), choices=(choice,)
    )


def heading(ledger: Ledger, home: TakeHome, topic: Topic) -> str:
    """Give the words under which the board talked it over; the approved paper stood for them."""
    item = ledger.first(Item, col(Item.meeting_id) == home.meeting_id, col(Item.topic_id) == topic.id)
    return agenda.heading(ledger, item) if item else threads.heading(ledger, topic)


def _tell(ledger: Ledger, home: TakeHome, person: Person) -> bool:
    morning = dates.wake(ledger.now, rest.rules(ledger.council))
    dedupe = f"home:{home.id}:{person.id}"
    return outbox.tell(ledger, person, card(ledger, home), dedupe, not_before=morning) is not None


def _people_of(ledger: Ledger, home: TakeHome) -> list[Person]:
    those = people.with_role(ledger, Role.ORGANISATION)
    if home.organisation_id is None:
        return []
    return people.reachable(ledger, [p for p in those if p.organisation_id == home.organisation_id])


def _open_to(ledger: Ledger, topic: Topic, by: Person) -> list[TakeHome]:
    homes = of_topic(ledger, topic)
    if by.role != Role.ORGANISATION:
        return homes
    return [h for h in homes if h.organisation_id in (by.organisation_id, None)]


def _meant(homes: Sequence[TakeHome]) -> TakeHome | None:
    """Of what was given home last, the first that is awaited; else the last, whose answer is then replaced."""
    last = [home for home in homes if home.meeting_id == homes[-1].meeting_id]
    awaited = [home for home in last if home.answered_at is None]
    return awaited[0] if awaited else (last[-1] if last else None)
