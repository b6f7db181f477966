# SPDX-License-Identifier: Apache-2.0
"""One column over time: counts by period and ordered bin, cut out of the bucket cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shirube.terms.cells import BUCKET_CENTRE, BUCKET_INFINITY, BUCKETS_PER_E
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.terms.cells import BucketCells, BucketRun

LATEST = "latest"

_FOLD = (1 << 16) - 1
"""The low bits in which the buckets of a column differ, unless it reaches over e to the 500."""


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
    low, high
        Shape (periods, bins), the smallest and the largest value; low above high where there is
        none. Empty for texts.
    """

    name: str
    numeric: bool
    count: NDArray[np.float64]
    missing: NDArray[np.float64]
    bucket: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def spread(self, periods: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
        """Return the smallest and largest value of each bin over the chosen periods, else NaN."""
        low, high = (of(self.low, periods).min(0), of(self.high, periods).max(0))
        return np.where(low > high, np.nan, low), np.where(low > high, np.nan, high)


def of(by_period: NDArray[np.float64], periods: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the chosen periods of an array, of which there is one at least.

    A span of time is a run of periods: nothing is copied.
    """
    (at,) = np.nonzero(periods)
    run = at[-1] - at[0] + 1 == len(at)
    return by_period[at[0] : at[-1] + 1] if run else by_period[at]


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
    for name, numeric, runs in zip(cells.columns, cells.numeric, cells.runs, strict=True):
        yield _series(name, runs, placed, len(periods), numeric=numeric)


def _series(
    name: str,
    runs: Sequence[BucketRun],
    placed: NDArray[np.int64],
    periods: int,
    *,
    numeric: bool,
) -> Series:
    """Return one column; its cells may stand in any order."""
    at = np.concatenate([placed[run.period] for run in runs])
    bucket = np.concatenate([run.bucket for run in runs])
    count = np.concatenate([run.count for run in runs]).astype(np.float64)  # as bincount adds
    here = at >= 0 if placed.min() < 0 else slice(None)  # rows without a period are in no bin
    at, bucket, count = at[here], bucket[here], count[here]
    present, bins = _ranked(bucket)
    absent = (np.abs(present) > BUCKET_INFINITY) if numeric else present < 0
    present, missing = present[~absent], np.zeros(periods)
    # What is missing is counted in a cell of its own, behind all others.
    size = periods * len(present)
    cell = at * len(present) + (bins if not absent.any() else (~absent).cumsum()[bins] - 1)
    if absent.any():
        gone = absent[bins]
        missing += np.bincount(at[gone], count[gone], minlength=periods)
        cell[gone] = size

    def spread_out(values: list[NDArray[np.float64]], nothing: float) -> NDArray[np.float64]:
        dense = np.full(size + 1, nothing)
        dense[cell] = np.concatenate(values)[here]
        return dense[:size].reshape(shape)

    shape = (periods, len(present))
    counted = np.bincount(cell, count, minlength=size + 1)[:size].astype(np.float64, copy=False)
    low = high = np.zeros((periods, 0))
    if numeric:
        low = spread_out([run.low for run in runs], np.inf)
        high = spread_out([run.high for run in runs], -np.inf)
    return Series(name, numeric, counted.reshape(shape), missing, present, low, high)


def _ranked(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct values, sorted, and where each value stands among them.

    Few different values stand many times each, so they are marked in a table instead of sorted.
    """
    folded = values & _FOLD
    value_of, place_of = np.empty(_FOLD + 1, np.int64), np.empty(_FOLD + 1, np.int64)
    there = np.zeros(_FOLD + 1, bool)
    value_of[folded], there[folded] = values, True
    if (value_of[folded] != values).any():  # two values share a place
        return np.unique(values, return_inverse=True)
    present = np.sort(value_of[there])
    place_of[present & _FOLD] = np.arange(len(present))
    return present, place_of[folded]


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
