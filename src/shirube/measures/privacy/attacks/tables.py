# SPDX-License-Identifier: Apache-2.0
"""The tables of one attack, coded together: equal values have equal numbers in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.privacy.plain_numbers import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from shirube.terms.records import Records

MISSING = -1.0
"""The code of a category that has no value; a number without a value is NaN."""


@dataclass(frozen=True, eq=False)
class Coded:
    """Rows of one table.

    Attributes
    ----------
    columns, numeric
        Names, and whether a column holds numbers (else codes of categories).
    values
        Shape (columns, rows), float64.
    ranges
        Per column of numbers, largest less smallest value over *all* tables of the attack; 0 where
        there are no two different values.
    """

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    values: NDArray[np.float64]
    ranges: tuple[float, ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.values.shape[1])

    def categories(self, columns: Sequence[int]) -> list[int]:
        """Return those of the columns that hold categories."""
        return [at for at in columns if not self.numeric[at]]

    def first(self, rows: int) -> Coded:
        """Return the first rows, which are a random draw of the table."""
        return Coded(self.columns, self.numeric, self.values[:, :rows], self.ranges)


def coded(tables: Sequence[Records], categories: Collection[str] = ()) -> list[Coded]:
    """Code the tables together.

    A column is one of numbers where it is in every table and is not named in ``categories``; else
    its values are compared as texts, a whole number without a point.
    """
    columns = tables[0].columns
    numeric = tuple(
        name not in categories and all(name in table.numbers for table in tables)
        for name in columns
    )
    values = [np.empty((len(columns), table.taken)) for table in tables]
    ranges = []
    for at, name in enumerate(columns):
        parts = (
            [table.numbers[name] for table in tables]
            if numeric[at]
            else _shared_codes([_texts(table, name) for table in tables])
        )
        for table, part in zip(values, parts, strict=True):
            table[at] = part
        ranges.append(_range(parts) if numeric[at] else 0.0)
    return [Coded(columns, numeric, table, tuple(ranges)) for table in values]


def _range(parts: Sequence[NDArray[np.float64]]) -> float:
    """Return largest less smallest finite value of a column."""
    found = np.concatenate(parts)
    found = found[np.isfinite(found)]
    return float(found.max() - found.min()) if len(found) else 0.0


def _texts(table: Records, name: str) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return a column as labels and codes; numbers become texts."""
    if name in table.codes:
        return table.labels[name], table.codes[name]
    numbers = table.numbers[name]
    distinct, codes = np.unique(numbers, return_inverse=True)
    found = np.where(np.isnan(numbers), -1, codes.reshape(-1))
    return tuple(plain(number) for number in distinct.tolist()), found.astype(np.int32)


def _shared_codes(
    parts: Sequence[tuple[tuple[str, ...], NDArray[np.int32]]],
) -> list[NDArray[np.float64]]:
    """Give each text of all tables one number, and return the columns in these numbers."""
    together = {label: 0 for labels, _codes in parts for label in labels}
    place = {label: number for number, label in enumerate(sorted(together))}
    found = []
    for labels, codes in parts:
        target = np.asarray([*(place[label] for label in labels), MISSING])
        found.append(target[codes])  # code -1 takes the last entry
    return found
