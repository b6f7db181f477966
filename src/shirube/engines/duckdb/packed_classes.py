# SPDX-License-Identifier: Apache-2.0
"""Class cells of a large columnar table, counted by packed keys; equal to those of the queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines.duckdb.digests import digests_of
from shirube.engines.duckdb.packed_counts import Cells, counted
from shirube.terms.cells import ClassCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table


def packed_class_cells(
    session: Session,
    relation: str,
    table: Table,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    *,
    codes: bool,
    digest_key: str | None,
) -> ClassCells | None:
    """Return class cells as ``Source.class_cells`` has them; None where the queries must do."""
    columns = (*quasi_identifiers, *sensitive)
    classes, places = len(quasi_identifiers), range(len(quasi_identifiers), len(columns))
    found = counted(
        session, relation, table, columns, lambda packed: [Cells(packed, classes, places)]
    )
    if found is None:
        return None
    packed, (cells,) = found
    class_id, starts = cells.classes
    return ClassCells(
        class_id=class_id,
        sensitive={
            name: cells.codes(at).astype(np.int64, copy=False)
            for name, at in zip(sensitive, places, strict=True)
        },
        count=cells.count,
        quasi_identifiers=tuple(quasi_identifiers),
        rows=packed.rows,
        nulls=packed.nulls,
        codes=(
            {
                name: cells.codes(at, starts).astype(np.int32)
                for at, name in enumerate(quasi_identifiers)
            }
            if codes
            else {}
        ),
        digests=(
            {name: digests_of(session.connection, relation, name, digest_key) for name in columns}
            if digest_key is not None
            else {}
        ),
    )
