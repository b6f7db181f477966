# SPDX-License-Identifier: Apache-2.0
"""The measure on worlds small enough to work out by hand, and on worlds where the answer is known.

Wilson's estimate of k successes in n guesses is (k + 1.9207) / (n + 3.8415).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from shirube.engines.duckdb.engine import DuckDBEngine
from shirube.measures.privacy.reidentification import PRODUCES, reidentification
from shirube.terms.errors import Problems
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.measurement import Result

ATTACKS = ("univariate", "multivariate", "linkability", "inference")
Rows = "Sequence[Sequence[object]]"


def attacked(
    folder: Path,
    names: str,
    release: Rows,
    original: Rows,
    control: Rows | None = None,
    **asked: Any,
) -> Result:
    """Write the tables as CSV and attack the release."""
    with DuckDBEngine(threads=1) as engine:
        sources = {}
        for name, rows in (("release", release), ("original", original), ("control", control)):
            if rows is None:
                continue
            file = folder / f"{name}.csv"
            lines = [names, *(",".join(str(cell) for cell in row) for row in rows)]
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            sources[name] = engine.source(Table(dataset=name, files=(str(file),), format="csv"))
        return reidentification(
            sources["release"],
            original=sources["original"],
            control=sources.get("control"),
            **asked,
        )


def values(result: Result) -> dict[str, Any]:
    return {value.name: value.value for value in result.values}


def rows_of(result: Result, attack: str) -> dict[str, tuple[Any, ...]]:
    return {str(row[1]): row[2:4] for row in result.details[0].rows if row[0] == attack}


def people(many: int, seed: int) -> list[tuple[object, ...]]:
    """People with an age, a city and an illness that depends on nothing."""
    rng = np.random.default_rng(seed)
    return [
        (
            rng.integers(18, 90),
            f"city{rng.integers(30)}",
            rng.integers(5000),
            rng.choice(list("abcd")),
        )
        for _person in range(many)
    ]


NAMES = "age,city,income,illness"


def test_four_rows_by_hand(tmp_path: Path) -> None:
    # Release = original: (30, x, flu), (40, x, cold), (50, y, flu), (60, z, cold).
    # Univariate guesses: age = 30, 40, 50, 60; age <= 30, age >= 60; city = y, z: 8, all right.
    # Linkability over (age, illness) and (city): the nearest row by age is the person's own; the
    # nearest by city is the first of equal rows, so x is met by one of its two people: 3 of 4.
    # Inference of illness from age and city: distance 0 only for the person itself: 4 of 4.
    # Control (31, x, cold), (61, z, flu): the predicates are compared at 2 rows; the nearest rows
    # are (30, x, flu) and (60, z, cold), so 0 of 2 guesses at the illness are right.
    world = [(30, "x", "flu"), (40, "x", "cold"), (50, "y", "flu"), (60, "z", "cold")]
    result = attacked(
        tmp_path,
        "age,city,illness",
        world,
        world,
        [(31, "x", "cold"), (61, "z", "flu")],
        sensitive=("illness",),
        linked=("age", "illness"),
    )
    assert rows_of(result, "inference: illness")["main"] == (4, 4)
    assert rows_of(result, "inference: illness")["control"] == (2, 0)
    assert rows_of(result, "linkability")["main"] == (4, 3)
    assert rows_of(result, "univariate")["main"][0] == 8
    # Of the control, age >= 60 fits one row, city = z one, the others none: 2 of 8.
    assert rows_of(result, "univariate")["control"] == (8, 2)
    # Each of the 8 predicates fits one of 4 rows, so one of 2 drawn rows with probability 1/2.
    assert rows_of(result, "univariate")["main"][1] == pytest.approx(4.0)
    found = values(result)
    assert (found["rows"], found["rows_original"], found["rows_control"]) == (4, 4, 2)
    assert found["inference_rate"] == pytest.approx(5.9207 / 7.8415, abs=1e-4)
    assert found["inference_control_rate"] == pytest.approx(1.9207 / 5.8415, abs=1e-4)
    # (0.75505 - 0.32881) / (1 - 0.32881)
    assert found["inference_risk"] == pytest.approx(0.6351, abs=1e-3)
    assert found["inference_column"] == "illness"
    assert [value.name for value in result.values] == [name.name for name in PRODUCES]


def test_a_release_that_is_the_original_has_risks_near_one(tmp_path: Path) -> None:
    world = people(400, 1)
    result = attacked(
        tmp_path, NAMES, world, world, people(400, 2), sensitive=("illness",), guesses=400
    )
    found = {value.name: value for value in result.values}
    assert found["multivariate_rate"].value > 0.95
    assert found["inference_rate"].value > 0.95
    assert found["inference_risk"].value > 0.9
    # Half of the columns, city and illness, fit some three people; their nearest row is drawn.
    assert found["linkability_risk"].interval.low > 0.1


def test_a_release_that_knows_nobody_has_risks_of_about_nothing(tmp_path: Path) -> None:
    result = attacked(
        tmp_path, NAMES, people(600, 3), people(600, 4), people(600, 5),
        sensitive=("illness", "income"), guesses=600,
    )  # fmt: skip
    for value in result.values:
        if value.name.endswith("_risk"):
            assert value.interval is not None
            assert value.interval.low == 0.0, value.name
            assert value.value < 0.1, value.name


def test_without_a_control_there_are_rates_and_no_risk(tmp_path: Path) -> None:
    result = attacked(tmp_path, NAMES, people(50, 6), people(50, 7), sensitive=("illness",))
    for value in result.values:
        if value.name.endswith("_risk"):
            assert value.value is None
            assert "No control table" in value.reason.en
        if value.name.endswith("_rate") and "control" not in value.name:
            assert value.interval is not None


def test_the_order_of_rows_changes_nothing_and_the_seed_does(tmp_path: Path) -> None:
    release, original, control = (people(120, seed) for seed in (8, 9, 10))
    asked: dict[str, Any] = {"sensitive": ("illness",), "guesses": 100, "seed": 5}
    first = attacked(tmp_path, NAMES, release, original, control, **asked)
    turned = attacked(
        tmp_path, NAMES, release[::-1], sorted(original, key=str), control[::-1], **asked
    )
    assert first == turned
    assert first != attacked(tmp_path, NAMES, release, original, control, **{**asked, "seed": 6})


def test_no_value_of_anybody_is_told(tmp_path: Path) -> None:
    marked = [(7919 + n, f"町{n}", 104729 + n, "秘密") for n in range(30)]
    result = attacked(tmp_path, NAMES, marked, marked, marked, sensitive=("illness",))
    told = msgspec.json.encode(result).decode()
    for word in ("町", "秘密", "7919", "104729"):
        assert word not in told


def test_a_release_that_hides_everybody_offers_no_guess(tmp_path: Path) -> None:
    world = [("x", "y")] * 20
    result = attacked(tmp_path, "a,b", world, world, world, sensitive=("b",), guesses=20)
    found = {value.name: value for value in result.values}
    for attack in ("univariate", "multivariate"):
        assert found[f"{attack}_guesses"].value == 0
        assert found[f"{attack}_risk"].value is None
        assert "offers no guess" in found[f"{attack}_risk"].reason.en
    # Everybody has the same value, and so has everybody else.
    assert found["inference_risk"].value is None
    assert "right as well" in found["inference_risk"].reason.en


@pytest.mark.parametrize(
    ("release", "original"),
    [([], [(1, "x")]), ([(1, "x")], [])],
)
def test_an_empty_table_is_no_attack(tmp_path: Path, release: Rows, original: Rows) -> None:
    result = attacked(tmp_path, "a,b", release, original, [(1, "x")], sensitive=("b",))
    for attack in ATTACKS:
        value = next(value for value in result.values if value.name == f"{attack}_risk")
        assert (value.value, value.reason.en) == (None, "A table of the attack has no rows.")


def test_one_row_and_columns_without_values_are_attacked_like_any_other(tmp_path: Path) -> None:
    result = attacked(
        tmp_path, "a,b,c", [(1, "", "k")], [(1, "", "k")], [(2, "", "k")], sensitive=("a",)
    )
    found = values(result)
    assert found["inference_guesses"] == 1
    assert found["inference_rate"] == pytest.approx(2.9207 / 4.8415, abs=1e-4)


def test_one_column_alone_can_neither_be_linked_nor_inferred(tmp_path: Path) -> None:
    result = attacked(tmp_path, "a", [(1,), (2,)], [(1,), (2,)], [(3,)], sensitive=("a",))
    for attack in ("linkability", "inference"):
        value = next(value for value in result.values if value.name == f"{attack}_risk")
        assert value.reason.en == "The attack needs at least two columns."


def test_a_drawn_part_of_a_table_is_said_to_be_one(tmp_path: Path) -> None:
    result = attacked(tmp_path, NAMES, people(60, 1), people(40, 2), people(40, 3), most_rows=50)
    assert "Of the 60 rows of the release table 50 were drawn." in [
        note.en for note in result.notes
    ]


def test_with_several_columns_the_worst_is_told_with_intervals_that_hold_for_all(
    tmp_path: Path,
) -> None:
    # Income stands in the release as it is, illness is drawn anew.
    original = people(300, 11)
    release = [(*row[:3], other[3]) for row, other in zip(original, people(300, 12), strict=True)]
    asked: dict[str, Any] = {"guesses": 300, "tolerance": 0.0}
    both = attacked(
        tmp_path, NAMES, release, original, people(300, 13),
        sensitive=("illness", "income"), **asked,
    )  # fmt: skip
    value = next(value for value in both.values if value.name == "inference_risk")
    assert values(both)["inference_column"] == "income"
    assert value.interval is not None
    assert "simultaneous over 2 columns" in value.interval.method
    alone = attacked(
        tmp_path, NAMES, release, original, people(300, 13), sensitive=("income",), **asked
    )
    one = next(value for value in alone.values if value.name == "inference_risk")
    assert one.interval is not None
    assert one.interval.high <= value.interval.high


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"columns": ("height",)}, "There is no column 'height'"),
        ({"sensitive": ("height",)}, "There is no column 'height'"),
        ({"columns": ("a",), "linked": ("b",)}, "not among the columns"),
        ({"linked": ("a", "b")}, "All columns are named"),
        ({"guesses": 0}, "guesses is 0"),
        ({"tolerance": 1.5}, "tolerance is 1.5"),
    ],
)
def test_wrong_arguments_are_refused(tmp_path: Path, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(Problems, match=said):
        attacked(tmp_path, "a,b", [(1, 2)], [(1, 2)], **asked)
