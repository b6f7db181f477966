# SPDX-License-Identifier: Apache-2.0
"""Finding identifiers and descriptions in cells and lines: find, judge, count; no text leaves.

1. A batch of cells becomes one block of text, folded to one width.
2. Signs and runs of digits are judged, compiled where there is much text, else in Python.
3. Names, addresses, dates of birth and words of special care are found beside them.
4. Tallies count; with a salt each hit also becomes a ``Finding`` with a keyed digest.
"""

from __future__ import annotations

import hashlib
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from shirube.measures.privacy import descriptions
from shirube.measures.privacy.descriptions.kinds import KINDS as DESCRIPTIONS
from shirube.measures.privacy.identifiers.compiled import search, spend, worth
from shirube.measures.privacy.identifiers.folding import fold
from shirube.measures.privacy.identifiers.judging import Judged, judged
from shirube.measures.privacy.identifiers.kinds import (
    KINDS,
    LOOK_ALIKES,
    ORDER,
    announced_by_column,
    spoken_name,
)
from shirube.measures.privacy.identifiers.tally import Level, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Ends = NDArray[np.int64]

ALL_KINDS = {**KINDS, **DESCRIPTIONS}
"""Identifiers first, then descriptions."""

_NAMES = tuple(ALL_KINDS)
_NUMBER = {kind: at for at, kind in enumerate(_NAMES)}
_LINES = 16_384
_LONGEST_SYMBOL = 40


class Finding(msgspec.Struct, frozen=True):
    """Where something was found, without what was found.

    ``start`` and ``end`` are the characters of the cell or line, from 0. ``digest`` is a keyed
    BLAKE2b of the normalised text: equal for equal identifiers under one salt, useless without it.
    The salt stays with the operator.
    """

    kind: str
    column: str
    row: int
    start: int
    end: int
    level: Level
    digest: str


class Scan:
    """Counts per column and kind over any number of batches.

    Parameters
    ----------
    salt
        Given, ``feed`` returns findings with digests under this key (at most 64 bytes).
    words
        Whether names, addresses, dates of birth and special care are looked for as well.
    compiled
        Whether the compiled search is used; by default where it is there and worth loading.
    """

    def __init__(
        self, salt: bytes | None = None, *, words: bool = True, compiled: bool | None = None
    ) -> None:
        self.salt = salt
        self.tallies: dict[tuple[str, str], Tally] = {}
        self._words, self._compiled = words, compiled

    def feed(
        self,
        column: str,
        rows: Sequence[int],
        texts: Sequence[str],
        weights: Sequence[int] | None = None,
    ) -> list[Finding]:
        """Look at cells of one column; return findings when there is a salt.

        ``weights`` are given where a cell stands for several rows.
        """
        if not texts:
            return []
        block = "\n".join(texts)
        announced = announced_by_column(column)
        about = announced or descriptions.announced_by_column(column)
        doubted = not about and LOOK_ALIKES.stand_in(spoken_name(column))
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
        found = self._judged(block, ends, announced, doubted=doubted)
        hits = found.hits
        if "insured_number" in announced:
            hits = np.concatenate((hits, _symbols(texts, set(hits[:, 0].tolist()), ends)))
        if self._words:
            hits = np.concatenate((hits, _described(block, ends, column)))
        self._count(column, hits, found, weights)
        if self.salt is None:
            return []
        order = np.lexsort((hits[:, 1], hits[:, 2]))
        listed: list[list[int]] = hits[order].tolist()
        return [self._finding(column, rows, ends, block, hit) for hit in listed]

    def add(self, tallies: Mapping[tuple[str, str], Tally]) -> None:
        """Add what another scan counted."""
        for place, tally in tallies.items():
            self._tally(*place).merge(tally)

    def _judged(
        self, block: str, ends: Ends, announced: frozenset[str], *, doubted: bool
    ) -> Judged:
        """Judge the identifiers of a block, compiled or in Python: the same either way."""
        compiled = self._compiled
        if compiled is None:
            compiled = worth()
        if compiled:
            found = search().judged(block, ends, announced, doubted=doubted)
            if found is not None:
                return found
        started = perf_counter()
        plain = judged(fold(block), ends.tolist(), announced, doubted=doubted)
        spend(perf_counter() - started)
        return plain

    def _count(
        self,
        column: str,
        hits: NDArray[np.int32],
        found: Judged,
        weights: Sequence[int] | None,
    ) -> None:
        """Count hits, and rows by the best hit of each kind in a cell."""
        shared = None if weights is None else np.asarray(weights, np.int64)
        for kind in np.unique(hits[:, 1]).tolist():
            cell, _kind, _start, _end, level = hits[hits[:, 1] == kind].T
            order = np.lexsort((level, cell))
            cell, level = cell[order], level[order]
            last = np.append(cell[1:] != cell[:-1], [True])
            self._tally(column, _NAMES[kind]).add(
                _per_level(level, cell, shared), _per_level(level[last], cell[last], shared)
            )
        places = found.tests[:, 0].astype(np.int64) * len(Level) + found.tests[:, 1]
        for place in np.unique(places).tolist():
            here = places == place
            kind, at = divmod(place, len(Level))
            passed = found.tests[here, 2].astype(bool)
            self._tally(column, _NAMES[kind]).test(at, found.hashes[here], passed)

    def _finding(
        self, column: str, rows: Sequence[int], ends: Ends, block: str, hit: Sequence[int]
    ) -> Finding:
        """Describe a hit without its text."""
        cell, number, start, end, level = hit
        kind, first = _NAMES[number], int(ends[cell - 1]) if cell else 0
        text = normalised(kind, fold(block[max(0, start - 1) : end]), start > 0)
        digest = hashlib.blake2b(f"{kind}:{text}".encode(), key=self.salt or b"", digest_size=16)
        return Finding(
            kind, column, rows[cell], start - first, end - first, Level(level), digest.hexdigest()
        )

    def _tally(self, column: str, kind: str) -> Tally:
        tally = self.tallies.get((column, kind))
        if tally is None:
            tally = self.tallies[column, kind] = Tally()
        return tally


