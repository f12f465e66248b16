"""What masking promises for the many ways a person is named: notes, kana, shops, other languages, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from bot.evaluation import masking_figures
from bot.lessons import TRAINING
from bot.name_lists import name_lists
from bot.privacy import mask
from bot.understanding import Understanding

_CASES = TRAINING / "names.tsv"  # what the net of names learns from is what the rules promise
_MARK = re.compile(r"\{(\w+):([^{}]+)\}")


class _Case(NamedTuple):
    group: str
    text: str
    secrets: list[str]
    spans: list[list[int]]


def _cases() -> Iterator[_Case]:
    for line in _CASES.read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("#"):
            continue
        group, marked = line.split("\t")
        text, secrets, spans, at = "", [], [], 0
        for m in _MARK.finditer(marked):
            text += marked[at : m.start()]
            spans.append([len(text), len(text) + len(m[2])])
            secrets.append(m[2])
            text += m[2]
            at = m.end()
        yield _Case(group, text + marked[at:], secrets, spans)


def _read(text: str) -> Understanding:
    masked = mask(text)
    return Understanding("other", None, 0.0, False, "normal", "concern", masked.text, masked.masks, "", ())


def test_of_the_written_cases_nearly_all_that_points_to_a_person_is_gone() -> None:
    cases = list(_cases())
    gold = [{"text": case.text, "pii": case.secrets, "pii_spans": case.spans} for case in cases]

    gone, other = masking_figures(gold, [_read(case.text) for case in cases])

    assert gone.reached is not None
    assert gone.reached >= 0.98
    assert other.reached is not None
    assert other.reached <= 0.015


def test_of_the_written_traps_nearly_none_is_touched() -> None:
    traps = [case.text for case in _cases() if case.group == "trap"]

    touched = [text for text in traps if mask(text).text != text]

    assert len(touched) <= len(traps) / 50


def test_masking_the_written_cases_twice_changes_nothing() -> None:
    once = [mask(case.text).text for case in _cases()]

    assert [mask(text).text for text in once] == once


AGAIN = {
    "滝さんのこと。滝はもう八十過ぎ": "Aさんのこと。Aはもう八十過ぎ",
    "柴さん留守。隣に聞くと柴は入院とのこと": "Aさん留守。隣に聞くとAは入院とのこと",
    "とよちゃんに電話した。とよ、元気なかった": "Aちゃんに電話した。A、元気なかった",
    "김민지 씨가 아파요. 민지가 안 와요": "A 씨가 아파요. A가 안 와요",
    "森さんは森のそばに住んでいます": "Aさんは森のそばに住んでいます",
    "金さんは金がなくて困っています": "Aさんは金がなくて困っています",
}
UNLISTED = {
    "鷲頭会長が倒れた": "A会長が倒れた",
    "砥綿のおっちゃん、酒代も払えない": "Aのおっちゃん、酒代も払えない",
    "早借の奥さんが泣いている": "Aの奥さんが泣いている",
    "檜垣でございます。手伝えます": "Aでございます。手伝えます",
    "副会長が倒れた": "副会長が倒れた",
    "団地の奥さんが泣いている": "団地の奥さんが泣いている",
    "満員です。締め切りました": "満員です。締め切りました",
    "新築の家に電話が来た": "新築の家に電話が来た",
    "邻居家的孩子": "邻居家的孩子",
}
NICKNAMES = {
    "ひろ坊の母ちゃんが家を出た": "A坊の母ちゃんが家を出た",
    "赤ん坊が泣いている": "赤ん坊が泣いている",
    "朝寝坊で困る": "朝寝坊で困る",
    "勝っつぁん、入院した": "Aっつぁん、入院した",
    "おとっつぁんが転んだ": "おとっつぁんが転んだ",
    "トクおじ、一人で飲んでいる": "Aおじ、一人で飲んでいる",
    "まーくんが学校へ行かない": "Aくんが学校へ行かない",
    "八百徳のご主人が倒れた": "〔みせ〕のご主人が倒れた",
    "八百屋のご主人が倒れた": "八百屋のご主人が倒れた",
}
NUMBERS = {
    "ゼロ九ゼロの一二三四の五六七八です": "〔電話〕です",
    "123-4567に電話ください": "〔電話〕に電話ください",
    "番号は0120-783-556です": "番号は0120-783-556です",
    "通帳番号7654321を聞かれた": "通帳番号〔番号〕を聞かれた",
    "〒231-0001の者です": "〔住所〕の者です",
    "花園町12番の隣": "〔住所〕の隣",
    "204の人が出てこない": "〔部屋〕の人が出てこない",
    "100の方法を考える": "100の方法を考える",
    "我住5号楼302": "我住〔部屋〕",
}


@pytest.mark.parametrize(
    ("written", "shown"), [*AGAIN.items(), *UNLISTED.items(), *NICKNAMES.items(), *NUMBERS.items()]
)
def test_a_person_is_hidden_and_what_only_looks_alike_stays(written: str, shown: str) -> None:
    assert mask(written).text == shown


def test_a_family_that_no_list_has_needs_a_sign_beside_it() -> None:
    lists = name_lists()

    assert lists.is_unknown("鷲頭")
    assert not lists.is_unknown("家賃")
    assert mask("鷲頭が見える").text == "鷲頭が見える"
