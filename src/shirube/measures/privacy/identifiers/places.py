# SPDX-License-Identifier: Apache-2.0
"""Where things are, beside how many: a source that remembers while a measure looks through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.privacy.identifiers.partition import Seen, filled, look_at_numbers
from shirube.measures.privacy.identifiers.scan import Finding, Scan
from shirube.measures.privacy.identifiers.tally import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shirube.terms.cells import TextBatch
    from shirube.terms.source import R, Source

MOST = 100_000
"""Findings that are remembered; beyond, they are only counted."""


class Recorded:
    """A source that hands every batch to a scan of its own, in the order of the rows.

    A measure gets the tallies that it would have got; ``findings`` tells the places.
    """

    def __init__(
        self,
        source: Source,
        salt: bytes,
        *,
        keep: Callable[[TextBatch, Sequence[str], Sequence[Finding]], None] | None = None,
    ) -> None:
        self._source, self._salt, self._keep = source, salt, keep
        self._scan = Scan()
        self._found: list[Finding] = []

    def __getattr__(self, name: str) -> object:
        """Ask the source for whatever is not about texts."""
        return getattr(self._source, name)

    def map_texts(
        self,
        look: Callable[[TextBatch], R],
        columns: Sequence[str] | None = None,
        *,
        digits: int = 2,
        words: bool = False,
    ) -> Iterator[R]:
        """Yield the tallies of every batch, and remember the places."""
        numbers = look is look_at_numbers
        for batch in self._source.texts(columns, digits=digits, words=words):
            cells = filled(batch.column, batch.text) if numbers else batch.text
            scan = Scan(self._salt)
            found = scan.feed(batch.column, batch.row, cells)
            if batch.offset or numbers:
                found = [_moved(each, batch, whole=numbers) for each in found]
            self._scan.add(scan.tallies)
            if len(self._found) < MOST:
                self._found += found[: MOST - len(self._found)]
            if self._keep:
                self._keep(batch, cells, found)
            yield Seen(scan.tallies, batch.rows_seen)  # type: ignore[misc]  # what look returns

    def findings(self, least: Level | None = None) -> Iterator[Finding]:
        """Yield what is confirmed, by what the whole column tells; or all from a level on."""
        believed = {place: tally.believed for place, tally in self._scan.tallies.items()}
        for each in self._found:
            sure = each.level in believed[each.column, each.kind]
            if sure or (least is not None and each.level >= least):
                yield each


def _moved(finding: Finding, batch: TextBatch, *, whole: bool) -> Finding:
    """Return a finding where it stands in the line, or in the number as it was."""
    import msgspec

    if whole:
        return msgspec.structs.replace(finding, start=0)
    at = finding.row - batch.row[0]
    offset = (batch.offset or [0])[at]
    return msgspec.structs.replace(finding, start=finding.start + offset, end=finding.end + offset)
