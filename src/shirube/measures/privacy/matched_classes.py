# SPDX-License-Identifier: Apache-2.0
"""Classes of two tables that have the same values, matched by keyed digests.

No value of either table is read: the digest of a class is made of the digests of its values under a
key that is drawn for one comparison. Two different classes meet by chance with a probability of
about (classes here x classes there) / 2**64.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.terms.cells import ClassCells
    from shirube.terms.source import Source


@dataclass(frozen=True)
class Matched:
    """Every class that stands in one of two tables.

    Attributes
    ----------
    here, there
        Shape (classes,), rows in the first and in the second table; 0 where it has none.
    rows_here, rows_there
        The rows of each table.
    empty
        Columns without any value in one of the tables.
    """

    here: NDArray[np.int64]
    there: NDArray[np.int64]
    rows_here: int
    rows_there: int
    empty: tuple[str, ...]


def match(here: Source, there: Source, columns: Sequence[str]) -> Matched:
    """Count the classes of both tables over the same columns."""
    key = secrets.token_hex(16)
    first = here.class_cells(columns, codes=True, digest_key=key)
    second = there.class_cells(columns, codes=True, digest_key=key)
    keys = np.concatenate((class_keys(first), class_keys(second)))
    classes, where = np.unique(keys, return_inverse=True)
    split = first.class_id.size
    return Matched(
        here=_summed(where[:split], first.count, classes.size),
        there=_summed(where[split:], second.count, classes.size),
        rows_here=first.rows,
        rows_there=second.rows,
        empty=tuple(
            name
            for name in columns
            if any(cells.rows and cells.nulls.get(name) == cells.rows for cells in (first, second))
        ),
    )


def class_keys(cells: ClassCells) -> NDArray[np.uint64]:
    """Return one digest per class, from the digests of its values in the order of the columns.

    An odd multiplier per position keeps (a, b) and (b, a) apart; arithmetic is modulo 2**64.
    """
    found = np.zeros(cells.class_id.size, np.uint64)
    step = np.uint64(0x9E3779B97F4A7C15)
    for name in cells.quasi_identifiers:
        found = (found ^ (found >> np.uint64(29))) * step
        found += cells.digests[name][cells.codes[name]]
    return found


def _summed(where: NDArray[np.int64], count: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    found = np.zeros(classes, np.int64)
    np.add.at(found, where, count)
    return found
