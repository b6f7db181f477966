# SPDX-License-Identifier: Apache-2.0
"""One pure function per batch, so that texts are looked through where they lie.

An engine calls ``look`` with a batch (``Source.map_texts``) and gets back counts that add up in any
order: in this process, or inside a partition of a cluster. Neither needs the rows of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shirube.measures.privacy.identifiers.scan import Scan

if TYPE_CHECKING:
    from shirube.measures.privacy.identifiers.tally import Tally
    from shirube.terms.cells import TextBatch


class Seen(NamedTuple):
    """What one batch held: tallies per column and kind, and how far the rows were read."""

    tallies: dict[tuple[str, str], Tally]
    rows_seen: int


def look(batch: TextBatch) -> Seen:
    """Look through the cells of one batch as they are."""
    return _look(batch, batch.text)


def look_at_numbers(batch: TextBatch) -> Seen:
    """Look through a column of numbers, which lost the zeros in front."""
    return _look(batch, filled(batch.column, batch.text))


def filled(column: str, cells: list[str]) -> list[str]:
    """Give numbers back the leading zeros that a column of numbers cannot hold."""
    from shirube.measures.privacy.identifiers.kinds import announced_by_column

    if "phone" in announced_by_column(column):
        return ["0" + cell for cell in cells]
    sizes = lengths(column)
    return [cell.zfill(next((size for size in sizes if size >= len(cell)), 0)) for cell in cells]


def lengths(column: str) -> list[int]:
    """Return how many digits the identifiers have that the name of a column announces."""
    from shirube.measures.privacy.identifiers.kinds import KINDS, announced_by_column

    return sorted(
        {length for kind in announced_by_column(column) for length in KINDS[kind].lengths}
    )


def _look(batch: TextBatch, cells: list[str]) -> Seen:
    scan = Scan()
    scan.feed(batch.column, batch.row, cells, batch.weight)
    return Seen(scan.tallies, batch.rows_seen)
