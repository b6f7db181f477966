# SPDX-License-Identifier: Apache-2.0
"""Tables of counts of people: cells by keyed digests, their margins, and what subtraction tells.

A cell is a combination of values of the dimensions with a number of people. A value that stands for
all others of its dimension (a total) makes the row a margin. A count that is withheld is a missing
one; it is found again where a total and all other cells of its line are known.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.terms.source import Source

_STEP = np.uint64(0x9E3779B97F4A7C15)
_ZEROS = frozenset({"-", "0", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}"})
"""How official tables write that there is nobody; any other text in place of a number withholds."""


@dataclass(frozen=True)
class CountTable:
    """The cells of one table.

    Attributes
    ----------
    dimensions
        Names of the dimensions.
    keys
        Shape (cells, dimensions), digests of the values.
    total
        Shape (cells, dimensions), whether the value stands for all others.
    count
        Shape (cells,), people; NaN where it is withheld.
    """

    dimensions: tuple[str, ...]
    keys: NDArray[np.uint64]
    total: NDArray[np.bool_]
    count: NDArray[np.float64]

    @property
    def body(self) -> CountTable:
        """The cells that are no margin."""
        inner = ~self.total.any(axis=1)
        return replace(
            self, keys=self.keys[inner], total=self.total[inner], count=self.count[inner]
        )


def published(
    source: Source, dimensions: Sequence[str], count: str, totals: frozenset[str], key: str
) -> CountTable:
    """Return a table of counts; rows with the same values are added up."""
    numeric = [each.name for each in source.table.columns if each.kind == "number"]
    columns = list(dimensions) if count in numeric else [*dimensions, count]
    blocks = list(source.rows([count] if count in numeric else [], columns, digest_key=key))
    digests = {
        name: np.concatenate([np.zeros(0, np.uint64), *(block.digests[name] for block in blocks)])
        for name in columns
    }
    if count in numeric:
        people = np.concatenate([np.zeros(0), *(block.numbers[count] for block in blocks)])
    else:
        numbers = {digest: _number(text) for digest, text in _labels(source, count, key).items()}
        listed = [numbers.get(each, math.nan) for each in digests[count].tolist()]
        people = np.array(listed, np.float64)
    keys = np.column_stack([digests[name] for name in dimensions])
    total = np.zeros(keys.shape, np.bool_)
    for at, name in enumerate(dimensions):
        # No value is how GROUP BY ROLLUP writes a total.
        alike = [
            digest for digest, text in _labels(source, name, key).items() if _folded(text) in totals
        ]
        total[:, at] = np.isin(keys[:, at], np.array([0, *alike], np.uint64))
        keys[total[:, at], at] = 0
    cells, where = np.unique(keys, axis=0, return_inverse=True)
    where = where.reshape(-1)
    first = np.zeros(cells.shape[0], np.int64)
    first[where] = np.arange(where.size)
    added = np.asarray(np.bincount(where, people, minlength=cells.shape[0]), np.float64)
    return CountTable(tuple(dimensions), cells, total[first], added)


def counted(source: Source, dimensions: Sequence[str], key: str) -> CountTable:
    """Return the cells of a table with a row per person."""
    cells = source.class_cells(dimensions, codes=True, digest_key=key)
    keys = np.column_stack([cells.digests[name][cells.codes[name]] for name in dimensions])
    # Who has no value is counted like everybody, not as a total.
    keys[keys == 0] = 1
    return CountTable(
        tuple(dimensions), keys, np.zeros(keys.shape, np.bool_), cells.count.astype(np.float64)
    )


def _labels(source: Source, name: str, key: str) -> dict[int, str]:
    """Return the text of each value of a column of texts by its digest; nothing for another."""
    column = source.table.column(name)
    if column is None or column.kind != "text":
        return {}
    cells = source.class_cells([name], codes=True, digest_key=key)
    digests = cells.digests[name]
    # Both follow the order of the texts.
    return dict(zip(digests.tolist(), source.records([name]).labels[name], strict=False))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _number(text: str) -> float:
    """Return a count as a number; NaN for a text that withholds it."""
    plain = _folded(text).replace(",", "")
    if plain in _ZEROS:
        return 0.0
    try:
        number = float(plain)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def recovered(table: CountTable) -> CountTable:
    """Return the table with every count that follows from a total and the rest of its line.

    A line holds the cells that differ in one dimension only. Found counts are used to find others,
    until nothing more follows. This is what a reader can do with pencil and paper; more can follow
    from all lines at once.
    """
    count = table.count.copy()
    while True:
        before = int(np.isnan(count).sum())
        for at in range(len(table.dimensions)):
            _solve(table, at, count)
        if int(np.isnan(count).sum()) == before:
            return replace(table, count=count)


def _solve(table: CountTable, at: int, count: NDArray[np.float64]) -> None:
    """Find, in place, the counts that are the only ones missing in their line."""
    others = [each for each in range(len(table.dimensions)) if each != at]
    line = _grouped(table.keys[:, others])
    lines = int(line.max(initial=-1)) + 1
    total, missing = table.total[:, at], np.isnan(count)
    known = np.bincount(line, np.where(total | missing, 0.0, count), minlength=lines)
    lacking = np.bincount(line[~total & missing], minlength=lines)
    whole = np.full(lines, np.nan)
    whole[line[total]] = count[total]
    has_parts = np.bincount(line[~total], minlength=lines) > 0
    one = ~total & missing & (lacking[line] == 1) & ~np.isnan(whole[line])
    count[one] = (whole - known)[line[one]]
    summed = total & missing & (lacking[line] == 0) & has_parts[line]
    count[summed] = known[line[summed]]


def margins(
    table: CountTable, dimensions: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], NDArray[np.uint64], NDArray[np.float64]]]:
    """Yield, for every set of the dimensions, the digests of its cells and their counts.

    A count is the published total where there is one, else the sum of the cells that are no
    margin; NaN where one of these is withheld.
    """
    position = {name: at for at, name in enumerate(table.dimensions)}
    body = table.body
    for size in range(len(dimensions), -1, -1):
        for chosen in combinations(dimensions, size):
            at = [position[name] for name in chosen]
            rest = [position[name] for name in table.dimensions if name not in chosen]
            keys = _combined(body.keys[:, at])
            cells, where = np.unique(keys, return_inverse=True)
            added = np.bincount(where, body.count, minlength=cells.size)
            people: NDArray[np.float64] = np.asarray(added, np.float64)
            told = table.total[:, rest].all(axis=1) & ~table.total[:, at].any(axis=1)
            told &= ~np.isnan(table.count)
            if rest and told.any():
                names, places = _combined(table.keys[told][:, at]), table.count[told]
                cells, people = _overlaid(cells, people, names, places)
            yield chosen, cells, people


def _overlaid(
    cells: NDArray[np.uint64],
    people: NDArray[np.float64],
    names: NDArray[np.uint64],
    places: NDArray[np.float64],
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """Replace sums by the totals that are published, and add totals whose parts are not."""
    merged, where = np.unique(np.concatenate((cells, names)), return_inverse=True)
    found = np.full(merged.size, np.nan)
    found[where[: cells.size]] = people
    found[where[cells.size :]] = places
    return merged, found


def difference(
    here: tuple[NDArray[np.uint64], NDArray[np.float64]],
    there: tuple[NDArray[np.uint64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return how many people fewer or more each cell has; a cell that is not listed has none."""
    cells, where = np.unique(np.concatenate((here[0], there[0])), return_inverse=True)
    first, second = np.zeros(cells.size), np.zeros(cells.size)
    first[where[: here[0].size]] = here[1]
    second[where[here[0].size :]] = there[1]
    return np.abs(first - second)


def _combined(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return one digest per row of keys; arithmetic is modulo 2**64 (see ``matched_classes``)."""
    found = np.zeros(keys.shape[0], np.uint64)
    for column in keys.T:
        found = (found ^ (found >> np.uint64(29))) * _STEP + column
    return found


def _grouped(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return dense numbers of equal rows."""
    return np.unique(_combined(keys), return_inverse=True)[1].reshape(-1)
