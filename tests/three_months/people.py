"""The forty people of the story, invented: what they are to the council, and how they are reached."""

from dataclasses import dataclass

from storage.people import Role

CHANNEL = "C0THREE00001"
COUNCIL = "あおば坂地区社会福祉協議会"
CLUB, SALON = "子ども会", "ふれあいサロンの会"


@dataclass(frozen=True)
class Someone:
    """One person; `way` is where they write: line, slack, or, for papers alone, mailto and paper."""

    key: str
    role: Role
    way: str
    id: str
    name: str = ""
    organisation: str = ""
    duty_rank: int | None = None

    @property
    def address(self) -> str:
        """The address as Kizuki names it."""
        return f"{self.way}:{self.id}"

    @property
    def has_duty(self) -> bool:
        """Whether the person is invited to the board."""
        return self.role != Role.RESIDENT


def _line(n: int) -> str:
    return "U" + f"{n:032x}"


def _slack(n: int) -> str:
    return f"U0THREE{n:04d}"


SECRETARY = Someone("secretary", Role.SECRETARIAT, "slack", _slack(1), "事務局の椎名", duty_rank=2)
CHAIR = Someone("chair", Role.OFFICER, "line", _line(1), "会長の阿久津", duty_rank=1)
VICE = Someone("vice", Role.OFFICER, "slack", _slack(2), "副会長の宇野", duty_rank=3)
OFFICERS = (
    CHAIR,
    VICE,
    Someone("officer3", Role.OFFICER, "slack", _slack(3), "書記の江波"),
    Someone("officer4", Role.OFFICER, "slack", _slack(4), "会計の大庭"),
    Someone("officer5", Role.OFFICER, "line", _line(2), "監事の加瀬"),
)
COMMISSIONERS = (
    Someone("c1", Role.COMMISSIONER, "line", _line(11), "民生委員の木暮"),
    Someone("c2", Role.COMMISSIONER, "line", _line(12), "民生委員の久慈"),
    Someone("c3", Role.COMMISSIONER, "line", _line(13), "民生委員の毛塚"),
    Someone("c4", Role.COMMISSIONER, "slack", _slack(5), "民生委員の小寺"),
    Someone("c5", Role.COMMISSIONER, "slack", _slack(6), "民生委員の佐橋"),
    Someone("c6", Role.COMMISSIONER, "slack", _slack(7), "民生委員の志賀"),
    Someone("c7", Role.COMMISSIONER, "mailto", "sugiura@example.jp", "民生委員の杉浦"),
    Someone("c8", Role.COMMISSIONER, "paper", "坂の上の家、門の左のポスト", "民生委員の瀬尾"),
)
BODIES = (
    Someone("club1", Role.ORGANISATION, "line", _line(21), "子ども会の曽根", CLUB),
    Someone("club2", Role.ORGANISATION, "line", _line(22), "子ども会の高瀬", CLUB),
    Someone("salon1", Role.ORGANISATION, "line", _line(23), "サロンの千野", SALON),
    Someone("salon2", Role.ORGANISATION, "line", _line(24), "サロンの津久井", SALON),
)
RESIDENTS = tuple(
    Someone(f"r{n:02}", Role.RESIDENT, "slack", _slack(100 + n))
    if n in (3, 9)
    else Someone(f"r{n:02}", Role.RESIDENT, "line", _line(0x100 + n))
    for n in range(1, 23)
)
BOARD = (SECRETARY, *OFFICERS)
PEOPLE = (*BOARD, *COMMISSIONERS, *BODIES, *RESIDENTS)
BY_KEY = {person.key: person for person in PEOPLE}
MEMBERS = tuple(person for person in PEOPLE if person.has_duty)

# who stays away from which meeting; whoever gets papers by mail or by hand is never there
AWAY = (
    {"officer4", "c2", "salon2", "c7", "c8"},
    {"officer5", "c5", "club1", "club2", "c7", "c8"},
    {"vice", "c3", "c6", "salon1", "c7", "c8"},
)
