"""The practice town's story: a council of three months, told by the people who wrote to it.

Invented for practice: no real place, person or telephone. Each line is sent through the platforms' own
protocols, just as if it had been typed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.dates import jst
from bot.meeting_rules import Wanted
from handlers.practice.view import PracticePerson

COUNCIL = "みどり台地区社会福祉協議会（練習）"
PLACE = "みどり台ケアプラザ 2階"
DAYS = 92
COUNCIL_CHANNEL = "C0PRACTICE01"
CHANNELS = {
    COUNCIL_CHANNEL: "地区社協",
    "C0PRACTICE02": "子ども",
    "C0PRACTICE03": "見守り",
}
THEME_CHANNELS = {
    "children": "C0PRACTICE02",
    "elderly_watch": "C0PRACTICE03",
    "isolation": "C0PRACTICE03",
    "care_daily": "C0PRACTICE03",
}

# what meets beside the board: a section each month, the assembly in May
RULES = (
    Wanted("section", "見守り部会", (), 1, 3, "10:00", 60, PLACE, ("commissioner", "secretariat")),
    Wanted("assembly", "", (5,), 4, 5, "10:00", 120, "みどり台小学校 体育館"),
)
FEDERATION = "みどり台地区連合町内会（練習）"
COMMITTEE = "みどり台地区別計画推進委員会（練習）"
PILLARS = (
    ("ひとりにしない見守り", ("isolation", "elderly_watch", "care_daily", "abuse_safety")),
    ("子どもと家族を支える", ("children", "poverty", "disability_health", "foreign_residents")),
    ("集まれる・助け合えるまち", ("community_life", "disaster", "mobility_environment", "other")),
)


def _line(n: int) -> str:
    return "U" + f"{n:02x}" * 16


PEOPLE = (
    PracticePerson("resident", "住民", "住民", line_id=_line(0xA1)),
    PracticePerson("resident2", "住民（2人目）", "住民", line_id=_line(0xA2)),
    PracticePerson("commissioner", "民生委員", "民生委員", line_id=_line(0xB1), slack_id="U0PRACTICEB1"),
    PracticePerson("officer", "会長", "役員", line_id=_line(0xC1), slack_id="U0PRACTICEC1", uses_desk=True),
    PracticePerson("secretary", "事務局", "事務局", line_id=_line(0xD1), slack_id="U0PRACTICED1", uses_desk=True),
)
# people who wrote during the three months, and whose phones the page does not show
OTHERS = tuple(_line(n) for n in range(0xE0, 0xEC))
SECOND_COMMISSIONER = _line(0xB2)
CHILDRENS_CLUB = _line(0xF1)


@dataclass(frozen=True)
class Step:
    """Somebody writes something, so many days before today, at this hour in Japan."""

    days_ago: int
    hour: float
    who: str
    text: str


def _other(n: int) -> str:
    return OTHERS[n % len(OTHERS)]


CONCERNS = (
    Step(90, 9.5, _other(0), "夏休みの間、昼ごはんを食べていない子が近所にいるようです。給食がない日が心配です"),
    Step(89, 10.2, _other(1), "バス停のベンチがこわれていて、待つ間に座れません"),
    Step(88, 15.0, _other(2), "隣のひとり暮らしの方、このごろ同じ話を何度もされます。火の始末が心配です"),
    Step(
        86, 11.0, SECOND_COMMISSIONER, "独居の男性、食事が菓子パンばかり。配食の案内をしたが本人は「まだいい」と"
    ),
    Step(84, 14.0, _other(3), "防災倉庫のカギをだれが持っているのか、班の人が知りません"),
    Step(82, 16.5, _other(4), "サロンの手伝いをする人が足りなくて、来月から月1回に減らすそうです"),
    Step(80, 9.2, _other(5), "外国から来たお母さんが、ごみの出し方がわからず困っています"),
    Step(78, 13.0, _other(6), "空き家の草がのびて歩道にはみ出しています"),
    Step(76, 18.0, _other(7), "家賃が払えそうにないと、同じ階の若い人がこぼしていました"),
    Step(74, 10.0, _other(8), "子どもたちが夕方おそくまで公園にいます。帰っても家にだれもいないそうです"),
    Step(71, 9.6, _other(9), "足が悪くて、坂の上のスーパーまで買い物に行けません"),
    Step(66, 11.5, _other(0), "夏休みのお昼のこと、調理実習を始めてくださったと聞きました。ありがとうございます"),
    Step(64, 10.1, _other(10), "通学路の信号が短くて、低学年の子が渡りきれません"),
    Step(62, 14.2, _other(11), "向かいの雨戸が、もう4日ほど閉まったままです"),
    Step(60, 9.7, _other(2), "車いすだと、集会所の入口の段差で入れません"),
    Step(57, 19.0, _other(3), "夜中に大きな音楽がして眠れません。毎週末です"),
    Step(55, 10.4, SECOND_COMMISSIONER, "介護している奥さん、疲れて眠れていない様子。デイの回数を相談中"),
    Step(52, 13.3, _other(4), "回覧板が届かない家があると聞きました"),
    Step(50, 9.9, _other(5), "避難所の案内が日本語だけで、わからない方がいます"),
    Step(47, 16.0, _other(6), "認知症の父が、夕方になると出て行こうとします。近所の方に知っておいてほしいです"),
    Step(44, 11.2, _other(7), "高い布団を買わされそうになったと、近所の方が話していました"),
    Step(40, 9.4, _other(8), "学校に行けない子が昼間に過ごせる場所はありませんか"),
    Step(37, 15.1, _other(9), "ごみ置き場がカラスに荒らされて、片づける人がいつも同じです"),
    Step(33, 10.0, _other(10), "引っ越してきたばかりで、話す相手がいません"),
    Step(27, 14.0, _other(11), "通学路の信号、子どもが渡りきれないと母も言っています"),
    Step(20, 9.8, _other(0), "町内のお祭りを手伝えます。力仕事なら声をかけてください"),
    Step(15, 13.5, _other(1), "灯油が高くて、ストーブをつけずにがまんしている方がいます"),
    Step(10, 10.6, _other(2), "2丁目の佐藤さん、最近やせて心配です。電話は045-000-0000です"),
    Step(6, 16.2, _other(3), "下校の時間に、見なれない車が止まっていて子どもがこわがっています"),
    Step(3, 9.3, _other(4), "おむつを替えられる場所が、この辺りにありません"),
)

# what the secretariat writes into the book of local means (使えるもの帳)
SECRETARY = next(person.line_id or "" for person in PEOPLE if person.key == "secretary")
MEANS = (
    Step(85, 13.0, SECRETARY, "使えるもの 加える ケアプラザ調理室 子ども 予約は1か月前から"),
    Step(83, 13.0, SECRETARY, "使えるもの 加える 火曜サロン 孤立"),
    Step(30, 13.0, SECRETARY, "使えるもの 加える 集会所のストーブ開放 生活困窮 11〜3月"),
    Step(9, 13.0, SECRETARY, "使えるもの 加える 防災備蓄の入れ替え 防災 生活困窮 来月まで"),
    Step(2, 13.0, SECRETARY, "連絡 年末の防災訓練は、集会所の前で10時からです"),
)

CHAIR = next(person.line_id or "" for person in PEOPLE if person.key == "officer")
HERE = (
    "会長",
    "民生委員",
    "事務局",
    "子ども会",
)  # at each meeting; the second commissioner gets the minutes afterwards

# what is counted each month, and what came of something: 「*実り 昼ごはん …」 finds its topic by a word
COUNTED = (
    *(Step(ago, 13.2, SECRETARY, "先月の数 見守り 41 サロン 4 生活支援 6 配食 80") for ago in (76, 46, 16)),
    *(Step(ago, 13.4, SECOND_COMMISSIONER, "先月の活動 高齢者 日常的な支援 5") for ago in (76, 46, 16)),
    *(Step(ago, 13.5, SECOND_COMMISSIONER, "先月の活動 訪問 12") for ago in (76, 46, 16)),
)
FRUIT = "*実り"
FRUITS = (Step(35, 10.3, CHAIR, f"{FRUIT} 昼ごはん 毎週水曜に、ケアプラザで昼ごはんの会をひらいています"),)

# what each past meeting decided, by words of the concern; what is not named here was carried over
DECISIONS = (
    {
        "昼ごはん": "対応する ケアプラザの調理室で週1回、昼ごはんの会をひらく",
        "ベンチ": "専門機関へ 区役所の土木事務所に伝える",
        "同じ話": "様子を見る 民生委員とケアプラザで見守る",
        "菓子パン": "様子を見る 月に一度、民生委員が声をかける",
        "防災倉庫": "対応する カギの持ち主を班ごとに一覧にする",
        "サロン": "持ち帰り 各団体で手伝える人をさがす",
        "外国から": "対応する ごみの出し方の絵入りの紙をくばる",
        "家賃": "専門機関へ 区役所の生活支援課を案内する",
        "買い物": "持ち帰り 移動販売を頼めるか、商店会にきく",
    },
    {
        "買い物": "対応する 毎週木曜に移動販売の車が来る",
        "空き家": "今回はできない 持ち主がわからないため、区に相談中",
        "公園": "対応する 夕方の見守りの当番を決める",
        "信号": "専門機関へ 警察署に、時間をのばせないか相談する",
        "雨戸": "様子を見る 班長が声をかけ、無事を確かめた",
        "段差": "対応する 仮のスロープを置く",
        "奥さん": "様子を見る ケアプラザの家族の会を案内する",
        "回覧板": "対応する 回す順番の表を作り直す",
        "避難所": "持ち帰り 各団体で、やさしい日本語の案内を考える",
        "認知症": "対応する 近所の店にも見守りを頼む",
        "布団": "対応する 回覧板に注意の紙をはさむ",
        "カラス": "対応する 箱型のネットを試す",
    },
    {
        "サロン": "対応する 来月から2人が手伝う",
        "音楽": "様子を見る 管理会社に伝えた",
        "学校": "持ち帰り 子ども会で、集会所の昼の使い方を考える",
        "話す相手": "対応する 火曜のサロンに案内する",
        "信号": "対応する 朝だけ、見守りの人が立つ",
        "お祭り": "対応する 準備の会に来てもらう",
        "やせて": "様子を見る 民生委員がたずねる",
    },
)


def joins(codes: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Give who takes up which join code, on which platform: (platform, id, sentence)."""
    for person in PEOPLE:
        for platform, id_ in (("line", person.line_id), ("slack", person.slack_id)):
            if id_ and f"{person.key}/{platform}" in codes:
                yield platform, id_, f"参加 {codes[f'{person.key}/{platform}']}"
    yield "line", SECOND_COMMISSIONER, f"参加 {codes['commissioner2/line']}"
    yield "line", CHILDRENS_CLUB, f"参加 {codes['club/line']}"


def moment(step: Step, today: datetime) -> datetime:
    """Give when a step happens, as an aware time."""
    midnight = jst(today).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=step.days_ago) + timedelta(hours=step.hour)
