# SPDX-License-Identifier: Apache-2.0
"""One column over time: counts by period and ordered bin, cut out of the bucket cells."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from shirube.terms.cells import BUCKET_CENTRE, BUCKET_INFINITY, BUCKETS_PER_E
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.terms.cells import BucketCells

LATEST = "latest"

_FEW = 100_000


@dataclass(frozen=True, eq=False)
class Series:
    """A column's counts, missing values apart.

    Attributes
    ----------
    count
        Shape (periods, bins), bins in the order of the values.
    missing
        Shape (periods,), NULL and NaN.
    bucket
        Shape (bins,), the bucket's number (numeric) or index of its text.
    at, bin, low, high
        Shape (cells,), the period and the bin of each cell, its smallest and its largest value.
    """

    name: str
    numeric: bool
    count: NDArray[np.float64]
    missing: NDArray[np.float64]
    bucket: NDArray[np.int64]
    at: NDArray[np.int64]
    bin: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def spread(self, periods: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
        """Return the smallest and largest value of each bin over the chosen periods, else NaN."""
        chosen = periods[self.at]
        bins = self.bin[chosen]
        low, high = np.full(len(self.bucket), np.inf), np.full(len(self.bucket), -np.inf)
        np.minimum.at(low, bins, self.low[chosen])
        np.maximum.at(high, bins, self.high[chosen])
        return np.where(low > high, np.nan, low), np.where(low > high, np.nan, high)


def periods_of(cells: BucketCells) -> list[str]:
    """Return the periods in order; rows without a period belong to none."""
    return sorted(period for period in cells.rows if period)


def chosen(periods: Sequence[str], span: Sequence[str], argument: str) -> NDArray[np.bool_]:
    """Return which periods lie in a span: *from* and *to* inclusive, or the latest one.

    A shorter text stands for all periods that begin with it: ``2026-10`` holds ``2026-10-31``.

    Raises
    ------
    Problem
        When the span is no span, or no period of the table lies in it.
    """
    if tuple(span) == (LATEST,) and periods:
        return np.asarray([period == periods[-1] for period in periods])
    if len(span) != 2:
        raise Problem(
            _("{argument} must be the first and the last period.").format(argument=argument),
            remedy=_('Write it as ["2026-04", "2026-06"].'),
        )
    first, last = span
    inside = np.asarray(
        [first <= period and period[: len(last)] <= last for period in periods], bool
    )
    if not inside.any():
        # A failure is sealed: a column that holds no dates is not quoted.
        dated = all(set(period) <= set("0123456789-/.: TZ+") for period in periods)
        there = f"{periods[0]} – {periods[-1]}" if periods and dated else _("none")
        raise Problem(
            _("No row lies in the {argument} from {first} to {last}.").format(
                argument=argument, first=first, last=last
            ),
            remedy=_("Periods of the table are: {periods}.").format(periods=there),
        )
    return inside


def series_of(cells: BucketCells, periods: Sequence[str]) -> Iterator[Series]:
    """Yield every column's counts by period and bin."""
    place = {period: number for number, period in enumerate(periods)} | {"": -1}
    placed = np.asarray([place[name] for name in cells.periods] or [0], np.int64)
    order = None
    if (cells.column[1:] < cells.column[:-1]).any():  # usually columns come one after the other
        order = np.argsort(cells.column, kind="stable")
    sorted_ = cells.column if order is None else cells.column[order]
    ends = np.searchsorted(sorted_, np.arange(len(cells.columns) + 1, dtype=sorted_.dtype))
    for number, (first, last) in enumerate(pairwise(ends.tolist())):
        own = slice(first, last) if order is None else order[first:last]
        yield _series(cells, number, own, placed, len(periods))


def _series(
    cells: BucketCells,
    number: int,
    own: slice | NDArray[np.int64],
    placed: NDArray[np.int64],
    periods: int,
) -> Series:
    """Return one column; ``own`` says which cells are its, in any order."""
    name, numeric = cells.columns[number], cells.numeric[number]
    arrays = (placed[cells.period[own]], cells.bucket[own], cells.count[own])
    at, bucket, count, low_of, high_of = (*arrays, cells.low[own], cells.high[own])
    if (at < 0).any():
        here = at >= 0
        at, bucket, count = at[here], bucket[here], count[here]
        low_of, high_of = low_of[here], high_of[here]
    absent = (np.abs(bucket) > BUCKET_INFINITY) if numeric else bucket < 0
    missing = np.bincount(at[absent], count[absent], minlength=periods).astype(np.float64)
    if absent.any():
        there = ~absent
        at, bucket, count = at[there], bucket[there], count[there]
        low_of, high_of = low_of[there], high_of[there]
    present, bins = _ranked(bucket, numeric=numeric)
    size = periods * len(present)
    counted = np.bincount(at * len(present) + bins, count, minlength=size).astype(np.float64)
    shape = (periods, len(present))
    return Series(
        name, numeric, counted.reshape(shape), missing, present, at, bins, low_of, high_of
    )


def _ranked(
    values: NDArray[np.int64], *, numeric: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct values, sorted, and where each value stands among them.

    Few different values stand many times each, so they are marked in a table instead of sorted.
    """
    near = _folded(values) if numeric else values
    if not len(near):
        return values, values
    least = int(near.min())
    size = int(near.max()) - least + 1
    if size > _FEW:
        present = np.unique(values)
        return present, np.searchsorted(present, values)
    value_of, there = np.zeros(size, np.int64), np.zeros(size, bool)
    value_of[near - least], there[near - least] = values, True
    return value_of[there], (there.cumsum() - 1)[near - least]


def _folded(buckets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers in the same order as buckets of numbers, without the gaps about 0."""
    size = np.abs(buckets)
    least = int(size.min(where=size > 0, initial=BUCKET_CENTRE)) - 1
    most = int(size.max(where=size < BUCKET_INFINITY, initial=BUCKET_CENTRE)) + 1
    folded: NDArray[np.int64] = np.sign(buckets) * (np.minimum(size, most) - least)
    return folded


def binned(series: Series, reference: NDArray[np.float64], binning: str) -> NDArray[np.float64]:
    """Return counts by period and bin of PSI: texts as they are, numbers as ``binning`` says.

    ``deciles``: buckets go to the tenth of the reference in which their middle lies, so that a
    bin is a run of buckets. ``fixed``: one bin per factor of e, the same whatever the data.
    """
    if not series.numeric or not len(series.bucket):
        return series.count
    if binning == "fixed":
        size = np.abs(series.bucket)
        finite = (size >= BUCKET_CENTRE // 2) & (size < BUCKET_INFINITY)
        step = (size - BUCKET_CENTRE) // BUCKETS_PER_E + BUCKET_CENTRE
        label = np.where(finite, np.sign(series.bucket) * step, series.bucket)
    else:
        middle = reference.cumsum() - reference / 2
        label = np.minimum(np.floor(10 * middle / max(reference.sum(), 1.0)), 9).astype(np.int64)
    starts = np.flatnonzero(np.diff(label, prepend=label[0] - 1))  # labels ascend with the buckets
    return np.asarray(np.add.reduceat(series.count, starts, axis=1))
