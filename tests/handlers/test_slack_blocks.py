"""Whatever is to be said fits into Slack's limits, and calls, links and commands nothing by itself."""

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.messages import Choice, Field, Menu, Say
from handlers.practice.slack_limits import MAX_MESSAGE_CHARS, block_problems, chars_in, view_problems
from handlers.slack import blocks
from handlers.slack.marks import WORD_JOINER, escaped

CARD = Say(
    "post",
    title="受付12　防災",
    text="街灯が切れています",
    facts=(("テーマ", "防災"), ("いま", "共有")),
    choices=(Choice("見ました", "見ました 12"), Choice("取り下げ", "取り下げます 12", "danger")),
    menus=(Menu("テーマを変える", (Choice("防災", "テーマ 12 防災"), Choice("その他", "テーマ 12 その他"))),),
)
FORM = Say(
    "form",
    title="気づきを書く",
    text="ひとことお書きください。",
    submit="回答 12",
    fields=(
        Field("text", "気になること", "短くてだいじょうぶです。", is_long=True),
        Field("theme", "テーマ", is_optional=True, choices=(Choice("防災", "防災"),)),
    ),
)

texts = st.text(alphabet=st.sampled_from("あ漢a&<>@!#|\n 　*_`：https://here"), max_size=40) | st.text(
    max_size=40
)
long_texts = texts | texts.map(lambda text: text * 150)
choices = st.builds(Choice, texts, long_texts, st.sampled_from(["", "primary", "danger"]))
many = st.lists(choices, max_size=4).map(lambda few: tuple(few * 12))
says = st.builds(
    Say,
    st.sampled_from(["text", "post", "replace"]),
    text=long_texts,
    title=long_texts,
    facts=st.lists(st.tuples(texts, long_texts), max_size=12).map(tuple),
    choices=many,
    menus=st.lists(st.builds(Menu, texts, many), max_size=2).map(tuple),
    links=st.lists(st.tuples(texts, texts.map(lambda text: f"https://example.com/{text}")), max_size=3).map(
        tuple
    ),
)


def check(laid_out: list[dict[str, Any]]) -> None:
    """Slack's own models and its documented limits agree with these blocks."""
    assert block_problems(copy.deepcopy(laid_out), most=100) == []
    for block in laid_out:
        parsed = Block.parse(copy.deepcopy(block))
        assert parsed is not None
        parsed.to_dict()


def strings(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in strings(value)]
    return [text for one in part for text in strings(one)] if isinstance(part, list) else []


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(says)
def test_every_message_is_accepted_and_obeys_nobody(say: Say):
    text, laid_out = blocks.message(say)

    check(laid_out)
    assert 0 < len(text) <= 4_000
    assert 0 < len(laid_out) <= blocks.MAX_BLOCKS
    assert chars_in(laid_out) <= MAX_MESSAGE_CHARS
    for words in [text, *strings(laid_out)]:
        assert "<" not in words
        assert ">" not in words
        assert not re.search(r"&(?!amp;|lt;|gt;)", words)
        assert not re.search(r"(?i)@(here|channel|everyone)", words)


@pytest.mark.parametrize("count", [0, 1, 3, 20, 60])
@pytest.mark.parametrize("size", [1, 100, 5_000])
def test_every_home_page_is_accepted(count: int, size: int):
    buttons = tuple(
        Choice(f"押す{number}" * size, "次第 上へ 12 " + "あ" * min(size, 1_900)) for number in range(9)
    )
    card = Say("text", title="題" * size, text="<&>@here\n" * size, choices=buttons, menus=CARD.menus)

    view = blocks.home(Say("home", blocks=(card,) * count))

    assert view_problems(copy.deepcopy(view)) == []
    check(view["blocks"])


def test_a_card_shows_title_text_facts_and_what_can_be_done():
    text, laid_out = blocks.message(CARD)

    assert text == "受付12　防災\n街灯が切れています\nテーマ：防災\nいま：共有"
    assert [block["type"] for block in laid_out] == ["header", "section", "section", "actions"]
    assert [element.get("value") for element in laid_out[3]["elements"]] == [
        "見ました 12",
        "取り下げます 12",
        None,
    ]
    assert laid_out[3]["elements"][2]["options"][0]["value"] == "テーマ 12 防災"


