# SPDX-License-Identifier: Apache-2.0
"""Which sets of columns are counted from the rows, so that all smaller ones follow by summing up.

A set whose combinations of codes are few has a counter per combination. Small sets are widened by
further columns while the counters stay near the processor, because one pass over the rows then
serves many sets: first by the columns that serve most sets still waiting, for the room they take. A
set with too many combinations is counted by sorting.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Columns = tuple[int, ...]

MOST_DENSE = 1 << 22
_IN_CACHE = 1 << 20
_MOST_HELD, _SMALL = 1 << 26, 1 << 18
"""Counters of all sets that are not small: they are held until the last set has been looked at."""


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
        Wanted sets with too many combinations, or for whose counters there is no more room; smaller
        sets first.
    """

    wanted: tuple[Columns, ...]
    dense: tuple[Columns, ...]
    sparse: tuple[Columns, ...]


def plan(sizes: Sequence[int], most: int) -> Plan:
    """Plan the counting of every set of at most ``most`` columns with so many codes each."""
    top = min(most, len(sizes))
    wanted = [each for n in range(1, top + 1) for each in combinations(range(len(sizes)), n)]
    waiting = {each for each in wanted if space(each, sizes) <= MOST_DENSE}
    dense: list[Columns] = []
    room, left = _MOST_HELD, set[Columns]()
    # Those with the most combinations have the least room for others.
    for columns in sorted(waiting, key=lambda each: (-len(each), -space(each, sizes), each)):
        own = space(columns, sizes)
        if columns in waiting and own > max(room, _SMALL):
            waiting.discard(columns)  # its parts still wait: counters for them take less
            left.add(columns)
        elif columns in waiting:
            room -= own if own > _SMALL else 0
            dense.append(_widened(columns, sizes, top, waiting))
            waiting.difference_update(_parts(dense[-1], top))
    sparse = tuple(each for each in wanted if each in left or space(each, sizes) > MOST_DENSE)
    return Plan(tuple(wanted), tuple(dense), sparse)


def space(columns: Columns, sizes: Sequence[int]) -> int:
    """Return how many combinations of codes the columns can have."""
    return math.prod(sizes[column] for column in columns)


def _widened(
    columns: Columns, sizes: Sequence[int], top: int, waiting: Collection[Columns]
) -> Columns:
    """Add the columns that serve most waiting sets for their room, while the counters are few."""
    wide = columns
    while True:
        gains: dict[int, float] = {}
        for column, size in enumerate(sizes):
            if column not in wide and space(wide, sizes) * size <= _IN_CACHE:
                served = (tuple(sorted((*part, column))) for part in _parts(wide, top - 1))
                gains[column] = sum(each in waiting for each in served) / math.log(max(size, 2))
        best = max(gains, key=lambda column: (gains[column], -column), default=None)
        if best is None or not gains[best]:
            return wide
        wide = tuple(sorted((*wide, best)))


def _parts(columns: Columns, top: int) -> list[Columns]:
    """Return every set of at most so many of the columns."""
    return [each for size in range(1, top + 1) for each in combinations(columns, size)]
