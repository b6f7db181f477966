# SPDX-License-Identifier: Apache-2.0
"""Records on DuckDB: rows for an attack, drawn by a key that does not know the order of the file.

1. Equal rows are counted, and each gets its number among its equals; then every row has a key
   (``row_keys``), and the rows with the smallest keys are kept in a table of the session.
2. Texts are numbered where DuckDB holds them: each distinct text leaves once, as a label.
3. Numbers and codes leave as arrays, in the order of the keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import row_keys, sql
from shirube.terms.records import Records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

_DRAWN, _LABELS = "shirube_drawn", "shirube_labels"


def records(
    connection: DuckDBPyConnection,
    relation: str,
    columns: Sequence[tuple[str, bool]],
    *,
    rows: int,
    limit: int | None = None,
    seed: int = 0,
) -> Records:
    """Return rows of ``relation``.

    Parameters
    ----------
    connection, relation
        An open connection and the SQL of what stands after ``FROM``.
    columns
        Names of existing columns, at least one, each with whether it is one of numbers.
    rows
        How many rows the relation has.
    limit
        The most rows to return; None returns all.
    seed
        Chooses the sample and the order.
    """
    named = {f"c{at}": (name, number) for at, (name, number) in enumerate(columns)}
    texts = [key for key, (_name, number) in named.items() if not number]
    try:
        _draw(connection, relation, named, limit, seed)
        labels = {key: _labels(connection, key) for key in texts}
        fetched = _fetch(connection, list(named), texts)
    finally:
        for table in (_DRAWN, *(f"{_LABELS}_{key}" for key in texts)):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    return Records(
        columns=tuple(name for name, _number in columns),
        numbers={
            name: _filled(fetched[key], np.nan).astype(np.float64)
            for key, (name, number) in named.items()
            if number
        },
        codes={named[key][0]: _filled(fetched[key], -1).astype(np.int32) for key in texts},
        labels={named[key][0]: found for key, found in labels.items()},
        rows=rows,
    )


def _draw(
    connection: DuckDBPyConnection,
    relation: str,
    named: dict[str, tuple[str, bool]],
    limit: int | None,
    seed: int,
) -> None:
    """Keep the rows with the smallest keys, in the order of their keys."""
    chosen = ", ".join(
        f"{sql.cast(sql.name(name), 'DOUBLE' if number else 'VARCHAR')} AS {key}"
        for key, (name, number) in named.items()
    )
    keys = ", ".join(named)
    texts = [row_keys.key_text(key, number=number) for key, (_name, number) in named.items()]
    counted = f"SELECT {keys}, count(*) AS n FROM (SELECT {chosen} FROM {relation}) GROUP BY {keys}"
    each = f"SELECT {keys}, unnest(range(n)) AS occurrence FROM ({counted})"
    keyed = f"SELECT {keys}, {row_keys.row_key(texts, 'occurrence', seed)} AS k FROM ({each})"
    most = "" if limit is None else f" LIMIT {int(limit)}"
    connection.execute(
        f"CREATE TEMP TABLE {_DRAWN} AS SELECT {keys} FROM ({keyed}) ORDER BY k, {keys}{most}"
    )


def _labels(connection: DuckDBPyConnection, key: str) -> tuple[str, ...]:
    """Give every text of a column a number, and return the texts in that order."""
    connection.execute(
        f"CREATE TEMP TABLE {_LABELS}_{key} AS SELECT {key} AS label,"
        f" row_number() OVER (ORDER BY {key}) - 1 AS code"
        f" FROM (SELECT DISTINCT {key} FROM {_DRAWN} WHERE {key} IS NOT NULL)"
    )
    found = connection.execute(f"SELECT label FROM {_LABELS}_{key} ORDER BY code").fetchall()
    return tuple(str(row[0]) for row in found)


def _fetch(
    connection: DuckDBPyConnection, keys: list[str], texts: list[str]
) -> dict[str, NDArray[Any]]:
    """Return numbers and codes in the order of the draw."""
    chosen = ", ".join(f"{key}_.code AS {key}" if key in texts else f"d.{key}" for key in keys)
    joins = " ".join(f"LEFT JOIN {_LABELS}_{key} {key}_ ON d.{key} = {key}_.label" for key in texts)
    return connection.execute(
        f"SELECT {chosen} FROM {_DRAWN} d {joins} ORDER BY d.rowid"
    ).fetchnumpy()


def _filled(column: NDArray[Any], missing: float) -> NDArray[Any]:
    """Return a column with ``missing`` where DuckDB masks a NULL."""
    if isinstance(column, np.ma.MaskedArray):
        return np.ma.filled(column, missing)
    return column
