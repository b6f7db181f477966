# SPDX-License-Identifier: Apache-2.0
"""Rows for an attack: numbers and codes in memory, of which nothing is ever stored or printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Records:
    """Rows of a table, or a sample of them, column by column.

    Records are personal data: they stay in memory for as long as an attack takes, and neither they
    nor any value of theirs may enter a result.

    Attributes
    ----------
    columns
        The columns asked for, in that order.
    numbers
        Per column of numbers, shape (taken,), NaN where there is no value.
    codes
        Per other column, shape (taken,), index into its ``labels``; -1 where there is no value.
    labels
        Per column with codes, the texts in ascending order of their code points.
    rows
        How many rows the table has.
    """

    columns: tuple[str, ...]
    numbers: dict[str, NDArray[np.float64]]
    codes: dict[str, NDArray[np.int32]]
    labels: dict[str, tuple[str, ...]]
    rows: int

    @property
    def taken(self) -> int:
        """How many rows are here."""
        sizes = [column.size for column in self.numbers.values()]
        return max(sizes + [column.size for column in self.codes.values()], default=0)
