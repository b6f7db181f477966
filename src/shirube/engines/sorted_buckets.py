# SPDX-License-Identifier: Apache-2.0
"""Bucket cells of sorted numbers: where the literal edges fall among them says everything.

No logarithm is taken of a value, and nothing is recounted: an edge is looked for by halving.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import buckets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Cells = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]

MOST_STEPS = 2_000
"""Edges that are computed at most for one column; more of them cost more than they save."""

_TOGETHER = 64


def cells(values: NDArray[np.float64]) -> Cells | None:
    """Return bucket, count, smallest and largest value of each cell that is not empty, by bucket.

    Parameters
    ----------
    values
        Sorted in ascending order, NaN last, without NULL.

    Returns
    -------
    tuple of numpy arrays, or None
        None where the numbers reach over more than ``MOST_STEPS`` buckets on one side of zero.
    """
    tiny, huge = buckets.SMALLEST, buckets.LARGEST
    ends = np.searchsorted(values, [-huge, -tiny, tiny, math.inf, math.nan], side="left").tolist()
    lowest, below, above, infinite, nothing = ends
    below = int(np.searchsorted(values, -tiny, side="right"))
    negative, positive = values[lowest:below], values[above:infinite]
    found = [_side(-negative[::-1]), _side(positive)]
    if found[0] is None or found[1] is None:
        return None
    bucket, count, low, high = found[0]
    parts = [
        _one(buckets.NEGATIVE_INFINITY, values[:lowest]),
        (-bucket[::-1], count[::-1], -high[::-1], -low[::-1]),
        _one(buckets.ZERO, values[below:above]),
        found[1],
        _one(buckets.POSITIVE_INFINITY, values[infinite:nothing]),
        _one(buckets.NAN, values[nothing:]),
    ]
    bucket, count, low, high = (np.concatenate(each) for each in zip(*parts, strict=True))
    return bucket, count, low, high


def _side(sizes: NDArray[np.float64]) -> Cells | None:
    """Return the cells of positive normal numbers, sorted in ascending order."""
    if not len(sizes):
        empty = np.zeros(0, np.int64)
        return empty, empty, np.zeros(0), np.zeros(0)
    # One step more on both sides, because the logarithm's last digit is the machine's.
    first = math.floor(math.log(sizes[0]) * buckets.K) - 1
    last = math.floor(math.log(sizes[-1]) * buckets.K) + 2
    if last - first > MOST_STEPS:
        return None
    at = np.searchsorted(sizes, _edges(first, last), side="left")
    at[0], at[-1] = 0, len(sizes)
    there = np.flatnonzero(at[1:] > at[:-1])
    starts, ends = at[there], at[there + 1]
    bucket = (buckets.CENTRE + first + there).astype(np.int64)
    return bucket, (ends - starts).astype(np.int64), sizes[starts], sizes[ends - 1]


def _edges(first: int, last: int) -> NDArray[np.float64]:
    """Return the edges from one step to another, both included."""
    rows = range(first // _TOGETHER, last // _TOGETHER + 1)
    together = np.concatenate([_row_of_edges(row) for row in rows])
    skipped = first - rows.start * _TOGETHER
    return together[skipped : skipped + last - first + 1]


@lru_cache(maxsize=4096)
def _row_of_edges(row: int) -> NDArray[np.float64]:
    """Return neighbouring edges; columns of a table need mostly the same ones."""
    steps = range(row * _TOGETHER, (row + 1) * _TOGETHER)
    return np.asarray([buckets.edge(step) for step in steps])


def _one(bucket: int, values: NDArray[np.float64]) -> Cells:
    """Return the one cell of these values; none where there are none."""
    some = min(len(values), 1)
    count = np.full(some, len(values), np.int64)
    return np.full(some, bucket, np.int64), count, values[:some], values[len(values) - some :]
