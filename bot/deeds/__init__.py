"""Deeds: what people can ask for in a sentence, one module per concept, each with its list.

A sentence of its own is one line in such a list, with what it does beside it.
"""

from bot.deeds import (
    after,
    board,
    bring_in,
    coming,
    counting,
    generals,
    hearing_back,
    local_means,
    mailing,
    own,
    paper_lines,
    past,
    reaching,
    reminding,
    resting,
    schedule,
    sitting,
    sorting,
    watching,
)
from bot.deeds.asked import Asked, Deed, Wish

__all__ = ["ALL", "Asked", "Deed", "Wish"]

# the order counts where two patterns match: the first is meant
ALL: tuple[Deed, ...] = (
    *own.DEEDS,
    *reaching.DEEDS,
    *generals.DEEDS,
    *watching.DEEDS,
    *reminding.DEEDS,
    *resting.DEEDS,
    *mailing.DEEDS,
    *sorting.DEEDS,
    *board.DEEDS,
    *sitting.DEEDS,
    *paper_lines.DEEDS,
    *past.DEEDS,
    *local_means.DEEDS,
    *schedule.DEEDS,
    *bring_in.DEEDS,
    *coming.DEEDS,
    *counting.DEEDS,
    *hearing_back.DEEDS,
    *after.DEEDS,
)
