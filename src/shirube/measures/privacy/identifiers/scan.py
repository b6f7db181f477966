# SPDX-License-Identifier: Apache-2.0
"""Finding identifiers in cells and lines: find, judge, count; the text never leaves.

1. A batch of cells becomes one block of text, folded to one width.
2. Signs and runs of digits give candidates.
3. Words before and after a candidate and the name of its column decide how far it is believed.
4. Tallies count; with a salt each hit also becomes a ``Finding`` with a keyed digest.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from itertools import accumulate, groupby, islice
from typing import TYPE_CHECKING

import msgspec

from shirube.measures.privacy.identifiers.folding import fold
from shirube.measures.privacy.identifiers.kinds import (
    LOOK_ALIKES,
    WORDS,
    announced_by_column,
    spoken_name,
)
from shirube.measures.privacy.identifiers.runs import RUN, Candidate, Score, candidates
from shirube.measures.privacy.identifiers.signs import signed
from shirube.measures.privacy.identifiers.tally import Level, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BEFORE, _AFTER = 24, 12
"""Characters before and after a candidate in which a word counts."""
_LINES = 4096
_LONGEST_SYMBOL = 40


class Finding(msgspec.Struct, frozen=True):
    """Where an identifier stands, without the identifier.

    ``digest`` is a keyed BLAKE2b of the normalised text: equal for equal identifiers under one
    salt, useless without it. The salt stays with the operator.
    """

    kind: str
    column: str
    row: int
    level: Level
    digest: str


class Scan:
    """Counts per column and kind over any number of batches.

    Parameters
    ----------
    salt
        Given, ``feed`` returns findings with digests under this key (at most 64 bytes).
    """

    def __init__(self, salt: bytes | None = None) -> None:
        self.salt = salt
        self.tallies: dict[tuple[str, str], Tally] = {}

    def feed(self, column: str, rows: Sequence[int], texts: Sequence[str]) -> list[Finding]:
        """Look at cells of one column, rows ascending; return findings when there is a salt."""
        block = fold("\n".join(texts))
        announced = announced_by_column(column)
        doubted = not announced and LOOK_ALIKES.stand_in(spoken_name(column))
        ends: list[int] = []
        found: list[Finding] = []
        hit: set[int] = set()
        for stretch, previous in _stretches(block):
            # Most blocks of running text have no candidate: places are worked out on demand.
            ends = ends or list(accumulate(len(text) + 1 for text in texts))
            cell = bisect_right(ends, stretch[0].start)
            inside = (ends[cell - 1] if cell else 0, ends[cell] - 1)
            near = _near(block, stretch[0], inside, previous)
            best = self._judge(column, stretch, announced, near, doubted)
            if best is not None:
                hit.add(cell)
                found += self._count(column, rows[cell], *best)
        if "insured_number" in announced:
            for cell, text in enumerate(texts):
                if cell not in hit and _symbol_and_number(text):
                    whole = Candidate("insured_number", 0, len(text), Score.FORMAT, text)
                    found += self._count(column, rows[cell], whole, Level.ANNOUNCED)
        return found

    def close(self) -> None:
        """Finish counting rows; call once after the last batch."""
        for tally in self.tallies.values():
            tally.close()

    def _judge(
        self,
        column: str,
        stretch: list[Candidate],
        announced: frozenset[str],
        near: str,
        doubted: bool,
    ) -> tuple[Candidate, Level] | None:
        """Return the most believed candidate of a stretch; the first of equals."""
        best: tuple[Candidate, Level] | None = None
        for candidate in stretch:
            level = _level(candidate, announced, near, doubted)
            if level in (Level.DOUBTED, Level.CHECKED):
                passed = candidate.score == Score.CHECK_DIGIT
                self._tally(column, candidate.kind).test(candidate.text, level, passed=passed)
            if level is None or candidate.score == Score.FAILED:
                continue
            if best is None or level > best[1]:
                best = candidate, level
        return best

    def _count(self, column: str, row: int, candidate: Candidate, level: Level) -> list[Finding]:
        """Count a hit, and describe it when there is a salt."""
        self._tally(column, candidate.kind).add(row, level)
        if self.salt is None:
            return []
        digest = hashlib.blake2b(
            f"{candidate.kind}:{candidate.text}".encode(), key=self.salt, digest_size=16
        )
        return [Finding(candidate.kind, column, row, level, digest.hexdigest())]

    def _tally(self, column: str, kind: str) -> Tally:
        tally = self.tallies.get((column, kind))
        if tally is None:
            tally = self.tallies[column, kind] = Tally()
        return tally


def scan_text(
    lines: Iterable[str], *, salt: bytes | None = None, column: str = ""
) -> tuple[Scan, list[Finding]]:
    """Look for identifiers in lines of free text; rows are line numbers from 1.

    Returns
    -------
    (Scan, list of Finding)
        The counts, and with a salt every finding. Memory does not grow with the text.
    """
    scan, found, first = Scan(salt), [], 1
    stream = iter(lines)
    while batch := list(islice(stream, _LINES)):
        found += scan.feed(column, range(first, first + len(batch)), batch)
        first += len(batch)
    scan.close()
    return scan, found


def _stretches(block: str) -> list[tuple[list[Candidate], int]]:
    """Return the candidates of every stretch of text, and where the run before it ended."""
    signs = signed(block)
    found = [([sign], 0) for sign in signs]
    starts = [sign.start for sign in signs]
    previous = 0
    for run in RUN.finditer(block):
        at = bisect_right(starts, run.start()) - 1
        if at < 0 or signs[at].end <= run.start():
            for _start, same in groupby(
                candidates(block, *run.span()), key=lambda each: each.start
            ):
                found.append((list(same), previous))
        previous = run.end()
    return sorted(found, key=lambda each: each[0][0].start) if signs else found


def _near(block: str, candidate: Candidate, inside: tuple[int, int], previous: int) -> str:
    """Return the text around a candidate, within its cell and after the run before it."""
    low = max(inside[0], previous, candidate.start - _BEFORE)
    high = min(inside[1], candidate.end + _AFTER)
    # A line break stands for the candidate, so that no word reaches across it.
    return f"{block[low : candidate.start]}\n{block[candidate.end : high]}".strip().lower()


def _symbol_and_number(text: str) -> bool:
    """Tell whether a cell of a column of insured persons' numbers can hold one."""
    return len(text) <= _LONGEST_SYMBOL and sum(each.isdigit() for each in text) >= 2


def _level(
    candidate: Candidate, announced: frozenset[str], near: str, doubted: bool
) -> Level | None:
    """Return how far a candidate is believed, None when it says nothing.

    One whose check digit fails gets the level that it would have had: it is counted among the
    look-alikes of that level.
    """
    checked = candidate.score in (Score.FAILED, Score.CHECK_DIGIT)
    if candidate.kind in announced or (near and WORDS[candidate.kind].stand_in(near)):
        return Level.ANNOUNCED
    if candidate.score == Score.WORD_NEEDED:
        return None
    if doubted or candidate.unlikely or (near and LOOK_ALIKES.stand_in(near)):
        return Level.DOUBTED if checked else Level.WEAK
    if checked:
        return Level.CHECKED
    return Level.ANNOUNCED if candidate.score == Score.SIGN else Level.WEAK
