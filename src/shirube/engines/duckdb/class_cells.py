# SPDX-License-Identifier: Apache-2.0
"""Class cells on DuckDB: equivalence class x sensitive values -> count, with one scan of the table.

1. One ``GROUP BY`` over quasi-identifiers and sensitive columns. NULL is a value of its own.
2. The values of each column are numbered in their order where DuckDB holds them (spilling if it
   must), so that only numbers leave: no value of a quasi-identifier reaches Python.
3. The numbers come out in blocks and are sorted; classes are numbered in that order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import sql
from shirube.engines.class_codes import classes_of
from shirube.engines.duckdb.digests import digests_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from shirube.terms.cells import ClassCells

_CELLS, _CODED = "shirube_cells", "shirube_coded"
_BLOCK = 1 << 20


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
    numbered = [f"{_CELLS}_{name}" for name in names]
    try:
        _count(connection, relation, dict(zip(names, columns, strict=True)))
        nulls = _nulls(connection, names)
        _number(connection, names)
        digests = {}
        if digest_key is not None:
            listed = [digests_of(connection, table, "value", digest_key) for table in numbered]
            digests = dict(zip(columns, listed, strict=True))
        found, count = _fetch(connection, names)
    finally:
        for table in (_CELLS, _CODED, *numbered):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
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
    """Return per column how many rows have no value."""
    sums = ", ".join(f"coalesce(sum(n) FILTER ({name} IS NULL), 0)" for name in names)
    row = connection.execute(f"SELECT {sums} FROM {_CELLS}").fetchone() or ()
    return [int(number) for number in row]


def _number(connection: DuckDBPyConnection, names: list[str]) -> None:
    """Give the values of each column dense numbers in their order, and write the cells in them."""
    joins = []
    for name in names:
        connection.execute(
            f"CREATE TEMP TABLE {_CELLS}_{name} AS SELECT {name} AS value,"
            f" CAST(row_number() OVER (ORDER BY {name} NULLS LAST) - 1 AS INTEGER) AS code"
            f" FROM (SELECT DISTINCT {name} FROM {_CELLS})"
        )
        joins.append(f"JOIN {_CELLS}_{name} d{name} ON c.{name} IS NOT DISTINCT FROM d{name}.value")
    listed = ", ".join(f"d{name}.code AS {name}" for name in names)
    connection.execute(
        f"CREATE TEMP TABLE {_CODED} AS SELECT {listed}, c.n FROM {_CELLS} c {' '.join(joins)}"
    )
    connection.execute(f"DROP TABLE {_CELLS}")


def _fetch(
    connection: DuckDBPyConnection, names: list[str]
) -> tuple[list[NDArray[np.int32]], NDArray[np.int64]]:
    """Return codes and counts, fetched in blocks."""
    (cells,) = connection.execute(f"SELECT count(*) FROM {_CODED}").fetchone() or (0,)
    columns = [np.empty(cells, np.int32) for _name in names]
    count = np.empty(cells, np.int64)
    for start in range(0, cells, _BLOCK):
        block = connection.execute(
            f"SELECT {', '.join(names)}, n FROM {_CODED} WHERE rowid >= ? AND rowid < ?",
            [start, start + _BLOCK],
        ).fetchnumpy()
        for name, column in zip(names, columns, strict=True):
            column[start : start + _BLOCK] = block[name]
        count[start : start + _BLOCK] = block["n"]
    return columns, count
