# SPDX-License-Identifier: Apache-2.0
"""Group cells of a large columnar table, counted by packed keys; equal to those of the queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines.duckdb.packed_counts import Cells, counted
from shirube.terms.cells import GroupCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.engines.duckdb.packing import Field, Packing
    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

_MOST_CELLS = 200_000
_MISSING = -1
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


def packed_group_cells(
    session: Session,
    relation: str,
    table: Table,
    attributes: Sequence[str],
    *,
    prediction: str,
    label: str | None,
) -> GroupCells | None:
    """Return group cells without a score; None where the queries must count, or must refuse."""
    # Decisions first, which are numbers: texts cost least in the low bits.
    decisions = [prediction, *([label] if label is not None else [])]
    columns = (*decisions, *attributes)

    def cells(packed: Packing) -> list[Cells] | None:
        binary = all(_is_binary(field) for field in packed.fields[: len(decisions)])
        named = all(_has_names(field) for field in packed.fields[len(decisions) :])
        return [Cells(packed, len(columns), [])] if named and binary else None

    found = counted(session, relation, table, columns, cells)
    if found is None or len(found[1][0].keys) > _MOST_CELLS:
        return None
    packed, (groups,) = found
    numbers = [groups.number(groups.keys, at) for at in range(len(columns))]
    fields = list(zip(packed.fields, numbers, strict=True))
    decided = [
        np.where(number == _null(field), _MISSING, number + field.first).astype(np.int8)
        for field, number in fields[: len(decisions)]
    ]
    return GroupCells(
        attributes={
            name: _names(*field)
            for name, field in zip(attributes, fields[len(decisions) :], strict=True)
        },
        prediction=decided[0],
        label=decided[1] if label is not None else np.full(len(groups.keys), _MISSING, np.int8),
        count=groups.count,
        rows=packed.rows,
    )


def _is_binary(field: Field) -> bool:
    """Say whether the values are 0, 1 or nothing, by the ends of their range."""
    if field.type not in (*_WHOLE, "BOOLEAN"):
        return False
    last = field.first + field.size - 1 - (field.null is not None)
    return field.first in (0, 1) and last <= 1


def _has_names(field: Field) -> bool:
    """Say whether the text of each value follows from its number."""
    return field.values is not None or field.type in (*_WHOLE, "BOOLEAN")


def _names(field: Field, number: NDArray[np.int64]) -> list[str | None]:
    """Return the value of each cell as text."""
    if field.values is not None:
        return [field.values[n - 1] for n in number.tolist()]
    if field.type == "BOOLEAN":
        texts = ["false", "true"]
        return [None if n == field.null else texts[n + field.first] for n in number.tolist()]
    return [None if n == field.null else str(n + field.first) for n in number.tolist()]


def _null(field: Field) -> int:
    """Return the number of NULL, or one that no row has."""
    return -1 if field.null is None else field.null
