# SPDX-License-Identifier: Apache-2.0
"""All rows of a table as arrays, block by block and in the order of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import sql
from shirube.engines.duckdb.blocks import blocks
from shirube.engines.duckdb.digests import digest
from shirube.terms.cells import RowBlock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection


def rows(
    connection: DuckDBPyConnection,
    relation: str,
    numbers: Sequence[str],
    digests: Sequence[tuple[str, str]],
    key: str,
) -> Iterator[RowBlock]:
    """Yield the rows of ``relation``.

    Parameters
    ----------
    connection, relation
        An open connection, which is busy until the last block, and the SQL of what stands after
        ``FROM``.
    numbers
        Names of existing columns of numbers.
    digests
        Names of existing columns of any type, with their types.
    key
        The key of the digests.
    """
    # A missing number is NaN and a missing digest 0, so that no block carries bits of validity.
    asked = [
        (f"coalesce({sql.cast(sql.name(name), 'DOUBLE')}, {sql.cast(sql.text('NaN'), 'DOUBLE')})")
        for name in numbers
    ]
    asked += [digest(sql.name(name), kind, sql.text(key)) for name, kind in digests]
    listed = [(expression, f"c{at}") for at, expression in enumerate(asked)]
    split = len(numbers)
    for parts in blocks(connection.sql(sql.select(listed, relation))):
        arrays = [part.values for part in parts]
        yield RowBlock(
            numbers=dict(zip(numbers, (each.astype(np.float64) for each in arrays), strict=False)),
            digests={
                name: each.astype(np.uint64)
                for (name, _kind), each in zip(digests, arrays[split:], strict=True)
            },
        )
