# SPDX-License-Identifier: Apache-2.0
"""Bucket cells add up: across files, days, machines and engines; nothing is counted twice."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import buckets
from shirube.terms.cells import BucketCells, BucketRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MORE_THAN_BUCKETS = 2 * (buckets.NAN + 1)


@dataclass(frozen=True, eq=False)
class ColumnCells:
    """The cells of one column.

    ``period`` indexes ``periods`` (sorted texts); ``bucket`` indexes ``labels`` where the column is
    not numeric. ``in_order`` says that the cells are known to be what a merge makes of them: sorted
    by period and bucket, each once.
    """

    periods: tuple[str, ...]
    period: NDArray[np.int64]
    bucket: NDArray[np.int64]
    count: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    numeric: bool = True
    labels: tuple[str, ...] = ()
    hashed: bool = False
    in_order: bool = False

    def where(self, kept: NDArray[np.bool_] | slice) -> ColumnCells:
        """Return the cells for which ``kept`` is true."""
        return replace(
            self,
            period=self.period[kept],
            bucket=self.bucket[kept],
            count=self.count[kept],
            low=self.low[kept],
            high=self.high[kept],
        )


def merge(parts: Sequence[ColumnCells]) -> ColumnCells:
    """Return the sum of cells of the same column: sorted by period and bucket.

    Texts that one part has hashed are hashed in all parts, so that equal texts meet.
    """
    runs = _in_order(parts)
    return runs[0] if len(runs) == 1 else _joined(runs)


def _in_order(parts: Sequence[ColumnCells]) -> list[ColumnCells]:
    """Return the sum of all parts in one or two runs, which follow each other.

    A log grows at its end: the cells of the first part, the sum of many days, stay as they are up
    to the first period that any of the others has.
    """
    if len(parts) == 1:
        return [parts[0] if parts[0].in_order else _merged(_same_labels(parts))]
    parts = _same_labels(parts)
    first, *others = parts
    since = min((name for part in others for name in part.periods), default="")
    shared = bisect_left(first.periods, since) if first.in_order else 0
    if not shared:
        return [_merged(parts)]
    cut = int(np.searchsorted(first.period, shared))
    before = replace(first.where(slice(0, cut)), periods=first.periods[:shared])
    rest = first.where(slice(cut, None))
    rest = replace(rest, periods=first.periods[shared:], period=rest.period - shared)
    return [before, _merged([rest, *others])]


def _joined(runs: Sequence[ColumnCells]) -> ColumnCells:
    """Return runs that follow each other, and have the same labels, as one."""
    periods = tuple(name for run in runs for name in run.periods)
    return replace(
        runs[0],
        periods=periods,
        period=np.concatenate([_indexed(run.periods, periods)[run.period] for run in runs]),
        bucket=np.concatenate([run.bucket for run in runs]),
        count=np.concatenate([run.count for run in runs]),
        low=np.concatenate([run.low for run in runs]),
        high=np.concatenate([run.high for run in runs]),
    )


def _merged(parts: Sequence[ColumnCells]) -> ColumnCells:
    """Return the sum of parts that have the same labels, whatever their order."""
    periods = tuple(sorted({name for part in parts for name in part.periods}))
    period = np.concatenate([_indexed(part.periods, periods)[part.period] for part in parts])
    bucket = np.concatenate([part.bucket for part in parts])
    # Days follow each other and their cells are sorted, which a stable sort makes use of.
    key = period * _MORE_THAN_BUCKETS + bucket
    order = np.argsort(key, kind="stable")
    period, bucket, key = period[order], bucket[order], key[order]
    first = np.ones(len(order), bool)
    first[1:] = key[1:] != key[:-1]
    starts = np.flatnonzero(first)
    count = np.concatenate([part.count for part in parts])[order]
    low = np.concatenate([part.low for part in parts])[order]
    high = np.concatenate([part.high for part in parts])[order]
    empty = len(order) == 0
    return replace(
        parts[0],
        periods=periods,
        period=period[starts],
        bucket=bucket[starts],
        count=count if empty else np.add.reduceat(count, starts),
        low=low if empty else np.fmin.reduceat(low, starts),
        high=high if empty else np.fmax.reduceat(high, starts),
        in_order=True,
    )


def assemble(parts: Sequence[dict[str, ColumnCells]], columns: Sequence[str]) -> BucketCells:
    """Return the sum of all parts over all columns, in one record."""
    runs = [_in_order([part[column] for part in parts]) for column in columns]
    flat = [cells for run in runs for cells in run]
    labels = tuple(sorted({label for cells in flat for label in cells.labels}))
    periods = tuple(sorted({name for cells in flat for name in cells.periods}))
    rows: dict[str, int] = {}
    for cells in runs[0] if runs else []:
        sums = np.bincount(
            cells.period, cells.count.astype(np.float64), minlength=len(cells.periods)
        )
        rows |= {name: int(sums[n]) for n, name in enumerate(cells.periods)}
    return BucketCells(
        columns=tuple(columns),
        numeric=tuple(run[0].numeric for run in runs),
        runs=tuple(
            tuple(
                BucketRun(
                    period=_placed(cells.period, cells.periods, periods),
                    bucket=cells.bucket if cells.numeric else _recoded(cells, labels),
                    count=cells.count,
                    low=cells.low,
                    high=cells.high,
                )
                for cells in run
            )
            for run in runs
        ),
        periods=periods,
        labels=labels,
        rows=rows,
    )


def _placed(
    period: NDArray[np.int64], names: Sequence[str], among: Sequence[str]
) -> NDArray[np.int64]:
    """Return indexes into some names as indexes into all of them."""
    return period if among[: len(names)] == names else _indexed(names, among)[period]


def _indexed(names: Sequence[str], among: Sequence[str]) -> NDArray[np.int64]:
    """Return where each name stands among others."""
    places = {name: place for place, name in enumerate(among)}
    return np.asarray([places[name] for name in names] or [0], np.int64)


def _same_labels(parts: Sequence[ColumnCells]) -> Sequence[ColumnCells]:
    """Give all parts the same labels, hashed when one part is or when together they are many."""
    if all(part.numeric for part in parts):
        return parts
    together = {label for part in parts for label in part.labels}
    hashed = any(part.hashed for part in parts) or len(together) > buckets.TEXT_LIMIT
    if hashed:
        parts = [part if part.hashed else _hashed(part) for part in parts]
        together = {label for part in parts for label in part.labels}
    labels = tuple(sorted(together))
    return [
        replace(part, bucket=_recoded(part, labels), labels=labels, hashed=hashed) for part in parts
    ]


def _hashed(part: ColumnCells) -> ColumnCells:
    """Return the part with the label of each text replaced by that of its hash."""
    # MD5 only spreads texts over buckets, and every engine has it.
    new = [
        buckets.HASHED + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:2]
        for text in part.labels
    ]
    labels = tuple(sorted(set(new)))
    target = _indexed(new, labels)
    bucket = np.where(part.bucket < 0, part.bucket, target[np.maximum(part.bucket, 0)])
    return replace(part, bucket=bucket, labels=labels, hashed=True, in_order=False)


def _recoded(part: ColumnCells, labels: Sequence[str]) -> NDArray[np.int64]:
    """Return the buckets as indexes into another list of labels."""
    target = _indexed(part.labels, labels)
    return np.where(part.bucket < 0, part.bucket, target[np.maximum(part.bucket, 0)])
