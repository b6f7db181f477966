# SPDX-License-Identifier: Apache-2.0
"""Which columns single people out, read from the class sizes of every few columns.

A record is *alone* in a set of columns when no other record has its values. The *gain* of a column
is the largest share of records that become alone when it joins at most ``most`` - 1 others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shirube.terms.cells import SubsetCells
    from shirube.terms.source import Source

ALONE_BY_ITSELF = 0.5
"""A column that leaves this share of records alone identifies by itself. It is told and then left
out of the sets: with it in a set every other column would look harmless."""


@dataclass(frozen=True)
class Single:
    """One column by itself: its distinct values, the share alone, and the chance of a collision."""

    name: str
    classes: int
    alone: float
    collision: float


@dataclass(frozen=True)
class Search:
    """What was searched and what was found.

    Attributes
    ----------
    singles
        Every column by itself.
    searched, bounded
        The columns whose sets were counted, and those that were only looked at by themselves
        because there would have been too many sets.
    most
        The size of the largest sets.
    cells
        The counts; None where no column was left to search.
    """

    singles: tuple[Single, ...]
    searched: tuple[str, ...]
    bounded: tuple[str, ...]
    most: int
    cells: SubsetCells | None

    @property
    def identifying(self) -> tuple[str, ...]:
        """The columns that identify by themselves."""
        return tuple(each.name for each in self.singles if each.alone >= ALONE_BY_ITSELF)


def search(
    source: Source,
    columns: Sequence[str],
    *,
    most: int,
    max_subsets: int,
    tell: Callable[[int], None],
) -> Search:
    """Count every column by itself, then every set of those that could add something.

    Where there would be more than ``max_subsets`` sets, the columns that distinguish most are
    searched; ``tell`` hears how many columns have been looked at by themselves.
    """
    singles = []
    for at, name in enumerate(columns):
        tell(at)
        singles.append(_single(source, name))
    useful = sorted(
        (each for each in singles if each.alone < ALONE_BY_ITSELF and each.classes > 1),
        key=lambda each: each.collision,
    )
    count = largest_search(len(useful), most, max_subsets)
    chosen = {each.name for each in useful[:count]}
    searched = tuple(name for name in columns if name in chosen)
    return Search(
        singles=tuple(singles),
        searched=searched,
        bounded=tuple(each.name for each in useful[count:]),
        most=min(most, len(searched)),
        cells=source.subset_cells(searched, most=most) if searched else None,
    )


def largest_search(columns: int, most: int, max_subsets: int) -> int:
    """Return how many columns have no more than ``max_subsets`` sets of at most ``most``."""
    while columns > 0:
        if sum(math.comb(columns, size) for size in range(1, most + 1)) <= max_subsets:
            break
        columns -= 1
    return columns


def alone_in(cells: SubsetCells) -> dict[frozenset[str], int]:
    """Return set of columns -> records that are alone in it; the empty set holds none."""
    single = cells.size == 1
    counted = np.zeros(len(cells.subsets), np.int64)
    counted[cells.subset[single]] = cells.classes[single]
    found = {frozenset(names): int(n) for names, n in zip(cells.subsets, counted, strict=True)}
    # A table of one row is alone in every set, with or without columns.
    return {frozenset(): int(cells.rows == 1), **found}


def gains(cells: SubsetCells) -> dict[str, float]:
    """Return per column the largest share of records that it leaves alone by joining a set."""
    alone = alone_in(cells)
    found: dict[str, int] = {}
    for names, records in alone.items():
        for name in names:
            found[name] = max(found.get(name, 0), records - alone[names - {name}])
    return {name: more / cells.rows for name, more in found.items()}


def _single(source: Source, name: str) -> Single:
    """Count one column by itself; rows without a value are one class, as everywhere."""
    cells = source.subset_cells([name], most=1)
    rows = cells.rows
    alone = int(cells.classes[cells.size == 1].sum())
    pairs = float((cells.classes * (cells.size / max(rows, 1)) ** 2).sum())
    return Single(name, int(cells.classes.sum()), alone / rows if rows else 0.0, pairs)
