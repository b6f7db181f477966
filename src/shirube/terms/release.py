# SPDX-License-Identifier: Apache-2.0
"""What a transformation asks of an engine: distinct tuples with their values, and a table written.

Unlike every measure, a transformation needs the values themselves: it looks them up in hierarchies.
They stay in memory and never enter a record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from shirube.terms.source import Table


@dataclass(frozen=True)
class Limits:
    """Bottom and top coding of a column of numbers: what lies beyond a limit becomes the limit."""

    bottom: str | None = None
    top: str | None = None


@dataclass(frozen=True, eq=False)
class TupleCells:
    """Distinct combinations of values -> count.

    Attributes
    ----------
    values
        Per column, its distinct values as texts: in the order of numbers where all of them are
        numbers, else of texts; a row without a value has the empty text.
    codes
        Per column, shape (cells,): index into ``values``.
    count
        Shape (cells,), rows per combination.
    """

    values: dict[str, tuple[str, ...]]
    codes: dict[str, NDArray[np.int64]]
    count: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ReleasePlan:
    """How the rows of a table are released.

    Attributes
    ----------
    labels
        Per generalised column, the label of each value.
    tokens
        Per column that is replaced by tokens, the function from value to token.
    limits
        Per column, its bottom and top coding; applied before anything else.
    dropped
        Columns that are left out.
    suppressed
        Per quasi-identifier, the released values of the suppressed classes; lists of equal length.
    keep_suppressed
        Whether a suppressed row is kept with ``*`` in every quasi-identifier, or left out.
    encoding
        How a CSV file is encoded; None keeps the encoding of the source.
    """

    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tokens: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    dropped: Sequence[str] = ()
    suppressed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keep_suppressed: bool = False
    encoding: str | None = None


@dataclass(frozen=True)
class ReleasedColumn:
    """A released column as it was written: different values, and rows with the rarest of them."""

    name: str
    values_before: int
    values_after: int
    rarest: int


class Releasable(Protocol):
    """A table whose values may be taken, and which can be written again."""

    @property
    def table(self) -> Table:
        """The table."""
        ...

    def tuples(
        self,
        columns: Sequence[str],
        *,
        limits: Mapping[str, Limits] | None = None,
        compiled: bool = False,
    ) -> TupleCells:
        """Return the distinct combinations of the columns' values, in an order of their own.

        ``compiled`` says that a compiled loop pays; without one the answer is the same.
        """
        ...

    def values(self, column: str, most: int) -> tuple[str, ...] | None:
        """Return the distinct values of a column, sorted; None where there are more."""
        ...

    def write(self, plan: ReleasePlan, target: Path) -> tuple[int, tuple[ReleasedColumn, ...]]:
        """Write the released table; return its rows and its columns.

        When the call returns, the file is complete and readable by its owner only. The order of its
        rows depends on what they show alone, so that nothing of the source's order is left, and it
        cannot be told from a shuffle.
        """
        ...
