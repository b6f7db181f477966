# SPDX-License-Identifier: Apache-2.0
"""Hierarchies proposed from the values of a column: dates, ages, numbers, places, postal codes.

A proposal is a file to look at, not a decision: only who knows the data can say which values are
alike. Values that are present become leaves; ages and whole numbers of a small range get all leaves
between, so that the next table of the same kind fits. Values are read as they are written in Japan:
full width, 昭和55年3月4日, 34歳, 1,200円; digits with a zero in front are a code and no number.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from shirube.deidentification import japan_places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Kind = Literal["date", "postal_code", "address", "prefecture", "age", "number", "category", "none"]
Row = tuple[str, ...]

STAR: Final = "*"
MOST_VALUES: Final = 100_000
"""A column of more different values gets no proposal."""

_DATE = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和|[MTSHR](?=[0-9元]))?(?P<year>[0-9]{4}|(?<=.)[0-9]{1,2}|(?<=.)元)"
    r"(?:[-/.](?P<m1>[0-9]{1,2})[-/.][0-9]{1,2}|年(?P<m2>[0-9]{1,2})月[0-9]{1,2}日)([T ].*)?"
)
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
_AGE = re.compile(r"([1-9]?[0-9]|1[0-9]{2})(歳|才)?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_CODE = re.compile(r"[+-]?0[0-9].*")
_POSTAL = re.compile(r"(\d{3})-?(\d{4})")
_POSTAL_NAME = re.compile(r"郵便|〒|postal|post_?code|^zip", re.IGNORECASE)
_AGE_NAME = re.compile(r"年齢|年令|(^|[^a-z])age([^a-z]|$)", re.IGNORECASE)
_OLDEST, _LAST_AGE = 90, 120
_FILLED_RANGE = 1000
_MOST_CATEGORIES = 5000
_MOST_BANDS = 5
_FEW = 12
"""Whole numbers with so few different values are categories, not amounts."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """A proposed hierarchy; no rows where nothing sensible can be proposed."""

    column: str
    kind: Kind
    rows: tuple[Row, ...]

    @property
    def levels(self) -> int:
        """The number of levels, the values included."""
        return len(self.rows[0]) if self.rows else 0


def propose(column: str, values: Sequence[str]) -> Proposal:
    """Propose a hierarchy from the different values of a column; the empty text is *no value*."""
    present = [value for value in values if value]
    for kind, make in _MAKERS:
        rows = make(column, present) if present else None
        if rows is not None:
            missing = [("", *("",) * (len(rows[0]) - 2), STAR)] if "" in values else []
            return Proposal(column, kind, tuple(_lean([*rows, *missing])))
    return Proposal(column, "none", ())


def write(proposal: Proposal, path: Path) -> None:
    """Write a proposal in ARX's format; a file that is there is never overwritten."""
    with path.open("x", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";", lineterminator="\n").writerows(proposal.rows)


def _dates(_column: str, values: list[str]) -> list[Row] | None:
    found = [_DATE.fullmatch(_folded(value)) for value in values]
    rows: list[Row] = []
    for value, match in zip(values, found, strict=True):
        # Two digits are a year only of an era, and an era has no four.
        if match is None or bool(match["era"]) == (len(match["year"]) == 4):
            return None
        year = 1 if match["year"] == "元" else int(match["year"])
        year += _ERAS[match["era"]] if match["era"] else 0
        month = int(match["m1"] or match["m2"])
        decade = year // 10 * 10
        rows.append((value, f"{year}-{month:02}", f"{year}", f"{decade}-{decade + 9}", STAR))
    return rows


def _postal_codes(column: str, values: list[str]) -> list[Row] | None:
    found = [_POSTAL.fullmatch(value) for value in values]
    named = _POSTAL_NAME.search(column) is not None
    rows: list[Row] = []
    for value, match in zip(values, found, strict=True):
        if match is None or not (named or "-" in value):
            return None
        front, back = match[1], match[2]
        rows.append(
            (value, f"{front}-{back[:2]}**", f"{front}-****", f"{front[:2]}*-****",
             f"{front[0]}**-****", STAR)
        )  # fmt: skip
    return rows


def _addresses(_column: str, values: list[str]) -> list[Row] | None:
    rows: list[Row] = []
    for value in values:
        parts = japan_places.parts(value)
        if parts is None:
            return None
        rows.append((value, *parts, STAR))
    return rows


