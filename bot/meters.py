"""矢印メーター and 新しい声メーター: where the arrow stops, and whether new voices are heard.

The leaflet wants the arrow to go round (矢印の循環が大切) and new people's views to be heard (新しい方の意見も).
Two things are counted, of matters and never of persons: how many topics stand at each step, how many days it
takes from one to the next; and what share of the board's items began with somebody who wrote for the first time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from sqlmodel import col

from bot import dates, themes
from bot.documents.paper import Chart, Note, Paper, Section, Table
from bot.texts import phrase
from bot.yearly import FEWEST, cell
from storage.concerns import Concern, Standing
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.meetings import Item, Meeting, Stage
from storage.topics import Status, Topic

STEPS = ("noticed", "shared", "considered", "acted", "told")
STOPPED_DAYS = 60  # so long without a change, and the arrow has stopped
AT_CONSIDERED = (Status.CONSIDERING, Status.CARRIED_OVER, Status.TAKEN_HOME)
AT_ACTED = (Status.ACTING, Status.WATCHING, Status.REFERRED)
AT_TOLD = (Status.RESOLVED, Status.DECLINED)
GONE = (Status.WITHDRAWN, Status.MERGED)


@dataclass(frozen=True)
class Arrow:
    """Where the year's topics stand, how long each step took (median days), and where some stopped."""

    standing: dict[str, int]
    days: dict[str, float | None]
    stopped: dict[str, int]  # by theme label


@dataclass(frozen=True)
class Voices:
    """Of the items that the board talked over: how many began with somebody's very first concern."""

    items: int
    first: int

    @property
    def percent(self) -> int | None:
        """The share in percent, None while there is nothing to count."""
        return round(100 * self.first / self.items) if self.items else None


def arrow(ledger: Ledger, first: date, last: date) -> Arrow:
    """Measure the arrow over the topics that were opened between these days (both included)."""
    topics = ledger.all(
        Topic,
        col(Topic.opened_at) >= dates.at(first, time()),
        col(Topic.opened_at) < dates.at(last + timedelta(days=1), time()),
        col(Topic.status).not_in(GONE),
    )
    waiting = ledger.count(Concern, col(Concern.status) == Standing.SETTLING)
    standing = dict.fromkeys(STEPS, 0) | {"noticed": waiting}
    for topic in topics:
        standing[_step(topic)] += 1
    return Arrow(standing, _days(ledger, topics), _stopped(ledger.now, topics))


def voices(ledger: Ledger, first: date, last: date) -> Voices:
    """Measure the new voices over the meetings that were held between these days (both included)."""
    held = ledger.all(
        Meeting,
        col(Meeting.status) == Stage.HELD,
        col(Meeting.starts_at) >= dates.at(first, time()),
        col(Meeting.starts_at) < dates.at(last + timedelta(days=1), time()),
    )
    items = ledger.all(
        Item,
        col(Item.meeting_id).in_([m.id for m in held]),
        col(Item.topic_id).is_not(None),
        col(Item.is_hidden).is_(False),
    )
    new = _first_voiced(ledger, {item.topic_id for item in items if item.topic_id})
    return Voices(len(items), sum(1 for item in items if item.topic_id in new))


def meters_paper(ledger: Ledger, today: date) -> Paper:
    """Compose both meters of the fiscal year up to now, for the board and for whoever asks how it is going."""
    first, last = dates.fiscal_year_days(today)
    measured, heard = arrow(ledger, first, last), voices(ledger, first, last)
    return Paper(
        title=phrase("meter.title"),
        lines=(f"{dates.fiscal_year_label(today)} {ledger.council.name}",),
        meta=((phrase("yearly.as_of"), dates.wareki_short(today)),),
        sections=(_standing(measured), _times(measured), _stops(measured), _heard(heard)),
        footer=phrase("yearly.footer"),
    )


def _standing(measured: Arrow) -> Section:
    """Show how full each step is: by bars, or in words alone where a bar would tell of one or two topics."""
    bars = tuple((phrase(f"meter.step.{step}"), measured.standing[step]) for step in STEPS)
    if all(count == 0 or count >= FEWEST for _, count in bars):
        return Section(phrase("meter.standing"), (Chart(phrase("meter.standing"), bars, phrase("meter.unit")),))
    rows = tuple((label, cell(count)) for label, count in bars)
    header = (phrase("meter.step_column"), phrase("yearly.count_column"))
    return Section(phrase("meter.standing"), (Table(header, rows, (3, 1)),))


def _times(measured: Arrow) -> Section:
    rows = tuple((phrase(f"meter.way.{name}"), _told(days)) for name, days in measured.days.items())
    table = Table((phrase("meter.way_column"), phrase("meter.days_column")), rows, (3, 1))
    return Section(phrase("meter.times"), (table, Note(phrase("meter.median"))))


