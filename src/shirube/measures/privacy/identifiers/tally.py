# SPDX-License-Identifier: Apache-2.0
"""Counting what was found in one column for one kind, and when to believe it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_REMEMBERED = 4096
_FEW = 5
_CHANCE = 0.1
_BELIEF = 0.001
_WORD = (1 << 64) - 1


class Level(IntEnum):
    """How far a hit is believed."""

    WEAK = 0
    """The format fits, nothing else speaks for it."""
    DOUBTED = 1
    """The check digit fits, but a word nearby announces something else."""
    CHECKED = 2
    """The check digit fits."""
    ANNOUNCED = 3
    """A word nearby or the column's name announces it, or only this kind is written so."""


@dataclass
class Tally:
    """Hits of one kind in one column; tallies of parts of a table add up in any order.

    A check digit alone convinces one random number in ten. So where a column holds at least five
    different numbers of the format, those that pass are confirmed only if so many would pass by
    chance in less than one column in a thousand; with fewer numbers each one that passes counts,
    unless a word nearby announces something else. Of many different numbers those with the
    smallest hashes are remembered, so that it does not matter who comes first.
    """

    hits: list[int] = field(default_factory=lambda: [0] * len(Level))
    rows: list[int] = field(default_factory=lambda: [0] * len(Level))
    _tested: dict[int, tuple[NDArray[np.uint64], NDArray[np.bool_]]] = field(
        default_factory=dict, repr=False
    )

    def add(self, hits: Sequence[int], rows: Sequence[int]) -> None:
        """Count hits, and rows by their best hit, per level."""
        self.hits = [mine + more for mine, more in zip(self.hits, hits, strict=True)]
        self.rows = [mine + more for mine, more in zip(self.rows, rows, strict=True)]

    def test(self, level: int, numbers: NDArray[np.uint64], passed: NDArray[np.bool_]) -> None:
        """Remember which numbers (by their hashes) of the format passed."""
        import numpy as np

        if level in self._tested:
            known, so_far = self._tested[level]
            if len(known) == _REMEMBERED:
                small = numbers < known[-1]
                numbers, passed = numbers[small], passed[small]
            numbers, passed = np.concatenate((known, numbers)), np.concatenate((so_far, passed))
        different, first = np.unique(numbers, return_index=True)
        self._tested[level] = different[:_REMEMBERED], passed[first[:_REMEMBERED]]

    def merge(self, other: Tally) -> None:
        """Add what another part of the table holds."""
        self.add(other.hits, other.rows)
        for level, tested in other._tested.items():
            self.test(level, *tested)

    @property
    def believed(self) -> tuple[Level, ...]:
        """The levels that are confirmed."""
        levels = [Level.ANNOUNCED]
        for level, few_are_enough in ((Level.CHECKED, True), (Level.DOUBTED, False)):
            passed = self._tested[level][1] if level in self._tested else ()
            few = len(passed) < _FEW
            if few_are_enough if few else chance(len(passed), int(sum(passed))) <= _BELIEF:
                levels.append(level)
        return tuple(levels)

    @property
    def confirmed(self) -> int:
        """Hits that are believed."""
        return sum(self.hits[level] for level in self.believed)

    @property
    def weak(self) -> int:
        """Hits that are not believed."""
        return sum(self.hits) - self.confirmed

    @property
    def confirmed_rows(self) -> int:
        """Rows whose best hit is believed."""
        return sum(self.rows[level] for level in self.believed)


def chance(tested: int, passed: int) -> float:
    """Return P(X >= passed) for X binomial (tested, 1/10): so many check digits fit by chance."""
    return math.fsum(
        math.comb(tested, k) * _CHANCE**k * (1 - _CHANCE) ** (tested - k)
        if tested < 200
        else math.exp(
            math.lgamma(tested + 1)
            - math.lgamma(k + 1)
            - math.lgamma(tested - k + 1)
            + k * math.log(_CHANCE)
            + (tested - k) * math.log1p(-_CHANCE)
        )
        for k in range(passed, tested + 1)
    )


def mixed(number: str) -> int:
    """Return the hash by which different numbers are told apart; it never leaves the memory."""
    whole = (int(number, 36 if number[:1].isalpha() else 10) * 32 + len(number)) & _WORD
    whole = (whole ^ whole >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    whole = (whole ^ whole >> 27) * 0x94D049BB133111EB & _WORD
    return whole ^ whole >> 31
