# SPDX-License-Identifier: Apache-2.0
"""Rare values and extremes: by hand, by definition, and never by their value."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.rare_values import rare_values
from shirube.terms.errors import Problems


def measured(rows: list[tuple[Any, ...]], **given: Any) -> Any:
    table = small_tables.source(["job", "age"], rows, age="BIGINT")
    return rare_values(table, **given)


def found(rows: list[tuple[Any, ...]], **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(rows, **given))


def test_one_astronaut_and_one_centenarian_by_hand() -> None:
    # Of 12 clerks ten are 30 and two are 40; the astronaut is 105. Rare below 3: astronaut, and the
    # ages 40 (2) and 105 (1). The oldest age belongs to one person: an extreme.
    rows = [("clerk", 30)] * 10 + [("clerk", 40)] * 2 + [("astronaut", 105)]
    assert found(rows, floor=3) == {
        "rows": 13, "columns": 2, "columns_left_out": 0, "rare_columns": 2, "rare_values": 3,
        "rare_share": 3 / 13, "extreme_columns": 1, "fine_columns": 0,
    }  # fmt: skip
    (table,) = measured(rows, floor=3).details
    assert [row[:3] for row in table.rows] == [("age", 3, 2), ("job", 1, 1)]
    assert not {"astronaut", 105} & {cell for row in table.rows for cell in row}


def test_a_top_coded_age_has_no_extreme() -> None:
    rows = [("clerk", 30)] * 5 + [("clerk", 90)] * 5
    values = found(rows)
    assert (values["rare_values"], values["extreme_columns"]) == (0, 0)


def test_exact_amounts_are_judged_by_their_ends() -> None:
    # Twenty different amounts in 24 rows; the smallest and the largest occur three times.
    rows = [("x", amount) for amount in [0, 0, *range(20), 19, 19]]
    values = found(rows, floor=3)
    assert (values["fine_columns"], values["rare_values"], values["extreme_columns"]) == (1, 0, 0)
    assert found(rows, floor=4)["extreme_columns"] == 1


cells = st.lists(st.tuples(st.sampled_from(["p", "q", "r", None]), st.just(1)), min_size=1)


@settings(max_examples=8)
@given(cells, st.integers(1, 6))
def test_rare_is_what_fewer_than_the_floor_have(rows: list[Any], floor: int) -> None:
    counts = [n for value, n in Counter(row[0] for row in rows).items() if value is not None]
    values = found(rows, floor=floor, columns=("job",))
    assert values["rare_values"] == sum(n < floor for n in counts)
    assert values["rare_share"] == sum(n for n in counts if n < floor) / len(rows)
    assert values == found(rows[::-1], floor=floor, columns=("job",))


def test_merging_rare_values_never_makes_more_of_them() -> None:
    jobs = ["clerk"] * 6 + ["nurse"] * 2 + ["pilot"] * 3
    merged = [job if job == "clerk" else "other" for job in jobs]
    before, after = ([(job, 1) for job in each] for each in (jobs, merged))
    assert (found(before)["rare_values"], found(after)["rare_values"]) == (2, 0)


def test_values_that_are_all_unique_are_all_rare() -> None:
    values = found([(f"job {n}", n) for n in range(8)])
    assert (values["rare_values"], values["rare_share"], values["fine_columns"]) == (8, 1.0, 1)


def test_an_empty_table_and_an_empty_column() -> None:
    assert set(found([]).values()) == {None}
    values = found([(None, None)] * 3)
    assert (values["rare_values"], values["extreme_columns"]) == (0, 0)


def test_wrong_arguments_and_columns_left_out() -> None:
    assert found([("x", 1)], columns=("age",))["columns_left_out"] == 1
    with pytest.raises(Problems) as caught:
        found([("x", 1)], columns=("shoe",), floor=0)
    assert "shoe" in str(caught.value)
    assert "floor is 0" in str(caught.value)
