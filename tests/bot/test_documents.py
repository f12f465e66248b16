"""What a council may rely on when it prints its papers."""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import docx
import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.documents import FORMATS, MEDIA_TYPES, file_name
from bot.documents.glyphs import drawable
from bot.documents.json import as_record, from_record
from bot.documents.paper import (
    Chart,
    Item,
    Items,
    Note,
    Paper,
    Paragraph,
    Section,
    Space,
    Table,
    mapped,
    printable,
)

HOSTILE = (
    '#read("/etc/passwd")',
    "]#let x = 1",
    "<script>alert(1)</script>",
    "左|右",
    "=1+1",
    "{{ 7*7 }}",
    "[押す](javascript:x)",
    "$x^2$ \\ `code` **太字**",
    "<!channel>",
    '"><img src=x onerror=alert(1)>',
)


def carried_over() -> Item:
    return Item(
        "一人暮らしの方のごみ出しについて",
        number="(1)",
        tags=("継続・3回目", "4か月", "介護・生活支援"),
        minutes=15,
        details=(
            ("これまで", "9月の役員会で「次回検討」。10月にケアプラザへ相談しました。"),
            ("今日決めたいこと", "週に一度の手伝いを、どの団体が受け持つか。"),
        ),
    )


def new(number: int) -> Item:
    return Item(
        f"夏休みの昼食がとれない子どもがいる その{number}",
        number=f"({number})",
        tags=("新規",),
        minutes=10,
        details=(("提案", "民生委員"), ("", "髙﨑・𠮷田・濵の字も、①㈱も出ます。")),
    )


def agenda(items: tuple[Item, ...] = (carried_over(), new(2))) -> Paper:
    return Paper(
        title="役員会 次第",
        lines=("令和8年度 第8回 みどり台地区社会福祉協議会",),
        meta=(
            ("日時", "令和8年11月24日（火）19時～20時30分"),
            ("会場", "みどり台地域ケアプラザ"),
            ("出席予定", "議席18名中 14名（欠席連絡 2名）"),
        ),
        sections=(
            Section("開会・会長あいさつ", number="1", minutes=3),
            Section(
                "気づきの共有と検討",
                (
                    Items(items),
                    Space("書き込み欄", 3),
                    Note("件数のみの報告：新規4件・継続2件"),
                ),
                number="2",
                minutes=40,
            ),
            Section(
                "報告事項",
                (Table(("団体", "内容"), (("区社協・区役所", "計画のふりかえり"), ("民児協",))),),
                number="3",
            ),
            Section("次回", (Paragraph("令和8年12月16日（水）19時から\n同じ会場で"),), number="4"),
        ),
        footer="みどり台地区社会福祉協議会 事務局",
    )


def minutes() -> Paper:
    return Paper(
        title="役員会 議事録",
        meta=(("出席", "総数18名中14名"), ("議長・記録者", "会長・事務局")),
        sections=(
            Section(
                "ごみ出しについて",
                (
                    Paragraph("週に一度なら手伝えるという声が出た。"),
                    Table(
                        ("決定", "担当", "期限"),
                        (("対応する", "見守り部会", "令和8年12月16日"),),
                        widths=(2, 2, 1),
                    ),
                ),
            ),
        ),
        large=False,
    )


def strange(text: str) -> Paper:
    return Paper(
        title=text,
        lines=(text,),
        meta=((text, text),),
        sections=(
            Section(
                text,
                (
                    Paragraph(text),
                    Note(text),
                    Items((Item(text, text, (text,), 5, ((text, text),)),)),
                    Table((text, text), ((text, text),)),
                    Space(text, 1),
                    Chart(text, ((text, 3), (text, 0)), text),
                ),
                number=text,
            ),
        ),
        footer=text,
        readings=((text, text), (text[:1], "よみ")),
    )


PAPERS = {
    "agenda": agenda(),
    "minutes": minutes(),
    "empty": Paper("題だけの紙"),
    "nothing": strange(""),
    "furigana": Paper("次第", readings=(("次第", "しだい"),)),
}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_renders_in_every_format(name, ending):
    assert FORMATS[ending](PAPERS[name])


def test_every_format_has_its_media_type():
    assert FORMATS.keys() == MEDIA_TYPES.keys()


@pytest.mark.parametrize("ending", ["md", "txt", "pdf", "html", "json"])
def test_the_same_paper_has_the_same_bytes_every_time(ending):
    assert FORMATS[ending](agenda()) == FORMATS[ending](agenda())


# --- PDF


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def squeezed(text: str) -> str:
    return "".join(text.split())


def texts_of(paper: Paper) -> list[str]:
    found: list[str] = []
    mapped(paper, lambda text: found.append(text) or text)
    return [text for text in found if text]


def test_the_words_can_be_copied_out_of_the_pdf_as_they_were_written():
    text = squeezed("".join(pages_of(FORMATS["pdf"](agenda()))))

    assert [words for words in texts_of(agenda()) if squeezed(words) not in text] == []


