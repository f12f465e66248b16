"""Finds names in messages that are not in Japanese: Latin letters, Chinese, Korean."""

from __future__ import annotations

import re

from bot.name_lists import NameLists, name_lists, plain_latin

Span = tuple[int, int]

_CAP = r"[A-ZÀ-ÖØ-ÞĐĂƠƯẠ-Ỹ][A-Za-zÀ-ỹ'’]{1,15}"
_CAPS = _CAP + r"(?:[ -](?:(?:da|de|dos|das|do|dela|van|bin) )?" + _CAP + r"){0,3}"
_TITLED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sr|Sra|Srta|Prof|Profa)\.? |\b(?:[Ss]enhora?|[Ss]eu|[Dd]ona|[Tt]i[ao]|[Vv]ov[óôo]|[Aa]ling|[Mm]ang|[Kk]uya|[Aa]te|[Ll]ol[ao]|[Tt]it[ao]|"
    r"[Ss]i|[Kk]ay|[Nn]i|[Ss]ina|[Nn]ina|[Aa]unt(?:ie)?|[Uu]ncle|[Gg]randma|[Gg]randpa|[Gg]randmother|[Gg]randfather|"
    r"[Cc]hị|[Aa]nh|[Ôô]ng|[Bb]à|[Cc]ô|[Cc]hú|[Bb]ác|[Ee]m|[Cc]háu|[Bb]é|[Bb]ạn|[Dd]ì|[Cc]ậu|[Tt]hầy|[Cc]on|[Cc]ụ) )("
    + _CAPS
    + r")"
)
_SAID = re.compile(
    r"(?:\b(?:[Mm]y name is|[Nn]ame is|[Nn]ame:|I am|I'm|I’m|[Tt]his is|[Cc]alled|[Nn]amed|[Mm]eu nome é|[Nn]ome é|[Ee]u sou|[Mm]e chamo|[Ss]ou o|[Ss]ou a|[Ss]ou|[Cc]hamad[oa]|[Ss]e chama|"
    r"[Tt]ên (?:tôi |em |là |của tôi |cháu |con )*(?:là)?|[Tt]ôi là|[Mm]ình là|[Ee]m là|[Tt]ôi tên(?: là)?|[Aa]ko si|[Aa]ko po si|[Pp]angalan (?:ko|niya)(?: ay| po ay)?(?: si)?|[Aa]ng pangalan ko ay|"
    r"[Ww]o jiao) ?|我叫|我是|名字叫|名叫|叫做|他叫|她叫|儿子叫|女儿叫|孩子叫)("
    + _CAPS
    + r"|[一-龥]{2,3}(?=[,，。.、,的,住今在 ]|$))"
)
_KIN = re.compile(
    r"\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Mm]inha|[Mm]eu|[Aa]king|[Aa]nak kong?|[Nn]osso|[Nn]ossa|[Ff]ilh[oa]|[Ss]on|[Dd]aughter|[Ww]ife|[Hh]usband|[Nn]eighbou?r|[Ff]riend|[Mm]other|[Ff]ather|[Bb]rother|[Ss]ister|"
    r"[Mm]arido|[Ee]sposa|[Vv]izinh[oa]|[Aa]mig[oa]|[Ii]rmão|[Ii]rmã|[Aa]vó|[Aa]vô|[Cc]on (?:trai|gái)(?: tôi)?|[Kk]apitbahay(?: ko)?|[Aa]sawa ko|[Kk]aibigan(?: ko)?|[Ll]ady|[Oo]ld man|[Cc]aregiver|[Tt]eacher|[Ss]tudent|[Cc]at|[Dd]og|[Pp]et|[Gg]at[oa]|[Cc]achorr[a-z]{1,5}|[Bb]aby|[Bb]oy|[Gg]irl)"
    r"(?: (?:son|daughter|wife|husband|friend|neighbou?r|mother|father|brother|sister|filh[oa]|marido|esposa|vizinh[oa]|amig[oa]|mãe|pai|avó|avô|classmate|kid|baby|boy|girl|grandson|grandma|grandpa|si|na si|ay si|tên|named|called|is))?,? ("
    + _CAPS
    + r")"
)
_MISTER = re.compile(r"\b(?:Mr|Mrs|Ms|Mx|Sr|Sra|Srta)\.? ([A-Z][A-Za-zÀ-ỹ'-]{1,15})")
_HOUSE = re.compile(
    r"(?<![A-Za-z])([A-Z][A-Za-zÀ-ỹ]{1,14})(?=家|宅|氏|夫妻|一家|の(?:母|父|ママ|パパ)|(?:です|と申します|といいます)(?:[。、 ]|$))"
)
_SIGNED = re.compile(
    r"(?:(?:\n|[–—-] |[.!?。！] ?(?=[^\s.]+(?: [^\s.]+)?(?:$|[,:]? ?(?:〔|[+0(][0-9(]|[A-Za-z0-9._-]{2,30}@)))|[Cc]all |[Gg]ọi |[Cc]ontact |[Ll]igar para |[Ll]igue para |[Tt]awagan si |[Aa]sk (?:for )?|[Rr]egards,? |[Ff]rom |[Oo]brigad[oa],? |[Ll]iên hệ )("
    + _CAPS
    + r")(?=[.!]? ?$|[,:]? ?(?:〔|[+0(][0-9(]{2}|[A-Za-z0-9._-]{2,30}@)|[.!]?\n))",
    re.MULTILINE,
)
_HONOURED = re.compile(
    r"(?<![A-Za-zÀ-ỹ])([A-Z][A-Za-zÀ-ỹ]{1,14}(?: [A-Z][a-z]{1,14})?|[a-z]{3,15})(?:[- ](?:[Ss]an|[Ss]ama|[Cc]han|[Kk]un|[Ss]ensei)(?![A-Za-z])|(?:[- ](?:shi|dono)(?![A-Za-z])))"
)
_WORD = re.compile(r"(?<![A-Za-zÀ-ỹ@.'’_/-])" + _CAP + r"(?:[ -]" + _CAP + r"){0,3}(?![A-Za-zÀ-ỹ@_])")
_PLACE_AFTER = re.compile(
    r"[- ]?(?:[Cc]ho|[Mm]achi|[Kk]u|[Ss]hi|[Cc]ity|[Ss]tation|[Pp]ark|[Ss]treet|[Rr]oad|[Ww]ard|[Hh]ospital|[Ss]chool|[Rr]iver|[Bb]ridge|[Bb]uilding|[Aa]partment)(?![a-z])"
)
_LINKS = frozenset("da de dos das do dela van bin".split())
_NO_NAMES = frozenset(
    "japan japanese brazil brazilian filipino filipina vietnam vietnamese china chinese korea korean nepal nepali nepalese indonesia indonesian american english portuguese thai thailand india indian peru "
    "peruvian tokyo yokohama osaka kyoto nagoya kobe fukuoka sapporo chiba saitama kanagawa shizuoka hamamatsu monday tuesday wednesday thursday friday saturday sunday january february march april may june "
    "july august september october november december the a an is are was and but or if in on at to for from my our his her your their he she it we they you this that these those there here what when where who "
    "why how please help thank thanks hello hi good morning dear sorry ok okay yes no not can could would will shall may might must do does did have has had someone somebody everyone anyone grandma grandpa mom dad "
    "mother father mr mrs ms miss dr line slack sns nhk sos tv pc dv city hall ward office garbage golden week new year christmas google facebook sim id covid apartment building room station park school "
    "o os as um uma eu ele ela nós voces você meu minha no na nos nas do da dos das em de que por para com sem ontem hoje amanhã bom boa dia tarde noite obrigado obrigada socorro não sim oi olá aqui ali japonês "
    "japonesa brasileiro brasileira brasil prefeitura senhor senhora dona seu tôi xin chào cảm ơn con trai gái nhà hàng xóm người nhật bản việt nam chị anh ông bà cô chú bác em ang mga si ako siya ito may wala salamat "
    "magandang tulong po opo hindi pilipino pilipina pinas kuya ate lola lolo today yesterday tomorrow last next every since after before also just only very urgent emergency fire police ambulance mama papa day san kun chan sama "
    "deus jesus natal páscoa prof sensei smile happy birthday rua avenida social welfare council home care service center centre community volunteer kodomo shokudo jichikai minsei iin kumamoto hiroshima sendai nagasaki okinawa "
    "call gọi contact address phòng ligar ligue ask regards from phone tel email "
    "kenya ghana sri lanka nigeria egypt pakistan bangladesh myanmar cambodia laos mongolia russia ukraine france germany italy spain canada australia mexico bolivia argentina taiwan singapore malaysia africa asia aling mang xin nhà thi ai pta npo jr ja sns line yen gmail zoom youtube "
    "new rest one two three four five six seven eight nine ten any some all many much more most no never always sometimes maybe perhaps so then now well oh wow help i'm i'll i've it's don't can't that's".split()
)
_STARTERS = frozenset(
    "long hung win moe made mine same hai nam mai jun joy grace rosa lima dias pinto costa luz lan hong van my anh thu hoa son long bao dat linh an ramos moon sun day will art rich silva chi kang cho park lee mari ramp saki ai rio ken mia".split()
)
_CHINESE = re.compile(
    r"(?:[老小阿][一-龥](?=阿姨|奶奶|爷爷|爺爺|伯|叔|哥|姐|[的在说不,，])|[一-龥]{1,3}?)(?=阿姨|奶奶|爷爷|爺爺|女士|太太|小姐|老师|老師|叔叔|大爷|大爺|大妈|大媽|伯伯|婆婆|大哥|大姐|师傅|先生|同学)"
)
_CHINESE_FAMILY = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾丁魏薛叶葉阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_XIAO = re.compile(r"小[明红紅丽麗刚剛华華强強美芳燕玲伟杰军龙雨雪月花宝]|[阿][明强珍英芳花玉美兰梅]")
_KOREAN = re.compile(
    r"([가-힣]{1,4}) ?(?:씨|할머니|할아버지|아저씨|아주머니|아줌마|선생님|어르신|엄마|아빠|어머니|아버지|님|군(?=[이은을의 ])|양(?=[이은을의 ]))"
)
_KOREAN_SELF = re.compile(
    r"(?:저는|제 이름은|이름은|아들|딸|친구|이웃|안녕하세요[,.!]?) ([가-힣]{2,4}?)(?=,|입니다|이에요|예요|라고|이라고|이가|이는|가 |는 |이 )"
)
_KOREAN_FAMILY = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모"
)
_KOREAN_WORDS = frozenset(
    "우리 옆집 이웃 앞집 윗집 아랫집 동네 어떤 그 이 저 혼자 부모 선생 학부모 아이 시어 친정 외 친 큰 작은 위층 아래층 옆 할 손 고객 회장 사장 반장 하느 해 달 이장 통장 담임 집주인 모르는 낯선 한 두 세 아는 사는 옆방 주인집 여러분 부녀회장 아들 딸".split()
)
_KOREAN_GIVEN = frozenset(
    "민수 민준 서연 지영 지민 영희 철수 수진 현우 민지 유진 지훈 서준 하은 지우 은지 미영 정희 영수 영숙 순자 영자 미숙 정숙 수민 예은 도윤 하준 지호 수빈".split()
)


