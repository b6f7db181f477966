# SPDX-License-Identifier: Apache-2.0
"""Scores of records against their definitions, word by word."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from shirube.measures.privacy import outlier_scores
from shirube.measures.privacy.outlier_scores import (
    Moments,
    alone_in,
    beyond,
    limit_of,
    normal_scores,
)

columns = st.lists(st.integers(-30, 30), min_size=1, max_size=40)


@settings(max_examples=40)
@given(columns, st.integers(1, 6), st.sampled_from((0.5, 1.0, 3.0)))
def test_a_value_is_alone_when_few_rows_are_within_its_reach(
    values: list[int], floor: int, reach: float
) -> None:
    middle = float(np.median(values))
    away = [abs(each - middle) for each in values]
    deviation = 1.482602218505602 * float(np.median(away)) or 1.2533141373155001 * np.mean(away)
    # Halves and wholes are a distance apart that no rounding of the deviation reaches.
    near = [sum(abs(a - b) <= reach * deviation for b in values) for a in values]
    expected = sum(each < floor for each in near) if deviation else 0
    found = alone_in(np.sort(np.asarray(values, float)), floor, reach)
    assert found.alone == expected
    assert found.rows == len(values)
    if deviation:
        assert found.farthest == pytest.approx(max(away) / deviation)


@settings(max_examples=25)
@given(columns)
def test_a_score_is_the_normal_quantile_of_the_middle_rank(values: list[int]) -> None:
    ordered = np.sort(np.asarray(values, float))
    scores = normal_scores(ordered)
    if ordered[0] == ordered[-1]:
        assert scores is None
        return
    ranks = (stats.rankdata(ordered) - 0.5) / ordered.size
    expected = [NormalDist().inv_cdf(each) for each in ranks]
    assert scores.of(ordered) == pytest.approx(expected, abs=1e-12)
    assert scores.of(np.array([np.nan, np.inf])) == pytest.approx([np.nan, np.nan], nan_ok=True)
    cubed = normal_scores(ordered**3)
    assert list(cubed.of(ordered**3)) == list(scores.of(ordered))


def test_of_a_long_column_the_ends_are_exact_and_the_middle_nearly(monkeypatch) -> None:
    monkeypatch.setattr(outlier_scores, "_ENDS", 50)
    monkeypatch.setattr(outlier_scores, "_BETWEEN", 500)
    ordered = np.sort(np.random.default_rng(5).lognormal(size=20_000))
    scores = normal_scores(ordered)
    exact = stats.norm.ppf((np.arange(ordered.size) + 0.5) / ordered.size)
    assert scores.values.size < 700
    found = scores.of(ordered)
    assert found[:50] == pytest.approx(exact[:50])
    assert found[-50:] == pytest.approx(exact[-50:])
    # Between two chosen values lie 40 of 20,000 rows; past the ends, at 0.25 %, that is 0.27 wide.
    assert np.abs(found - exact).max() < 0.27
    assert np.abs(found - exact)[2000:-2000].max() < 0.01


@settings(max_examples=20)
@given(st.integers(1, 12), st.floats(1e-3, 200))
def test_the_tail_is_that_of_chi_square(directions: int, squared: float) -> None:
    assert beyond(squared, directions) == pytest.approx(stats.chi2.sf(squared, directions))
    assert limit_of(directions, 1e-9) == pytest.approx(stats.chi2.isf(1e-9, directions))


def test_distances_are_mahalanobis_and_columns_that_say_the_same_count_once() -> None:
    points = np.random.default_rng(2).normal(size=(300, 3)) @ np.array(
        [[1, 0.6, 0], [0, 1, 0.3], [0, 0, 1]]
    )
    moments = Moments(0, np.zeros(3), np.zeros((3, 3)))
    moments.add(points[:100])
    moments.add(points[100:])
    away = points - points.mean(axis=0)
    inverse = np.linalg.inv(np.cov(points.T, bias=True))
    expected = [row @ inverse @ row for row in away]
    assert moments.together().distances(points) == pytest.approx(expected)
    twice = np.column_stack((points, 2 * points[:, 1]))
    doubled = Moments(0, np.zeros(4), np.zeros((4, 4)))
    doubled.add(twice)
    assert doubled.together().rank == 3
    assert doubled.together().distances(twice) == pytest.approx(expected)
