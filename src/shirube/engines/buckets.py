# SPDX-License-Identifier: Apache-2.0
"""Logarithmic buckets: the same for every column, file and engine, so that counts add up.

A finite ``x > 0`` lies in bucket ``1000000 + floor(ln(x) * K)``, ``x < 0`` in the mirrored one, and
0, NULL, NaN and the infinities have buckets of their own (subnormal numbers count as 0). ``ln``
differs between engines in the last digit, so the edges are *defined* as literals (``edge``), and an
engine recounts the buckets whose smallest or largest value lies beyond them.
"""

from __future__ import annotations

from decimal import Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from shirube.terms.cells import BUCKET_CENTRE, BUCKET_INFINITY, BUCKETS_PER_E

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

METHOD = "log-buckets-2"
"""Changes whenever equal data could give other cells than before; part of every cache key."""

K = BUCKETS_PER_E
CENTRE = BUCKET_CENTRE
ZERO = 0
NULL = -9_000_000
NEGATIVE_INFINITY = -BUCKET_INFINITY
POSITIVE_INFINITY = BUCKET_INFINITY
NAN = 9_000_000
LARGEST = 1.7976931348623157e308
SMALLEST = 2.2250738585072014e-308
"""The smallest normal double; below it, neighbouring edges would coincide."""

TEXT_NULL = -1
"""The bucket of NULL in a column of texts."""

TEXT_LIMIT = 1000
"""Distinct texts of a column that have a bucket of their own; beyond, all texts are hashed."""

HASHED = "#"
"""What the label of a hashed bucket starts with; two hexadecimal digits of the MD5 follow."""

# Decimal arithmetic gives the same edge on every machine; libm's exp does not.
_CONTEXT = Context(prec=40)


@lru_cache(maxsize=200_000)
def edge(step: int) -> float:
    """Return the double nearest to exp(step / K): the smallest value of bucket ``step``."""
    return float(_CONTEXT.exp(_CONTEXT.divide(Decimal(step), Decimal(K))))


def step_of(bucket: int) -> int:
    """Return floor(ln|x| * K) for the bucket of a finite number that is not 0."""
    return abs(bucket) - CENTRE


def is_logarithmic(buckets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which buckets are those of finite numbers other than 0."""
    import numpy as np

    size = np.abs(buckets)
    return np.asarray((size != ZERO) & (size < POSITIVE_INFINITY))


def beyond_edges(
    buckets: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> list[int]:
    """Return the buckets to recount: those with a value beyond their edges, and the neighbours."""
    import numpy as np

    finite = np.flatnonzero(is_logarithmic(buckets))
    present, place = np.unique(buckets[finite], return_inverse=True)
    smallest, largest = np.full(len(present), np.inf), np.full(len(present), -np.inf)
    np.minimum.at(smallest, place, low[finite])
    np.maximum.at(largest, place, high[finite])
    wrong: set[int] = set()
    for bucket, least, most in zip(present.tolist(), smallest, largest, strict=True):
        near, far = (least, most) if bucket > 0 else (-most, -least)
        step, sign = step_of(bucket), 1 if bucket > 0 else -1
        if near < edge(step):
            wrong |= {bucket, bucket - sign}
        if far >= edge(step + 1):
            wrong |= {bucket, bucket + sign}
    return sorted(wrong)