def test_the_pdf_is_tagged_titled_in_japanese_and_a4_with_its_fonts_inside():
    reader = pypdf.PdfReader(io.BytesIO(FORMATS["pdf"](agenda())))
    root = reader.root_object

    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("ja")
    assert reader.metadata.title == "役員会 次第"
    assert [round(side) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]
    assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)


def sizes_in(paper: Paper) -> set[float]:
    """The sizes of all type on the first page, in points, the foot of the page left out."""
    sizes: set[float] = set()

    def note(text, cm, tm, font, size):
        if text.strip() and text.strip() != "1 / 1 ページ":
            sizes.add(round(size * abs(tm[3] * cm[3]), 1))

    pypdf.PdfReader(io.BytesIO(FORMATS["pdf"](paper))).pages[0].extract_text(visitor_text=note)
    return sizes


def test_what_is_handed_out_has_nothing_under_fourteen_points():
    item = Item("見出し", "(1)", ("継続",), 5, (("これまで", "話した"),))
    blocks = (Paragraph("本文です"), Note("小さな字"), Items((item,)), Space("書き込み欄"))
    paper = Paper("題", meta=(("日時", "夜"),), sections=(Section("一", blocks, "1", 3),))

    assert min(sizes_in(paper)) == 14.0
    assert min(sizes_in(replace(paper, large=False))) == 9.5


def test_of_forty_items_none_is_cut_in_two():
    items = tuple(new(number) for number in range(1, 41))
    started = time.perf_counter()

    pages = pages_of(FORMATS["pdf"](agenda(items)))

    assert time.perf_counter() - started < 20  # how long is a figure; here it must only end
    assert len(pages) >= 4
    for number in range(1, 41):
        (page,) = (squeezed(page) for page in pages if f"その{number}\n" in page)
        assert f"({number})夏休み" in page
        assert page.count("その") == page.count("濵の字も、①㈱も出ます。")
    assert [f"{n} / {len(pages)} ページ" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)


def test_the_header_of_a_long_table_stands_on_each_page():
    rows = tuple((f"{number}番", "訪問") for number in range(120))

    pages = pages_of(FORMATS["pdf"](Paper("表", sections=(Section("", (Table(("世帯", "済"), rows),)),))))

    assert len(pages) > 2
    assert all("世帯" in page for page in pages)


def test_an_item_longer_than_a_page_runs_on_and_loses_nothing():
    endless = Item("長い話", details=(("これまで", "あ、" * 2500 + "おわり"),))

    pages = pages_of(FORMATS["pdf"](agenda((endless, new(2)))))

    assert sum(page.count("あ、") for page in pages) >= 2400  # some stand at a line's end
    assert "おわり" in "".join(pages)


def test_emoji_leave_the_pdf_and_missing_letters_are_seen_to_be_missing():
    assert drawable("見守り😀👍🏽です☎") == "見守りです☎"
    assert drawable("안녕 𪚥") == "〓〓 〓"
    assert drawable("髙﨑 𠮷田 濵") == "髙﨑 𠮷田 濵"
    assert pages_of(FORMATS["pdf"](strange("😀 안녕 \U0002a6a5 \ue000 葛\U000e0100")))


# --- furigana


def with_furigana() -> Paper:
    readings = (("地区", "ちく"), ("地区社協", "ちくしゃきょう"), ("次第", "しだい"), ("lt", "x"), ("", "空"))
    block = Paragraph("地区社協の<次第>と地区")
    return Paper("題", sections=(Section("次第", (block,)),), readings=readings)


def test_furigana_stand_above_their_words_in_html():
    text = FORMATS["html"](with_furigana()).decode()

    assert (
        "<p><ruby>地区社協<rt>ちくしゃきょう</rt></ruby>の&lt;<ruby>次第<rt>しだい</rt></ruby>&gt;"
        "と<ruby>地区<rt>ちく</rt></ruby></p>"
    ) in text


def test_furigana_stand_above_their_words_in_pdf_and_split_none():
    text = squeezed("".join(pages_of(FORMATS["pdf"](with_furigana()))))

    assert text.count("しだい") == 2
    assert text.count("ちく") == 2
    assert text.count("地区社協") == 1


# --- hostile words


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_printed_as_words(words):
    text = squeezed("".join(pages_of(FORMATS["pdf"](strange(words)))))

    assert squeezed(words) in text
    assert "root:" not in text


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"class", "lang", "scope", "min", "max", "value"}

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_bring_no_tag_into_html(words):
    reader = _Reader()
    reader.feed(FORMATS["html"](strange(words)).decode())

    assert reader.tags.isdisjoint({"script", "img", "a"})
    assert words in reader.words


