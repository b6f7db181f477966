# SPDX-License-Identifier: Apache-2.0

"""Dates of birth: a date is one only where a word or the column says so.

Years are those of our era or of a Japanese one (昭和55年, S55.3.4, 令和元年); the date must exist.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from shirube.measures.privacy.identifiers.tally import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
_OLDEST = 1868
_DATE = re.compile(
    r"(?<![0-9A-Za-z.-])(?:"
    r"(?P<era>明治|大正|昭和|平成|令和|[MTSHRmtshr](?=[0-9元]))? ?(?P<year>[0-9]{1,4}|元)"
    r"(?:年 ?(?P<m1>[0-9]{1,2})月 ?(?P<d1>[0-9]{1,2})日"
    r"|[/.-](?P<m2>[0-9]{1,2})[/.-](?P<d2>[0-9]{1,2}))"
    r"|(?P<y3>(?:18|19|20)[0-9]{2})(?P<m3>[01][0-9])(?P<d3>[0-3][0-9])"
    r")(?![0-9])"
)
_BEFORE = re.compile(
    r"(?:生年月日|誕生日|出生日?|出生年月日|生まれ|(?<![A-Za-z])(?:date of birth|birth ?da(?:te|y)|"
    r"born|d\.?o\.?b)(?![A-Za-z]))[^0-9\n]{0,12}$",
    re.I,
)
_AFTER = re.compile(r"[ (]{0,2}(?:生(?![一-龥ぁ-ん産])|[^0-9\n。、]{0,12}?(?:生まれ|出生|誕生))")
_NEAR = 30


def birth_dates(block: str, *, announced: bool) -> Iterator[tuple[str, int, int, Level]]:
    """Yield the dates of birth of a folded block; ``announced`` where the column says so."""
    if not announced and not _SAID.search(block):
        return
    for match in _DATE.finditer(block):
        if _day(match) is None:
            continue
        before = block[max(0, match.start() - _NEAR) : match.start()].rpartition("\n")[2]
        if announced or _BEFORE.search(before) or _AFTER.match(block, match.end()):
            yield "birth_date", match.start(), match.end(), Level.ANNOUNCED


_SAID = re.compile(r"生|誕|[Bb](?:irth|orn)|BIRTH|BORN|[Dd]\.?[Oo]\.?[Bb]")


def _day(match: re.Match[str]) -> dt.date | None:
    """Return the date that is written, None when there is no such day."""
    year = match["year"] or match["y3"]
    month, day = (match[f"{part}1"] or match[f"{part}2"] or match[f"{part}3"] for part in "md")
    number = 1 if year == "元" else int(year)
    if match["era"]:
        number += _ERAS[match["era"].upper()]
    elif len(year) < 4:
        return None
    try:
        date = dt.date(number, int(month), int(day))
    except ValueError:
        return None
    return date if number >= _OLDEST else None
