# SPDX-License-Identifier: Apache-2.0
"""What an engine owes: duties, not mechanisms. Adapters stand beside this file.

Duties of every adapter, whatever it runs on:

1. Equal tables give equal cells: the same keys and counts on every engine, in every order of rows.
2. Memory is bounded by the cells and the engine's limit, never by the number of rows.
3. Nothing is sampled. A count is the count of all rows, or a ``Problem`` is raised.
4. Only the table is read: its files, or its database; nothing is installed, written or executed.
5. Names of columns and values of cells are data: no name or value ever becomes part of a query.
6. A moment belongs to the day that it is in Japan (``ZONE``), wherever the engine runs.
7. Wrong input ends as a ``Problem`` that names the file, and the line or column where known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from shirube.terms.source import Progress, Source, Table


ZONE = "Asia/Tokyo"
"""The time zone in which moments have days and texts; see ``terms.japan``."""


class Engine(Protocol):
    """Reads tables and counts their rows."""

    @property
    def name(self) -> str:
        """The engine's name, as it stands in evidence."""
        ...

    @property
    def version(self) -> str:
        """The version of the library or server that counts."""
        ...

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        """Return the table with its columns and its number of rows.

        When the call returns, every file could be read to its end under the stated encoding, all
        files have the same columns, and every column has the kind that *all* its values have: one
        value that is no number makes a column of texts, and the column's note says so.

        Raises
        ------
        Problem
            When a file is missing, empty, broken, in another encoding, has no header, or has two
            columns of the same name.
        """
        ...

    def source(
        self, table: Table, *, progress: Progress | None = None, cache: Path | None = None
    ) -> Source:
        """Return the table, ready to be counted.

        When the call returns, the table is described (if it was not, it is now). Rows are read
        when cells are asked for, each time anew. With ``cache``, the bucket cells of each file are
        kept in that folder under the file's digest and are not counted again; a table without
        digests is never cached.
        """
        ...

    def close(self) -> None:
        """Remove everything that was written, and let go of memory. May be called twice."""
        ...

    def __enter__(self) -> Self:
        """Return the engine."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""
        ...
