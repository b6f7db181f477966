# SPDX-License-Identifier: Apache-2.0
"""The kept nodes of a lattice, and the smallest of them that lies below another node."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Levels = tuple[int, ...]


class Dominance:
    """Which of the kept nodes lie below a node: one subtraction and one mask for 63 bits of levels.

    Levels are packed with a guard bit above each; in ``(b | guards) - a`` a guard stays set exactly
    where a's level is not above b's, so a lies below b where all of them stay.
    """

    def __init__(self, heights: Sequence[int]) -> None:
        self._places: list[tuple[int, int]] = []
        word, used = 0, 0
        for height in heights:
            bits = max(height - 1, 1).bit_length() + 1
            if used + bits > 63:
                word, used = word + 1, 0
            self._places.append((word, used))
            used += bits
        self._guards = [0] * (word + 1)
        for (at, shift), height in zip(self._places, heights, strict=True):
            self._guards[at] |= 1 << (shift + max(height - 1, 1).bit_length())
        self._packed: list[NDArray[np.int64]] = [np.zeros(0, np.int64) for _word in self._guards]
        # In the order of their sizes, so that the first one below is the smallest.
        self._levels: list[Levels] = []
        self._sizes: list[int] = []

    def add(self, levels: Levels, size: int) -> None:
        """Remember a node and the number of its tuples."""
        at = bisect_right(self._sizes, size)
        self._sizes.insert(at, size)
        self._levels.insert(at, levels)
        self._packed = [
            np.concatenate([known[:at], [word], known[at:]])
            for known, word in zip(self._packed, self._pack(levels), strict=True)
        ]

    def remove(self, levels: Levels) -> None:
        """Forget a node."""
        at = self._levels.index(levels)
        del self._levels[at], self._sizes[at]
        self._packed = [np.delete(known, at) for known in self._packed]

    def best_below(self, levels: Levels) -> Levels | None:
        """Return the node with the fewest tuples that is not above the given one anywhere."""
        if not self._levels:
            return None
        below: NDArray[np.bool_] | None = None
        for known, word, guard in zip(self._packed, self._pack(levels), self._guards, strict=True):
            here = (((word | guard) - known) & guard) == guard
            below = here if below is None else below & here
        first = int(np.argmax(below)) if below is not None else 0
        return self._levels[first] if below is None or below[first] else None

    def _pack(self, levels: Levels) -> list[int]:
        packed = [0] * len(self._guards)
        for (word, shift), level in zip(self._places, levels, strict=True):
            packed[word] |= level << shift
        return packed
