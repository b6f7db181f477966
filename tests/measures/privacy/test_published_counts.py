# SPDX-License-Identifier: Apache-2.0
"""Tables of counts: small cells, cells found by subtraction, and differences between tables."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from typing import Any

import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.published_counts import published_counts
from shirube.terms.errors import Problem, Problems

NAMES = ["area", "sex", "people"]
#          m    f   all
# north   12    X    14     f = 14 - 12 = 2
# south    X    9     X     m = 15 - 12 = 3, all = 3 + 9 = 12
# all     15   11    26
TABLE = [
    ("north", "m", "12"), ("north", "f", "X"), ("north", "計", "14"),
    ("south", "m", "X"), ("south", "f", "9"), ("south", "計", "X"),
    ("計", "m", "15"), ("計", "f", "11"), ("計", "計", "26"),
]  # fmt: skip


def measured(rows: list[Any], then: list[Any] | None = None, **given: Any) -> Any:
    names = given.pop("then_names", NAMES)
    types = given.pop("then_types", {})
    earlier = small_tables.source(names, then, **types) if then is not None else None
    source = small_tables.source(NAMES, rows, **given.pop("types", {}))
    return published_counts(source, count="people", earlier=earlier, **given)


def found(*tables: Any, **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(*tables, **given))


def test_a_withheld_cell_is_found_from_its_line_and_then_another() -> None:
    values = found(TABLE)
    assert values == {
        "rows": 9, "cells": 9, "small_cells": 0, "withheld_cells": 3, "recovered_cells": 1,
        "sets": None, "small_differences": None, "exposed_people": None,
    }  # fmt: skip
    # Up to four people are few: now the three men of the south are as well.
    assert found(TABLE, floor=4)["recovered_cells"] == 2
    assert found([row for row in TABLE if row[0] != "計"])["recovered_cells"] == 1
    assert found([row for row in TABLE if "計" not in row])["recovered_cells"] == 0


def test_two_withheld_in_every_line_stay_so() -> None:
    rows = [(area, sex, "X" if area != "計" and sex != "計" else "20") for area, sex, _n in TABLE]
    assert found(rows)["recovered_cells"] == 0


def test_how_counts_are_written() -> None:
    rows = [("a", "m", "1,200"), ("a", "f", "-"), ("b", "m", "２"), ("b", "f", "…")]
    values = found(rows)
    assert (values["small_cells"], values["withheld_cells"]) == (1, 1)
    numbers = found([("a", "m", 2), ("a", "f", None)], types={"people": "BIGINT"})
    assert (numbers["small_cells"], numbers["withheld_cells"]) == (1, 1)


def test_one_more_man_in_the_north_than_last_month_is_seen_in_every_set() -> None:
    then = [("north", "m", "11"), ("north", "f", "2"), ("south", "m", "3"), ("south", "f", "9")]
    result = measured(TABLE, then)
    assert result.details[0].rows == (
        ("area + sex", 4, 1, 1.0), ("area", 2, 1, 1.0), ("sex", 2, 1, 1.0), (None, 1, 1, 1.0),
    )  # fmt: skip
    assert small_tables.values(result)["exposed_people"] == 1
    # The same earlier table, told person by person.
    people = [(area, sex, 30) for area, sex, n in then for _person in range(int(n))]
    given = {"then_names": ["area", "sex", "age"], "then_types": {"age": "BIGINT"}}
    assert measured(TABLE, people, **given).details[0].rows == result.details[0].rows


def test_a_dimension_that_only_one_table_has_is_added_up() -> None:
    then = [("north", "young", "5"), ("north", "old", "8"), ("south", "old", "12")]
    result = measured(TABLE, then, then_names=["area", "age", "people"])
    assert result.details[0].rows == (("area", 2, 1, 1.0), (None, 1, 1, 1.0))
    with pytest.raises(Problem, match="at most 8"):
        wide = [*"abcdefghi", "people"]
        row = [("x",) * 9 + ("3",)]
        source = small_tables.source(wide, row)
        published_counts(source, count="people", earlier=small_tables.source(wide, row))


people = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("mf")), min_size=1, max_size=30)


def table_of(persons: list[Any]) -> list[Any]:
    return [(*cell, str(number)) for cell, number in Counter(persons).items()]


@settings(max_examples=3)
@given(people, people, st.integers(1, 6))
def test_differences_are_those_of_all_margins(now: list[Any], then: list[Any], floor: int) -> None:
    small = []
    for size in range(3):
        for chosen in combinations((0, 1), size):
            here, there = (
                Counter(tuple(one[at] for at in chosen) for one in persons)
                for persons in (now, then)
            )
            apart = [abs(here[each] - there[each]) for each in here | there]
            small.append([each for each in apart if 1 <= each < floor])
    values = found(table_of(now), table_of(then), floor=floor)
    assert values["small_differences"] == sum(map(len, small))
    assert values["exposed_people"] == max(map(sum, small))
    assert values["small_cells"] == sum(1 <= each < floor for each in Counter(now).values())
    turned = [("L" + area, sex, number) for area, sex, number in table_of(now)[::-1]]
    renamed = [("L" + area, sex, number) for area, sex, number in table_of(then)]
    assert found(turned, renamed, floor=floor) == values


@settings(max_examples=4)
@given(people, st.data())
def test_what_is_recovered_is_true(now: list[Any], data: st.DataObject) -> None:
    # Every cell and margin of 3 areas and 2 sexes; some inner cells withheld.
    counts = Counter(now)
    full = {}
    for area, sex in product(["x", "y", "z", "Total"], ["m", "f", "Total"]):
        areas, sexes = "xyz" if area == "Total" else area, "mf" if sex == "Total" else sex
        full[area, sex] = sum(counts[one] for one in product(areas, sexes))
    inner = [cell for cell in full if "Total" not in cell]
    hidden = data.draw(st.sets(st.sampled_from(inner)))
    rows = [(*cell, "*" if cell in hidden else str(number)) for cell, number in full.items()]
    # By hand: the lines of area and sex, again and again, until nothing is new.
    unknown = set(hidden)
    while True:
        alone = {
            cell for cell in unknown for at in (0, 1)
            if [other for other in unknown if other[at] == cell[at]] == [cell]
        }  # fmt: skip
        if not alone:
            break
        unknown -= alone
    values = found(rows, floor=100)
    assert values["withheld_cells"] == len(hidden)
    assert values["recovered_cells"] == sum(full[cell] >= 1 for cell in hidden - unknown)


def test_wrong_arguments_and_empty_tables() -> None:
    with pytest.raises(Problems) as told:
        measured(TABLE, dimensions=(), floor=0)
    assert "No column makes a cell" in str(told.value)
    assert set(found([]).values()) == {None}
    other = measured(TABLE, [("x", "1")], then_names=["job", "people"])
    reasons = {value.name: value.reason for value in other.values}
    assert "share no dimension" in reasons["sets"].en
