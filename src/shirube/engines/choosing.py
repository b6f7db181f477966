# SPDX-License-Identifier: Apache-2.0
"""Which engine counts a table: the one that is where the data are, unless another is asked for.

Files are counted by DuckDB, or by Spark where that is preferred; tables of a server by the server.
An engine is opened, and what it is made of imported, when the first table needs it: a check that
finds everything as it was needs none.
"""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from shirube.engines.duckdb import FORMATS as DUCKDB_FORMATS
from shirube.engines.prose.engine import TextEngine
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from shirube.engines.port import Engine
    from shirube.engines.postgres.engine import PostgresEngine
    from shirube.engines.spark.engine import SparkEngine
    from shirube.terms.source import Progress, Source, Table

READS: dict[str, tuple[str, ...]] = {
    "duckdb": DUCKDB_FORMATS,
    "postgres": ("postgresql",),
    "spark": ("parquet", "csv", "jsonl"),
    "texts": ("text",),
}
"""Which formats of tables an engine reads."""


class Engines:
    """All engines behind one port: each table goes to the engine that counts it.

    Parameters
    ----------
    preferred
        The engine that must count; None takes the one where the data are.
    memory_limit, threads, temp
        As ``open_engine`` has them.
    """

    def __init__(
        self,
        preferred: str | None,
        *,
        memory_limit: str,
        threads: int | None = None,
        temp: Path | None = None,
    ) -> None:
        self._preferred = preferred
        self._memory_limit, self._threads, self._temp = memory_limit, threads, temp
        self._open: dict[str, Engine] = {}

    @property
    def name(self) -> str:
        """The name of the engine that counts files."""
        if self._preferred in (None, "duckdb"):  # known without loading it
            return "duckdb"
        return self._engine(self._preferred).name

    @property
    def version(self) -> str:
        """The version of the engine that counts files."""
        if self._preferred in (None, "duckdb"):
            return metadata.version("duckdb")
        return self._engine(self._preferred).version

    def told(self, table: Table) -> str:
        """Return name and version of the engine that counts a table, as evidence has it."""
        engine = self._of(table)
        return f"{engine.name} {engine.version}"

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        """Return the table with its columns and number of rows."""
        return self._of(table).describe(table, progress=progress)

    def source(
        self, table: Table, *, progress: Progress | None = None, cache: Path | None = None
    ) -> Source:
        """Return the table, ready to be counted."""
        return self._of(table).source(table, progress=progress, cache=cache)

    def close(self) -> None:
        """Close every engine that was opened."""
        while self._open:
            self._open.popitem()[1].close()

    def __enter__(self) -> Self:
        """Return the engines."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engines."""
        self.close()

    def _of(self, table: Table) -> Engine:
        """Return the engine that counts a table."""
        able = [name for name, formats in READS.items() if table.format in formats]
        if self._preferred is None:
            return self._engine(able[0] if able else "duckdb")  # which knows what to say
        if able and self._preferred not in able:
            raise Problem(
                _("The engine {name} cannot count a table of the format {format}.").format(
                    name=self._preferred, format=table.format
                ),
                where=table.dataset or None,
                why=_("It reads: {formats}.").format(formats=", ".join(READS[self._preferred])),
                remedy=_("Leave the engine out, or name one of: {names}.").format(
                    names=", ".join(able)
                ),
            )
        return self._engine(self._preferred)

    def _engine(self, name: str) -> Engine:
        """Return an engine, opened when it is first needed."""
        if name not in self._open:
            self._open[name] = self._opened(name)
        return self._open[name]

    def _opened(self, name: str) -> Engine:
        if name == "postgres":
            return open_postgres()
        if name == "spark":
            return open_spark(self._memory_limit, self._threads, self._temp)
        if name == "texts":
            return TextEngine()
        from shirube.engines.duckdb.engine import DuckDBEngine

        return DuckDBEngine(memory_limit=self._memory_limit, threads=self._threads, temp=self._temp)


def open_postgres() -> PostgresEngine:
    """Return the engine of PostgreSQL; a Problem without the extra ``postgres``."""
    try:
        from shirube.engines.postgres.engine import PostgresEngine
    except ImportError as error:
        raise extra_needed("PostgreSQL", "postgres") from error
    return PostgresEngine()


def open_spark(memory_limit: str, threads: int | None, temp: Path | None) -> SparkEngine:
    """Return the engine of Spark; a Problem without the extra ``spark`` or without Java."""
    try:
        from shirube.engines.spark.engine import SparkEngine
    except ImportError as error:
        raise extra_needed("Apache Spark", "spark") from error
    return SparkEngine(memory_limit=memory_limit, threads=threads, temp=temp)


def extra_needed(what: str, extra: str) -> Problem:
    """Return the problem of an installation without an extra."""
    return Problem(
        _("{what} needs packages that are not installed.").format(what=what),
        remedy=_("Install the extra: pip install 'shirube[{extra}]'.").format(extra=extra),
    )
