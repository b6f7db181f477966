# SPDX-License-Identifier: Apache-2.0
"""The journalist's risk: its limits, one value by hand, and both ways to compute it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy.journalist import _by_recursion, _by_series, journalist_risk


def test_a_census_leaves_the_journalist_where_the_prosecutor_is() -> None:
    assert journalist_risk(4, 1000, 1000) == 0.25


def test_a_unique_record_of_a_ten_percent_sample() -> None:
    # f = 1: π / (1-π) · ln(1/π) = 0.1 / 0.9 · ln 10.
    assert journalist_risk(1, 100, 1000) == pytest.approx(math.log(10) / 9)


@given(st.integers(1, 200), st.floats(0.3, 0.5))
def test_recursion_and_series_agree(f: int, sampled: float) -> None:
    assert _by_recursion(f, sampled) == pytest.approx(_by_series(f, sampled), rel=1e-9)


@given(st.integers(1, 5000), st.integers(1, 10**6), st.integers(0, 10**9))
def test_the_risk_lies_between_the_sampling_share_and_the_prosecutor(
    f: int, rows: int, others: int
) -> None:
    risk = journalist_risk(f, rows, rows + others)
    assert rows / (rows + others) / f * (1 - 1e-9) <= risk <= 1 / f * (1 + 1e-9)
