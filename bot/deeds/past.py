"""Asking for the history (経過) of a topic, a page at a time."""

from bot import dates, histories, means
from bot.deeds.asked import Asked, Deed, N
from bot.messages import Choice, Say
from bot.texts import phrase


def _history(asked: Asked) -> Say:
    """Tell a topic's history; on its last page also what could help."""
    asked.require("read_masked")
    topic = asked.topic()
    entries = histories.of_topic(asked.ledger, topic, asked.person)
    wanted = max(asked.wish.second, 1)
    shown, pages = histories.page(entries, wanted)
    page = min(wanted, pages)
    lines = [histories.line(entry) for entry in shown] or [phrase("past.none")]
    if page == pages and (proposed := means.proposed(asked.ledger, topic, dates.jst(asked.ledger.now).date())):
        lines.append(f"{phrase('means.label')}：{'・'.join(proposed)}")
    title = phrase("past.title", number=topic.number)
    if pages > 1:
        title += phrase("past.page", page=page, pages=pages)
    more = (Choice(phrase("past.more"), f"経過 {topic.number} {page + 1}"),) if page < pages else ()
    return Say("text", title=title, text="\n".join(lines), choices=more)


DEEDS = (Deed("history", rf"経過{N}(?:\s+(?P<second>\d{{1,3}}))?", _history),)
