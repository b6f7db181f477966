# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from shirube import catalogue
from shirube.terms.errors import Problem, Problems
from shirube.terms.manifest import Dataset, Manifest, Operator
from shirube.terms.place import Place
from shirube.terms.source import Progress, Table
from shirube.terms.text import Text

Resolve = Callable[..., dict[str, Table]]

ONE = "datasets:\n  - id: log\n    title: unknown\n    files: {files}\n"
CSV = "id,sex,age\n1,F,30\n2,M,40\n"


def one(files: str, more: str = "") -> str:
    return ONE.format(files=files) + more


def problem_of(resolve: Resolve, text: str) -> Problem:
    with pytest.raises(Problem) as caught:
        resolve(text)
    return caught.value


def test_a_csv_becomes_a_table_bound_by_its_digest(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "log.csv").write_text(CSV)
    table = resolve(one("data/log.csv"))["log"]
    assert (table.format, table.encoding, table.rows) == ("csv", "utf-8", 2)
    assert [column.name for column in table.columns] == ["id", "sex", "age"]
    assert table.digests == (hashlib.sha256(CSV.encode()).hexdigest(),)
    assert table.sizes == (len(CSV),)
    assert table.files == (str(tmp_path / "data" / "log.csv"),)
    assert table.names == ("data/log.csv",)


def test_patterns_are_expanded_in_sorted_order_and_no_file_twice(
    tmp_path: Path, resolve: Resolve
) -> None:
    for name in ("b.csv", "a.csv", "[c].csv"):
        (tmp_path / name).write_text(CSV)
    table = resolve(one("['?.csv', 'a.csv', '[c].csv']"))["log"]
    assert table.names == ("a.csv", "b.csv", "[c].csv")
    assert table.rows == 6


def test_several_files_with_and_without_a_bom_are_one_table(
    tmp_path: Path, resolve: Resolve
) -> None:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8-sig")
    (tmp_path / "b.csv").write_text(CSV.replace("F", "女"), encoding="utf-8")
    assert resolve(one("'*.csv'"))["log"].encoding == "utf-8-sig"


def test_files_in_different_encodings_are_named(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "a.csv").write_text("氏名\n星\n", encoding="cp932")
    (tmp_path / "b.csv").write_text("氏名\n星\n", encoding="utf-8")
    problem = problem_of(resolve, one("'*.csv'"))
    assert "a.csv cp932, b.csv utf-8" in problem.found


def test_a_missing_file_names_the_line_and_a_near_name(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "log.csv").write_text(CSV)
    problem = problem_of(resolve, one("data/logs.csv"))
    assert problem.where == Place("shirube.yaml", 6, "datasets.log.files")
    assert problem.remedy == "Did you mean data/log.csv?"


def test_a_file_in_another_folder_is_suggested(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "log.csv").write_text(CSV)
    assert problem_of(resolve, one("log.csv")).remedy == "Did you mean deep/er/log.csv?"


def test_a_pattern_without_matches_is_a_missing_file(resolve: Resolve) -> None:
    assert "no file data/*.csv" in problem_of(resolve, one("'data/*.csv'")).found


def test_an_empty_file_is_refused(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "t.csv").touch()
    assert "is empty: 0 bytes" in problem_of(resolve, one("t.csv")).found


def test_a_table_without_rows_is_a_table(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "t.csv").write_text("id,sex\n")
    assert resolve(one("t.csv"))["log"].rows == 0


@pytest.mark.full
def test_one_row_of_ten_thousand_columns_is_a_table(tmp_path: Path, resolve: Resolve) -> None:
    names = ",".join(f"c{i}" for i in range(10_000))
    (tmp_path / "t.csv").write_text(names + "\n" + ",".join("1" * 10_000) + "\n")
    table = resolve(one("t.csv"))["log"]
    assert ",".join(column.name for column in table.columns) == names


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PAR1" + b"\x00" * 50, "its end is missing"),
        (b"id,sex\n1,F\n", "is not a Parquet file"),
    ],
)
def test_a_broken_parquet_is_named(
    tmp_path: Path, resolve: Resolve, data: bytes, said: str
) -> None:
    (tmp_path / "t.parquet").write_bytes(data)
    assert said in problem_of(resolve, one("t.parquet")).found


def test_a_parquet_is_described(tmp_path: Path, resolve: Resolve) -> None:
    duckdb.sql(f"COPY (SELECT 1 AS a, 2 AS b) TO '{tmp_path}/t.parquet' (FORMAT parquet)")
    table = resolve(one("t.parquet"))["log"]
    assert (table.format, table.rows, len(table.columns)) == ("parquet", 1, 2)


def test_an_unknown_suffix_asks_for_the_format(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "t.dat").write_text(CSV)
    assert "format: parquet, csv, jsonl or text" in problem_of(resolve, one("t.dat")).remedy
    assert resolve(one("t.dat", "    format: csv\n"))["log"].rows == 2


