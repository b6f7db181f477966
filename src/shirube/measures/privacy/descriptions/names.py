# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501, SIM905 - lists of words and patterns of Japanese read best whole
"""Names of people in kanji, kana and Latin letters: by label, by honorific, by dictionary.

1. A label (氏名:, 患者名, Name:) announces what follows. 2. An honorific (様, さん, 氏) announces what
stands before, if that can be a name. 3. A family name followed by a given name is one by itself; a
family name alone is weak. What a word is says the dictionary of the extra ``names``, or the short
lists of ``known_names``. Companies, stations and places that bear a family name are passed over.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from shirube.measures.privacy.descriptions import known_names, morphemes
from shirube.measures.privacy.descriptions.morphemes import FAMILY, GIVEN, OTHER, PERSON, Word
from shirube.measures.privacy.identifiers.tally import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Found = tuple[str, int, int, Level]

_KANJI, _KATA, _HIRA = "[一-龥々〆ヶ髙﨑]", "[ァ-ヺーｦ-ﾟ]", "[ぁ-ゖー]"
_LATIN = "[A-Z][A-Za-z'’-]+"
_NAME = (
    rf"(?:{_KANJI}{{1,4}} ?{_KANJI}{{1,4}}|{_KANJI}{{1,4}} ?[ぁ-ゖァ-ヺー]{{2,5}}|{_KANJI}{{2,7}}|{_KATA}{{2,10}}[ ・]?{_KATA}{{2,10}}"
    rf"|{_HIRA}{{2,6}} {_HIRA}{{2,6}}|{_LATIN}(?:,? {_LATIN}){{1,2}})"
)
_LABELLED = re.compile(
    r"(?:氏名|お?名前|姓名|患者名?|顧客名|会員名|担当者名?|申込者名?|申請者名?|契約者名?|利用者名?|受取人|名義人?|"
    r"保護者名?|世帯主|代表者名?|署名|差出人|宛名|宛先|届出人|(?<![一-龥])[一-龥]{1,4}[者人主員](?=[:=])|フリガナ|ふりがな|カナ|(?<![A-Za-z])(?:[Ff]ull )?[Nn]ame|"
    r"(?<!\[PERSON_)NAME|[Aa]pplicant|[Pp]atient|[Cc]ustomer|Mrs?\.|Ms\.|Dr\.)"
    r"(?P<apart>(?:[ ]?\([^()\n]{1,8}\))?[ ]?[:=|」】\]\"'][ \"'「]{0,3}|は[、 ]?|の| )"
    rf"(?P<name>{_NAME})(?![一-龥々])"
)
_HONORIFICS = (
    "様 さま さん サン 氏 殿 先生 くん 君 ちゃん 医師 看護師 弁護士 教授 准教授 博士 議員 選手 被告 容疑者 "
    "部長 課長 係長 主任 社長 会長 専務 常務 店長 支店長 所長 主査 主事 室長 次長 理事長"
).split()
_HONORED = re.compile(
    rf"(?P<name>{_KANJI}{{1,4}} {_KANJI}{{1,4}}|{_KANJI}{{1,7}}|{_KATA}{{2,10}}(?:[ ・]{_KATA}{{2,10}})?"
    rf"|{_HIRA}{{2,6}} {_HIRA}{{2,6}}|{_LATIN}(?: {_LATIN})?)[ ]?(?P<title>{'|'.join(sorted(_HONORIFICS, key=len, reverse=True))}|-san(?![a-z]))"
)
_ROMAN = re.compile(r"(?<![A-Za-z.'-])(?:[A-Z][a-z]{1,11}|[A-Z]{3,12})(?![A-Za-z'-])")
_PLACE_OR_FIRM = re.compile(
    "株式会社|有限会社|合同会社|駅|市|区|町|村|県|府|都|郡|州|山|川|島|城|寺|神社|港|線|通り|店|社|病院|医院|大学|高校|"
    "中学|小学|銀行|証券|製薬|製作所|工業|建設|電機|商事|商店|自動車|運輸|電鉄|食品|物産|支店|営業所|工場|ビル|"
    "公園|空港|製|型|式|流|派|賞|杯|庄|荘|屋"
)
_FIRM_BEFORE = re.compile(r"(?:株式会社|有限会社|合同会社|\(株\)|㈱|医療法人|学校法人)$")
_NO_NAME = frozenset(
    "お客 皆 奥 神 王 仏 各位 患者 利用者 業者 親 店員 学生 職員 隣 担当者 関係者 参加者 会員 貴 旦那 娘 息子 弟 妹 兄 姉 "
    "殿 宮 若 先 何 仕 同 模 多 一 異 有 諸 主 名 両 彼 摂 華 御社 貴社 弊社 当社 本人 代表 営業 担当 不明 不詳 非公開 記入 "
    "記載 未定 変更 確認 登録 必須 入力 一覧 欄 未記入 なし 無し 匿名 別紙 以下 下記 上記 省略 同上 保護者 御担当者 本 当 "
    "全員 社員 従業員 役員 取引先 大家 板前 仲人 お嬢 坊 赤 両 同 某 若 主 担任 取引先 顧客 依頼者 相談者 被害者 加害者 運転手 看護師 医師 弁護士 教授 部長 課長 社長".split()
)
_NO_NAME_KANA = frozenset(
    "ヘルパー ドライバー スタッフ オーナー メーカー ユーザー パート アルバイト お客 みな リーダー マネージャー サブ クライアント".split()
)
_BEFORE = 8
"""Characters before a name that can tell what it is."""
_PEOPLE = frozenset((FAMILY, GIVEN, PERSON))
_SEPARATORS = frozenset(" 　・")
_JOINTS = frozenset("-_=/.#@")
_SURE = re.compile("[:=|」】\\]\"']")
_CANDIDATE = re.compile(rf"{_KANJI}{{2}}|{_KATA}{{2}}|{_KANJI} |{_HIRA}{{2}} {_HIRA}")


def names(block: str, *, announced: bool) -> Iterator[Found]:
    """Yield the names of a folded block; ``announced`` where the column says that they are."""
    if announced:
        yield from _whole_cells(block)
        return
    found: list[Found] = []
    found += _labelled(block)
    found += _honored(block)
    found += _spoken(block)
    found += _roman(block)
    yield from _apart(found)


def part_of_another_name(line: str, low: int, high: int) -> bool:
    """Tell whether what reads like a name belongs to a firm, a station, a place or the like."""
    return bool(
        _PLACE_OR_FIRM.match(line, high)
        or _PLACE_OR_FIRM.search(line, low, high)
        or _FIRM_BEFORE.search(line[max(0, low - _BEFORE) : low])
    )


def _whole_cells(block: str) -> Iterator[Found]:
    """Take every cell of a column of names that can be one."""
    for match in _CELL.finditer(block):
        text = match[0].strip()
        if text not in _NO_NAME and not _FIRM.search(text):
            yield "person_name", match.start(), match.end(), Level.ANNOUNCED


_CELL = re.compile(
    rf"(?m)^(?:{_NAME}|{_KANJI}{{1,8}}|{_KATA}{{2,12}}|{_HIRA}{{2,10}}|[A-Za-z][A-Za-z'.,-]+(?: [A-Za-z][A-Za-z'.,-]*){{0,3}})(?: ?(?:様|さん|殿))?$"
)
_FIRM = re.compile("会社|\\(株\\)|㈱|法人|銀行|病院|大学|支店|店$|駅$|Inc|Ltd|Corp|LLC")
_LATIN_LABELS = ("ame", "AME", "pplicant", "atient", "ustomer", "Mr", "Ms.", "Dr.")


def _labelled(block: str) -> Iterator[Found]:
    if block.isascii() and not any(label in block for label in _LATIN_LABELS):
        return
    for match in _LABELLED.finditer(block):
        name, start = match["name"], match.start("name")
        name = _trimmed(name)
        if name in _NO_NAME or _FIRM.search(name) or not name:
            continue
        sure = bool(_SURE.search(match["apart"]))
        if sure or _known(name):
            yield "person_name", start, start + len(name), Level.ANNOUNCED


def _honored(block: str) -> Iterator[Found]:
    if block.isascii() and "-san" not in block:
        return
    for match in _HONORED.finditer(block):
        name, title, start = match["name"], match["title"], match.start("name")
        if (
            name in _NO_NAME
            or name in _NO_NAME_KANA
            or (title == "氏" and block.startswith("名", match.end()))
        ):
            continue
        kept = _ending(name)
        if kept and not (kept.endswith("屋") and title in ("さん", "さま")):
            start += len(name) - len(kept)
            yield "person_name", start, match.end("name"), Level.ANNOUNCED


def _ending(name: str) -> str:
    """Return the end of what stands before an honorific that is a name; empty for none."""
    if _SPACED_KANA.fullmatch(name):
        return name
    if name[0].isascii():
        parts = name.lower().split()
        return name if all(known_names.is_romaji(part) for part in parts) else ""
    if not morphemes.available():
        return _ending_listed(name)
    words = list(morphemes.words(name))
    at = len(words)
    while at and (words[at - 1].text in _SEPARATORS or _can_be_name(words[at - 1])):
        at -= 1
    kept = name[words[at].start :].strip() if at < len(words) else ""
    if kept:
        return "" if kept in _NO_NAME else kept
    # A rare name is no word of the dictionary, but several that nobody puts side by side.
    unknown = 2 <= len(name) <= 4 and all(len(word.text) == 1 for word in words)
    return name if unknown and name not in _NO_NAME else ""


def _can_be_name(word: Word) -> bool:
    """Tell whether a word is a name here, or is one elsewhere."""
    if word.role in _PEOPLE:
        return True
    return word.text not in _NO_NAME and bool(morphemes.roles(word.text) & _PEOPLE)


def _ending_listed(name: str) -> str:
    """Do the same with the short lists."""
    whole = name.replace(" ", "").replace("・", "")
    for start in range(len(whole)):
        if _is_listed(whole[start:]):
            return name[start:] if whole == name else name
    return ""


@cache
def _katakana_surnames() -> frozenset[str]:
    return frozenset(map(known_names.katakana, known_names.surnames().values()))


def _is_listed(name: str) -> bool:
    """Tell whether a name is a family name of the list, with or without a given name after it."""
    family, given = known_names.surnames(), known_names.given_names()
    if name in family or name in _katakana_surnames():
        return True
    for cut in (1, 2, 3):
        rest = name[cut:]
        if (
            name[:cut] in family
            and rest
            and (rest in given or (len(rest) <= 3 and set(rest) <= known_names.GIVEN_CHARACTERS))
        ):
            return True
    return False


def _known(name: str) -> bool:
    """Tell whether a name begins with a family name."""
    if name[0].isascii():
        return all(known_names.is_romaji(part.strip(",").lower()) for part in name.split())
    if not morphemes.available():
        return _is_listed(name.replace(" ", ""))
    first = next(iter(morphemes.words(name)), None)
    return first is not None and first.role in _PEOPLE


_PARTICLES = re.compile(
    "(?:です|でした|より|から|まで|さん|様|殿|との|への|では|には|[はがをにのでとも])$"
)


def _trimmed(name: str) -> str:
    """Return a labelled name without what is no part of it."""
    if any("ぁ" <= each <= "ゖ" for each in name) and any("一" <= each <= "龥" for each in name):
        name = _PARTICLES.sub("", name)
    return name.removesuffix("様").removesuffix("殿").strip()


def _spoken(block: str) -> Iterator[Found]:
    """Find full names, and family names alone, by the words of each line."""
    if block.isascii():
        return
    listed = not morphemes.available()
    end = 0
    while candidate := _CANDIDATE.search(block, end):
        start = block.rfind("\n", end, candidate.start()) + 1 or end
        end = block.find("\n", candidate.end())
        end = end if end >= 0 else len(block)
        line = block[start:end]
        found = _full_listed(line) if listed else _full(line, list(morphemes.words(line)))
        for low, high, level in found:
            yield "person_name", start + low, start + high, level


def _full(line: str, words: Sequence[Word]) -> Iterator[tuple[int, int, Level]]:
    """Find names among the words of a line."""
    at = 0
    while at < len(words):
        last = _last(line, words, at)
        low, high = words[at].start, words[last].end
        full = last > at or _both_in_one(words[at])
        alone = words[at].role == FAMILY and high - low >= 2
        if not (full or alone) or _PLACE_OR_FIRM.match(line, high) or _code(line, low, high):
            at += 1
            continue
        rest = 0 if full or last + 1 == len(words) else _rare_given(line, high, words[last + 1])
        at = last + 1
        if _FIRM_BEFORE.search(line[max(0, low - _BEFORE) : low]):
            continue
        if (
            full
            or rest
            or (
                _SPOKEN_OF.search(line[max(0, low - _BEFORE) : low]) and _PARTICLE.match(line, high)
            )
        ):
            yield low, high + rest, Level.CHECKED
        else:
            yield low, high, Level.WEAK


def _code(line: str, low: int, high: int) -> bool:
    """Tell whether lower-case letters are part of a sign that machines read (mark-own, a.mark)."""
    beside = {line[high : high + 1], line[low - 1 : low]}
    return line[low:high].isascii() and line[low:high].islower() and not beside.isdisjoint(_JOINTS)


def _last(line: str, words: Sequence[Word], at: int) -> int:
    """Return the last word of the name that begins at a word; the word itself where none does."""
    word = words[at]
    surely = word.role in _PEOPLE
    if not surely and (
        FAMILY not in morphemes.roles(word.text) or _INSIDE.match(line[word.start - 1 : word.start])
    ):
        return at
    last = at
    while last + 1 < len(words) and last - at < 4:
        step = 2 if words[last + 1].text in _SEPARATORS else 1
        if last + step >= len(words):
            break
        following = words[last + step]
        given = following.role in _PEOPLE
        if not given and last == at and morphemes.roles(following.text) & _PEOPLE:
            # A word that is a name elsewhere: here, if nothing continues it.
            ended = not _GOES_ON.match(line, following.end)
            given = ended and (surely or len(following.text) > 1)
        if not given:
            break
        last += step
    return last


def _both_in_one(word: Word) -> bool:
    """Tell whether the dictionary holds a family and a given name as one word (森太郎)."""
    return word.role in (GIVEN, PERSON) and any(
        FAMILY in morphemes.roles(word.text[:cut]) and GIVEN in morphemes.roles(word.text[cut:])
        for cut in range(1, len(word.text) - 1)
    )


_SPACED_KANA = re.compile(f"(?:{_KATA}{{2,10}}[ ・]{_KATA}{{2,10}}|{_HIRA}{{2,6}} {_HIRA}{{2,6}})")
_INSIDE = re.compile(_KANJI)
_GOES_ON = re.compile(f"{_KANJI}|{_KATA}")
_SPOKEN_OF = re.compile(
    "(?:担当者?|担任|上司|部下|同僚|友人|知人|社員|店員|患者|被告|容疑者|窓口|当方|弊社|当社|営業|経理|総務|人事|秘書|隣席)の$"
)
_PARTICLE = re.compile("[がはにと、。]|です|より|から|まで")
_REST = re.compile(
    rf"[ ]?({_KANJI}{{1,3}}|[ぁ-ゖ]{{2,4}}|{_KATA}{{2,5}})(?![一-龥々ぁ-ゖァ-ヺー]|[A-Za-z0-9])"
)
_SOMEBODY = re.compile(
    r"と申し|容疑者|被告|在住|さん|様|氏|殿|先生|の(?:妻|夫|父|母|子|長男|長女|次男|次女)|[ (]{1,2}(?:19|20|昭和|平成|[0-9]{1,3}歳)"
)
_REST_KANJI = re.compile(rf"[ ]?({_KANJI}{{1,3}})(?!{_KANJI})")


def _rare_given(line: str, end: int, following: Word | None) -> int:
    """Return how long a given name is that the dictionary does not know, 0 for none."""
    match = _REST_KANJI.match(line, end)
    if match is None or following is None:
        return 0
    text = match[1]
    # A known word of several characters after a family name is that word, not a name.
    if len(following.text.strip()) > 1 and following.role == OTHER and match[0][0] != " ":
        return len(match[0]) if _SOMEBODY.match(line, match.end()) else 0
    likely = set(text) <= known_names.GIVEN_CHARACTERS or _SOMEBODY.match(line, match.end())
    return len(match[0]) if likely else 0


@cache
def _listed_pattern() -> re.Pattern[str]:
    family = "|".join(sorted(known_names.surnames(), key=len, reverse=True))
    kata = "|".join(sorted(_katakana_surnames(), key=len, reverse=True))
    return re.compile(
        rf"(?<!{_KANJI})(?P<family>{family})(?P<given> ?{_KANJI}{{1,3}}| ?[ぁ-ゖ]{{2,4}}(?=[ 、。,]|$))?(?!{_KANJI})"
        rf"|(?<!{_KATA})(?P<kata>{kata})[ ・]{_KATA}{{2,6}}(?!{_KATA})"
    )


def _full_listed(line: str) -> Iterator[tuple[int, int, Level]]:
    """Find names of the short lists."""
    for match in _listed_pattern().finditer(line):
        if _FIRM_BEFORE.search(line[max(0, match.start() - _BEFORE) : match.start()]):
            continue
        if match["kata"]:
            yield match.start(), match.end(), Level.CHECKED
            continue
        given = (match["given"] or "").strip()
        if given and (
            given in known_names.given_names() or set(given) <= known_names.GIVEN_CHARACTERS
        ):
            if not _PLACE_OR_FIRM.fullmatch(given):
                yield match.start(), match.end(), Level.CHECKED
        elif not given and len(match["family"]) > 1:
            yield match.start(), match.end(), Level.WEAK


def _roman(block: str) -> Iterator[Found]:
    """Find names in Latin letters that read as Japanese syllables."""
    words = [match for match in _ROMAN.finditer(block) if known_names.is_romaji(match[0].lower())]
    family, given = known_names.roman_surnames(), known_names.roman_given_names()
    at = 0
    while at + 1 < len(words):
        first, second = words[at], words[at + 1]
        at += 1
        if block[first.end() : second.start()] not in (" ", ", ", ","):
            continue
        a, b = first[0].lower(), second[0].lower()
        both = (a in family and b in given) or (a in given and b in family)
        known = a in family or a in given or b in family or b in given
        capitals = first[0].isupper() and len(a) >= 3 and not second[0].isupper()
        greeted = _GREETED.search(block, max(0, first.start() - 12), first.start())
        if {a, b} & _ROMAN_PLACES and not (both or greeted):
            continue
        if both or (min(len(a), len(b)) >= 3 and (known or capitals or greeted)):
            yield "person_name", first.start(), second.end(), Level.CHECKED
            at += 1


_GREETED = re.compile(r"(?:Dear|Mr\.?|Ms\.?|Mrs\.?|Dr\.?|Prof\.?|[Bb]y|[Ff]rom|[Tt]o|CC|Attn):? $")
_ROMAN_PLACES = frozenset(
    "tokyo osaka kyoto nagoya yokohama kobe fukuoka sapporo hiroshima sendai nara shinjuku shibuya japan kita minami "
    "higashi nishi hokkaido okinawa kyushu shikoku honshu kansai kanto tohoku haneda narita made same note home take".split()
)


def _apart(found: list[Found]) -> Iterator[Found]:
    """Yield what does not overlap: the most believed first, of equals the longest."""
    taken: list[tuple[int, int]] = []
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one[1], -one[3], one[1] - one[2])):
        if taken and each[1] < taken[-1][1]:
            before = kept[-1]
            low, high = min(before[1], each[1]), max(before[2], each[2])
            kept[-1] = ("person_name", low, high, max(before[3], each[3]))
            taken[-1] = (low, high)
        else:
            kept.append(each)
            taken.append((each[1], each[2]))
    yield from kept
