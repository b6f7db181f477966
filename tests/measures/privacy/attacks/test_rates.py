# SPDX-License-Identifier: Apache-2.0
"""Rates, risks and expectations, worked out by hand and against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy.attacks.rates import (
    Rate,
    expected_uniques,
    remaining_risk,
    wilson,
)


def test_wilson_of_one_in_four() -> None:
    # z = 1.959964, z² = 3.841459. Centre (1 + 1.920729) / 7.841459 = 0.372473;
    # half-width 1.959964 · √(1·3/4 + 0.960365) / 7.841459 = 1.959964 · 1.307809 / 7.841459.
    rate = wilson(1, 4)
    assert rate.value == pytest.approx(0.372473, abs=1e-6)
    assert rate.error == pytest.approx(0.326885, abs=1e-6)


def test_wilson_ends_are_those_of_the_score_test() -> None:
    # The ends p solve (k/n - p)² = z² p (1 - p) / n.
    rate, z = wilson(30, 50), 1.959963985
    for p in (rate.low, rate.high):
        assert (0.6 - p) ** 2 == pytest.approx(z**2 * p * (1 - p) / 50, rel=1e-6)


def test_the_risk_is_what_remains_beside_the_control() -> None:
    # (0.8 - 0.5) / (1 - 0.5) = 0.6; error: √((0.03/0.5)² + (0.04·0.2/0.25)²) = √(0.0036 + 0.001024)
    risk = remaining_risk(Rate(0.8, 0.03), Rate(0.5, 0.04))
    assert risk.value == pytest.approx(0.6)
    assert risk.error == pytest.approx(0.068)


def test_an_attack_that_meets_the_control_better_has_no_risk_but_keeps_its_upper_end() -> None:
    # (0.2 - 0.25) / 0.75 = -0.0667; error: √((0.05/0.75)² + (0.05·0.8/0.5625)²) = 0.0975.
    risk = remaining_risk(Rate(0.2, 0.05), Rate(0.25, 0.05))
    assert (risk.value, risk.low) == (0.0, 0.0)
    assert risk.high == pytest.approx(0.0975 - 0.0667, abs=1e-3)


def test_a_predicate_that_fits_two_of_four_fits_one_of_two_in_two_thirds_of_the_samples() -> None:
    # Samples of two of {a, b, x, y} with exactly one of a, b: ax, ay, bx, by = 4 of 6.
    drawn = list(combinations("abxy", 2))
    assert sum(("a" in each) != ("b" in each) for each in drawn) == 4
    assert expected_uniques([2], 4, 2) == pytest.approx(4 / 6)


def test_at_full_size_uniques_are_counted() -> None:
    assert expected_uniques([0, 1, 2, 1], 4, 4) == 2.0
    assert expected_uniques([0, 1, 2, 1], 4, 9) == 2.0


@given(st.integers(2, 60), st.data())
def test_the_expectation_is_the_hypergeometric_one(rows: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(1, rows - 1))
    match = data.draw(st.integers(0, rows))
    exact = Fraction(match * comb(rows - match, sample - 1), comb(rows, sample)) if match else 0
    assert expected_uniques([match], rows, sample) == pytest.approx(float(exact), rel=1e-9)
