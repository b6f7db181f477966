# SPDX-License-Identifier: Apache-2.0
"""δ-presence: a world by hand, the definition on random tables, and populations that do not fit."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.delta_presence import delta_presence
from shirube.terms.errors import Problems

NAMES = ["age", "city"]
POPULATION = [("30s", "Tokyo")] * 4 + [("40s", "Osaka")] * 2 + [("50s", "Osaka")] * 3
TABLE = [("30s", "Tokyo")] * 3 + [("40s", "Osaka")] * 2


def measured(table: list[Any], population: list[Any], **given: Any) -> Any:
    return delta_presence(
        small_tables.source(NAMES, table),
        population=small_tables.source(NAMES, population),
        **{"quasi_identifiers": tuple(NAMES), **given},
    )


def found(table: list[Any] = TABLE, population: list[Any] = POPULATION, **given: Any) -> Any:
    return small_tables.values(measured(table, population, **given))


def test_three_classes_by_hand() -> None:
    # Present: 3 of 4, 2 of 2, 0 of 3. Both people in their forties are surely in the table.
    assert found() == {
        "rows": 5, "population_rows": 9, "classes": 3, "delta_min": 0.0, "delta_max": 1.0,
        "certain": 2, "outside": 0,
    }  # fmt: skip


rows = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from("xyz")), min_size=1, max_size=12
)


@settings(max_examples=6)
@given(rows, st.data())
def test_it_is_the_share_of_each_class(population: list[Any], data: Any) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(population), max_size=len(population)))
    table = [row for row, keep in zip(population, kept, strict=True) if keep]
    if not table or any(all(row[0] is None for row in each) for each in (table, population)):
        return
    whole, part = Counter(population), Counter(table)
    shares = [part[each] / whole[each] for each in whole]
    values = found(table, population[::-1])
    assert (values["delta_min"], values["delta_max"]) == (min(shares), max(shares))
    assert values["certain"] == sum(part[each] for each in whole if part[each] == whole[each])


def test_coarser_columns_never_raise_the_largest_delta() -> None:
    assert found(quasi_identifiers=("city",))["delta_max"] == 3 / 4
    assert found()["delta_max"] == 1.0


def test_whoever_is_not_in_the_population_makes_delta_mean_nothing() -> None:
    result = measured([*TABLE, ("20s", "Tokyo"), ("40s", "Osaka")], POPULATION)
    values = small_tables.values(result)
    assert (values["outside"], values["delta_max"], values["certain"]) == (2, None, None)
    assert "everybody" in next(v.reason.en for v in result.values if v.name == "delta_max")


def test_empty_tables_have_no_delta() -> None:
    assert found([])["delta_max"] is None
    assert found([], [])["delta_max"] is None
    assert found(population=[])["delta_max"] is None


def test_a_column_without_values_makes_nobody_safe() -> None:
    assert found([(None, "x")], [(None, "x"), (None, "x")])["delta_max"] is None


def test_a_column_must_stand_in_both_tables() -> None:
    other = small_tables.source(["age"], [("30s",)])
    with pytest.raises(Problems, match="city"):
        delta_presence(
            small_tables.source(NAMES, TABLE), population=other, quasi_identifiers=("age", "city")
        )
    with pytest.raises(Problems, match="No quasi-identifier"):
        found(quasi_identifiers=())


def test_a_number_is_the_same_person_whatever_its_type() -> None:
    whole = small_tables.source(["age"], [(30,), (40,)], age="BIGINT")
    table = small_tables.source(["age"], [(30.0,)], age="DOUBLE")
    result = delta_presence(table, population=whole, quasi_identifiers=("age",))
    assert small_tables.values(result)["outside"] == 0
