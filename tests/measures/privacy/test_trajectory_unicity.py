# SPDX-License-Identifier: Apache-2.0
"""Unicity: trails that are fixed by one point, by two, by none; and every choice of points."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.trajectory_unicity import trajectory_unicity
from shirube.terms.errors import Problems

Rows = list[tuple[Any, ...]]


def measured(rows: Rows, **given: Any) -> Any:
    table = small_tables.source(["who", "place", "hour"], rows)
    return trajectory_unicity(table, **{"person": "who", "point": ("place", "hour"), **given})


def found(rows: Rows, **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(rows, **given))


ALIKE = [(who, place, "9") for who in "abc" for place in ("home", "work")]
APART = [(who, f"home of {who}", hour) for who in "abc" for hour in ("8", "9")]


def test_people_with_the_same_trail_are_never_fixed_and_with_their_own_always() -> None:
    assert found(ALIKE)["unicity"] == 0.0
    assert found(APART, known_points=1)["unicity"] == 1.0


def test_one_point_is_shared_and_two_are_not() -> None:
    # a: 1 2, b: 2 3, c: 3 1. Every point belongs to two people, every two points to one.
    rows = [("a", "1", "9"), ("a", "2", "9"), ("b", "2", "9"), ("b", "3", "9"), ("c", "3", "9"),
            ("c", "1", "9")]  # fmt: skip
    result = measured(rows, known_points=2)
    assert small_tables.values(result) == {
        "rows": 6, "people": 3, "distinct_points": 3, "average_points": 2.0, "known_points": 2,
        "unicity": 1.0,
    }  # fmt: skip
    assert [row[1] for row in result.details[0].rows] == [0.0, 1.0]


trails = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("123"), st.just("9")),
    min_size=2,
    max_size=12,
)


@settings(max_examples=8)
@given(trails, st.integers(0, 9))
def test_unicity_lies_between_the_luckiest_and_the_unluckiest_choice(rows: Rows, seed: int) -> None:
    where: dict[str, set[str]] = {}
    for who, place, _hour in rows:
        where.setdefault(who, set()).add(place)
    if len(where) < 2:
        return
    fixed = [
        [
            sum(set(chosen) <= other for other in where.values()) == 1
            for chosen in combinations(sorted(own), min(2, len(own)))
        ]
        for own in where.values()
    ]
    low = sum(all(each) for each in fixed) / len(where)
    high = sum(any(each) for each in fixed) / len(where)
    assert low <= found(rows, known_points=2, seed=seed)["unicity"] <= high
    assert found(rows[::-1], known_points=2, seed=seed) == found(rows, known_points=2, seed=seed)


def test_the_interval_is_wilsons() -> None:
    # Three of three people: from 3 / (3 + z²) = 0.4385 to 1.
    value = measured(APART).values[-1]
    assert value.interval is not None
    assert value.interval.low == pytest.approx(0.4385, abs=5e-5)
    assert value.interval.high == 1.0
    assert value.sample_size == 3


def test_a_point_with_a_missing_value_is_none_and_nobody_has_no_name() -> None:
    rows = [*APART, ("a", None, "9"), (None, "home of a", "8")]
    values = found(rows)
    assert (values["people"], values["distinct_points"], values["unicity"]) == (3, 6, 1.0)


def test_one_person_cannot_be_told_from_others() -> None:
    for rows in ([], APART[:2]):
        result = measured(rows)
        assert small_tables.values(result)["unicity"] is None
        assert result.values[-1].reason is not None


def test_draws_are_bounded_and_wrong_arguments_told() -> None:
    assert measured(APART, draws=2).values[-1].sample_size == 2
    with pytest.raises(Problems) as caught:
        measured(APART, person="shoe", point=(), known_points=0)
    for told in ("shoe", "No column makes a point", "known_points is 0"):
        assert told in str(caught.value)
