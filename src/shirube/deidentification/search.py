# SPDX-License-Identifier: Apache-2.0
"""The search for the best node of a generalisation lattice, with a proof that it is the best.

1. Every node gets a bound from the marginal counts. 2. A greedy descent from the top finds a first
result. 3. As long as an undecided node has a bound below the result: take the one with the lowest
bound, climb from it to a maximal undecided node whose bound is still below, and check that. Where
it fails, all nodes below it fail; where it holds, it may be a better result, and what is suppressed
there is suppressed everywhere below, which raises the bounds there. 4. When no undecided node is
left below the result, the result is optimal.

A lattice that is too large to list is narrowed first (an attribute whose level fails with all
others at their top needs a higher one); if it stays too large, the descent and a walk among
neighbours give a result, and the bound says how far from proven it is.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from shirube.deidentification.lattice import Lattice
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shirube.deidentification.checking import Checker, Classes
    from shirube.deidentification.objectives import Objective
    from shirube.deidentification.rolling import Levels, Roller

MOST_NODES = 1 << 22
"""A lattice of more nodes is not listed: bounds of all of them would take over 100 MB."""

_SECONDS_WHERE_TOO_LARGE = 60.0
"""A lattice that cannot be listed is walked for so long, where nothing else is said."""

_STEPS_TOLD = 100
_ROUNDING = 1e-9
"""Bounds leave room for the rounding of losses; a result so near to its bound is at it."""

Stopped = Literal["", "interrupted", "time", "too_large"]


@dataclass(eq=False)
class Found:
    """The best node so far, and how it stands with the others."""

    levels: Levels
    value: float
    suppressed: int
    checked: int
    excluded: int = 0
    bounded: int = 0
    undecided: int = 0
    lower_bound: float = 0.0
    stopped: Stopped = ""
    path: tuple[tuple[int, float, float], ...] = ()

    @property
    def proven(self) -> bool:
        """Whether no node can be better."""
        return self.undecided == 0


@dataclass(eq=False)
class _Best:
    levels: Levels | None = None
    value: float = math.inf
    suppressed: int = 0
    checked: dict[Levels, float | None] = field(default_factory=dict)
    """The objective of each node that was counted; None where it breaks the requirement."""


class _TimeIsUp(Exception):
    """The seconds that were given are over."""


class Search:
    """One search; ``run`` may be interrupted and then returns the best that it has.

    Parameters
    ----------
    heights
        Levels per attribute.
    roller, checker, objective
        Where tables come from, what is asked of classes, what is minimised.
    seconds
        After so many seconds the best result so far is returned; None searches to the end.
    progress
        Told the share of the lattice that is decided.
    apart
        Values of each attribute that keeps several at its top, for the message when nothing holds.
    """

    def __init__(
        self,
        heights: Levels,
        roller: Roller,
        checker: Checker,
        objective: Objective,
        *,
        seconds: float | None = None,
        progress: Callable[[str, float | None], None] | None = None,
        apart: Mapping[str, int] | None = None,
    ) -> None:
        self._apart = apart or {}
        self._top = tuple(height - 1 for height in heights)
        self._roller, self._checker, self._objective = roller, checker, objective
        self._seconds, self._ends = seconds, math.inf
        self._progress = progress
        self._best = _Best()
        self._lattice: Lattice | None = None
        self._low: Levels = tuple(0 for _height in heights)
        self._told = 0.0
        self._path: list[tuple[int, float, float]] = []

    def run(self) -> Found:
        """Search until proven, interrupted or out of time.

        Raises
        ------
        Problem
            When not even the top of the lattice satisfies the requirement.
        """
        self._begin()
        if self._seconds is not None:
            self._ends = time.monotonic() + self._seconds
        stopped: Stopped = ""
        try:
            self._narrow()
            if self._nodes() <= MOST_NODES:
                self._list()
                self._descend()
                self._prove()
            else:
                stopped = "too_large"
                if self._seconds is None:
                    self._ends = time.monotonic() + _SECONDS_WHERE_TOO_LARGE
                self._descend()
                self._walk()
        except KeyboardInterrupt:
            stopped = "interrupted"
        except _TimeIsUp:
            stopped = "too_large" if self._lattice is None and self._seconds is None else "time"
        return self._found(stopped)

    def _begin(self) -> None:
        """Check the top: if it fails, every node fails, and there is nothing to find."""
        classes, holds = self._count(self._top)
        certain = self._checker.monotone or classes.surely_suppressed > self._checker.budget
        if not holds and certain:
            raise Problem(
                _("Even at the highest level of every hierarchy the requirement is not met:"
                  " {rows} rows would have to be suppressed.").format(rows=classes.suppressed),
                why=self._why_top_fails(),
                remedy=_("Give hierarchies that end in one value for all, ask for less, or allow"
                         " more suppression."),
            )  # fmt: skip

    def _why_top_fails(self) -> str:
        """Name the attributes that keep several values apart even at their top."""
        if not self._apart:
            return _("What fails there fails at every lower level.")
        told = ", ".join(f"{name} ({values})" for name, values in self._apart.items())
        return _("These columns have several values even at their highest level: {names}.").format(
            names=told
        )

    def _narrow(self) -> None:
        """Raise the lowest level of each attribute that fails with all others at their top."""
        low = list(self._low)
        for at, top in enumerate(self._top):
            while low[at] < top:
                levels = (*self._top[:at], low[at], *self._top[at + 1 :])
                if self._surely_fails(*self._count(levels)):
                    low[at] += 1
                else:
                    break
            self._low = tuple(low)

    def _list(self) -> None:
        self._lattice = Lattice(self._low, self._top, self._objective.first(self._low, self._top))
        for levels in self._best.checked:
            self._lattice.decide(levels)

    def _descend(self) -> None:
        """Go down from the top, each time to the best child that holds, while there is one."""
        at = self._top
        while True:
            children = [(self._check(child), child) for child in self._children(at)]
            holding = [(value, child) for value, child in children if value is not None]
            if not holding:
                return
            at = min(holding)[1]

    def _prove(self) -> None:
        """Check maximal undecided nodes until none can be better than the result."""
        lattice = self._lattice
        if lattice is None:
            return
        while (lowest := lattice.lowest(self._best.value)) is not None:
            node, bound = lowest
            self._path.append((len(self._best.checked), self._best.value, bound))
            self._check(lattice.climb(node, self._best.value))
            self._tell(lattice)

    def _walk(self) -> None:
        """Look at the neighbours of the result, up in one attribute and down in another."""
        improved = True
        while improved and self._best.levels is not None:
            at, improved = self._best.levels, False
            for up in (None, *range(len(at))):
                raised = at if up is None else self._moved(at, up, +1)
                if raised is None:
                    continue
                for child in self._children(raised):
                    bound = float(self._objective.first(child, child)[0])
                    if bound < self._best.value:
                        self._check(child)
                if self._best.levels != at:
                    improved = True
                    break

    def _check(self, levels: Levels) -> float | None:
        """Count a node and draw every conclusion; return its objective, or None if it fails."""
        if levels in self._best.checked:
            return self._best.checked[levels]
        lattice = self._lattice
        if lattice is not None and lattice.is_decided(levels):
            return None  # a more general node fails, so this one does
        if lattice is not None and self._fails_at_once(levels):
            self._best.checked[levels] = None
            lattice.decide(levels)
            lattice.exclude_below(levels)
            return None
        classes, holds = self._count(levels)
        if lattice is not None:
            lattice.decide(levels)
            if self._surely_fails(classes, holds):
                lattice.exclude_below(levels)
            elif (bounds := self._objective.below(levels, classes, self._low)) is not None:
                lattice.raise_below(levels, bounds)
            bound = self._objective.above(levels, classes)
            if bound is not None:
                lattice.raise_above(levels, bound)
        return self._best.checked[levels]

    def _fails_at_once(self, levels: Levels) -> bool:
        """Tell whether small classes alone have too many rows, without counting all of them."""
        checker = self._checker
        if not checker.only_sizes or not self._objective.needs_no_failures:
            return False
        return self._roller.at_unless(levels, checker.requirement.k, checker.budget) is None

    def _count(self, levels: Levels) -> tuple[Classes, bool]:
        """Count the classes of a node, and keep it if it is the best so far."""
        if time.monotonic() > self._ends:
            raise _TimeIsUp
        classes = self._checker.classes(self._roller.at(levels))
        holds = classes.suppressed <= self._checker.budget
        value = self._objective.value(levels, classes) if holds else None
        if value is not None and value < self._best.value:
            self._best.levels, self._best.value = levels, value
            self._best.suppressed = classes.suppressed
        self._best.checked[levels] = value
        return classes, holds

    def _surely_fails(self, classes: Classes, holds: bool) -> bool:
        """Tell whether every node below must fail because this one does."""
        if classes.surely_suppressed > self._checker.budget:
            return True
        return self._checker.monotone and not holds

    def _children(self, levels: Levels) -> list[Levels]:
        moved = (self._moved(levels, at, -1) for at in range(len(levels)))
        return [each for each in moved if each is not None]

    def _moved(self, levels: Levels, at: int, by: int) -> Levels | None:
        level = levels[at] + by
        if not self._low[at] <= level <= self._top[at]:
            return None
        return (*levels[:at], level, *levels[at + 1 :])

    def _is_inside(self, levels: Levels) -> bool:
        return all(level >= low for level, low in zip(levels, self._low, strict=True))

    def _nodes(self) -> int:
        return math.prod(top - low + 1 for low, top in zip(self._low, self._top, strict=True))

    def _tell(self, lattice: Lattice) -> None:
        now = time.monotonic()
        if self._progress is not None and now - self._told > 0.2:
            self._told = now
            self._progress(_("Searching the lattice"), lattice.decided / lattice.size)

    def _found(self, stopped: Stopped) -> Found:
        best, lattice = self._best, self._lattice
        if best.levels is None:
            raise Problem(
                _("No combination of levels was found that satisfies the requirement."),
                remedy=_("Ask for less, allow more suppression, or search longer."),
            )
        # Nodes below ``low`` were left out when it was raised; a few of them were counted for it.
        whole = math.prod(top + 1 for top in self._top)
        counted = sum(not self._is_inside(levels) for levels in best.checked)
        found = Found(best.levels, best.value, best.suppressed, len(best.checked), stopped=stopped)
        found.excluded = whole - self._nodes() - counted
        if lattice is None:
            found.lower_bound = float(self._objective.first(self._low, self._low)[0])
            found.bounded = self._nodes() - (len(best.checked) - counted)
            if found.lower_bound < best.value - _ROUNDING:
                found.undecided, found.bounded = found.bounded, 0
        else:
            found.undecided, lowest = lattice.open_below(best.value)
            found.lower_bound = min(best.value, lowest)
            found.excluded += lattice.excluded
            found.bounded = whole - found.checked - found.excluded - found.undecided
        if found.proven:
            found.lower_bound, found.stopped = best.value, ""
        found.path = (*_thinned(self._path), (found.checked, best.value, found.lower_bound))
        return found


def _thinned(path: Sequence[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    """Return at most a hundred steps: each new result, and some between."""
    every = max(1, len(path) // _STEPS_TOLD)
    return [step for at, step in enumerate(path) if at % every == 0 or step[1] != path[at - 1][1]]
