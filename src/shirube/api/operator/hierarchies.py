# SPDX-License-Identifier: Apache-2.0
"""Propose hierarchies for a table: files to look at and mend, before anything is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube import engines
from shirube.api.operator.releasable import open_releasable, unpacked

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.source import Progress


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """What was proposed for a column: its file, or none where ``kind`` is none or one was there.

    ``values`` is None where there are more than a hierarchy should have.
    """

    column: str
    kind: str
    levels: int
    values: int | None
    file: str = ""
    kept: bool = False


class Proposals(msgspec.Struct, frozen=True):
    """The proposals for a table."""

    folder: str
    proposals: tuple[Proposed, ...]


def propose_hierarchies(
    file: Path, folder: Path, *, encoding: str | None = None, progress: Progress | None = None
) -> Proposals:
    """Write a proposed hierarchy for each column of a table; a file that is there is kept."""
    from shirube.deidentification import proposing

    folder.mkdir(parents=True, exist_ok=True)
    there = {path.name.partition(".csv")[0] for path in folder.iterdir()}
    made = []
    with unpacked(file) as plain, engines.open_engine() as engine:
        table = open_releasable(plain or file, engine, encoding, progress)
        for column in table.table.columns:
            values = table.values(column.name, proposing.MOST_VALUES)
            proposal = proposing.propose(column.name, values or ())
            target = folder / f"{column.name}.csv"
            kept = column.name in there
            usable = bool(proposal.rows) and not kept and "/" not in column.name
            if usable:
                proposing.write(proposal, target)
            made.append(
                Proposed(
                    column=column.name,
                    kind=proposal.kind,
                    levels=proposal.levels,
                    values=None if values is None else len(values),
                    file=str(target) if usable else "",
                    kept=kept,
                )
            )
    return Proposals(str(folder), tuple(made))
