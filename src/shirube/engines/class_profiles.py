# SPDX-License-Identifier: Apache-2.0
"""From classes to profiles: classes that hold the same of a sensitive column are told once.

A class of few rows is one small number: the codes of its rows side by side. Classes of one size are
counted by it, and what comes out is as many profiles as there are ways to fill a class, however
many classes there are. Larger classes are told one by one. Rows are taken some classes at a time,
so that no array is as long as the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines.key_counts import IN_CACHE_BITS, KeyCounts, starts_of
from shirube.terms.cells import ClassProfiles, SensitiveProfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.terms.cells import ClassCells

    Ints = NDArray[Any]

_KEY_BITS = 62
_OFTEN = 1 << 9
"""Classes of one size, among those that are taken together, for which a key each pays."""

_FEW = 4  # rows of a class of which there are many
_LARGE = 255  # rows of a class whose size is looked up
_HELD = 1 << 20  # keys that are counted together

_BLOCK = 1 << 16
"""Rows at a time: what is made of them stays in the processor's cache."""

_IN_ORDER = {
    2: ((0, 1),),
    3: ((0, 1), (1, 2), (0, 1)),
    4: ((0, 1), (2, 3), (0, 2), (1, 3), (1, 2)),
}
"""Which two of so many codes are to change places, one pair after the other, if the first is larger
(more codes stay as they are: a profile may be told several times)."""


def profiles_of_cells(cells: ClassCells) -> ClassProfiles:
    """Return the profiles of classes that were counted per combination of sensitive values."""
    first = starts_of(cells.class_id)
    size = np.add.reduceat(cells.count, first) if len(first) else cells.count
    sizes, classes = np.unique(size, return_counts=True)
    alone = len(cells.sensitive) == 1
    return ClassProfiles(
        size=sizes,
        classes=classes.astype(np.int64),
        sensitive={
            name: one_by_one(first, code, cells.count) if alone else _summed(cells, code)
            for name, code in cells.sensitive.items()
        },
        quasi_identifiers=cells.quasi_identifiers,
        rows=cells.rows,
        nulls=cells.nulls,
        digests={name: cells.digests[name] for name in cells.sensitive if name in cells.digests},
    )


def one_by_one(first: Ints, code: Ints, count: Ints) -> SensitiveProfiles:
    """Return the cells of every class as a profile of its own."""
    return SensitiveProfiles(
        first=first.astype(np.int32),
        code=_narrow(code),
        count=_narrow(count),
        classes=np.ones(len(first), np.int32),
    )


class RowsByClass:
    """Takes rows that stand class by class, and counts what classes hold of each column.

    Parameters
    ----------
    bits
        Per column, how many bits its codes have.
    code
        Gives the codes of a column, from what stands for some rows.
    held_bits
        How many bits stand for a row.
    """

    def __init__(
        self, bits: dict[int, int], code: Callable[[Ints, int], Ints], held_bits: int
    ) -> None:
        self._code, self._sizes = code, _Sizes()
        # Rows are sorted, so that within a class the codes of the first column are in their order.
        first = next(iter(bits), None)
        self._columns = {at: _Ways(each, in_order=at == first) for at, each in bits.items()}
        joint = len(bits) > 1 and held_bits <= IN_CACHE_BITS
        self._alone = KeyCounts(held_bits) if joint else None

    def add(self, new: NDArray[np.bool_], held: Ints) -> None:
        """Take whole classes: whether each row begins one (and a last truth), and the rows."""
        for rows, first, end in self._sizes.sorted_out(new):
            if rows == 1 and self._alone is not None:
                self._alone.add(held[first])  # once for all columns
            elif rows:
                chosen = [held[row:][first] for row in range(rows)] if self._columns else []
                for at, ways in self._columns.items():
                    ways.add([self._code(each, at) for each in chosen])
            else:
                size = end - first
                skipped = np.repeat(first - (np.cumsum(size) - size), size)
                rest = held[np.arange(len(skipped)) + skipped]
                for at, ways in self._columns.items():
                    ways.add_each(size, self._code(rest, at))

    def sizes(self) -> tuple[Ints, Ints]:
        """Return the sizes of classes, and how many classes have each."""
        return self._sizes.result()

    def profiles(self, at: int) -> SensitiveProfiles:
        """Return the profiles of a column, which can be asked for once."""
        ways = self._columns.pop(at)
        if self._alone is not None:
            held, classes = self._alone.result()
            ways.add_alone(self._code(held, at), classes)
        return ways.result()


