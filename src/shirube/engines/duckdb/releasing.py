# SPDX-License-Identifier: Apache-2.0
"""Distinct tuples with their values, and a released table, on DuckDB.

Values are texts here, as the file has them: a hierarchy's ``007`` is not the number 7. Whole
numbers in a column of numbers with a point are written without it. One ``GROUP BY`` is the
only pass over the table; codes are made from the cells.
"""

from __future__ import annotations

import os
import shutil
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import sql, text_numbers
from shirube.engines.duckdb.as_before import style, write_csv
from shirube.engines.duckdb.blocks import blocks
from shirube.terms.errors import Problem
from shirube.terms.release import Limits, ReleasedColumn, ReleasePlan, TupleCells
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

    _Cells = tuple[dict[str, tuple[str, ...]], dict[str, NDArray[np.int64]], NDArray[np.int64]]

_CELLS, _KIND = "shirube_tuples", "shirube_texts"
_AT_ONCE = 100_000
_JOINS = 24
_MOST_PROFILED, _ROWS_PROFILED = 32, 2_000_000
_STAR = "*"
_WITH_POINT = ("FLOAT", "DOUBLE", "DECIMAL")


class DuckDBRelease:
    """A described table whose values may be taken.

    Parameters
    ----------
    session, table
        The session of the table, and the table.
    relation
        What stands after FROM: all texts for a text format, typed for Parquet.
    folder
        Where the session may write.
    """

    def __init__(self, session: Session, table: Table, relation: str, folder: Path) -> None:
        self._session, self._table = session, table
        self._relation, self._folder = relation, folder
        self._texts = table.format != "parquet"

    @property
    def table(self) -> Table:
        """The table."""
        return self._table

    def tuples(
        self,
        columns: Sequence[str],
        *,
        limits: Mapping[str, Limits] | None = None,
        compiled: bool = False,
    ) -> TupleCells:
        """Return the distinct combinations of the columns' values."""
        self._check(columns)
        names = {name: f"c{at}" for at, name in enumerate(columns)}
        raw = ", ".join(
            f"{self._limited(name, limits or {})} AS {alias}" for name, alias in names.items()
        )
        grouped = f"SELECT {', '.join(names.values())}, count(*) AS n FROM (SELECT {raw} FROM"
        grouped += f" {self._relation}) GROUP BY ALL"
        chosen = ", ".join(
            f"coalesce({self._text(name, alias)}, '') AS {alias}" for name, alias in names.items()
        )
        query = f"SELECT {chosen}, n FROM ({grouped})"
        loop = text_numbers.compiled() if compiled else None
        if loop is not None:
            return TupleCells(*self._numbered(query, names, loop))
        try:
            self._session.rows(
                f"CREATE TEMP TABLE {_CELLS} AS {query}",
                doing=_("Collapsing the table to distinct rows"),
            )
            return TupleCells(*self._coded(names))
        finally:
            self._session.rows(f"DROP TABLE IF EXISTS {_CELLS}")

    def values(self, column: str, most: int) -> tuple[str, ...] | None:
        """Return the distinct values of a column, sorted; None where there are more."""
        self._check([column])
        text = self._text(column, sql.name(column))
        rows = self._session.rows(
            f"SELECT DISTINCT coalesce({text}, '') FROM {self._relation} LIMIT {most + 1}"
        )
        return None if len(rows) > most else tuple(sorted(str(row[0]) for row in rows))

    def write(self, plan: ReleasePlan, target: Path) -> tuple[int, tuple[ReleasedColumn, ...]]:
        """Write the released table in an order that depends on what it shows alone."""
        kept = [each.name for each in self._table.columns if each.name not in plan.dropped]
        self._check([*plan.labels, *plan.tokens, *plan.limits, *plan.dropped, *plan.suppressed])
        part = self._folder / f"release{len(list(self._folder.glob('release*')))}.parquet"
        query = self._query(plan, kept)
        # Sorting goes by itself: together with the joins it would not stay within the memory limit.
        # Sorted by everything, the rows have forgotten their order, whatever shuffles them then; a
        # sorted table would pass for one in the order of a column (the measure row_order).
        unsorted, in_order = part.with_suffix(".unsorted"), part.with_suffix(".sorted")
        steps = (
            (query, unsorted, _("Writing the released table")),
            (f"SELECT * FROM {_file(unsorted)} ORDER BY ALL", in_order, _("Sorting the table")),
            (
                f"SELECT * EXCLUDE (file_row_number) FROM {_file(in_order, 'file_row_number')}"
                " ORDER BY md5_number_lower(CAST(file_row_number AS VARCHAR)), file_row_number",
                part,
                _("Shuffling the table"),
            ),
        )
        for rows_of, file, doing in steps:
            copied = f"COPY ({rows_of}) TO {sql.text(str(file))} (FORMAT parquet)"
            self._session.rows(copied, doing=doing)
        unsorted.unlink()
        in_order.unlink()
        released = f"read_parquet({sql.text(str(part))})"
        rows = int(self._session.rows(f"SELECT count(*) FROM {released}")[0][0])
        # Several columns at once hold their distinct values at once: few rows allow many columns.
        many = max(1, min(_MOST_PROFILED, _ROWS_PROFILED // max(rows, 1)))
        columns = tuple(
            each
            for start in range(0, len(kept), many)
            for each in self._profiled(kept[start : start + many], released)
        )
        self._hand_over(part, released, target, plan.encoding)
        return rows, columns

    def _numbered(
        self, query: str, names: Mapping[str, str], loop: Callable[..., tuple[int, int]]
    ) -> _Cells:
        """Return the same as ``_coded``, from the rows of the query as they come."""
        known = [text_numbers.TextNumbers(loop) for _name in names]
        parts: list[list[NDArray[np.int32]]] = [[] for _name in names]
        count = []
        with self._session.watched(_("Collapsing the table to distinct rows")):
            for block in blocks(self._session.connection.sql(query)):
                for numbers, part, column in zip(known, parts, block[:-1], strict=True):
                    part.append(numbers.add(column.values, column.data, column.valid))
                count.append(block[-1].values.astype(np.int64))
        values, codes = {}, {}
        for name, numbers, part in zip(names, known, parts, strict=True):
            texts = numbers.texts()
            # Texts in the order of their bytes first, as the other way has them.
            sorted_places = sorted(range(len(texts)), key=texts.__getitem__)
            order = [
                sorted_places[at] for at in _order([texts[at] for at in sorted_places]).tolist()
            ]
            place = np.empty(len(texts), np.int64)
            place[order] = np.arange(len(order))
            values[name] = tuple(texts[at] for at in order)
            codes[name] = place[np.concatenate(part or [np.zeros(0, np.int32)])]
        return values, codes, np.concatenate(count or [np.zeros(0, np.int64)])

    def _coded(self, names: Mapping[str, str]) -> _Cells:
        """Return the values of the columns of the cells, their codes, and the count.

        The texts of all columns are one list: a small table would pay for each further query.
        """
        every = " UNION ".join(
            f"SELECT DISTINCT {alias} AS v FROM {_CELLS}" for alias in names.values()
        )
        self._session.rows(
            f"CREATE OR REPLACE TYPE {_KIND} AS ENUM (SELECT v FROM ({every}) ORDER BY v)"
        )
        (listed,) = self._session.rows(f"SELECT enum_range(NULL::{_KIND})")[0]
        coded = "".join(f"enum_code({alias}::{_KIND}) AS {alias}, " for alias in names.values())
        found = self._session.arrays(f"SELECT {coded}n FROM {_CELLS}")
        self._session.rows(f"DROP TYPE {_KIND}")
        values, codes = {}, {}
        place = np.empty(len(listed), np.int64)
        for name, alias in names.items():
            code = found.pop(alias)
            there = np.flatnonzero(np.bincount(code, minlength=len(listed)))
            texts = [str(listed[at]) for at in there.tolist()]
            order = _order(texts)
            place[there[order]] = np.arange(len(order))
            values[name] = tuple(texts[at] for at in order.tolist())
            codes[name] = place[code]
        return values, codes, found["n"].astype(np.int64)

    def _limited(self, name: str, limits: Mapping[str, Limits]) -> str:
        """Return a column after bottom and top coding."""
        column = sql.name(name)
        if name not in limits:
            return column
        text, number = self._text(name, column), f"TRY_CAST({column} AS DOUBLE)"
        branches = []
        if limits[name].bottom is not None:
            bottom = str(limits[name].bottom)
            branches.append((f"{number} < {sql.number(float(bottom))}", sql.text(bottom)))
        if limits[name].top is not None:
            top = str(limits[name].top)
            branches.append((f"{number} > {sql.number(float(top))}", sql.text(top)))
        return sql.case(*branches, otherwise=text)

    def _text(self, name: str, expression: str) -> str:
        """Return the expression of a column's values as texts."""
        column = self._table.column(name)
        if self._texts or column is None or column.type == "VARCHAR":
            return f"CAST({expression} AS VARCHAR)"
        if column.type.startswith(_WITH_POINT):
            whole = f"TRY_CAST({expression} AS DOUBLE) = floor(TRY_CAST({expression} AS DOUBLE))"
            near = f"abs(TRY_CAST({expression} AS DOUBLE)) < 9007199254740992"
            return sql.case(
                (f"{whole} AND {near}", f"CAST(TRY_CAST({expression} AS BIGINT) AS VARCHAR)"),
                otherwise=f"CAST({expression} AS VARCHAR)",
            )
        return f"CAST({expression} AS VARCHAR)"

    def _query(self, plan: ReleasePlan, kept: Sequence[str]) -> str:
        """Return the query over the released rows.

        A join per mapped column; with many of them the rows are written in between, because every
        join holds memory of its own.
        """
        expressions = {name: self._limited(name, plan.limits) for name in kept}
        texts = {name: self._text(name, expressions[name]) for name in kept}
        mapped = [name for name in kept if name in plan.labels or name in plan.tokens]
        relation = self._relation
        while len(mapped) > _JOINS:
            part, mapped = mapped[:_JOINS], mapped[_JOINS:]
            rows = self._folder / f"stage{len(list(self._folder.glob('stage*')))}.parquet"
            query = self._joined(plan, part, expressions, texts, relation)
            self._session.rows(f"COPY ({query}) TO {sql.text(str(rows))} (FORMAT parquet)")
            relation = f"read_parquet({sql.text(str(rows))})"
            for name in part:
                expressions[name] = sql.name(name)
            # What was limited is limited now, and is the text it was limited to.
            for name in set(plan.limits) - set(part):
                if name in kept:
                    expressions[name] = texts[name] = sql.name(name)
        query = self._joined(plan, mapped, expressions, texts, relation)
        return self._without(query, plan, kept)

    def _joined(
        self,
        plan: ReleasePlan,
        mapped: Sequence[str],
        expressions: Mapping[str, str],
        texts: Mapping[str, str],
        relation: str,
    ) -> str:
        """Return the query in which some columns are replaced by what their values map to."""
        joins, shown = [], dict(expressions)
        for at, name in enumerate(mapped):
            table = f"shirube_map{at}"
            self._map(table, name, plan, texts[name])
            joins.append(f"LEFT JOIN {table} ON {table}.v = coalesce({texts[name]}, '')")
            shown[name] = f"{table}.l"
        chosen = ", ".join(f"{shown[name]} AS {sql.name(name)}" for name in expressions)
        return f"SELECT {chosen} FROM {relation} AS shirube_rows {' '.join(joins)}"

    def _without(self, query: str, plan: ReleasePlan, kept: Sequence[str]) -> str:
        """Leave out, or mask, what is suppressed."""
        if not any(len(each) for each in plan.suppressed.values()):
            return query
        names = list(plan.suppressed)
        listed = dict(zip(_aliases(names), plan.suppressed.values(), strict=True))
        self._table_of("shirube_suppressed", listed)
        same = " AND ".join(
            f"coalesce({self._text(name, f'r.{sql.name(name)}')}, '') = s.{alias}"
            if name not in plan.labels
            else f"r.{sql.name(name)} = s.{alias}"
            for name, alias in zip(names, _aliases(names), strict=True)
        )
        if not plan.keep_suppressed:
            return f"SELECT r.* FROM ({query}) r ANTI JOIN shirube_suppressed s ON {same}"
        columns = ", ".join(
            _masked(name) if name in plan.suppressed else f"r.{sql.name(name)}" for name in kept
        )
        return f"SELECT {columns} FROM ({query}) r LEFT JOIN shirube_suppressed s ON {same}"

    def _map(self, table: str, name: str, plan: ReleasePlan, text: str) -> None:
        """Make the table from value to released value of a column."""
        if name in plan.labels:
            labels = plan.labels[name]
            self._table_of(table, {"v": list(labels), "l": list(labels.values())})
        else:
            self._tokens(table, name, plan.tokens[name], text)

    def _tokens(self, table: str, name: str, token: Callable[[str], str], text: str) -> None:
        """Make the table from value to token; a row without a value stays without one."""
        values = self._session.rows(
            f"SELECT DISTINCT {text} FROM {self._relation} WHERE {sql.name(name)} IS NOT NULL",
            doing=_("Making tokens"),
        )
        self._session.rows(f"CREATE OR REPLACE TEMP TABLE {table} (v VARCHAR, l VARCHAR)")
        for block in _blocks(str(row[0]) for row in values):
            self._insert(table, {"v": block, "l": [token(value) for value in block]})

    def _table_of(self, table: str, columns: Mapping[str, Sequence[str]]) -> None:
        """Make a table of texts."""
        listed = ", ".join(f"{alias} VARCHAR" for alias in columns)
        self._session.rows(f"CREATE OR REPLACE TEMP TABLE {table} ({listed})")
        length = len(next(iter(columns.values())))
        for start in range(0, length, _AT_ONCE):
            self._insert(
                table,
                {alias: list(each[start : start + _AT_ONCE]) for alias, each in columns.items()},
            )

    def _insert(self, table: str, columns: Mapping[str, Sequence[str]]) -> None:
        """Insert texts; values are parameters, never part of the query."""
        lists = ", ".join("unnest(CAST(? AS VARCHAR[]))" for _column in columns)
        with self._session.watched(""):
            self._session.connection.execute(
                f"INSERT INTO {table} SELECT {lists}", [list(each) for each in columns.values()]
            )

    def _profiled(self, names: Sequence[str], released: str) -> list[ReleasedColumn]:
        """Count the different values of some columns, before and after, and their rarest."""
        columns = [sql.name(name) for name in names]
        distinct = ", ".join(f"count(DISTINCT {column})" for column in columns)
        (before,) = self._session.rows(f"SELECT {distinct} FROM {self._relation}")
        counted = " UNION ALL ".join(
            f"SELECT {at}, count(*), coalesce(min(n), 0) FROM (SELECT count(*) AS n FROM {released}"
            f" WHERE {column} IS NOT NULL GROUP BY {column})"
            for at, column in enumerate(columns)
        )
        after = sorted(self._session.rows(counted))
        return [
            ReleasedColumn(name, int(values), int(left), int(rarest))
            for name, values, (_at, left, rarest) in zip(names, before, after, strict=True)
        ]

    def _hand_over(self, part: Path, released: str, target: Path, encoding: str | None) -> None:
        """Bring the rows to their place in the format that the name asks for."""
        name, whole = target.name.lower(), part
        if not name.endswith((".parquet", ".pq")):
            whole = write_csv(
                self._session,
                f"SELECT * FROM {released}",
                style(self._session, self._table, encoding),
                part,
                packed=name.endswith(".gz"),
            )
            part.unlink()
        os.chmod(whole, 0o600)  # noqa: PTH101 - the file is ours, and it holds rows of persons
        shutil.move(whole, target)

    def _check(self, wanted: Sequence[str]) -> None:
        known = [each.name for each in self._table.columns]
        missing = [each for each in wanted if each not in known]
        if missing:
            raise Problem(
                _("The table has no column {names}.").format(names=", ".join(missing)),
                where=self._table.dataset or None,
                remedy=_("Its columns are: {names}.").format(
                    names=", ".join(known[:50]) + (" …" if len(known) > 50 else "")
                ),
            )


def _masked(name: str) -> str:
    """Return a quasi-identifier with a star where the row is suppressed."""
    shown = f"CAST(r.{sql.name(name)} AS VARCHAR)"
    masked = sql.case(("s.s0 IS NOT NULL", sql.text(_STAR)), otherwise=shown)
    return f"{masked} AS {sql.name(name)}"


def _order(values: Sequence[str]) -> NDArray[np.int64]:
    """Return the order of numbers where all values (but the empty one) are numbers."""
    try:
        numbers = [float(value) if value else -np.inf for value in values]
    except ValueError:
        return np.arange(len(values))
    return np.argsort(np.asarray(numbers), kind="stable")


def _aliases(names: Sequence[str]) -> list[str]:
    return [f"s{at}" for at in range(len(names))]


def _file(path: Path, *options: str) -> str:
    """Return the relation of a Parquet file."""
    given = "".join(f", {option} = true" for option in options)
    return f"read_parquet({sql.text(str(path))}{given})"


def _blocks(values: Iterator[str]) -> Iterator[list[str]]:
    while block := list(islice(values, _AT_ONCE)):
        yield block
