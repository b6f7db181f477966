# SPDX-License-Identifier: Apache-2.0
"""``shirube measure`` on databases: a table by option or behind the place, and wrong ones."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shirube.cli.__main__ import cli
from shirube.terms.errors import Problem


def measured(*arguments: object) -> Result:
    return CliRunner().invoke(
        cli, ["measure", "anonymity", *map(str, arguments), "--quasi-identifiers", "age", "--json"]
    )


@pytest.fixture
def app(tmp_path: Path) -> Path:
    file = tmp_path / "app.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE people (age)")
        connection.executemany("INSERT INTO people VALUES (?)", [(41,), (41,), (7,)])
        connection.execute("CREATE VIEW old AS SELECT age FROM people WHERE age > 20")
        connection.commit()
    return file


def value(result: Result, name: str) -> object:
    assert result.exit_code == 0, result.output
    return next(
        each["value"] for each in json.loads(result.stdout)["values"] if each["name"] == name
    )


def test_the_table_is_named_by_option_or_behind_the_place(app: Path) -> None:
    assert value(measured(app, "--table", "people"), "k") == 1
    assert value(measured(app, "--table", "old"), "k") == 2
    assert value(measured(f"{app}#old"), "k") == 2


def test_evidence_names_file_and_table_and_no_folder(app: Path) -> None:
    told = json.loads(measured(app, "--table", "old").stdout)
    assert [each["name"] for each in told["inputs"]] == ["app.db#old"]
    assert told["engine"].startswith("duckdb ")
    assert str(app.parent) not in json.dumps(told)


def test_wrong_places_and_tables_are_told(app: Path) -> None:
    table = app.with_name("t.csv")
    table.write_text("age\n1\n", encoding="utf-8")
    for arguments, found in (
        ((app,), "2 tables: old, people"),
        ((app, "--table", "peple"), "Did you mean people"),
        ((table, "--table", "people"), "t.csv is no database"),
        ((app, app, "--table", "people"), "measured by itself"),
        ((app, "--table", "people", "--engine", "postgres"), "postgres cannot count"),
        (("postgresql://a:geheim@h/d",), "holds a password"),
    ):
        result = measured(*arguments)
        message = f"{result.output}{result.exception or ''}"
        assert isinstance(result.exception, Problem) or result.exit_code == 2, message
        assert found in message
        assert "geheim" not in message
