# SPDX-License-Identifier: Apache-2.0
"""Class profiles of a large columnar table, counted by packed keys.

Three ways. Few classes have a counter for each of their values. Many classes of few rows: the keys
of all rows are sorted once, so that classes stand together, and each column is read off them. What
is too many rows for that is counted column by column in runs that are merged.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines.class_profiles import RowsByClass, one_by_one
from shirube.engines.duckdb.digests import digests_of
from shirube.engines.duckdb.packed_counts import Cells, counted, dense_codes
from shirube.engines.duckdb.packed_tables import Tables
from shirube.engines.key_counts import dense
from shirube.terms.cells import ClassProfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.engines.duckdb.packing import Packing
    from shirube.engines.duckdb.session import Session
    from shirube.terms.cells import SensitiveProfiles, SensitiveTable
    from shirube.terms.source import Table

    Ints = NDArray[Any]

_MOST_HELD = 1 << 27  # bytes of keys that are sorted together
_MOST_BITS = 24  # of what is taken for the code of a row
_BLOCK = 1 << 16
_SORTED_BLOCK = 1 << 17


def packed_class_profiles(
    session: Session,
    relation: str,
    table: Table,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    *,
    digest_key: str | None,
) -> ClassProfiles | None:
    """Return profiles as ``Source.class_profiles`` has them; None where the queries must do."""
    classes = len(quasi_identifiers)

    def ways(packed: Packing) -> list[_ByColumn | _Tables | _Sorted]:
        many = packed.rows > _rows_held(packed)
        if _dense(packed, classes):
            as_cells = many or _gaps(packed, classes)
            return [_Dense(packed, classes) if as_cells else _Tables(packed, classes)]
        return [_ByColumn(packed, classes) if many else _Sorted(packed, classes)]

    columns = (*quasi_identifiers, *sensitive)
    found = counted(session, relation, table, columns, ways)
    if found is None:
        return None
    packed, (way,) = found
    size, number = way.sizes()
    return ClassProfiles(
        size=size.astype(np.int64),
        classes=number.astype(np.int64),
        sensitive={name: way.profiles(at) for at, name in enumerate(sensitive, classes)},
        quasi_identifiers=tuple(quasi_identifiers),
        rows=packed.rows,
        nulls=packed.nulls,
        digests=(
            {name: digests_of(session.connection, relation, name, digest_key) for name in sensitive}
            if digest_key is not None
            else {}
        ),
    )


def _rows_held(packed: Packing) -> int:
    """Return of how many rows the keys can be held."""
    return max(1, _MOST_HELD // (8 if packed.bits > 31 else 4))


def _dense(packed: Packing, classes: int) -> bool:
    """Say whether the classes have a counter for each value of each sensitive column."""
    of_class = packed.bits - packed.shifts[classes - 1]
    counters = sum(1 << of_class + field.bits for field in packed.fields[classes:])
    return dense((counters or 1 << of_class).bit_length() - 1, packed.rows)


def _gaps(packed: Packing, classes: int) -> bool:
    """Say whether more than half of the counters of a column must stay 0."""
    of_class = packed.bits - packed.shifts[classes - 1]
    widest = max((field.bits for field in packed.fields[classes:]), default=0)
    return 1 << of_class + widest > 2 * packed.rows


class _ByColumn:
    """The cells of the classes and each sensitive column by itself."""

    def __init__(self, packed: Packing, classes: int) -> None:
        places = range(classes, len(packed.fields))
        self._cells = {at: Cells(packed, classes, [at]) for at in places}
        self._all = list(self._cells.values()) or [Cells(packed, classes, [])]

    def add(self, block: Ints) -> None:
        """Count a block of keys."""
        for each in self._all:
            each.add(block)

    def finish(self) -> None:
        """There are no more keys."""
        for each in self._all:
            each.finish()

    def sizes(self) -> tuple[Ints, Ints]:
        """Return the sizes of classes, and how many classes have each."""
        cells = self._all[0]
        size = np.add.reduceat(cells.count, cells.firsts) if len(cells.firsts) else cells.count
        return np.unique(size, return_counts=True)

    def profiles(self, at: int) -> SensitiveProfiles:
        """Return the profiles of a sensitive column."""
        cells = self._cells[at]
        return one_by_one(cells.firsts, cells.codes(at), cells.count)


class _Held:
    """The keys of rows, as many as are sorted together."""

    def __init__(self, packed: Packing) -> None:
        self._rows, self._used = min(packed.rows, _rows_held(packed)), 0
        self._keys: Ints = np.zeros(0, np.int64)

    def add(self, block: Ints, into: Callable[[Ints], None] | None = None) -> None:
        """Keep a block; what is full is poured out first."""
        if not len(self._keys):
            self._keys = np.empty(self._rows, block.dtype)
        start = 0
        while start < len(block):
            if self._used == len(self._keys) and into is not None:
                self.pour(into)
            part = block[start : start + len(self._keys) - self._used]
            self._keys[self._used : self._used + len(part)] = part
            self._used, start = self._used + len(part), start + len(part)

    def pour(self, into: Callable[[Ints], None]) -> None:
        """Hand the keys on, sorted, in blocks that stay in the processor's cache."""
        keys = self.sorted()
        for start in range(0, len(keys), _BLOCK):
            into(keys[start : start + _BLOCK])
        self._used = 0

    def sorted(self) -> Ints:
        """Return the keys in their order."""
        keys = self._keys[: self._used]
        keys.sort()
        return keys


