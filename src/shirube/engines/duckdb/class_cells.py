# SPDX-License-Identifier: Apache-2.0
"""Class cells on DuckDB: equivalence class x sensitive values -> count, with one scan of the table.

1. One ``GROUP BY`` over quasi-identifiers and sensitive columns. NULL is a value of its own.
2. The values of each column are numbered in their order where DuckDB holds them (spilling if it
   must), so that only numbers leave: no value of a quasi-identifier reaches Python. Every column
   by itself: one query that joins the values of two hundred columns is planned for a minute, and
   holds as many hash tables.
3. The numbers come out in blocks, each with its place, and are sorted; classes are numbered in that
   order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from shirube.engines import sql
from shirube.engines.class_codes import classes_of
from shirube.engines.duckdb.blocks import blocks
from shirube.engines.duckdb.digests import digests_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from shirube.terms.cells import ClassCells

N = TypeVar("N", np.int32, np.int64)

_CELLS = "shirube_cells"


def class_cells(
    connection: DuckDBPyConnection,
    relation: str,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str] = (),
    *,
    codes: bool = False,
    digest_key: str | None = None,
) -> ClassCells:
    """Count the rows of ``relation`` per class and sensitive values.

    Parameters
    ----------
    connection, relation
        An open connection and the SQL of what stands after ``FROM``.
    quasi_identifiers, sensitive
        Names of existing columns; at least one quasi-identifier.
    codes, digest_key
        What comes along, as ``Source.class_cells`` says.
    """
    columns = [*quasi_identifiers, *sensitive]
    names = [f"c{at}" for at in range(len(columns))]
    digests = {}
    try:
        _count(connection, relation, dict(zip(names, columns, strict=True)))
        nulls = _nulls(connection, names)
        found = [_codes(connection, name) for name in names]
        if digest_key is not None:
            digests = {
                column: digests_of(connection, _CELLS, name, digest_key)
                for name, column in zip(names, columns, strict=True)
            }
        count = _placed(connection, f"SELECT rowid, n FROM {_CELLS}", np.int64)
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {_CELLS}")
    return classes_of(
        dict(zip(columns, found, strict=True)),
        count,
        quasi_identifiers,
        nulls=dict(zip(columns, nulls, strict=True)),
        codes=codes,
        digests=digests,
    )


def _count(connection: DuckDBPyConnection, relation: str, columns: dict[str, str]) -> None:
    """Make the cells: the only pass over the table."""
    chosen = ", ".join(f"{sql.name(name)} AS {key}" for key, name in columns.items())
    connection.execute(
        f"CREATE TEMP TABLE {_CELLS} AS SELECT {', '.join(columns)}, count(*) AS n"
        f" FROM (SELECT {chosen} FROM {relation}) GROUP BY {', '.join(columns)}"
    )


def _nulls(connection: DuckDBPyConnection, names: list[str]) -> list[int]:
    """Return per column how many rows have no value (FILTER plans quadratically)."""
    sums = ", ".join(
        f"coalesce(sum({sql.case((f'{name} IS NULL', 'n'), otherwise='0')}), 0)" for name in names
    )
    row = connection.execute(f"SELECT {sums} FROM {_CELLS}").fetchall()[0]
    return [int(number) for number in row]


def _codes(connection: DuckDBPyConnection, name: str) -> NDArray[np.int32]:
    """Return per cell the dense number of its value in the order of the column's values."""
    numbered = (
        f"SELECT {name} AS value, row_number() OVER (ORDER BY {name} NULLS LAST) - 1 AS code"
        f" FROM (SELECT DISTINCT {name} FROM {_CELLS})"
    )
    query = (
        f"SELECT c.rowid, CAST(v.code AS INTEGER) FROM {_CELLS} c JOIN ({numbered}) v"
        f" ON c.{name} IS NOT DISTINCT FROM v.value"
    )
    return _placed(connection, query, np.int32)


def _placed(connection: DuckDBPyConnection, query: str, type: type[N]) -> NDArray[N]:
    """Return the numbers of the cells, which come in any order, each after its place."""
    (cells,) = connection.execute(f"SELECT count(*) FROM {_CELLS}").fetchall()[0]
    found = np.empty(cells, type)
    for places, numbers in blocks(connection.sql(query)):
        found[places.values] = numbers.values
    return found
