# SPDX-License-Identifier: Apache-2.0
"""How many rows a predicate fits: against the definition, and whatever counts."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.attacks.predicates import (
    ABOVE,
    ABSENT,
    AT_LEAST,
    AT_MOST,
    BELOW,
    EQUAL,
    PRESENT,
    UNEQUAL,
    Predicates,
    matches,
)
from shirube.measures.privacy.attacks.tables import Coded

MEANING = {
    EQUAL: operator.eq,
    UNEQUAL: operator.ne,
    ABOVE: operator.gt,
    BELOW: operator.lt,
    AT_LEAST: operator.ge,
    AT_MOST: operator.le,
    ABSENT: lambda value, _wanted: math.isnan(value),
    PRESENT: lambda value, _wanted: not math.isnan(value),
}


def predicates(*conditions: list[tuple[int, int, float]]) -> Predicates:
    parts = np.asarray(conditions, np.float64)
    return Predicates(
        parts[:, :, 0].astype(np.int32), parts[:, :, 1].astype(np.int8), parts[:, :, 2].copy()
    )


def table(rows: list[tuple[float, ...]]) -> Coded:
    values = np.ascontiguousarray(np.asarray(rows, np.float64).reshape(-1, 2).T)
    return Coded(("a", "b"), (True, True), values, (1.0, 1.0))


def test_conditions_hold_together() -> None:
    # Rows (a, b): (1, 5), (2, 5), (2, 6), (none, 6).
    world = table([(1, 5), (2, 5), (2, 6), (math.nan, 6)])
    asked = predicates(
        [(0, AT_LEAST, 2.0), (1, EQUAL, 5.0)],  # (2, 5)
        [(0, UNEQUAL, 1.0), (1, AT_LEAST, 0.0)],  # all but the first; a missing value is not 1
        [(0, ABSENT, 0.0), (1, BELOW, 6.0)],  # nothing
        [(0, PRESENT, 0.0), (1, ABOVE, 5.0)],  # (2, 6)
    )
    assert matches(asked, world).tolist() == [1, 3, 0, 1]
    assert matches(asked, world, enough=2).tolist() == [1, 2, 0, 1]


def test_equal_predicates_have_equal_keys_and_zero_has_one_sign() -> None:
    first, other, same = predicates([(1, EQUAL, 0.0)], [(0, EQUAL, 3.0)], [(1, EQUAL, -0.0)]).keys()
    assert first == same
    assert first != other


@settings(max_examples=30)
@given(
    st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, 2.0, math.nan])] * 2), min_size=0, max_size=9),
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 1), st.sampled_from(sorted(MEANING)), st.sampled_from([0.0, 1.0])
            ),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_counts_are_those_of_the_definition_and_both_ways_agree(rows: Any, asked: Any) -> None:
    expected = [
        sum(all(MEANING[asks](row[at], value) for at, asks, value in one) for row in rows)
        for one in asked
    ]
    made, world = predicates(*asked), table(rows)
    assert matches(made, world).tolist() == expected
    assert matches(made, world, fast=False).tolist() == expected
    assert matches(made, world, enough=2).tolist() == [min(each, 2) for each in expected]
