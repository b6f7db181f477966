# SPDX-License-Identifier: Apache-2.0
"""All nodes of a lattice as one array: bounds, and which nodes are still undecided.

Nodes below a node are a box of the array, and so are those above it: excluding them, or raising
their bounds, is one operation on a slice. Attributes of one level only have no axis.
"""

from __future__ import annotations

import math
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
        # The bounds of undecided nodes; a decided one waits for nothing, so its bound is infinite.
        self._waiting = bounds.reshape(shape).copy()
        self._flat = self._waiting.reshape(-1)
        self._strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        self._shape = shape
        # Per axis how far its next level lies, and its last level.
        self._axes_up = [(axis, self._strides[axis], of - 1) for axis, of in enumerate(shape)]
        self.excluded = 0
        """How many nodes fail because a more general one does."""

    @property
    def size(self) -> int:
        """The number of nodes."""
        return self._flat.size

    @property
    def decided(self) -> int:
        """How many nodes are decided."""
        return int(np.isinf(self._flat).sum())

    def decide(self, levels: Levels) -> None:
        """Take one node out of the search."""
        place = self._place(levels)
        if place is not None:
            self._waiting[place] = np.inf

    def is_decided(self, levels: Levels) -> bool:
        """Tell whether a node of the box was decided."""
        place = self._place(levels)
        return place is not None and bool(np.isinf(self._waiting[place]))

    def exclude_below(self, levels: Levels) -> None:
        """Take all nodes below a node out of the search, because they fail as it does."""
        box = self._waiting[self._below(levels)]
        self.excluded += int(np.count_nonzero(box != np.inf))
        box[...] = np.inf

    def raise_below(self, levels: Levels, bounds: NDArray[np.float64]) -> None:
        """Raise the bounds of all nodes below a node."""
        known = self._waiting[self._below(levels)]
        np.maximum(known, bounds.reshape(known.shape), out=known)

    def raise_above(self, levels: Levels, bound: float) -> None:
        """Raise the bounds of all nodes above a node."""
        box = tuple(slice(max(levels[at] - self._low[at], 0), None) for at in self._axes)
        known = self._waiting[box]
        np.maximum(known, bound, out=known)

    def lowest(self, value: float) -> tuple[Levels, float] | None:
        """Return an undecided node with the lowest bound and that, if it is below ``value``."""
        at = int(self._flat.argmin())
        bound = float(self._flat[at])
        if not bound < value:
            return None
        steps = zip(self._strides, self._shape, strict=True)
        return self._levels([at // by % of for by, of in steps]), bound

    def climb(self, levels: Levels, value: float) -> Levels:
        """Return a maximal undecided node above the given one whose bound is below ``value``."""
        place = list(self._place(levels) or ())
        at = sum(level * by for level, by in zip(place, self._strides, strict=True))
        bounds, axes = self._flat.data, self._axes_up
        rests = 0  # axes in a row along which there is no step
        while rests < len(axes):
            for axis, by, last in axes:
                level = place[axis]
                while level < last and bounds[at + by] < value:
                    level, at = level + 1, at + by
                rests = 0 if level > place[axis] else rests + 1
                place[axis] = level
                if rests >= len(axes):
                    break
        return self._levels(place)

    def open_below(self, value: float) -> tuple[int, float]:
        """Return how many undecided nodes have a bound below ``value``, and the lowest of them."""
        waiting = self._flat[self._flat < value]
        return len(waiting), float(waiting.min()) if waiting.size else np.inf

    def _place(self, levels: Levels) -> tuple[int, ...] | None:
        for level, low in zip(levels, self._low, strict=True):
            if level < low:
                return None
        return tuple([levels[at] - self._low[at] for at in self._axes])

    def _below(self, levels: Levels) -> tuple[slice, ...]:
        return tuple([slice(0, max(levels[at] - self._low[at] + 1, 0)) for at in self._axes])

    def _levels(self, place: Sequence[int]) -> Levels:
        levels = list(self._low)
        for at, above in zip(self._axes, place, strict=True):
            levels[at] += above
        return tuple(levels)
