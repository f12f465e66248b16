"""`invite` and `erase`: how people come to the council, and how they go without leaving a trace."""

from sqlmodel import col

from bot import erasing, passes, people, themes
from bot.settings import Settings
from bot.texts import phrase
from handlers.terminal.arguments import one_of
from handlers.terminal.calling import Call, WrongUsage
from handlers.terminal.screen import aside, ask, tell
from storage import erased
from storage.ledger import Ledger
from storage.paths import sqlite_path
from storage.people import Invite, Person, Role

INVITED = (Role.COMMISSIONER, Role.OFFICER, Role.SECRETARIAT, Role.ORGANISATION)


def invite(call: Call) -> int:
    """Make a join code and print it big, with the line to hand over."""
    words = call.words
    role = _role(words.role)
    fitting = _themes(words.themes)
    if words.link and role not in people.MAY["enter_desk"]:
        raise WrongUsage(phrase("terminal.no_link"))
    with call.ledger(writing=True) as ledger:
        code = people.invite(
            ledger,
            role,
            name=words.name,
            organisation=words.organisation,
            themes=fitting,
            duty_rank=words.duty,
        )
        link = _link(ledger, code, call.settings) if words.link else None
    tell(phrase("terminal.invited", role=phrase(f"role.{role}"), code=code, big="　".join(_wide(code))))
    if link:
        tell(phrase("terminal.link", link=link, hours=passes.PRINTED_HOURS))
    return 0


def erase(call: Call) -> int:
    """Take back everything that a person wrote and forget who they are, after the reference was typed again."""
    with call.ledger(writing=False) as ledger:
        ref = erasing.find(ledger, call.words.person).ref
    if not call.words.yes and ask(phrase("terminal.erase_ask", ref=ref)).upper() != ref:
        aside(phrase("terminal.erase_not"))
        return 1
    with call.ledger(writing=True) as ledger:
        done = erasing.erase(ledger, erasing.find(ledger, ref))
    _remember(call.settings)
    tell(phrase("terminal.erased", ref=ref, concerns=done.concerns, notes=done.notes))
    return 0


def _role(words: str) -> Role:
    by_label = {phrase(f"role.{role}"): role for role in Role}
    found = by_label.get(words) or words
    if found == Role.RESIDENT:
        raise WrongUsage(phrase("terminal.no_resident"))
    return Role(one_of(found, INVITED, "--role"))


def _themes(words: str) -> list[str]:
    by_label = {themes.label(code): code for code in themes.codes()}
    given = [word.strip() for word in words.replace("、", ",").split(",") if word.strip()]
    return [by_label.get(word) or one_of(word, themes.codes(), "--themes") for word in given]


def _link(ledger: Ledger, code: str, settings: Settings) -> str:
    made = ledger.one(Invite, col(Invite.blind) == ledger.blind(f"code:{code.replace('-', '')}"))
    person = ledger.by_id(Person, made.person_id)
    return passes.make_link(ledger, person, settings.public_url, printed=True)


def _wide(code: str) -> str:
    """Write a code in full-width signs, which are twice as large on every terminal."""
    return code.translate({ord(sign): ord(sign) + 0xFEE0 for sign in code if sign != "-"}).replace("-", "―")


def _remember(settings: Settings) -> None:
    """Put the destroyed keys on the list at once, so that even a backup of today does not bring them back."""
    path = sqlite_path(settings.database_url)
    if path is not None:
        erased.remember_from(path, erased.list_of(settings.key_file))
