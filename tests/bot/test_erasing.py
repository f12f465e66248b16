"""Erasing a person leaves nothing that says who they were or what they wrote."""

from pathlib import Path

import pytest
from sqlmodel import col

from bot import agenda, erasing, meetings, merging, minutes, minutes_paper, notes, people, records, sitting
from bot.documents.plain import plain
from bot.messages import Say
from storage import backup, erased
from storage.concerns import Concern, Part, Standing
from storage.journal import JournalEntry
from storage.ledger import NoSuchRecord, id_of
from storage.meetings import BringIn, Item
from storage.outbox import Delivery, OutboxRow
from storage.people import Address, Person, Role
from storage.topics import Status, Topic

HANA = "U" + "a" * 32
WORDS = "となりのおばあさんが、さいきんゴミを出していないようで心配です。"


def person_ref(town, user: str) -> str:
    with town.ledger() as ledger:
        found = people.find(ledger, f"line:{user}")
        assert found is not None
        return found.ref


def erase(town, ref: str) -> erasing.Erased:
    with town.ledger() as ledger:
        return erasing.erase(ledger, erasing.find(ledger, ref))


def test_everything_the_person_wrote_is_taken_back(town) -> None:
    town.hear(HANA, WORDS)
    town.settle()

    assert erase(town, person_ref(town, HANA)) == erasing.Erased(concerns=1, notes=0)

    with town.ledger() as ledger:
        concern = ledger.one(Concern)
        assert concern.status == Standing.WITHDRAWN
        assert ledger.unseal(concern.key_id, concern.masked_sealed) is None
        assert ledger.one(Part).text_sealed == b""
        assert ledger.one(Topic).status == Status.WITHDRAWN


def test_nothing_says_any_more_who_the_person_was(town) -> None:
    town.hear(HANA, WORDS)
    ref = person_ref(town, HANA)
    with town.ledger() as ledger:
        people.rename(ledger, ledger.one(Person), "花子")

    erase(town, ref)

    with town.ledger() as ledger:
        person = ledger.one(Person)
        assert people.name_of(ledger, person) is None
        assert person.erased_at == town.now
        assert ledger.all(Address) == []


def test_the_outbox_forgets_the_person_and_says_nothing_more_to_them(town) -> None:
    town.hear(HANA, WORDS)
    ref = person_ref(town, HANA)
    assert len(town.words(HANA)) == 1

    erase(town, ref)

    with town.ledger() as ledger:
        rows = ledger.all(OutboxRow, col(OutboxRow.scheme) == "line")
        assert {(r.status, r.destination, r.destination_sealed, r.payload_sealed) for r in rows} == {
            (Delivery.CANCELLED, "erased", b"", None)
        }


def test_what_was_said_in_a_thread_is_replaced_there(town) -> None:
    town.join(HANA, Role.OFFICER, name="花子")
    town.hear("U" + "b" * 32, WORDS)
    town.settle()

    with town.ledger() as ledger:
        officer = people.find(ledger, f"line:{HANA}")
        assert officer is not None
        notes.add(
            ledger, town.reader, ledger.one(Topic), officer, "desk:1", "わたしが見てきます。", from_desk=True
        )
        ref = officer.ref
    town.deliver()

    assert erase(town, ref).notes == 1

    replaced = [say for say in town.words(kind="replace") if isinstance(say, Say)]
    assert "（この書き込みは消去されました。）" in [say.text for say in replaced]


def test_a_topic_that_somebody_else_noticed_too_stays(town) -> None:

    town.join("U" + "c" * 32, Role.OFFICER)
    town.hear(HANA, WORDS)
    town.settle()
    town.hear("U" + "b" * 32, "公園の電灯がきれていて、夜道がこわいです。")
    town.settle()
    with town.ledger() as ledger:
        first, second = ledger.all(Topic)
        officer = people.find(ledger, "line:U" + "c" * 32)
        assert officer is not None
        merging.merge(ledger, first, second, officer)

    erase(town, person_ref(town, HANA))

    with town.ledger() as ledger:
        assert ledger.all(Topic)[0].status == Status.SHARED


