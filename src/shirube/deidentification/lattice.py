# SPDX-License-Identifier: Apache-2.0
"""All nodes of a lattice as one array: bounds, and which nodes are still undecided.

Nodes below a node are a box of the array, and so are those above it: excluding them, or raising
their bounds, is one operation on a slice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.deidentification.rolling import Levels


class Lattice:
    """The box of nodes from ``low`` to ``top`` (both included) with a bound for each."""

    def __init__(self, low: Levels, top: Levels, bounds: NDArray[np.float64]) -> None:
        self._low, self._top = low, top
        self._bounds = bounds.copy()
        self._open = np.ones(bounds.shape, bool)
        self._order = np.argsort(bounds, axis=None, kind="stable")
        self._dead = np.zeros(bounds.shape, bool)

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
        np.maximum(self._bounds[box], bounds, out=self._bounds[box])

    def raise_above(self, levels: Levels, bound: float) -> None:
        """Raise the bounds of all nodes above a node."""
        box = tuple(
            slice(max(level - low, 0), None) for level, low in zip(levels, self._low, strict=True)
        )
        np.maximum(self._bounds[box], bound, out=self._bounds[box])

    def lowest(self, value: float) -> Levels | None:
        """Return an undecided node with the lowest bound, if that is below ``value``."""
        waiting = np.where(self._open, self._bounds, np.inf).reshape(-1)
        at = int(np.argmin(waiting))
        return self._levels(at) if waiting[at] < value else None

    def climb(self, levels: Levels, value: float) -> Levels:
        """Return a maximal undecided node above the given one whose bound is below ``value``."""
        place = self._place(levels) or ()
        at = list(place)
        while True:
            steps = []
            for axis, level in enumerate(at):
                if level + 1 < self._open.shape[axis]:
                    above = (*at[:axis], level + 1, *at[axis + 1 :])
                    if self._open[above] and self._bounds[above] < value:
                        steps.append((float(self._bounds[above]), axis))
            if not steps:
                return tuple(level + low for level, low in zip(at, self._low, strict=True))
            at[min(steps)[1]] += 1

    def open_below(self, value: float) -> tuple[int, float]:
        """Return how many undecided nodes have a bound below ``value``, and the lowest of them."""
        waiting = self._bounds[self._open]
        waiting = waiting[waiting < value]
        return len(waiting), float(waiting.min()) if waiting.size else np.inf

    def _place(self, levels: Levels) -> tuple[int, ...] | None:
        at = tuple(level - low for level, low in zip(levels, self._low, strict=True))
        return at if min(at, default=0) >= 0 else None

    def _below(self, levels: Levels) -> tuple[slice, ...]:
        return tuple(
            slice(0, max(level - low + 1, 0)) for level, low in zip(levels, self._low, strict=True)
        )

    def _levels(self, flat: int) -> Levels:
        at = np.unravel_index(flat, self._open.shape)
        return tuple(int(level) + low for level, low in zip(at, self._low, strict=True))