def test_hostile_words_mean_nothing_in_markdown():
    table = Table(("左|右", "二"), (("<b>|", "# 見出し"),))
    paper = Paper("# 題", sections=(Section("", (table, Paragraph("=1+1\n- 点\n1. 番"))),))

    text = FORMATS["md"](paper).decode()

    assert text == (
        "# \\# 題\n\n"
        "| 左\\|右 | 二 |\n"
        "| --- | --- |\n"
        "| \\<b\\>\\| | \\# 見出し |\n\n"
        "\\=1+1<br>\\- 点<br>\\1. 番\n"
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_runs_of_text_in_word(words):
    document = docx.Document(io.BytesIO(FORMATS["docx"](strange(words))))

    assert document.paragraphs[0].text == words
    fields = document.element.body.xpath(".//w:fldSimple | .//w:instrText | .//w:hyperlink")
    assert fields == []


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
@example("\r")
def test_no_text_whatever_keeps_a_paper_from_being_made(words):
    for render in FORMATS.values():
        assert render(strange(words))


def test_control_characters_and_direction_tricks_do_not_reach_the_paper():
    assert printable("a\x00b\u202ec\ud800d\r\ne\tf") == "abcd\ne f"


def test_only_loose_marks_are_composed_so_that_names_keep_their_characters():
    assert printable("か\u3099") == "が"
    assert printable("\ufa19谷") == "\ufa19谷"


# --- Word


def test_the_word_file_has_real_styles_and_a_japanese_font():
    document = docx.Document(io.BytesIO(FORMATS["docx"](agenda())))
    styles = [(p.style.name, p.text) for p in document.paragraphs]

    assert ("Title", "役員会 次第") in styles
    assert ("Heading 1", "2 気づきの共有と検討\t（40分）") in styles
    assert ("Heading 2", "(1) 一人暮らしの方のごみ出しについて\t（15分）") in styles
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {value for name, value in fonts.items()} == {"BIZ UDPGothic"}
    assert document.styles["Normal"].font.size.pt == 14
    assert document.tables[1].rows[0]._tr.xpath("./w:trPr/w:tblHeader")


def test_the_word_file_is_a_sound_archive_without_macros():
    with zipfile.ZipFile(io.BytesIO(FORMATS["docx"](agenda()))) as archive:
        assert archive.testzip() is None
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


# --- chat, JSON, file names


def test_the_plain_text_reads_well_in_chat():
    assert FORMATS["txt"](minutes()).decode() == (
        "役員会 議事録\n\n"
        "出席：総数18名中14名\n"
        "議長・記録者：会長・事務局\n\n"
        "【ごみ出しについて】\n"
        "週に一度なら手伝えるという声が出た。\n"
        "・決定：対応する／担当：見守り部会／期限：令和8年12月16日\n"
    )


def test_an_item_in_chat_shows_its_age_its_minutes_and_its_history():
    text = FORMATS["txt"](agenda()).decode()

    assert (
        "(1) 一人暮らしの方のごみ出しについて［継続・3回目・4か月・介護・生活支援］（15分）\n"
        "　これまで：9月の役員会で「次回検討」。10月にケアプラザへ相談しました。\n"
    ) in text


def test_markdown_keeps_the_order_of_the_paper():
    text = FORMATS["md"](agenda()).decode()

    assert "# 役員会 次第\n\n- 日時： 令和8年11月24日（火）19時～20時30分\n" in text
    assert "- (1) **一人暮らしの方のごみ出しについて** \\[継続・3回目\\] " in text
    assert "| 区社協・区役所 | 計画のふりかえり |\n| 民児協 |  |" in text


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_kept_as_json_comes_back_the_same(name):
    kept = json.loads(FORMATS["json"](PAPERS[name]))

    assert from_record(kept) == PAPERS[name]
    assert from_record(as_record(PAPERS[name])) == PAPERS[name]


def test_a_file_is_named_as_windows_allows():
    assert file_name(agenda(), "pdf") == ("令和8年度 第8回 みどり台地区社会福祉協議会 役員会 次第.pdf")
    assert file_name(Paper("a/b:*c?"), "docx") == "a　b　c.docx"


# --- where a page ends


@pytest.mark.parametrize("first", range(1, 9))
def test_no_heading_stands_alone_at_the_end_of_a_page(first):
    """Items of growing length before it push each heading to every place on a page."""
    talked = tuple(
        Item(
            f"話題{n}です",
            f"({n})",
            ("新規",),
            5,
            tuple(("これまで", f"{n}の{m}まで話した") for m in range(n % 5)),
        )
        for n in range(first, 41)
    )
    rows = tuple((f"{n}月", f"{n}件") for n in range(1, 13))
    parts = tuple(
        Section(f"章{n}の名", (Items(talked[n::4]), Table((f"月{n}", "件数"), rows)), str(n), 3) for n in range(4)
    )

    pages = [squeezed(page) for page in pages_of(FORMATS["pdf"](Paper("題", sections=parts)))]

    for n, items in enumerate(talked[n::4] for n in range(4)):
        assert _together(pages, f"章{n}の名", f"話題{items[0].heading[2:-2]}です")
        assert any(f"月{n}件数1月1件" in page for page in pages)
    for item in talked:
        for _, told in item.details:
            assert _together(pages, item.heading, told)


def _together(pages, heading, first):
    (where,) = (page for page in pages if heading in page)
    return first in where


def test_a_long_title_stays_on_one_line():
    for title in ("次第", "矢印メーター・新しい声メーター", "読んでおいていただく紙"):
        page = pages_of(FORMATS["pdf"](Paper(title)))[0]
        assert title in page.replace(" ", "")
