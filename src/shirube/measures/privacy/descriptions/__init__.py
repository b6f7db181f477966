# SPDX-License-Identifier: Apache-2.0
"""Descriptions of people without a format, found in blocks of folded text.

Names, addresses, dates of birth and the eleven groups of special care; each comes as kind, start,
end and level. They are found beside the identifiers of ``identifiers``, under the same rules: what
was found never leaves, and how far it is believed is said.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING

from shirube.measures.privacy.descriptions.addresses import addresses
from shirube.measures.privacy.descriptions.birth_dates import birth_dates
from shirube.measures.privacy.descriptions.kinds import KINDS
from shirube.measures.privacy.descriptions.names import names
from shirube.measures.privacy.descriptions.special_care import (
    filled_cells,
    special_care,
    whole_column,
)
from shirube.measures.privacy.identifiers.kinds import LegalClass, Words, spoken_name
from shirube.measures.privacy.identifiers.tally import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = {kind.id: Words(kind.words) for kind in KINDS.values()}
_SPECIAL = frozenset(kind.id for kind in KINDS.values() if kind.legal is LegalClass.SPECIAL)
_OTHER_NAMES = re.compile(
    "会社|商品|製品|店舗|施設|駅|地名|部署|ファイル|"
    "項目|品名|銘柄|機関|学校|病名|mail|ip |mac |web|"
    "file|product|company|host|column|table|item|brand|store|model"
)
_LINE = re.compile("\n")
_NAME_ALONE = frozenset(
    {"name", "names", "氏", "名", "姓", "担当者", "担当", "患者", "顧客", "宛名", "名義"}
)

__all__ = ["KINDS", "announced_by_column", "described"]


@cache
def announced_by_column(column: str) -> frozenset[str]:
    """Return the kinds of descriptions that the name of a column announces."""
    spoken = spoken_name(column)
    if _OTHER_NAMES.search(spoken):
        said = {kind for kind, words in _WORDS.items() if words.stand_in(spoken)}
        return frozenset(said - {"person_name", "address"})
    said = {kind for kind, words in _WORDS.items() if words.stand_in(spoken)}
    if spoken.strip() in _NAME_ALONE:
        said.add("person_name")
    return frozenset(said)


def _outside(
    housed: list[tuple[str, int, int, Level]], found: Iterable[tuple[str, int, int, Level]]
) -> Iterator[tuple[str, int, int, Level]]:
    """Yield the names that are no part of an address: towns bear the names of families."""
    sure = [each[1:3] for each in sorted(housed, key=itemgetter(1)) if each[3] > Level.WEAK]
    starts = [start for start, _end in sure]
    for each in found:
        at = bisect_right(starts, each[1]) - 1
        if at < 0 or sure[at][1] <= each[1]:
            yield each


def described(block: str, column: str = "") -> Iterator[tuple[str, int, int, Level]]:
    """Yield the descriptions of people in a folded block of cells, one per line."""
    announced = announced_by_column(column)
    housed = list(addresses(block, announced="address" in announced))
    found = list(_outside(housed, names(block, announced="person_name" in announced)))
    yield from found
    yield from housed
    yield from birth_dates(block, announced="birth_date" in announced)
    kind = whole_column(column)
    if block.isascii() and not kind:  # the words of special care are Japanese
        return
    starts = [0, *(match.end() for match in _LINE.finditer(block))]
    named = {
        bisect_right(starts, start) - 1 for _kind, start, _end, level in found if level > Level.WEAK
    }
    cared = list(special_care(block, starts, announced & _SPECIAL, named))
    yield from cared
    if kind:
        taken = {bisect_right(starts, start) - 1 for _kind, start, _end, _level in cared}
        yield from filled_cells(block, starts, kind, taken)
