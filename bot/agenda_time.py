"""Talking time (話し合い比率): how the minutes of a meeting are shared between people's troubles and notices.

The leaflet names as the failing meeting one that only passes on notices, so that nobody can talk over what
troubles people (よこはまの地区社協活動, 話し合いについての悩み). So what is not timed goes to the troubles,
notices are read at home (読んでおいていただく紙), and whoever lays out the paper sees where the minutes go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.texts import phrase
from storage.meetings import Meeting, Section

OPENING_MINUTES = 3
PREVIOUS_MINUTES = 5
CLOSING_MINUTES = 2
REPORT_MINUTES = 3
SHORTEST, LONGEST = 2, 20
# all notices that are read at home take so long together: a word to the sheet, or a little more for many
READ_AHEAD_MINUTES = 1
MANY_NOTICES, MANY_MINUTES = 6, 2
# a report or two beside few troubles is no meeting of notices
TOO_SHORT_TO_WARN = 5


class Line(Protocol):
    """What the sharing needs of a line, whether it is written down yet or not."""

    topic_id: int | None
    section: str
    minutes: int
    is_hidden: bool
    is_timed: bool


@dataclass(frozen=True)
class Shares:
    """Minutes for people's troubles, for reports, for notices."""

    troubles: int
    reports: int
    notices: int

    @property
    def total(self) -> int:
        """All minutes that are shared out."""
        return self.troubles + self.reports + self.notices

    @property
    def percents(self) -> tuple[int, int, int]:
        """The same in percent, 100 in all; 0 where there is nothing yet."""
        if not self.total:
            return 0, 0, 0
        reports, notices = (round(100 * part / self.total) for part in (self.reports, self.notices))
        return max(100 - reports - notices, 0), reports, notices

    def are_crowded(self, percent: int) -> bool:
        """Say whether reports and notices take more than the council allows them (`notice_share`)."""
        others = self.reports + self.notices
        return others > TOO_SHORT_TO_WARN and 100 * others > percent * self.total


def shares(meeting: Meeting, items: Sequence[Line]) -> Shares:
    """Say how many minutes go to people's troubles, to reports and to notices, of what is shown."""
    shown = [item for item in items if not item.is_hidden]
    by_part = {part: sum(i.minutes for i in shown if i.section == part) for part in Section}
    troubles = sum(i.minutes for i in shown if i.section not in (Section.REPORT, Section.NOTICE))
    return Shares(troubles, by_part[Section.REPORT], by_part[Section.NOTICE] + read_ahead_minutes(shown))


def shares_words(found: Shares) -> str:
    """Tell the shares in one line, in minutes and percent."""
    troubles, reports, notices = found.percents
    return phrase(
        "talk.shares",
        troubles=found.troubles,
        reports=found.reports,
        notices=found.notices,
        troubles_percent=troubles,
        reports_percent=reports,
        notices_percent=notices,
    )


def minutes_used(meeting: Meeting, items: Sequence[Line]) -> tuple[int, int]:
    """Give how many minutes the paper asks for, and how many the meeting has."""
    return _fixed() + shares(meeting, items).total, meeting.minutes


def is_read_ahead(item: Line) -> bool:
    """Say whether a line is read at home: a notice, unless an officer gave it minutes of its own (話し合う)."""
    return item.section == Section.NOTICE and item.topic_id is None and not item.is_timed


def read_ahead_minutes(items: Sequence[Line]) -> int:
    """Give the minutes in which all notices that are read at home are mentioned; 0 without any."""
    count = sum(1 for item in items if is_read_ahead(item) and not item.is_hidden)
    if not count:
        return 0
    return MANY_MINUTES if count >= MANY_NOTICES else READ_AHEAD_MINUTES


def share_out(meeting: Meeting, items: Sequence[Line]) -> None:
    """Share the meeting's length among people's troubles; what an officer timed keeps its minutes."""
    shown = [i for i in items if not i.is_hidden]
    for item in shown:
        if is_read_ahead(item) and item.minutes:
            item.minutes = 0
    free = [i for i in shown if _shares(i)]
    if not free:
        return
    taken = sum(i.minutes for i in shown if not _shares(i)) + read_ahead_minutes(shown)
    each = min(max((meeting.minutes - _fixed() - taken) // len(free), SHORTEST), LONGEST)
    for item in free:
        if item.minutes != each:
            item.minutes = each


def _fixed() -> int:
    return OPENING_MINUTES + PREVIOUS_MINUTES + CLOSING_MINUTES


def _shares(item: Line) -> bool:
    return item.topic_id is not None and not item.is_timed
