# SPDX-License-Identifier: Apache-2.0
"""Counting equal keys in numpy: a counter per key where keys are few, sorted runs above.

A counter costs two nanoseconds a key, sorting with the vector unit eight; both cost less than a
hash table. Memory is bounded by the distinct keys: runs are merged as they grow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

IN_CACHE_BITS = 16
"""So few counters lie in the processor's cache: a block of any size is counted as it comes."""

MOST_DENSE_BITS = 24
"""Most counters (64 MiB) where there are many keys to count."""

_COUNTERS_PER_KEY = 8
_WEIGHED_BITS = 63  # of a key and its weight, which are sorted as one number


def dense(bits: int, keys: int) -> bool:
    """Say whether so many keys of so many bits have a counter each."""
    few = bits <= MOST_DENSE_BITS and 1 << bits <= _COUNTERS_PER_KEY * keys
    return few or bits <= IN_CACHE_BITS


def gathered(blocks: Iterable[NDArray[Any]], rows: int) -> Iterator[NDArray[Any]]:
    """Yield the blocks joined to larger ones of ``rows`` keys; each lives until the next."""
    buffer: NDArray[Any] | None = None
    used = 0
    for block in blocks:
        if buffer is None:
            buffer = np.empty(rows, block.dtype)
        start = 0
        while start < len(block):
            part = block[start : start + len(buffer) - used]
            buffer[used : used + len(part)] = part
            used, start = used + len(part), start + len(part)
            if used == len(buffer):
                yield buffer
                used = 0
    if buffer is not None and used:
        yield buffer[:used]


class KeyCounts:
    """Counts keys of ``bits`` bits, non-negative whole numbers; about so many of them, if known."""

    def __init__(self, bits: int, about: int = 0) -> None:
        self._bits, self._rows = bits, 0
        self.dense = dense(bits, about)
        self._dense: NDArray[Any] = np.zeros(1 << bits if self.dense else 0, np.uint32)
        self._runs: list[tuple[NDArray[Any], Ints]] = []

    def add(self, keys: NDArray[Any], weights: Ints | None = None) -> None:
        """Count a block of keys; with ``weights`` each stands for so many."""
        if self.dense:
            if weights is not None or self._rows + len(keys) >= 2**32:
                self._dense = self._dense.astype(np.int64, copy=False)
            self._rows += len(keys)
            one = self._dense.dtype.type(1)
            # The type of an index: another one would be changed in small pieces.
            np.add.at(self._dense, keys.astype(np.intp), one if weights is None else weights)
            return
        if weights is None:
            self._runs.append(_run(np.sort(keys)))
        else:
            self._runs.append(_summed(keys, weights, self._bits))
        # A run is merged when it is no longer much smaller than the one before it, so that a key
        # is merged a logarithmic number of times.
        while len(self._runs) > 1 and 2 * len(self._runs[-1][0]) >= len(self._runs[-2][0]):
            self._merge()

    def result(self) -> tuple[NDArray[Any], Ints]:
        """Return the keys that occurred, ascending, and how often."""
        if self.dense:
            found = np.flatnonzero(self._dense != 0)  # thrice as fast on truths
            return found, self._dense[found].astype(np.int64)
        while len(self._runs) > 1:
            self._merge()
        return self._runs[0] if self._runs else (np.zeros(0, np.int64), np.zeros(0, np.int64))

    def _merge(self) -> None:
        """Add the last two runs up."""
        (keys, count), (others, more) = self._runs.pop(), self._runs.pop()
        joined, weights = np.concatenate([others, keys]), np.concatenate([more, count])
        self._runs.append(_summed(joined, weights, self._bits))


def _run(keys: NDArray[Any]) -> tuple[NDArray[Any], Ints]:
    """Return the distinct keys of a sorted block, and how often each stands in it."""
    starts = starts_of(keys)
    return keys[starts], np.diff(starts, append=len(keys))


def _summed(keys: NDArray[Any], weights: Ints, bits: int) -> tuple[NDArray[Any], Ints]:
    """Return the distinct keys, ascending, and the sum of the weights of each."""
    beside = int(weights.max(initial=0)).bit_length()
    if bits + beside <= _WEIGHED_BITS:  # sorting values costs a tenth of sorting places
        both = keys.astype(np.int64)
        both <<= beside
        both |= weights
        both.sort()
        keys, weights = (both >> beside).astype(keys.dtype), both & ((1 << beside) - 1)
    else:
        order = np.argsort(keys, kind="stable")
        keys, weights = keys[order], weights[order]
    starts = starts_of(keys)
    return keys[starts], np.add.reduceat(weights, starts) if len(starts) else weights


def starts_of(keys: NDArray[Any]) -> Ints:
    """Return where each distinct key of sorted keys begins."""
    new = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return np.flatnonzero(new)
