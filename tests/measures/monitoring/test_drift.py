# SPDX-License-Identifier: Apache-2.0
"""Drift in small worlds worked out by hand, against scipy, and what must hold in every world."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance

from shirube.measures.monitoring import distances
from shirube.measures.monitoring.drift import drift
from shirube.terms.cells import (
    BUCKET_CENTRE,
    BUCKET_INFINITY,
    BUCKETS_PER_E,
    BucketCells,
    BucketRun,
)
from shirube.terms.errors import Problem
from shirube.terms.measurement import Result


def bucket_of(x: float | None) -> int:
    if x is None:
        return -BUCKET_INFINITY - 1_000_000
    if x == 0:
        return 0
    step = math.floor(math.log(abs(x)) * BUCKETS_PER_E)
    return (BUCKET_CENTRE + step) * (1 if x > 0 else -1)


class World:
    """Columns of (period, value) that answer like a source; texts are categories."""

    def __init__(self, **columns: list[tuple[str, float | str | None]]) -> None:
        self.columns = columns

    def bucket_cells(self, columns: tuple[str, ...], *, period: str | None = None) -> BucketCells:
        labels = sorted(
            {v for rows in self.columns.values() for _p, v in rows if isinstance(v, str)}
        )
        numeric = [not any(isinstance(v, str) for _p, v in self.columns[name]) for name in columns]
        periods = sorted({when for name in columns for when, _value in self.columns[name]})
        runs = []
        for number, name in enumerate(columns):
            held: dict[tuple[str, int], list[float]] = defaultdict(list)
            for when, value in self.columns[name]:
                if numeric[number]:
                    bucket = bucket_of(value)
                else:
                    bucket = -1 if value is None else labels.index(value)
                held[when, bucket].append(math.nan if not isinstance(value, float) else value)
            run = BucketRun(
                period=np.asarray([periods.index(when) for when, _bucket in held], np.int64),
                bucket=np.asarray([bucket for _when, bucket in held], np.int64),
                count=np.asarray([len(values) for values in held.values()], np.int64),
                low=np.asarray([min(values) for values in held.values()]),
                high=np.asarray([max(values) for values in held.values()]),
            )
            runs.append((run,))
        return BucketCells(
            columns=tuple(columns),
            numeric=tuple(numeric),
            runs=tuple(runs),
            periods=tuple(periods),
            labels=tuple(labels),
            rows=dict(Counter(when for when, _value in self.columns[columns[0]])),
        )


def compare(before: list, after: list, **more: object) -> Result:
    rows = [("2026-01", value) for value in before] + [("2026-02", value) for value in after]
    return drift(
        World(x=rows), columns=("x",), period="m", reference=("2026-01", "2026-01"), **more
    )


def found(result: Result) -> dict[str, object]:
    return {value.name: value.value for value in result.values}


def test_categories_by_hand():
    # Reference a 30, b 10 (and 10 missing); window a 10, b 30.
    # p = (3/4, 1/4), q = (1/4, 3/4): PSI = 2 * 0.5 * ln 3 = ln 3; missing 10/50 against 0.
    # JS: both divergences from (1/2, 1/2) are 1 - H(1/4); JS = sqrt of that.
    # chi2 on [[30, 10], [10, 30]]: every expected count is 20, so 4 * 100 / 20 = 20, one degree.
    result = compare(["a"] * 30 + ["b"] * 10 + [None] * 10, ["a"] * 10 + ["b"] * 30)
    entropy = -(0.25 * math.log2(0.25) + 0.75 * math.log2(0.75))
    assert found(result) == pytest.approx(
        {
            "rows_reference": 50,
            "rows_window": 40,
            "rows_both": 0,
            "columns": 1,
            "max_missing_difference": 0.2,
            "max_psi": math.log(3),
            "max_psi_column": "x",
            "max_js": math.sqrt(1 - entropy),
            "max_ks": None,
            "max_ks_column": None,
            "max_wasserstein": None,
            "min_chi2_p": math.erfc(math.sqrt(20 / 2)),
        }
    )


def test_numbers_by_hand():
    # Reference 1, 1, 2, 2; window 2, 2, 4, 4: F - G is 1/2 on [1, 2) and on [2, 4).
    # KS = 1/2 exactly (every bucket holds one value); W = 1/2 * 1 + 1/2 * 2 = 1.5; SD = 1/2.
    result = compare([1.0, 1.0, 2.0, 2.0], [2.0, 2.0, 4.0, 4.0])
    values = {value.name: value for value in result.values}
    assert values["max_ks"].value == 0.5
    assert (values["max_ks"].interval.low, values["max_ks"].interval.high) == (0.5, 0.5)
    assert values["max_wasserstein"].value == pytest.approx(3.0)
    assert values["max_ks_column"].value == "x"


def test_every_period_is_compared_with_the_reference():
    rows = [("01", "a")] * 4 + [("02", "a")] * 2 + [("02", "b")] * 2
    result = drift(World(x=rows), columns=("x",), period="m", reference=("01", "01"))
    over_time = result.details[1]
    assert [(row[0], row[1]) for row in over_time.rows] == [("01", "x"), ("02", "x")]
    assert over_time.rows[0][2] == 0
    assert over_time.rows[1][2] > 0


def test_a_shorter_text_stands_for_all_periods_that_begin_with_it():
    rows = [("2026-01-05", 1.0), ("2026-01-31", 1.0), ("2026-02-01", 1.0), ("2026-03-01", 1.0)]
    result = drift(
        World(x=rows),
        columns=("x",),
        period="d",
        reference=("2026-01", "2026-01"),
        window=("2026-02", "2026-03"),
    )
    assert found(result)["rows_reference"] == 2
    assert found(result)["rows_window"] == 2


def test_a_span_without_rows_is_told_with_the_periods_there_are():
    with pytest.raises(Problem, match="No row lies in the window from 2027 to 2027") as caught:
        compare([1.0], [1.0], window=("2027", "2027"))
    assert "2026-01 – 2026-02" in str(caught.value)
    with pytest.raises(Problem, match="reference must be the first and the last"):
        drift(World(x=[("1", 1.0)]), columns=("x",), period="m", reference=("1",))


def test_a_column_without_any_value_on_one_side_is_not_estimable():
    values = {value.name: value for value in compare([None, None], [1.0, 2.0]).values}
    assert values["max_missing_difference"].value == 1.0
    assert values["max_psi"].value is None
    assert values["max_psi"].reason.en == "No column has values on both sides."


def test_one_row_on_each_side_and_a_constant_column():
    values = found(compare([3.0], [3.0]))
    assert values["max_psi"] == 0
    assert values["max_ks"] == 0
    assert values["max_wasserstein"] == 0


finite = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)
samples = st.lists(finite, min_size=1, max_size=60)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # scipy about its p-value, which nobody reads
@settings(max_examples=150, deadline=None)
@given(before=samples, after=samples)
def test_scipys_exact_ks_lies_inside_the_stated_bound(before, after):
    interval = {value.name: value for value in compare(before, after).values}["max_ks"].interval
    exact = stats.ks_2samp(before, after, method="asymp").statistic
    assert interval.low - 1e-12 <= exact <= interval.high + 1e-12


@settings(max_examples=60, deadline=None)
# Shares of nine, added up one by one, come to more than 1.
@example(before=[4.0], after=[0.0] * 5 + [1.0, 2.0, 3.0, 1.5], binning="deciles")
@given(before=samples, after=samples, binning=st.sampled_from(["deciles", "fixed"]))
def test_distances_stay_in_their_ranges(before, after, binning):
    values = found(compare(before, after, binning=binning))
    assert values["max_psi"] >= 0
    assert 0 <= values["max_js"] <= 1
    assert 0 <= values["max_ks"] <= 1


@settings(max_examples=60, deadline=None)
@given(rows=samples, times=st.integers(1, 3), binning=st.sampled_from(["deciles", "fixed"]))
def test_nothing_changed_is_zero_whatever_the_number_of_rows(rows, times, binning):
    values = found(compare(rows, rows * times, binning=binning))
    assert values["max_psi"] == pytest.approx(0, abs=1e-12)
    assert values["max_js"] == pytest.approx(0, abs=1e-6)
    assert values["max_ks"] == pytest.approx(0, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(before=samples, after=samples, data=st.data())
def test_the_order_of_rows_does_not_matter(before, after, data):
    shuffled = data.draw(st.permutations(before)), data.draw(st.permutations(after))
    assert found(compare(before, after)) == found(compare(*shuffled))


@settings(max_examples=60, deadline=None)
@given(before=samples, after=samples)
def test_wasserstein_is_near_scipys_on_the_raw_values(before, after):
    # A value is off by at most half of a bucket, (e^(1/32) - 1) / 2 < 1.6 % of itself: the area by
    # the mean of that on both sides, the deviation by its root mean square (both by Minkowski).
    values = found(compare(before, after))
    deviation = np.std(before)
    off = 0.016 * math.sqrt(np.mean(np.square(before)))
    if values["max_wasserstein"] is None or deviation <= 2 * off:
        return
    area = 0.016 * (np.mean(np.abs(before)) + np.mean(np.abs(after)))
    exact = stats.wasserstein_distance(before, after)
    least = max(exact - area, 0.0) / (deviation + off)
    assert least - 1e-9 <= values["max_wasserstein"] <= (exact + area) / (deviation - off) + 1e-9


@settings(max_examples=100, deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(5, 90), st.integers(5, 90)), min_size=2, max_size=8))
def test_chi_squared_and_jensen_shannon_equal_scipys(pairs):
    p, q = (np.asarray(side, float) for side in zip(*pairs, strict=True))
    table = np.stack([p, q])
    expected = stats.contingency.expected_freq(table)
    if expected.min() >= 5:
        exact = stats.chi2_contingency(table, correction=False).pvalue
        assert distances.chi_squared_p(p, q) == pytest.approx(exact, rel=1e-9, abs=1e-300)
    assert distances.jensen_shannon(p, q) == pytest.approx(
        distance.jensenshannon(p, q, 2), abs=1e-7
    )


def test_rows_that_stand_on_both_sides_are_counted():
    # The reference is the whole of January, and so is the window: three rows, all of them in both.
    result = compare([1.0, 2.0, 3.0], [9.0], window=("2026-01", "2026-01"))
    assert (found(result)["rows_both"], found(result)["max_psi"]) == (3, 0.0)