def test_a_declared_column_that_is_not_there_is_suggested(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "t.csv").write_text(CSV)
    problem = problem_of(
        resolve, one("t.csv", "    columns:\n      - {name: SEX, kind: attribute}\n")
    )
    assert problem.where == Place("shirube.yaml", 8, "datasets.log.columns.SEX")
    assert problem.remedy == "Did you mean sex?"


def test_a_measured_column_that_is_not_there_names_its_argument(
    tmp_path: Path, resolve: Resolve
) -> None:
    (tmp_path / "t.csv").write_text(CSV)
    text = one("t.csv") + (
        "measurements:\n"
        "  - id: gaps\n    measure: group_fairness\n    dataset: log\n    arguments:\n"
        "      attributes: [sex, agee]\n"
        "      prediction: approved\n"
    )
    with pytest.raises(Problems) as caught:
        resolve(text)
    assert [(str(p.where), p.remedy) for p in caught.value.problems] == [
        (
            "shirube.yaml:12 (measurements.gaps.arguments.attributes.agee)",
            "Did you mean age?",
        ),
        (
            "shirube.yaml:13 (measurements.gaps.arguments.prediction)",
            "Columns of the table: age, id, sex.",
        ),
    ]


def test_many_missing_columns_are_told_in_one_sentence(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "t.csv").write_text(CSV)
    columns = "".join(f"      - {{name: x{i}, kind: feature}}\n" for i in range(200))
    with pytest.raises(Problems) as caught:
        resolve(one("t.csv", "    columns:\n" + columns))
    assert len(caught.value.problems) == 11
    assert "190 more columns" in caught.value.problems[-1].found


def test_a_measurement_without_files_is_a_problem(resolve: Resolve) -> None:
    problem = problem_of(
        resolve,
        "datasets: [{id: log, title: unknown}]\n"
        "measurements: [{id: k, measure: anonymity, dataset: log}]\n",
    )
    assert problem.where == Place("shirube.yaml", 4, "measurements.k.dataset")


def test_problems_of_all_data_sets_come_in_one_pass(resolve: Resolve) -> None:
    two = one("a.csv") + "  - {id: more, title: unknown, files: b.csv}\n"
    with pytest.raises(Problems) as caught:
        resolve(two)
    assert [problem.where.line for problem in caught.value.problems] == [6, 7]
    with pytest.raises(Problem):
        resolve(two, only={"more"})


def test_progress_ends_at_one(tmp_path: Path, resolve: Resolve) -> None:
    (tmp_path / "t.csv").write_text(CSV)
    told: list[tuple[str, float | None]] = []
    resolve(one("t.csv"), progress=lambda what, share: told.append((what, share)))
    assert told == [("Reading t.csv", 1.0)]


def test_without_a_manifest_a_problem_stands_where_the_file_has_it(
    tmp_path: Path, engine: catalogue.Describes
) -> None:
    (tmp_path / "t.csv").write_bytes(b"a\n\xff\xff\n")
    name = Text("t", "t")
    dataset = Dataset(id="t", title=name, files=(str(tmp_path / "t.csv"),))
    bare = Manifest(
        file="t.csv", operator=Operator(id="nobody", name=name, kind=None), datasets=(dataset,)
    )
    with pytest.raises(Problem) as caught:
        catalogue.resolve(bare, tmp_path, engine)
    assert caught.value.where == Place("t.csv", 2)


def test_a_problem_inside_a_file_names_the_manifests_line_and_the_files(
    tmp_path: Path, resolve: Resolve
) -> None:
    (tmp_path / "t.csv").write_bytes(b"a\n\xff\xff\n")
    problem = problem_of(resolve, one("t.csv"))
    assert str(problem).startswith(
        "shirube.yaml:6 (datasets.log.files): t.csv:2: This line is neither UTF-8 nor CP932."
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [(("a.csv", "b.parquet"), "Declare a data set for each format."), (("a.csv.gz",), "Unpack")],
)
def test_files_of_other_formats_are_refused(
    tmp_path: Path, resolve: Resolve, names: tuple[str, ...], said: str
) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"PAR1")
    assert said in problem_of(resolve, one(f"[{', '.join(names)}]")).remedy


def test_the_engines_problem_carries_no_path_of_this_machine(
    tmp_path: Path, declare: Callable[[str], Manifest]
) -> None:
    class Broken:
        def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
            raise Problem("It is broken.", where=Place(table.files[0], 7))

    (tmp_path / "t.csv").write_text(CSV)
    with pytest.raises(Problem) as caught:
        catalogue.resolve(declare(one("t.csv")), tmp_path, Broken())
    assert str(caught.value) == "shirube.yaml:6 (datasets.log.files): t.csv:7: It is broken."
