"""その後どうですか: whoever wrote that somebody is not to be seen is asked, kindly and twice at most."""

from datetime import timedelta

from sqlmodel import col

from bot import asking_after, topics
from storage.concerns import Concern
from storage.ledger import Ledger
from storage.outbox import OutboxRow
from storage.people import Role
from storage.topics import Status
from tests.conftest import Town

UNSEEN = "向かいの雨戸が、もう4日ほど閉まったままです。見かけません"
DAYS = timedelta(days=3)


def write(town: Town, text: str = UNSEEN, user: str = "U1") -> None:
    town.hear(user, text)
    town.settle()


def ask(town: Town, after: timedelta = DAYS) -> int:
    town.now += after
    with town.ledger() as ledger:
        return asking_after.ask(ledger)


def concern(ledger: Ledger) -> Concern:
    return ledger.one(Concern, col(Concern.number) == 1)


def test_the_writer_is_asked_after_three_days_with_three_buttons(town: Town) -> None:
    write(town)

    assert ask(town, DAYS - timedelta(hours=1)) == 0
    assert ask(town, timedelta(hours=1)) == 1

    said = town.last("U1")
    assert [choice.says for choice in said.choices] == ["見かけた 1", "まだ 1", "わからない 1"]
    assert "雨戸" not in said.text


def test_nobody_is_asked_of_anything_else(town: Town) -> None:
    write(town, "公園のベンチがこわれています")
    write(town, "ドラマで、何日も見かけない人の話をやっていました")

    assert ask(town) == 0


def test_nobody_is_asked_of_what_is_settled_or_taken_back(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    write(town)
    town.hear("Uofficer", "済 1")
    write(town, user="U2")
    town.hear("U2", "取り下げます 2")

    assert ask(town) == 0


def test_seen_again_is_told_in_the_thread_and_a_person_settles_it(town: Town) -> None:
    write(town)
    ask(town)
    town.hear("U1", "見かけた 1")

    post = town.words(kind="post")[-1]
    assert "見かけたそうです" in post.text
    assert [choice.says for choice in post.choices] == ["済 1"]
    with town.ledger() as ledger:
        assert topics.find(ledger, 1).status == Status.SHARED


def test_not_yet_reaches_whoever_looks_after_it_and_is_asked_once_more(town: Town) -> None:
    town.join("Ucare", Role.COMMISSIONER)
    write(town)
    ask(town)
    town.hear("U1", "まだ 1")

    assert "119番" in town.last("U1").text
    assert "まだ見かけない" in town.last("Ucare").text
    assert ask(town) == 1
    town.hear("U1", "まだ 1")
    assert ask(town) == 0


def test_a_stranger_cannot_answer_for_the_writer(town: Town) -> None:
    write(town)
    ask(town)
    town.hear("U2", "見かけた 1")

    with town.ledger() as ledger:
        assert concern(ledger).seen_again is None


def test_an_answer_to_no_question_says_so(town: Town) -> None:
    write(town)
    town.hear("U1", "見かけた 1")

    assert "おたずねしていません" in town.last("U1").text


def test_a_question_waits_for_the_morning(town: Town) -> None:
    town.now += timedelta(hours=8)  # six in the evening
    write(town)
    ask(town, DAYS + timedelta(hours=3))

    with town.ledger() as ledger:
        asked = ledger.one(OutboxRow, col(OutboxRow.dedupe).startswith("after_ask:"))
        assert asked.next_at > town.now + timedelta(hours=8)


def test_a_commissioner_is_asked_in_the_bundle_and_not_apart(town: Town) -> None:
    town.join("Ucare", Role.COMMISSIONER)
    write(town, user="Ucare")

    assert ask(town) == 0
    town.hear("Ucare", "見かけた 1")
    with town.ledger() as ledger:
        assert concern(ledger).seen_again == asking_after.SEEN
