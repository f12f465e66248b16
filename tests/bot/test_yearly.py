"""The year's figures: nobody can be found behind a number."""

import pytest

from bot import yearly
from bot.documents import FORMATS
from bot.documents.paper import Table


@pytest.mark.parametrize(("count", "words"), [(0, "0件"), (1, "数件"), (2, "数件"), (3, "3件"), (40, "40件")])
def test_a_cell_of_one_or_two_is_not_shown(count: int, words: str) -> None:
    assert yearly.cell(count) == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [([], "0件"), ([3, 4], "7件"), ([3, 1], "3件以上"), ([1, 2, 0], "数件"), ([0, 0], "0件")],
)
def test_a_sum_does_not_give_a_hidden_cell_away(counts: list[int], words: str) -> None:
    assert yearly.total(counts) == words


def test_the_paper_counts_and_quotes_nobody(town) -> None:
    words = "公園の電灯がきれていて、夜道がこわいです。"
    for user in ("U" + "a" * 32, "U" + "b" * 32, "U" + "d" * 32):
        town.hear(user, words)
    town.settle()

    with town.ledger() as ledger:
        paper = yearly.figures_paper(ledger)

    table = paper.sections[0].blocks[0]
    assert isinstance(table, Table)
    assert table.rows[-1] == ("合計", "3件")
    assert words[:6] not in FORMATS["txt"](paper).decode()
