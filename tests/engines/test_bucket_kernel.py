# SPDX-License-Identifier: Apache-2.0
"""Counting by look-up: the same literal edges, found without a logarithm."""

from __future__ import annotations

import math
from collections import Counter as Tally

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.engines import buckets
from shirube.engines.bucket_kernel import Counter, Edges, TooManyCells, compiled, count_block

EDGES = Edges()
MANY = 10**7


def bucket_of(x: float | None) -> int:
    """Return the bucket by its definition: the literal edges, by search."""
    if x is None:
        return buckets.NULL
    if math.isnan(x):
        return buckets.NAN
    if math.isinf(x):
        return buckets.POSITIVE_INFINITY if x > 0 else buckets.NEGATIVE_INFINITY
    if abs(x) < buckets.SMALLEST:
        return buckets.ZERO
    step = math.floor(math.log(abs(x)) * buckets.K) - 2
    while buckets.edge(step + 1) <= abs(x):
        step += 1
    return (buckets.CENTRE + step) * (1 if x > 0 else -1)


def counted(rows, periods, kernel=count_block):
    """Count (slot, value) pairs, None for no value."""
    counter = Counter(periods, EDGES, most_cells=MANY)
    values = np.asarray([0.0 if x is None else x for _slot, x in rows])
    valid = np.packbits([x is not None for _slot, x in rows], bitorder="little")
    counter.add(values, np.asarray([slot for slot, _x in rows], np.int32), valid, kernel=kernel)
    return counter.cells([f"p{n}" for n in range(periods)])


def near(step: int) -> list[float]:
    """Return an edge, the double below it and the one above."""
    edge = buckets.edge(step)
    return [math.nextafter(edge, 0.0), edge, math.nextafter(edge, math.inf)]


at_edges = st.integers(-22_670, 22_712).map(near).flatmap(st.sampled_from)
powers = st.integers(-1074, 1023).map(lambda n: math.ldexp(1.0, n))
values = st.one_of(st.none(), st.floats(), at_edges, at_edges.map(lambda x: -x), powers)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), values), min_size=1, max_size=30))
def test_every_value_lies_in_the_bucket_of_its_literal_edges(rows):
    cells = counted(rows, 3)
    found = {
        (cells.periods[p], b): (n, low, high)
        for p, b, n, low, high in zip(
            cells.period, cells.bucket.tolist(), cells.count, cells.low, cells.high, strict=True
        )
    }
    expected = Tally((f"p{slot}", bucket_of(x)) for slot, x in rows)
    assert {key: n for key, (n, _low, _high) in found.items()} == expected
    for (period, bucket), (_n, low, high) in found.items():
        inside = [x for p, x in rows if f"p{p}" == period and bucket_of(x) == bucket]
        if bucket in (buckets.NULL, buckets.NAN):
            assert math.isnan(low)
            assert math.isnan(high)
        else:
            assert (low, high) == (min(inside), max(inside))


def test_blocks_add_up_and_new_powers_of_two_find_room():
    # One value per power of two, in two blocks: 2098 pages, grown as they come.
    values = [math.ldexp(1.5, n) for n in range(-1022, 1024)]
    counter = Counter(1, EDGES, most_cells=MANY)
    for block in (values[:1000], values[1000:], values):
        counter.add(np.asarray(block), np.zeros(len(block), np.int32))
    cells = counter.cells([""])
    assert cells.count.tolist() == [2] * len(values)
    assert cells.bucket.tolist() == [bucket_of(x) for x in values]


def test_a_bucket_across_a_power_of_two_is_one_cell():
    # 2 = e^0.693: bucket 22 of 1/32 reaches from 1.989 to 2.052.
    cells = counted([(0, 1.99), (0, 2.0), (0, 2.05)], 1)
    assert cells.bucket.tolist() == [buckets.CENTRE + 22]
    assert (cells.count.tolist(), cells.low.tolist(), cells.high.tolist()) == ([3], [1.99], [2.05])


def test_more_cells_than_allowed_are_refused():
    counter = Counter(100, EDGES, most_cells=1000)
    with pytest.raises(TooManyCells):
        counter.add(np.asarray([1.0]), np.zeros(1, np.int32))


def test_the_compiled_loop_counts_like_the_plain_one():
    pytest.importorskip("numba")
    random = np.random.default_rng(7)
    values = np.concatenate([random.normal(size=500) * 10.0 ** random.integers(-9, 9, 500),
                             [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324]])  # fmt: skip
    rows = [(n % 3, None if n % 7 == 0 else float(x)) for n, x in enumerate(values)]
    plain, fast = counted(rows, 3), counted(rows, 3, kernel=compiled())
    for name in ("period", "bucket", "count", "low", "high"):
        assert np.array_equal(getattr(plain, name), getattr(fast, name), equal_nan=True)
