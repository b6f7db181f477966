# SPDX-License-Identifier: Apache-2.0
"""Bucket cells by table look-up instead of logarithms: the inner loop, compiled where numba is.

A double's exponent and the first six bits of its mantissa leave two buckets to choose from, and one
comparison with the literal edge between them decides: no logarithm, nothing to recount. The cells
of one power of two (with its sign) are a *page*; a page is made when the first such value comes.
Without numba the same loop runs as plain Python, which is how tests hold it against the definition.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import buckets
from shirube.engines.cell_sums import ColumnCells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

WIDTH = 24
"""Cells of a page: a factor of two meets at most 24 buckets (32 ln 2 = 22.2)."""

_AT_FIRST = 2_048
"""Cells of few periods that are made at once: most columns of a day never need more."""

_MANTISSA = 52
_KEY_BITS = 6
_SPECIAL = 2047  # the exponent of infinities and NaN; 0 is that of 0 and of subnormal numbers
_NO_BUCKET = buckets.NAN + 1
_NO_NULLS = np.zeros(0, np.uint8)


class TooManyCells(Exception):
    """Dense cells would take more memory than allowed: another way of counting is taken."""


def count_block(
    x: NDArray[np.float64],
    valid: NDArray[np.uint8],
    slot: NDArray[np.int32],
    page_of: NDArray[np.int64],
    offset_of: NDArray[np.int64],
    edge_of: NDArray[np.float64],
    count: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    nulls: NDArray[np.int64],
    start: int,
) -> int:
    """Count values from ``start``; return where a value without a page stands, or the length."""
    # Unsigned, because the compiler guards every signed index against counting from the end.
    bits = x.view(np.uint64)
    masked = len(valid) > 0
    for i in range(start, len(x)):
        period = np.uint64(slot[i])
        if masked and not (valid[i >> 3] >> (i & 7)) & 1:
            nulls[period] += 1
            continue
        page = page_of[bits[i] >> np.uint64(52)]
        if page < 0:
            return i
        key = (bits[i] >> np.uint64(46)) & np.uint64(0x1FFFF)
        value = x[i]
        cell = np.uint64(page + offset_of[key] + (abs(value) >= edge_of[key]))
        count[period, cell] += 1
        low[period, cell] = min(low[period, cell], value)
        high[period, cell] = max(high[period, cell], value)
    return len(x)


@cache
def compiled() -> Callable[..., int]:
    """Return the loop, compiled; kept on disk from one run to the next where that is allowed.

    Raises
    ------
    ImportError
        Without the extra ``fast``.
    """
    import numba

    try:
        kernel = numba.njit(cache=True, nogil=True)(count_block)
    except RuntimeError:  # no folder to keep it in
        kernel = numba.njit(nogil=True)(count_block)
    return kernel


def _joined(join: np.ufunc, cells: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[Any]:
    """Return runs of columns joined into one column each."""
    return np.asarray(join.reduceat(cells, starts, axis=1)) if len(starts) else cells


class Edges:
    """Which buckets an exponent and six bits of mantissa leave; filled as exponents are met."""

    def __init__(self) -> None:
        self.offset_of: NDArray[np.int64] = np.zeros(1 << 17, np.int64)
        self.edge_of: NDArray[np.float64] = np.full(1 << 17, np.inf)
        self._first: dict[int, int] = {}
        self._pages: dict[int, list[int]] = {}

    def buckets(self, signed: int) -> list[int]:
        """Return the buckets of a page, and make sure that its look-up is filled."""
        if signed not in self._pages:
            self._pages[signed] = self._page(signed)
        return self._pages[signed]

    def _page(self, signed: int) -> list[int]:
        """Find the buckets of a page."""
        exponent, negative = signed & 0x7FF, signed > 0x7FF
        if exponent == 0:
            return [buckets.ZERO]
        if exponent == _SPECIAL:  # |x| >= infinity holds for infinity, and not for NaN
            infinity = buckets.NEGATIVE_INFINITY if negative else buckets.POSITIVE_INFINITY
            return [buckets.NAN, infinity]
        if exponent not in self._first:
            self._fill(exponent)
        sizes = range(self._first[exponent], self._first[exponent] + WIDTH)
        return [-size if negative else size for size in sizes]

    def _fill(self, exponent: int) -> None:
        """Find, for each sixty-fourth of a power of two, its bucket and the next edge."""
        parts = 1 << _KEY_BITS
        step = math.floor(math.log(math.ldexp(1.0, exponent - 1023)) * buckets.K) - 1
        for part in range(parts):
            least = math.ldexp(1.0 + part / parts, exponent - 1023)
            while buckets.edge(step + 1) <= least:
                step += 1
            first = self._first.setdefault(exponent, buckets.CENTRE + step)
            key = exponent << _KEY_BITS | part
            self.offset_of[key] = buckets.CENTRE + step - first
            self.edge_of[key] = buckets.edge(step + 1)


class Counter:
    """The dense cells of one numeric column: period x bucket.

    Parameters
    ----------
    periods
        How many periods there are; a row's ``slot`` is below it.
    edges
        May be shared between columns.
    most_cells
        With more, ``TooManyCells`` is raised.
    """

    def __init__(self, periods: int, edges: Edges, *, most_cells: int) -> None:
        self._edges, self._most, self._periods = edges, most_cells, periods
        self._page_of = np.full(1 << 12, -1, np.int64)
        self._buckets: list[int | None] = []
        self._nulls = np.zeros(periods, np.int64)
        self._count = np.zeros((periods, 0), np.int64)
        self._low, self._high = np.zeros((periods, 0)), np.zeros((periods, 0))

    def add(
        self,
        x: NDArray[np.float64],
        slot: NDArray[np.int32],
        valid: NDArray[np.uint8] = _NO_NULLS,
        *,
        kernel: Callable[..., int] = count_block,
    ) -> None:
        """Count a block of values; ``valid`` has a bit per value (low bit first), empty for all."""
        start = 0
        while start < len(x):
            edges = self._edges
            start = kernel(
                x, valid, slot, self._page_of, edges.offset_of, edges.edge_of,
                self._count, self._low, self._high, self._nulls, start,
            )  # fmt: skip
            if start < len(x):
                self._new_page(int(x[start : start + 1].view(np.uint64)[0]) >> _MANTISSA)

    def cells(self, periods: Sequence[str]) -> ColumnCells:
        """Return the cells that have rows; ``periods`` names the slots, in any order."""
        # A bucket across a power of two has a cell in two pages, so equal buckets are joined; the
        # columns without a bucket come last and are cut off. NULL comes first.
        own = np.asarray([_NO_BUCKET if b is None else b for b in self._buckets], np.int64)
        order = np.argsort(own, kind="stable")
        order = order[: int((own < _NO_BUCKET).sum())]
        numbers, starts = np.unique(own[order], return_index=True)
        count, low, high = (
            _joined(join, cells[:, order], starts)
            for join, cells in (
                (np.add, self._count),
                (np.minimum, self._low),
                (np.maximum, self._high),
            )
        )
        nowhere = np.full((self._periods, 1), np.nan)
        count = np.column_stack([self._nulls, count])
        low, high = np.column_stack([nowhere, low]), np.column_stack([nowhere, high])
        period, at = np.nonzero(count)
        bucket = np.append(buckets.NULL, numbers)[at]
        nan = bucket == buckets.NAN  # has no extremes
        found = [periods[n] for n in np.unique(period).tolist()]
        names = sorted(set(found))
        code = {name: n for n, name in enumerate(names)}
        return ColumnCells(
            periods=tuple(names),
            period=np.asarray([code.get(name, 0) for name in periods], np.int64)[period],
            bucket=bucket,
            count=count[period, at],
            low=np.where(nan, np.nan, low[period, at]),
            high=np.where(nan, np.nan, high[period, at]),
            in_order=found == names,
        )

    def _new_page(self, signed: int) -> None:
        """Make room for the cells of an exponent and its sign."""
        used = len(self._buckets)
        if used + WIDTH > self._count.shape[1]:
            self._grow(max(8 * WIDTH, _AT_FIRST // self._periods, used))
        own: list[Any] = self._edges.buckets(signed)
        self._buckets += own + [None] * (WIDTH - len(own))
        self._page_of[signed] = used

    def _grow(self, more: int) -> None:
        """Widen the cells."""
        if self._periods * (self._count.shape[1] + more) > self._most:
            raise TooManyCells
        self._count = _wider(self._count, more, 0)
        self._low = _wider(self._low, more, np.inf)
        self._high = _wider(self._high, more, -np.inf)


def _wider(cells: NDArray[Any], more: int, nothing: float) -> NDArray[Any]:
    """Return the cells with so many empty ones behind those of each period."""
    periods, used = cells.shape
    wider = np.full((periods, used + more), nothing, cells.dtype)
    wider[:, :used] = cells
    return wider
