# SPDX-License-Identifier: Apache-2.0
"""Class sizes of every few columns, from codes of rows or of classes: serves every engine.

1. The rows are read once for all sets that have a counter per combination (``subset_plan``), and
   again for a few at a time of those that are sorted; memory stays with the counters.
2. Smaller sets are sums over the axes of larger ones.
3. A row that is alone with some columns is alone with every set that contains them. So the minimal
   ones of a set are those that are alone in no set with one column fewer, and a set whose part
   tells all rows apart need not be counted.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines.key_counts import KeyCounts
from shirube.engines.subset_plan import plan, space
from shirube.terms.cells import SubsetCells
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.engines.subset_plan import Columns
    from shirube.terms.cells import ClassCells

    Ints = NDArray[np.int64]
    Block = tuple[list[NDArray[Any]], Ints | None]
    """Codes per column, and for how many rows each stands (None: for one)."""

_BLOCK = 1 << 21
_PIECE = 1 << 18
_MOST_COUNTERS = 1 << 25
_SPARSE_AT_ONCE = 4
_SORTED_AT_ONCE = 1 << 22


def subset_cells(cells: ClassCells, most: int) -> SubsetCells:
    """Roll coded class cells up to every set of at most ``most`` quasi-identifiers."""
    columns = list(cells.codes.values())
    weights = np.bincount(cells.class_id, weights=cells.count).astype(np.int64)

    def read() -> Iterator[Block]:
        for start in range(0, len(weights), _BLOCK):
            part = slice(start, start + _BLOCK)
            yield [column[part] for column in columns], weights[part]

    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    return count_subsets(cells.quasi_identifiers, sizes, cells.rows, read, most)


def count_subsets(
    names: Sequence[str],
    sizes: Sequence[int],
    rows: int,
    read: Callable[[], Iterator[Block]],
    most: int,
) -> SubsetCells:
    """Count the sizes of the classes of every set of at most ``most`` columns.

    Parameters
    ----------
    names, sizes
        Names of the columns, and for each a number that is above all its codes.
    rows
        How many rows there are.
    read
        Gives the blocks of all rows; called once for each pass.
    most
        How many columns a set has at most.

    Raises
    ------
    Problem
        When the combinations of some columns cannot be numbered with 62 bits.
    """
    planned = plan(sizes, most)
    _check(planned.sparse, names, sizes)
    counted = _Counted(sizes, rows, read)
    counted.count(planned.dense)
    found: list[tuple[Ints, Ints]] = []
    minimal = []
    for size in range(1, min(most, len(sizes)) + 1):
        counted.start([each for each in planned.sparse if len(each) == size])
        for columns in planned.wanted:
            if len(columns) == size:
                found.append(counted.histogram(columns))
                minimal.append(counted.minimal(columns))
    return SubsetCells(
        subsets=tuple(tuple(names[column] for column in columns) for columns in planned.wanted),
        subset=np.repeat(
            np.arange(len(found), dtype=np.int32), [len(sizes_found) for sizes_found, _n in found]
        ),
        size=np.concatenate([each[0] for each in found] or [np.zeros(0, np.int64)]),
        classes=np.concatenate([each[1] for each in found] or [np.zeros(0, np.int64)]),
        minimal=np.asarray(minimal, np.int64),
        rows=rows,
    )


def _check(sparse: Sequence[Columns], names: Sequence[str], sizes: Sequence[int]) -> None:
    """Refuse sets whose combinations have no number."""
    for columns in sparse:
        if space(columns, sizes) >= 2**62:
            raise Problem(
                _("The columns {names} have too many values to be combined.").format(
                    names=", ".join(names[column] for column in columns)
                ),
                why=_("Each of them nearly tells the rows apart by itself."),
                remedy=_("Leave out the columns with the most values; look at them one by one."),
            )


class _Counted:
    """The counts of sets of columns; sets of one size are asked for before those of the next."""

    def __init__(
        self, sizes: Sequence[int], rows: int, read: Callable[[], Iterator[Block]]
    ) -> None:
        self._sizes, self._rows, self._read = sizes, rows, read
        self._counter: Any = np.uint32 if rows < 2**32 else np.int64
        self._tables: dict[Columns, NDArray[Any]] = {}  # an axis per column
        self._alone: dict[Columns, _Alone] = {}  # of this size, and of one column fewer
        self._histograms: dict[Columns, tuple[Ints, Ints]] = {}

    def count(self, sets: Sequence[Columns]) -> None:
        """Count sets with a counter per combination, in as many passes as memory asks for."""
        waiting = list(sets)
        while waiting:
            tables: dict[Columns, NDArray[Any]] = {}
            room = _MOST_COUNTERS
            while waiting and (not tables or space(waiting[-1], self._sizes) <= room):
                columns = waiting.pop()
                tables[columns] = np.zeros(space(columns, self._sizes), self._counter)
                room -= len(tables[columns])
            for block in self._read():
                pieces = list(self._pieces(*block))
                for columns, table in tables.items():  # each stays in the cache for a whole block
                    for codes, each in pieces:
                        key = self._keys(columns, codes, np.int32)  # narrow while it is made
                        np.add.at(table, key.astype(np.intp), each)
            for columns, table in tables.items():
                self._tables[columns] = table.reshape([self._sizes[at] for at in columns])

    def _pieces(
        self, codes: list[NDArray[Any]], weights: Ints | None
    ) -> Iterator[tuple[list[NDArray[Any]], Any]]:
        """Cut a block into pieces whose keys stay near the processor while they are made."""
        for start in range(0, len(codes[0]), _PIECE):
            part = slice(start, start + _PIECE)
            each = self._counter(1) if weights is None else weights[part].astype(self._counter)
            yield [column[part] for column in codes], each

    def start(self, sparse: Sequence[Columns]) -> None:
        """Go on to sets of the next size, and count those that are sorted."""
        size = max((len(columns) for columns in self._alone), default=0)
        self._alone = {each: kept for each, kept in self._alone.items() if len(each) == size}
        self._histograms = {}
        waiting = []
        for columns in sparse:
            if any(kept.all for part, kept in self._alone.items() if set(part) < set(columns)):
                self._alone[columns] = _Alone(all=True)
                self._histograms[columns] = np.ones(1, np.int64), np.full(1, self._rows)
            else:
                waiting.append(columns)
        for start in range(0, len(waiting), _SPARSE_AT_ONCE):
            self._sort(waiting[start : start + _SPARSE_AT_ONCE])

    def histogram(self, columns: Columns) -> tuple[Ints, Ints]:
        """Return the sizes of classes that occur, and how many classes have each."""
        if columns in self._histograms:
            return self._histograms[columns]
        wider = [each for each in self._tables if set(columns) <= set(each)]
        chosen = min(wider, key=lambda each: self._tables[each].size)
        table = self._tables[chosen]
        others = tuple(n for n, column in enumerate(chosen) if column not in columns)
        summed = table.sum(axis=others, dtype=self._counter) if others else table
        self._alone[columns] = _Alone(table=summed)
        return _sizes_of(summed[summed > 0])

    def minimal(self, columns: Columns) -> int:
        """Return how many rows are alone with these columns and with no fewer of them."""
        parts = [
            (self._alone[part], [n for n, column in enumerate(columns) if column in part])
            for part in combinations(columns, len(columns) - 1)
            if part
        ]
        if any(part.all for part, _kept in parts):
            return 0
        codes = self._rows_alone(columns)
        already = np.zeros(len(codes[0]), bool)
        for part, kept in parts:
            already |= part.has([codes[n] for n in kept], [self._sizes[columns[n]] for n in kept])
        return int(np.count_nonzero(~already))

    def _rows_alone(self, columns: Columns) -> list[Ints]:
        """Return the codes, per column, of the classes of one row."""
        alone = self._alone[columns]
        if alone.table is not None:
            return list(np.nonzero(alone.table == 1))
        codes = []
        keys = alone.keys
        for column in reversed(columns):
            keys, code = np.divmod(keys, self._sizes[column])
            codes.append(code)
        return codes[::-1]

    def _sort(self, sets: Sequence[Columns]) -> None:
        """Count sets by sorting keys, in one pass over the rows."""
        counts = {
            columns: KeyCounts(max(1, (space(columns, self._sizes) - 1).bit_length()))
            for columns in sets
        }
        waiting: dict[Columns, list[Ints]] = {columns: [] for columns in sets}
        weighed: list[Ints] = []
        held = 0

        def release() -> None:
            weights = np.concatenate(weighed) if weighed else None
            for columns, each in counts.items():
                if waiting[columns]:
                    each.add(np.concatenate(waiting[columns]), weights)
                waiting[columns].clear()
            weighed.clear()

        for codes, weights in self._read():
            for columns in sets:
                waiting[columns].append(self._keys(columns, codes, np.int64))
            weighed += [] if weights is None else [weights]
            held += len(codes[0])
            if held >= _SORTED_AT_ONCE:
                release()
                held = 0
        release()
        for columns, each in counts.items():
            keys, count = each.result()
            self._histograms[columns] = _sizes_of(count)
            lonely = np.asarray(keys[count == 1], np.int64)
            self._alone[columns] = _Alone(keys=lonely, all=0 < len(lonely) == self._rows)

    def _keys(self, columns: Columns, codes: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
        """Return one number per row for its combination of codes."""
        key = codes[columns[0]].astype(kind)
        for column in columns[1:]:
            key *= kind(self._sizes[column])
            key += codes[column]
        return np.asarray(key)


class _Alone:
    """The classes of one row of a set of columns: a table of counts, or sorted keys, or all."""

    def __init__(
        self, *, table: NDArray[Any] | None = None, keys: Ints | None = None, all: bool = False
    ) -> None:
        self.table, self.all = table, all
        self.keys: Ints = np.zeros(0, np.int64) if keys is None else keys

    def has(self, codes: Sequence[Ints], sizes: Sequence[int]) -> NDArray[np.bool_]:
        """Say which combinations of codes are classes of one row."""
        if self.table is not None:
            return np.asarray(self.table[tuple(codes)] == 1)
        if not len(self.keys):
            return np.zeros(len(codes[0]), bool)
        wanted = np.ravel_multi_index(tuple(codes), tuple(sizes))
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.asarray(self.keys[places] == wanted)


def _sizes_of(count: NDArray[Any]) -> tuple[Ints, Ints]:
    """Return the sizes that occur, ascending, and how many classes have each."""
    sizes, classes = np.unique(count, return_counts=True)
    return sizes.astype(np.int64), classes.astype(np.int64)