def test_what_cannot_be_undone_asks_once_more():
    _, laid_out = blocks.message(CARD)

    seen, withdraw, _ = laid_out[-1]["elements"]
    assert "confirm" not in seen
    assert withdraw["style"] == withdraw["confirm"]["style"] == "danger"
    assert "取り下げ" in withdraw["confirm"]["text"]["text"]


@pytest.mark.parametrize("call", ["<!channel>", "<!here>", "@channel", "@here", "＠everyone", "@Here"])
def test_a_neighbours_words_call_nobody(call: str):
    text, laid_out = blocks.message(Say("post", text=f"至急 {call} です"))

    assert call not in text
    assert all(call not in words for words in strings(laid_out))


def test_links_in_a_neighbours_words_are_not_made_to_follow():
    text, _ = blocks.message(Say("post", text="https://example.com を <https://example.com|見て>"))

    assert "https:" not in text
    assert text.startswith(f"https{WORD_JOINER}://example.com")


def test_signs_are_written_so_that_slack_shows_them():
    assert escaped("a & b < c > d &amp;") == "a &amp; b &lt; c &gt; d &amp;amp;"


def test_a_long_text_is_parted_at_line_ends_and_loses_nothing():
    lines = "\n".join(f"{number}行目です。<&>" for number in range(500))

    _, laid_out = blocks.message(Say("text", text=lines))

    assert len(laid_out) > 1
    assert "\n".join(block["text"]["text"] for block in laid_out) == escaped(lines)


def test_what_is_far_too_long_is_cut_with_a_word_and_keeps_its_buttons():
    _, laid_out = blocks.message(Say("text", text="あ" * 50_000, choices=(Choice("使い方", "使い方"),)))

    assert laid_out[-1]["type"] == "actions"
    assert "ここまで" in laid_out[-2]["text"]["text"]
    assert chars_in(laid_out) < MAX_MESSAGE_CHARS


def test_a_cut_never_goes_through_an_escape():
    text, _ = blocks.message(Say("text", text="&" * 3_000))

    assert not re.search(r"&(?!amp;)", text)


def test_a_sentence_too_long_for_a_menu_is_left_out_rather_than_cut():
    menu = Menu("まとめる", (Choice("長い", "あ" * 151), Choice("短い", "まとめる 1 2")))

    _, laid_out = blocks.message(Say("post", text="どちらですか", menus=(menu,)))

    assert [option["value"] for option in laid_out[-1]["elements"][0]["options"]] == ["まとめる 1 2"]


def test_numbers_can_be_dialled_and_pages_opened():
    links = (("119に電話", "tel:119"), ("役員ページを開く", "https://example.com/desk?a=1&b=2"))

    text, laid_out = blocks.message(Say("text", text="すぐに", links=links))

    assert laid_out[1]["text"]["text"] == "<tel:119|119に電話>"
    assert laid_out[2]["elements"][0]["url"] == "https://example.com/desk?a=1&b=2"
    assert "example.com" not in text  # a one-time link stands behind its button alone


def test_a_form_carries_what_its_answers_will_say():
    view = blocks.modal(FORM)

    assert view_problems(copy.deepcopy(view)) == []
    assert json.loads(view["private_metadata"]) == {"submit": "回答 12"}
    assert [block.get("block_id") for block in view["blocks"]] == [None, "text", "theme"]
    assert view["blocks"][1]["element"]["multiline"] is True


def test_a_long_title_fits_into_a_form():
    assert view_problems(blocks.modal(Say("form", title="長い題" * 20, fields=FORM.fields))) == []


def test_saying_nothing_still_says_something():
    text, laid_out = blocks.message(Say("post"))

    assert text == "気づきからのお知らせです。"
    assert len(laid_out) == 1
