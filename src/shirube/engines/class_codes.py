# SPDX-License-Identifier: Apache-2.0
"""From codes and counts to class cells: sorted by codes, classes numbered in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.terms.cells import ClassCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def classes_of(
    columns: dict[str, NDArray[np.int32]],
    count: NDArray[np.int64],
    quasi_identifiers: Sequence[str],
    *,
    nulls: dict[str, int],
    codes: bool,
    digests: dict[str, NDArray[np.uint64]],
) -> ClassCells:
    """Return class cells.

    Parameters
    ----------
    columns
        Per column, quasi-identifiers first, the dense code in each cell; every combination of
        codes stands at most once, in any order.
    count
        Rows of each cell.
    quasi_identifiers
        Names among the columns; the others are sensitive.
    nulls, codes, digests
        As ``ClassCells`` and ``Source.class_cells`` have them.
    """
    order = order_of(list(columns.values()))
    columns = {name: column[order] for name, column in columns.items()}
    first = np.zeros(len(order), bool)
    first[:1] = True
    for name in quasi_identifiers:
        first[1:] |= columns[name][1:] != columns[name][:-1]
    count = count[order]
    return ClassCells(
        class_id=np.cumsum(first, dtype=np.int64) - 1,
        sensitive={
            name: column.astype(np.int64)
            for name, column in columns.items()
            if name not in quasi_identifiers
        },
        count=count,
        quasi_identifiers=tuple(quasi_identifiers),
        rows=int(count.sum()),
        nulls=nulls,
        codes={name: columns[name][first] for name in quasi_identifiers} if codes else {},
        digests=digests,
    )


def order_of(columns: Sequence[NDArray[np.int32]]) -> NDArray[np.int64]:
    """Return the order by the columns, the first first; by one key where 63 bits hold it."""
    widths = [int(column.max(initial=0)) + 1 for column in columns]
    room = 1
    for width in widths:
        room *= width
    if room >= 2**63:
        return np.lexsort(columns[::-1])
    return np.argsort(packed(columns, widths))


def packed(columns: Sequence[NDArray[np.int32]], widths: Sequence[int]) -> NDArray[np.int64]:
    """Return one number per combination of codes, in the order of the codes."""
    key = np.zeros(len(columns[0]) if columns else 0, np.int64)
    for column, width in zip(columns, widths, strict=True):
        key *= width
        key += column
    return key
