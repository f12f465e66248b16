"""How a matter stands in a message: it goes well, it does not, or nothing is said of it.

「吠えなくなった」 and 「吠えてうるさい」, 「眠れます」 and 「眠れん」 share most letters and differ by an
ending. So each word that tells good or ill is read with its ending; the last one counts, as
Japanese puts what matters last.
"""

from __future__ import annotations

from typing import Final

from bot.patterns import late

_NEGATED: Final = late(
    r"^(?:(?!て|で)[ぁ-ん]){0,3}?(?:てい|でい|て|で|ちゃ|とら)?(?:は)?"
    r"(?:ない(?!で(?!す|し|い))|なく|なかっ|なさそう|ねえ|ねぇ|ませ?ん|へん|ひん|ず(?:に|、|。|$)|ぬ"
    r"|(?<=[らわかがさだなばまれけめせてねべえき])ん(?=$|[^ぁ-ん]|よ|わ|な|で|ね|し|って|て|く|の|ち))"
)
_NEGATED_AT_ONCE: Final = late(r"^ん(?=$|[^ぁ-ん]|よ|わ|な|で|ね|し|って|て|く|の|ち)")
_COME_ABOUT: Final = late(
    r"^[ぁ-ん]{0,8}?(?:た|だ)(?![いくら])|^[ぁ-ん]{0,4}(?:よう|こと)に(?:な|$)|^[ぁ-ん]{0,6}てる"
)
_CAN_NOW: Final = late(
    r"^[ぁ-ん]{0,4}(?:よう|こと)に(?:な|$)|^(?:るよう|て(?:い)?(?:る|ます)(?=$|[、。])|まし?た(?=$|[、。!])|た(?=$|[、。!]))"
)
_TO_THE_END: Final = late(
    r"^(?:ます|りました|る|れる|られる|[うくすつぬむぐぶ])?(?:よ|ね|わ|な|です|って|から|ので|けど|し|が)?(?=$|[、。!,.\s])"
)

_LATE: Final = 18  # letters that may follow what went well; 「ありがとう、でも…」 goes on
_HARD_TO: Final = late(r"^[ぁ-ん]?(?:にく|づら)")

