# SPDX-License-Identifier: Apache-2.0
"""What the queries need of an engine: how it writes things down, and how it is asked.

A *dialect* writes names, literals and the canonical form of values; an *asked* engine answers.
DuckDB's forms are the measure: a value has the same key, text and double on every engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from shirube.terms.source import TableColumn


class Dialect(Protocol):
    """How an engine writes SQL. Methods that take a column return an expression of its value."""

    double: str
    """The type of a double."""
    text: str
    """The type of a text."""

    def name(self, identifier: str) -> str:
        """Return an identifier in the engine's quotes."""
        ...

    def literal(self, text: str) -> str:
        """Return a text literal; for texts of our own, never for values of rows."""
        ...

    def as_key(self, column: TableColumn) -> str:
        """Return what rows are grouped and ordered by: texts by their bytes, 0 equal to -0."""
        ...

    def as_double(self, column: TableColumn) -> str:
        """Return a number as a double, the nearest one where it has more digits."""
        ...

    def as_text(self, column: TableColumn) -> str:
        """Return the canonical text of a value that is no number with a fraction."""
        ...

    def as_number_text(self, double: str) -> str:
        """Return the shortest text of a double with a fraction, as Python writes it."""
        ...

    def as_tenths(self, column: TableColumn) -> str:
        """Return floor(x * 10) of a number, in the arithmetic of its type."""
        ...

    def as_units(self, double: str, units: int) -> str:
        """Return a double times ``units`` as the nearest whole number (half to even)."""
        ...

    def md5(self, text: str) -> str:
        """Return the MD5 over the text in UTF-8, as hexadecimal digits."""
        ...

    def sha256(self, text: str) -> str:
        """Return the SHA-256 over the text in UTF-8, as hexadecimal digits."""
        ...

    def matches(self, text: str, pattern: str) -> str:
        """Return the condition that a text holds the pattern (alternatives and classes only)."""
        ...

    def turned(self, kept: Sequence[str], values: Sequence[str], relation: str) -> str:
        """Return a relation with a row per row and value: what was kept, then ``c`` and ``x``.

        ``c`` numbers the values from 0; ``kept`` are expressions with their aliases.
        """
        ...

    def repeated(self, kept: Sequence[str], times: str, relation: str) -> str:
        """Return a query with each row as often as ``times`` says, numbered ``occurrence``."""
        ...


class BindingDialect(Dialect, Protocol):
    """The dialect of an engine whose tables are bound by a digest of their rows."""

    def as_written(self, column: TableColumn) -> str:
        """Return the engine's own text of any value, from which equal texts mean equal values."""
        ...

    def in_order(self, text: str) -> str:
        """Return the aggregate that sorts texts by their bytes and joins them."""
        ...


class Binds(Protocol):
    """An open connection to an engine that can bind its tables."""

    @property
    def dialect(self) -> BindingDialect:
        """How the engine writes SQL."""
        ...

    def rows(self, query: str, *, doing: str = "") -> list[tuple[Any, ...]]:
        """Run a query with a small answer."""
        ...


class Asked(Protocol):
    """An open connection to the engine: trouble ends as a ``Problem``, progress is told."""

    @property
    def dialect(self) -> Dialect:
        """How the engine writes SQL."""
        ...

    def rows(self, query: str, *, doing: str = "") -> list[tuple[Any, ...]]:
        """Run a query with a small answer."""
        ...

    def integers(
        self, kept: Mapping[str, str], query: str, width: int, *, doing: str = ""
    ) -> list[NDArray[np.int64]]:
        """Run a query whose columns k0, k1, ... are whole numbers without NULL, and return each.

        ``kept`` are queries that the last one reads by name, perhaps more than once; each is run
        once.
        """
        ...

    def numbered(self, cells: Sequence[str], relation: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield, in batches, a row's number and its cells, of the rows where any is not NULL.

        Rows are numbered from 1 as they come.
        """
        ...

    def stream(self, query: str, *, batch: int) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query whose answer may be larger than memory, and yield its rows in batches."""
        ...
