"""Reopening (再): a writer says 「まだ」, and what the council thought to be over comes before it again."""

from bot import threads, tidings, topics
from bot.texts import phrase
from storage.concerns import Concern, Standing
from storage.ledger import Ledger
from storage.people import Person
from storage.topics import Status, Topic

# where 「まだ」 brings a topic back; what still comes before the board needs no reopening
OVER = (Status.RESOLVED, Status.DECLINED, Status.REFERRED, Status.WATCHING, Status.ACTING)


def reopen(ledger: Ledger, concern: Concern, by: Person) -> Topic | None:
    """Bring the topic of somebody's concern back onto the next draft, marked 再; None when it is there already.

    Whoever noticed is the one who knows: their word is enough (矢印の循環). What is handled apart comes back to
    those who handle it, and to no paper. Raises NotNow when the concern was never shared.
    """
    if concern.status != Standing.SHARED or concern.topic_id is None:
        raise topics.NotNow(number=concern.number)
    topic = ledger.by_id(Topic, concern.topic_id)
    if topic.status not in OVER:
        return None
    topic.times_reopened += 1
    topics.change(ledger, topic, Status.CONSIDERING, by, "again")
    text = phrase("reopened.thread", number=concern.number)
    threads.say(ledger, topic, text, f"reopened:{topic.id}:{topic.times_reopened}")
    tidings.reopened(ledger, topic, but=concern)
    return topic
