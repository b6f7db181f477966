# SPDX-License-Identifier: Apache-2.0
"""The numeric columns of a table that is not large, sorted and held against the literal edges.

The cells equal those of ``bucket_cells``'s queries. A table of up to two million rows, such as a
new day of a log, is read column by column: sorting 167,000 numbers costs a millisecond, grouping
them by a logarithm five. Larger tables are counted by look-up or by queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import buckets, sorted_buckets, sql
from shirube.engines.cell_sums import ColumnCells
from shirube.engines.duckdb import periods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

_MOST_ROWS = 2_000_000
"""32 MB for a column and its sorted copy."""

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
    for position, column in enumerate(numeric):
        tell(column, position)
        asked = sql.select([(sql.cast(sql.name(column), "DOUBLE"), "x")], relation)
        cells = _cells(session.arrays(asked)["x"], own)
        if cells is not None:
            found[column] = cells
    return found


@dataclass(frozen=True)
class _Rows:
    """The rows by period: how to put them in order (None: they are), and where each one begins."""

    names: tuple[str, ...]
    order: NDArray[np.int64] | None
    starts: list[int]

    def parts(self, column: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
        """Yield the values of each period."""
        sorted_ = column if self.order is None else column[self.order]
        yield from (sorted_[low:high] for low, high in pairwise(self.starts))


def _by_period(session: Session, relation: str, table: Table, period: str | None) -> _Rows | None:
    """Return the rows by period; None when there are many, or none that can be sorted quickly."""
    key = periods.expression(table, period)
    asked = f"SELECT DISTINCT {key} AS p FROM {relation} LIMIT {_MOST_PERIODS + 1}"
    names, _codes = periods.named(session.arrays(asked)["p"], key)
    described = table.column(period or "")
    if len(names) > 1 and (described is None or described.type == "VARCHAR"):
        return None  # a text for each row costs more than all columns
    if not 0 < len(names) <= _MOST_PERIODS:
        return None
    if len(names) == 1:
        (size,) = session.rows(f"SELECT count(*) FROM {relation}")[0]
        return _Rows(names, None, [0, size])
    found = session.arrays(f"SELECT {key} AS p FROM {relation}")["p"]
    names, codes = periods.named(found, key)
    small = codes.astype(np.uint8)  # sorted by counting
    order = None if (small[1:] >= small[:-1]).all() else np.argsort(small, kind="stable")
    starts = np.searchsorted(small if order is None else small[order], np.arange(len(names) + 1))
    return _Rows(names, order, starts.tolist())


def _cells(column: NDArray[np.float64], rows: _Rows) -> ColumnCells | None:
    parts = []
    for number, own in enumerate(rows.parts(column)):
        cells = _of_period(own)
        if cells is None:
            return None
        parts.append((np.full(len(cells[0]), number), *cells))
    period, bucket, count, low, high = (np.concatenate(each) for each in zip(*parts, strict=True))
    return ColumnCells(
        periods=rows.names,
        period=period,
        bucket=bucket,
        count=count,
        low=low,
        high=high,
        in_order=True,
    )


def _of_period(column: NDArray[np.float64]) -> sorted_buckets.Cells | None:
    """Return the cells of one period's values, sorted by bucket."""
    values = np.sort(np.ma.compressed(column))
    cells = sorted_buckets.cells(values)
    nulls = len(column) - len(values)
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
