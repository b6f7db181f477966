# SPDX-License-Identifier: Apache-2.0
"""Counts of packed keys: one pass over the columns of a large columnar table.

First the texts of a column are taken from its first rows; should a later row have another one, the
columns are read for all their texts and counted again.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from shirube.engines.duckdb.packing import UnknownValue, keys, packing
from shirube.engines.key_counts import KeyCounts, starts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from shirube.engines.duckdb.packing import Field, Packing
    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

    Ints = NDArray[np.int64]

LEAST_ROWS = 10_000
"""A smaller table costs as much to look at as to count."""

_FEW_ROWS = 200_000

_HELD_BYTES = 64 << 20  # of keys that are sorted together, for each table of counts
_NARROW_BITS = 32
_MOST_DENSE = 24  # bits of a field whose codes are found through a table of all its numbers


class Counting(Protocol):
    """Takes the keys of all rows, block by block."""

    def add(self, block: NDArray[Any]) -> None:
        """Take a block, which lives until the next."""

    def finish(self) -> None:
        """There are no more."""


C = TypeVar("C", bound=Counting)


class Cells:
    """The counts of the first ``classes`` fields (the class) beside some of the others.

    Ready to be read once ``counted`` has returned.
    """

    def __init__(self, packed: Packing, classes: int, others: Sequence[int]) -> None:
        self._packed, self._classes, self._others = packed, classes, tuple(others)
        self._low = sum(packed.fields[at].bits for at in others)
        last = packed.shifts[classes - 1]  # where the class begins in a key of all fields
        self._drop, self._whole = last, last == self._low
        self.bits = packed.bits - last + self._low
        self._counts = KeyCounts(self.bits, packed.rows)
        self._held: NDArray[Any] = np.zeros(0, np.int64)
        self._used = 0
        self.keys: NDArray[Any] = np.zeros(0, np.int64)
        self.count: Ints = np.zeros(0, np.int64)

    def add(self, block: NDArray[Any]) -> None:
        """Count a block of keys of all fields; few counters at once, others when many are held."""
        own = block if self._whole else self._own(block)
        if self._counts.dense:
            self._counts.add(own)
            return
        if self.bits < _NARROW_BITS:
            own = own.astype(np.int32, copy=False)
        if not len(self._held):
            rows = min(_HELD_BYTES // own.itemsize, self._packed.rows)
            self._held = np.empty(max(rows, len(own)), own.dtype)
        if self._used + len(own) > len(self._held):
            self._release()
        self._held[self._used : self._used + len(own)] = own
        self._used += len(own)

    def finish(self) -> None:
        """Count what is held, and sort what was counted."""
        self._release()
        self._held = np.zeros(0, np.int64)
        self.keys, self.count = self._counts.result()

    def _release(self) -> None:
        """Count the keys that are held."""
        if self._used:
            self._counts.add(self._held[: self._used])
        self._used = 0

    @cached_property
    def firsts(self) -> Ints:
        """Where the cells of each class begin."""
        of_class = self.keys >> self.keys.dtype.type(self._low) if self._low else self.keys
        return starts_of(of_class)

    @property
    def classes(self) -> tuple[Ints, Ints]:
        """The dense number of the class of each cell, and where each class begins."""
        first = self.firsts
        return np.repeat(np.arange(len(first)), np.diff(first, append=len(self.keys))), first

    def codes(self, at: int, among: Ints | None = None) -> NDArray[Any]:
        """Return the dense code of a field in the cells (or in some of them)."""
        chosen = self.keys if among is None else self.keys[among]
        return dense_codes(self.number(chosen, at), self._packed.fields[at])

    def number(self, chosen: NDArray[Any], at: int) -> NDArray[Any]:
        """Return what stands in a field of these keys."""
        fields = self._packed.fields
        after = [each for each in self._others if each > at]
        if at < self._classes:
            after = [*range(at + 1, self._classes), *self._others]
        shift = sum(fields[each].bits for each in after)
        kind = chosen.dtype.type
        return np.asarray((chosen >> kind(shift)) & kind((1 << fields[at].bits) - 1))

    def _own(self, block: NDArray[Any]) -> NDArray[Any]:
        """Return the keys with no more fields than are counted here."""
        kind = block.dtype.type
        own = block >> kind(self._drop)
        for at in self._others:
            own = (own << kind(self._packed.fields[at].bits)) | self._packed.number(block, at)
        return np.asarray(own)


def dense_codes(number: NDArray[Any], field: Field) -> NDArray[Any]:
    """Return what stands in a field as dense codes: the values that occur, in their order."""
    if field.bits > _MOST_DENSE:
        return np.asarray(np.unique(number, return_inverse=True)[1].astype(np.uint32))
    present = np.zeros(field.size, bool)
    present[number] = True
    kind = np.min_scalar_type(field.size)
    return np.asarray((np.cumsum(present) - 1).astype(kind)[number])


def samplings(table: Table) -> tuple[bool, ...]:
    """Return whether texts are taken from the first rows: first yes, then no; no at once if few."""
    return (True, False) if (table.rows or 0) >= _FEW_ROWS else (False,)


def counted(
    session: Session,
    relation: str,
    table: Table,
    columns: Sequence[str],
    cells: Callable[[Packing], Iterable[C] | None],
) -> tuple[Packing, list[C]] | None:
    """Count the columns of a table; None where they cannot be packed or ``cells`` declines."""
    for sampled in samplings(table):
        packed = packing(session, relation, table, columns, sampled=sampled)
        chosen = None if packed is None else cells(packed)
        if packed is None or chosen is None:
            return None
        tables = list(chosen)
        try:
            for block in keys(session, relation, packed):
                for each in tables:
                    each.add(block)
        except UnknownValue:
            continue
        for each in tables:
            each.finish()
        return packed, tables
    return None
