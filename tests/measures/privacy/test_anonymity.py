# SPDX-License-Identifier: Apache-2.0
"""The measure as a whole: values by hand, what cannot be estimated, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import small_tables

from shirube.measures import registry
from shirube.measures.privacy.anonymity import PRODUCES, anonymity
from shirube.terms.errors import Problem, Problems

if TYPE_CHECKING:
    from shirube.terms.measurement import Result

SENSITIVE = [name.name for name in PRODUCES[12:]]


def measured(rows: list[tuple[Any, ...]], **arguments: Any) -> Result:
    given = {"quasi_identifiers": ("age", "city"), "sensitive": ("disease",)} | arguments
    return anonymity(small_tables.source(["age", "city", "disease", "job"], rows), **given)


values = small_tables.values


PEOPLE = [
    ("30s", "Tokyo", "flu", "clerk"),
    ("30s", "Tokyo", "cold", "clerk"),
    ("30s", "Tokyo", "flu", "nurse"),
    ("40s", "Osaka", "flu", "clerk"),
    ("40s", "Osaka", "cold", "nurse"),
    ("50s", "Osaka", "cold", "nurse"),
]


def test_values_of_six_people_worked_out_by_hand() -> None:
    # Classes of 3, 2 and 1 rows; below the floor of 3 stand 3 of 6 records.
    found = values(measured(PEOPLE, floor=3))
    assert found == pytest.approx(
        found
        | {
            "rows": 6, "classes": 3, "k": 1, "unique_records": 1, "unique_share": 1 / 6,
            "small_class_share": 0.5, "average_class_size": 2.0, "prosecutor_risk": 1.0,
            "marketer_risk": 0.5, "l_distinct": 1, "l_entropy": 1.0, "t_equal": 0.5,
            "beta_basic": 1.0, "alpha": 1.0,
        }
    )  # fmt: skip
    assert list(found) == [name.name for name in PRODUCES]


def test_with_several_sensitive_columns_each_value_is_the_worst() -> None:
    both = values(measured(PEOPLE, quasi_identifiers=("city",), sensitive=("disease", "job")))
    alone = [
        values(measured(PEOPLE, quasi_identifiers=("city",), sensitive=(each,)))
        for each in ("disease", "job")
    ]
    assert both["l_distinct"] == min(each["l_distinct"] for each in alone)
    for name in ("t_equal", "delta_disclosure", "beta_basic", "beta_enhanced", "alpha"):
        assert both[name] == max(each[name] for each in alone)


def test_class_sizes_add_up_to_the_table() -> None:
    (sizes, sensitive) = measured(PEOPLE).details
    assert sizes.chart == "histogram"
    assert [row[:5] for row in sizes.rows[:3]] == [
        ("1", 1, 1, 1, 1),
        ("2", 2, 2, 1, 2),
        ("3–4", 3, 4, 1, 3),
    ]
    assert sum(row[4] for row in sizes.rows) == 6
    assert [row[0] for row in sensitive.rows] == ["disease"]
    assert len(sensitive.rows[0]) == len(sensitive.columns)


def test_an_empty_table_is_never_a_pass() -> None:
    result = measured([])
    assert values(result)["rows"] == 0
    assert [v.name for v in result.values if v.value is None] == [n.name for n in PRODUCES[4:]]
    assert all(v.reason for v in result.values if v.value is None)


def test_one_row_stands_alone_and_has_no_distribution() -> None:
    result = measured(PEOPLE[:1])
    found = values(result)
    assert (found["k"], found["prosecutor_risk"], found["unique_share"]) == (1, 1.0, 1.0)
    assert [found[name] for name in SENSITIVE] == [None] * len(SENSITIVE)
    assert all("one row" in v.reason.en for v in result.values if v.name in SENSITIVE)


def test_a_quasi_identifier_without_values_makes_no_class_look_safe() -> None:
    result = measured([(None, "Tokyo", "flu", "x"), (None, "Tokyo", "cold", "x")])
    found = values(result)
    assert found["k"] is None
    assert found["t_equal"] is None
    assert all("age" in v.reason.en for v in result.values if v.name in ("k", "t_equal"))


def test_a_sensitive_column_without_values_is_not_estimable() -> None:
    rows = [(age, city, disease, None) for age, city, disease, _job in PEOPLE]
    result = measured(rows, sensitive=("disease", "job"))
    found = values(result)
    assert found["k"] == 1
    assert [found[name] for name in SENSITIVE] == [None] * len(SENSITIVE)
    assert result.details[1].rows[1][:2] == ("job", 6)


def test_without_a_sensitive_column_only_the_classes_speak() -> None:
    result = measured(PEOPLE, sensitive=())
    assert values(result)["k"] == 1
    assert values(result)["l_distinct"] is None
    assert [detail.name for detail in result.details] == ["class_sizes"]


def test_the_journalist_needs_a_population() -> None:
    assert values(measured(PEOPLE))["journalist_risk"] is None
    assert values(measured(PEOPLE, population=6))["journalist_risk"] == 1.0
    assert values(measured(PEOPLE, population=600))["journalist_risk"] < 0.1
    with pytest.raises(Problem, match="smaller than the table"):
        measured(PEOPLE, population=5)


def test_wrong_arguments_are_told_at_once() -> None:
    with pytest.raises(Problems) as caught:
        measured(PEOPLE, quasi_identifiers=("age", "shoe_size"), sensitive=("age",), floor=0)
    message = str(caught.value)
    assert "shoe_size" in message
    assert "named twice" in message
    assert "starts at 1" in message
    with pytest.raises(Problems, match="No quasi-identifier"):
        measured(PEOPLE, quasi_identifiers=())


def test_missing_values_are_noted() -> None:
    notes = measured([*PEOPLE, ("30s", None, "flu", "x")]).notes
    assert "city" in str(notes[0])


def test_the_registry_knows_the_measure_and_its_arguments() -> None:
    known = registry.get("anonymity")
    assert known.produces == PRODUCES
    assert [parameter.name for parameter in known.parameters] == [
        "quasi_identifiers", "sensitive", "floor", "population", "ordered", "hierarchy",
        "hierarchy_of", "max_alpha",
    ]  # fmt: skip
    assert all(parameter.help for parameter in known.parameters)
