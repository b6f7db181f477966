# SPDX-License-Identifier: Apache-2.0
"""Class cells on DuckDB: equivalence class x sensitive values -> count, with one scan of the table.

1. One ``GROUP BY`` over quasi-identifiers and sensitive columns. NULL is a value of its own.
2. Classes and sensitive values are numbered where DuckDB holds them (spilling if it must), so that
   only numbers leave: no value of a quasi-identifier reaches Python.
3. The numbers come out in blocks and are sorted by class, then by sensitive value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import sql
from shirube.terms.cells import ClassCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

_CELLS, _CLASSES, _CODED = "shirube_cells", "shirube_classes", "shirube_coded"
_BLOCK = 1 << 20


def class_cells(
    connection: DuckDBPyConnection,
    relation: str,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str] = (),
) -> ClassCells:
    """Count the rows of ``relation`` per class and sensitive values.

    Parameters
    ----------
    connection, relation
        An open connection and the SQL of what stands after ``FROM``.
    quasi_identifiers, sensitive
        Names of existing columns; at least one quasi-identifier.

    Returns
    -------
    ClassCells
        Sorted by class, then by sensitive codes. Which number a class has means nothing; sensitive
        codes follow the order of the values (NULL last).
    """
    keys = [f"q{at}" for at in range(len(quasi_identifiers))]
    values = [f"s{at}" for at in range(len(sensitive))]
    try:
        _count(
            connection,
            relation,
            dict(zip([*keys, *values], [*quasi_identifiers, *sensitive], strict=True)),
        )
        nulls = _nulls(connection, [*keys, *values])
        _number(connection, keys, values)
        class_id, codes, count = _fetch(connection, values)
    finally:
        for table in (_CELLS, _CLASSES, _CODED, *(f"{_CELLS}_{value}" for value in values)):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    names = dict(zip([*keys, *values], [*quasi_identifiers, *sensitive], strict=True))
    return ClassCells(
        class_id=class_id,
        sensitive={names[value]: column for value, column in zip(values, codes, strict=True)},
        count=count,
        quasi_identifiers=tuple(quasi_identifiers),
        rows=int(count.sum()),
        nulls={names[key]: number for key, number in nulls.items()},
    )


def _count(connection: DuckDBPyConnection, relation: str, columns: dict[str, str]) -> None:
    """Make the cells: the only pass over the table."""
    chosen = ", ".join(f"{sql.name(name)} AS {key}" for key, name in columns.items())
    connection.execute(
        f"CREATE TEMP TABLE {_CELLS} AS SELECT {', '.join(columns)}, count(*) AS n"
        f" FROM (SELECT {chosen} FROM {relation}) GROUP BY {', '.join(columns)}"
    )


def _nulls(connection: DuckDBPyConnection, keys: list[str]) -> dict[str, int]:
    """Return per column how many rows have no value."""
    sums = ", ".join(f"coalesce(sum(n) FILTER ({key} IS NULL), 0)" for key in keys)
    row = connection.execute(f"SELECT {sums} FROM {_CELLS}").fetchone() or ()
    return {key: int(number) for key, number in zip(keys, row, strict=True)}


def _number(connection: DuckDBPyConnection, keys: list[str], values: list[str]) -> None:
    """Give every class and every sensitive value a dense number.

    Joining a numbered list of classes costs half of ``dense_rank``, which sorts all cells.
    """
    columns = ", ".join(keys)
    connection.execute(
        f"CREATE TEMP TABLE {_CLASSES} AS SELECT {columns}, row_number() OVER () - 1 AS class_id"
        f" FROM (SELECT DISTINCT {columns} FROM {_CELLS})"
    )
    joins = [f"JOIN {_CLASSES} k ON {_same('c', 'k', keys)}"]
    for value in values:
        table = f"{_CELLS}_{value}"
        # The order is stated, so that sums within a class always run in the same order.
        connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {value},"
            f" row_number() OVER (ORDER BY {value} NULLS LAST) - 1 AS code"
            f" FROM (SELECT DISTINCT {value} FROM {_CELLS})"
        )
        joins.append(f"JOIN {table} d{value} ON {_same('c', f'd{value}', [value])}")
    codes = "".join(f", d{value}.code AS {value}" for value in values)
    connection.execute(
        f"CREATE TEMP TABLE {_CODED} AS SELECT k.class_id{codes}, c.n"
        f" FROM {_CELLS} c {' '.join(joins)}"
    )
    connection.execute(f"DROP TABLE {_CELLS}")
    connection.execute(f"DROP TABLE {_CLASSES}")


def _fetch(
    connection: DuckDBPyConnection, values: list[str]
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]], NDArray[np.int64]]:
    """Return class ids, codes and counts, fetched in blocks and sorted."""
    (cells,) = connection.execute(f"SELECT count(*) FROM {_CODED}").fetchone() or (0,)
    names = ["class_id", *values, "n"]
    columns = [np.empty(cells, np.int64) for _name in names]
    for start in range(0, cells, _BLOCK):
        block = connection.execute(
            f"SELECT {', '.join(names)} FROM {_CODED} WHERE rowid >= ? AND rowid < ?",
            [start, start + _BLOCK],
        ).fetchnumpy()
        for name, column in zip(names, columns, strict=True):
            column[start : start + _BLOCK] = block[name]
    order = _order(columns[:-1])
    for column in columns:
        column[:] = column[order]
    return columns[0], columns[1:-1], columns[-1]


def _order(columns: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the order by class, then by codes; one packed key where it fits in 63 bits."""
    widths = [int(column.max(initial=0)) + 1 for column in columns]
    packed = columns[0].copy()
    room = widths[0]
    for column, width in zip(columns[1:], widths[1:], strict=True):
        room *= width
        if room >= 2**63:
            return np.lexsort(columns[::-1])
        packed *= width
        packed += column
    return np.argsort(packed)


def _same(left: str, right: str, keys: list[str]) -> str:
    """Return the join condition under which NULL equals NULL."""
    return " AND ".join(f"{left}.{key} IS NOT DISTINCT FROM {right}.{key}" for key in keys)
