# SPDX-License-Identifier: Apache-2.0
"""The order of a release: sorted, in groups, the original's, that of a deleted name, or none."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import small_tables

from shirube.engines import open_engine
from shirube.measures.privacy.row_order import row_order
from shirube.terms.errors import Problem, Problems
from shirube.terms.source import Table

dice = random.Random(3)  # noqa: S311 (a fixed world)
PEOPLE = [
    (f"name{dice.randrange(10**6):06}", dice.choice("abcd"), dice.randrange(20, 70), dice.random())
    for _person in range(200)
]
NAMES = ["name", "area", "age", "amount"]
TYPES = {"age": "BIGINT", "amount": "DOUBLE"}


def measured(
    rows: list[Any], *, original: bool = True, names: Any = NAMES[1:], **given: Any
) -> Any:
    before = small_tables.source(NAMES, PEOPLE, **TYPES) if original else None
    return row_order(small_tables.source(names, rows, **TYPES), original=before, **given)


def found(rows: list[Any], **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(rows, **given))


def released(people: list[Any]) -> list[Any]:
    return [person[1:] for person in people]


def shuffled(people: list[Any]) -> list[Any]:
    return random.Random(8).sample(people, len(people))  # noqa: S311


def test_a_shuffled_release_shows_no_order() -> None:
    values = found(released(shuffled(PEOPLE)))
    assert values["p_value"] > 0.01
    assert values["original_p_value"] > 0.01
    assert (values["ordered_columns"], values["traced_share"]) == (0, 1.0)


def test_the_order_of_the_original_is_seen_though_every_column_looks_shuffled() -> None:
    # Amounts are unique, so every row is traced: the place in the original is the row's own place.
    values = found(released(PEOPLE))
    assert values["p_value"] > 0.01
    assert values["original_p_value"] < 1e-9
    assert values["original_correlation"] == pytest.approx(1)


def test_an_order_by_a_name_that_was_deleted_is_seen() -> None:
    result = measured(released(sorted(PEOPLE)))
    values = small_tables.values(result)
    assert values["p_value"] > 0.01
    assert abs(values["original_correlation"]) < 0.3
    assert values["original_p_value"] < 1e-9
    by_name = next(row for row in result.details[0].rows if row[:2] == ("name", "original"))
    assert by_name[3] == pytest.approx(1)


def test_an_order_that_was_kept_is_seen_though_every_value_was_banded() -> None:
    bands = [(area.upper(), f"{age // 10}0s", "much" if much > 0.5 else "little")
             for _name, area, age, much in PEOPLE]  # fmt: skip
    texts = {"age": "VARCHAR", "amount": "VARCHAR"}

    def banded(rows: list[Any]) -> dict[str, Any]:
        before = small_tables.source(NAMES, PEOPLE, **TYPES)
        after = small_tables.source(NAMES[1:], rows, **texts)
        return small_tables.values(row_order(after, original=before))

    values = banded(bands)
    assert values["traced_share"] == 0
    assert values["original_p_value"] < 1e-9
    assert banded(shuffled(bands))["original_p_value"] > 0.01
    # Without one row nothing stands in the same place, and nothing is said.
    assert banded(bands[1:])["original_p_value"] is None


def test_sorted_and_grouped_tables_are_seen_without_the_original() -> None:
    values = found(released(sorted(shuffled(PEOPLE), key=lambda one: one[2])), original=False)
    assert values["p_value"] < 1e-9
    assert values["strongest"] > 0.99
    assert (values["original_p_value"], values["traced_share"]) == (None, None)
    grouped = sorted(shuffled(PEOPLE), key=lambda one: "bdac".index(one[1]))
    assert found(released(grouped), original=False)["ordered_columns"] == 1


def test_relabelling_in_order_changes_nothing() -> None:
    rows = released(shuffled(PEOPLE))
    relabelled = [("x" + area, 3 * age + 1, amount) for area, age, amount in rows]
    assert found(rows, original=False) == found(relabelled, original=False)


def test_few_rows_and_rows_that_cannot_be_traced_are_not_judged() -> None:
    assert found(released(PEOPLE[:20]))["p_value"] is None
    strangers = [("z", 1, float(number)) for number in range(199)]
    result = measured(strangers)
    values = {value.name: value for value in result.values}
    assert values["original_p_value"].value is None
    assert "traced" in str(values["original_p_value"].reason.en)
    assert measured([]).sample_size == 0


def test_wrong_arguments_are_told_together() -> None:
    with pytest.raises(Problems, match="significance is 2") as told:
        measured(released(PEOPLE), columns=("colour",), significance=2.0)
    assert "colour" in str(told.value)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_the_order_is_that_of_the_files(tmp_path: Path, suffix: str) -> None:
    lines = {
        "csv": ["area,age"] + [f"{area},{age}" for _n, area, age, _a in PEOPLE],
        "jsonl": [
            f'{{"area": "{area}", "age": {age}}}'
            for _n, area, age, _a in sorted(PEOPLE, key=lambda one: one[2])
        ],
    }[suffix]
    file = tmp_path / f"people.{suffix}"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with open_engine() as engine:
        source = engine.source(Table(dataset="people", files=(str(file),), format=suffix))
        p = small_tables.values(row_order(source))["p_value"]
    assert (p > 0.01) == (suffix == "csv")


def test_a_server_has_no_order() -> None:
    from shirube.engines.queried.source import QueriedSource

    table = small_tables.source(["a"], [("x",)]).table
    with pytest.raises(Problem, match="order of the rows"):
        next(QueriedSource(None, "t", table).rows(digests=["a"], in_order=True))  # type: ignore[arg-type]
