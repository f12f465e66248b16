"""The arrow: noticed, shared, talked over, decided, and back to whoever noticed."""

from datetime import timedelta

from sqlmodel import col

from bot import agenda, meetings, take_homes, threads, topics
from storage.concerns import Concern, Part, Standing
from storage.keys import Key
from storage.people import Role
from storage.topics import Status, Topic
from tests.conftest import Town

LUNCH = "夏休み、昼ごはんを食べていない子がいるみたいです"


def test_a_concern_is_answered_at_once_and_its_words_are_not_repeated(town: Town) -> None:
    town.hear("U1", LUNCH)

    answer = town.last("U1")
    assert "受付番号は1です" in answer.text
    assert "昼ごはん" not in answer.text


def test_a_sentence_sent_in_three_messages_is_one_concern(town: Town) -> None:
    for words in ("3丁目の公園ですが", "ブランコのくさりが切れそうで", "子どもが危ないです"):
        town.hear("U1", words)
    town.settle()

    with town.ledger() as ledger:
        assert ledger.count(Concern) == 1
        assert ledger.count(Topic) == 1


def test_a_concern_is_shared_only_after_the_settling_time(town: Town) -> None:
    town.hear("U1", LUNCH)
    town.settle(timedelta(seconds=60))
    assert town.words(kind="post") == []

    town.settle()
    assert len(town.words(kind="post")) == 1


