"""Papers of the board: the order paper (次第), the sheet of notices and the minutes, as Papers of any format."""

from bot.agenda_paper import agenda_paper, history, notices_paper
from bot.minutes_paper import minutes_paper

__all__ = ["agenda_paper", "history", "minutes_paper", "notices_paper"]
