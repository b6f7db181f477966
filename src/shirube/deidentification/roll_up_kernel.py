# SPDX-License-Identifier: Apache-2.0
"""The inner loop of rolling up: replace codes, look the key up, add the count. Compiled by numba.

Without numba ``rolling`` sorts instead, which gives the same counts, three to ten times slower.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_FIRST_SLOTS = 1 << 12


def add_up(
    keys: NDArray[np.uint64],
    count: NDArray[np.int64],
    moves: NDArray[np.uint64],
    entries: NDArray[np.uint64],
    out_keys: NDArray[np.uint64],
    out_count: NDArray[np.int64],
    part_shift: int,
    part_mask: int,
    least: int,
    most: int,
) -> int:
    """Write each distinct generalised key with its count; return how many there are.

    A move is shift, mask and start: ``entries[start + ((key >> shift) & mask)]`` is what changes in
    the key. Open addressing with a table that grows when half full: while results are few, it stays
    in the processor's cache.

    Keys come in parts: those whose field at ``part_shift`` and ``part_mask`` is alike stand
    together, also after generalising. When a part ends, its classes are complete; as soon as more
    than ``most`` rows lie in classes of fewer than ``least``, the rest is left out and -1 returned.
    """
    slots = np.zeros(_FIRST_SLOTS, np.uint32)
    last = np.uint64(len(slots) - 1)
    used = 0
    one = np.uint64(1)
    before, place = np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64(0)  # no key has its highest bit set
    by, of, part = np.uint64(part_shift), np.uint64(part_mask), np.uint64(0)
    complete, small = 0, 0
    for at in range(len(keys)):
        key = keys[at]
        for move in range(len(moves)):
            code = (key >> moves[move, 0]) & moves[move, 1]
            key ^= entries[moves[move, 2] + code]
        if key == before:  # neighbours are often alike, because the first table is sorted
            out_count[place] += count[at]
            continue
        before = key
        if (key >> by) & of != part:
            part = (key >> by) & of
            for known in range(complete, used):
                if out_count[known] < least:
                    small += out_count[known]
            if small > most:
                return -1
            complete = used
        # A multiplication spreads the low bits upwards; the high half is folded back.
        spread = key * np.uint64(0x9E3779B97F4A7C15)
        slot = (spread ^ (spread >> np.uint64(32))) & last
        while slots[slot] != 0 and out_keys[slots[slot] - 1] != key:
            slot = (slot + one) & last
        if slots[slot] != 0:
            place = np.uint64(slots[slot] - 1)
            out_count[place] += count[at]
            continue
        place = np.uint64(used)
        out_keys[used] = key
        out_count[used] = count[at]
        used += 1
        slots[slot] = used
        if used * 2 > len(slots):
            slots = np.zeros(len(slots) * 4, np.uint32)
            last = np.uint64(len(slots) - 1)
            for known in range(used):
                spread = out_keys[known] * np.uint64(0x9E3779B97F4A7C15)
                slot = (spread ^ (spread >> np.uint64(32))) & last
                while slots[slot] != 0:
                    slot = (slot + one) & last
                slots[slot] = known + 1
    return used


@cache
def compiled() -> Callable[..., int] | None:
    """Return the compiled loop; compiled once per machine; None without the extra ``fast``."""
    try:
        import numba
    except ImportError:
        return None
    function: Any = add_up
    try:
        kernel: Callable[..., int] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep it in
        kernel = numba.njit(nogil=True)(function)
    return kernel
