# SPDX-License-Identifier: Apache-2.0
"""Bucket cells by queries: all columns of numbers in one pass, all others in two.

1. Every row is turned into one row per column of numbers and grouped by period, column and bucket.
2. Buckets with a value beyond their literal edges are counted again by comparison with the edges:
   ``ln`` differs between engines in the last digit, and equal tables must give equal cells.
3. The other columns are turned as texts; one with more than ``TEXT_LIMIT`` texts is hashed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import bucket_queries, buckets, sql
from shirube.engines.cell_sums import ColumnCells, assemble, merge
from shirube.engines.periods import index
from shirube.terms.errors import InternalError
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.queried.asking import Asked
    from shirube.terms.cells import BucketCells
    from shirube.terms.source import TableColumn

_AT_ONCE = 200
"""Columns turned together: a query over thousands of them takes minutes to plan."""

_Cell = tuple[Any, ...]


def bucket_cells(
    asked: Asked, relation: str, columns: Sequence[TableColumn], period: TableColumn | None
) -> BucketCells:
    """Count the rows of the relation per period, column and bucket."""
    cells: dict[str, ColumnCells] = {}
    for number in (True, False):
        chosen = [each for each in columns if (each.kind == "number") == number]
        for start in range(0, len(chosen), _AT_ONCE):
            part = chosen[start : start + _AT_ONCE]
            count = _numbers if number else _texts
            cells |= count(asked, relation, part, _period(asked, period))
    return assemble([cells], [each.name for each in columns])


def _period(asked: Asked, period: TableColumn | None) -> str:
    """Return the expression of a row's period: a date where there is a time."""
    if period is None:
        return "0"
    if period.type.startswith("TIMESTAMP"):
        return sql.cast(asked.dialect.name(period.name), "DATE")
    return asked.dialect.as_key(period)


def _numbers(
    asked: Asked, relation: str, columns: Sequence[TableColumn], period: str
) -> dict[str, ColumnCells]:
    """Count columns of numbers by logarithmic bucket."""
    dialect = asked.dialect
    values = [dialect.as_double(each) for each in columns]
    turned = dialect.turned([f"{period} AS p"], values, relation)
    bucket = bucket_queries.bucket("x", double=dialect.double)
    found = _by_column(asked, _count(asked, turned, bucket), columns)
    cells = {at: _column_cells(rows, period) for at, rows in enumerate(found)}
    wrong = {
        at: buckets.beyond_edges(part.bucket, part.low, part.high) for at, part in cells.items()
    }
    wrong = {at: numbers for at, numbers in wrong.items() if numbers}
    if wrong:
        for at, exact in _recounted(asked, turned, wrong, period).items():
            kept = cells[at].where(~np.isin(cells[at].bucket, wrong[at]))
            moved = merge([kept, exact])
            if moved.count.sum() != cells[at].count.sum():
                raise InternalError("recounting at the edges of buckets lost or doubled rows")
            cells[at] = moved
    return {each.name: cells[at] for at, each in enumerate(columns)}


def _recounted(
    asked: Asked, turned: str, wrong: dict[int, list[int]], period: str
) -> dict[int, ColumnCells]:
    """Count the buckets on both sides of offending edges again, by exact comparison."""
    exactly = [
        (f"c = {at} AND {bucket_queries.within('x', number, double=asked.dialect.double)}", number)
        for at, numbers in wrong.items()
        for number in numbers
    ]
    bucket = sql.case(
        *((condition, str(number)) for condition, number in exactly), otherwise="NULL"
    )
    somewhere = " OR ".join(f"({condition})" for condition, _number in exactly)
    inside = f"(SELECT p, c, x FROM {turned} WHERE {somewhere}) edges"
    rows: dict[int, list[_Cell]] = {at: [] for at in wrong}
    for row in asked.rows(_count(asked, inside, bucket)):
        rows[row[0]].append(row[1:])
    return {at: _column_cells(found, period) for at, found in rows.items()}


def _count(asked: Asked, relation: str, bucket: str) -> str:
    """Return the query for column, period, bucket, count, smallest and largest value."""
    return sql.count_by(
        [("c", "c"), ("p", "p"), (bucket, "b")],
        [("count(*)", "n"), ("min(x)", "low"), ("max(x)", "high")],
        relation,
        quoted=asked.dialect.name,
    )


def _by_column(asked: Asked, query: str, columns: Sequence[TableColumn]) -> list[list[_Cell]]:
    """Return the rows of each column, without its number."""
    rows: list[list[_Cell]] = [[] for _column in columns]
    doing = _("Counting {count} columns").format(count=len(columns))
    for row in asked.rows(query, doing=doing):
        rows[row[0]].append(row[1:])
    return rows


def _column_cells(rows: Sequence[_Cell], period: str) -> ColumnCells:
    """Return cells of (period, bucket, count, low, high)."""
    names, codes = index([_period_text(row[0], period) for row in rows])
    numbers = [buckets.NULL if row[1] is None else int(row[1]) for row in rows]
    nan = float("nan")
    return ColumnCells(
        periods=names,
        period=codes,
        bucket=np.asarray(numbers, np.int64),
        count=np.asarray([row[2] for row in rows], np.int64),
        low=np.asarray([nan if row[3] is None else row[3] for row in rows], np.float64),
        high=np.asarray([nan if row[4] is None else row[4] for row in rows], np.float64),
    )


def _texts(
    asked: Asked, relation: str, columns: Sequence[TableColumn], period: str
) -> dict[str, ColumnCells]:
    """Count other columns by text, or by hash where there are many."""
    dialect = asked.dialect
    values = [dialect.as_text(each) for each in columns]
    plain = dialect.turned([], values, relation)
    distinct = f"(SELECT DISTINCT c, x FROM {plain} WHERE x IS NOT NULL) texts"
    many = {
        int(at)
        for at, number in asked.rows(f"SELECT c, count(*) FROM {distinct} GROUP BY c")
        if number > buckets.TEXT_LIMIT
    }
    label = "x"
    if many:
        hashed = f"{dialect.literal(buckets.HASHED)} || substr({dialect.md5('x')}, 1, 2)"
        chosen = f"c IN ({', '.join(map(str, sorted(many)))})"
        label = sql.case(("x IS NULL", "NULL"), (chosen, hashed), otherwise="x")
    turned = dialect.turned([f"{period} AS p"], values, relation)
    query = sql.count_by(
        [("c", "c"), ("p", "p"), (label, "b")], [("count(*)", "n")], turned, quoted=dialect.name
    )
    rows = _by_column(asked, query, columns)
    return {
        each.name: _labelled(rows[at], period, hashed=at in many) for at, each in enumerate(columns)
    }


def _labelled(rows: Sequence[_Cell], period: str, *, hashed: bool) -> ColumnCells:
    """Return cells of (period, text, count)."""
    labels = tuple(sorted({row[1] for row in rows if row[1] is not None}))
    code = {text: position for position, text in enumerate(labels)}
    numbers = [buckets.TEXT_NULL if row[1] is None else code[row[1]] for row in rows]
    cells = _column_cells(
        [(row[0], number, row[2], None, None) for row, number in zip(rows, numbers, strict=True)],
        period,
    )
    return replace(cells, numeric=False, labels=labels, hashed=hashed)


def _period_text(value: Any, period: str) -> str:
    """Return a period as DuckDB's cells have it; "" for a row without one."""
    if value is None or period == "0":
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, Decimal):
        return str(float(value))
    return str(value)
