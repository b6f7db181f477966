# SPDX-License-Identifier: Apache-2.0
"""Class sizes of every few columns, rolled up from coded class cells: serves every engine."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from shirube.engines.class_codes import order_of, packed
from shirube.terms.cells import SubsetCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.terms.cells import ClassCells


def subsets_of(columns: Sequence[str], most: int) -> tuple[tuple[str, ...], ...]:
    """Return every set of one to ``most`` columns, smaller sets first."""
    sizes = range(1, min(most, len(columns)) + 1)
    return tuple(chosen for size in sizes for chosen in combinations(columns, size))


def subset_cells(cells: ClassCells, most: int) -> SubsetCells:
    """Roll coded class cells up to every set of at most ``most`` quasi-identifiers.

    A row that is alone with some columns is alone with every set that contains them, so the
    minimal ones of a set are those that are alone in no set with one column fewer.
    """
    subsets = subsets_of(cells.quasi_identifiers, most)
    rows = np.bincount(cells.class_id, weights=cells.count).astype(np.int64)
    alone: dict[tuple[str, ...], NDArray[np.bool_]] = {}
    sizes, classes, minimal = [], [], []
    for chosen in subsets:
        which = _grouped([cells.codes[name] for name in chosen])
        size = np.bincount(which, weights=rows).astype(np.int64)
        found, number = np.unique(size, return_counts=True)
        sizes.append(found)
        classes.append(number)
        alone[chosen] = size[which] == 1
        before = np.zeros(len(rows), bool)
        for fewer in combinations(chosen, len(chosen) - 1):
            before |= alone.get(fewer, False)
        minimal.append(int(np.count_nonzero(alone[chosen] & ~before)))
        alone = {each: rows for each, rows in alone.items() if len(each) >= len(chosen) - 1}
    return SubsetCells(
        subsets=subsets,
        subset=np.repeat(np.arange(len(subsets), dtype=np.int32), [len(found) for found in sizes]),
        size=np.concatenate(sizes),
        classes=np.concatenate(classes).astype(np.int64),
        minimal=np.asarray(minimal, np.int64),
        rows=cells.rows,
    )


def _grouped(columns: Sequence[NDArray[np.int32]]) -> NDArray[np.int64]:
    """Return a dense number of the combination of codes in each class."""
    widths = [int(column.max(initial=0)) + 1 for column in columns]
    if math.prod(widths) < 2**63:
        return np.unique(packed(columns, widths), return_inverse=True)[1]
    order = order_of(columns)
    new = np.zeros(len(order), bool)
    for column in columns:
        new[1:] |= column[order][1:] != column[order][:-1]
    which = np.empty(len(order), np.int64)
    which[order] = np.cumsum(new)
    return which
