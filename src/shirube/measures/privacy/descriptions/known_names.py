# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - lists of words and patterns of Japanese read best whole
"""The most common family and given names of Japan, written from general knowledge.

Each is a word in kanji with its reading in hiragana; katakana and Latin letters follow from the
reading. With the extra ``names`` a dictionary of 200,000 names takes over; these few are what is
known without it, and what a name in Latin letters is held against.
"""

from __future__ import annotations

import re
from functools import cache

_SURNAMES = """
佐藤さとう 鈴木すずき 高橋たかはし 田中たなか 伊藤いとう 渡辺わたなべ 渡邊わたなべ 渡邉わたなべ 山本やまもと
中村なかむら 小林こばやし 加藤かとう 吉田よしだ 山田やまだ 佐々木ささき 山口やまぐち 松本まつもと 井上いのうえ
木村きむら 林はやし 斎藤さいとう 斉藤さいとう 齋藤さいとう 清水しみず 山崎やまざき 森もり 池田いけだ 橋本はしもと
阿部あべ 石川いしかわ 山下やました 中島なかじま 石井いしい 小川おがわ 前田まえだ 岡田おかだ 長谷川はせがわ
藤田ふじた 後藤ごとう 近藤こんどう 村上むらかみ 遠藤えんどう 青木あおき 坂本さかもと 福田ふくだ 太田おおた
西村にしむら 藤井ふじい 岡本おかもと 藤原ふじわら 金子かねこ 三浦みうら 中野なかの 中川なかがわ 原田はらだ
松田まつだ 竹内たけうち 小野おの 田村たむら 中山なかやま 和田わだ 石田いしだ 森田もりだ 上田うえだ 原はら
内田うちだ 柴田しばた 酒井さかい 宮崎みやざき 横山よこやま 高木たかぎ 安藤あんどう 宮本みやもと 大野おおの
小島こじま 谷口たにぐち 工藤くどう 今井いまい 高田たかだ 増田ますだ 丸山まるやま 杉山すぎやま 村田むらた
大塚おおつか 小山こやま 藤本ふじもと 平野ひらの 新井あらい 河野こうの 上野うえの 武田たけだ 野口のぐち
松井まつい 千葉ちば 菅原すがわら 岩崎いわさき 久保くぼ 木下きのした 佐野さの 野村のむら 松尾まつお 市川いちかわ
菊地きくち 杉本すぎもと 古川ふるかわ 大西おおにし 島田しまだ 水野みずの 桜井さくらい 高野たかの 吉川よしかわ
山内やまうち 西田にしだ 菊池きくち 飯田いいだ 西川にしかわ 小松こまつ 北村きたむら 安田やすだ 五十嵐いがらし
川口かわぐち 平田ひらた 関せき 中田なかた 久保田くぼた 服部はっとり 東ひがし 岩田いわた 土屋つちや 川崎かわさき
福島ふくしま 本田ほんだ 辻つじ 樋口ひぐち 秋山あきやま 田口たぐち 永井ながい 山中やまなか 中西なかにし
吉村よしむら 川上かわかみ 石原いしはら 大橋おおはし 松岡まつおか 馬場ばば 浜田はまだ 森本もりもと 星野ほしの
矢野やの 浅野あさの 松下まつした 大久保おおくぼ 吉岡よしおか 荒井あらい 小池こいけ 野田のだ 荒木あらき 大谷おおたに
松浦まつうら 熊谷くまがい 黒田くろだ 尾崎おざき 永田ながた 川村かわむら 望月もちづき 松村まつむら 菅野かんの
田辺たなべ 荒川あらかわ 西山にしやま 大島おおしま 平井ひらい 早川はやかわ 堀ほり 片山かたやま 岡崎おかざき
内藤ないとう 松原まつばら 須藤すどう 本間ほんま 広瀬ひろせ 岡村おかむら 小沢おざわ 奥村おくむら 石橋いしばし
小西こにし 関口せきぐち 渋谷しぶや 宮田みやた 大石おおいし 沢田さわだ 福井ふくい 南みなみ 尾形おがた 滝沢たきざわ
"""

_GIVEN = """
太郎たろう 一郎いちろう 次郎じろう 健太けんた 大輔だいすけ 翔太しょうた 誠まこと 健一けんいち 浩こう 隆たかし
学まなぶ 直樹なおき 哲也てつや 和也かずや 達也たつや 拓也たくや 大樹だいき 翔しょう 蓮れん 陽翔はると 湊みなと
悠真ゆうま 大和やまと 颯太そうた 陽太ようた 直人なおと 裕太ゆうた 和夫かずお 正雄まさお 清きよし 茂しげる 勇いさむ
博ひろし 修おさむ 進すすむ 弘ひろし 明あきら 豊ゆたか 三郎さぶろう 正まさし 実みのる 剛つよし 亮りょう 駿しゅん
拓海たくみ 健けん 優ゆう 智也ともや 康平こうへい 雄太ゆうた 亮太りょうた 俊介しゅんすけ 圭けい 淳じゅん 聡さとし
花子はなこ 陽子ようこ 恵子けいこ 京子きょうこ 和子かずこ 洋子ようこ 幸子さちこ 節子せつこ 由美子ゆみこ
久美子くみこ 真由美まゆみ 明美あけみ 裕子ゆうこ 智子ともこ 直美なおみ 美咲みさき 愛あい 彩あや 葵あおい 結衣ゆい
陽菜ひな 凛りん 美穂みほ 麻衣まい 舞まい 沙織さおり 香織かおり 恵めぐみ 由美ゆみ 美香みか 理恵りえ 美紀みき
真理まり 綾あや 優子ゆうこ 純子じゅんこ 順子じゅんこ 典子のりこ 千尋ちひろ 遥はるか 結愛ゆあ 莉子りこ 美優みゆ
七海ななみ 楓かえで 桜さくら 千夏ちなつ 彩花あやか 優奈ゆうな 友美ともみ 絵美えみ 里美さとみ 早紀さき 杏あん
"""

