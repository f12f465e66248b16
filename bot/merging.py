"""Merging (まとめる): two topics put together by a person, all writers connected, and parted again at a word."""

from collections.abc import Sequence

from sqlmodel import col

from bot import apart, hiding, letters, threads
from bot.messages import Choice
from bot.outbox import About
from bot.texts import phrase
from bot.topics import NEXT, NotNow, change
from storage.concerns import Concern, Standing
from storage.ledger import Ledger, id_of
from storage.people import Person
from storage.topics import Merge, Status, Topic


def merge(ledger: Ledger, first: Topic, second: Topic, by: Person) -> Topic:
    """Put two topics together: the older one stays, all writers stay connected, and it can be undone.

    What is handled apart stays apart: its words must not come into a thread that everybody reads. What was
    solved comes back when somebody notices it again. What stands for sealed cases takes in their number alone.
    Raises NotNow.
    """
    into, gone = sorted((first, second), key=lambda t: t.number)
    if (
        into.id == gone.id
        or into.is_general
        or gone.is_general
        or into.is_restricted
        or gone.is_restricted
        or Status.MERGED in (into.status, gone.status)
        or Status.WITHDRAWN in (into.status, gone.status)
    ):
        raise NotNow(number=gone.number)
    if gone.is_open and into.status in (Status.RESOLVED, Status.DECLINED):
        change(ledger, into, Status.CONSIDERING, by, f"again in {gone.number}")
    moved = threads.voices(ledger, gone)
    ledger.add(
        Merge(
            council_id=ledger.council_id,
            from_id=id_of(gone),
            into_id=id_of(into),
            concern_ids=[id_of(c) for c in moved],
            status_before=gone.status,
            by_id=by.id,
            at=ledger.now,
        )
    )
    change(ledger, gone, Status.MERGED, by, f"into {into.number}")
    known = letters.known(ledger, into)
    gone.merged_into_id = into.id
    _move(ledger, moved, into, known)
    apart.measure(ledger, into)
    _tell_merged(ledger, into, gone, moved)
    return into


def part(ledger: Ledger, topic: Topic, by: Person) -> Topic:
    """Undo the last merge into this topic; everything goes back to where it was."""
    last = ledger.first(
        Merge, col(Merge.into_id) == topic.id, col(Merge.undone_at).is_(None), by=col(Merge.id).desc()
    )
    if last is None:
        raise NotNow(number=topic.number)
    back = ledger.by_id(Topic, last.from_id)
    moved = ledger.all(Concern, col(Concern.id).in_(last.concern_ids))
    _move(ledger, moved, back, letters.of_notes(ledger, back))
    last.undone_at = ledger.now
    back.merged_into_id = None
    ledger.session.add_all([last, back])
    for each in (topic, back):
        apart.measure(ledger, each)
    change(ledger, back, Status(last.status_before), by, "parted")
    threads.refresh(ledger, topic)
    return back


def take_out(ledger: Ledger, concern: Concern, by: Person) -> Topic:
    """Give a concern a topic to itself again, so that it can go another way than those it was put together with.

    Gives that topic. Nobody else's matter goes with it: where the others had joined it, they get theirs back.
    """
    home = ledger.by_id(Topic, concern.topic_id)
    if [voice.id for voice in threads.voices(ledger, home)] == [concern.id]:
        return home
    own = ledger.one(Topic, col(Topic.number) == concern.number)
    if own.id == home.id:
        while ledger.count(Merge, col(Merge.into_id) == home.id, col(Merge.undone_at).is_(None)):
            part(ledger, home, by)
        return home
    _leave(ledger, own, concern)
    _move(ledger, [concern], own, letters.of_notes(ledger, own))
    own.merged_into_id = None
    for each in (home, own):
        apart.measure(ledger, each)
    change(ledger, own, _status_before(ledger, own), by, "parted")
    threads.refresh(ledger, home)
    return own


def _leave(ledger: Ledger, own: Topic, concern: Concern) -> None:
    """Strike a concern off the merges by which it went from topic to topic."""
    for merge_ in ledger.all(Merge, col(Merge.undone_at).is_(None)):
        if concern.id in merge_.concern_ids:
            merge_.concern_ids = [id_ for id_ in merge_.concern_ids if id_ != concern.id]
            merge_.undone_at = ledger.now if merge_.from_id == own.id else None
            ledger.session.add(merge_)


def _status_before(ledger: Ledger, topic: Topic) -> Status:
    last = ledger.first(Merge, col(Merge.from_id) == topic.id, by=col(Merge.id).desc())
    before = Status(last.status_before) if last else Status.SHARED
    return before if before in NEXT[Status.MERGED] else Status.SHARED


def _move(ledger: Ledger, moved: Sequence[Concern], to: Topic, known: dict[str, str]) -> None:
    """Let concerns come to another topic, where the persons they name have the letters that are used there."""
    for concern in moved:
        concern.topic_id = to.id
        ledger.session.add(concern)
        if concern.status == Standing.SHARED:
            hiding.reletter(ledger, concern, known)
            letters.learn(known, letters.of_concern(ledger, concern))


def _tell_merged(ledger: Ledger, into: Topic, gone: Topic, moved: Sequence[Concern]) -> None:
    threads.refresh(ledger, into)
    threads.refresh(ledger, gone)
    for concern in moved:
        threads.say(
            ledger,
            into,
            phrase("thread.merged_voice", number=concern.number, text=threads.masked(ledger, concern)),
            f"merged:{into.id}:{concern.id}:{ledger.now.isoformat()}",
            choices=(Choice(phrase("thread.part"), f"分ける {into.number}"),),
            about=About(concern.id, into.id, concern.key_id),
        )
