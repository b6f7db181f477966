# SPDX-License-Identifier: Apache-2.0
"""What of a detail is drawn: its numbers with their intervals, its categories, its series."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from shirube.terms import codes
from shirube.terms.measurement import Column, Detail, Scalar
from shirube.texts import _

# Told apart with every common colour blindness (after Okabe and Ito), and dark enough on white.
COLOURS = ("#0017C1", "#C74700", "#00795B", "#A3337E", "#8A6500", "#2B7DB0", "#1A1A1C")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3], [3, 5], [10, 2, 2, 2, 2, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke")
_MOST_CATEGORIES = 30
_END = r"(^|[_.])(low|high)$"


class Series(msgspec.Struct, frozen=True):
    """A number column with its interval's columns, where it has them."""

    column: Column
    index: int
    low: int | None = None
    high: int | None = None


def intervals(detail: Detail) -> dict[int, tuple[int, int]]:
    """Return, per number with an interval, the columns of its two ends."""
    return {
        one.index: (one.low, one.high)
        for one in all_series(detail)
        if one.low is not None and one.high is not None
    }


def shown(detail: Detail) -> list[Series]:
    """Choose the numbers to draw: those with intervals, or every one that is not the category."""
    series = all_series(detail)
    if detail.chart in ("intervals", "compared"):
        return [one for one in series if one.low is not None]
    return series[: {"histogram": 2, "bars": 1, "heatmap": 1}.get(detail.chart)]


def all_series(detail: Detail) -> list[Series]:
    """Return every column of numbers that is no end of an interval."""
    names = {column.name: index for index, column in enumerate(detail.columns)}
    found = []
    for index, column in enumerate(detail.columns[1:], start=1):
        if re.search(_END, column.name) or not numeric(detail, index):
            continue
        low, high = _ends(names, column.name, index)
        found.append(Series(column, index, low, high))
    return found


def _ends(names: dict[str, int], name: str, index: int) -> tuple[int | None, int | None]:
    for low, high in ((f"{name}_low", f"{name}_high"), (f"{name}.low", f"{name}.high")):
        if low in names and high in names:
            return names[low], names[high]
    if names.get("low") == index + 1 and names.get("high") == index + 2:
        return names["low"], names["high"]
    return None, None


def numeric(detail: Detail, index: int) -> bool:
    """Tell whether a column holds numbers and nothing else."""
    values = [row[index] for row in detail.rows if row[index] is not None]
    return bool(values) and all(finite(value) for value in values)


def finite(value: Scalar) -> bool:
    """Tell whether a cell is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def categories(detail: Detail) -> list[int]:
    """Return the columns of texts, and the first column whatever it is.

    A column without a single value (the true positive rates of a log without outcomes) is no
    category, nor is the end of an interval.
    """
    return [
        index
        for index, column in enumerate(detail.columns)
        if index == 0
        or (
            not re.search(_END, column.name)
            and any(row[index] is not None and not finite(row[index]) for row in detail.rows)
        )
    ]


def records(detail: Detail, series: Series) -> list[dict[str, Any]]:
    """Rows under fixed names, so that no column name of a user reaches a specification's key."""
    labels, others = _labels(detail)
    rows = [
        {
            "c": " / ".join(label(detail, row, index) for index in labels),
            "s": " / ".join(label(detail, row, index) for index in others),
            "v": row[series.index],
            "low": row[series.low] if series.low is not None else None,
            "high": row[series.high] if series.high is not None else None,
        }
        for row in detail.rows
        if finite(row[series.index])
    ]
    drawn = _drawn(detail, rows)
    return [row for row in rows if row["s" if detail.chart == "lines" else "c"] in drawn]


def _labels(detail: Detail) -> tuple[list[int], list[int]]:
    """Return the columns that name a place on the axis, and those that name a series.

    Lines have their periods first and their series after it; what is *compared*, and the columns of
    a *heatmap*, stand in the last text column.
    """
    found = categories(detail)
    if detail.chart == "lines":
        return found[:1], found[1:]
    if detail.chart in ("compared", "heatmap") and len(found) > 1:
        return found[:-1], found[-1:]
    return _enough(detail, found), []


def _enough(detail: Detail, found: list[int]) -> list[int]:
    """Leave out of a name what tells no two rows apart: the class that follows from the kind."""
    for count in range(1, len(found)):
        told = {tuple(row[index] for index in found[:count]) for row in detail.rows}
        if len(told) == len({tuple(row[index] for index in found) for row in detail.rows}):
            return found[:count]
    return found


def once(detail: Detail) -> tuple[tuple[Scalar, ...], ...]:
    """Return the rows of a table; of a heat map of pairs, each pair once."""
    if detail.chart != "heatmap" or len(detail.columns) < 2:
        return detail.rows
    kept: dict[tuple[Scalar, ...], None] = {}
    for row in detail.rows:
        if (row[1], row[0], *row[2:]) not in kept:
            kept[row] = None
    return tuple(kept)


def _drawn(detail: Detail, rows: list[dict[str, Any]]) -> set[str]:
    """Choose the lines or bars that fit: all of them, or the largest."""
    if detail.chart == "histogram":
        return {row["c"] for row in rows}
    name, most = ("s", len(COLOURS)) if detail.chart == "lines" else ("c", _MOST_CATEGORIES)
    largest: dict[str, float] = {}
    for row in rows:
        largest[row[name]] = max(abs(row["v"]), largest.get(row[name], 0.0))
    return set(sorted(largest, key=lambda key: -largest[key])[:most])


def label(detail: Detail, row: tuple[Scalar, ...], index: int) -> str:
    """Return what stands on an axis for a cell."""
    value = codes.read(detail.columns[index], row[index])
    return _("(none)") if value is None else str(value)


def names_of_series(detail: Detail, series: Series) -> list[str]:
    """Return the series in the table's order, so that one looks the same in every panel."""
    _places, others = _labels(detail)
    everyone = dict.fromkeys(label(detail, row, others[0]) for row in detail.rows) if others else {}
    if len(everyone) <= len(COLOURS):
        return list(everyone)
    return list(dict.fromkeys(record["s"] for record in records(detail, series)))