def test_an_emergency_is_shared_at_once_with_numbers_and_an_alert_without_the_text(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", "隣のおばあさんが倒れて返事がありません")

    assert "119" in town.last("U1").text
    alert = town.last("Uofficer")
    assert [choice.says for choice in alert.choices] == ["見ました 1", "向かいます 1"]
    assert "倒れて" not in alert.text
    assert len(town.words(kind="post")) == 2  # the thread, and the alert in it


def test_the_whole_circle_comes_back_to_the_writer(both_towns: Town) -> None:
    town = both_towns
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", LUNCH)
    town.settle()
    town.hear("Uofficer", "次第")
    town.hear("Uofficer", "次第 承認")
    assert "話し合います" in town.last("U1").text

    town.hear("Uofficer", "決定 1 持ち帰り 子ども会で相談します")
    town.hear("Uofficer", "会議を終わる")

    heard = town.last("U1").text
    assert "持ち帰って" in heard
    assert "子ども会で相談します" in heard
    with town.ledger() as ledger:
        following = meetings.next_meeting(ledger)
        assert [t.number for t in agenda.topics_of(ledger, following)] == [1]


def test_what_was_not_decided_is_carried_over_and_leads_the_next_paper(town: Town) -> None:
    """What the board could not settle comes back by itself (矢印の循環)."""
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", "バス停のベンチがこわれています")
    town.settle()
    town.hear("Uofficer", "次第")
    town.hear("Uofficer", "会議を終わる")
    town.hear("U2", "街灯が切れていて暗いです")
    town.settle()

    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        agenda.compile_agenda(ledger, meeting)
        assert [(t.number, t.status) for t in agenda.topics_of(ledger, meeting)] == [
            (1, Status.CARRIED_OVER),
            (2, Status.SHARED),
        ]


def test_compiling_twice_gives_the_same_paper_and_keeps_the_officers_hand(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    for place in ("公園", "歩道橋", "集会所"):
        town.hear(f"U{place}", f"{place}の電灯が切れていて暗いです")
        town.settle()
    with town.ledger() as ledger:
        for topic in ledger.all(Topic):
            topic.urgency = "normal"
    town.hear("Uofficer", "次第")
    town.hear("Uofficer", "次第 上へ 3")
    town.hear("Uofficer", "次第 時間 3 15")
    town.hear("Uofficer", "次第 見出し 3 集会所の明かり")
    town.hear("Uofficer", "次第 隠す 1")

    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        before = [_line(ledger, item) for item in agenda.compile_agenda(ledger, meeting)]
        after = [_line(ledger, item) for item in agenda.compile_agenda(ledger, meeting)]

    assert before == after
    assert [(number, hidden) for number, hidden, *_ in after] == [(1, True), (3, False), (2, False)]
    assert after[1][2:] == (15, "集会所の明かり")


def _line(ledger, item):  # type: ignore[no-untyped-def]
    topic = ledger.by_id(Topic, item.topic_id)
    return topic.number, item.is_hidden, item.minutes, agenda.heading(ledger, item)


def test_what_comes_after_the_approval_is_marked_as_added(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    town.hear("Uofficer", "次第 承認")
    town.hear("U1", "ごみ置き場がカラスに荒らされています")
    town.settle()

    with town.ledger() as ledger:
        items = agenda.compile_agenda(ledger, meetings.next_meeting(ledger))
        assert [item.is_late for item in items] == [True]


def test_a_withdrawn_concern_is_gone_from_thread_agenda_and_disk(both_towns: Town) -> None:
    town = both_towns
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", LUNCH)
    town.settle()
    town.hear("Uofficer", "次第")
    town.deliver()
    town.hear("U1", "取り下げます 1")

    replaced = town.words(kind="replace")
    assert [say.text for say in replaced] == ["受付1は取り下げられました。"]
    with town.ledger() as ledger:
        concern = ledger.one(Concern)
        assert concern.status == Standing.WITHDRAWN
        assert ledger.unseal(concern.key_id, concern.masked_sealed) is None
        assert ledger.session.get(Key, concern.key_id).wrapped is None  # type: ignore[union-attr]
        assert [part.text_sealed for part in ledger.all(Part)] == [b""]
        meeting = meetings.next_meeting(ledger)
        assert agenda.compile_agenda(ledger, meeting) == []


def test_an_unsend_before_the_message_keeps_nothing(town: Town) -> None:
    """Platforms promise no order: a message that was already taken back must not be kept."""
    town.hear("U1", kind="unsent", message="m-late")
    town.hear("U1", LUNCH, message="m-late")

    with town.ledger() as ledger:
        assert ledger.count(Concern) == 0


def test_an_unsent_part_leaves_the_rest_of_the_concern(town: Town) -> None:
    town.hear("U1", "公園の水飲み場がこわれています")
    slip = town.hear("U1", "山田さんの家の前です")
    town.hear("U1", kind="unsent", message=slip)
    town.settle()

    text = town.words(kind="post")[0].text
    assert "水飲み場" in text
    assert "家の前" not in text


def test_the_same_message_any_number_of_times_is_one_concern(both_towns: Town) -> None:
    town = both_towns
    for _ in range(3):
        town.hear("U1", LUNCH, message="m-same", event_id="e-same")

    with town.ledger() as ledger:
        assert ledger.count(Concern) == 1
    assert len(town.words("U1")) == 1


def test_merged_topics_keep_all_writers_and_can_be_parted(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", "第二公園のすべり台のねじが出ています")
    town.settle()
    town.hear("U2", "第二公園のすべり台、ねじが飛び出ていて危ないです")
    town.settle()
    town.hear("Uofficer", "まとめる 2 1")

    with town.ledger() as ledger:
        topic = topics.find(ledger, 1)
        assert [c.number for c in threads.voices(ledger, topic)] == [1, 2]
        assert topics.find(ledger, 2).id == topic.id

    town.hear("Uofficer", "分ける 1")
    with town.ledger() as ledger:
        assert [t.status for t in ledger.all(Topic, by=col(Topic.number))] == [Status.SHARED, Status.SHARED]


def test_a_resident_cannot_do_what_is_for_officers(town: Town) -> None:
    town.hear("U1", LUNCH)
    town.settle()
    town.hear("U1", "済 1")

    assert "担当の方だけ" in town.last("U1").text
    with town.ledger() as ledger:
        assert ledger.one(Topic).status == Status.SHARED


def test_nobody_takes_back_anothers_concern(town: Town) -> None:
    town.hear("U1", LUNCH)
    town.hear("U2", "取り下げます 1")

    with town.ledger() as ledger:
        assert ledger.one(Concern).status == Standing.SETTLING


def test_a_press_with_forged_words_is_never_a_concern(town: Town) -> None:
    town.hear("U1", "action=erase&all=1", kind="press")

    with town.ledger() as ledger:
        assert ledger.count(Concern) == 0
    assert "使えません" in town.last("U1").text


def test_a_take_home_answer_opens_the_next_paper(town: Town) -> None:
    town.join("Uofficer", Role.OFFICER)
    town.join("Uclub", Role.ORGANISATION, organisation="子ども会")
    town.hear("U1", LUNCH)
    town.settle()
    town.hear("Uofficer", "次第")
    town.hear("Uofficer", "決定 1 持ち帰り")
    town.hear("Uofficer", "会議を終わる")
    town.hear("Uclub", "回答 1 調理室を週一回使えます")

    with town.ledger() as ledger:
        meeting = meetings.next_meeting(ledger)
        items = agenda.compile_agenda(ledger, meeting)
        assert [item.section for item in items] == ["taken_home"]
        home = take_homes.of_topic(ledger, topics.find(ledger, 1))[0]
        assert take_homes.answer_of(ledger, home) == "調理室を週一回使えます"


def test_an_emergency_on_another_matter_is_not_mixed_into_what_still_settles(town: Town) -> None:
    town.hear("U1", "バス停のベンチがこわれていて座れません")
    town.hear("U1", "隣のおじいさんが倒れていて、呼んでも返事がありません")

    with town.ledger() as ledger:
        assert [c.urgency for c in ledger.all(Concern)] == ["normal", "emergency"]


def test_a_thread_offers_to_merge_by_number_without_anothers_words(town: Town) -> None:
    town.hear("U1", "第二公園のすべり台がこわれています")
    town.settle()
    town.hear("U2", "集会所の鍵がかかりません")
    town.settle()

    menu = town.words(kind="post")[-1].menus[1]
    assert [choice.says for choice in menu.choices] == ["まとめる 2 1"]
    assert "すべり台" not in menu.choices[0].label


def test_abuse_that_is_named_is_never_calm_and_stays_off_the_channel(town: Town) -> None:
    """Everybody must report what seems to be abuse (児童虐待防止法 6条), and nobody's street must read it."""
    town.hear("U1", "隣の子どもが虐待されています")
    town.settle()

    with town.ledger() as ledger:
        topic = ledger.one(Topic)
        assert topic.urgency in ("soon", "emergency")
        assert topic.is_restricted
    assert all("虐待されて" not in say.text for say in town.words(kind="post"))


def test_without_anybody_on_duty_nobody_is_said_to_have_been_told(town: Town) -> None:
    town.hear("U1", "隣のおばあさんが倒れて返事がありません")
    assert "知らせました" not in town.last("U1").text

    town.join("Uofficer", Role.OFFICER)
    town.hear("U2", "隣のおじいさんが倒れて返事がありません")
    assert "当番の役員に知らせました" in town.last("U2").text


def test_the_numbers_are_listed_and_one_press_dials_them(town: Town) -> None:
    town.hear("U1", "緊急の連絡先")
    assert "・119　消防・救急（24時間）" in town.last("U1").text

    town.hear("U2", "隣のおばあさんが倒れて返事がありません")
    assert ("119に電話", "tel:119") in town.last("U2").links
