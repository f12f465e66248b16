"""A council (地区社協) and its ways: when its board meets, where its threads are, when it rests."""

from datetime import datetime
from typing import Any

from sqlmodel import JSON, Column, Field, SQLModel


class Council(SQLModel, table=True):
    """One neighbourhood council. `code` stands in its webhook address."""

    __tablename__ = "councils"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=32)
    name: str = Field(max_length=80)
    created_at: datetime
    seats: int = 0  # 議席: how many the board counts
    meeting_week: int = 3  # the third …
    meeting_weekday: int = 2  # … Wednesday (Monday is 0)
    meeting_time: str = "19:00"  # Asia/Tokyo
    meeting_minutes: int = 90
    meeting_place: str = Field(default="", max_length=80)
    meeting_skips: list[int] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )  # months without
    lead_days: int = 7  # the draft is compiled so many days before the meeting
    final_days: int = 2  # the approved paper goes round so many days before
    bring_in_days: int = 5  # organisations and commissioners are asked so many days before (持ち寄り)
    correction_days: int = 3  # so long the minutes are open for corrections (訂正)
    notice_share: int = 40  # percent of the minutes from which on notices have taken over (話し合い比率)
    calendar_turn: int = 0  # counted up to give the calendar feed a new secret address
    federation: str = Field(default="", max_length=80)  # 地区連合, to which is reported
    committee: str = Field(default="", max_length=80)  # 地区別計画推進委員会
    # the plan's pillars (計画の柱): [{"name": …, "themes": [codes]}, …]
    pillars: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    ping_time: str = "09:30"  # Asia/Tokyo
    quiet_from: str = "20:00"  # Asia/Tokyo
    quiet_until: str = "09:00"
    rest_weekends: bool = True
    rest_holidays: bool = True
    rest_obon: bool = True
    rest_new_year: bool = True
    slack_channel: str | None = None
    theme_channels: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    push_quota: int | None = None  # LINE's own figure, None until it has been asked
    push_consumed: int | None = None  # LINE's own count of this month, which other programs add to
    push_asked_at: datetime | None = None  # when LINE was last asked for both
    push_reserve: int = 20  # pushes a month kept for urgent alerts


class Organisation(SQLModel, table=True):
    """A member body of the council (構成団体) that takes topics home and reports back."""

    __tablename__ = "organisations"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    name: str = Field(max_length=80)