def _prefectures(_column: str, values: list[str]) -> list[Row] | None:
    regions = [japan_places.region(value) for value in values]
    named = zip(values, regions, strict=True)
    rows: list[Row] = [(value, region, STAR) for value, region in named if region]
    return rows if len(rows) == len(values) else None


def _ages(column: str, values: list[str]) -> list[Row] | None:
    found = [_AGE.fullmatch(_folded(value)) for value in values]
    ages = [int(match[1]) for match in found if match]
    if len(ages) < len(values) or max(ages) > _LAST_AGE or not _AGE_NAME.search(column):
        return None
    leaves = dict(zip(values, ages, strict=True))
    units = {match[2] or "" for match in found if match}
    if len(units) == 1:
        unit = units.pop()
        leaves |= {f"{age}{unit}": age for age in range(_LAST_AGE + 1)}
    return [
        (value, _age(age, 5), _age(age, 10), _age(age, 20), STAR)
        for value, age in sorted(leaves.items(), key=lambda leaf: leaf[1])
    ]


def _age(age: int, width: int) -> str:
    """Return the band of an age; the oldest are one band, as few as they are."""
    oldest = _OLDEST // width * width
    low = min(age // width * width, oldest)
    return f"{low}+" if low == oldest else f"{low}-{low + width - 1}"


def _numbers(_column: str, values: list[str]) -> list[Row] | None:
    plain = [_amount(value) for value in values]
    numbers = _floats(plain)
    if numbers is None:
        return None
    if len(values) <= _FEW:
        return _categories("", values)
    low, high = min(numbers), max(numbers)
    whole = _whole(plain)
    widths = _widths(high - low, len(values), whole is not None)
    leaves = dict(zip(values, numbers, strict=True))
    if whole is not None and high - low <= _FILLED_RANGE and plain == values:
        leaves |= {str(n): float(n) for n in range(int(low), int(high) + 1)}
    return [
        (value, *(_band(number, width, whole is not None) for width in widths), STAR)
        for value, number in sorted(leaves.items(), key=lambda leaf: leaf[1])
    ]


def _widths(span: float, values: int, whole: bool) -> list[float]:
    """Return band widths of 1 and 5 times powers of ten, each a multiple of the one before."""
    exponent = math.floor(math.log10(span / values)) if span else 0
    width, half = 10.0**exponent, False
    widths = []
    while width < span:
        # A band of one whole number, or bands as many as values, would only be another name.
        if span / width < values / 2 and not (whole and width <= 1):
            widths.append(width)
        width, half = width * (2.0 if half else 5.0), not half
    # Few levels keep the lattice small: the widest are left out last, they are what k needs.
    step = -(-len(widths) // _MOST_BANDS)
    return widths[::-1][:: max(step, 1)][::-1]


def _band(number: float, width: float, whole: bool) -> str:
    low = math.floor(number / width + 1e-9) * width
    if whole:
        return f"{low:.0f} – {low + width - 1:.0f}"
    return f"[{low:.12g}, {low + width:.12g})"


def _categories(_column: str, values: list[str]) -> list[Row] | None:
    if len(values) > _MOST_CATEGORIES:
        return None
    return [(value, STAR) for value in values]


def _folded(value: str) -> str:
    """Return a value in half width, without blanks around it."""
    return unicodedata.normalize("NFKC", value).strip()


def _amount(value: str) -> str:
    """Return an amount as digits; the empty text where it is a code or no number."""
    plain = _folded(value).removeprefix("¥").removesuffix("円")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    return "" if _CODE.fullmatch(plain) or "_" in plain else plain


def _floats(values: list[str]) -> list[float] | None:
    try:
        numbers = [float(value) for value in values]
    except ValueError:
        return None
    return numbers if all(math.isfinite(number) for number in numbers) else None


def _whole(values: list[str]) -> list[int] | None:
    try:
        return [int(value) for value in values]
    except ValueError:
        return None


def _lean(rows: list[Row]) -> list[Row]:
    """Leave out a level that is, for every value, the level below it."""
    height = len(rows[0])
    kept = [0]
    for level in range(1, height):
        if any(row[level] != row[kept[-1]] for row in rows):
            kept.append(level)
    return [tuple(row[level] for level in kept) for row in rows]


_MAKERS: tuple[tuple[Kind, Callable[[str, list[str]], list[Row] | None]], ...] = (
    ("date", _dates),
    ("postal_code", _postal_codes),
    ("prefecture", _prefectures),
    ("address", _addresses),
    ("age", _ages),
    ("number", _numbers),
    ("category", _categories),
)
