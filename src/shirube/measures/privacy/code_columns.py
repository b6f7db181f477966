# SPDX-License-Identifier: Apache-2.0
"""Columns of codes, and which columns of two tables hold the same ones.

A column of codes has many values that stand for one person each: a number of a customer, a random
id, a hash. Columns are held against each other by keyed digests, so no code is read. Those of the
original's columns of codes are held, eight bytes for each; a release is held column by column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.terms.cells import ValueDigests
    from shirube.terms.source import Source

NEARLY_UNIQUE = 0.5
"""Different values per row with a value from which on a column counts as one of codes."""

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Link:
    """Two columns that hold the same codes: how many, of how many in the original's."""

    other: str
    shared: int
    of_other: int


@dataclass(frozen=True)
class Held:
    """A column of a release as it was held against the columns of codes.

    Attributes
    ----------
    name, distinct
        The column, and how many different values it has.
    unique
        Whether every row has a value of its own.
    links
        What it links to.
    """

    name: str
    distinct: int
    unique: bool
    links: tuple[Link, ...]


def held_against(
    source: Source, columns: Sequence[str], codes: Sequence[ValueDigests], least: float, key: str
) -> Iterator[Held]:
    """Hold each column of a release against the columns of codes.

    They link when the shared values are at least the share ``least`` of the code column's, or when
    both columns are nearly unique and share any value: an age meets the numbers 20 to 90 of a
    customer list by accident, but covers next to none of it.
    """
    for column in source.value_digests(columns, digest_key=key):
        distinct = int(column.digests.size)
        yield Held(
            name=column.column,
            distinct=distinct,
            unique=column.rows > 1 and distinct == column.rows,
            links=tuple(_links(column, codes, least)),
        )


def nearly_unique(column: ValueDigests) -> bool:
    """Tell whether most rows have a value of their own."""
    return column.rows > 1 and column.digests.size >= NEARLY_UNIQUE * column.rows


def _links(column: ValueDigests, codes: Sequence[ValueDigests], least: float) -> Iterator[Link]:
    for other in codes:
        shared = in_both(column.digests, other.digests)
        covers = shared >= least * other.digests.size
        if shared and (covers or (nearly_unique(column) and nearly_unique(other))):
            yield Link(other.column, shared, int(other.digests.size))


def in_both(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> int:
    """Return how many numbers two ascending arrays without repetitions share, block by block."""
    few, many = sorted((some, others), key=len)
    found = 0
    for start in range(0, few.size, _BLOCK):
        block = few[start : start + _BLOCK]
        at = np.searchsorted(many, block)
        at[at == many.size] = 0  # larger than all: not equal to the smallest either
        found += int(np.count_nonzero(many[at] == block))
    return found