def _stops(measured: Arrow) -> Section:
    rows = tuple((label, cell(count)) for label, count in measured.stopped.items())
    words = phrase("meter.stopped_note", days=STOPPED_DAYS) if rows else phrase("meter.none_stopped")
    table = (
        (Table((phrase("yearly.themes_column"), phrase("yearly.count_column")), rows, (3, 1)),) if rows else ()
    )
    return Section(phrase("meter.stopped"), (*table, Note(words)))


def _heard(heard: Voices) -> Section:
    share = heard.percent
    words = phrase("meter.no_items") if share is None else phrase("meter.voices_words", percent=share)
    return Section(phrase("meter.voices"), (Note(words), Note(phrase("meter.no_ranking"))))


def _step(topic: Topic) -> str:
    if topic.status in AT_CONSIDERED:
        return "considered"
    if topic.status in AT_ACTED:
        return "acted"
    return "told" if topic.status in AT_TOLD else "shared"


def _days(ledger: Ledger, topics: Sequence[Topic]) -> dict[str, float | None]:
    """Give the median days from noticing to sharing, to the board, and to something being done."""
    moments = _moments(ledger, topics)
    noticed = _noticed(ledger, topics)
    ways: dict[str, list[float]] = {"to_shared": [], "to_board": [], "to_acted": []}
    for topic in topics:
        begun = noticed.get(topic.id or 0, topic.opened_at)
        decided, acted = moments.get(topic.number, (None, None))
        ways["to_shared"].append(_between(begun, topic.opened_at))
        if decided:
            ways["to_board"].append(_between(topic.opened_at, decided))
        if acted:
            ways["to_acted"].append(_between(topic.opened_at, acted))
    return {name: median(days) if days else None for name, days in ways.items()}


def _moments(ledger: Ledger, topics: Iterable[Topic]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Give when each topic first came before the board and when something was first done, from the journal."""
    wanted = {f"topic:{topic.number}": topic.number for topic in topics}
    found: dict[int, tuple[datetime | None, datetime | None]] = {}
    entries = ledger.all(JournalEntry, col(JournalEntry.action) == "status", by=col(JournalEntry.id))
    for entry in entries:
        number = wanted.get(entry.subject)
        if number is None:
            continue
        after = entry.detail.split(" ")[0].rpartition(">")[2]
        decided, acted = found.get(number, (None, None))
        if "meeting " in entry.detail or after in AT_CONSIDERED:
            decided = decided or entry.at
        if after in AT_ACTED or after in AT_TOLD:
            acted = acted or entry.at
        found[number] = (decided, acted)
    return found


def _noticed(ledger: Ledger, topics: Iterable[Topic]) -> dict[int, datetime]:
    """Give when the first concern of each topic arrived."""
    found: dict[int, datetime] = {}
    for concern in ledger.all(Concern, col(Concern.topic_id).in_([t.id for t in topics])):
        if concern.topic_id is not None:
            found[concern.topic_id] = min(found.get(concern.topic_id, concern.received_at), concern.received_at)
    return found


def _stopped(now: datetime, topics: Iterable[Topic]) -> dict[str, int]:
    """Count, by theme, the topics that nobody has moved for two months and that are not over."""
    late = now - timedelta(days=STOPPED_DAYS)
    stopped = [t for t in topics if t.status not in AT_TOLD and t.changed_at < late]
    labels = [themes.label(t.theme) for t in stopped]
    return {label: labels.count(label) for label in dict.fromkeys(sorted(labels))}


def _first_voiced(ledger: Ledger, topic_ids: set[int]) -> set[int]:
    """Give the topics whose first concern was the very first that its writer ever sent."""
    of_topics = ledger.all(Concern, col(Concern.topic_id).in_(topic_ids), by=col(Concern.id))
    opening = {concern.topic_id: concern for concern in reversed(of_topics)}
    writers = {concern.writer_id for concern in opening.values()}
    earliest: dict[int, int] = {}
    for concern in ledger.all(Concern, col(Concern.writer_id).in_(writers), by=col(Concern.id)):
        earliest.setdefault(concern.writer_id, concern.id or 0)
    return {topic for topic, c in opening.items() if topic is not None and earliest[c.writer_id] == c.id}


def _between(begin: datetime, end: datetime) -> float:
    return max((end - begin).total_seconds(), 0) / 86_400


def _told(days: float | None) -> str:
    if days is None:
        return phrase("meter.unknown")
    return phrase("meter.within_a_day") if days < 1 else phrase("meter.days", days=round(days))
