# SPDX-License-Identifier: Apache-2.0
"""Predicates over rows (*age >= 71 and city = Naha*), and how many rows each of them fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.measures.privacy.attacks.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.measures.privacy.attacks.tables import Coded

EQUAL, UNEQUAL, ABOVE, BELOW, AT_LEAST, AT_MOST, ABSENT, PRESENT = range(8)
"""What a condition asks of a value; a missing number fits UNEQUAL and ABSENT only."""

_BLOCK = 2048
_FIRST_ROWS, _CELLS = 256, 1 << 21


@dataclass(frozen=True, eq=False)
class Predicates:
    """Conjunctions of equally many conditions.

    Attributes
    ----------
    column, asks, value
        Shape (predicates, conditions): position of the column, what is asked, and the value.
    """

    column: NDArray[np.int32]
    asks: NDArray[np.int8]
    value: NDArray[np.float64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.column)

    def take(self, chosen: NDArray[Any]) -> Predicates:
        """Return some of the predicates, by mask or by position."""
        return Predicates(self.column[chosen], self.asks[chosen], self.value[chosen])

    def keys(self) -> list[bytes]:
        """Return a key for each predicate; those of equal predicates are equal."""
        # Zero has two signs, and they are the same value: adding zero leaves one of them.
        bits = (self.value + 0.0).view(np.int64)
        whole = np.concatenate([self.column, self.asks, bits], axis=1)
        found: list[bytes] = whole.view(f"V{whole.itemsize * whole.shape[1]}").ravel().tolist()
        return found


def joined(parts: list[Predicates]) -> Predicates:
    """Return all predicates of several lists."""
    return Predicates(
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.asks for part in parts]),
        np.concatenate([part.value for part in parts]),
    )


def matches(
    predicates: Predicates, table: Coded, *, enough: int | None = None, fast: bool = True
) -> NDArray[np.int64]:
    """Count the rows that each predicate fits.

    With ``enough``, counting a predicate may stop once that many rows were found: a count below
    ``enough`` is exact, every other is ``enough``.
    """
    most = table.rows + 1 if enough is None else enough
    counts = np.zeros(len(predicates), np.int64)
    loop = compiled(_count) if fast else None
    (loop or _count_with_numpy)(
        predicates.column, predicates.asks, predicates.value, table.values, most, counts
    )
    return np.minimum(counts, most)


def _count(  # noqa: PLR0912 - a loop of its own for each question is what the compiler needs
    column: NDArray[np.int32],
    asks: NDArray[np.int8],
    value: NDArray[np.float64],
    values: NDArray[np.float64],
    most: int,
    counts: NDArray[np.int64],
) -> None:
    """Count block by block; the numbers are those of the constants above."""
    rows = values.shape[1]
    fits = np.ones(_BLOCK, np.uint8)
    for one in range(len(column)):
        total = 0
        for start in range(0, rows, _BLOCK):
            length = min(_BLOCK, rows - start)
            fits[:length] = 1
            for condition in range(column.shape[1]):
                part = values[column[one, condition], start : start + length]
                wanted, asked = value[one, condition], asks[one, condition]
                if asked == 0:
                    for at in range(length):
                        fits[at] &= np.uint8(part[at] == wanted)
                elif asked == 1:
                    for at in range(length):
                        fits[at] &= np.uint8(part[at] != wanted)
                elif asked == 2:
                    for at in range(length):
                        fits[at] &= np.uint8(part[at] > wanted)
                elif asked == 3:
                    for at in range(length):
                        fits[at] &= np.uint8(part[at] < wanted)
                elif asked == 4:
                    for at in range(length):
                        fits[at] &= np.uint8(part[at] >= wanted)
                elif asked == 5:
                    for at in range(length):
                        fits[at] &= np.uint8(part[at] <= wanted)
                elif asked == 6:
                    for at in range(length):
                        fits[at] &= np.uint8(np.isnan(part[at]))
                else:
                    for at in range(length):
                        fits[at] &= np.uint8(not np.isnan(part[at]))
            for at in range(length):
                total += fits[at]
            if total >= most:
                break
        counts[one] = total


def _count_with_numpy(
    column: NDArray[np.int32],
    asks: NDArray[np.int8],
    value: NDArray[np.float64],
    values: NDArray[np.float64],
    most: int,
    counts: NDArray[np.int64],
) -> None:
    """Count the same: many predicates on a few rows, then the few that are left on many rows."""
    left, start, length = np.arange(len(column)), 0, _FIRST_ROWS
    while len(left) and start < values.shape[1]:
        rows = values[:, start : start + length]
        step = max(1, _CELLS // rows.shape[1])
        for first in range(0, len(left), step):
            some = left[first : first + step]
            fits = np.ones((len(some), rows.shape[1]), bool)
            for condition in range(column.shape[1]):
                at, asked = column[some, condition], asks[some, condition]
                fits &= _answers(rows[at], asked, value[some, condition])
            counts[some] += np.count_nonzero(fits, axis=1)
        left = left[counts[left] < most]
        start, length = start + length, 2 * length


def _answers(
    cells: NDArray[np.float64], asked: NDArray[np.int8], wanted: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return for each predicate which cells of its row fit its condition."""
    compare = (np.equal, np.not_equal, np.greater, np.less, np.greater_equal, np.less_equal)
    found = np.empty(cells.shape, bool)
    for question in np.unique(asked).tolist():
        here = asked == question
        if question in (ABSENT, PRESENT):
            found[here] = np.isnan(cells[here]) == (question == ABSENT)
        else:
            found[here] = compare[question](cells[here], wanted[here, None])
    return found
