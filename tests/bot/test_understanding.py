"""One message in, one careful proposal out: hidden, sorted, explained, and never a crash."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluation import report
from bot.understanding import Reader, classify_lines, load_reader, same_matter_lines

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
FIELDS = {"id", "theme", "confidence", "abstained", "urgency", "kind", "masked_text", "because"}


@pytest.fixture(scope="module", params=[True, False], ids=["model", "characters"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return load_reader(use_model=request.param)


@pytest.fixture(scope="module")
def full() -> Reader:
    return load_reader()


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("認知症の母が夜に出歩いて困っています", "elderly_watch"),
        ("夏休みの昼ごはんを食べていない小学生がいます", "children"),
        ("家賃を滞納していて生活費が足りません", "poverty"),
        ("避難所に行くのに車いすで階段が登れません", "disaster"),
        ("町内会の役員のなり手がいません", "community_life"),
        ("空き家の草がのびて道路にはみだしています", "mobility_environment"),
    ],
)
def test_plain_concerns_find_their_theme(reader: Reader, text: str, theme: str) -> None:
    found = reader.understand(text)

    assert theme in (found.theme, found.second_theme)
    assert found.kind == "concern"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("父が倒れて息をしていません", "119"),
        ("となりの家から火が出ています", "119"),
        ("知らない男が包丁を持って家の前で叫んでいる", "110"),
        ("認知症の祖母が朝から行方不明です", "110"),
        ("もう死にたい。今から薬を全部飲みます", "yorisoi"),
        ("Please help, my mother collapsed and is not breathing", "119"),
        ("妈妈晕倒了，叫不醒，快来人", "119"),
    ],
)
def test_an_emergency_is_never_missed_and_brings_its_number(reader: Reader, text: str, line: str) -> None:
    found = reader.understand(text)

    assert found.urgency == "emergency"
    assert line in found.lines


@pytest.mark.parametrize(
    "text",
    [
        "昨日の映画、火事のシーンがすごかった",
        "避難訓練で煙体験をしました。楽しかったです",
        "戦争中に弟が亡くなった話を子どもたちに伝えたい",
        "宿題多すぎて死ぬw",
        "行方不明だった猫、無事に見つかりました",
    ],
)
def test_what_only_sounds_alarming_is_no_emergency(full: Reader, text: str) -> None:
    assert full.understand(text).urgency in ("normal", "none")
    assert full.understand(text).lines == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("いつもありがとうございます。助かりました", "thanks"),
        ("粗大ごみの申し込みはどこですか？", "question"),
        ("週に一度なら送り迎えを手伝えます", "offer_of_help"),
        ("テスト送信です", "off_topic"),
        ("街灯が切れて夜道が暗いです", "concern"),
    ],
)
def test_the_kind_is_read(reader: Reader, text: str, kind: str) -> None:
    assert reader.understand(text).kind == kind


def test_a_name_is_hidden_and_does_not_drive_the_theme(reader: Reader) -> None:
    plain = reader.understand("佐藤さんの家の前の街灯が切れています")
    other = reader.understand("鈴木さんの家の前の街灯が切れています")

    assert "佐藤" not in plain.masked_text
    assert (plain.theme, plain.confidence) == (other.theme, other.confidence)


def test_the_reason_quotes_the_masked_text_and_names_the_theme(reader: Reader) -> None:
    found = reader.understand("夏休みに昼ごはんを食べていない子がいるようです")

    assert found.because.endswith("→ 子ども・子育て")
    quoted = [piece.split("」")[0] for piece in found.because.split("「")[1:]]
    assert quoted
    assert all(piece in found.masked_text for piece in quoted)


def test_what_cannot_be_told_is_left_to_a_person(reader: Reader) -> None:
    for text in ("", "   ", "。", "\ud83d", "\x00"):
        found = reader.understand(text)
        assert found.abstained
        assert found.urgency in ("normal", "none")


def test_two_concerns_in_one_message_are_taken_apart(full: Reader) -> None:
    text = "バス停の屋根が壊れていて雨の日に困ります。あと、認知症の母の介護で夜眠れません。"

    assert full.split(text) == [
        "バス停の屋根が壊れていて雨の日に困ります。",
        "あと、認知症の母の介護で夜眠れません。",
    ]


def test_sentences_on_one_concern_stay_together(full: Reader) -> None:
    text = "隣のおばあさんの新聞がたまっています。電気もついていません。心配です。"

    assert full.split(text) == [text]


def test_one_sentence_is_one_concern_and_nothing_is_none(reader: Reader) -> None:
    assert reader.split("ごみの日がわかりません") == ["ごみの日がわかりません"]
    assert reader.split("  ") == []


def test_nothing_is_lost_in_splitting(full: Reader) -> None:
    text = "・街灯が切れています\n・サロンの参加者が減りました\n・赤ちゃんの預け先がありません"

    joined = "".join(full.split(text))

    for piece in ("街灯が切れています", "サロンの参加者が減りました", "赤ちゃんの預け先がありません"):
        assert piece in joined


def test_alike_finds_the_same_matter_among_others(full: Reader) -> None:
    texts = ["3丁目の街灯が切れています", "サロンの参加者が減っています", "犬のふんが落ちています"]
    kept = [(number, full.signature(text) or b"") for number, text in enumerate(texts)]
    own = full.signature("街灯がつかない、3丁目") or b""

    assert full.alike(own, kept, 3)[:1] == [0]
    assert full.alike(own, [(9, b"an earlier version")], 3) == []
    assert full.signature("  ") is None


def test_what_was_understood_gives_the_same_signature_without_reading_again(full: Reader) -> None:
    for text in ("街灯がつかない、3丁目", "ﾀｵﾚﾀ ﾍﾝｼﾞ ﾅｲ", "夏休みに昼ごはんを食べていない子がいるようです" * 20):
        understood = full.understand(text)

        assert full.signature(understood.masked_text, understood) == full.signature(understood.masked_text)


def test_lines_are_answered_in_order_and_a_broken_one_does_not_stop_the_rest(reader: Reader) -> None:
    lines = [
        '{"id": "a", "text": "街灯が切れています"}\n',
        "no json\n",
        "\n",
        "[1]\n",
        '{"id": 7}\n',
        '{"id": {"odd": [1]}, "text": 3}\n',
        '{"id": "\\ud800", "text": "\\ud800"}\n',
        '{"text": "ごみ"}\n',
        "[" * 100_000,
    ]

    answers = [json.loads(line) for line in classify_lines(reader, lines)]

    assert [("error" in answer) for answer in answers] == [*(False, True, True, True, True, False, False, True)]
    assert set(answers[0]) >= FIELDS
    assert answers[3]["id"] == 7
    assert answers[4]["id"] == {"odd": [1]}


def test_lines_are_answered_one_by_one(reader: Reader) -> None:
    asked: list[int] = []

    def endless():  # type: ignore[no-untyped-def]
        while True:
            asked.append(1)
            yield '{"id": 1, "text": "ごみ"}'

    answers = classify_lines(reader, endless())

    next(answers)
    next(answers)
    assert len(asked) == 2


def test_pairs_are_compared_line_by_line(reader: Reader) -> None:
    lines = [
        '{"id": 1, "text_a": "街灯が切れている", "text_b": "街灯が切れている"}',
        '{"id": 2, "text_a": "街灯が切れている"}',
    ]

    first, second = (json.loads(line) for line in same_matter_lines(reader, lines))

    assert first["same_matter"] is True
    assert set(second) == {"id", "error"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    found = _CHARACTERS.understand(text)

    assert 0 <= found.confidence <= 1
    assert _CHARACTERS.understand(text) == found


_CHARACTERS = load_reader(use_model=False)
HANGS_SECONDS = 10  # how long it takes is a figure of `kizuki bench`; here it must only end


def test_a_very_long_message_does_not_hang_the_reader(reader: Reader) -> None:
    text = ("080-1234-5678 佐藤さん死にたい助けて火事だ<tel:119|" * 200)[:5000]
    reader.understand(text)
    begun = time.perf_counter()

    reader.understand(text)

    assert time.perf_counter() - begun < HANGS_SECONDS


def test_the_report_prints_every_promised_figure(tmp_path: Path) -> None:
    row = {
        "id": "1",
        "text": "佐藤さんが倒れて動かない",
        "theme": "elderly_watch",
        "second_theme": None,
        "urgency": "emergency",
        "kind": "concern",
        "pii": ["佐藤"],
        "pii_spans": [[0, 2, "name", 2]],
        "near_miss": False,
        "register": "casual_resident",
    }
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")

    printed = report(gold, _CHARACTERS, errors_by_register=True)

    for promise in ("theme, when it answers", "macro-F1", "precision", "near-misses", "kind", "memory"):
        assert promise in printed


def test_the_promises_hold_on_the_shared_examples(full: Reader) -> None:
    if not (SHARED / "concerns.jsonl").exists():
        pytest.skip("the optional folder ../shared is not here")
    if not full.has_model:
        pytest.skip("the language model's package is not installed here")
    printed = report(SHARED / "concerns.jsonl", full, timed=False)

    for promise in ("theme, share answered", "macro-F1", "emergency or soon", "other text masked"):
        (line,) = [line for line in printed.splitlines() if promise in line]
        assert line.endswith("ok")
