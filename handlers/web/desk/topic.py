"""One topic (話題): what was noticed, what was said, where it stands, and what can be done now."""

import uuid
from collections.abc import Callable
from typing import Any

from sqlmodel import col

from bot import (
    alerts,
    apart,
    concerns,
    counted,
    dates,
    histories,
    means,
    merging,
    notes,
    originals,
    people,
    reach,
    take_homes,
    threads,
    tidings,
    topics,
)
from bot.texts import phrase
from handlers.web.desk.view import URGENCIES, card, is_assigned, who
from handlers.web.desk.visit import Done, NotLookedAt, Outcome, Page, Shown, Visit
from storage.concerns import Concern
from storage.ledger import Ledger
from storage.people import Person
from storage.topics import Merge, Status, Topic


def show(visit: Visit) -> Outcome:
    """Show a topic: the masked words are the words; the original has a button of its own."""
    ledger, person = visit.ledger, visit.person
    topic = topics.find(ledger, visit.number("number"))
    readable = apart.may_read(ledger, topic, person)
    return Shown(
        "topic.html",
        {
            "card": card(ledger, topic),
            "title": threads.heading(ledger, topic, 70) if readable else phrase("desk.topic.apart_title"),
            "own_heading": (ledger.unseal(topic.key_id, topic.heading_sealed) or "") if readable else "",
            "theme_code": "" if topic.is_unsorted else topic.theme,
            "opened": dates.wareki(dates.jst(topic.opened_at).date()),
            "seen_by": _seen_by(ledger, topic),
            "going": _going(ledger, topic),
            "readable": readable,
            "cases": [case.number for case in counted.may_see_cases(ledger, topic, person)],
            "may_generalise": topic.is_restricted and counted.cares(topic, person),
            "is_kept": apart.is_kept(ledger, topic),
            "voices": [_voice(visit, topic, c) for c in threads.voices(ledger, topic)] if readable else [],
            "notes": [_note(ledger, *row) for row in notes.of_topic(ledger, topic)] if readable else [],
            "history": histories.of_topic(ledger, topic, person) if readable else [],
            "means": means.proposed(ledger, topic, means.today(ledger)) if readable else [],
            "is_live": topic.status in threads.LIVE,
            "is_taken_home": topic.status == Status.TAKEN_HOME,
            "can_reopen": topic.status == Status.RESOLVED,
            "merged": _merged(ledger, topic),
            "urgencies": URGENCIES,
            "once": uuid.uuid4().hex,
        },
    )


def _voice(visit: Visit, topic: Topic, concern: Concern) -> dict[str, Any]:
    ledger = visit.ledger
    writer = ledger.first(Person, col(Person.id) == concern.writer_id)
    return {
        "number": concern.number,
        "text": threads.masked(ledger, concern),
        "why": concerns.because(ledger, concern),
        "role": phrase(f"role.{writer.role}") if writer else "",
        "day": dates.wareki(dates.jst(concern.received_at).date()),
        "has_pictures": originals.has_pictures(ledger, concern),
        "may_open": visit.may("read_original") or is_assigned(topic, visit.person),
        "reach": phrase(f"reach.of.{concern.reach}"),
        "may_reach": reach.may_choose(concern, visit.person),
        "may_withdraw": visit.may("edit_agenda") or concern.writer_id == visit.person.id,
    }


def _note(ledger: Ledger, note: Any, words: str) -> dict[str, str]:
    writer = ledger.first(Person, col(Person.id) == note.person_id)
    return {"who": who(ledger, writer), "when": dates.spoken(note.at), "words": words}


def _seen_by(ledger: Ledger, topic: Topic) -> str:
    seen = ledger.first(Person, col(Person.id) == topic.seen_by_id) if topic.seen_by_id else None
    return who(ledger, seen) if seen else ""


def _going(ledger: Ledger, topic: Topic) -> str:
    """Say who went, and when (向かいます)."""
    said = alerts.going(ledger, topic)
    those = {p.id: p for p in ledger.all(Person, col(Person.id).in_([one.person_id for one in said]))}
    return "、".join(f"{who(ledger, those.get(one.person_id))}（{dates.spoken(one.at)}）" for one in said)


def _merged(ledger: Ledger, topic: Topic) -> int | None:
    last = ledger.first(
        Merge, col(Merge.into_id) == topic.id, col(Merge.undone_at).is_(None), by=col(Merge.id).desc()
    )
    return ledger.by_id(Topic, last.from_id).number if last else None


# --- deeds ------------------------------------------------------------------------------------------


def _deed(act: Callable[[Ledger, Topic, Person], object], key: str) -> Callable[[Visit], Outcome]:
    """Make a button's page of one of the council's verbs."""

    def press(visit: Visit) -> Outcome:
        topic = topics.find(visit.ledger, visit.number("number"))
        act(visit.ledger, topic, visit.person)
        return Done(key, {"number": topic.number})

    return press


def _resolve(ledger: Ledger, topic: Topic, by: Person) -> None:
    topics.resolve(ledger, topic, by)
    tidings.resolved(ledger, topic)


