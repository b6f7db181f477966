# SPDX-License-Identifier: Apache-2.0
"""Whether the rows of a text format are so different that counting them by packed keys pays.

Keys are packed from columns that can be read one by one, so the columns asked for must be written
in that form first. A ``GROUP BY`` over the file itself is cheaper where there are few cells, and
costs twice as much, and several times the memory, where nearly every row is one of its own. The
first rows only say which way is taken: both give the same cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.duckdb.session import Session

LEAST_ROWS = 200_000
_LOOKED_AT = 50_000
_DIFFERENT = 0.9
"""Cells per row of the first rows; with equal cells, this means 240,000 or more in the table."""


def many_cells(session: Session, relation: str, columns: Sequence[str], rows: int) -> bool:
    """Tell whether a table of so many rows is likely to have nearly as many cells."""
    if rows < LEAST_ROWS:
        return False
    listed = ", ".join(sql.name(each) for each in columns)
    first = f"SELECT {listed} FROM {relation} LIMIT {_LOOKED_AT}"
    cells = f"SELECT count(*) AS n FROM ({first}) GROUP BY {listed}"
    ((seen, different),) = session.rows(f"SELECT coalesce(sum(n), 0), count(*) FROM ({cells})")
    return bool(seen and different >= _DIFFERENT * float(seen))
