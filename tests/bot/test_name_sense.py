"""What the sentence around a name gives away: names that no list has are hidden, and words stay words."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col

from bot import merging, notes, privacy, threads, topics
from bot.classifier import Classifier, load_heads
from bot.encoder.running import Encoder, Sense
from bot.lessons import plain, read_sentences
from bot.name_sense import MOST_READINGS, NameSense
from bot.ngrams import clean, readable, readable_in_place
from bot.privacy import Mask
from bot.understanding import Reader, load_reader
from storage.concerns import Concern
from storage.people import Person, Role
from tests.conftest import Town

HOSTILE = (
    *(
        "ｶﾞﾊﾟ",
        "か\u0301",
        "\ud83d",
        "\ude00",
        "\ud83d\ude00",
        "😀",
        "\u200b",
        "\x00",
        "㈱",
        "ﷺ",
        "김",
        "ᄀ",
        "ᅡ",
        "ー",
    ),
    *(
        " ",
        "　",
        "\n",
        "縹谷",
        "さん",
        "Ａｂ",
        "A",
        "〔住所〕",
        "ﾀｵﾚﾀ ﾍﾝｼﾞ ﾅｲ",
        "みやざとなおき",
        "1-1",
        "e\u0301",
        "ﾞ",
    ),
)
TEXTS = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=6)), max_size=30).map("".join)


class Counting:
    """The real model, and how often it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.read: list[str] = []

    def sense(self, text: str) -> Sense:
        self.read.append(text)
        return self.encoder.sense(text)

    def __call__(self, text: str) -> object:
        return self.sense(text).vector


@pytest.fixture(scope="module")
def full(encoder: Encoder) -> Reader:
    return load_reader()


def counted(encoder: Encoder) -> tuple[Reader, Counting]:
    counting = Counting(encoder)
    return Reader(Classifier(load_heads()), counting, NameSense.load()), counting  # type: ignore[arg-type]


UNLISTED = {
    "となりの縹谷が夜中に騒いでいる": "となりのAが夜中に騒いでいる",
    "みやざとなおきが熱を出した": "Aが熱を出した",
}
WORDS = (
    *(
        "林道が崩れている",
        "森の中が暗い",
        "星がきれい",
        "民生委員さんが来た",
        "お母さんが倒れた",
        "3年生の子が泣いている",
    ),
    *("ごみの日がわからない", "桜が咲いた公園の街灯が切れている", "Aさんと〔住所〕で会った"),
)


@pytest.mark.parametrize(("written", "shown"), UNLISTED.items())
def test_a_name_that_no_list_has_is_known_by_its_sentence(full: Reader, written: str, shown: str) -> None:
    assert privacy.mask(written).text == written
    assert full.mask(written).text == shown
    assert full.understand(written).masked_text == shown


@pytest.mark.parametrize("text", WORDS)
def test_words_that_look_like_names_stay(full: Reader, text: str) -> None:
    assert full.mask(text).text == text


def test_a_name_found_by_its_sentence_is_hidden_wherever_it_stands(full: Reader) -> None:
    masked = full.mask("となりの縹谷が夜中に騒いでいる。\n縹谷に言っても聞かない")

    assert masked.text == "となりのAが夜中に騒いでいる。\nAに言っても聞かない"
    assert {mask.kind for mask in masked.masks} == {"name"}


def test_what_an_officer_opened_stays_open_and_what_one_drew_wins(full: Reader) -> None:
    text = "となりの縹谷が夜中に騒いでいる"

    assert full.mask(text, keep=[(4, 6)]).text == text
    drawn = full.mask(text, add=[Mask(4, 6, "other", "〔伏せ字〕")])
    assert drawn.text == "となりの〔伏せ字〕が夜中に騒いでいる"
    assert full.understand(text, keep=[(4, 6)]).masked_text == text


def test_what_is_hidden_stays_hidden_when_its_topic_joins_another(town: Town) -> None:
    if not town.reader.has_model:
        pytest.skip("the language model's package is not installed here")
    town.join("Uofficer", Role.OFFICER)
    for writer, words in (("U1", "佐藤さんの家の街灯が切れています"), ("U2", "となりの縹谷がバス停まで歩けない")):
        town.hear(writer, words)
        town.settle()

    with town.ledger() as ledger:
        officer = next(person for person in ledger.all(Person) if person.role == Role.OFFICER)
        merging.merge(ledger, topics.find(ledger, 1), topics.find(ledger, 2), officer)
        shown = threads.masked(ledger, ledger.one(Concern, col(Concern.number) == 2))

    assert shown == "となりのBがバス停まで歩けない"


