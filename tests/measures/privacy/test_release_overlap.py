# SPDX-License-Identifier: Apache-2.0
"""Two releases: what subtracting one from the other shows."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.release_overlap import release_overlap
from shirube.terms.errors import Problems

NAMES = ["age", "illness"]
MAY = [("30s", "flu")] * 10 + [("40s", "cold")] * 8
JUNE = [("30s", "flu")] * 11 + [("40s", "cold")] * 8 + [("50s", "flu")] * 9


def measured(now: list[Any], then: list[Any], **given: Any) -> Any:
    return release_overlap(
        small_tables.source(NAMES, now),
        earlier=small_tables.source(NAMES, then),
        **{"quasi_identifiers": ("age",), "sensitive": ("illness",), **given},
    )


def found(now: list[Any] = JUNE, then: list[Any] = MAY, **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(now, then, **given))


def test_one_newcomer_is_seen_with_the_illness() -> None:
    # 30s with flu: 11 - 10 = 1 person. 40s: no change. 50s: nine newcomers, not few.
    assert found() == {
        "rows": 28, "earlier_rows": 18, "cells": 3, "shared_cells": 2, "overlap_share": 18 / 28,
        "small_differences": 1, "exposed_records": 1, "stable_codes": 0,
    }  # fmt: skip


def test_one_goes_and_another_comes() -> None:
    # The class keeps its size; by the illness both are seen.
    then = [("30s", "flu")] * 10 + [("30s", "cold")] * 10
    now = [("30s", "flu")] * 9 + [("30s", "cold")] * 11
    assert found(now, then)["exposed_records"] == 2
    assert found(now, then, sensitive=())["exposed_records"] == 0


rows = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), min_size=1, max_size=14)


@settings(max_examples=4)
@given(rows, rows, st.integers(1, 6))
def test_it_is_the_sum_of_small_differences(now: list[Any], then: list[Any], floor: int) -> None:
    here, there = Counter(now), Counter(then)
    differences = [abs(here[each] - there[each]) for each in here | there]
    values = found(now[::-1], then, floor=floor)
    assert values["exposed_records"] == sum(each for each in differences if 0 < each < floor)
    back = found(then, now, floor=floor)
    assert values["small_differences"] == back["small_differences"]


def test_equal_releases_expose_nobody_and_the_histogram_counts_every_cell() -> None:
    result = measured(MAY, MAY)
    assert small_tables.values(result)["exposed_records"] == 0
    assert sum(row[3] for row in result.details[0].rows) == 2


def test_a_code_that_stays_follows_the_person() -> None:
    names = ["id", "age"]
    now = small_tables.source(names, [(f"A{n}", "30s") for n in range(20)])
    then = small_tables.source(names, [(f"A{n}", "30s") for n in range(10, 30)])
    fresh = small_tables.source(names, [(f"B{n}", "30s") for n in range(20)])
    for earlier, stable in ((then, 1), (fresh, 0)):
        result = release_overlap(now, earlier=earlier, quasi_identifiers=("age",))
        assert small_tables.values(result)["stable_codes"] == stable
        assert result.details[1].rows == ((("id", 10),) if stable else ())


def test_values_that_change_places_are_other_classes() -> None:
    # (a, b) here and (b, a) there are nobody in common, though the same values occur.
    columns = {"quasi_identifiers": ("age", "illness"), "sensitive": ()}
    assert found([("a", "b")], [("b", "a")], **columns)["shared_cells"] == 0
    assert found([("a", None)], [(None, "a")], **columns)["shared_cells"] == 0
    assert found([("a", "b")], [("a", "b")], **columns)["shared_cells"] == 1


def test_releases_in_different_forms_are_told() -> None:
    # 31 and 38 in one release, a band of ten years in the other: nothing can be subtracted.
    now = small_tables.source(["age"], [("31",), ("38",)])
    then = small_tables.source(["age"], [("30-39",), ("30-39",)])
    result = release_overlap(now, earlier=then, quasi_identifiers=("age",))
    assert "coarser" in result.notes[0].en
    assert release_overlap(now, earlier=now, quasi_identifiers=("age",)).notes == ()


def test_an_empty_release_cannot_be_judged() -> None:
    for values in (found([], MAY), found(JUNE, [])):
        assert values["exposed_records"] is None
        assert values["stable_codes"] is None


def test_a_column_must_stand_in_both() -> None:
    with pytest.raises(Problems) as caught:
        found(quasi_identifiers=("age", "city"), floor=0)
    assert "city" in str(caught.value)
    assert "floor is 0" in str(caught.value)
