# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501, SIM905 - lists of words and patterns of Japanese read best whole
"""Addresses: found at their numbers (丁目, 番地, 2-21-1), believed for what stands before.

A prefecture or a city alone is where something is, and what an address is replaced by when it is
anonymised (Commission's guideline on anonymised information, 3-2-1); with a quarter, or the number
of a block or a house, it is where somebody lives. The grammar needs no list of towns: 47 prefectures, and names that end in 市, 区, 郡,
町 or 村.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shirube.measures.privacy.identifiers.tally import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFECTURES = (
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 "
    "富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 "
    "鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 "
    "鹿児島県 沖縄県"
).split()

_LETTERS = "(?:[一-龥々ヶケがのノツぁ-んァ-ヺー]|[0-9]{1,2}(?=[条線]))"
_NUMBER = "[0-9一二三四五六七八九十百〇]{1,4}"
_TAIL = re.compile(
    rf"{_NUMBER}(?:丁目|番地の?{_NUMBER}|番地|番町?(?=[0-9一二三四五六七八九十])|-[0-9]{{1,4}})"
    rf"(?:[ のノ-]?{_NUMBER}(?:番地|番|号室|号|丁目)?){{0,4}}"
)
_PREFECTURE = "|".join(PREFECTURES)
_MUNICIPAL = r"(?:[一-龥々ヶケぁ-んァ-ヺー]{1,6}?[市区郡町村])"
_HEAD = re.compile(
    rf"(?P<prefecture>{_PREFECTURE})? ?(?P<municipality>{_MUNICIPAL}{{1,3}}) ?{_LETTERS}{{0,12}} ?$"
)
_TOWN = re.compile(rf"(?P<prefecture>{_PREFECTURE}) ?{_LETTERS}{{1,14}} ?$")
_AREA = re.compile(rf"(?:{_PREFECTURE})[一-龥々ヶケ]{{1,5}}[市区郡][一-龥々ヶケがの]{{0,8}}")
_PLACE = "[一-龥々ヶケがの]"
_TOWN_OR_VILLAGE = rf"(?:(?![市区郡]){_PLACE}){{1,6}}[町村]"
_MUNICIPALITY = re.compile(
    rf"(?:{_PREFECTURE})(?:{_PLACE}{{1,6}}?市(?:{_PLACE}{{1,5}}区)?|{_PLACE}{{1,5}}区"
    rf"|(?:{_PLACE}{{1,5}}郡)?{_TOWN_OR_VILLAGE})(?!{_LETTERS}|[0-9])"
)
_BEHIND = re.compile("[^一-龥々ヶケがのノツぁ-んァ-ヺー ].*?$")
_NEAR = 40
_AFTER = re.compile(
    "(?:[ ]?[一-龥ァ-ヺーA-Za-z0-9]{2,20}?(?:[0-9]{1,4}号室|[0-9]{3,4}(?![0-9年月日円])))?"
)
_DATE = re.compile("[年月日円%個件時]|ページ|章|回|部")
_WESTERN = re.compile(
    r"[0-9]{1,4}(?:-[0-9]{1,4}){1,3},? [A-Z][A-Za-z-]+(?:,? [A-Z][A-Za-z-]+){0,3}?"
    r"[ ,]+[A-Z][A-Za-z]+-(?:ku|shi|cho|machi|gun|son|to|fu|ken)\b(?:,? [A-Z][A-Za-z-]+)?"
)
_SUFFIXES = ("-ku", "-shi", "-cho", "-machi", "-gun", "-son", "-to", "-fu", "-ken")
_LABEL = re.compile(
    "(?:住所|所在地|居住地|送付先|送り先|配送先|届け先|お届け先|本籍|転居先|住まい|在住|address)[^\n。]{0,8}$",
    re.I,
)


def addresses(block: str, *, announced: bool) -> Iterator[tuple[str, int, int, Level]]:
    """Yield the addresses of a folded block; ``announced`` where the column says that they are."""
    if any(suffix in block for suffix in _SUFFIXES):
        for match in _WESTERN.finditer(block):
            yield "address", match.start(), match.end(), Level.ANNOUNCED
    if block.isascii():  # all other addresses have Japanese letters
        return
    last = 0
    found_at: set[int] = set()
    for tail in _TAIL.finditer(block):
        # What no Japanese letter stands before is a number with hyphens.
        before = block[max(0, tail.start() - 2) : tail.start()].rstrip(" ")
        if before[-1:] < "\u3000" and not before[-1:].isdigit():
            continue
        head = block[max(last, tail.start() - _NEAR) : tail.start()].rpartition("\n")[2]
        found = _head(head, tail[0], announced=announced)
        if found is None or _DATE.match(block, tail.end()):
            continue
        length, level = found
        end = tail.end()
        more = _AFTER.match(block, end)
        last = more.end() if more else end
        found_at.add(tail.start() - length)
        yield "address", tail.start() - length, last, level
    taken = -1
    for match in _AREA.finditer(block):
        # Without a number: part of an address where a column of addresses says more than the
        # municipality, elsewhere a place.
        if match.start() > taken and match.start() not in found_at:
            taken = match.end()
            whole = _MUNICIPALITY.match(block, match.start())
            narrow = announced and (whole is None or whole.end() < match.end())
            level = Level.ANNOUNCED if narrow else Level.WEAK
            yield "address", match.start(), match.end(), level


def _head(head: str, tail: str, *, announced: bool) -> tuple[int, Level] | None:
    """Return how long the part before the number is and how far it is believed."""
    match = _longest(head)
    block = "丁目" in tail or "番地" in tail or "号" in tail
    numbers = tail.count("-") + block
    if match is not None:
        sure = match["prefecture"] or block or tail.count("-") >= 2 or announced
        labelled = _LABEL.search(head[: match.start()])
        return len(head) - match.start(), Level.ANNOUNCED if sure or labelled else Level.CHECKED
    town = _TOWN.search(head)
    if town is not None:
        return len(head) - town.start(), Level.ANNOUNCED
    letters = re.search(rf"{_LETTERS}{{2,10}} ?$", head)
    if letters is None or not numbers:
        return None
    if announced or _LABEL.search(head):
        name = re.search("[一-龥々ヶケァ-ヺー]{2,10} ?$", head)
        return (len(name[0]) if name else 0), Level.ANNOUNCED
    town_name = re.search("[一-龥々ヶケ]{2,8}$", head)
    if town_name and "丁目" in tail:
        return len(town_name[0]), Level.CHECKED
    return None


def _longest(head: str) -> re.Match[str] | None:
    """Return the municipality at the end of the head, from the prefecture where there is one."""
    start = 0
    for match in re.finditer(_PREFECTURE, head):
        start = match.start()
    found = _HEAD.search(head, start)
    if found is None or found["prefecture"]:
        return found
    # Without a prefecture the name starts where the sentence's particle ends.
    cut = max(
        (each.end() for each in _PARTICLE.finditer(head, start, found.end("municipality"))),
        default=start,
    )
    return _HEAD.search(head, cut) or found


_PARTICLE = re.compile(
    "(?<=[^ぁ-ん])(?:から|まで|より|には|では|[はがをにでと])(?=[一-龥])|[、。:)」』]"
)
