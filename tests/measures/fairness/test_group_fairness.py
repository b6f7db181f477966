# SPDX-License-Identifier: Apache-2.0
"""Rates of groups in small worlds worked out by hand, and what must hold in every world."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube import measures, texts
from shirube.measures.fairness.group_fairness import group_fairness
from shirube.terms.cells import GroupCells
from shirube.terms.errors import Problem, ShirubeError
from shirube.terms.manifest import Declaration
from shirube.terms.measurement import Result
from shirube.terms.source import Table

Row = tuple[tuple[str | None, ...], int, int]  # attribute values, label, prediction (-1 = none)


class World:
    """A handful of rows that answers like a source."""

    def __init__(self, rows: list[Row], scores: list[float] | None = None) -> None:
        self.rows, self.scores = rows, scores
        self.table = Table(dataset="d", files=("d.csv",), format="csv", digests=("00",), sizes=(1,))

    def group_cells(
        self,
        attributes: tuple[str, ...],
        *,
        prediction: str,
        label: str | None = None,
        score: str | None = None,
    ) -> GroupCells:
        bins = [min(int(each * 10), 9) for each in self.scores or [0.0] * len(self.rows)]
        keys = list(zip(self.rows, bins, strict=True)) if score else [(row, 0) for row in self.rows]
        counted = Counter(keys)
        total: Counter[object] = Counter()
        for key, each in zip(keys, self.scores or [0.0] * len(keys), strict=True):
            total[key] += each
        cells = list(counted)
        return GroupCells(
            attributes={
                name: [cell[0][0][n] for cell in cells] for n, name in enumerate(attributes)
            },
            label=np.asarray([cell[0][1] if label else -1 for cell in cells], np.int8),
            prediction=np.asarray([cell[0][2] for cell in cells], np.int8),
            count=np.asarray([counted[cell] for cell in cells], np.int64),
            rows=len(self.rows),
            score_sum=np.asarray([total[cell] for cell in cells]) if score else None,
            score_bin=np.asarray([cell[1] for cell in cells], np.int16) if score else None,
        )


def found(result: Result) -> dict[str, object]:
    return {value.name: value.value for value in result.values}


def world(**groups: tuple[int, int, int, int]) -> list[Row]:
    """Build rows from group=(true positives, false positives, false negatives, true negatives)."""
    rows: list[Row] = []
    for group, (tp, fp, fn, tn) in groups.items():
        rows += [((group,), 1, 1)] * tp + [((group,), 0, 1)] * fp
        rows += [((group,), 1, 0)] * fn + [((group,), 0, 0)] * tn
    return rows


# F: 10 rows, selected 4/10, TPR 3/4, FPR 1/6, precision 3/4.
# M: 10 rows, selected 6/10, TPR 4/5, FPR 2/5, precision 4/6.
TWO = world(F=(3, 1, 1, 5), M=(4, 2, 1, 3))


def test_two_groups_by_hand():
    result = group_fairness(
        World(TWO), attributes=("sex",), prediction="p", label="y", min_group=1, replicates=200
    )
    values = found(result)
    assert values.pop("max_calibration_gap") is None
    expected = {
        "rows": 20,
        "groups": 2,
        "groups_estimable": 2,
        "max_selection_rate_difference": 0.2,
        "min_selection_rate_ratio": 4 / 6,
        "max_tpr_difference": 0.05,
        "max_fpr_difference": 2 / 5 - 1 / 6,
        "max_precision_difference": 3 / 4 - 4 / 6,
        "max_equalized_odds_difference": 2 / 5 - 1 / 6,
    }
    assert values == pytest.approx(expected, abs=1e-12)
    (table,) = result.details
    rows = {row[0]: row for row in table.rows}
    assert rows["sex=F"][1:3] == (10, pytest.approx(0.4))
    assert rows["sex=M"][1:3] == (10, pytest.approx(0.6))


def test_when_zero_is_favourable_yes_and_no_change_places():
    # For 0: F is "selected" 6/10, M 4/10; "TPR" F 5/6, M 3/5; "FPR" F 1/4, M 1/5.
    result = group_fairness(
        World(TWO),
        attributes=("sex",),
        prediction="p",
        label="y",
        favourable=0,
        min_group=1,
        replicates=50,
    )
    values = found(result)
    assert values["max_selection_rate_difference"] == pytest.approx(0.2)
    assert values["max_tpr_difference"] == pytest.approx(5 / 6 - 3 / 5)
    assert values["max_fpr_difference"] == pytest.approx(1 / 4 - 1 / 5)


def test_an_intersection_can_hide_behind_equal_attributes():
    # By sex and by age half of each is selected; young women and old men always, the others never.
    rows: list[Row] = [
        (("F", "young"), -1, 1),
        (("F", "old"), -1, 0),
        (("M", "young"), -1, 0),
        (("M", "old"), -1, 1),
    ] * 40
    result = group_fairness(World(rows), attributes=("sex", "age"), prediction="p", replicates=50)
    assert found(result)["groups"] == 8
    assert found(result)["max_selection_rate_difference"] == 1.0
    assert found(result)["min_selection_rate_ratio"] == 0.0
    interval = result.values[3].interval
    assert interval is not None
    assert interval.low < 1.0  # a rate of 0 or 1 is not known exactly


def test_a_small_group_takes_no_part_and_is_not_shown():
    rows = world(F=(30, 0, 0, 30), M=(30, 0, 0, 30), X=(1, 0, 0, 0))
    result = group_fairness(
        World(rows), attributes=("sex",), prediction="p", label="y", replicates=50
    )
    assert found(result)["groups"] == 3
    assert found(result)["groups_estimable"] == 2
    assert found(result)["max_selection_rate_difference"] == 0.0
    assert [row[0] for row in result.details[0].rows] == ["sex=F", "sex=M"]


def test_calibration_is_the_mean_score_less_the_share_of_outcomes():
    # F: mean score 0.3, outcomes 0.5 -> -0.2; M: 0.6 against 0.5 -> 0.1.
    rows = [(("F",), n % 2, 1) for n in range(40)] + [(("M",), n % 2, 1) for n in range(40)]
    scores = [0.3] * 40 + [0.6] * 40
    result = group_fairness(
        World(rows, scores),
        attributes=("sex",),
        prediction="p",
        label="y",
        score="s",
        replicates=50,
    )
    assert found(result)["max_calibration_gap"] == pytest.approx(0.2)


def test_without_labels_error_rates_say_why_they_are_missing():
    result = group_fairness(
        World(TWO), attributes=("sex",), prediction="p", min_group=1, replicates=50
    )
    reasons = {value.name: value.reason.en for value in result.values if value.value is None}
    assert set(reasons.values()) == {"No label was given."}
    assert "max_tpr_difference" in reasons


def test_no_rows_and_one_row_end_as_not_estimable():
    for rows in ([], TWO[:1]):
        result = group_fairness(
            World(rows), attributes=("sex",), prediction="p", label="y", replicates=10
        )
        values = {value.name: value for value in result.values}
        assert values["max_selection_rate_difference"].value is None
        assert values["max_selection_rate_difference"].reason
        assert values["rows"].value == len(rows)


def test_equal_seeds_give_equal_results():
    one, two = (
        group_fairness(
            World(TWO), attributes=("sex",), prediction="p", label="y", min_group=1, seed=7
        )
        for _again in range(2)
    )
    assert one == two


def test_a_wrong_argument_is_told():
    with pytest.raises(Problem, match="favourable must be 0 or 1"):
        group_fairness(World(TWO), attributes=("sex",), prediction="p", favourable=2)


counts = st.tuples(*[st.integers(0, 12)] * 4)


@settings(max_examples=60, deadline=None)
@given(
    groups=st.dictionaries(st.sampled_from(["a", "b", "c"]), counts, min_size=1, max_size=3),
    seed=st.integers(0, 9),
)
def test_rates_lie_in_their_intervals_and_within_0_and_1(groups, seed):
    result = group_fairness(
        World(world(**groups)),
        attributes=("g",),
        prediction="p",
        label="y",
        min_group=1,
        replicates=40,
        seed=seed,
    )
    for value in result.values[3:]:
        if value.value is None:
            assert value.reason
            continue
        assert value.interval is not None
        assert 0 <= value.interval.low <= value.value <= value.interval.high <= 1
    for row in result.details[0].rows:
        assert all(np.isnan(cell) or 0 <= cell <= 1 for cell in row[2:])


@settings(max_examples=30, deadline=None)
@given(
    groups=st.dictionaries(st.sampled_from(["a", "b"]), counts, min_size=1, max_size=2),
    data=st.data(),
)
def test_the_order_of_rows_does_not_matter(groups, data):
    rows = world(**groups)
    shuffled = data.draw(st.permutations(rows))
    one, two = (
        group_fairness(
            World(each), attributes=("g",), prediction="p", label="y", min_group=1, replicates=20
        )
        for each in (rows, shuffled)
    )
    assert str(one) == str(two)


@given(st.permutations(range(60)))
def test_the_order_of_cells_does_not_move_the_interval_of_calibration(order):
    # Scores are sums of powers of two, so that their sums are exact in any order.
    rows: list[Row] = [(("FM"[n % 2],), n % 3 % 2, n % 5 % 2) for n in range(60)]
    scores = [(0.125, 0.25, 0.5, 0.75)[n % 4] for n in range(60)]
    one, two = (
        group_fairness(
            World([rows[n] for n in places], [scores[n] for n in places]),
            attributes=("sex",),
            prediction="p",
            label="y",
            score="s",
            min_group=1,
            replicates=20,
        )
        for places in (range(60), order)
    )
    assert one.values[-1].interval is not None
    assert str(one) == str(two)


def test_the_runner_writes_plain_numbers_and_keeps_failures():
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    declared = Declaration(
        id="m",
        measure="group_fairness",
        dataset="d",
        arguments={"attributes": ["sex"], "prediction": "p", "replicates": 20},
    )
    measurement = measures.run(declared, World(TWO), engine="none", now=now)
    assert measurement.failure == ""
    assert measurement.arguments["min_group"] == 30
    assert measurement.value("max_selection_rate_difference").reason
    json.dumps([value.value for value in measurement.values])
    broken = Declaration(
        id="m",
        measure="group_fairness",
        dataset="d",
        arguments={"attributes": [], "prediction": "p"},
    )
    failed = measures.run(broken, World(TWO), engine="none", now=now)
    assert "At least one attribute" in failed.failure
    assert failed.values == ()
    assert failed.key != measurement.key


def test_a_failure_is_sealed_in_the_same_words_whoever_measured():
    declared = Declaration(
        id="m",
        measure="group_fairness",
        dataset="d",
        arguments={"attributes": [], "prediction": "p"},
    )
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    told = set()
    for language in texts.LANGUAGES:
        with texts.using(language):
            told.add(measures.run(declared, World(TWO), engine="none", now=now).failure)
    (failure,) = told
    assert "At least one attribute" in failure
    assert "属性" in failure
    with pytest.raises(ShirubeError):
        measures.run(declared, World(TWO), engine="none", now=now, record_failure=False)
