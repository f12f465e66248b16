"""Proposals (提案): what a language model elsewhere may suggest when the built-in judgement left the theme open.

Off unless an address is configured. It gets the masked text only, and nothing of what people are kept apart
for. Its answer is a code on the row that asked, shown with a button; nothing is sorted before a person presses
it. So words that were written to steer the model can do no more than propose another theme. When it is slow,
wrong or away, the topic waits in the tray as it does without it.
"""

from collections.abc import Sequence

from sqlmodel import col

from bot import outbox, themes, threads
from bot.messages import Choice, Say
from bot.outbox import About
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.outbox import Delivery, OutboxRow
from storage.topics import Topic

KIND = "ask"
SCHEME = "model"
ADDRESS = f"{SCHEME}:theme"
TRIES = 3  # then it is let go quietly: the tray waits for a person anyway
TEXT_CHARS = 2_000
APART = "abuse_safety"


def ask(ledger: Ledger, topic: Topic, concern: Concern) -> None:
    """Queue the question which theme an unsorted topic has; its words are read only when it is asked.

    So a concern that is edited or taken back meanwhile is asked as it then reads, or not at all.
    """
    if _may_be_asked(topic, concern):
        outbox.post(ledger, ADDRESS, Say("ask"), f"ask:{topic.id}", About.concern(concern))


def question(ledger: Ledger, row: OutboxRow) -> Say | None:
    """Give what is asked: the rules as `title`, the masked text as `text`; None when it is no longer wanted."""
    topic = ledger.first(Topic, col(Topic.id) == row.topic_id)
    concern = ledger.first(Concern, col(Concern.id) == row.concern_id)
    if topic is None or concern is None or not _may_be_asked(topic, concern):
        return None
    text = threads.masked(ledger, concern)[:TEXT_CHARS]
    codes = "\n".join(f"{code}：{themes.label(code)}" for code in _proposable())
    return Say("ask", title=phrase("proposal.rules", themes=codes), text=text) if text.strip() else None


def take(ledger: Ledger, row: OutboxRow, answer: bytes | None) -> None:
    """Take an answer to a question; what is not the code of a theme is as good as none."""
    theme = (answer or b"").decode("ascii", "replace")
    topic = ledger.first(Topic, col(Topic.id) == row.topic_id)
    concern = ledger.first(Concern, col(Concern.id) == row.concern_id)
    if topic is None or concern is None or not _may_be_asked(topic, concern) or theme not in _proposable():
        return
    row.sent_ref = theme
    ledger.session.add(row)
    propose(ledger, topic, concern, theme)


def propose(ledger: Ledger, topic: Topic, concern: Concern, theme: str) -> None:
    """Say once in the thread which theme it may be, with the sentence that a person has to say for it."""
    label = themes.label(theme)
    ledger.journal(None, "propose", f"topic:{topic.number}", theme)
    threads.say(
        ledger,
        topic,
        phrase("proposal.in_thread", theme=label),
        f"proposal:{topic.id}",
        choices=(Choice(phrase("proposal.accept"), f"テーマ {topic.number} {label}", "primary"),),
        about=About(concern.id, topic.id, concern.key_id),
    )


def of(ledger: Ledger, those: Sequence[Topic]) -> dict[int, str]:
    """Give the proposed theme of each topic that has one, by the topic's id."""
    rows = ledger.all(
        OutboxRow,
        col(OutboxRow.topic_id).in_([topic.id for topic in those]),
        col(OutboxRow.kind) == KIND,
        col(OutboxRow.status) == Delivery.SENT,
    )
    return {row.topic_id: row.sent_ref for row in rows if row.topic_id is not None and row.sent_ref}


def _may_be_asked(topic: Topic, concern: Concern) -> bool:
    """Say whether a theme is still wanted, and whether the words may leave at all.

    What may be abuse stays here even where the built-in judgement is unsure of it (虐待防止法 7条).
    """
    return (
        topic.is_unsorted
        and topic.status in threads.LIVE
        and not topic.is_restricted
        and concern.status == Standing.SHARED
        and APART not in (concern.theme, concern.second_theme)
    )


def _proposable() -> tuple[str, ...]:
    """All themes but その他, which helps nobody who looks for the right one."""
    return tuple(code for code in themes.codes() if code != themes.OTHER)
