# SPDX-License-Identifier: Apache-2.0
"""The different values of columns as keyed digests, one column after the other.

1. One query over the columns counts the rows with a value, and estimates how many values differ.
   The estimate only chooses the way; both ways give the same digests.
2. Where values repeat, DuckDB finds the different ones and digests those. Where they do not, a
   table of all values would take several times their digests, and every value is digested as it
   streams by; repetitions are dropped on our side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.engines.distinct_digests import DistinctDigests
from shirube.engines.duckdb.blocks import blocks
from shirube.engines.duckdb.digests import digest
from shirube.terms.cells import ValueDigests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

COLUMNS_AT_ONCE = 32
"""Columns that are worth parsing together: Parquet is written a hundred thousand rows at a time."""
_REPEATED = 4
"""How often a value stands in a column, on average, from which on DuckDB drops repetitions."""
_OFF = 1.1
"""How far the estimate may be below the truth before room must be made again."""


def value_digests(
    connection: DuckDBPyConnection, relation: str, columns: Sequence[tuple[str, str]], key: str
) -> Iterator[ValueDigests]:
    """Yield the values of each column.

    Parameters
    ----------
    connection, relation
        An open connection, which is busy until the last column, and the SQL of what stands after
        ``FROM``, cheap to read one column at a time.
    columns
        Names of existing columns of any type, with their types.
    key
        The key of the digests.
    """
    if not columns:
        return
    asked = [
        f"{how}({sql.name(name)})"
        for name, _type in columns
        for how in ("count", "approx_count_distinct")
    ]
    counts = connection.execute(f"SELECT {', '.join(asked)} FROM {relation}").fetchall()[0]
    for at, (name, kind) in enumerate(columns):
        rows, about = (int(number) for number in counts[2 * at : 2 * at + 2])
        x, valued = sql.name(name), f"{sql.name(name)} IS NOT NULL"
        values = relation
        if about * _REPEATED <= rows:
            values = f"(SELECT DISTINCT {x} FROM {relation} WHERE {valued})"
        query = sql.select([(digest(x, kind, sql.text(key)), "d")], values, where=valued)
        found = DistinctDigests(min(rows, int(about * _OFF)))
        for (part,) in blocks(connection.sql(query)):
            found.add(part.values)
        yield ValueDigests(name, found.all(), rows)
