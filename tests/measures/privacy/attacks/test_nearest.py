# SPDX-License-Identifier: Apache-2.0
"""Nearest rows by Gower's distance: by hand, and against the definition written out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.attacks.nearest import nearest
from shirube.measures.privacy.attacks.tables import MISSING, Coded

NUMBER, CATEGORY = True, False


def table(rows: list[list[float]], numeric: tuple[bool, ...], ranges: tuple[float, ...]) -> Coded:
    names = tuple(f"c{at}" for at in range(len(numeric)))
    values = np.asarray(rows, np.float64).reshape(-1, len(numeric)).T
    return Coded(names, numeric, np.ascontiguousarray(values), ranges)


@pytest.mark.parametrize("fast", [True, False])
def test_categories_that_differ_and_shares_of_the_range_add_up(fast: bool) -> None:
    # Range of ages 40. Target (age 30, city 0):
    #   (50, 0): 20/40 = 0.5    (30, 1): 1    (32, 0): 2/40 = 0.05    (none, 0): 1
    kinds, ranges = (NUMBER, CATEGORY), (40.0, 0.0)
    release = table([[50, 0], [30, 1], [32, 0], [math.nan, 0]], kinds, ranges)
    places, distances = nearest(table([[30, 0]], kinds, ranges), release, [0, 1], 4, fast=fast)
    assert places.tolist() == [[2, 0, 1, 3]]
    assert distances.tolist() == [[0.05, 0.5, 1.0, 1.0]]


@pytest.mark.parametrize("fast", [True, False])
def test_two_missing_values_are_alike_and_only_named_columns_count(fast: bool) -> None:
    kinds, ranges = (NUMBER, CATEGORY, CATEGORY), (1.0, 0.0, 0.0)
    release = table([[0, 0, 7], [math.nan, MISSING, 8]], kinds, ranges)
    target = table([[math.nan, MISSING, 7]], kinds, ranges)
    places, distances = nearest(target, release, [0, 1], 1, fast=fast)
    assert (places.tolist(), distances.tolist()) == ([[1]], [[0.0]])


def gower(a: Any, b: Any, numeric: tuple[bool, ...], ranges: tuple[float, ...]) -> float:
    far = 0.0
    for x, y, number, width in zip(a, b, numeric, ranges, strict=True):
        if not number:
            far += x != y
        elif math.isnan(x) or math.isnan(y):
            far += math.isnan(x) != math.isnan(y)
        else:
            far += abs(x - y) / (width or 1.0)
    return far


@settings(max_examples=30)
@given(st.data())
def test_the_distances_are_those_of_the_definition_and_both_ways_agree(data: Any) -> None:
    kinds = tuple(data.draw(st.lists(st.booleans(), min_size=1, max_size=4)))
    # Codes beyond a byte make the search take its wider codes.
    widest = data.draw(st.sampled_from([3, 400]))
    cell = {
        True: st.sampled_from([0.0, 1.0, 2.5, -4.0, math.nan]),
        False: st.integers(-1, widest).map(float),
    }
    rows = st.lists(st.tuples(*(cell[kind] for kind in kinds)), min_size=1, max_size=8)
    ranges = tuple(6.5 if kind else 0.0 for kind in kinds)
    some, others = data.draw(rows), data.draw(rows)
    targets, release = (table([list(r) for r in each], kinds, ranges) for each in (some, others))
    most = data.draw(st.integers(1, len(others)))
    columns = range(len(kinds))
    places, distances = nearest(targets, release, columns, most)
    slow_places, slow_distances = nearest(targets, release, columns, most, fast=False)
    assert places.tolist() == slow_places.tolist()
    assert distances.tolist() == slow_distances.tolist()
    for own, found in zip(some, distances.tolist(), strict=True):
        expected = sorted(gower(own, each, kinds, ranges) for each in others)[:most]
        assert found == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), min_size=1, max_size=8))
def test_distances_do_not_know_the_names_of_categories(rows: list[tuple[int, int]]) -> None:
    kinds, ranges = (CATEGORY, CATEGORY), (0.0, 0.0)
    renamed = {MISSING: MISSING, 0.0: 2.0, 1.0: 3.0, 2.0: 0.0, 3.0: 1.0}
    plain = table([[float(cell) for cell in row] for row in rows], kinds, ranges)
    other = table([[renamed[float(cell)] for cell in row] for row in rows], kinds, ranges)
    found = [nearest(each.first(1), each, [0, 1], len(rows), fast=False) for each in (plain, other)]
    assert found[0][0].tolist() == found[1][0].tolist()
    assert found[0][1].tolist() == found[1][1].tolist()


@pytest.mark.parametrize("fast", [pytest.param(True, marks=pytest.mark.full), False])
def test_a_table_of_three_hundred_categories_is_no_nearer_for_it(fast: bool) -> None:
    # 300 differences do not fit into a byte: 300 must not look like 44.
    kinds, ranges = (CATEGORY,) * 300, (0.0,) * 300
    release = table([[1.0] * 300, [0.0] * 200 + [1.0] * 100], kinds, ranges)
    places, distances = nearest(
        table([[0.0] * 300], kinds, ranges), release, range(300), 2, fast=fast
    )
    assert (places.tolist(), distances.tolist()) == ([[1, 0]], [[100.0, 300.0]])
