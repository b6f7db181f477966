# SPDX-License-Identifier: Apache-2.0
"""All numeric columns of a large table in one pass, or a few, counted by table look-up.

The cells equal those of ``bucket_cells``'s queries. It takes numba (the extra ``fast``), whose
import costs more than a small table: a table below ``MOST_VALUES_BY_QUERY`` values, a period that
cannot be numbered, or too many cells at once are left to the queries.
"""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import sql
from shirube.engines.duckdb import periods

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shirube.engines.bucket_kernel import Counter, Edges
    from shirube.engines.cell_sums import ColumnCells
    from shirube.engines.duckdb.periods import Slots
    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

MOST_VALUES_BY_QUERY = 60_000_000
"""From here on the saving per value (10 ns) pays for importing numba (0.6 s)."""

_ONCE_IMPORTED = 1_000_000
_SMALL = 500_000
_AT_ONCE = 900_000
"""Numbers that one query reads of a table of few rows. With more of them most of the time goes to
memory that is touched for the first time, with fewer to queries."""

_MOST_CELLS = 8_000_000  # of 24 bytes, over all columns


def looked_up(
    session: Session,
    relation: str,
    table: Table,
    columns: Sequence[str],
    period: str | None,
    *,
    rows: int,
    tell: Callable[[str, float], None],
) -> dict[str, ColumnCells]:
    """Return the cells of the numeric columns; nothing where the queries do better.

    ``rows`` is about how many rows the relation has; ``tell`` hears of a column and of how many
    columns are done.
    """
    kinds = {each.name: each.kind for each in table.columns}
    numeric = [column for column in columns if kinds.get(column) == "number"]
    if not _pays(rows * len(numeric)):
        return {}
    slots = periods.slots(session, relation, table, period) if _compiles() else None
    if slots is None:
        return {}
    together = max(1, _AT_ONCE // max(rows, 1)) if rows <= _SMALL else len(numeric)
    cells: dict[str, ColumnCells] = {}
    for first in range(0, len(numeric), together):
        some = numeric[first : first + together]

        def told(column: str, done: float, before: int = first) -> None:
            tell(column, before + done)

        counters = _counters(session, relation, some, slots, rows, told)
        if not counters:
            return {}
        for column, counter in zip(some, counters, strict=True):
            cells[column] = counter.cells(slots.names)
    return cells


def _pays(values: int) -> bool:
    """Say whether so many values are worth the compiled loop."""
    least = _ONCE_IMPORTED if "numba" in sys.modules else MOST_VALUES_BY_QUERY
    return values >= least and importlib.util.find_spec("numba") is not None


@cache
def _compiles() -> bool:
    """Say whether numba, which is installed, can be imported beside this numpy."""
    from shirube.engines.bucket_kernel import compiled

    try:
        compiled()
    except ImportError:
        return False
    return True


@cache
def _edges() -> Edges:
    """Return the look-up of edges, which is the same for all tables."""
    from shirube.engines.bucket_kernel import Edges

    return Edges()


def _counters(
    session: Session,
    relation: str,
    columns: Sequence[str],
    slots: Slots,
    rows: int,
    tell: Callable[[str, float], None],
) -> list[Counter]:
    """Read the columns once; no counters when they would take too much memory."""
    from shirube.engines.bucket_kernel import Counter, TooManyCells, compiled
    from shirube.engines.duckdb.blocks import blocks

    kernel, edges = compiled(), _edges()
    most = _MOST_CELLS // len(columns)
    counters = [Counter(len(slots.names), edges, most_cells=most) for _column in columns]
    asked = [(sql.cast(sql.name(column), "DOUBLE"), f"x{n}") for n, column in enumerate(columns)]
    if slots.expression:
        asked.insert(0, (slots.expression, "p"))
    done = 0
    with session.watched(""):
        for block in blocks(session.connection.sql(sql.select(asked, relation))):
            size = len(block[0].values)
            if slots.expression:
                slot = slots.of(block[0].values, block[0].valid)
            else:
                slot = np.zeros(size, np.int32)
            for counter, part in zip(counters, block[-len(columns) :], strict=True):
                try:
                    counter.add(part.values, slot, part.valid, kernel=kernel)
                except TooManyCells:
                    return []
            done += size
            share = min(1.0, done / max(rows, 1))
            tell(columns[int(share * (len(columns) - 1))], share * len(columns))
    return counters
