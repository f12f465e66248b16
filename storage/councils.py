"""A council (地区社協) and its ways: when its board meets, where its threads are, when it rests."""

from datetime import datetime

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
    lead_days: int = 7  # the draft is compiled so many days before the meeting
    ping_time: str = "09:30"  # Asia/Tokyo
    rest_weekends: bool = True
    slack_channel: str | None = None
    theme_channels: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    push_quota: int | None = None  # LINE's own figure, None until it has been asked
    push_reserve: int = 20  # pushes a month kept for urgent alerts


class Organisation(SQLModel, table=True):
    """A member body of the council (構成団体) that takes topics home and reports back."""

    __tablename__ = "organisations"

    id: int | None = Field(default=None, primary_key=True)
    council_id: int = Field(foreign_key="councils.id", index=True)
    name: str = Field(max_length=80)
