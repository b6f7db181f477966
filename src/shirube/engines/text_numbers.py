# SPDX-License-Identifier: Apache-2.0
"""Texts as numbers: equal texts of a column get one number, in the order of their first rows.

A dictionary over the bytes of an Arrow column; the compiled loop hashes, looks up and compares
without making a Python text of each row. It stops where the dictionary is full, so that it can be
enlarged, and goes on from there.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_FIRST_SLOTS, _FIRST_BYTES = 1 << 10, 1 << 14


def numbered(
    offsets: NDArray[np.int32],
    data: NDArray[np.uint8],
    valid: NDArray[np.uint8],
    first: int,
    numbers: NDArray[np.int32],
    slots: NDArray[np.int32],
    hashes: NDArray[np.uint64],
    ends: NDArray[np.int64],
    held: NDArray[np.uint8],
    used: int,
) -> tuple[int, int]:
    """Give rows from ``first`` on their numbers; return the first row left, and the texts known.

    Text k of the dictionary lies in ``held`` from ``ends[k]`` to ``ends[k + 1]``. A row without a
    value (its bit in ``valid`` is 0) is the empty text.
    """
    last = np.uint64(len(slots) - 1)
    one = np.uint64(1)
    for row in range(first, len(numbers)):
        start, stop = offsets[row], offsets[row + 1]
        if len(valid) > 0 and not (valid[row >> 3] >> (row & 7)) & 1:
            stop = start
        mixed = np.uint64(0xCBF29CE484222325)  # FNV-1a
        for at in range(start, stop):
            mixed = (mixed ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
        mixed ^= mixed >> np.uint64(32)
        slot = mixed & last
        found = -1
        while slots[slot] != 0:
            known = slots[slot] - 1
            if hashes[known] == mixed and ends[known + 1] - ends[known] == stop - start:
                same = True
                for at in range(stop - start):
                    if held[ends[known] + at] != data[start + at]:
                        same = False
                        break
                if same:
                    found = known
                    break
            slot = (slot + one) & last
        if found < 0:
            if 2 * used >= len(slots) or ends[used] + stop - start > len(held):
                return row, used
            for at in range(stop - start):
                held[ends[used] + at] = data[start + at]
            ends[used + 1] = ends[used] + stop - start
            hashes[used] = mixed
            found = used
            used += 1
            slots[slot] = used
        numbers[row] = found
    return len(numbers), used


class TextNumbers:
    """The dictionary of one column; ``add`` numbers the rows of one block after the other."""

    def __init__(self, loop: Callable[..., tuple[int, int]]) -> None:
        self._loop = loop
        self._slots = np.zeros(_FIRST_SLOTS, np.int32)
        self._hashes = np.zeros(_FIRST_SLOTS // 2 + 1, np.uint64)
        self._ends = np.zeros(_FIRST_SLOTS // 2 + 2, np.int64)
        self._held = np.zeros(_FIRST_BYTES, np.uint8)
        self._used = 0

    def add(
        self, offsets: NDArray[np.int32], data: NDArray[np.uint8], valid: NDArray[np.uint8]
    ) -> NDArray[np.int32]:
        """Return the number of each row of a block."""
        numbers = np.empty(len(offsets) - 1, np.int32)
        row = 0
        while True:
            row, self._used = self._loop(
                offsets, data, valid, row, numbers,
                self._slots, self._hashes, self._ends, self._held, self._used,
            )  # fmt: skip
            if row == len(numbers):
                return numbers
            self._grow(int(offsets[row + 1] - offsets[row]))

    def texts(self) -> list[str]:
        """Return the texts in the order of their numbers."""
        ends, held = self._ends[: self._used + 1].tolist(), self._held.tobytes()
        return [held[a:b].decode() for a, b in itertools.pairwise(ends)]

    def _grow(self, length: int) -> None:
        """Make room for twice as many texts, and for one of this length."""
        used = self._used
        room = max(2 * len(self._held), int(self._ends[used]) + length)
        self._held = np.concatenate([self._held, np.zeros(room - len(self._held), np.uint8)])
        if 2 * used < len(self._slots):
            return
        slots = 4 * len(self._slots)
        self._slots = np.zeros(slots, np.int32)
        self._hashes = np.concatenate(
            [self._hashes[:used], np.zeros(slots // 2 + 1 - used, np.uint64)]
        )
        self._ends = np.concatenate(
            [self._ends[: used + 1], np.zeros(slots // 2 + 1 - used, np.int64)]
        )
        # Each text finds its first free slot again; equal places go to later slots, in order.
        last = slots - 1
        for number, mixed in enumerate(self._hashes[:used].tolist(), 1):
            slot = mixed & last
            while self._slots[slot]:
                slot = (slot + 1) & last
            self._slots[slot] = number


@cache
def compiled() -> Callable[..., tuple[int, int]] | None:
    """Return the compiled loop, kept on disk where that is allowed; None without ``fast``."""
    try:
        import numba
    except ImportError:
        return None
    function: Any = numbered
    try:
        loop: Callable[..., tuple[int, int]] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep it in
        loop = numba.njit(nogil=True)(function)
    return loop
