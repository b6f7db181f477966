# SPDX-License-Identifier: Apache-2.0
"""Class cells of a large columnar table, counted by packed keys; equal to those of the queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines.duckdb.digests import digests_of_column
from shirube.engines.duckdb.packed_counts import Cells, counted
from shirube.terms.cells import ClassCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.duckdb.packing import Packing
    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table


def packed_class_cells(
    session: Session,
    relation: str,
    table: Table,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    *,
    joint: bool,
    codes: bool,
    digest_key: str | None,
) -> ClassCells | None:
    """Return class cells as ``Source.class_cells`` has them; None where the queries must do."""
    columns = (*quasi_identifiers, *sensitive)
    classes, places = len(quasi_identifiers), range(len(quasi_identifiers), len(columns))
    together = joint or not sensitive

    def tables(packed: Packing) -> list[Cells]:
        wanted = [list(places)] if together else [[at] for at in places]
        return [Cells(packed, classes, others) for others in wanted]

    found = counted(session, relation, table, columns, tables)
    if found is None:
        return None
    packed, cells = found
    class_id, starts = cells[0].classes
    count = cells[0].count
    if not together and len(starts):
        class_id, count = np.arange(len(starts)), np.add.reduceat(count, starts)
    return ClassCells(
        class_id=class_id,
        sensitive=(
            {name: cells[0].codes(at) for name, at in zip(sensitive, places, strict=True)}
            if together
            else {}
        ),
        count=count,
        quasi_identifiers=tuple(quasi_identifiers),
        rows=packed.rows,
        nulls=packed.nulls,
        codes=(
            {
                name: cells[0].codes(at, starts).astype(np.int32)
                for at, name in enumerate(quasi_identifiers)
            }
            if codes
            else {}
        ),
        digests=(
            {name: digests_of_column(session, relation, name, digest_key) for name in columns}
            if digest_key is not None
            else {}
        ),
        margins=(
            {}
            if together
            else {
                name: each.margin(at)
                for name, each, at in zip(sensitive, cells, places, strict=True)
            }
        ),
    )
