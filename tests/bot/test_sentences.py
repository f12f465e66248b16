"""Sentences: what people type or press, and that a concern which begins alike stays a concern."""

import pytest

from bot import deeds, themes
from bot.deeds import Wish
from bot.deeds.sorting import NoSuchTheme, theme_code
from bot.sentences import understand
from storage.people import Person, Role
from tests.conftest import MORNING, Town

WISHED = [
    ("使い方", Wish("help")),
    ("ヘルプ。", Wish("help")),
    ("？", Wish("help")),
    ("わたしの気づき", Wish("mine")),
    ("私の気づき！", Wish("mine")),
    ("緊急の連絡先", Wish("numbers")),
    ("取り下げ", Wish("withdraw_which")),
    ("取り下げたい", Wish("withdraw_which")),
    ("取り下げ 12", Wish("withdraw_ask", 12)),
    ("取下げ１２", Wish("withdraw_ask", 12)),
    ("取り下げます 12", Wish("withdraw", 12)),
    ("参加 ABCD-EFGH", Wish("join", rest="ABCD-EFGH")),
    ("参加　ａｂｃｄｅｆｇｈ", Wish("join", rest="abcdefgh")),
    ("参加 abcd efgh。", Wish("join", rest="abcd efgh")),
    ("出してよい 12", Wish("reach_which", 12)),
    ("出してよい　１２　担当だけ", Wish("reach", 12, choice="担当だけ")),
    ("出してよい 12 地区。", Wish("reach", 12, choice="地区")),
    ("出してよい言葉 12", Wish("wording_how", 12)),
    ("出してよいことば 12 買い物に困る方がいます", Wish("wording", 12, rest="買い物に困る方がいます")),
    ("全体へ 12", Wish("general_show", 12)),
    ("全体へ　12　案２", Wish("general_choose", 12, 2)),
    ("全体へ 12 買い物に困る方がいます", Wish("general_say", 12, rest="買い物に困る方がいます")),
    ("この言葉で出します 12", Wish("general_look", 12)),
    ("この言葉で出します 12 482913", Wish("general_approve", 12, 482_913)),
    ("加える 12 30", Wish("general_add", 12, 30)),
    ("全体から外す 12", Wish("general_take_out", 12)),
    ("見ました 3", Wish("see", 3)),
    ("見ました３。", Wish("see", 3)),
    ("向かいます　３", Wish("go", 3)),
    ("対応中 3", Wish("act", 3)),
    ("役員会へ 3", Wish("ask_board", 3)),
    ("済 3", Wish("resolve", 3)),
    ("済み3", Wish("resolve", 3)),
    ("解決 3!", Wish("resolve", 3)),
    ("あとで 3", Wish("later", 3)),
    ("代わって 3", Wish("other", 3)),
    ("テーマ 3 防災", Wish("sort", 3, rest="防災")),
    ("テーマ　３　子ども・子育て", Wish("sort", 3, rest="子ども・子育て")),
    ("テーマ 3", Wish("sort_which", 3)),
    ("ひとつに 3", Wish("rejoin", 3)),
    ("まとめる 2 1", Wish("merge", 2, 1)),
    ("まとめる　２　１。", Wish("merge", 2, 1)),
    ("別の話 2 1", Wish("apart", 2, 1)),
    ("分ける 1", Wish("part", 1)),
    ("待っていること", Wish("waiting")),
    ("待っていること 2", Wish("waiting", 2)),
    ("お知らせ 済 5", Wish("reminder_done", 5)),
    ("お知らせ あとで　５", Wish("reminder_later", 5)),
    ("お知らせ代わって 5", Wish("reminder_other", 5)),
    ("休みます", Wish("away")),
    ("お休みします。", Wish("away")),
    ("休みます 今週いっぱい", Wish("away", rest="今週いっぱい")),
    ("休みます　１か月", Wish("away", rest="1か月")),
    ("休みます 12/20まで", Wish("away", rest="12/20まで")),
    ("休みます 12月20日まで", Wish("away", rest="12月20日まで")),
    ("もどりました！", Wish("back")),
    ("代わりは　田中", Wish("deputy", rest="田中")),
    ("メール", Wish("mail")),
    ("メール　ｎａｍｅ＠example.org", Wish("mail_give", rest="name@example.org")),
    ("メール name@example.org", Wish("mail_give", rest="name@example.org")),
    ("メール 482913", Wish("mail_prove", rest="482913")),
    ("メールをやめる", Wish("mail_stop")),
    ("役員ページ", Wish("desk")),
    ("次第", Wish("agenda")),
    ("次第　承認", Wish("agenda_approve")),
    ("次第 上へ 3", Wish("agenda_up", 3)),
    ("次第 下へ ３", Wish("agenda_down", 3)),
    ("次第 隠す 3", Wish("agenda_hide", 3)),
    ("次第 戻す 3", Wish("agenda_show", 3)),
    ("次第 時間 3 15分", Wish("agenda_minutes", 3, 15)),
    ("次第 見出し 3 集会所の明かり", Wish("agenda_reword", 3, rest="集会所の明かり")),
    ("決定 3 対応する", Wish("decide", 3, choice="対応する")),
    (
        "決定３　持ち帰り　子ども会で相談します",
        Wish("decide_words", 3, choice="持ち帰り", rest="子ども会で相談します"),
    ),
    ("会議を終わる", Wish("close")),
    ("議事録", Wish("minutes")),
    ("議事録 3", Wish("minutes", 3)),
    ("議事録 承認", Wish("minutes_approve")),
    ("議事録　承認　３", Wish("minutes_approve", 3)),
    ("議事録 直す 12 声かけを週に1回します", Wish("minutes_reword", 12, rest="声かけを週に1回します")),
    ("議事録 追記 3 次回は10日です", Wish("minutes_add", 3, rest="次回は10日です")),
    ("訂正あり", Wish("amend_how")),
    ("訂正 3", Wish("amend_how", 3)),
    ("訂正 済 3", Wish("amendment_settle", 3)),
    ("訂正 3 次回は14日です", Wish("amend", 3, rest="次回は14日です")),
    ("ひとこと", Wish("answer_how")),
    ("ひとこと お手伝いできます", Wish("answer", rest="お手伝いできます")),
    ("ポスティング", Wish("posting")),
    ("お渡し済み 3", Wish("handed_over", 3)),
    ("報告を作る", Wish("reports_make")),
    ("報告を見る 地区連合", Wish("report_show", choice="地区連合")),
    ("報告を確かめました 推進委員会", Wish("report_check", choice="推進委員会")),
    ("報告に書く 地区連合 ありがとう", Wish("report_write", choice="地区連合", rest="ありがとう")),
    ("会議を始める", Wish("sitting_begin")),
    ("開会します。", Wish("sitting_begin")),
    ("いまの議題", Wish("sitting_now")),
    ("次へ", Wish("sitting_next")),
    ("前へ", Wish("sitting_previous")),
    ("出席", Wish("attendance")),
    ("出席　田中", Wish("present", rest="田中")),
    ("欠席 田中 花子", Wish("absent", rest="田中 花子")),
    ("担当 12 見守り部会", Wish("charge", 12, rest="見守り部会")),
    ("担当　１２　見守り部会　12/20まで", Wish("charge", 12, rest="見守り部会", choice="12/20まで")),
    ("担当 3 会長 1月15日", Wish("charge", 3, rest="会長", choice="1月15日")),
    ("持ち帰り先 3 子ども会、老人会", Wish("take_homes", 3, rest="子ども会、老人会")),
    ("会議", Wish("meetings")),
    ("会議の予定", Wish("meetings")),
    ("会議　移す　３　１２／１８　１９：００", Wish("meeting_move", 3, rest="12/18 19:00")),
    ("会議 移す 3 12月18日 19時", Wish("meeting_move", 3, rest="12月18日 19時")),
    ("会議 休み 3", Wish("meeting_cancel", 3)),
    ("会議 再開 3", Wish("meeting_restore", 3)),
    ("会議 会場 3 みどり会館", Wish("meeting_place", 3, rest="みどり会館")),
    ("会議 長さ 3 60分", Wish("meeting_minutes", 3, 60)),
    ("会議 回数 3 第8回", Wish("meeting_count", 3, 8)),
    ("会議 加える 12/20 10:00 みどり会館", Wish("meeting_add", rest="12/20 10:00 みどり会館")),
    ("会議 カレンダー", Wish("meeting_calendar")),
    ("持ち寄り", Wish("bring_in_how")),
    ("持ち寄り 書く", Wish("bring_in_how")),
    ("持ち寄り なし", Wish("bring_in_nothing")),
    ("持ち寄り 来月のサロンは人手が足りません", Wish("bring_in", rest="来月のサロンは人手が足りません")),
    ("出欠 出ます 3", Wish("come", 3)),
    ("出欠 欠席 3", Wish("excuse", 3)),
    ("回答 3 調理室を使えます\n週に一回です", Wish("report_back", 3, rest="調理室を使えます\n週に一回です")),
    ("回答 3", Wish("report_back_how", 3)),
    ("見かけた 3", Wish("seen_again", 3)),
    ("まだ　３。", Wish("not_yet", 3)),
    ("わからない 3", Wish("unknown", 3)),
    ("実り 3", Wish("fruit_how", 3)),
    ("実り 3 木曜に移動販売の車が来ます", Wish("fruit", 3, rest="木曜に移動販売の車が来ます")),
    ("回覧板", Wish("circular")),
    ("数", Wish("figures_how")),
    ("10月の数 見守り 40 サロン 4", Wish("figures", rest="見守り 40 サロン 4", choice="10月")),
    ("活動", Wish("activity_list")),
    ("先月の活動記録", Wish("activity_list", choice="先月")),
    ("活動 高齢者 日常的な支援 3", Wish("activity", rest="高齢者 日常的な支援 3")),
    ("状況書", Wish("status_report")),
    ("矢印メーター", Wish("meters")),
    ("連絡", Wish("notices")),
    ("連絡 11月30日に防災訓練があります", Wish("line_add", rest="11月30日に防災訓練があります", choice="連絡")),
    ("報告　サロンに12人", Wish("line_add", rest="サロンに12人", choice="報告")),
    ("連絡 話し合う 41", Wish("notice_lift", 41)),
    ("連絡 別紙 41", Wish("notice_sheet", 41)),
    ("報告 消す 41", Wish("line_remove", 41)),
    ("今年ものせる 12", Wish("bring_back", 12)),
    ("経過 12", Wish("history", 12)),
    ("経過 12 2", Wish("history", 12, 2)),
    ("使えるもの", Wish("means")),
    (
        "使えるもの 加える ケアプラザ調理室 子ども 7・8月",
        Wish("means_add", rest="ケアプラザ調理室 子ども 7・8月"),
    ),
    ("使えるもの 直す 3 防災備蓄 防災", Wish("means_change", 3, rest="防災備蓄 防災")),
    ("使えるもの 外す 3", Wish("means_end", 3)),
]