class _Sizes:
    """Sorts classes out by how many rows they have, and counts them."""

    def __init__(self) -> None:
        self._number = np.zeros(_LARGE + 1, np.int64)
        self._large = [np.zeros(0, np.int64)]

    def sorted_out(self, new: NDArray[np.bool_]) -> Iterator[tuple[int, Ints, Ints]]:
        """Take whole classes: whether each row begins one, and a last truth where the rows end.

        Yields how many rows the classes have, where they begin, and where they end; or 0 for all
        those of which there are few.
        """
        begins, rows = new[:-1], 0
        # A size after the other, on truths: no array of all classes is made.
        while rows < _FEW:
            rows += 1
            begins = begins[: len(new) - rows]
            found = begins & new[rows:]
            begins = begins ^ found
            first = np.flatnonzero(found)
            self._number[rows] += len(first)
            if len(first):
                yield rows, first, first + rows
        first = np.flatnonzero(begins)
        if not len(first):
            return
        ends = new[rows + 1 :].copy()
        for back in range(1, rows + 1):
            ends &= ~new[rows + 1 - back : len(new) - back]
        end = np.flatnonzero(ends) + rows + 1
        yield from self._larger(first, end, end - first)

    def _larger(self, first: Ints, end: Ints, size: Ints) -> Iterator[tuple[int, Ints, Ints]]:
        """Sort the larger classes out."""
        byte = np.minimum(size, _LARGE).astype(np.uint8)
        number = np.bincount(byte, minlength=len(self._number))
        self._number += number
        if number[_LARGE]:
            self._large.append(size[byte == _LARGE])
        is_seldom = np.ones(len(number), bool)
        for rows in np.flatnonzero(number[: min(_KEY_BITS + 1, _LARGE)] >= _OFTEN).tolist():
            is_seldom[rows] = False
            at = np.flatnonzero(byte == rows)
            yield rows, first[at], end[at]
        seldom = np.flatnonzero(is_seldom[byte])
        if len(seldom):
            yield 0, first[seldom], end[seldom]

    def result(self) -> tuple[Ints, Ints]:
        """Return the sizes, and how many classes have each, as in ``ClassProfiles``."""
        small = np.flatnonzero(self._number[:_LARGE])
        large, classes = np.unique(np.concatenate(self._large), return_counts=True)
        return np.concatenate([small, large]), np.concatenate([self._number[small], classes])


class _Ways:
    """Counts the ways in which classes are filled with codes of so many ``bits``.

    With ``in_order`` the codes of a class come in their order.
    """

    def __init__(self, bits: int, *, in_order: bool) -> None:
        self._bits, self._in_order = bits, in_order
        self._counts: dict[int, KeyCounts] = {}
        self._held: dict[int, list[Ints]] = {}
        self._parts: list[SensitiveProfiles] = []

    def add(self, codes: list[Ints]) -> None:
        """Take classes of the same size: the codes of their first rows, their second ones, ..."""
        rows, bits = len(codes), self._bits
        if rows * bits > _KEY_BITS:
            side_by_side = np.stack(codes, axis=1).ravel()
            self.add_each(np.full(len(codes[0]), rows), side_by_side)
            return
        if not self._in_order:
            for left, right in _IN_ORDER.get(rows, ()):
                both = codes[left], codes[right]
                codes[left], codes[right] = np.minimum(*both), np.maximum(*both)
        kind = _kind(rows * bits)
        key = codes[0].astype(kind)
        for row in range(1, rows):
            key |= codes[row].astype(kind) << kind(row * bits)
        held = self._held.setdefault(rows, [])
        held.append(key)
        if rows * bits <= IN_CACHE_BITS or sum(map(len, held)) >= _HELD:
            self._count(rows)

    def add_alone(self, code: Ints, classes: Ints) -> None:
        """Take classes of one row: codes, and how many classes have each of them."""
        counts = KeyCounts(self._bits)
        counts.add(code, classes)
        self._parts += _unpacked(*counts.result(), 1, self._bits)

    def _count(self, rows: int) -> None:
        """Count the keys that are held of classes of so many rows."""
        held = self._held.pop(rows)
        if rows not in self._counts:
            self._counts[rows] = KeyCounts(rows * self._bits, sum(map(len, held)))
        self._counts[rows].add(held[0] if len(held) == 1 else np.concatenate(held))

    def add_each(self, size: Ints, code: Ints) -> None:
        """Take classes of different sizes: the codes of all their rows, class by class."""
        self._parts += _each(size, code, self._bits)

    def result(self) -> SensitiveProfiles:
        """Return all profiles."""
        for rows in list(self._held):
            self._count(rows)
        parts = list(self._parts)
        for rows, counts in self._counts.items():
            parts += _unpacked(*counts.result(), rows, self._bits)
        return _joined(parts)


