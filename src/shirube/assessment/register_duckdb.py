# SPDX-License-Identifier: Apache-2.0
"""A register in DuckDB: what rules ask of it, in chunks that fit into memory.

The subjects are ordered by name once; a chunk is a range of their places. The first chunk is small:
most examples of who moves are found in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.assessment.register_asking import (
    FLAGS,
    Ask,
    explained_query,
    runs_query,
    subjects_query,
)
from shirube.assessment.register_outcomes import Chunk, Runs, Told
from shirube.assessment.selecting import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from shirube.assessment.register import R
    from shirube.assessment.register_asking import Column
    from shirube.assessment.register_outcomes import Values

_FIRST, _CHUNK = 1 << 13, 1 << 18
_ROWS = "_asked_subjects"


class DuckDBDialect:
    """DuckDB's SQL."""

    text = "VARCHAR"
    kept = "materialized "

    def name(self, identifier: str) -> str:
        """Return an identifier in double quotes."""
        return '"' + identifier.replace('"', '""') + '"'

    def literal(self, text: str) -> str:
        """Return a text literal."""
        return "'" + text.replace("'", "''") + "'"

    def fits(self, arguments: str, wanted: Mapping[str, object]) -> str:
        """Return the condition that a run's arguments are those that a rule fixes."""
        return " and ".join(
            f"json_extract({arguments}, {self.literal(_path(name))})::varchar = json_extract("
            f"{self.literal(canonical({'wanted': value}))}, '$.wanted')::varchar"
            for name, value in wanted.items()
        )


class DuckDBRegister:
    """A register whose tables stand in a DuckDB connection."""

    dialect = DuckDBDialect()

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.connection = connection

    def tables(self) -> dict[str, dict[str, str]]:
        """Return table -> column -> type of everything that the connection holds."""
        found: dict[str, dict[str, str]] = {}
        rows = self.connection.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
        )
        for table, column, kind in rows.fetchall():
            found.setdefault(table, {})[column] = kind
        return found

    def run(self, asked: Ask, look: Callable[[Iterator[Chunk], Sequence[Any]], R]) -> list[R]:
        """Return what ``look`` makes of all chunks, and of the words that are numbered there."""
        words = self._order(asked)
        names = [f"_asked_runs_{at}" for at in range(len(asked.streams))]
        tables = self.tables()
        for name, stream in zip(names, asked.streams, strict=True):
            self._place(name, runs_query(asked, stream, tables, self.dialect))
        names.append("_asked_explained")
        if "explanations" in tables:
            self._place(names[-1], explained_query(asked, self.dialect))
        try:
            return [look(self._chunks(asked, "explanations" in tables), words)]
        finally:
            for name in (_ROWS, *names):
                self.connection.execute(f"drop table if exists {name}")

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a query with a small answer."""
        cursor = self.connection.execute(query)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _order(self, asked: Ask) -> list[tuple[str | None, ...]]:
        """Write the subjects in the order of their names, their words numbered."""
        listed = f"[{', '.join(f'w{at}' for at in range(len(asked.words)))}]::varchar[]"
        query = subjects_query(asked, self.dialect)
        columns = "".join(f", c{at}" for at in range(len(asked.columns)))
        self.connection.execute(
            f"create or replace temp table _asked_words as select told, (row_number() over"
            f" (order by told) - 1)::bigint as number from"
            f" (select distinct {listed} as told from ({query}))"
        )
        self.connection.execute(
            f"create or replace temp table {_ROWS} as select subject, number as words{columns}"
            f" from ({query}) join _asked_words on told is not distinct from {listed}"
            " order by subject"
        )
        told = self.connection.execute("select told from _asked_words order by number").fetchall()
        self.connection.execute("drop table _asked_words")
        return [tuple(words) for (words,) in told]

    def _place(self, name: str, query: str) -> None:
        """Write a query's rows with the places of their subjects instead of their names."""
        self.connection.execute(
            f"create or replace temp table {name} as select s.rowid as place, q.* exclude (subject)"
            f" from ({query}) q join {_ROWS} s on s.subject = q.subject order by place"
        )

    def _chunks(self, asked: Ask, explained: bool) -> Iterator[Chunk]:
        row = self.connection.execute(f"select count(*) from {_ROWS}").fetchone()
        count = int(row[0]) if row else 0
        start, size = 0, _FIRST
        while start < count:
            yield self._chunk(asked, start, min(start + size, count), explained)
            start, size = start + size, _CHUNK

    def _chunk(self, asked: Ask, start: int, end: int, explained: bool) -> Chunk:
        def part(table: str, place: str) -> dict[str, Any]:
            query = f"select * from {table} where {place} >= {start} and {place} < {end}"
            return self.connection.execute(query).fetchnumpy()

        found = part(_ROWS, "rowid")
        runs = []
        for number, stream in enumerate(asked.streams):
            rows = part(f"_asked_runs_{number}", "place")
            runs.append(
                Runs(
                    at=_plain(rows["place"]).astype(np.int64) - start,
                    flags={name: _plain(rows[name]) for name in FLAGS},
                    old=[_plain(rows[f"old{at}"]) for at in range(len(stream.lifetimes))],
                    values=_values(rows, "v", stream.columns),
                )
            )
        marked: dict[str, NDArray[np.int64]] = {}
        if explained:
            rows = part("_asked_explained", "place")
            rules = _plain(rows["rule"])
            for rule in set(rules):
                marked[rule] = _plain(rows["place"])[rules == rule].astype(np.int64) - start
        return Chunk(
            subjects=_plain(found["subject"]),
            words=_plain(found["words"]),
            values=_values(found, "c", asked.columns),
            runs=runs,
            explained=marked,
        )


def _values(found: Mapping[str, Any], letter: str, columns: Sequence[Column]) -> list[Values]:
    return [
        _number(found[f"{letter}{at}"])
        if isinstance(column.means, str)
        else _told(found[f"{letter}{at}"])
        for at, column in enumerate(columns)
    ]


def _number(given: NDArray[Any]) -> NDArray[np.float64]:
    """Return numbers with NaN where nothing finite is known."""
    numbers = np.ma.filled(given.astype(np.float64), np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _told(given: NDArray[Any]) -> Told:
    known = ~np.ma.getmaskarray(given)
    return Told(np.asarray(np.ma.getdata(given), np.bool_) & known, known)


def _plain(given: NDArray[Any]) -> NDArray[Any]:
    """Return values of which none is NULL."""
    return np.ma.getdata(given)


def _path(name: str) -> str:
    return '$."' + name.replace('"', '\\"') + '"'
