# SPDX-License-Identifier: Apache-2.0
"""A data set that is a table of a database: found, bound, and wrong input told with its line."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from shirube import catalogue, engines, manifest
from shirube.terms.errors import Problem, Problems
from shirube.terms.source import Table

HEAD = "shirube: 1\noperator: {id: a, name: {ja: あ, en: A}}\ndatasets:\n  - id: people\n"
TODAY = dt.date(2026, 11, 22)


def resolved(folder: Path, more: str) -> Table:
    """Return the table of the data set ``people`` with these lines."""
    file = folder / "shirube.yaml"
    lines = "".join(f"    {line}\n" for line in ["title: unknown", *more.splitlines()])
    file.write_text(HEAD + lines, encoding="utf-8")
    declared = manifest.load(file, today=TODAY)
    with engines.open_engine(threads=1) as engine:
        return catalogue.resolve(declared, folder, engine)["people"]


def problem(folder: Path, more: str) -> Problem:
    with pytest.raises((Problem, Problems)) as caught:
        resolved(folder, more)
    return getattr(caught.value, "problems", [caught.value])[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "app.db")) as connection:
        connection.execute("CREATE TABLE people (age)")
        connection.execute("INSERT INTO people VALUES (41)")
        connection.commit()
    return tmp_path


def test_a_table_of_a_file_is_bound_by_the_bytes_of_the_file(folder: Path) -> None:
    table = resolved(folder, "database: app.db\ntable: people")
    content = (folder / "app.db").read_bytes()
    assert (table.dataset, table.format, table.relation) == ("people", "sqlite", "people")
    assert table.digests == (hashlib.sha256(content).hexdigest(),)
    assert (table.sizes, table.names, table.rows) == ((len(content),), ("app.db#people",), 1)


def test_the_only_table_need_not_be_named(folder: Path) -> None:
    assert resolved(folder, "database: app.db").relation == "people"


def test_wrong_input_is_told_with_its_line(folder: Path) -> None:
    (folder / "notes.txt").write_text("a", encoding="utf-8")
    for more, line, found in (
        ("database: app.db\ntable: peple", 6, "no table peple"),
        ("database: apps.db", 6, "no file apps.db"),
        ("database: notes.txt", 6, "no DuckDB or SQLite database"),
        ("database: ../app.db", 6, "app.db"),
        ("database: postgresql://me:geheim@host/app\ntable: t", 6, "holds a password"),
        ("files: notes.txt\ndatabase: app.db", 6, "has a database and files:"),
        ("table: people", 6, "names a table and no database"),
    ):
        told = problem(folder, more)
        assert found in told.found
        assert "geheim" not in str(told)
        assert told.where.line == line, more


def test_no_path_of_this_machine_is_told(folder: Path) -> None:
    told = problem(folder, "database: app.db\ntable: peple")
    assert str(folder) not in told.found
    assert told.found.startswith("app.db: ")