CONCERNS = [
    "数年前から空き家のままです",
    "活動する人が減って、サロンが続けられません",
    "出してよい 3丁目のごみのことで困っています",
    "出してよい言葉がわからず、隣の方に声をかけられません",
    "連絡がとれない方がいます",
    "使えるものが少なくて困っています",
    "経過 12日たっても治りません",
    "使い方がわからない人が増えています",
    "取り下げられた看板がそのままです",
    "取り下げ 12日までにと言われて困っています",
    "参加 したいけれど足が悪い人がいます",
    "参加者が減っています",
    "見ました 3丁目で倒れた木を",
    "見ました、3人の子が夜の公園にいるのを",
    "対応中 3か月も何も変わりません",
    "済 んだはずの工事が終わっていません",
    "解決してほしいことがあります",
    "あとで10時に見回りに行ってほしいです",
    "代わって3人を世話している奥さんが心配です",
    "まとめる人がいません",
    "まとめる 2 1丁目の班を一つにする話で困っています",
    "次第に元気がなくなっています",
    "次第 3回も転んでいます",
    "決定 3 になった場所が遠くて行けません",
    "会議を終わる時間が遅いです",
    "会議 休み 3回も続いて心配です",
    "会議 移す 3人で運べる机がありません",
    "会議 加える 人がいなくて困っています",
    "会議の予定がわからないと言う人がいます",
    "持ち寄りの食事会で困ったことがありました",
    "出欠 欠席 3人も続いて心配です",
    "回答 3日たっても来ません、と隣の人が困っています" * 20,
    "待っていることが多くて不安そうです",
    "休みます、と言ったきり学校に来ない子がいます",
    "休みます 12月から店を閉めると聞いて、買い物に困ります",
    "代わりは誰もいません",
    "もどりましたが、まだ顔色が悪いです",
    "お知らせ 済んだはずなのに回覧板がまだ来ません",
    "役員ページをめくる手が震えていました",
    "緊急の連絡先を知らない人が多いです",
    "テーマ 3 について、隣の方が困っています",
    "テーマ 3 防災の話をもっと聞きたいです",
    "数 年前から空き家のままです",
    "10月の数 が合わないと言われました",
    "活動 する人が減って、サロンが続けられません",
    "会議 移す 3 12人で運べる机がありません",
    "会議 加える 3人では足りません",
    "欠席 が続いています",
    "メール name@example.org に変なものが届いて困っています",
    "メールをやめるように言われた人がいます",
    "help の看板の字が読めないそうです",
    "",
    "。",
]


