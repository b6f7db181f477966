# SPDX-License-Identifier: Apache-2.0
"""All nodes of a lattice as one array: bounds, and which nodes are still undecided.

Nodes below a node are a box of the array, and so are those above it: excluding them, or raising
their bounds, is one operation on a slice. Attributes of one level only have no axis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.deidentification.rolling import Levels


class Lattice:
    """The box of nodes from ``low`` to ``top`` (both included) with a bound for each."""

    def __init__(self, low: Levels, top: Levels, bounds: NDArray[np.float64]) -> None:
        self._low = low
        self._axes = [at for at, lowest in enumerate(low) if top[at] > lowest]
        shape = tuple(top[at] - low[at] + 1 for at in self._axes)
        self._bounds = bounds.reshape(shape).copy()
        self._open, self._dead = np.ones(shape, bool), np.zeros(shape, bool)

    @property
    def size(self) -> int:
        """The number of nodes."""
        return self._open.size

    @property
    def decided(self) -> int:
        """How many nodes are decided."""
        return self.size - int(self._open.sum())

    @property
    def excluded(self) -> int:
        """How many nodes fail because a more general one does."""
        return int(self._dead.sum())

    def decide(self, levels: Levels) -> None:
        """Take one node out of the search."""
        place = self._place(levels)
        if place is not None:
            self._open[place] = False

    def exclude_below(self, levels: Levels) -> None:
        """Take all nodes below a node out of the search, because they fail as it does."""
        box = self._below(levels)
        was_open = self._open[box]
        self._dead[box] |= was_open
        self._open[box] = False

    def raise_below(self, levels: Levels, bounds: NDArray[np.float64]) -> None:
        """Raise the bounds of all nodes below a node."""
        box = self._below(levels)
        known = self._bounds[box]
        np.maximum(known, bounds.reshape(known.shape), out=known)

    def raise_above(self, levels: Levels, bound: float) -> None:
        """Raise the bounds of all nodes above a node."""
        box = tuple(slice(max(levels[at] - self._low[at], 0), None) for at in self._axes)
        known = self._bounds[box]
        np.maximum(known, bound, out=known)

    def lowest(self, value: float) -> tuple[Levels, float] | None:
        """Return an undecided node with the lowest bound and that, if it is below ``value``."""
        waiting = np.where(self._open, self._bounds, np.inf).reshape(-1)
        at = int(np.argmin(waiting))
        if not waiting[at] < value:
            return None
        place = [int(each) for each in np.unravel_index(at, self._open.shape)]
        return self._levels(place), float(waiting[at])

    def climb(self, levels: Levels, value: float) -> Levels:
        """Return a maximal undecided node above the given one whose bound is below ``value``."""
        at = list(self._place(levels) or ())
        while True:
            steps = []
            for axis, level in enumerate(at):
                if level + 1 < self._open.shape[axis]:
                    above = (*at[:axis], level + 1, *at[axis + 1 :])
                    if self._open[above] and self._bounds[above] < value:
                        steps.append((float(self._bounds[above]), axis))
            if not steps:
                return self._levels(at)
            at[min(steps)[1]] += 1

    def open_below(self, value: float) -> tuple[int, float]:
        """Return how many undecided nodes have a bound below ``value``, and the lowest of them."""
        waiting = self._bounds[self._open]
        waiting = waiting[waiting < value]
        return len(waiting), float(waiting.min()) if waiting.size else np.inf

    def _place(self, levels: Levels) -> tuple[int, ...] | None:
        if any(level < low for level, low in zip(levels, self._low, strict=True)):
            return None
        return tuple(levels[at] - self._low[at] for at in self._axes)

    def _below(self, levels: Levels) -> tuple[slice, ...]:
        return tuple(slice(0, max(levels[at] - self._low[at] + 1, 0)) for at in self._axes)

    def _levels(self, place: Sequence[int]) -> Levels:
        levels = list(self._low)
        for at, above in zip(self._axes, place, strict=True):
            levels[at] += above
        return tuple(levels)
