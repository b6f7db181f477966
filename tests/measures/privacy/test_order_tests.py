# SPDX-License-Identifier: Apache-2.0
"""The moments of the tests of an order are those of all orders; ranks are those of the values."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from shirube.measures.privacy.order_tests import (
    FEWEST,
    agreement_of,
    midranks,
    order_of,
    serial_moments,
)

few = st.lists(st.integers(0, 4), min_size=4, max_size=6)
many = st.lists(st.integers(0, 50), min_size=FEWEST, max_size=60)


@settings(max_examples=25)
@given(few)
def test_mean_and_variance_are_those_over_all_orders(values: list[int]) -> None:
    x = np.asarray(values, float) - np.mean(values)
    sums = [
        sum(each[at - 1] * each[at] for at in range(len(each)))
        for each in itertools.permutations(x)
    ]
    mean, variance = serial_moments(x.size, float((x**2).sum()), float((x**4).sum()))
    assert mean == pytest.approx(np.mean(sums), abs=1e-9)
    assert variance == pytest.approx(np.var(sums), abs=1e-9)


@settings(max_examples=25)
@given(many)
def test_the_trend_is_spearmans_correlation_with_the_place(values: list[int]) -> None:
    found = order_of(np.asarray(values, float))
    if len(set(values)) == 1:
        assert found == (len(values), None, None, None, None)
        return
    assert found.trend == pytest.approx(stats.spearmanr(values, range(len(values))).statistic)
    assert found.trend_p == pytest.approx(
        2 * stats.norm.sf(abs(found.trend) * math.sqrt(len(values) - 1))
    )
    assert list(midranks(np.asarray(values, float))) == list(stats.rankdata(values) - 1)


@settings(max_examples=15)
@given(many, many)
def test_agreement_is_spearmans_correlation(values: list[int], others: list[int]) -> None:
    size = min(len(values), len(others))
    x, y = np.asarray(values[:size], float), np.asarray(others[:size], float)
    found = agreement_of(x, y)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert found.tests == 0
    else:
        assert found.trend == pytest.approx(stats.spearmanr(x, y).statistic)
        assert agreement_of(np.append(x, np.nan), np.append(y, 1)) == found


@settings(max_examples=10)
@given(many, st.sampled_from((lambda x: x**3, lambda x: 7 * x + 1, lambda x: -x)))
def test_only_the_ranks_count_and_missing_values_do_not(values: list[int], change) -> None:
    x = np.asarray(values, float)
    found, other = order_of(x), order_of(change(x))
    assert other.trend_p == pytest.approx(found.trend_p)
    assert other.neighbours == pytest.approx(found.neighbours)
    assert order_of(np.insert(x, 3, np.nan)) == found
    ends = np.where(x == x.max(), np.inf, x)  # infinity is the largest value, and ties as any other
    assert order_of(ends).trend_p == pytest.approx(found.trend_p)


def test_a_shuffle_is_called_an_order_as_often_as_the_level_says() -> None:
    # 400 shuffles of 300 values with ties: at 0.05 the counts are binomial(400, 0.05), mean 20 and
    # standard deviation 4.4; four of them is the band.
    generator = np.random.default_rng(1)
    tests = [order_of(generator.integers(0, 9, 300).astype(float)) for _ in range(400)]
    for of in ("trend_p", "neighbours_p"):
        assert 3 <= sum(getattr(each, of) < 0.05 for each in tests) <= 38


def test_groups_in_any_order_are_seen_by_neighbours_alone() -> None:
    # Groups 0 to 9 of 30 rows each, in an order without a trend: 4 0 8 2 6 5 7 1 9 3.
    found = order_of(np.repeat([4, 0, 8, 2, 6, 5, 7, 1, 9, 3], 30).astype(float))
    assert found.trend_p > 0.0001
    assert found.neighbours_p < 1e-12


def test_rare_values_that_never_meet_say_nothing_about_neighbours() -> None:
    # Three of a thousand: that two stand together happens by chance in one of 170 shuffles, and the
    # normal distribution would take it for one in a million.
    values = np.zeros(1000)
    values[[10, 11, 700]] = 1
    found = order_of(values)
    assert found.neighbours_p is None
    assert found.trend_p > 0.1
    assert order_of(values[: FEWEST - 1]).tests == 0
