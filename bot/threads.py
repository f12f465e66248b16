"""Threads (話し合いの場): what a topic looks like where the council talks, on Slack or on the desk alone."""

from sqlalchemy import and_, or_
from sqlmodel import col

from bot import apart, counted, outbox, themes
from bot.messages import Choice, Menu, Say
from bot.outbox import About
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.ledger import Ledger, id_of, new_retry_key
from storage.outbox import OutboxRow
from storage.topics import Status, Topic

HEADING_CHARS = 40
TEXT_CHARS = 2_000
MERGE_AT_MOST = 15
# statuses in which there is still something to press
LIVE = (
    Status.SHARED,
    Status.CONSIDERING,
    Status.CARRIED_OVER,
    Status.TAKEN_HOME,
    Status.ACTING,
    Status.WATCHING,
    Status.REFERRED,
)


def voices(ledger: Ledger, topic: Topic) -> list[Concern]:
    """List the concerns of a topic, oldest first, without what was taken back."""
    return ledger.all(Concern, col(Concern.topic_id) == topic.id, col(Concern.status) == Standing.SHARED)


def masked(ledger: Ledger, concern: Concern) -> str:
    """Give the words of one concern for everybody: its writer's own wording, or else the masked text."""
    return ledger.unseal(concern.key_id, concern.wording_sealed or concern.masked_sealed) or ""


def because(ledger: Ledger, concern: Concern) -> str:
    """Give why its theme was chosen; it quotes the message, so not where the writer's wording stands for it."""
    return "" if concern.wording_sealed else ledger.unseal(concern.key_id, concern.because_sealed) or ""


def heading(ledger: Ledger, topic: Topic, chars: int = HEADING_CHARS) -> str:
    """Give a topic's heading: an officer's words, or the beginning of its first masked concern."""
    if apart.is_kept(ledger, topic):
        return phrase("reach.heading", theme=theme_label(topic))
    own = ledger.unseal(topic.key_id, topic.heading_sealed)
    if own:
        return own
    if topic.is_restricted:
        return phrase("thread.restricted_heading", theme=themes.label(topic.theme))
    first = next(iter(voices(ledger, topic)), None)
    text = " ".join(masked(ledger, first).split()) if first else ""
    if not text:
        return phrase("thread.gone_heading")
    return text if len(text) <= chars else text[: chars - 1] + "…"


def open_thread(ledger: Ledger, topic: Topic) -> None:
    """Open the topic's thread: its first message is the one post in the channel, all else goes under it.

    A council without Slack has the same thread on the desk, and nothing is posted.
    """
    topic.channel = _channel(ledger, topic)
    if topic.channel is None:
        return
    first = next(iter(voices(ledger, topic)), None)
    row = outbox.post(
        ledger,
        topic.channel,
        card(ledger, topic),
        f"root:{topic.id}",
        About(first.id if first else None, topic.id, first.key_id if first else topic.key_id),
        is_urgent=topic.urgency == "emergency",
    )
    topic.root_id = row.id if row else None
    ledger.session.add(topic)


def refresh(ledger: Ledger, topic: Topic) -> None:
    """Let the first message show where the topic stands now, in place."""
    if topic.channel is None or topic.root_id is None:
        return
    first = next(iter(voices(ledger, topic)), None)
    key_id = None if topic.status == Status.WITHDRAWN else topic.key_id  # what is over says nothing to be sealed
    about = About(first.id, topic.id, first.key_id) if first else About(None, topic.id, key_id)
    outbox.post(
        ledger,
        topic.channel,
        _as(card(ledger, topic), "replace"),
        f"refresh:{topic.id}:{new_retry_key()}",  # each turn is said, however many were tidied away
        about,
        target_id=topic.root_id,
    )


def rewrite(ledger: Ledger, topic: Topic, concern: Concern) -> None:
    """Let the thread show a concern as it reads now, also where it joined the topic later."""
    refresh(ledger, topic)
    if topic.channel is None:
        return
    say_ = Say("replace", text=phrase("thread.merged_voice", number=concern.number, text=masked(ledger, concern)))
    mine = (col(OutboxRow.concern_id) == concern.id, col(OutboxRow.dedupe).startswith("merged:"))
    for row in ledger.all(OutboxRow, *mine, col(OutboxRow.kind) == "post"):
        about = About(concern.id, topic.id, concern.key_id)
        outbox.post(ledger, topic.channel, say_, f"rewrite:{row.id}:{new_retry_key()}", about, target_id=row.id)


def cover(ledger: Ledger, topic: Topic, concern: Concern) -> None:
    """Take the words of a concern off the threads, where they stand and where they wait to be said.

    Its writer says other words from now on, or keeps it to whoever looks after it: then what was said of it
    from the desk goes too.
    """
    dedupe, own = col(OutboxRow.dedupe), col(OutboxRow.concern_id) == concern.id
    if concern.reach == apart.CHARGE:
        meant = or_(own, and_(col(OutboxRow.topic_id) == topic.id, dedupe.startswith("note:")))
    else:
        quotes = (dedupe.startswith("similar:"), dedupe.startswith("merged:"))
        meant = and_(own, or_(col(OutboxRow.under_id).is_(None), *quotes))
    outbox.cover(ledger, meant, card(ledger, topic), Say("post", text=phrase("reach.covered")))


