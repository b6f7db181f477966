# SPDX-License-Identifier: Apache-2.0
"""Bucket cells add up: across files, days, machines and engines; nothing is counted twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import buckets
from shirube.terms.cells import BucketCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MORE_THAN_BUCKETS = 2 * (buckets.NAN + 1)


@dataclass(frozen=True, eq=False)
class ColumnCells:
    """The cells of one column.

    ``period`` indexes ``periods`` (sorted texts); ``bucket`` indexes ``labels`` where the column is
    not numeric.
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

    def where(self, kept: NDArray[np.bool_]) -> ColumnCells:
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
    if len(parts) == 1 and _is_sorted(parts[0]):
        return parts[0]
    if not all(part.numeric for part in parts):
        parts = _same_labels(parts)
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
    )


def _is_sorted(part: ColumnCells) -> bool:
    """Say whether the cells are what a merge would make of them."""
    key = part.period * _MORE_THAN_BUCKETS + part.bucket
    whole = len(part.labels) <= buckets.TEXT_LIMIT or part.hashed
    return whole and list(part.periods) == sorted(part.periods) and bool((key[1:] > key[:-1]).all())


def assemble(parts: Sequence[dict[str, ColumnCells]], columns: Sequence[str]) -> BucketCells:
    """Return the sum of all parts over all columns, in one record."""
    merged = [merge([part[column] for part in parts]) for column in columns]
    labels = tuple(sorted({label for cells in merged for label in cells.labels}))
    numbers = [cells.bucket if cells.numeric else _recoded(cells, labels) for cells in merged]
    periods = tuple(sorted({name for cells in merged for name in cells.periods}))
    rows: dict[str, int] = {}
    if merged:
        first = merged[0]
        sums = np.bincount(first.period, first.count, minlength=len(first.periods))
        rows = {name: int(sums[n]) for n, name in enumerate(first.periods)}
    nothing = np.zeros(0)
    return BucketCells(
        period=np.concatenate(
            [_indexed(cells.periods, periods)[cells.period] for cells in merged]
            or [nothing.astype(np.int64)]
        ),
        column=np.concatenate(
            [np.full(len(cells.count), n, np.int16) for n, cells in enumerate(merged)]
            or [nothing.astype(np.int16)]
        ),
        bucket=np.concatenate(numbers or [nothing.astype(np.int64)]),
        count=np.concatenate([cells.count for cells in merged] or [nothing.astype(np.int64)]),
        low=np.concatenate([cells.low for cells in merged] or [nothing]),
        high=np.concatenate([cells.high for cells in merged] or [nothing]),
        columns=tuple(columns),
        numeric=tuple(cells.numeric for cells in merged),
        periods=periods,
        labels=labels,
        rows=rows,
    )


def _indexed(names: Sequence[str], among: Sequence[str]) -> NDArray[np.int64]:
    """Return where each name stands among others."""
    places = {name: place for place, name in enumerate(among)}
    return np.asarray([places[name] for name in names] or [0], np.int64)


def _same_labels(parts: Sequence[ColumnCells]) -> list[ColumnCells]:
    """Give all parts the same labels, hashed when one part is or when together they are many."""
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
    return replace(part, bucket=bucket, labels=labels, hashed=True)


def _recoded(part: ColumnCells, labels: Sequence[str]) -> NDArray[np.int64]:
    """Return the buckets as indexes into another list of labels."""
    target = _indexed(part.labels, labels)
    return np.where(part.bucket < 0, part.bucket, target[np.maximum(part.bucket, 0)])