def normalised(kind: str, text: str, led: bool = False) -> str:
    """Return an identifier as it is compared: letters and digits only, a phone from abroad as here.

    ``led`` says that one character stands before it, which tells a country code from other digits.
    """
    before, text = (text[0], text[1:]) if led and text else ("", text)
    plain = "".join(each for each in text if each.isalnum()).lower()
    if kind == "phone" and before == "+" and plain.startswith("81"):
        return "0" + plain[2:].lstrip("0")
    return plain


def scan_text(
    lines: Iterable[str],
    *,
    salt: bytes | None = None,
    column: str = "",
    words: bool = True,
    compiled: bool | None = None,
) -> tuple[Scan, list[Finding]]:
    """Look through lines of free text; rows are line numbers from 1.

    Returns
    -------
    (Scan, list of Finding)
        The counts, and with a salt every finding. Memory does not grow with the text.
    """
    scan, found, first = Scan(salt, words=words, compiled=compiled), [], 1
    stream = iter(lines)
    while batch := list(islice(stream, _LINES)):
        found += scan.feed(column, range(first, first + len(batch)), batch)
        first += len(batch)
    return scan, found


def _per_level(
    level: NDArray[np.int32], cell: NDArray[np.int32], weights: NDArray[np.int64] | None
) -> list[int]:
    """Count per level, every cell as often as rows share it."""
    counted = np.zeros(len(Level), np.int64)
    np.add.at(counted, level, 1 if weights is None else weights[cell])
    return [int(each) for each in counted]


def _described(block: str, ends: Ends, column: str) -> NDArray[np.int32]:
    """Return the descriptions of a block as hits."""
    found = [
        (_NUMBER[kind], start, end, int(level))
        for kind, start, end, level in descriptions.described(fold(block), column)
    ]
    rest = np.array(found, np.int32).reshape(-1, 4)
    cells = np.searchsorted(ends, rest[:, 1], side="right").astype(np.int32)
    return np.column_stack((cells, rest))


def _symbols(texts: Sequence[str], taken: set[int], ends: Ends) -> NDArray[np.int32]:
    """Take what can be one in a column of insured persons' symbols and numbers."""
    found = [
        (cell, ORDER["insured_number"], ends[cell] - len(text) - 1, ends[cell] - 1, Level.ANNOUNCED)
        for cell, text in enumerate(texts)
        if cell not in taken
        and len(text) <= _LONGEST_SYMBOL
        and sum(each.isdigit() for each in text) >= 2
    ]
    return np.array(found, np.int32).reshape(-1, 5)
