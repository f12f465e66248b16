"""What is written about matters is read as pairs, whole and without doubles."""

from pathlib import Path

import pytest

from bot.tellings import read_pairs

MATTER = """situation\ttype\ttext
1\tsame\t街灯が切れている
1\tsame\t夜まっくら
1\tsame\tThe light is out
1\tneg_issue\t街灯がまぶしい
"""


def _written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_two_tellings_of_one_matter_are_a_pair(tmp_path: Path) -> None:
    pairs = read_pairs(_written(tmp_path, "matters.tsv", MATTER))

    assert {(pair.a, pair.b) for pair in pairs if pair.same} == {
        ("街灯が切れている", "夜まっくら"),
        ("街灯が切れている", "The light is out"),
        ("夜まっくら", "The light is out"),
    }


def test_what_sounds_like_it_stands_beside_two_tellings(tmp_path: Path) -> None:
    """So that there are about twice as many pairs that are not the same, as in a council's day."""
    pairs = read_pairs(_written(tmp_path, "matters.tsv", MATTER))

    others = [pair for pair in pairs if not pair.same]
    assert len(others) == 2
    assert {pair.b for pair in others} == {"街灯がまぶしい"}
    assert {pair.type for pair in others} == {"neg_issue"}


def test_a_pair_that_stands_in_two_files_is_learned_once(tmp_path: Path) -> None:
    _written(tmp_path, "one.tsv", MATTER)
    _written(tmp_path, "two.tsv", MATTER)

    assert len(read_pairs(tmp_path)) == 5


def test_a_situation_is_held_back_as_a_whole(tmp_path: Path) -> None:
    """Else what is learned of one pair would be asked of its neighbour."""
    lines = [MATTER.splitlines()[0]]
    for number in range(200):
        lines += [line.replace("1", str(number), 1) + f"、{number}番" for line in MATTER.splitlines()[1:]]
    pairs = read_pairs(_written(tmp_path, "matters.tsv", "\n".join(lines)))

    by_situation = {pair.situation: {p.is_held for p in pairs if p.situation == pair.situation} for pair in pairs}
    assert len(by_situation) == 200
    assert all(len(held) == 1 for held in by_situation.values())
    assert 5 < sum(True in held for held in by_situation.values()) < 40


def test_sentences_in_the_same_folder_are_passed_over(tmp_path: Path) -> None:
    assert read_pairs(_written(tmp_path, "other.tsv", "theme\ttext\nother\tこんにちは\n")) == ()


def test_a_line_with_too_few_columns_is_named_by_its_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"matters\.tsv"):
        read_pairs(_written(tmp_path, "matters.tsv", MATTER + "2\tsame\n"))