def test_the_journal_keeps_that_it_was_done_and_no_words(town) -> None:
    town.hear(HANA, WORDS)
    ref = person_ref(town, HANA)

    erase(town, ref)

    with town.ledger() as ledger:
        entry = ledger.first(JournalEntry, col(JournalEntry.action) == "erase")
        assert entry is not None
        assert (entry.subject, entry.detail) == (f"person:{ref}", "concerns 1 notes 0")


def test_nobody_is_erased_twice_or_by_a_wrong_number(town) -> None:
    town.hear(HANA, WORDS)
    ref = person_ref(town, HANA)
    erase(town, ref)

    for wrong in (ref, "PXXXXXX"):
        with town.ledger() as ledger, pytest.raises(erasing.NoSuchPerson):
            erasing.find(ledger, wrong)


def test_a_restore_does_not_bring_an_erased_person_back(town, tmp_path: Path) -> None:
    copy, list_ = tmp_path / "copy.db", erased.list_of(tmp_path / "elsewhere")
    town.hear(HANA, WORDS)
    town.settle()
    ref = person_ref(town, HANA)
    backup.backup(town.database.url, copy, list_)
    erase(town, ref)
    town.database.close()

    assert backup.restore(town.database.url, copy, town.keyring, list_) > 0

    with town.ledger() as ledger:
        person, concern, topic = ledger.one(Person), ledger.one(Concern), ledger.one(Topic)
        assert ledger.all(Address) == []
        assert people.name_of(ledger, person) is None
        assert person.erased_at is not None
        assert concern.status == Standing.WITHDRAWN
        assert ledger.unseal(concern.key_id, concern.masked_sealed) is None
        assert (topic.status, topic.is_open) == (Status.WITHDRAWN, False)
        assert {row.status for row in ledger.all(OutboxRow)} == {Delivery.CANCELLED}
        assert id_of(person)


BROUGHT = "来月のサロンは人手が足りません"


def bring(town) -> str:
    """Let a club bring something in; gives who did."""
    town.join(HANA, Role.ORGANISATION, name="花子", organisation="子ども会")
    town.join("U" + "c" * 32, Role.OFFICER, name="会長")
    town.hear(HANA, f"持ち寄り {BROUGHT}")
    return person_ref(town, HANA)


def line(town) -> str:
    with town.ledger() as ledger:
        return agenda.heading(ledger, ledger.one(Item))


def test_what_was_brought_in_loses_its_words_and_stays_a_fact(town) -> None:
    ref = bring(town)
    assert line(town) == f"子ども会：{BROUGHT}"
    with town.ledger() as ledger:
        item = ledger.one(Item)
        before = item.key_id
        sitting.write(ledger, item, sitting.Talk(words="手伝いをつのる"))

    erase(town, ref)

    assert line(town) == "子ども会：（この持ち寄りは消去されました。）"
    with town.ledger() as ledger:
        item = ledger.one(Item)
        assert sitting.talk_of(ledger, item).words == "手伝いをつのる"
        assert ledger.one(BringIn).has_something
        assert before is not None
        with pytest.raises(NoSuchRecord):
            ledger.seal(before, "x")


def test_final_minutes_lose_what_was_brought_in_and_stay_intact(town) -> None:
    ref = bring(town)
    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        town.now = meeting.starts_at
    town.hear("U" + "c" * 32, "会議を終わる")
    with town.ledger() as ledger:
        record, meeting = records.last(ledger)
        officer = people.find(ledger, "line:U" + "c" * 32)
        assert officer is not None
        minutes.approve(ledger, record, officer)
        minutes.finish(ledger, record)
        assert BROUGHT in plain(minutes_paper.minutes_paper(ledger, meeting)).decode()

    erase(town, ref)

    with town.ledger() as ledger:
        record, meeting = records.last(ledger)
        told = plain(minutes_paper.minutes_paper(ledger, meeting)).decode()
        assert BROUGHT not in told
        assert "持ち寄りは消去されました" in told
        assert minutes_paper.is_intact(ledger, record)


def test_a_restore_does_not_bring_back_what_was_brought_in(town, tmp_path: Path) -> None:
    copy, list_ = tmp_path / "copy.db", erased.list_of(tmp_path / "elsewhere")
    ref = bring(town)
    backup.backup(town.database.url, copy, list_)
    erase(town, ref)
    town.database.close()

    backup.restore(town.database.url, copy, town.keyring, list_)

    assert line(town) == "（この持ち寄りは消去されました。）"
