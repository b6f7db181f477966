# SPDX-License-Identifier: Apache-2.0
"""All rows of a table by a query, block by block, as numbers and keyed digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines.queried.class_cells import digest
from shirube.terms.cells import RowBlock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.engines.queried.asking import Asked
    from shirube.terms.source import TableColumn

_BATCH = 1 << 16


def rows(
    asked: Asked,
    relation: str,
    numbers: Sequence[TableColumn],
    digests: Sequence[TableColumn],
    key: str,
) -> Iterator[RowBlock]:
    """Yield the rows of ``relation`` in the order in which the engine sends them."""
    dialect = asked.dialect
    chosen = [dialect.as_double(each) for each in numbers]
    chosen += [digest(dialect, each, key) for each in digests]
    listed = ", ".join(f"{each} AS c{at}" for at, each in enumerate(chosen))
    split = len(numbers)
    for batch in asked.stream(f"SELECT {listed} FROM {relation}", batch=_BATCH):
        columns = list(zip(*batch, strict=True))
        yield RowBlock(
            numbers={
                each.name: np.asarray(
                    [np.nan if value is None else value for value in cells], np.float64
                )
                for each, cells in zip(numbers, columns, strict=False)
            },
            digests={
                each.name: np.asarray([int(value or "0", 16) for value in cells], np.uint64)
                for each, cells in zip(digests, columns[split:], strict=True)
            },
        )