def say(
    ledger: Ledger,
    topic: Topic,
    text: str,
    dedupe: str,
    *,
    choices: tuple[Choice, ...] = (),
    about: About | None = None,
    is_urgent: bool = False,
) -> None:
    """Say something under the topic's first message."""
    if topic.channel is None or topic.root_id is None:
        return
    outbox.post(
        ledger,
        topic.channel,
        Say("post", text=text, choices=choices),
        dedupe,
        about or About(topic_id=topic.id),
        under_id=topic.root_id,
        is_urgent=is_urgent,
    )


def card(ledger: Ledger, topic: Topic) -> Say:
    """Lay out a topic: masked text, theme, receipt number, why this theme, where it stands, what can be done."""
    first = next(iter(voices(ledger, topic)), None)
    if first is None and topic.merged_into_id is not None:
        into = ledger.by_id(Topic, topic.merged_into_id)
        return Say("post", text=phrase("thread.merged_away", number=topic.number, into=into.number))
    if first is None and (not topic.is_general or topic.status == Status.WITHDRAWN):
        return Say("post", text=phrase("thread.gone", number=topic.number))
    return Say(
        "post",
        title=phrase("thread.title", number=topic.number, theme=theme_label(topic)),
        text=_text(ledger, topic, first),
        facts=_facts(ledger, topic, first),
        choices=actions(topic),
        menus=menus(ledger, topic),
    )


def theme_label(topic: Topic) -> str:
    """Give the theme as people read it; an unsorted topic says so."""
    return phrase("thread.unsorted") if topic.is_unsorted else themes.label(topic.theme)


def status_label(topic: Topic) -> str:
    """Give where a topic stands, in the council's words."""
    return phrase(f"status.{topic.status}")


def actions(topic: Topic) -> tuple[Choice, ...]:
    """List what can be done with a topic now; each button is a sentence that can also be typed."""
    if topic.status not in LIVE:
        return ()
    n = topic.number
    return (
        Choice(phrase("thread.seen"), f"見ました {n}"),
        Choice(phrase("thread.acting"), f"対応中 {n}"),
        Choice(phrase("thread.to_board"), f"役員会へ {n}", "primary"),
        Choice(phrase("thread.resolved"), f"済 {n}"),
        *(() if topic.is_general else (Choice(phrase("thread.withdraw"), f"取り下げます {n}", "danger"),)),
    )


def menus(ledger: Ledger, topic: Topic) -> tuple[Menu, ...]:
    """Offer the other themes, and the topics with which this one could be put together."""
    if topic.status not in LIVE:
        return ()
    others = [] if topic.is_general else _others(ledger, topic)
    if not others:
        return (theme_menu(topic),)
    # by number and theme only: another's words must not stay here when they are taken back there
    merge = tuple(
        Choice(
            phrase("thread.merge_with", number=other.number, theme=theme_label(other)),
            f"まとめる {topic.number} {other.number}",
        )
        for other in others
    )
    return theme_menu(topic), Menu(phrase("thread.merge_menu"), merge)


def theme_menu(topic: Topic) -> Menu:
    """Offer the other themes."""
    return Menu(
        phrase("thread.change_theme"),
        tuple(
            Choice(themes.label(code), f"テーマ {topic.number} {themes.label(code)}") for code in themes.codes()
        ),
    )


def _others(ledger: Ledger, topic: Topic) -> list[Topic]:
    return ledger.all(
        Topic,
        col(Topic.is_open).is_(True),
        col(Topic.is_general).is_(False),
        col(Topic.id) != topic.id,
        by=((col(Topic.theme) == topic.theme).desc(), col(Topic.number).desc()),
        limit=MERGE_AT_MOST,
    )


def _text(ledger: Ledger, topic: Topic, first: Concern | None) -> str:
    if first is None:
        return heading(ledger, topic)
    if topic.is_restricted:
        return phrase("reach.in_thread" if apart.is_kept(ledger, topic) else "thread.restricted")
    text = masked(ledger, first)
    return text if len(text) <= TEXT_CHARS else text[:TEXT_CHARS] + phrase("thread.cut")


def _facts(ledger: Ledger, topic: Topic, first: Concern | None) -> tuple[tuple[str, str], ...]:
    why = because(ledger, first) if first and not topic.is_restricted else ""
    count = len(voices(ledger, topic))
    rows = (
        (phrase("thread.fact_theme"), theme_label(topic)),
        (phrase("thread.fact_why"), why),
        (phrase("thread.fact_urgency"), phrase(f"urgency.{topic.urgency}")),
        (phrase("thread.fact_status"), status_label(topic)),
        (phrase("thread.fact_voices"), phrase("thread.voices", count=count) if count > 1 else ""),
        (phrase("general.count"), counted.told(ledger, topic) if topic.is_general else ""),
    )
    return tuple((label, value) for label, value in rows if value)


def _channel(ledger: Ledger, topic: Topic) -> str | None:
    council = ledger.council
    channel = council.theme_channels.get(topic.theme) if not topic.is_unsorted else None
    found = channel or council.slack_channel
    return f"slack:{found}" if found else None


def _as(say_: Say, kind: str) -> Say:
    return Say.from_json({**say_.to_json(), "kind": kind})


def topic_of(ledger: Ledger, thread: str) -> Topic | None:
    """Find the topic whose thread this is (`slack:C…/1699.1`)."""
    row = ledger.first(
        OutboxRow, col(OutboxRow.sent_hash) == ledger.blind(thread), col(OutboxRow.topic_id).is_not(None)
    )
    return ledger.first(Topic, col(Topic.root_id) == id_of(row)) if row else None
