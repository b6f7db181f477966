# SPDX-License-Identifier: Apache-2.0
"""Subset cells of a large columnar table, counted from packed keys while the rows stream by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines.duckdb.packed_counts import samplings
from shirube.engines.duckdb.packing import UnknownValue, keys, packing
from shirube.engines.key_counts import gathered
from shirube.engines.subsets import count_subsets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.engines.duckdb.packing import Packing
    from shirube.engines.duckdb.session import Session
    from shirube.engines.subsets import Block
    from shirube.terms.cells import SubsetCells
    from shirube.terms.source import Table

_KINDS = (np.uint8, np.uint16, np.int32, np.int64)
_ROWS = 1 << 21
"""Rows at a time: many, so that the counters of a set come into the cache a few times only."""


def packed_subset_cells(
    session: Session, relation: str, table: Table, columns: Sequence[str], most: int
) -> SubsetCells | None:
    """Return subset cells as ``Source.subset_cells`` has them; None where the queries must do."""
    for sampled in samplings(table):
        packed = packing(session, relation, table, columns, sampled=sampled)
        if packed is None:
            return None
        try:
            return _counted(session, relation, packed, columns, most)
        except UnknownValue:
            continue
    return None


def _counted(
    session: Session, relation: str, packed: Packing, columns: Sequence[str], most: int
) -> SubsetCells:
    """Count every set of columns from the fields of the keys."""

    def read() -> Iterator[Block]:
        for block in gathered(keys(session, relation, packed), _ROWS):
            block.sort()  # rows that agree in the first columns count in neighbouring counters
            yield [packed.number(block, at).astype(kind) for at, kind in kinds], None

    sizes = [field.size for field in packed.fields]
    kinds = [
        (at, next(kind for kind in _KINDS if size <= np.iinfo(kind).max))
        for at, size in enumerate(sizes)
    ]
    return count_subsets(columns, sizes, packed.rows, read, most)