class _Dense(_ByColumn):
    """The same with a counter for each: neighbours are counted together, in the cache."""

    def __init__(self, packed: Packing, classes: int) -> None:
        super().__init__(packed, classes)
        self._held: _Held | None = _Held(packed)

    def add(self, block: Ints) -> None:
        """Keep a block until there are many."""
        if self._held is not None:
            self._held.add(block, super().add)

    def finish(self) -> None:
        """There are no more keys."""
        if self._held is not None:
            self._held.pour(super().add)
        self._held = None
        super().finish()


class _Tables:
    """The keys of all rows, sorted: as tables."""

    def __init__(self, packed: Packing, classes: int) -> None:
        self._packed, self._classes = packed, classes
        self._held = _Held(packed)

    def add(self, block: Ints) -> None:
        """Keep a block of keys."""
        self._held.add(block)

    def finish(self) -> None:
        """There are no more keys."""
        self._tables = Tables(self._held.sorted(), self._packed, self._classes)
        del self._held

    def sizes(self) -> tuple[Ints, Ints]:
        """Return the sizes of classes, and how many classes have each."""
        return self._tables.sizes()

    def profiles(self, at: int) -> SensitiveProfiles | SensitiveTable:
        """Return the table of a sensitive column, or its profiles."""
        return self._tables.profiles(at)


class _Sorted:
    """The keys of all rows, sorted: class by class."""

    def __init__(self, packed: Packing, classes: int) -> None:
        self._packed, self._drop = packed, packed.shifts[classes - 1]
        self._held = _Held(packed)
        self._places = range(classes, len(packed.fields))

    def add(self, block: Ints) -> None:
        """Keep a block of keys."""
        self._held.add(block)

    def finish(self) -> None:
        """There are no more keys."""
        keys = self._held.sorted()
        self._held = _Held(self._packed)
        wide = [at for at in self._places if self._packed.fields[at].bits > _MOST_BITS]
        self._values = {at: np.unique(self._packed.number(keys, at)) for at in wide}
        bits = {at: self._bits(at) for at in self._places}
        self._by_class = RowsByClass(bits, self._code, self._drop)
        for block in self._blocks(keys):
            new = np.ones(len(block) + 1, bool)
            least = keys.dtype.type(1 << self._drop)
            np.greater_equal(block[1:] ^ block[:-1], least, out=new[1:-1])
            held = block & (least - keys.dtype.type(1))
            narrow = np.uint16 if self._drop <= 16 else keys.dtype
            self._by_class.add(new, held.astype(narrow, copy=False))

    def _bits(self, at: int) -> int:
        """Return how many bits hold a code of a column."""
        if at in self._values:  # a wide range: the values that occur have fewer numbers
            return max(1, (len(self._values[at]) - 1).bit_length())
        return self._packed.fields[at].bits

    def _blocks(self, keys: Ints) -> Iterator[Ints]:
        """Yield the keys of whole classes."""
        in_class = keys.dtype.type((1 << self._drop) - 1)
        start = 0
        while start < len(keys):
            end = min(start + _SORTED_BLOCK, len(keys))
            if end < len(keys):
                first = keys[end] & ~in_class
                end = start + int(np.searchsorted(keys[start:end], first))
            if end == start:  # a class that is larger than a block
                end = int(np.searchsorted(keys, keys[start] | in_class, side="right"))
            yield keys[start:end]
            start = end

    def _code(self, keys: Ints, at: int) -> Ints:
        """Return what the rows have of a column."""
        number = self._packed.number(keys, at)
        return np.searchsorted(self._values[at], number) if at in self._values else number

    def sizes(self) -> tuple[Ints, Ints]:
        """Return the sizes of classes, and how many classes have each."""
        return self._by_class.sizes()

    def profiles(self, at: int) -> SensitiveProfiles:
        """Return the profiles of a sensitive column."""
        found = self._by_class.profiles(at)
        if at in self._values:
            return found
        return replace(found, code=dense_codes(found.code, self._packed.fields[at]))
