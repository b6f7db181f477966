# SPDX-License-Identifier: Apache-2.0
"""How far a candidate is believed: by its check digit, and by words and the column around it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from shirube.measures.privacy.identifiers.kinds import LOOK_ALIKES, ORDER, WORDS
from shirube.measures.privacy.identifiers.runs import RUN, Candidate, Score, candidates
from shirube.measures.privacy.identifiers.signs import signed
from shirube.measures.privacy.identifiers.tally import Level, mixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

_BEFORE, _AFTER = 24, 12
"""Characters before and after a candidate in which a word counts."""
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Judged(NamedTuple):
    """What was judged in a block, a row for each.

    ``hits``: cell, kind, start, end, level. ``tests``: kind and level of a number whose check digit
    was looked at, and whether it passed; ``hashes``: those numbers' hashes.
    """

    hits: NDArray[np.int32]
    tests: NDArray[np.int8]
    hashes: NDArray[np.uint64]


def judged(block: str, ends: Sequence[int], announced: frozenset[str], *, doubted: bool) -> Judged:
    """Judge every candidate of a folded block; ``ends`` are where its cells end, newline included.

    ``announced`` are the kinds that the column's name announces; ``doubted`` says that it announces
    something else.
    """
    import numpy as np

    hits: list[tuple[int, int, int, int, int]] = []
    tests: list[tuple[int, int, bool]] = []
    hashes: list[int] = []
    for stretch, previous in _stretches(block):
        cell = bisect_right(ends, stretch[0].start)
        inside = (ends[cell - 1] if cell else 0, ends[cell] - 1)
        near = _near(block, stretch[0], inside, previous)
        best: tuple[Candidate, Level] | None = None
        for candidate in stretch:
            believed = level(candidate, announced, near, doubted=doubted)
            if believed in (Level.DOUBTED, Level.CHECKED):
                passed = candidate.score == Score.CHECK_DIGIT
                tests.append((ORDER[candidate.kind], believed, passed))
                hashes.append(mixed(candidate.text))
            if believed is None or candidate.score == Score.FAILED:
                continue
            if best is None or believed > best[1]:
                best = candidate, believed
        if best is not None:
            found, believed = best
            hits.append((cell, ORDER[found.kind], found.start, found.end, believed))
    return Judged(
        np.array(hits, np.int32).reshape(-1, 5),
        np.array(tests, np.int8).reshape(-1, 3),
        np.array(hashes, np.uint64),
    )


def level(
    candidate: Candidate, announced: frozenset[str], near: str, *, doubted: bool
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


def _stretches(block: str) -> Iterable[tuple[list[Candidate], int]]:
    """Return the candidates of every stretch of text, and where the run before it ended."""
    signs = signed(block)
    found = [([sign], 0) for sign in signs]
    if not signs:
        return _of_runs(block, [])
    found += _of_runs(block, signs)
    return sorted(found, key=lambda each: each[0][0].start)


def _of_runs(block: str, signs: list[Candidate]) -> Iterator[tuple[list[Candidate], int]]:
    """Yield the candidates of each run of digits that no sign covers."""
    starts = [sign.start for sign in signs]
    previous = 0
    for run in RUN.finditer(block):
        at = bisect_right(starts, run.start()) - 1
        if at < 0 or signs[at].end <= run.start():
            for _start, same in groupby(
                candidates(block, *run.span()), key=lambda each: each.start
            ):
                yield list(same), previous
        previous = run.end()


def _near(block: str, candidate: Candidate, inside: tuple[int, int], previous: int) -> str:
    """Return the text around a candidate, within its cell and after the run before it."""
    low = max(inside[0], previous, candidate.start - _BEFORE)
    high = min(inside[1], candidate.end + _AFTER)
    # A line break stands for the candidate, so that no word reaches across it.
    near = f"{block[low : candidate.start]}\n{block[candidate.end : high]}".strip()
    return near.translate(_LOWER)