# good when it happens, ill when it does not
_GOOD: Final = (
    "直っ|直り|直る|直ら|なおっ|なおり|なおら|治っ|治り|治ら|解決|片付い|片付か|片づい|片づか|見つか|みつか|戻っ|戻り|戻ら|もどっ|もどら|"
    "帰宅|回復|復旧|復活|再開し|開通|届い|届き|届か|とどい|とどか|つながっ(?!てる)|つながら|つながり|受か|合格|"
    "決ま|きまっ|きまら|認め|もらえ|もろた|借りられ|借りれ|払っ|おさま|収ま|落ち着|間に合|まにあ|慣れ|うまくい|やんだ|やま(?=な|ん|へ)|"
    "止ん|引き受け|参加|出席|協力|受けられ|下がら|下がっ|集ま|あつま|溶け|おりまし|おりませ|おりた|やみ|止み"
)
# ill when it does not happen; good only where it has come about or can be done again
_ABLE: Final = (
    "でき|使え|つかえ|動い|動か|動く|動き|動け|歩け|あるけ|眠れ|ねむれ|寝れ|寝られ|ねられ|食べ(?=られ|れ|る|な|ん|へ)|飲め|のめ|飲む|飲ま|行け|いけ|行く|"
    "行か|通え|通い|通れ|とおれ|出られ|出れ|入れ(?!歯)|はいれ|乗れ|のれ|買え|払え|はらえ|払わ|読め|よめ|聞こえ|きこえ|見え|みえ|分かっ|分から|わかっ|わから|"
    "わかり|話せ|会え|遊べ|開い|開き|開か|あか(?=な|ん|へ)|寝る|寝(?=な|ん)|つく(?=よう)|(?<!底を)ついた|つきま|つか(?=な|ん|へ)|点い|点か|出(?=た|ま|な|ん|へ)|"
    "で(?=えへん|ーへん|な[いかく]|ません|ん(?:$|[、。わよ]))|終わっ|終わり|終わら|おわっ|おわら|退院し|通じ|笑うよう|話すよう"
)
# good whatever follows
_FINE: Final = (
    "助かりま|助かった|助かって(?:い|ま|る)|安心(?:しま|しています|です|だ|$)|ほっと(?:しま|した)|良かったです|よかったです|無事(?:でした|に|です)|おかげ(?:さま)?で|"
    "ありがと|もう平気|もう大丈夫|もうだいじょうぶ|元気にな[っり]|成功|済んだ|済みま|済んで(?!い?な)|すんだ|すみました|きれいにな[っり]|新しくな[っり]|仲直り|"
    "和解|話がついた|安全です|順調|穴[^。]{0,8}(?:埋ま|うま|うめ|ふさが)|取り替え(?:て|ま|た)|付け替え|刈って(?:い|も)|刈りま|取れました|とれました|"
    "引きました|ひきました|下がりました|断れた|逃げられま|取りやめ|賛成|お礼|感謝|"
    "works? again|working again|is fixed|found my|better now|thank|"
    "已经(?:好|找|修|付)|找到|修好|好了|谢谢|encontrei|achei|melhorou|consertad|obrigad|cảm ơn"
)
# ill only when it does not happen
_LACKING: Final = (
    "閉ま|しまら|止ま|とまら|取れ|とれ|来(?=な|ま|ん|て)|こな|こん(?=$|[、。])|きて(?=な|くれん|くれへ|くれな)|鳴ら|ならな|流れ|冷え|温ま|効か|きか|回ら|足り|足ら|"
    "減|(?<=[がはも])なくなっ|(?<=[がはも])なくなり|合わ|あわ|(?<![てで])い(?=ない|ません|なかっ)|おら|お(?=らん|らへん)|くれ|覚え|進ま|消え|伝わ|気づ|育|相手にされ"
)
# ill when it happens, good when it does not
_ILL: Final = (
    "壊れ|こわれ|漏れ|もれ|雨漏|雨もり|詰ま|つまっ|つまる|痛|いたい|いたく|泣(?!き[やま止])|吠|ほえ|騒(?!音)|さわぐ|さわい|さわが|うるさ|怒鳴|どな|暴れ|"
    "殴|なぐ|臭|くさい|くさく|濁|あふれ|溢|荒ら|ちらか|散らか|破れ|割れ|折れ|外れ|はずれ|倒れ|たおれ|切れ|迷惑|困|こまっ|こまる|心配|不安|こわい|こわく|"
    "怖|危な(?!かった)|あぶな(?!かった)|危険|つら|しんど|寂し|さびし|さみし|苦し|疲れ|いじめ|だまさ|騙|盗ま|ぬすま|なくし|失くし|落とし|"
    "断られ|ことわられ|だめ|ダメ|限界|ひど|もめ|けんか|いや(?=が|$|[、。])|嫌が|反対|おちま|落ちました|とめられ|止められ|不足|満員|broken|lost|stolen|"
    "sick|坏了|丢了|被偷|doente|quebrad|perdi|roubar|hỏng|mất"
)
_FAIL: Final = r"\bnot\b|n't\b|\bno\b|\bnão\b|\bkhông\b|\bchưa\b|[不没]"
_TELLING: Final = late(
    rf"(?P<fine>{_FINE})|(?P<ill>{_ILL})|(?P<able>{_ABLE})|(?P<good>{_GOOD})|(?P<lacking>{_LACKING})|(?P<fail>{_FAIL})"
)


def outcome(text: str, *, asks: bool) -> frozenset[str]:
    """Read "outcome:good" or "outcome:bad" from a message in plain letters; nothing where nothing is told.

    Who asks (使えますか) or wishes has not been served: what is good counts there only as undone.
    """
    told, end = "", 0
    for found in _TELLING.finditer(text):
        said = _sign(found.lastgroup or "", text[found.end() : found.end() + 12], told, asks)
        if said:
            told, end = said, found.end()
    if not told or (told == "good" and len(text) - end > _LATE):
        return frozenset()
    return frozenset({f"outcome:{told}"})


def _sign(group: str, ending: str, before: str, asks: bool) -> str:
    """Good, bad or "": 痛みが消えた and 雨漏りが止まった are good since something ill came before."""
    if group in ("fine", "fail"):
        return "good" if group == "fine" else "bad"
    negated = bool(_NEGATED.search(ending) or _NEGATED_AT_ONCE.search(ending) or _HARD_TO.search(ending))
    if group == "ill":
        return "good" if negated else "bad"
    if negated:
        return "bad"
    if asks:
        return ""
    if group == "able":
        return "good" if _CAN_NOW.search(ending) else ""
    happens = _COME_ABOUT.search(ending) or _TO_THE_END.search(ending)
    return "good" if happens and (group == "good" or before == "bad") else ""
