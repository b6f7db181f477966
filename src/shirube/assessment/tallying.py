# SPDX-License-Identifier: Apache-2.0
"""Count who moves: pairs of outcomes under two lists of rules, by the words asked for.

It runs beside the facts, on all of them or on a part; only counts and a few names come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from shirube.assessment.register_outcomes import CODES, Outcomes
from shirube.rules.planes import count, counts, flags

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from shirube.assessment.register_asking import Ask, Judgement
    from shirube.assessment.register_outcomes import Chunk
    from shirube.rules.planes import Plane

ABSENT = len(CODES)
"""The code of a rule that is not there: new on one side, or taken away on the other."""

EXAMPLES = 3

Words = tuple[str | None, ...]
Pair = tuple[str, int, int]


class Tally(msgspec.Struct):
    """How many subjects of a rule have a pair of outcomes, by words, and the first by name.

    Only moves are counted by words and have names.
    """

    count: int = 0
    by: dict[Words, int] = {}
    first: list[str] = []


def tally(asked: Ask, chunks: Iterable[Chunk], words: Sequence[Words]) -> dict[Pair, Tally]:
    """Return the tally of each rule and pair of outcomes that somebody has."""
    found: dict[Pair, _Counting] = {}
    sides = [{rule.ref: rule for rule in side} for side in asked.sides]
    refs = sorted({ref for side in sides for ref in side})
    for chunk in chunks:
        # Who shares words stands together, so that a plane is counted once for all words.
        order = np.argsort(chunk.words, kind="stable")
        edges = np.concatenate(([0], np.cumsum(np.bincount(chunk.words))))
        outcomes = Outcomes(asked, chunk.ordered(order))
        for ref in refs:
            planes = [_present(outcomes, side.get(ref)) for side in sides]
            for old, one in planes[0]:
                for new, other in planes[1]:
                    bits = one & other
                    if number := count(bits):
                        held = found.setdefault((ref, old, new), _Counting())
                        held.count += number
                        if old != new:
                            held.take(bits, edges, chunk.subjects, order)
    return {pair: held.tally(words) for pair, held in found.items()}


def merged(parts: Iterable[dict[Pair, Tally]]) -> dict[Pair, Tally]:
    """Return the tallies of all parts as one."""
    found: dict[Pair, Tally] = {}
    for part in parts:
        for pair, each in part.items():
            whole = found.setdefault(pair, Tally())
            whole.count += each.count
            for told, number in each.by.items():
                whole.by[told] = whole.by.get(told, 0) + number
            whole.first = sorted([*whole.first, *each.first])[:EXAMPLES]
    return dict(sorted(found.items()))


def _present(outcomes: Outcomes, rule: Judgement | None) -> list[tuple[int, Plane]]:
    """Return the outcomes that somebody has."""
    if rule is None:
        return [(ABSENT, outcomes.rows.all)]
    return [(code, bits) for code, bits in enumerate(outcomes.of(rule)) if bits.any()]


class _Counting:
    """The tally of one pair, while chunks come in."""

    def __init__(self) -> None:
        self.count = 0
        self._by: NDArray[np.int64] = np.zeros(0, np.int64)
        self._first: list[str] = []

    def take(
        self,
        bits: Plane,
        edges: NDArray[np.int64],
        subjects: NDArray[np.object_],
        order: NDArray[np.int64],
    ) -> None:
        part = counts(bits, edges)
        by = np.zeros(max(len(part), len(self._by)), np.int64)
        by[: len(self._by)] += self._by
        by[: len(part)] += part
        self._by = by
        # Chunks come in the order of names: once there are enough, no later one is earlier.
        if lacking := EXAMPLES - len(self._first):
            places = order[flags(bits, len(order))]
            self._first += [str(subjects[place]) for place in np.sort(places)[:lacking]]

    def tally(self, words: Sequence[Words]) -> Tally:
        by = {words[number]: count for number, count in enumerate(self._by.tolist()) if count}
        return Tally(self.count, by, self._first)
