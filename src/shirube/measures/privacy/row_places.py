# SPDX-License-Identifier: Apache-2.0
"""The rows of a release in their order, and where in the original rows of equal values stand.

Values are held against each other by keyed digests (see ``code_columns``); what a value ranks among
its column is asked of the engine, so no value is read here either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.terms.source import Source

CARRIED = 0.5
"""Share of a release's rows whose value stands in the original's column of the same name, from
which on the column counts as carried over."""

_STEP = np.uint64(0x9E3779B97F4A7C15)


def ranks_in_order(source: Source, column: str, key: str) -> NDArray[np.float64]:
    """Return, row by row, something in the order of the values; NaN for none.

    That is the number itself, or the number of the value among the different ones of the column.
    """
    described = source.table.column(column)
    if described is not None and described.kind == "number":
        blocks = [block.numbers[column] for block in source.rows([column], in_order=True)]
        return np.concatenate(blocks) if blocks else np.zeros(0)
    cells = source.class_cells([column], codes=True, digest_key=key)
    digests = cells.digests[column]
    digests = digests[:-1] if cells.nulls.get(column) else digests
    by_digest = np.argsort(digests)
    found = digests_in_order(source, [column], key)[column]
    ranks = np.full(found.size, np.nan)
    if digests.size:
        there = found != 0
        at = np.searchsorted(digests, found[there], sorter=by_digest)
        ranks[there] = by_digest[np.minimum(at, digests.size - 1)]
    return ranks


def digests_in_order(
    source: Source, columns: Sequence[str], key: str
) -> dict[str, NDArray[np.uint64]]:
    """Return the digests of the values of each column, row by row; 0 for none."""
    parts: dict[str, list[NDArray[np.uint64]]] = {name: [] for name in columns}
    for block in source.rows(digests=columns, digest_key=key, in_order=True):
        for name in columns:
            parts[name].append(block.digests[name])
    return {
        name: np.concatenate(listed) if listed else np.zeros(0, np.uint64)
        for name, listed in parts.items()
    }


@dataclass(frozen=True)
class Traced:
    """Rows of a release that stand in the original as well, by the columns carried over.

    Attributes
    ----------
    carried
        The columns by which rows are traced.
    row
        Shape (rows of the release,), the number of the row's combination among those of the
        original; -1 where it has none.
    of_original
        Shape (rows of the original,), the same number for every row of the original.
    rows
        How many rows of the release are traced.
    """

    carried: tuple[str, ...]
    row: NDArray[np.int64]
    of_original: NDArray[np.int64]
    rows: int

    def mean_of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return, per row of the release, the mean of a value over the original rows it may be."""
        there = ~np.isnan(values)
        size = int(self.of_original.max(initial=-1)) + 1
        sums = np.bincount(self.of_original[there], values[there], minlength=size)
        counts = np.bincount(self.of_original[there], minlength=size)
        means = np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)
        found = np.full(self.row.size, np.nan)
        traced = self.row >= 0
        found[traced] = means[self.row[traced]]
        return found


def trace(source: Source, original: Source, key: str) -> Traced:
    """Find the rows of the release in the original, by all columns that were carried over."""
    shared = [each.name for each in source.table.columns if original.table.column(each.name)]
    here, there = digests_in_order(source, shared, key), digests_in_order(original, shared, key)
    carried = tuple(name for name in shared if _carried(here[name], there[name]))
    if not carried:
        rows, others = source.table.rows or 0, original.table.rows or 0
        return Traced((), np.full(rows, -1), np.zeros(others, np.int64), 0)
    known, of_original = np.unique(_combined(there, carried), return_inverse=True)
    combined = _combined(here, carried)
    at = np.minimum(np.searchsorted(known, combined), max(known.size - 1, 0))
    row = np.where(known[at] == combined, at, -1) if known.size else np.full(combined.size, -1)
    return Traced(carried, row, of_original, int((row >= 0).sum()))


def _carried(here: NDArray[np.uint64], there: NDArray[np.uint64]) -> bool:
    """Tell whether most of the values of a column stand in the original's."""
    with_value = here[here != 0]
    return with_value.size > 0 and bool(np.isin(with_value, there).mean() >= CARRIED)


def _combined(digests: dict[str, NDArray[np.uint64]], names: Sequence[str]) -> NDArray[np.uint64]:
    """Return one digest per row; arithmetic is modulo 2**64 (see ``matched_classes``)."""
    found = np.zeros(digests[names[0]].size, np.uint64)
    for name in names:
        found = (found ^ (found >> np.uint64(29))) * _STEP + digests[name]
    return found
