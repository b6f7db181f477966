# SPDX-License-Identifier: Apache-2.0
"""Sorted keys as tables, class x value -> count: where few classes have many rows each.

Neighbouring keys belong to a few classes only, so that their counters lie in the processor's cache,
whatever the order of the values. A class that goes on in the next block is carried over. A column
of which most classes have few values is told by its cells instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines.class_profiles import one_by_one
from shirube.terms.cells import SensitiveTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from shirube.engines.duckdb.packing import Packing
    from shirube.terms.cells import SensitiveProfiles

    Ints = NDArray[Any]

_BLOCK = 1 << 16
_MOST_COUNTERS = 1 << 20
"""Counters of a block, unless a single class has more."""

_FILLED = 4
"""So many counters for each one that is not 0 are too many for a table."""


class Tables:
    """What sorted keys hold of each column after the first ``classes``."""

    def __init__(self, keys: Ints, packed: Packing, classes: int) -> None:
        drop = packed.shifts[classes - 1]
        places = range(classes, len(packed.fields))
        self._columns = {at: _Column(packed.fields[at].bits) for at in places} or {-1: _Column(0)}
        before = -1
        for block in _blocks(keys, drop, max(column.bits for column in self._columns.values())):
            of_class = block >> block.dtype.type(drop)
            goes_on, before = int(of_class[0]) == before, int(of_class[-1])
            of_class -= of_class[0]
            there = None
            for at, column in self._columns.items():
                number = packed.number(block, at) if column.bits else None
                there = column.add(of_class, number, there, goes_on=goes_on)
        for column in self._columns.values():
            column.finish()

    def sizes(self) -> tuple[Ints, Ints]:
        """Return the sizes of classes, and how many classes have each."""
        return np.unique(next(iter(self._columns.values())).sizes(), return_counts=True)

    def profiles(self, at: int) -> SensitiveProfiles | SensitiveTable:
        """Return the profiles of a sensitive column, or their table."""
        return self._columns[at].profiles()


def _blocks(keys: Ints, drop: int, bits: int) -> Iterator[Ints]:
    """Yield the keys in blocks whose classes have few counters."""
    step = max(1, _MOST_COUNTERS >> bits)
    for start in range(0, len(keys), _BLOCK):
        block = keys[start : start + _BLOCK]
        of_class = block >> block.dtype.type(drop)
        first, last = int(of_class[0]), int(of_class[-1])
        ends = np.arange(first + step, last + 1, step).astype(block.dtype)
        for part in np.split(block, np.searchsorted(of_class, ends)):
            if len(part):
                yield part


class _Column:
    """The counts of one column, values down and classes across, each part as narrow as it can be.

    Codes of so many ``bits`` are counted; parts leave out classes without rows.
    """

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self._counters = np.zeros(_MOST_COUNTERS, np.uint32)
        self._parts: list[Ints] = []
        self._cells = 0
        self._most = np.zeros(1 << bits, np.uint32)
        self._last = np.zeros((0, 1 << bits), np.uint32)

    def add(
        self, of_class: Ints, number: Ints | None, there: Ints | None, *, goes_on: bool
    ) -> Ints:
        """Count codes by class; with ``goes_on`` the first class is the last one of before.

        Returns which classes have rows, for the next column: ``there``.
        """
        span = int(of_class[-1]) + 1
        if span << self.bits > len(self._counters):
            self._counters = np.zeros(span << self.bits, np.uint32)
        counters = self._counters[: span << self.bits]
        counters[:] = 0
        index = of_class << of_class.dtype.type(self.bits)
        if number is not None:
            index |= number
        np.add.at(counters, index.astype(np.intp), np.uint32(1))
        table = counters.reshape(span, -1)
        there = np.asarray(table.any(axis=1)) if there is None else there
        if goes_on:
            table[0] += self._last[0]
        else:
            self._keep(self._last)
        table = table if there.all() else table[there]
        self._keep(table[:-1])
        self._last = table[-1:].copy()
        return there

    def finish(self) -> None:
        """There are no more codes."""
        self._keep(self._last)
        self._counters = self._counters[:0]

    def _keep(self, table: Ints) -> None:
        """Keep the counts of classes that are complete."""
        if len(table):
            most = table.max(axis=0)
            part = table.T.astype(np.min_scalar_type(int(most.max())), order="C")
            self._cells += int(np.count_nonzero(part > 0))
            self._parts.append(part)
            np.maximum(self._most, most, out=self._most)

    def sizes(self) -> Ints:
        """Return how many rows each class has."""
        sizes = [part.sum(axis=0, dtype=np.int64) for part in self._parts]
        return np.concatenate([np.zeros(0, np.int64), *sizes])

    def profiles(self) -> SensitiveProfiles | SensitiveTable:
        """Return the table of the values that occur, or its cells."""
        present = np.flatnonzero(self._most)
        classes = sum(part.shape[1] for part in self._parts)
        if classes * len(present) > _FILLED * self._cells:
            return self._told(present)
        kind = np.min_scalar_type(int(self._most.max(initial=0)))
        table, start = np.empty((len(present), classes), kind), 0
        for part in self._parts:
            end = start + part.shape[1]
            table[:, start:end] = part[present]
            start = end
        return SensitiveTable(table.T)

    def _told(self, present: Ints) -> SensitiveProfiles:
        """Return the cells of every class."""
        cells, codes, counts = [], [], []
        for part in self._parts:
            table = np.ascontiguousarray(part[present].T)
            there = table != 0
            cells.append(np.count_nonzero(there, axis=1))
            at = np.flatnonzero(there)
            codes.append((at % len(present)).astype(np.min_scalar_type(len(present))))
            counts.append(table.reshape(-1)[at])
        of_class = np.concatenate(cells)
        return one_by_one(
            np.cumsum(of_class) - of_class, np.concatenate(codes), np.concatenate(counts)
        )
