# SPDX-License-Identifier: Apache-2.0
"""Class profiles of a large columnar table, counted by packed keys.

Three ways. Few classes have a counter for each of their values. Many classes of few rows: the keys
of all rows are sorted once, so that classes stand together, and each column is read off them. What
is too many rows for that is counted column by column in runs that are merged.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines.class_profiles import one_by_one, profiles_of_rows
from shirube.engines.duckdb.digests import digests_of_column
from shirube.engines.duckdb.packed_counts import Cells, counted, dense_codes
from shirube.engines.key_counts import dense
from shirube.terms.cells import ClassProfiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.engines.duckdb.packing import Packing
    from shirube.engines.duckdb.session import Session
    from shirube.terms.cells import SensitiveProfiles
    from shirube.terms.source import Table

    Ints = NDArray[Any]

_MOST_HELD = 1 << 24  # rows whose keys are sorted together
_BLOCK = 1 << 18


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

    def ways(packed: Packing) -> list[_ByColumn] | list[_Sorted]:
        if _dense(packed, classes) or packed.rows > _MOST_HELD:
            return [_ByColumn(packed, classes)]
        return [_Sorted(packed, classes)]

    columns = (*quasi_identifiers, *sensitive)
    found = counted(session, relation, table, columns, ways)
    if found is None:
        return None
    packed, (way,) = found
    size, number = np.unique(way.sizes, return_counts=True)
    return ClassProfiles(
        size=size.astype(np.int64),
        classes=number.astype(np.int64),
        sensitive={name: way.profiles(at) for at, name in enumerate(sensitive, classes)},
        quasi_identifiers=tuple(quasi_identifiers),
        rows=packed.rows,
        nulls=packed.nulls,
        digests=(
            {name: digests_of_column(session, relation, name, digest_key) for name in sensitive}
            if digest_key is not None
            else {}
        ),
    )


def _dense(packed: Packing, classes: int) -> bool:
    """Say whether the classes have a counter for each value of each sensitive column."""
    of_class = packed.bits - packed.shifts[classes - 1]
    counters = sum(1 << of_class + field.bits for field in packed.fields[classes:])
    return dense((counters or 1 << of_class).bit_length() - 1, packed.rows)


class _ByColumn:
    """The cells of the classes and each sensitive column by itself."""

    def __init__(self, packed: Packing, classes: int) -> None:
        places = range(classes, len(packed.fields))
        self._cells = {at: Cells(packed, classes, [at]) for at in places}
        self._any = next(iter(self._cells.values()), Cells(packed, classes, []))
        self._all = list(self._cells.values()) or [self._any]

    def add(self, block: Ints) -> None:
        for each in self._all:
            each.add(block)

    def finish(self) -> None:
        for each in self._all:
            each.finish()

    @property
    def sizes(self) -> Ints:
        """The rows of each class."""
        first = self._any.firsts
        return np.add.reduceat(self._any.count, first) if len(first) else first

    def profiles(self, at: int) -> SensitiveProfiles:
        """Return the profiles of a sensitive column, whose counts are let go."""
        cells = self._cells.pop(at)
        return one_by_one(cells.firsts, cells.codes(at), cells.count)


class _Sorted:
    """The keys of all rows, sorted: class by class."""

    def __init__(self, packed: Packing, classes: int) -> None:
        self._packed, self._drop = packed, packed.shifts[classes - 1]
        self._keys: Ints = np.zeros(0, np.int64)
        self._used = 0

    def add(self, block: Ints) -> None:
        if not len(self._keys):
            self._keys = np.empty(self._packed.rows, block.dtype)
        self._keys[self._used : self._used + len(block)] = block
        self._used += len(block)

    def finish(self) -> None:
        self._keys.sort()

    @cached_property
    def _first(self) -> Ints:
        """Where the rows of each class begin."""
        kind = self._keys.dtype.type
        found = [np.zeros(min(1, len(self._keys)), np.int32)]
        for start in range(1, len(self._keys), _BLOCK):
            here = self._keys[start : start + _BLOCK]
            before = self._keys[start - 1 : start - 1 + len(here)]
            new = np.flatnonzero((here ^ before) >> kind(self._drop))
            found.append((new + start).astype(np.int32))
        return np.concatenate(found)

    @property
    def sizes(self) -> Ints:
        """The rows of each class."""
        return np.diff(self._first, append=np.int32(len(self._keys)))

    def profiles(self, at: int) -> SensitiveProfiles:
        """Return the profiles of a sensitive column."""
        field = self._packed.fields[at]
        number = np.empty(len(self._keys), np.min_scalar_type(field.size))
        for start in range(0, len(number), _BLOCK):
            part = slice(start, start + _BLOCK)
            number[part] = self._packed.number(self._keys[part], at)
        return profiles_of_rows(self._first, dense_codes(number, field))
