"""Reminders (お知らせ): one file per kind, the book that keeps them, and the daily bundle that carries them.

Commissioners are volunteers: a word too many makes them leave, a word lost may leave a neighbour alone. So a
reminder is a record with a cause, it lives exactly as long as its cause, and everybody hears of all that waits
for them in one bundle a day.
"""

from bot.reminders import (
    activity_record,
    agenda_draft,
    asking_after,
    corrections_closing,
    meeting_ahead,
    minutes_draft,
    monthly_figures,
    numbers_check,
    take_home,
    term_ending,
    urgent,
    waiting_concerns,
)
from bot.reminders.kind import Cause, Kind, Line

__all__ = ["KINDS", "Cause", "Kind", "Line"]

KINDS: tuple[Kind, ...] = (
    urgent.KIND,
    urgent.WEEKLY_KIND,
    meeting_ahead.KIND,
    corrections_closing.KIND,
    agenda_draft.KIND,
    minutes_draft.KIND,
    take_home.KIND,
    asking_after.KIND,
    waiting_concerns.KIND,
    monthly_figures.KIND,
    activity_record.KIND,
    term_ending.KIND,
    numbers_check.KIND,
)
