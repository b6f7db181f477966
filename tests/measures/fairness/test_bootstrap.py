# SPDX-License-Identifier: Apache-2.0
"""Resamples and bands, beside the same thing written plainly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from shirube.measures.fairness import bootstrap


def drawn(count: np.ndarray, number: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.concatenate(list(bootstrap.replicates(count, number, rng)), axis=-1)


@given(arrays.arrays(np.float64, (3, 2), elements=st.integers(0, 50).map(float)))
def test_a_resample_has_as_many_rows_and_nobody_in_an_empty_cell(count: np.ndarray):
    resamples = drawn(count, 20)
    assert resamples.shape == (3, 2, 20)
    assert (resamples.sum(axis=(0, 1)) == count.sum()).all()
    assert (resamples[count == 0] == 0).all()


def test_many_cells_are_drawn_in_portions_that_make_up_the_number(monkeypatch):
    monkeypatch.setattr(bootstrap, "_NUMBERS_AT_ONCE", 12)
    portions = bootstrap.replicates(np.ones((2, 2)), 10, np.random.default_rng(0))
    assert [portion.shape[-1] for portion in portions] == [3, 3, 3, 1]


@given(
    lines=arrays.arrays(np.float64, (4, 40), elements=st.floats(0, 1, width=32)),
    absent=arrays.arrays(np.bool_, (4, 40)),
)
def test_a_band_is_that_of_numpy_line_by_line(lines: np.ndarray, absent: np.ndarray):
    absent[0] = False
    lines[absent] = np.nan
    estimate, size = np.full(4, 0.5), np.full(4, 100.0)
    band = bootstrap.band(estimate, lines, size, 0.9)
    for n, line in enumerate(lines):
        if absent[n].mean() > 0.05:
            assert np.isnan([band.error[n], band.low[n], band.high[n]]).all()
            continue
        low, high = np.nanquantile(line, [0.05, 0.95])
        assert (band.low[n], band.high[n]) == pytest.approx((low, high), abs=1e-12)
        if np.nanstd(line, ddof=1) > 1e-9:
            assert band.error[n] == pytest.approx(np.nanstd(line, ddof=1))


def test_the_factor_covers_all_groups_in_as_many_resamples_as_the_level_says():
    rng = np.random.default_rng(1)
    lines = 0.5 + rng.normal(size=(30, 2000)) * np.linspace(0.01, 0.1, 30)[:, np.newaxis]
    band = bootstrap.band(np.full(30, 0.5), lines, np.full(30, 100.0), 0.95)
    covered = (np.abs(lines - 0.5) <= band.factor * band.error[:, np.newaxis]).all(axis=0)
    assert covered.mean() == pytest.approx(0.95, abs=0.002)
    assert band.factor > 2.5  # one group alone would need 1.96
