# SPDX-License-Identifier: Apache-2.0
"""From classes to profiles: classes that hold the same of a sensitive column are told once.

A class of few rows is one small number: the codes of its rows side by side. Classes of one size are
counted by it, and what comes out is as many profiles as there are ways to fill a class, however
many classes there are. Larger classes are told one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines.key_counts import KeyCounts, starts_of
from shirube.terms.cells import ClassProfiles, SensitiveProfiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.terms.cells import ClassCells

    Ints = NDArray[Any]

_KEY_BITS = 62
_OFTEN = 1 << 9
"""Classes of one size from which on it pays to look for those that are alike."""

_LARGE = 255  # rows of a class whose size is looked up

_BLOCK = 1 << 16
"""Rows at a time: what is made of them stays in the processor's cache."""


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
    """Rows that stand class by class, their classes sorted out by how many rows they have.

    Parameters
    ----------
    bounds
        Where the rows of each class begin, and where the last ones end.

    Attributes
    ----------
    size, classes
        As in ``ClassProfiles``.
    """

    def __init__(self, bounds: Ints) -> None:
        # Millions of classes have few rows, and a byte holds how many.
        byte = np.empty(len(bounds) - 1, np.uint8)
        number = np.zeros(_LARGE + 1, np.int64)
        for start in range(0, len(byte), _BLOCK):
            size = np.diff(bounds[start : start + _BLOCK + 1])
            byte[start : start + _BLOCK] = np.minimum(size, _LARGE)
            number += np.bincount(byte[start : start + _BLOCK], minlength=len(number))
        large = np.flatnonzero(byte == _LARGE)
        sizes, classes = np.unique(bounds[large + 1] - bounds[large], return_counts=True)
        small = np.flatnonzero(number[:_LARGE])
        self.size = np.concatenate([small, sizes]).astype(np.int64)
        self.classes = np.concatenate([number[small], classes]).astype(np.int64)
        often = [each for each in small.tolist() if each <= _KEY_BITS and number[each] >= _OFTEN]
        self._often = {each: bounds[np.flatnonzero(byte == each)] for each in often}
        seldom = np.flatnonzero(~np.isin(byte, often))
        self._seldom = (bounds[seldom], bounds[seldom + 1] - bounds[seldom])

    def profiles(self, code: Ints) -> SensitiveProfiles:
        """Return the profiles of a sensitive column, of which ``code`` has the code of each row."""
        bits = max(1, int(code.max(initial=0)).bit_length())
        parts: list[SensitiveProfiles] = []
        for rows, first in self._often.items():
            if rows * bits <= _KEY_BITS:
                parts += _unpacked(*_alike(first, rows, code, bits), rows, bits)
            else:
                parts += _each(first, np.full(len(first), rows), code, bits)
        parts += _each(*self._seldom, code, bits)
        return _joined(parts)


def _alike(first: Ints, rows: int, code: Ints, bits: int) -> tuple[Ints, Ints]:
    """Return the different ways in which classes of so many rows are filled, and how many are."""
    kind = _kind(rows * bits)
    key = np.empty(len(first), kind)
    for start in range(0, len(first), _BLOCK):
        at = first[start : start + _BLOCK]
        part = key[start : start + _BLOCK]
        part[:] = code[at]
        for row in range(1, rows):
            part |= code[at + row].astype(kind) << kind(row * bits)
    counts = KeyCounts(rows * bits, len(first))
    counts.add(key)
    return counts.result()


def _unpacked(keys: Ints, times: Ints, rows: int, bits: int) -> Iterator[SensitiveProfiles]:
    """Yield the profiles of these keys, a block at a time."""
    shifts = np.arange(rows, dtype=keys.dtype) * keys.dtype.type(bits)
    step = max(1, _BLOCK // rows)
    for start in range(0, len(keys), step):
        part = keys[start : start + step]
        code = (part[:, None] >> shifts) & part.dtype.type((1 << bits) - 1)
        owner = np.repeat(np.arange(len(part)), rows)
        yield _profiles(owner, code.ravel(), bits, times[start : start + step])


def _each(first: Ints, size: Ints, code: Ints, bits: int) -> Iterator[SensitiveProfiles]:
    """Yield the profile of each of these classes, a block of rows at a time."""
    ends = np.cumsum(size, dtype=np.int64)
    start = 0
    while start < len(first):
        before = int(ends[start] - size[start])
        end = max(start + 1, int(np.searchsorted(ends, before + _BLOCK, side="right")))
        rows = size[start:end]
        owner = np.repeat(np.arange(end - start), rows)
        skipped = first[start:end] - (ends[start:end] - rows - before)
        at = np.arange(len(owner)) + skipped[owner]
        yield _profiles(owner, code[at], bits, np.ones(end - start, np.int32))
        start = end


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
