# SPDX-License-Identifier: Apache-2.0
"""What a measure may ask of data: cells, and nothing else.

``Source`` binds one table to one engine, so that a measure's module imports only ``terms``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import msgspec

from shirube.terms.cells import (
    BucketCells,
    ClassCells,
    ClassProfiles,
    GroupCells,
    RowBlock,
    SubsetCells,
    TextBatch,
    ValueDigests,
)
from shirube.terms.records import Records

R = TypeVar("R")

Progress = Callable[[str, float | None], None]
"""Told what is being done and which share of it is done (None where nobody knows)."""


class TableColumn(msgspec.Struct, frozen=True):
    """A column as the engine sees it; ``kind`` is its kind of value, not its role.

    ``note`` says why a column that looks like numbers is one of texts; empty where nothing is odd.
    """

    name: str
    type: str
    kind: str  # "number", "text", "boolean", "time", "other"
    note: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table at rest: one or more files of one format, or a table of a database, bound by digest.

    ``files`` are paths that can be opened; ``names`` are the same files as the manifest's folder
    sees them. Evidence carries ``names``, so that no path of a machine leaves it. ``relation`` is
    the table's name inside a database, which ``files`` then names: a file, or a server's address.
    """

    dataset: str
    files: tuple[str, ...]
    format: str  # "parquet", "csv", "jsonl"; of a database "duckdb", "sqlite", "postgresql"
    encoding: str = "utf-8"
    columns: tuple[TableColumn, ...] = ()
    rows: int | None = None
    digests: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    relation: str = ""

    def column(self, name: str) -> TableColumn | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


class Source(Protocol):
    """One table, ready to be counted. Every method streams and keeps memory bounded."""

    @property
    def table(self) -> Table:
        """The table that is counted."""
        ...

    def class_cells(
        self,
        quasi_identifiers: Sequence[str],
        sensitive: Sequence[str] = (),
        *,
        codes: bool = False,
        digest_key: str | None = None,
    ) -> ClassCells:
        """Count rows per combination of quasi-identifiers and sensitive values.

        With ``codes`` the code of every quasi-identifier in every class comes along, so that
        classes can be rolled up. With ``digest_key``, a random text that is not kept, come digests
        of the values: equal values of tables that were given the same key have equal digests
        (a whole number is the same with and without decimals, a date the same as its ISO text).
        """
        ...

    def class_profiles(
        self,
        quasi_identifiers: Sequence[str],
        sensitive: Sequence[str] = (),
        *,
        digest_key: str | None = None,
    ) -> ClassProfiles:
        """Count classes by size, and by what they hold of each sensitive column by itself.

        With ``digest_key`` come digests of the sensitive values, as in ``class_cells``.
        """
        ...

    def subset_cells(self, columns: Sequence[str], *, most: int = 4) -> SubsetCells:
        """Count the sizes of classes of every set of at most ``most`` of the columns."""
        ...

    def group_cells(
        self,
        attributes: Sequence[str],
        *,
        prediction: str,
        label: str | None = None,
        score: str | None = None,
    ) -> GroupCells:
        """Count rows per combination of attributes, label and prediction."""
        ...

    def bucket_cells(self, columns: Sequence[str], *, period: str | None = None) -> BucketCells:
        """Count rows per period, column and bucket of the value."""
        ...

    def records(
        self, columns: Sequence[str], *, limit: int | None = None, seed: int = 0
    ) -> Records:
        """Return rows for an attack: those of the smallest keys (``engines.row_keys``), in order.

        At most ``limit`` rows, drawn by the seed without regard to the order of the table. Rows are
        in memory only; no value of theirs may enter a result.
        """
        ...

    def rows(
        self,
        numbers: Sequence[str] = (),
        digests: Sequence[str] = (),
        *,
        digest_key: str = "",
        in_order: bool = False,
    ) -> Iterator[RowBlock]:
        """Yield all rows in blocks of bounded size: some columns as numbers, some as digests.

        With ``in_order`` the rows come as they stand in the files; an engine that does not know
        that order refuses with a Problem. Nothing else may be asked of the source before the last
        block has come.
        """
        ...

    def value_digests(self, columns: Sequence[str], *, digest_key: str) -> Iterator[ValueDigests]:
        """Yield the different values of each column as digests, one column after the other.

        The digests are those of ``class_cells``. Memory is bounded by those of one column, at most
        24 bytes for each of its values, and by the engine's limit. Nothing else may be asked of the
        source before the last column has come.
        """
        ...

    def texts(
        self, columns: Sequence[str] | None = None, *, digits: int = 2, words: bool = False
    ) -> Iterator[TextBatch]:
        """Yield every cell that could hold an identifier, as text, in the order of the rows.

        A cell passes with ``digits`` digits or an at sign; with ``words`` also with a Japanese
        letter or two words that begin with capitals. With ``digits=0`` every cell with a value
        passes, dates as well.
        """
        ...

    def map_texts(
        self,
        look: Callable[[TextBatch], R],
        columns: Sequence[str] | None = None,
        *,
        digits: int = 2,
        words: bool = False,
    ) -> Iterator[R]:
        """Yield what ``look`` returns for every batch, computed where the data live.

        ``look`` is pure and can be pickled. The order of the batches is open, and a cell that many
        rows share may come once, with its weight; so ``look`` must not depend on rows.
        """
        ...