@pytest.mark.parametrize(("typed", "wish"), WISHED, ids=[typed for typed, _ in WISHED])
def test_a_wish_is_understood_however_it_is_typed(typed: str, wish: Wish) -> None:
    assert understand(typed) == wish
    assert understand(f"  {typed}\n") == wish


@pytest.mark.parametrize("text", CONCERNS)
def test_a_concern_that_begins_like_a_wish_stays_a_concern(text: str) -> None:
    assert understand(text) is None


OF_THE_BOARD = [
    "回答 3 日たっても来ません",
    "決定 3 次回へ と言われてから一年です",
    "次第 見出し 3 つも読めません",
    "会議 会場 3 階まで階段で、上がれない人がいます",
    "実り 3 年ぶりの柿が道に落ちて危ないです",
    "議事録 追記 3 回も断られた人がいます",
]


@pytest.mark.parametrize("text", OF_THE_BOARD)
def test_what_only_the_board_asks_for_is_a_concern_from_a_neighbour(text: str) -> None:
    neighbour = Person(council_id=1, ref="P1", role=Role.RESIDENT, key_id=1, created_at=MORNING)
    assert understand(text, neighbour) is None
    assert understand(text) is not None


def test_every_wish_is_in_the_table_and_has_its_deed() -> None:
    verbs = [deed.verb for deed in deeds.ALL]
    assert {wish.verb for _, wish in WISHED} | {"write"} == set(verbs)
    assert len(verbs) == len(set(verbs))


def test_a_number_never_grows_beyond_what_the_database_holds() -> None:
    assert understand("済 999999999") == Wish("resolve", 999_999_999)
    assert understand("済 9999999999") is None


@pytest.mark.parametrize("code", themes.codes())
def test_each_theme_is_found_by_label_code_and_beginning(code: str) -> None:
    label = themes.label(code)
    assert [theme_code(words) for words in (label, code, code.upper(), label[:3], f" {label} ")] == [code] * 5


@pytest.mark.parametrize("words", ["", "ま", "？", "ないテーマ"])
def test_what_is_no_theme_is_said_to_be_none(words: str) -> None:
    with pytest.raises(NoSuchTheme):
        theme_code(words)


def test_a_neighbours_tale_that_begins_like_a_command_becomes_a_concern(town: Town) -> None:
    town.hear("U1", "テーマ 3 について、隣の方が困っています")
    assert "受付番号は1です" in town.last("U1").text