def note(visit: Visit) -> Outcome:
    """Write a note under a topic; a form sent twice is one note."""
    words, once = visit.wanted("words"), visit.wanted("once")
    topic = topics.find(visit.ledger, visit.number("number"))
    _require_readable(visit, topic)
    reader, message = visit.desk.reader(), f"desk/{once[:64]}"
    notes.add(visit.ledger, reader, topic, visit.person, message, words[:1_000], from_desk=True)
    return Done("desk.said.noted")


def reword(visit: Visit) -> Outcome:
    """Give a topic a heading in an officer's words."""
    topic = topics.find(visit.ledger, visit.number("number"))
    _require_readable(visit, topic)
    topics.reword(visit.ledger, topic, visit.text("words"), visit.person)
    return Done("desk.said.reworded")


def judge(visit: Visit) -> Outcome:
    """Say how urgent a topic is."""
    urgency = visit.wanted("urgency")
    if urgency not in URGENCIES:
        raise NotLookedAt
    topic = topics.find(visit.ledger, visit.number("number"))
    topics.judge_urgency(visit.ledger, topic, urgency, visit.person)
    return Done("desk.said.judged", {"urgency": phrase(f"urgency.{urgency}")})


def merge(visit: Visit) -> Outcome:
    """Put another topic together with this one; it can be undone."""
    topic = topics.find(visit.ledger, visit.number("number"))
    other = topics.find(visit.ledger, visit.whole("other", 1, 999_999))
    _require_readable(visit, topic)
    _require_readable(visit, other)
    into = merging.merge(visit.ledger, topic, other, visit.person)
    return Done("desk.said.merged", {"number": into.number}, f"/topics/{into.number}")


def part(visit: Visit) -> Outcome:
    """Undo the last merge."""
    topic = topics.find(visit.ledger, visit.number("number"))
    back = merging.part(visit.ledger, topic, visit.person)
    return Done("chat.parted", {"number": back.number})


def report_back(visit: Visit) -> Outcome:
    """Write down what an organisation answered."""
    topic = topics.find(visit.ledger, visit.number("number"))
    take_homes.report_back(visit.ledger, visit.desk.reader(), topic, visit.wanted("words"), visit.person)
    return Done("chat.reported_back", {"number": topic.number})


def ask_release(visit: Visit) -> Outcome:
    """Ask once more before what is handled apart comes before everybody."""
    topic = topics.find(visit.ledger, visit.number("number"))
    return Shown("confirm_release.html", {"number": topic.number})


def release(visit: Visit) -> Outcome:
    """Bring what was handled apart into the thread and onto the agenda."""
    topic = topics.find(visit.ledger, visit.number("number"))
    topics.release(visit.ledger, topic, visit.person)
    return Done("desk.said.released", {"number": topic.number}, f"/topics/{topic.number}")


# --- one concern ------------------------------------------------------------------------------------


def ask_withdraw(visit: Visit) -> Outcome:
    """Ask once more before a text is destroyed."""
    concern = _own(visit)
    return Shown("confirm_withdraw.html", {"number": concern.number})


def withdraw(visit: Visit) -> Outcome:
    """Take a concern back (取り下げ)."""
    concern = _own(visit)
    concerns.withdraw(visit.ledger, concern, visit.person)
    return Done("chat.withdrawn", {"number": concern.number}, "/topics")


def _own(visit: Visit) -> Concern:
    """Whose concern may be taken back: one's own, and any by the board (to protect whoever is named)."""
    writer = None if visit.may("edit_agenda") else visit.person
    return concerns.find(visit.ledger, visit.number("number"), writer)


def _require_readable(visit: Visit, topic: Topic) -> None:
    if not apart.may_read(visit.ledger, topic, visit.person):
        raise people.NotYours


_TOPIC = "/topics/{number:int}"
_CONCERN = "/concerns/{number:int}"
PAGES = (
    Page("GET", _TOPIC, show, "read_masked"),
    Page("POST", f"{_TOPIC}/seen", _deed(topics.see, "chat.seen"), "acknowledge"),
    Page("POST", f"{_TOPIC}/going", _deed(alerts.go, "chat.going"), "acknowledge"),
    Page("POST", f"{_TOPIC}/acting", _deed(topics.act, "chat.acting"), "discuss"),
    Page("POST", f"{_TOPIC}/board", _deed(topics.ask_board, "chat.to_board"), "ask_board"),
    Page("POST", f"{_TOPIC}/resolved", _deed(_resolve, "chat.resolved"), "discuss"),
    Page("POST", f"{_TOPIC}/notes", note, "discuss"),
    Page("POST", f"{_TOPIC}/heading", reword, "sort"),
    Page("POST", f"{_TOPIC}/urgency", judge, "sort"),
    Page("POST", f"{_TOPIC}/merge", merge, "merge"),
    Page("POST", f"{_TOPIC}/part", part, "merge"),
    Page("POST", f"{_TOPIC}/answer", report_back, "report_back"),
    Page("GET", f"{_TOPIC}/release", ask_release, "read_original"),
    Page("POST", f"{_TOPIC}/release", release, "read_original"),
    Page("GET", f"{_CONCERN}/withdraw", ask_withdraw),
    Page("POST", f"{_CONCERN}/withdraw", withdraw),
)
