# SPDX-License-Identifier: Apache-2.0
"""The numeric columns of a table that is not large, sorted and held against the literal edges.

The cells equal those of ``bucket_cells``'s queries. A table of up to two million rows, such as a
new day of a log, is read column by column: sorting 167,000 numbers costs a millisecond, grouping
them by a logarithm five. Larger tables are counted by look-up or by queries.

Every column goes through the same memory: touching a page for the first time costs as much as
sorting what fits on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import buckets, sorted_buckets, sql
from shirube.engines.cell_sums import ColumnCells
from shirube.engines.duckdb import periods
from shirube.engines.duckdb.blocks import blocks
from shirube.terms.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

_MOST_ROWS = 2_000_000
"""32 MB for a column and its copy in the order of the periods."""

_MOST_PERIODS = 200


def sorted_columns(
    session: Session,
    relation: str,
    table: Table,
    columns: Sequence[str],
    period: str | None,
    *,
    rows: int,
    tell: Callable[[str, float], None],
) -> dict[str, ColumnCells]:
    """Return the cells of the numeric columns; those that other ways do better are left out.

    ``rows`` is about how many rows the relation has; ``tell`` hears of a column and of how many
    columns are done.
    """
    kinds = {each.name: each.kind for each in table.columns}
    numeric = [column for column in columns if kinds.get(column) == "number"]
    if not numeric or not 0 < rows <= _MOST_ROWS:
        return {}
    own = _by_period(session, relation, table, period)
    if own is None:
        return {}
    found: dict[str, ColumnCells] = {}
    for position, (column, part) in enumerate(_read(session, relation, numeric, own)):
        tell(column, position)
        cells = _cells(*part, own)
        if cells is not None:
            found[column] = cells
    return found


@dataclass(frozen=True)
class _Rows:
    """The rows by period: how to put them in order (None: they are), and where each one begins."""

    names: tuple[str, ...]
    order: NDArray[np.int64] | None
    starts: list[int]

    @property
    def size(self) -> int:
        """How many they are."""
        return self.starts[-1]

    def in_order(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return a value per row, those of the first period first."""
        return column if self.order is None else column[self.order]


def _by_period(session: Session, relation: str, table: Table, period: str | None) -> _Rows | None:
    """Return the rows by period; None when there are many, or none that can be sorted quickly."""
    if period is None:
        ((size,),) = session.rows(f"SELECT count(*) FROM {relation}")
        return _Rows(("",), None, [0, size]) if size else None
    found = periods.of_rows(session, relation, table, period)
    if found is None:
        found = _by_name(session, relation, table, period)
    names, codes = found or ((), np.zeros(0, np.int64))
    if not 0 < len(names) <= _MOST_PERIODS or not len(codes):
        return None
    small = codes.astype(np.uint8)  # sorted by counting
    order = None if (small[1:] >= small[:-1]).all() else np.argsort(small, kind="stable")
    sizes = np.bincount(small, minlength=len(names))
    return _Rows(names, order, [0, *sizes.cumsum().tolist()])


def _by_name(
    session: Session, relation: str, table: Table, period: str
) -> tuple[tuple[str, ...], NDArray[np.int64]] | None:
    """Return periods that are no numbers; None where a value for each row costs more than it saves.

    A text for each row costs more than all columns, unless it is always the same.
    """
    key = periods.expression(table, period)
    asked = sql.count_by([(key, "p")], [("count(*)", "n")], relation)
    counted = session.arrays(f"{asked} LIMIT {_MOST_PERIODS + 1}")
    names, codes = periods.named(counted["p"], key)
    if len(codes) > _MOST_PERIODS:
        return None
    if len(names) == 1:
        return names, np.zeros(int(counted["n"].sum()), np.int64)
    described = table.column(period)
    if described is None or described.type == "VARCHAR":
        return None
    return periods.named(session.arrays(f"SELECT {key} AS p FROM {relation}")["p"], key)


def _read(
    session: Session, relation: str, columns: Sequence[str], rows: _Rows
) -> Iterator[tuple[str, tuple[NDArray[np.float64], NDArray[np.bool_] | None]]]:
    """Yield each column's values, and which of them are there (None: all); good until the next."""
    memory, there = np.empty(rows.size), np.empty(rows.size, bool)
    for column in columns:
        asked = sql.select([(sql.cast(sql.name(column), "DOUBLE"), "x")], relation)
        done, gaps = 0, False
        with session.watched(""):
            for (part,) in blocks(session.connection.sql(asked)):
                end = done + len(part.values)
                if end > rows.size:
                    break
                memory[done:end], there[done:end] = part.values, True
                if len(part.valid):
                    gaps = True
                    there[done:end] = np.unpackbits(part.valid, count=end - done, bitorder="little")
                done = end
        if done != rows.size:
            raise InternalError("a column has another number of rows than its table")
        yield column, (memory, there if gaps else None)


def _cells(
    column: NDArray[np.float64], there: NDArray[np.bool_] | None, rows: _Rows
) -> ColumnCells | None:
    """Return the cells of one column; its memory is used up. None where sorting does not pay."""
    values = rows.in_order(column)
    present = None if there is None else rows.in_order(there)
    parts = []
    for number, (low, high) in enumerate(pairwise(rows.starts)):
        own = values[low:high]
        cells = _of_period(own if present is None else own[present[low:high]], high - low)
        if cells is None:
            return None
        parts.append((np.full(len(cells[0]), number), *cells))
    period, bucket, count, least, most = (np.concatenate(each) for each in zip(*parts, strict=True))
    return ColumnCells(
        periods=rows.names,
        period=period,
        bucket=bucket,
        count=count,
        low=least,
        high=most,
        in_order=True,
    )


def _of_period(values: NDArray[np.float64], rows: int) -> sorted_buckets.Cells | None:
    """Return the cells of one period's values, sorted by bucket; the values are sorted too."""
    values.sort()
    cells = sorted_buckets.cells(values)
    nulls = rows - len(values)
    if cells is None or not nulls:
        return cells
    bucket, count, low, high = cells
    nothing = np.full(1, np.nan)  # NULL's bucket is the lowest of all
    return (
        np.append(buckets.NULL, bucket),
        np.append(nulls, count),
        np.append(nothing, low),
        np.append(nothing, high),
    )