GIVEN_CHARACTERS = frozenset(
    "一二三四五六七八九十千万太郎朗介助輔佑祐亮男夫雄彦比古之人仁也哉斗翔真誠信義正政和弘博浩宏裕広洋"
    "健建賢謙憲剛豪毅強勇武士司治次二郎史文章明朗昭晃彰光輝秀英栄永久恒常康泰安平幸孝考高隆崇貴敬敏俊駿"
    "春夏秋冬美子恵江枝代世奈菜那名花華香佳加嘉歌音乃野里理梨莉璃紗沙早咲桜楓葵愛藍彩綾絢結由友優悠遥陽"
    "日向晴空海湊蓮颯涼凛凜玲鈴琴心望希未来実果純淳順潤智知朋朝麻舞真茉万里衣依織絵恵慶圭桂京杏樹木森大"
    "直尚尊道通達辰竜龍虎拓卓琢匠学岳哲徹鉄修秋周州洲茂繁成清静節千尋耀瑛瑠月星雪雅萌芽百合七々"
)
"""Characters of which given names are mostly made."""

_ROMAN = {
    "きゃ": "kya", "きゅ": "kyu", "きょ": "kyo", "しゃ": "sha", "しゅ": "shu", "しょ": "sho",
    "ちゃ": "cha", "ちゅ": "chu", "ちょ": "cho", "にゃ": "nya", "にゅ": "nyu", "にょ": "nyo",
    "ひゃ": "hya", "ひゅ": "hyu", "ひょ": "hyo", "みゃ": "mya", "みゅ": "myu", "みょ": "myo",
    "りゃ": "rya", "りゅ": "ryu", "りょ": "ryo", "ぎゃ": "gya", "ぎゅ": "gyu", "ぎょ": "gyo",
    "じゃ": "ja", "じゅ": "ju", "じょ": "jo", "びゃ": "bya", "びゅ": "byu", "びょ": "byo",
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu",
    "を": "o", "ん": "n",
}  # fmt: skip
_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの",
    "h": "はひふへほ", "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ",
    "d": "だぢづでど", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ",
}  # fmt: skip
_SYLLABLES = {
    **{kana: head + vowel for head, row in _ROWS.items() for kana, vowel in zip(row, "aiueo", strict=True)},
    "や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", **_ROMAN,
}  # fmt: skip
_PAIR = re.compile("([一-龥々]+)([ぁ-ん]+)")
_LONG = re.compile("(?<=o)[uo]|(?<=u)u")
_ROMAJI_WORD = re.compile(
    "(?:(?:[kgsztdnhbpmrjfyw]|ky|gy|sh|ch|ts|ny|hy|by|py|my|ry|ss|tt|kk|pp|tch|ssh)?[aiueo]"
    "|n(?![aiueoy])|m(?=[bmp])|oh(?![aiueo]))+"
)


@cache
def surnames() -> dict[str, str]:
    """Return family names in kanji and their readings."""
    return dict(_PAIR.findall(_SURNAMES))


@cache
def given_names() -> dict[str, str]:
    """Return given names in kanji and their readings."""
    return dict(_PAIR.findall(_GIVEN))


def katakana(reading: str) -> str:
    """Return a reading in katakana."""
    return "".join(chr(ord(each) + 0x60) for each in reading)


@cache
def roman_surnames() -> frozenset[str]:
    """Return the family names in Latin letters, in the ways they are written."""
    return frozenset(way for reading in surnames().values() for way in romaji(reading))


@cache
def roman_given_names() -> frozenset[str]:
    """Return the given names in Latin letters, in the ways they are written."""
    return frozenset(way for reading in given_names().values() for way in romaji(reading))


def romaji(reading: str) -> set[str]:
    """Return a reading in Latin letters: with long vowels written out, and left out."""
    written, at = "", 0
    while at < len(reading):
        if reading[at] == "っ":
            following = _SYLLABLES.get(reading[at + 1 : at + 3]) or _SYLLABLES[reading[at + 1]]
            written, at = written + ("t" if following.startswith("ch") else following[0]), at + 1
            continue
        step = 2 if reading[at : at + 2] in _SYLLABLES else 1
        written, at = written + _SYLLABLES[reading[at : at + step]], at + step
    short = _LONG.sub("", written)
    return {written, short, re.sub("n(?=[bmp])", "m", short)}


def is_romaji(word: str) -> bool:
    """Tell whether a word in small letters can be read as Japanese syllables."""
    return _ROMAJI_WORD.fullmatch(word) is not None
