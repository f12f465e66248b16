"""A member's own mail address: proven before it is used, said nowhere, and ended by a word."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col

from bot import contact, conversation, erasing, outbox, own_mail, people
from bot.messages import Incoming, Say
from schedules import tidy
from storage.journal import JournalEntry
from storage.ledger import Ledger
from storage.minutes import Way
from storage.outbox import OutboxRow
from storage.people import UNPROVEN, Address, Person, Role
from tests.conftest import Town

MINE = "hanako@example.org"


@pytest.fixture
def member(town: Town) -> Town:
    town.join("Uhanako", Role.COMMISSIONER, name="花子")
    return town


def person(ledger: Ledger, user: str = "Uhanako") -> Person:
    found = people.find(ledger, f"line:{user}")
    assert found is not None
    return found


def mails(town: Town) -> list[Say]:
    with town.ledger() as ledger:
        rows = ledger.all(OutboxRow, col(OutboxRow.scheme) == "mailto")
        return [say for row in rows if (say := outbox.open_say(ledger, row)) is not None]


def code(town: Town) -> str:
    found = re.search(r"\d{6}", mails(town)[-1].text)
    assert found is not None
    return found[0]


def used(town: Town, user: str = "Uhanako") -> str:
    with town.ledger() as ledger:
        return contact.mail_of(ledger, person(ledger, user))


def test_the_address_is_used_once_its_number_has_come_back(member: Town) -> None:
    member.hear("Uhanako", f"メール {MINE}")
    assert used(member) == ""
    with member.ledger() as ledger:
        told = outbox.tell_by_every_way(ledger, person(ledger), Say("text", text="緊急"), "alert")
        assert [row.scheme for row in told] == ["line"]

    member.hear("Uhanako", f"メール {code(member)}")
    assert "確かめました" in member.last("Uhanako").text
    assert used(member) == MINE
    with member.ledger() as ledger:
        assert ledger.count(Address, col(Address.scheme) == UNPROVEN) == 0


def test_a_wrong_number_or_a_late_one_proves_nothing(member: Town) -> None:
    member.hear("Uhanako", f"メール {MINE}")
    right = code(member)
    member.hear("Uhanako", f"メール {(int(right) + 1) % 1_000_000:06}")
    assert "確かめられません" in member.last("Uhanako").text

    member.now += timedelta(hours=own_mail.CODE_HOURS + 1)
    member.hear("Uhanako", f"メール {right}")
    assert used(member) == ""


def test_guessing_ends_and_no_mailbox_is_filled(member: Town) -> None:
    for _ in range(own_mail.CODES_A_DAY + 2):
        member.hear("Uhanako", f"メール {MINE}")
    assert len(mails(member)) == own_mail.CODES_A_DAY
    assert "明日もう一度" in member.last("Uhanako").text

    right = code(member)
    for guess in range(own_mail.GUESSES_A_DAY):
        member.hear("Uhanako", f"メール {(int(right) + 1 + guess) % 1_000_000:06}")
    member.hear("Uhanako", f"メール {right}")
    assert used(member) == ""


def test_nobody_proves_an_address_with_anothers_number(member: Town) -> None:
    member.join("Utaro", Role.OFFICER, name="太郎")
    member.hear("Uhanako", f"メール {MINE}")
    member.hear("Utaro", "メール taro@example.org")
    taros = code(member)
    member.hear("Uhanako", f"メール {taros}")

    assert (used(member), used(member, "Utaro")) == ("", "")


def test_an_older_address_serves_until_the_new_one_is_proven(member: Town) -> None:
    with member.ledger() as ledger:
        contact.set_mail(ledger, person(ledger), "old@example.org", person(ledger))
    member.hear("Uhanako", f"メール {MINE}")
    assert used(member) == "old@example.org"

    member.hear("Uhanako", f"メール {code(member)}")
    assert used(member) == MINE


def test_a_word_ends_it(member: Town) -> None:
    member.hear("Uhanako", f"メール {MINE}")
    member.hear("Uhanako", f"メール {code(member)}")
    with member.ledger() as ledger:
        contact.choose_way(ledger, person(ledger), Way.MAIL, "", person(ledger))

    member.hear("Uhanako", "メールをやめる")

    assert used(member) == ""
    with member.ledger() as ledger:
        assert (person(ledger).way, contact.way_of(ledger, person(ledger))) == (None, Way.LINE)
    member.hear("Uhanako", "メールをやめる")
    assert "書きとめていません" in member.last("Uhanako").text


def test_no_answer_and_no_journal_says_the_address(member: Town) -> None:
    member.hear("Uhanako", f"メール {MINE}")
    member.hear("Uhanako", f"メール {code(member)}")

    assert not any("example.org" in say.text for say in member.words("Uhanako"))
    with member.ledger() as ledger:
        entries = ledger.all(JournalEntry)
        assert {"ask_mail", "set_mail"} <= {entry.action for entry in entries}
        assert not any("example" in entry.subject + entry.detail for entry in entries)


def test_an_address_is_taken_in_the_one_to_one_chat_alone(member: Town) -> None:
    incoming = Incoming(
        "slack:main",
        "Ev1",
        "text",
        "line:Uhanako",
        "slack:C1/1.1",
        member.now,
        f"メール {MINE}",
        is_private=False,
        is_called=True,
    )
    with member.ledger() as ledger:
        conversation.take(ledger, incoming, member.setting)
    assert "1対1のトーク" in member.words()[-1].text
    assert mails(member) == []


def test_a_neighbour_who_writes_an_address_tells_a_concern(member: Town) -> None:
    member.hear("Uneighbour", f"メール {MINE}")
    assert mails(member) == []


def test_what_was_never_proven_is_tidied_away_and_erased(member: Town) -> None:
    member.hear("Uhanako", f"メール {MINE}")
    with member.ledger() as ledger:
        erasing.erase(ledger, person(ledger))
        row = ledger.one(OutboxRow, col(OutboxRow.scheme) == "mailto")
        assert (row.destination_sealed, row.payload_sealed) == (b"", None)
        assert ledger.all(Address) == []

    member.join("Utaro", Role.OFFICER, name="太郎")
    member.hear("Utaro", "メール taro@example.org")
    member.now += timedelta(hours=own_mail.CODE_HOURS + 1)
    with member.ledger() as ledger:
        tidy.run(ledger)
        assert ledger.count(Address, col(Address.scheme) == UNPROVEN) == 0
