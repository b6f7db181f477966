# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - lists of words and patterns of Japanese read best whole
"""Personal information that needs special care (要配慮個人情報): words, and somebody they speak of.

*Diabetes* in a lecture is a topic; with a patient, a family member or a name it is somebody's
history. A word counts where the column asks for it or where its sentence speaks of a person, and
is weak where it does not, or where the sentence speaks of research, prevention or law. Where the
name of a column leaves no doubt, such as *religion*, every cell with a content counts, whatever its
words: no list has all religions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

from shirube.measures.privacy.identifiers.kinds import Words, spoken_name
from shirube.measures.privacy.identifiers.tally import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_WORDS = {
    "race": "人種 アイヌ民族 在日韓国人 在日朝鮮人 在日コリアン 民族的出自 日系[二三]世",
    "creed": "信条 信仰 宗教上 創価学会 信者 教徒 入信 改宗 クリスチャン 門徒 支持政党 党員",
    "social_status": "被差別部落 部落出身 同和地区 非嫡出子 嫡出でない子 門地",
    "medical_history": (
        "病歴 既往歴 既往症 罹患 発症 糖尿病 高血圧症 脂質異常症 心筋梗塞 狭心症 心不全 脳梗塞 脳出血 くも膜下出血 "
        "[胃肺肝腎]がん 乳がん 大腸がん 膵臓がん 前立腺がん 子宮頸がん 悪性腫瘍 [胃肺肝乳]癌 白血病 悪性リンパ腫 うつ病 "
        "双極性障害 統合失調症 適応障害 不安障害 パニック障害 認知症 アルツハイマー てんかん パーキンソン病 喘息 "
        "気管支炎 肺炎 結核 肝炎 肝硬変 腎不全 HIV(?:感染|陽性)? エイズ 梅毒 アトピー性皮膚炎 関節リウマチ "
        "潰瘍性大腸炎 クローン病 甲状腺機能(?:亢進|低下)症 不妊症 流産 依存症 椎間板ヘルニア 骨粗[鬆しょう]+症 "
    ),
    "criminal_record": "前科 犯罪歴 犯歴 有罪判決 実刑 懲役[0-9一二三四五六七八九十]* 執行猶予 服役 受刑 罰金刑",
    "crime_victim": "犯罪被害 被害届 性被害 性暴力 DV被害 ストーカー被害 詐欺被害 暴行を受け 虐待を受け 被害に遭",
    "disability": (
        "障害者手帳 障がい者手帳 療育手帳 身体障害 知的障害 精神障害 発達障害 聴覚障害 視覚障害 肢体不自由 自閉スペクトラム症 "
        "自閉症 ADHD ダウン症 難聴 障害(?:等級)?[1-7一二三四五六]級 障害年金 人工透析"
    ),
    "health_check": (
        "健診結果 検診結果 健康診断の結果 人間ドック 要再検査 要精密検査 要精検 HbA1c 血糖値 尿蛋白 γ-?GTP "
        "コレステロール値 ストレスチェックの?結果 高ストレス(?:者|判定) 遺伝子検査 PCR検査 メタボ判定"
    ),
    "medical_care": (
        "通院 入院 退院 手術 投薬 服薬 処方 内服 服用 受診 診療 診断書 主治医 カルテ 抗がん剤 化学療法 放射線治療 "
        "リハビリ 透析 インスリン 抗うつ薬 睡眠薬 カウンセリングを受け 産業医面談"
    ),
    "criminal_procedure": "逮捕 起訴 不起訴 書類送検 勾留 保釈 家宅捜索 取調べ 被疑者 被告人 指名手配",
    "juvenile_procedure": "少年院 少年審判 少年鑑別所 保護観察 家庭裁判所送致 児童自立支援施設 保護処分",
}  # fmt: skip
_PERSON = re.compile(
    "患者|本人|既往|診断|罹患|妻|夫[はがの]|父|母|息子|娘|長男|長女|祖父|祖母|家族|社員|従業員|職員|利用者|入居者|相談者|"
    "申込者|応募者|契約者|被保険者|会員|生徒|児童|学生|容疑者|被告|私[はがのも]|彼[はがの女]|自分|当人|同人|氏|さん|様|"
    "[0-9]{1,3}歳|のため(?:欠勤|休職|休業|早退|退職)|を(?:患|発症|取得|所持|受けて?いる)"
)
_TOPIC = re.compile(
    "講演|講座|予防|研究|統計|対策|啓発|協会|学会|セミナー|法律|条例|法案|パンフレット|市場|キャンペーン|ガイドライン|"
    "マニュアル|施設の?案内|一般に|とは|募集|論文|ニュース|報道|製品|保険商品"
)


_SENTENCE = 80
_COLUMNS = {
    "race": ("人種", "民族", "ethnicity", "ethnic group"),
    "creed": ("信条", "宗教", "信仰", "支持政党", "religion", "creed"),
    "social_status": ("社会的身分", "出自"),
    "medical_history": (
        "病歴", "病名", "傷病名", "既往", "診断名", "疾患", "diagnosis", "medical history", "disease",
        "illness",
    ),
    "criminal_record": ("犯罪歴", "前科", "criminal record"),
    "crime_victim": ("犯罪被害", "被害歴", "crime victim"),
    "disability": (
        "障害者手帳", "障がい者手帳", "障害等級", "障害名", "障害種別", "障害の種類", "disability",
    ),
    "health_check": ("健診結果", "検診結果", "健康診断", "健診判定", "health check"),
    "medical_care": ("処方", "服薬", "投薬", "medication", "prescription"),
    "criminal_procedure": ("刑事手続", "逮捕歴"),
    "juvenile_procedure": ("少年保護", "保護処分"),
}  # fmt: skip
"""Columns of which every cell speaks of somebody: plain 障害 may be a breakdown, *race* a run."""
_NOT_OF_ONE = re.compile(
    "件数|人数|回数|数$|率$|割合|日$|日付|日時|年月|時刻|担当|医師|機関|施設|病院|法人|団体|講座|研究|保険|商品|番号|"
    "(?<![a-z])(?:count|number|rate|share|date|time|id|no|doctor|hospital|insurance|product)(?![a-z])"
)
_NOTHING = re.compile(
    r"[\s\-ー–—.*/()]*|0+(?:\.0+)?|(?:特に)?(?:なし|無し|無|ない)|該当(?:なし|せず)|非該当|不明|未回答|回答なし|無回答|"
    r"none|nothing|no|n/?a|nan|null|nil|false|unknown|not applicable",
    re.I,
)


@cache
def _pattern() -> re.Pattern[str]:
    """Return one pattern with a group per kind."""
    groups = [
        f"(?P<{kind}>{'|'.join(words.replace('_', ' ') for words in listed.split())})"
        for kind, listed in _WORDS.items()
    ]
    return re.compile("|".join(groups))


@cache
def whole_column(column: str) -> str:
    """Return the kind of which every cell of a column is by its name; empty where there is none.

    The name of a file is no such name: its lines are sentences.
    """
    spoken = spoken_name(column)
    if "." in column or "/" in column or _NOT_OF_ONE.search(spoken):
        return ""
    if spoken.strip() == "race":
        return "race"
    return next((kind for kind, words in _COLUMNS.items() if Words(words).stand_in(spoken)), "")


def filled_cells(
    block: str, starts: Sequence[int], kind: str, taken: Collection[int]
) -> Iterator[tuple[str, int, int, Level]]:
    """Yield every line of a folded block that says something, but those in ``taken``."""
    for at, (start, following) in enumerate(
        zip(starts, (*starts[1:], len(block) + 1), strict=True)
    ):
        if at not in taken and not _NOTHING.fullmatch(block, start, following - 1):
            yield kind, start, following - 1, Level.ANNOUNCED


def special_care(
    block: str, starts: Sequence[int], announced: frozenset[str], named: Collection[int]
) -> Iterator[tuple[str, int, int, Level]]:
    """Yield the words of special care in a folded block.

    ``starts`` are where its lines start, ``announced`` the kinds that the column asks for; ``named`` the lines in which a person
    is named, by their place among ``starts``.
    """
    for match in _pattern().finditer(block):
        kind = match.lastgroup or ""
        line = bisect_right(starts, match.start()) - 1
        end = starts[line + 1] - 1 if line + 1 < len(starts) else len(block)
        low = max(starts[line], match.start() - _SENTENCE)
        low = max(low, block.rfind("。", low, match.start()) + 1)
        high = min(end, match.end() + _SENTENCE)
        stop = block.find("。", match.end(), high)
        sentence = block[low : stop if stop >= 0 else high]
        around = sentence.replace(match[0], " ", 1)
        person = line in named or _PERSON.search(around)
        if announced & _KINDS or (person and not _TOPIC.search(around)):
            yield kind, match.start(), match.end(), Level.ANNOUNCED
        else:
            yield kind, match.start(), match.end(), Level.WEAK


_KINDS = frozenset(_WORDS)
