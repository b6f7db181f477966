# SPDX-License-Identifier: Apache-2.0
"""A table is collapsed to distinct rows with their values, and released in another order."""

from __future__ import annotations

import csv
import stat

import duckdb
import pytest

from shirube.engines import open_engine
from shirube.measures.privacy.row_order import row_order
from shirube.terms.errors import Problem
from shirube.terms.release import Limits, ReleasePlan
from shirube.terms.source import Table

_CSV = "id;age;city;note\n7;034;naha;x\n3;9;naha;\n5;34;;y\n9;10;kobe;x\n3;9;naha;\n"


@pytest.fixture
def opened(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(_CSV, encoding="utf-8")
    with open_engine(temp=tmp_path) as engine:
        table = Table(dataset="people", files=(str(path),), format="csv")
        yield engine.source(table).releasable()


def _rows(path, delimiter=";"):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def test_values_are_the_texts_of_the_file_and_numbers_stand_in_their_order(opened) -> None:
    cells = opened.tuples(["age", "city"])
    assert cells.values == {"age": ("9", "10", "034", "34"), "city": ("", "kobe", "naha")}
    found = {
        (cells.values["age"][a], cells.values["city"][c]): n
        for a, c, n in zip(
            cells.codes["age"], cells.codes["city"], cells.count.tolist(), strict=True
        )
    }
    assert found == {("034", "naha"): 1, ("9", "naha"): 2, ("34", ""): 1, ("10", "kobe"): 1}


def test_limits_come_before_counting(opened) -> None:
    cells = opened.tuples(["age"], limits={"age": Limits(bottom="10", top="30")})
    assert cells.values == {"age": ("10", "30")}
    assert cells.count.sum() == 5


@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT", "DECIMAL(4, 1)"])
def test_whole_numbers_of_a_parquet_file_have_no_point(tmp_path, kind) -> None:
    path = tmp_path / "x.parquet"
    query = f"SELECT CAST(unnest([1.0, 2.5, NULL]) AS {kind}) AS x"
    duckdb.sql(query).write_parquet(str(path))
    with open_engine(temp=tmp_path) as engine:
        table = Table(dataset="x", files=(str(path),), format="parquet")
        assert engine.source(table).releasable().tuples(["x"]).values == {"x": ("", "1", "2.5")}


def test_a_release_is_mapped_and_kept_for_its_owner(opened, tmp_path) -> None:
    out = tmp_path / "out.csv"
    plan = ReleasePlan(
        labels={"city": {"naha": "south", "kobe": "west", "": "?"}},
        tokens={"id": lambda value: f"t{value}"},
        limits={"age": Limits(top="30")},
        dropped=["note"],
    )
    rows, columns = opened.write(plan, out)
    assert rows == 5
    head, *released = _rows(out)
    assert head == ["id", "age", "city"]
    assert sorted(released) == [
        ["t3", "9", "south"],
        ["t3", "9", "south"],
        ["t5", "30", "?"],
        ["t7", "30", "south"],
        ["t9", "10", "west"],
    ]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [(each.name, each.values_after, each.rarest) for each in columns] == [
        ("id", 4, 1), ("age", 3, 1), ("city", 3, 1),
    ]  # fmt: skip


def test_the_order_of_a_release_is_a_shuffle_that_the_source_has_no_part_in(tmp_path) -> None:
    # 400 people with a running number that is dropped, in their order and the other way round.
    lines = [f"{n},{n // 40},{n % 3}" for n in range(400)]
    written = []
    for name, rows in (("there", lines), ("back", lines[::-1])):
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(["id,age,town", *rows, ""]), encoding="utf-8")
        with open_engine(temp=tmp_path) as engine:
            table = Table(dataset="people", files=(str(path),), format="csv")
            plan = ReleasePlan(labels={}, dropped=["id"])
            engine.source(table).releasable().write(plan, tmp_path / f"{name}_out.csv")
            out = engine.describe(
                Table(dataset="o", files=(str(tmp_path / f"{name}_out.csv"),), format="csv")
            )
            found = {value.name: value.value for value in row_order(engine.source(out)).values}
        assert found["p_value"] > 0.01
        written.append((tmp_path / f"{name}_out.csv").read_bytes())
    assert written[0] == written[1]


def test_suppressed_classes_are_left_out_or_masked(opened, tmp_path) -> None:
    plan = {
        "labels": {"city": {"naha": "south", "kobe": "west", "": "?"}},
        "suppressed": {"city": ["?", "west"], "age": ["34", "10"]},
    }
    out = tmp_path / "out.csv"
    assert opened.write(ReleasePlan(**plan), out)[0] == 3
    assert {row[2] for row in _rows(out)[1:]} == {"south"}
    assert opened.write(ReleasePlan(**plan, keep_suppressed=True), out)[0] == 5
    masked = [row for row in _rows(out)[1:] if row[2] == "*"]
    assert sorted(masked) == [["5", "*", "*", "y"], ["9", "*", "*", "x"]]


def test_a_wide_table_is_written_in_stages(tmp_path) -> None:
    names = [f"c{n}" for n in range(60)]
    path, out = tmp_path / "wide.csv", tmp_path / "out.parquet"
    path.write_text(",".join(names) + "\n" + ",".join("a" for _name in names) + "\n", "utf-8")
    with open_engine(temp=tmp_path) as engine:
        table = Table(dataset="wide", files=(str(path),), format="csv")
        plan = ReleasePlan(labels={name: {"a": f"{name}!"} for name in names})
        engine.source(table).releasable().write(plan, out)
    (row,) = duckdb.sql(f"SELECT * FROM '{out}'").fetchall()
    assert row == tuple(f"{name}!" for name in names)


def test_columns_that_are_not_there_are_named(opened, tmp_path) -> None:
    with pytest.raises(Problem, match="no column wage"):
        opened.tuples(["wage"])
    with pytest.raises(Problem, match="no column wage"):
        opened.write(ReleasePlan(dropped=["wage"]), tmp_path / "out.csv")


def test_values_are_given_up_to_a_number(opened) -> None:
    assert opened.values("city", 3) == ("", "kobe", "naha")
    assert opened.values("city", 2) is None
