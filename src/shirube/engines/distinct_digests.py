# SPDX-License-Identifier: Apache-2.0
"""The different ones of many keyed digests, sorted, in little more memory than they take.

Digests come in blocks of any size and are laid into one array. Where it is full, it is sorted in
its place and repetitions are dropped; only if more than half is left does it grow by half. So ten
million digests of two values never take more than the smallest array, and n different ones at most
24 bytes each (about nine where their number was known before).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST = 1 << 16
_BLOCK = 1 << 18


class DistinctDigests:
    """Digests that were added, each of them once.

    Parameters
    ----------
    about
        How many different ones there will be, if somebody knows: saves sorting them twice.
    """

    def __init__(self, about: int = 0) -> None:
        self._held = np.empty(max(_LEAST, about), np.uint64)
        self._size = 0

    def add(self, found: NDArray[np.uint64]) -> None:
        """Take a block of digests; it is copied."""
        while found.size:
            part = found[: self._held.size - self._size]
            self._held[self._size : self._size + part.size] = part
            self._size += part.size
            found = found[part.size :]
            if self._size == self._held.size:
                self._size = _distinct(self._held)
                if 2 * self._size > self._held.size:
                    # In its place where the system can, so that old and new are not held at once.
                    self._held.resize(self._held.size * 3 // 2 + 1, refcheck=False)

    def all(self) -> NDArray[np.uint64]:
        """Return the different digests in ascending order; nothing can be added afterwards."""
        size = _distinct(self._held[: self._size])
        self._held.resize(size, refcheck=False)
        return self._held


def _distinct(held: NDArray[np.uint64]) -> int:
    """Sort in place, move every different number to the front, and return how many they are."""
    held.sort()
    end = 0
    for start in range(0, held.size, _BLOCK):
        block = held[start : start + _BLOCK]
        fresh = np.empty(block.size, bool)
        np.not_equal(block[1:], block[:-1], out=fresh[1:])
        # What was kept last is the largest so far, wherever it stands by now.
        fresh[0] = end == 0 or block[0] != held[end - 1]
        kept = block[fresh]
        held[end : end + kept.size] = kept
        end += kept.size
    return end
