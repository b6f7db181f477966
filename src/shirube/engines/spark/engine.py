# SPDX-License-Identifier: Apache-2.0
"""The Spark adapter of the port: files are counted by Spark, wherever that runs.

Parquet is read by Spark itself. CSV and JSON lines are read once by DuckDB and written as Parquet
into the temporary folder: which column is one of numbers, what is a missing value and which bytes
are which characters must not depend on who counts (decision 0026).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from pyspark.sql import types

from shirube.engines.duckdb.engine import DuckDBEngine
from shirube.engines.queried.source import QueriedSource
from shirube.engines.queried.texts import COLUMNS_AT_ONCE, Gate, batches, gates
from shirube.engines.spark.dialect import MOMENT
from shirube.engines.spark.session import SparkAsked, passing
from shirube.terms.errors import Problem
from shirube.terms.source import Table, TableColumn
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from pyspark.sql import DataFrame

    from shirube.terms.cells import TextBatch
    from shirube.terms.source import Progress, R

_TYPES: dict[type[types.DataType], tuple[str, str]] = {
    types.BooleanType: ("BOOLEAN", "boolean"),
    types.ByteType: ("TINYINT", "number"),
    types.ShortType: ("SMALLINT", "number"),
    types.IntegerType: ("INTEGER", "number"),
    types.LongType: ("BIGINT", "number"),
    types.FloatType: ("FLOAT", "number"),
    types.DoubleType: ("DOUBLE", "number"),
    types.StringType: ("VARCHAR", "text"),
    types.DateType: ("DATE", "time"),
    types.TimestampNTZType: ("TIMESTAMP", "time"),
    types.TimestampType: (MOMENT, "time"),
}
"""Spark's types, by the names that the engines share, with our kinds."""

_ROWS_AT_ONCE = 2048
_GLOB = str.maketrans({each: f"\\{each}" for each in "\\*?[]{}"})


class SparkEngine:
    """Apache Spark. See ``port.Engine`` for what is true when a call returns."""

    name = "spark"

    def __init__(
        self, *, memory_limit: str = "1GB", threads: int | None = None, temp: Path | None = None
    ) -> None:
        self._reader: DuckDBEngine | None = None
        self._read = partial(DuckDBEngine, memory_limit=memory_limit, threads=threads, temp=temp)
        self._written: dict[tuple[object, ...], tuple[Table, str]] = {}
        self._asked = SparkAsked(memory_limit=memory_limit, threads=threads)
        self._open = True
        self.version = self._asked.version
        self._views = 0

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        """Return the table with its columns and number of rows."""
        self._asked.progress = progress
        if table.format != "parquet":
            return self._as_parquet(table, progress)[0]
        with self._asked.watched(_("Reading the table")):
            frame = self._frame(table.files)
            rows = frame.count()
        columns = tuple(_column(field) for field in frame.schema.fields)
        return msgspec.structs.replace(table, columns=columns, rows=rows)

    def source(
        self, table: Table, *, progress: Progress | None = None, cache: Path | None = None
    ) -> SparkSource:
        """Return the table, ready to be counted; nothing is cached on this side."""
        del cache
        files, described = table.files, table
        if table.format != "parquet":
            described, copy = self._as_parquet(table, progress)
            files = (copy,)
        elif not table.columns:
            described = self.describe(table, progress=progress)
        self._asked.progress = progress
        self._views += 1
        view = f"shirube_table_{self._views}"
        with self._asked.watched(""):
            self._frame(files).createOrReplaceTempView(view)
        return SparkSource(self._asked, view, described)

    def close(self) -> None:
        """Stop Spark, if it was started here, and remove what was written for it."""
        if self._reader is not None:
            self._reader.close()
        if self._open:
            self._asked.close()
            self._open = False

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""
        self.close()

    def _as_parquet(self, table: Table, progress: Progress | None) -> tuple[Table, str]:
        """Return the table as DuckDB describes it, and the Parquet file that it wrote."""
        named = (table.files, table.format, table.encoding, table.digests)
        if named not in self._written:
            if self._reader is None:
                self._reader = self._read()
            source = self._reader.source(table, progress=progress)
            self._written[named] = source.table, str(source.as_parquet())
        return self._written[named]

    def _frame(self, files: Sequence[str]) -> DataFrame:
        """Return the files as one frame; files with other columns are refused."""
        paths = [f"file://{str(Path(file).resolve()).translate(_GLOB)}" for file in files]
        read = self._asked.session.read
        first = read.parquet(paths[0]).columns
        for path, file in zip(paths[1:], files[1:], strict=True):
            # Spark would fill up what a file lacks, and leave out what the first one lacks.
            if read.parquet(path).columns != first:
                raise Problem(
                    _("The columns are not those of {first} ({difference}).").format(
                        first=Path(files[0]).name,
                        difference=", ".join(sorted({*read.parquet(path).columns} ^ {*first}))
                        or _("another order"),
                    ),
                    where=file,
                    why=_("The files of a table are counted as one."),
                    remedy=_(
                        "Give all files the same columns in the same order, or declare two data "
                        "sets."
                    ),
                )
        return read.parquet(*paths)


class SparkSource(QueriedSource):
    """A table that Spark counts; what looks at texts is sent to where they are."""

    _asked: SparkAsked

    def map_texts(
        self,
        look: Callable[[TextBatch], R],
        columns: Sequence[str] | None = None,
        *,
        digits: int = 2,
        words: bool = False,
    ) -> Iterator[R]:
        """Yield what ``look`` returns; it runs beside the data, and only that comes back."""
        chosen = gates(self._asked.dialect, self._known(columns), digits=digits, words=words)
        for start in range(0, len(chosen), COLUMNS_AT_ONCE):
            part = chosen[start : start + COLUMNS_AT_ONCE]
            query = passing([gate.cell for gate in part], self._relation)
            with self._asked.watched(""):
                rows = self._asked.session.sql(query).rdd
                yield from rows.mapPartitions(partial(_looked_at, part, look)).toLocalIterator()


def _looked_at(
    part: Sequence[Gate], look: Callable[[TextBatch], R], rows: Iterable[Any]
) -> Iterator[R]:
    """Look at the rows of one partition, in batches."""
    batch: list[tuple[Any, ...]] = []
    for row in rows:
        batch.append(tuple(row))
        if len(batch) == _ROWS_AT_ONCE:
            yield from map(look, batches(part, batch, batch[-1][0]))
            batch = []
    if batch:
        yield from map(look, batches(part, batch, batch[-1][0]))


def _column(field: types.StructField) -> TableColumn:
    """Return a column with the type that the engines share."""
    kind = type(field.dataType)
    if isinstance(field.dataType, types.DecimalType):
        of = field.dataType
        return TableColumn(field.name, f"DECIMAL({of.precision},{of.scale})", "number")
    if isinstance(field.dataType, types.StringType):
        kind = types.StringType
    written = str(field.dataType.simpleString())
    if written.startswith("time("):
        return TableColumn(field.name, "TIME", "time")
    name, of_value = _TYPES.get(kind, (written, "other"))
    note = _("bytes are not looked at") if name == "binary" else ""
    return TableColumn(field.name, name, of_value, note)
