# SPDX-License-Identifier: Apache-2.0
"""The different values of a column by a query: equal ones become one before they are digested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines.distinct_digests import DistinctDigests
from shirube.engines.queried.class_cells import digest_of_text, digested_text
from shirube.terms.cells import ValueDigests

if TYPE_CHECKING:
    from shirube.engines.queried.asking import Asked
    from shirube.terms.source import TableColumn

_BATCH = 1 << 16


def value_digests(asked: Asked, relation: str, column: TableColumn, key: str) -> ValueDigests:
    """Return the values of one column; the server keeps them until their digests are sent."""
    dialect = asked.dialect
    value, text = dialect.as_key(column), digested_text(dialect, column)
    valued = f"{dialect.name(column.name)} IS NOT NULL"
    different = (
        f"SELECT {value} AS k, min({text}) AS x, count(*) AS n FROM {relation}"
        f" WHERE {valued} GROUP BY 1"
    )
    query = f"SELECT {digest_of_text(dialect, 'x', key)} AS d, n FROM ({different}) v"
    found, rows = DistinctDigests(), 0
    for batch in asked.stream(query, batch=_BATCH):
        digits, counts = zip(*batch, strict=True)
        found.add(np.frombuffer(bytes.fromhex("".join(digits)), ">u8").astype(np.uint64))
        rows += sum(counts)
    return ValueDigests(column.name, found.all(), rows)