def test_a_note_is_masked_like_a_concern(town: Town) -> None:
    if not town.reader.has_model:
        pytest.skip("the language model's package is not installed here")
    town.join("Uofficer", Role.OFFICER)
    town.hear("U1", "3丁目の街灯が切れています")
    town.settle()

    with town.ledger() as ledger:
        officer = next(person for person in ledger.all(Person) if person.role == Role.OFFICER)
        notes.add(ledger, town.reader, topics.find(ledger, 1), officer, "n1", "となりの縹谷が夜中に騒いでいる")
        said = [words for _, words in notes.of_topic(ledger, topics.find(ledger, 1))]

    assert said == ["となりのAが夜中に騒いでいる"]


def test_letters_of_the_topic_go_on(full: Reader) -> None:
    assert full.mask("となりの縹谷が夜中に騒いでいる", known={"縹谷": "C"}).text == "となりのCが夜中に騒いでいる"


def test_masking_twice_changes_nothing_in_what_people_write(full: Reader) -> None:
    sentences = random.Random(2).sample(read_sentences(), 300)
    once = [full.mask(plain(sentence.text)).text for sentence in sentences]

    assert [full.mask(text).text for text in once] == once


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_masking_twice_changes_nothing_whatever_is_written(text: str) -> None:
    reader = _loaded()
    once = reader.mask(text).text

    assert reader.mask(once).text == once


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_every_letter_that_is_read_keeps_its_place_in_what_was_typed(text: str) -> None:
    placed = readable_in_place(text)

    if unicodedata.is_normalized("NFC", clean(text)):
        assert placed.text == readable(text)
    for at in range(len(placed.text)):
        start, end = placed.original(at, at + 1)
        assert 0 <= start < end <= len(text)
    if placed.text:
        spans = [placed.original(at, at + 1) for at in range(len(placed.text))]
        assert spans == sorted(spans)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_what_is_not_masked_stays_as_it_was_written(text: str) -> None:
    masked = _loaded().mask(text)
    rest, at = [], 0
    for mask in masked.masks:
        rest += [text[at : mask.start], mask.label]
        at = mask.end

    assert "".join([*rest, text[at:]]) == masked.text


def test_a_message_that_names_nobody_more_is_read_once(encoder: Encoder) -> None:
    reader, counting = counted(encoder)

    reader.understand("3丁目の街灯が切れていて夜道が暗いです")

    assert len(counting.read) == 1


def test_a_name_more_is_one_reading_more_and_what_judges_reads_the_masked_text(encoder: Encoder) -> None:
    reader, counting = counted(encoder)

    found = reader.understand("となりの縹谷が夜中に騒いでいる")

    assert counting.read == ["となりの縹谷が夜中に騒いでいる", "となりのAが夜中に騒いでいる"]
    assert found.masked_text == counting.read[-1]


@pytest.mark.parametrize("length", [300, 900, 5_000])
def test_of_a_long_message_only_so_much_is_read(encoder: Encoder, length: int) -> None:
    reader, counting = counted(encoder)

    reader.understand(("となりの縹谷と砥綿とみやざとなおきがもめている。" * length)[:length])

    assert len(counting.read) <= MOST_READINGS + 1


def test_a_name_in_the_middle_of_a_long_message_is_found(full: Reader) -> None:
    around = "公園の遊具がこわれていて、子どもたちが遊べません。役所には何度も電話しました。" * 3
    written = f"{around}となりの縹谷が夜中に騒いでいる。{around}"

    assert "縹谷" not in full.mask(written).text


def test_without_what_was_learned_the_rules_alone_hide(encoder: Encoder, tmp_path: Path) -> None:
    assert NameSense.load(tmp_path / "names.npz") is None
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"no archive")
    assert NameSense.load(broken) is None
    np.savez(tmp_path / "other.npz", limit=0.5)
    assert NameSense.load(tmp_path / "other.npz") is None

    alone = Reader(Classifier(load_heads()), encoder, None)

    assert alone.mask("佐藤さんが倒れた").text == "Aさんが倒れた"
    assert load_reader(use_model=False).mask("佐藤さんが倒れた").text == "Aさんが倒れた"


_READERS: list[Reader] = []


def _loaded() -> Reader:
    """One reader for what hypothesis writes, which takes no fixture; without the model it promises the same."""
    if not _READERS:
        _READERS.append(load_reader())
    return _READERS[0]