def find_foreign_names(text: str) -> list[Span]:
    """Spans of names in Latin letters, Chinese and Korean, in the folded text."""
    lists = name_lists()
    found: list[Span] = []
    if re.search(r"[A-Za-z]{2}", text):
        found += _latin(text, lists)
    if re.search(r"[一-龥]", text):
        found += _chinese(text)
    if re.search(r"[가-힣]", text):
        found += _korean(text)
    return found


def _latin(text: str, lists: NameLists) -> list[Span]:
    found = [_trimmed(text, *m.span(1)) for p in (_TITLED, _SAID, _KIN, _SIGNED) for m in p.finditer(text)]
    found += [m.span(1) for m in _MISTER.finditer(text)]
    found += [m.span(1) for m in _HOUSE.finditer(text) if not m[1].isupper()]
    found += [m.span(1) for m in _HONOURED.finditer(text) if m[1].lower() not in _NO_NAMES and not m[1].isupper()]
    found += [span for m in _WORD.finditer(text) for span in _listed(text, m, lists)]
    return [span for span in found if span and not _PLACE_AFTER.match(text, span[1])]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Cut a run of capital words where an everyday word begins."""
    first = place = start
    for word in re.finditer(r"[^ -]+", text[start:end]):
        if place == first and word[0].lower() in _NO_NAMES:
            first = place = start + word.end() + 1
            continue
        if word[0].lower() in _NO_NAMES or not (word[0][0].isupper() or word[0] in _LINKS):
            break
        place = start + word.end()
    return (first, place) if place > first else None


def _listed(text: str, m: re.Match[str], lists: NameLists) -> list[Span]:
    words = [(m.start() + w.start(), m.start() + w.end(), w[0].lower()) for w in re.finditer(r"[^ -]+", m[0])]
    opening = m.start() == 0 or re.search(r"[.!?。!?\n:「(]\s*$", text[max(0, m.start() - 3) : m.start()])
    known = [
        (start, end)
        for number, (start, end, word) in enumerate(words)
        if plain_latin(word) in lists.latin
        and word not in _NO_NAMES
        and not (opening and number == 0 and len(words) == 1 and word in _STARTERS)
    ]
    if not known:
        return []
    span = _trimmed(text, known[0][0], m.end())
    return [span] if span else []


_SIMPLE_FAMILY = "铃木 高桥 渡边 斋藤 桥本 冈田 长谷川 后藤 远藤 中岛 佐藤 田中 山本 中村 小林 加藤 吉田 山田 佐佐木 山口 松本 井上 木村 清水 山崎 池田 阿部 石川 山下 石井 小川 前田 藤田 近藤 村上 青木 坂本 福田 太田 西村 藤井 冈本 藤原 金子 三浦 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 内田 柴田 酒井 宫崎 横山 高木 安藤 宫本 大野 小岛 工藤 谷口 今井 高田 增田 丸山 杉山 村田 大塚 新井 藤本 平野 河野 上野 武田 野口 松井 千叶 菅原 岩崎 久保 木下 佐野 野村 松尾 菊地".split()
_TITLES = r"(?:阿姨|奶奶|爷爷|爺爺|女士|太太|小姐|老师|老師|叔叔|大爷|大妈|伯伯|婆婆|大哥|大姐|哥|姐|师傅|先生|会长|會長|班长|同学|家|桑)"
_JAPANESE_IN_CHINESE = re.compile("(" + "|".join(_SIMPLE_FAMILY) + ")(?=" + _TITLES + ")")
_GIVEN_HAN = frozenset(
    "雨桐欣怡梓涵子轩浩然明丽芳娜敏静秀英华慧巧美娟红玉兰凤洁梅琳素云莲真环雪荣爱妹霞香月莺媛艳瑞凡佳嘉琼勤珍贞莉桂娣叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思伟刚勇毅俊峰强军平保东文辉力永健世广志义兴良海山仁波宁贵福生龙元全国胜学祥才发武新利清飞彬富顺信子杰涛昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆磊民友裕河哲江超浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘睿萱諾诺"
)
_HAN_KIN = re.compile(
    r"(?:女儿|儿子|孙子|孙女|妹妹|弟弟|姐姐|哥哥|丈夫|妻子|老公|老婆|朋友|同学)([一-龥]{2})(?=在|被|从|跟|和|的|，|昨|今|每|还|也|已|上学|不见|走丢|发烧|生病|摔)"
)
_HAN_CALLED = re.compile(r"(?:我姓|姓|叫|搬来的|名字是|名叫)([一-龥]{1,3})(?=[，。,.！!、的在\s]|$)")


_ELDER_HAN = re.compile("([一-龥])(?:姐|哥|叔|婶|总)(?![们妹弟])")
_SIGNED_HAN = re.compile("[，,。！!]([一-龥]{2,3})[。]?$")


def _chinese_self(text: str) -> list[Span]:
    found = [m.span(1) for m in _HAN_KIN.finditer(text) if set(m[1]) <= _GIVEN_HAN]
    for m in _HAN_CALLED.finditer(text):
        name = m[1]
        doubled = len(name) == 2 and name[0] == name[1]
        family = name[0] in _CHINESE_FAMILY and (len(name) > 1 or "姓" in m[0])
        if doubled or family or name[0] in "小阿" or any(name.startswith(jp) for jp in _SIMPLE_FAMILY):
            found.append(m.span(1))
    return found


def _chinese(text: str) -> list[Span]:
    found = [(m.start() + cut, m.end()) for m in _CHINESE.finditer(text) if (cut := _family_at(m[0])) is not None]
    if re.search(r"[ぁ-んァ-ヴ]", text):
        return found
    found += _chinese_self(text)
    found += [m.span(1) for m in _JAPANESE_IN_CHINESE.finditer(text)]
    found += [m.span(1) for m in _ELDER_HAN.finditer(text) if m[1] in _CHINESE_FAMILY]
    found += [m.span(1) for m in _SIGNED_HAN.finditer(text) if m[1][0] in _CHINESE_FAMILY]
    found += [m.span() for m in _XIAO.finditer(text)]
    said = (m for m in _SAID.finditer(text) if re.match("[一-龥]", m[1]))
    return found + [m.span(1) for m in said if m[1][0] in _CHINESE_FAMILY or m[1][0] in "小阿"]


def _family_at(core: str) -> int | None:
    """Where the family name begins in what stands before a title (谢谢张先生 → 张)."""
    for cut, letter in enumerate(core):
        rest = core[cut + 1 : cut + 2]
        if letter in "老小阿" and len(core) - cut == 2 and rest in _CHINESE_FAMILY:
            return cut
        thanks = letter in "谢谢" and (rest in _CHINESE_FAMILY or not rest) and cut + 1 < len(core)
        if letter in _CHINESE_FAMILY and not thanks:
            return cut
    return None


def _korean(text: str) -> list[Span]:
    found: list[Span] = []
    for m in _KOREAN.finditer(text):
        core = m[1]
        if core in _KOREAN_WORDS:
            continue
        if core in _KOREAN_GIVEN or (core[0] in _KOREAN_FAMILY and len(core) in (1, 3)) or "씨" in m[0]:
            found.append(m.span(1))
    found += [
        m.span(1)
        for m in re.finditer(r"(?:^|[.!?] ?)([가-힣]{2,3})(?=[,.]? ?(?:〔|0[0-9]{1,2}|[A-Za-z0-9._]{2,30}@|$)|입니다)", text)
        if m[1] in _KOREAN_GIVEN or text[m.end():m.end()+3].strip(', ')[:1] in ('0','〔') or (len(m[1]) == 3 and m[1][0] in _KOREAN_FAMILY)
    ]
    return found + [m.span(1) for m in _KOREAN_SELF.finditer(text) if m[1] not in _KOREAN_WORDS]
