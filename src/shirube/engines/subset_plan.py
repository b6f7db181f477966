# SPDX-License-Identifier: Apache-2.0
"""Which sets of columns are counted from the rows, so that all smaller ones follow by summing up.

A set whose combinations of codes are few has a counter per combination. Small sets are widened by
further columns while the counters stay in the processor's cache, because one pass over the rows
then serves many sets. A set with too many combinations is counted by sorting.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Columns = tuple[int, ...]

MOST_DENSE = 1 << 22
_IN_CACHE = 1 << 18


@dataclass(frozen=True)
class Plan:
    """Sets of places of columns: all that are asked for, and those that are counted from rows.

    Attributes
    ----------
    wanted
        Every set of one to so many columns, smaller sets first.
    dense
        Sets with a counter per combination; every wanted set is part of one of them, or is sparse.
    sparse
        Wanted sets with too many combinations, smaller sets first.
    """

    wanted: tuple[Columns, ...]
    dense: tuple[Columns, ...]
    sparse: tuple[Columns, ...]


def plan(sizes: Sequence[int], most: int) -> Plan:
    """Plan the counting of every set of at most ``most`` columns with so many codes each."""
    top = min(most, len(sizes))
    wanted = [each for n in range(1, top + 1) for each in combinations(range(len(sizes)), n)]
    dense: list[Columns] = []
    sparse: list[Columns] = []
    covered: set[Columns] = set()
    by_size = sorted(range(len(sizes)), key=lambda column: sizes[column])
    for columns in reversed(wanted):
        if columns in covered:
            continue
        if space(columns, sizes) > MOST_DENSE:
            sparse.append(columns)
            continue
        wide = _widened(columns, sizes, by_size)
        dense.append(wide)
        covered.update(each for n in range(1, top + 1) for each in combinations(wide, n))
    return Plan(tuple(wanted), tuple(dense), tuple(reversed(sparse)))


def space(columns: Columns, sizes: Sequence[int]) -> int:
    """Return how many combinations of codes the columns can have."""
    return math.prod(sizes[column] for column in columns)


def _widened(columns: Columns, sizes: Sequence[int], by_size: Sequence[int]) -> Columns:
    """Add the columns with the fewest codes while the counters stay in the cache."""
    wide = list(columns)
    for column in by_size:
        if column not in wide and space((*wide, column), sizes) <= _IN_CACHE:
            wide.append(column)
    return tuple(sorted(wide))
