# SPDX-License-Identifier: Apache-2.0
"""What generalising changes in a packed key, looked up for several attributes at once.

Attributes whose fields lie side by side are moved together: the bits of all of them are the place
in one list, and what stands there is XORed into the key. A key of eight attributes needs three or
four of them instead of eight. Lists are made when they are first asked for and kept in one array;
when that is full it begins anew, so that it never takes more than its room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.deidentification.coding import Attribute, Fields

    Levels = tuple[int, ...]
    Group = tuple[int, ...]
    Move = tuple[int, int, int]

_BITS = 12
"""So many bits are looked up at once: a list of 32 KiB stays in the processor's nearest cache."""

_ROOM = 1 << 19
"""Entries that are kept (4 MiB)."""

_ENOUGH = 2048
"""Tables of fewer tuples move each attribute by itself: short lists are made sooner."""

_NOTHING = np.zeros((0, 3), np.uint64)


class Moves:
    """The lists of one layout of one word.

    Parameters
    ----------
    attributes, layout
        What the codes mean, and where they lie.
    """

    def __init__(self, attributes: Sequence[Attribute], layout: Fields) -> None:
        self._attributes, self._layout = attributes, layout
        self._alone = tuple((at,) for at in range(len(attributes)))
        self._groups = _groups(layout)
        # What one call can ask for at most: there is always room for it.
        self._most = max(
            sum(_place(layout, group)[1] + 1 for group in groups)
            for groups in (self._alone, self._groups)
        )
        self.entries: NDArray[np.uint64] = np.empty(max(_ROOM, 2 * self._most), np.uint64)
        """All lists, one after the other."""
        self._used = 0
        self._known: dict[tuple[Group, Levels, Levels], Move] = {}

    def between(self, low: Levels, high: Levels, tuples: int) -> NDArray[np.uint64]:
        """Return shift, mask and start of each list that leads from a node to one above it."""
        if len(self.entries) - self._used < self._most:
            self._known.clear()
            self._used = 0
        found = []
        for group in self._groups if tuples >= _ENOUGH else self._alone:
            lows, highs = tuple([low[at] for at in group]), tuple([high[at] for at in group])
            if lows != highs:
                known = self._known.get((group, lows, highs))
                found.append(known or self._made(group, lows, highs))
        return np.array(found, np.uint64) if found else _NOTHING

    def _made(self, group: Group, lows: Levels, highs: Levels) -> Move:
        shift, mask = _place(self._layout, group)
        before = np.arange(mask + 1, dtype=np.uint64)
        after = before.copy()
        for at, low, high in zip(group, lows, highs, strict=True):
            if low == high:
                continue
            by, of = np.uint64(self._layout.shift[at] - shift), np.uint64(self._layout.mask[at])
            step = np.zeros(self._layout.mask[at] + 1, np.uint64)
            codes = self._attributes[at].step(low, high)
            step[: len(codes)] = codes
            old = (before >> by) & of
            after ^= (old ^ step[old]) << by
        start, self._used = self._used, self._used + len(after)
        self.entries[start : self._used] = (before ^ after) << np.uint64(shift)
        self._known[group, lows, highs] = shift, mask, start
        return shift, mask, start


def _groups(layout: Fields) -> tuple[Group, ...]:
    """Put neighbouring attributes together while their bits are few."""
    groups: list[Group] = []
    for at in sorted(range(layout.attributes), key=lambda at: layout.shift[at]):
        joined = (*groups[-1], at) if groups else (at,)
        if groups and _place(layout, joined)[1] < 1 << _BITS:
            groups[-1] = joined
        else:
            groups.append((at,))
    return tuple(groups)


def _place(layout: Fields, group: Group) -> tuple[int, int]:
    """Return where the fields of a group begin, and the mask of all of them together."""
    shift = min(layout.shift[at] for at in group)
    end = max(layout.shift[at] + layout.mask[at].bit_length() for at in group)
    return shift, (1 << (end - shift)) - 1
