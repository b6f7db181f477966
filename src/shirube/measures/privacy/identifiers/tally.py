# SPDX-License-Identifier: Apache-2.0
"""Counting what was found in one column for one kind, and when to believe it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum

_REMEMBERED = 4096
_FEW = 5
_CHANCE = 0.1
_BELIEF = 0.001


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
    """Hits of one kind in one column.

    A check digit alone convinces one random number in ten. So where a column holds at least five
    different numbers of the format, those that pass are confirmed only if so many would pass by
    chance in less than one column in a thousand; with fewer numbers each one that passes counts,
    unless a word nearby announces something else.
    """

    hits: list[int] = field(default_factory=lambda: [0] * len(Level))
    rows: list[int] = field(default_factory=lambda: [0] * len(Level))
    _tested: dict[Level, dict[int, bool]] = field(default_factory=dict, repr=False)
    _row: int = 0
    _best: Level | None = None

    def test(self, number: str, level: Level, *, passed: bool) -> None:
        """Remember whether a number of the format passed (by its keyed hash, up to a limit)."""
        tested = self._tested.setdefault(level, {})
        if len(tested) < _REMEMBERED:
            tested[hash(number)] = passed  # keyed anew by Python in every process

    def add(self, row: int, level: Level) -> None:
        """Count a hit."""
        self.hits[level] += 1
        if row != self._row:
            self.close()
            self._row, self._best = row, level
        elif self._best is None or level > self._best:
            self._best = level

    def close(self) -> None:
        """Count the last row; call once after the last hit."""
        if self._best is not None:
            self.rows[self._best] += 1
            self._best = None

    @property
    def believed(self) -> tuple[Level, ...]:
        """The levels that are confirmed."""
        levels = [Level.ANNOUNCED]
        for level, few_are_enough in ((Level.CHECKED, True), (Level.DOUBTED, False)):
            tested = self._tested.get(level, {})
            few = len(tested) < _FEW
            if few_are_enough if few else chance(len(tested), sum(tested.values())) <= _BELIEF:
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
