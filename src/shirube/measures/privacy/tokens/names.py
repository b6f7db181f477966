# SPDX-License-Identifier: Apache-2.0
"""Common Japanese family and given names with their readings: the first guess of any attacker.

A short list on purpose: what it reverses, everybody can reverse. A longer one is given to the
measure as a table of candidates.
"""

from __future__ import annotations

_FAMILY = """
佐藤サトウ 鈴木スズキ 高橋タカハシ 田中タナカ 伊藤イトウ 渡辺ワタナベ 山本ヤマモト 中村ナカムラ
小林コバヤシ 加藤カトウ 吉田ヨシダ 山田ヤマダ 佐々木ササキ 山口ヤマグチ 松本マツモト 井上イノウエ
木村キムラ 林ハヤシ 斎藤サイトウ 清水シミズ 山崎ヤマザキ 森モリ 池田イケダ 橋本ハシモト 阿部アベ
石川イシカワ 山下ヤマシタ 中島ナカジマ 石井イシイ 小川オガワ 前田マエダ 岡田オカダ 長谷川ハセガワ
藤田フジタ 後藤ゴトウ 近藤コンドウ 村上ムラカミ 遠藤エンドウ 青木アオキ 坂本サカモト 福田フクダ
太田オオタ 西村ニシムラ 藤井フジイ 岡本オカモト 金子カネコ 藤原フジワラ 三浦ミウラ 中野ナカノ
中川ナカガワ 原田ハラダ 松田マツダ 竹内タケウチ 小野オノ 田村タムラ 中山ナカヤマ 和田ワダ
石田イシダ 森田モリタ 上田ウエダ
"""
_GIVEN = """
太郎タロウ 一郎イチロウ 健ケン 誠マコト 浩ヒロシ 隆タカシ 茂シゲル 実ミノル 清キヨシ 勇イサム
博ヒロシ 修オサム 剛ツヨシ 直樹ナオキ 健一ケンイチ 大輔ダイスケ 哲也テツヤ 和也カズヤ 翔ショウ
翔太ショウタ 拓也タクヤ 健太ケンタ 大樹ダイキ 蓮レン 陽翔ハルト 湊ミナト 悠真ユウマ 大翔ヒロト
樹イツキ 颯太ソウタ 花子ハナコ 和子カズコ 幸子サチコ 恵子ケイコ 京子キョウコ 洋子ヨウコ 久美子クミコ
由美子ユミコ 真由美マユミ 明美アケミ 直美ナオミ 智子トモコ 裕子ユウコ 陽子ヨウコ 愛アイ 美咲ミサキ
彩アヤ 舞マイ 麻衣マイ 葵アオイ 陽菜ヒナ 結衣ユイ 凛リン 結菜ユイナ
美月ミヅキ 咲良サクラ さくらサクラ 莉子リコ 芽依メイ 紬ツムギ
"""
_KATAKANA = ("ァ", "ヶ")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def _pairs(listed: str) -> tuple[tuple[str, str], ...]:
    """Split each entry where its reading in katakana begins."""
    found = []
    for entry in listed.split():
        cut = next(at for at, sign in enumerate(entry) if _KATAKANA[0] <= sign <= _KATAKANA[1])
        found.append((entry[:cut], entry[cut:]))
    return tuple(found)


FAMILY, GIVEN = _pairs(_FAMILY), _pairs(_GIVEN)


def full_name(number: int) -> tuple[str, ...]:
    """Return the spellings of a full name: kanji, katakana and hiragana, with and without space."""
    (family, family_read), (given, given_read) = (
        FAMILY[number // len(GIVEN)],
        GIVEN[number % len(GIVEN)],
    )
    spelled = []
    for first, second in (
        (family, given),
        (family_read, given_read),
        (family_read.translate(_TO_HIRAGANA), given_read.translate(_TO_HIRAGANA)),
    ):
        spelled += [first + between + second for between in ("", " ", "\N{IDEOGRAPHIC SPACE}")]
    return tuple(spelled)
