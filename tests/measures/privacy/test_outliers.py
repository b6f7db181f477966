# SPDX-License-Identifier: Apache-2.0
"""Records that numbers set apart: alone in a column, or unusual in how they go together."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import small_tables

from shirube.measures.privacy.outliers import outliers
from shirube.terms.errors import Problems

NAMES = ["age", "pension", "town"]
TYPES = {"age": "BIGINT", "pension": "DOUBLE"}


def people(count: int = 400) -> list[Any]:
    # Pension follows age with some noise; both are spread as a normal variable is.
    dice = random.Random(11)  # noqa: S311 (a fixed world)
    ages = [round(dice.gauss(55, 12)) for _person in range(count)]
    return [(age, age * 10 + dice.gauss(0, 60), "x") for age in ages]


def measured(rows: list[Any], **given: Any) -> Any:
    # Two deviations: near the ends of 400 people even the normal ones are few.
    return outliers(small_tables.source(NAMES, rows, **TYPES), **{"reach": 2.0, **given})


def found(rows: list[Any], **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(rows, **given))


def test_one_very_old_person_is_alone_and_five_are_not() -> None:
    assert found(people())["lone_values"] == 0
    # The deviation is about 12 years, so nobody is near 139.
    alone = found([*people(), (139, 1390.0, "x")])
    assert (alone["lone_values"], alone["lone_columns"]) == (2, 2)
    assert found([*people(), *[(139, 1390.0, "x")] * 5])["lone_values"] == 0


def test_a_child_with_a_pension_is_unusual_though_both_numbers_are_common() -> None:
    child = (30, 800.0, "x")
    result = measured([*people(), child])
    values = small_tables.values(result)
    assert (values["lone_values"], values["unusual_records"]) == (0, 1)
    assert values["unusual_share"] == 1 / 401
    assert sum(row[4] for row in result.details[0].rows) == 1
    # Five such records share their combination; then none of them is set apart.
    assert found([*people(), *[child] * 5])["unusual_records"] == 0
    assert found([*people(), *[child] * 4])["unusual_records"] == 4


def test_units_order_and_increasing_scales_do_not_matter_for_combinations() -> None:
    rows = [*people(), (30, 800.0, "x")]
    exponential = [(age, float(np.exp(pension / 200)), town) for age, pension, town in rows[::-1]]
    assert found(exponential)["unusual_records"] == found(rows)["unusual_records"] == 1


def test_rows_that_lack_a_number_are_judged_by_column_only() -> None:
    rows = [*people(), (None, 800.0, "x"), (139, None, "x"), (None, float("nan"), "x")]
    values = found(rows)
    assert (values["judged_records"], values["lone_values"]) == (400, 1)


def test_a_table_without_numbers_has_no_outlier_and_one_without_rows_no_value() -> None:
    texts = small_tables.values(outliers(small_tables.source(["a"], [("x",)] * 3)))
    assert (texts["columns"], texts["lone_values"], texts["unusual_records"]) == (0, 0, 0)
    assert texts["unusual_share"] is None
    assert set(found([]).values()) == {None}
    constant = found([(30, 1.0, "x")] * 9)
    assert (constant["lone_values"], constant["unusual_records"]) == (0, 0)


def test_wrong_arguments_are_told_together() -> None:
    with pytest.raises(Problems) as told:
        measured(people(5), columns=("town", "none"), floor=0, reach=0.0, significance=1.0)
    text = str(told.value)
    for part in ("holds no numbers", "'none'", "floor is 0", "reach is 0", "significance is 1"):
        assert part in text
