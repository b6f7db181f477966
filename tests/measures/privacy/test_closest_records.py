# SPDX-License-Identifier: Apache-2.0
"""Distances by hand, by their definition in plain Python, and where the answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.attacks.closest import nearer_to_original
from shirube.measures.privacy.attacks.tables import Coded
from shirube.measures.privacy.closest_records import PRODUCES, closest_records
from shirube.terms.errors import Problems

Rows = list[tuple[Any, ...]]


def measured(release: Rows, original: Rows, control: Rows | None = None, **asked: Any) -> Any:
    def table(rows: Rows) -> Any:
        return small_tables.source(["age", "city"], rows, age="BIGINT")

    given = {"control": table(control)} if control is not None else {}
    return closest_records(table(release), original=table(original), **given, **asked)


def test_distances_by_hand() -> None:
    # Ages reach from 20 to 60, so a year is 1/40; two columns, so a distance is halved.
    # (30, x): a copy (0), then (40, x): 10/40/2 = 0.125; ratio 0. To (60, z): (0.75 + 1)/2 = 0.875.
    # (44, y): (40, x): (0.1 + 1)/2 = 0.55, then (30, x): (0.35 + 1)/2 = 0.675; ratio 0.8148.
    #   To (60, z): (0.4 + 1)/2 = 0.7, to (20, x): (0.6 + 1)/2 = 0.8. Both are nearer the original.
    # The quantile q of two numbers a < b is a + q (b - a). Baseline: 2 rows of 4.
    result = measured([(30, "x"), (44, "y")], [(30, "x"), (40, "x")], [(60, "z"), (20, "x")])
    found = small_tables.values(result)
    assert found["copied_share"] == 0.5
    assert found["distance_median"] == pytest.approx(0.275)
    assert found["distance_low"] == pytest.approx(0.05 * 0.55)
    assert found["ratio_low"] == pytest.approx(0.05 * 0.55 / 0.675)
    assert found["control_copied_share"] == 0
    # (30, x) lies 10/40/2 = 0.125 from (20, x), and (44, y) 0.7 from (60, z).
    assert found["control_distance_median"] == pytest.approx((0.125 + 0.7) / 2)
    assert (found["nearer_share"], found["remembered"]) == (1, 1)
    values = {value.name: value for value in result.values}
    assert values["nearer_share"].baseline == 0.5
    assert values["remembered"].interval.high == 1


people = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 4)), st.sampled_from("abc")),
    min_size=1,
    max_size=7,
)


@settings(max_examples=12)
@given(people, people, people, st.randoms(use_true_random=False))
def test_it_is_the_definition_whatever_the_order_and_the_names(
    release: Rows, original: Rows, control: Rows, random: Any
) -> None:
    ages = [age for age, _city in (*release, *original, *control) if age is not None]
    width = max(ages) - min(ages) if ages else 0

    def apart(one: Any, two: Any) -> float:
        if one[0] is None or two[0] is None:
            years = float(one[0] is not two[0])
        else:
            years = abs(one[0] - two[0]) / (width or 1)
        return (years + (one[1] != two[1])) / 2

    found = small_tables.values(measured(release, original, control))
    for prefix, table in (("", original), ("control_", control)):
        nearest = sorted(min(apart(row, other) for other in table) for row in release)
        assert found[f"{prefix}copied_share"] == nearest.count(0) / len(release)
        assert found[f"{prefix}distance_median"] == pytest.approx(np.median(nearest))
    surely = [
        min(apart(r, o) for o in original) - min(apart(r, c) for c in control) for r in release
    ]
    share = found["nearer_share"] * len(release)
    assert round(share) == pytest.approx(share)
    assert sum(gap < -1e-9 for gap in surely) <= round(share) <= sum(gap < 1e-9 for gap in surely)

    cities = dict(zip("abc", random.sample("xyz", 3), strict=True))
    tables = [[(age, cities[city]) for age, city in rows] for rows in (release, original, control)]
    for rows in tables:
        random.shuffle(rows)
    again = small_tables.values(measured(*tables))
    chance = {"nearer_share", "remembered"}  # among equally near rows one is drawn
    assert {name: again[name] for name in again.keys() - chance} == {
        name: found[name] for name in found.keys() - chance
    }


def _coded(rows: Rows) -> Coded:
    return Coded(("c",), (False,), np.asarray(rows, float).reshape(1, -1), (0.0,))


def test_equally_near_rows_are_drawn_in_proportion() -> None:
    # All rows are equal: 3 of 4 belong to the original, and so do 3 of 4 draws.
    rng = np.random.default_rng(5)
    drawn = [
        nearer_to_original(_coded([1]), _coded([1, 1, 1]), _coded([1]), rng)[0] for _ in range(600)
    ]
    assert 0.68 < np.mean(drawn) < 0.82  # four standard errors are 0.07


def test_people_drawn_alike_are_not_remembered_and_copies_are() -> None:
    rng = np.random.default_rng(3)
    draws = [(int(age), str(city)) for age, city in rng.integers(0, 400, size=(900, 2))]
    release, original, control = draws[:300], draws[300:700], draws[700:]
    drawn = {value.name: value for value in measured(release, original, control).values}
    assert drawn["nearer_share"].baseline == pytest.approx(2 / 3)
    assert drawn["remembered"].interval.low == 0
    copies = [*original[:150], *release[:150]]
    found = {value.name: value for value in measured(copies, original, control).values}
    # Half of the records are copies; of the others 2 of 3 are nearer the original by chance.
    assert found["remembered"].interval.low < 0.5 < found["remembered"].interval.high


def test_without_a_control_distances_are_told_and_no_risk() -> None:
    result = measured([(1, "a")], [(1, "a")])
    found = small_tables.values(result)
    assert found["copied_share"] == 1
    assert found["ratio_low"] is None  # there is no second nearest
    assert found["remembered"] is None
    assert found["control_distance_median"] is None
    assert all(value.reason for value in result.values if value.value is None)


@pytest.mark.parametrize("empty", range(3))
def test_a_table_without_rows_has_reasons(empty: int) -> None:
    tables: list[Rows] = [[(1, "a")], [(2, "b")], [(3, "c")]]
    tables[empty] = []
    result = measured(*tables)
    assert [value.name for value in result.values] == [name.name for name in PRODUCES]
    assert small_tables.values(result)["remembered"] is None
    assert all(value.reason for value in result.values if value.value is None)


def test_wrong_arguments_are_named_together() -> None:
    with pytest.raises(Problems) as raised:
        measured([(1, "a")], [(1, "a")], columns=("age", "zip"))
    assert "zip" in str(raised.value)
    with pytest.raises(Problems):
        measured([(1, "a")], [(1, "a")], compared=0, most_rows=0)
