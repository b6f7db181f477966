# SPDX-License-Identifier: Apache-2.0
"""The catalogue together with the engine that is used: wrong tables as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shirube import catalogue, engines
from shirube.engines.port import Engine
from shirube.terms.errors import Problem
from shirube.terms.manifest import Manifest
from shirube.terms.place import Place
from shirube.terms.source import Table

Resolve = Callable[[str], Table]


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    with engines.open_engine(threads=1) as engine:
        yield engine


@pytest.fixture
def table(tmp_path: Path, declare: Callable[[str], Manifest], duckdb: Engine) -> Resolve:
    """Return a function that resolves one data set of the files named."""

    def resolve(files: str) -> Table:
        declared = declare(f"datasets: [{{id: t, title: unknown, files: {files}}}]\n")
        return catalogue.resolve(declared, tmp_path, duckdb)["t"]

    return resolve


@pytest.mark.parametrize(
    ("data", "encoding", "rows"),
    [
        ("氏名,性別\n", "utf-8", 0),
        ("氏名,性別\n星,女\n", "utf-8-sig", 1),
        ("氏名,性別\n星,女\n空,男\n", "cp932", 2),
        ("氏名,性別\n,\n,\n", "cp932", 2),
        ("氏名,性別\n星,女\n", "utf-16", 1),
    ],
)
def test_tables_in_japanese_encodings_are_described(
    tmp_path: Path, table: Resolve, data: str, encoding: str, rows: int
) -> None:
    (tmp_path / "t.csv").write_bytes(data.encode(encoding))
    found = table("t.csv")
    assert (found.encoding, found.rows) == (encoding, rows)
    assert [column.name for column in found.columns] == ["氏名", "性別"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.csv", b"a,b,a\n1,2,3\n"),
        ("t.csv", b"a,b\n1,2\n1,2,3\n"),
        ("t.csv", b"\n\n"),
        ("t.jsonl", b'{"a": 1}\n{"a":\n'),
        ("t.parquet", b"PAR1" + b"x" * 100 + b"PAR1"),
    ],
)
def test_a_broken_table_names_the_manifests_line_and_the_file(
    tmp_path: Path, table: Resolve, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Problem) as caught:
        table(name)
    assert caught.value.where == Place("shirube.yaml", 3, "datasets.t.files")
    assert caught.value.found.startswith(name)
    assert caught.value.remedy


def test_files_with_other_columns_are_refused(tmp_path: Path, table: Resolve) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.csv").write_text("a,c\n1,2\n")
    with pytest.raises(Problem):
        table("[a.csv, b.csv]")