def _unpacked(keys: Ints, times: Ints, rows: int, bits: int) -> Iterator[SensitiveProfiles]:
    """Yield the profiles of these keys, a block at a time."""
    shifts = np.arange(rows, dtype=keys.dtype) * keys.dtype.type(bits)
    step = max(1, _BLOCK // rows)
    for start in range(0, len(keys), step):
        part = keys[start : start + step]
        code = (part[:, None] >> shifts) & part.dtype.type((1 << bits) - 1)
        owner = np.repeat(np.arange(len(part)), rows)
        yield _profiles(owner, code.ravel(), bits, times[start : start + step])


def _each(size: Ints, code: Ints, bits: int) -> Iterator[SensitiveProfiles]:
    """Yield the profile of each of these classes, a block of rows at a time."""
    ends = np.cumsum(size, dtype=np.int64)
    start = before = 0
    while start < len(size):
        end = max(start + 1, int(np.searchsorted(ends, before + _BLOCK, side="right")))
        owner = np.repeat(np.arange(end - start), size[start:end])
        last = int(ends[end - 1])
        yield _profiles(owner, code[before:last], bits, np.ones(end - start, np.int32))
        start, before = end, last


def _profiles(owner: Ints, code: Ints, bits: int, classes: Ints) -> SensitiveProfiles:
    """Count the codes of each owner, which are numbered in their order."""
    key = np.sort((owner << bits) | code)
    starts = starts_of(key)
    held = key[starts]
    first = starts_of(held >> bits)
    return SensitiveProfiles(
        first=first.astype(np.int32),
        code=_narrow(held & ((1 << bits) - 1)),
        count=_narrow(np.diff(starts, append=len(key))),
        classes=classes.astype(np.int32),
    )


def _joined(parts: Sequence[SensitiveProfiles]) -> SensitiveProfiles:
    """Return the profiles one after the other."""
    if not parts:
        none = np.zeros(0, np.uint8)
        return SensitiveProfiles(none.astype(np.int32), none, none, none.astype(np.int32))
    before = np.cumsum([0, *(len(part.code) for part in parts[:-1])]).tolist()
    return SensitiveProfiles(
        first=np.concatenate(
            [part.first + np.int32(cells) for part, cells in zip(parts, before, strict=True)]
        ),
        code=np.concatenate([part.code for part in parts]),
        count=np.concatenate([part.count for part in parts]),
        classes=np.concatenate([part.classes for part in parts]),
    )


def _summed(cells: ClassCells, code: Ints) -> SensitiveProfiles:
    """Sum the cells over all sensitive columns but one."""
    order = np.lexsort((code, cells.class_id))
    class_id, code = cells.class_id[order], code[order]
    new = np.diff(class_id, prepend=-1) != 0
    first_cell = new | (np.diff(code, prepend=-1) != 0)
    starts = np.flatnonzero(first_cell)
    count = cells.count[order]
    summed = np.add.reduceat(count, starts) if len(starts) else count
    return one_by_one(np.flatnonzero(new[starts]), code[starts], summed)


def _kind(bits: int) -> type[Any]:
    """Return the smallest type of a key of so many bits."""
    return np.uint16 if bits <= 16 else np.int32 if bits <= 31 else np.int64


def _narrow(numbers: Ints) -> Ints:
    """Return the numbers in the smallest type that holds them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))
