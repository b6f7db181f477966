# SPDX-License-Identifier: Apache-2.0
"""Columns of codes, and which columns of two tables hold the same ones.

A column of codes has many values that stand for one person each: a number of a customer, a random
id, a hash. Columns are held against each other by keyed digests, so no code is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from shirube.terms.source import Source

NEARLY_UNIQUE = 0.5
"""Different values per row with a value from which on a column counts as one of codes."""


@dataclass(frozen=True)
class Codes:
    """The values of one column as sorted digests, without missing ones.

    Attributes
    ----------
    name, digests
        The column, and its different values.
    rows
        Rows with a value.
    """

    name: str
    digests: NDArray[np.uint64]
    rows: int

    @property
    def nearly_unique(self) -> bool:
        """Whether most rows have a value of their own."""
        return self.rows > 1 and self.digests.size >= NEARLY_UNIQUE * self.rows

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.rows > 1 and self.digests.size == self.rows


@dataclass(frozen=True)
class Link:
    """Two columns that hold the same codes: how many, of how many in either column."""

    column: str
    other: str
    shared: int
    of_column: int
    of_other: int


def codes_of(source: Source, columns: Iterable[str], key: str) -> list[Codes]:
    """Return the values of each column as digests under the key."""
    return [_codes(source, name, key) for name in columns]


def _codes(source: Source, name: str, key: str) -> Codes:
    """Return one column; nothing else of its cells is kept, which may be as many as rows."""
    cells = source.class_cells([name], codes=True, digest_key=key)
    missing = cells.nulls.get(name, 0)
    digests, rows = cells.digests[name], cells.rows - missing
    del cells
    own = digests[:-1] if missing else digests
    if not own.flags.writeable:
        own = own.copy()
    own.sort()
    return Codes(name, own, rows)


def links(columns: Sequence[Codes], others: Sequence[Codes], least: float) -> tuple[Link, ...]:
    """Return the pairs of columns that link two tables.

    They link when the shared values are at least the share ``least`` of the other column's, or when
    both columns are nearly unique and share any value: an age meets the numbers 20 to 90 of a
    customer list by accident, but covers next to none of it.
    """
    found = []
    for column in columns:
        for other in others:
            shared = int(np.intersect1d(column.digests, other.digests, assume_unique=True).size)
            covers = shared >= least * other.digests.size
            if shared and (covers or (column.nearly_unique and other.nearly_unique)):
                sizes = (int(column.digests.size), int(other.digests.size))
                found.append(Link(column.name, other.name, shared, *sizes))
    return tuple(found)
