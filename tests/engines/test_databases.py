# SPDX-License-Identifier: Apache-2.0
"""Whole databases: which tables a file has, what types their values make, what is refused."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shirube.engines import databases, open_engine
from shirube.engines.postgres import address
from shirube.terms.errors import Problem
from shirube.terms.source import TableColumn


def sqlite(path: Path, *statements: str, rows: list[tuple[object, ...]] = ()) -> Path:
    """Write an SQLite file; ``rows`` go into the table t."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        if rows:
            marks = ", ".join("?" for _value in rows[0])
            connection.executemany(f"INSERT INTO t VALUES ({marks})", rows)
        connection.commit()
    return path


def described(place: Path, relation: str):
    with open_engine(threads=1) as engine:
        return engine.describe(databases.table_of(place, relation))


def cells(place: Path, relation: str, columns: list[str]) -> list[tuple[str, str]]:
    """Return every value of the columns as text, in order."""
    with open_engine(threads=1) as engine:
        source = engine.source(databases.table_of(place, relation))
        return [
            (batch.column, text) for batch in source.texts(columns, digits=0) for text in batch.text
        ]


def test_tables_and_views_of_an_sqlite_file_are_listed(tmp_path):
    file = sqlite(
        tmp_path / "app.db",
        "CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name)",
        "CREATE VIEW names AS SELECT name FROM people",
    )
    assert [table.relation for table in databases.tables(file)] == ["names", "people"]
    assert databases.tables(file)[1].names == ("app.db#people",)


def test_tables_of_a_duckdb_file_are_listed_with_their_schemas(tmp_path):
    file = tmp_path / "data.bin"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA sales; CREATE TABLE sales.orders AS SELECT 1 AS n")
        connection.execute("CREATE TABLE people AS SELECT 'a' AS name, 2.5::DECIMAL(4,1) AS x")
    assert [table.relation for table in databases.tables(file)] == ["main.people", "sales.orders"]
    table = described(file, "people")  # main may be left out
    assert (table.relation, table.rows) == ("main.people", 1)
    assert [(each.type, each.kind) for each in table.columns] == [
        ("VARCHAR", "text"),
        ("DECIMAL(4,1)", "number"),
    ]
    assert cells(file, "sales.orders", ["n"]) == [("n", "1")]


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ([1, None, 3], ("BIGINT", "number", "")),
        ([1, 2.5], ("DOUBLE", "number", "")),
        ([2**60, 2.5], ("VARCHAR", "text", "whole numbers beyond 2^53")),
        ([1, "a"], ("VARCHAR", "text", "1 of 2 values are numbers")),
        ([None], ("VARCHAR", "text", "no values")),
        ([b"\x00", "a"], ("BLOB", "other", "1 values are bytes, which are not looked at")),
    ],
)
def test_all_values_of_an_sqlite_column_decide_its_type(tmp_path, values, column):
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE t (c)", rows=[(each,) for each in values])
    table = described(file, "t")
    assert table.columns == (TableColumn("c", *column),)
    assert table.rows == len(values)


def test_quotes_newlines_and_empty_texts_of_sqlite_arrive_as_they_are(tmp_path):
    texts = ['a"b', "a,b", "a\nb", "", "\r\n", "  ", '"', "NULL", "１２３"]
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE t (c)", rows=[(each,) for each in texts])
    assert cells(file, "t", ["c"]) == [("c", each) for each in texts]


def test_an_empty_text_is_no_null(tmp_path):
    rows = [("",), (None,), ("",)]
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE t (c)", rows=rows)
    with open_engine(threads=1) as engine:
        found = engine.source(databases.table_of(file, "t")).class_cells(["c"])
    assert found.count.tolist() == [2, 1]
    assert found.nulls == {"c": 1}


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(numbers=[1.7976931348623025e308, 5e-324, 0.1])
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_every_double_of_an_sqlite_column_arrives_exactly(tmp_path, numbers):
    file = tmp_path / "t.sqlite"
    file.unlink(missing_ok=True)
    sqlite(file, "CREATE TABLE t (c)", rows=[(each,) for each in numbers])
    with open_engine(threads=1) as engine:
        drawn = engine.source(databases.table_of(file, "t")).records(["c"])
    assert sorted(drawn.numbers["c"].tolist()) == sorted(numbers)


def test_infinity_in_sqlite_is_infinity(tmp_path):
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE t (c)", rows=[(math.inf,), (-math.inf,)])
    with open_engine(threads=1) as engine:
        drawn = engine.source(databases.table_of(file, "t")).records(["c"])
    assert sorted(drawn.numbers["c"].tolist()) == [-math.inf, math.inf]


def test_what_another_connection_has_committed_to_the_log_is_counted_and_bound(tmp_path):
    file = sqlite(tmp_path / "t.sqlite", "PRAGMA journal_mode = WAL", "CREATE TABLE t (c)")
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("INSERT INTO t VALUES (1)")
        writer.commit()
        table = databases.table_of(file, "t")
        assert table.names == ("t.sqlite#t", "t.sqlite-wal")
        with open_engine(threads=1) as engine:
            assert engine.describe(table).rows == 1


def test_a_measured_sqlite_file_is_left_as_it_was(tmp_path):
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE t (c)", rows=[(1,)])
    before = file.read_bytes()
    described(file, "t")
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["t.sqlite"]


def test_a_view_of_a_duckdb_file_reaches_no_other_file(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    file = tmp_path / "data.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"CREATE VIEW v AS SELECT * FROM read_csv('{secret}')")
    with pytest.raises(Problem, match="cannot be read"):
        described(file, "v")


def test_a_text_that_is_no_utf8_is_told_without_quoting_it(tmp_path):
    file = sqlite(
        tmp_path / "t.sqlite",
        "CREATE TABLE t (c)",
        "INSERT INTO t VALUES (CAST(x'8ab8' AS TEXT))",  # 漢 in CP932
    )
    with pytest.raises(Problem, match="not in UTF-8") as caught:
        described(file, "t")
    assert "8a" not in str(caught.value)


def test_a_broken_sqlite_file_is_told(tmp_path):
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE t (c)", rows=[("x" * 200,)] * 200)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(Problem, match="SQLite database cannot be read"):
        described(file, "t")


def test_an_unknown_table_has_a_near_one(tmp_path):
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE people (c)")
    with pytest.raises(Problem, match=r"no table peple[\s\S]*Did you mean people"):
        described(file, "peple")


def test_a_database_without_tables_and_a_file_that_is_none_are_told(tmp_path):
    empty = sqlite(tmp_path / "t.sqlite", "CREATE TABLE t (c)", "DROP TABLE t")
    with pytest.raises(Problem, match="no table that can be read"):
        databases.tables(empty)
    text = tmp_path / "notes.txt"
    text.write_text("a", encoding="utf-8")
    assert not databases.is_database(text)
    with pytest.raises(Problem, match="not a database"):
        databases.tables(text)


def test_two_hundred_and_more_columns_of_sqlite_are_described(tmp_path):
    names = [f"c{at}" for at in range(230)]
    file = sqlite(
        tmp_path / "t.sqlite",
        f"CREATE TABLE t ({', '.join(names)})",
        rows=[tuple(range(230)), tuple([None] * 230)],
    )
    table = described(file, "t")
    assert [each.name for each in table.columns] == names
    assert {each.type for each in table.columns} == {"BIGINT"}


def test_a_table_may_be_named_behind_the_place(tmp_path):
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE a (c)", "CREATE TABLE b (c)")
    assert databases.parted(f"{file}#b") == (file, "b")
    assert databases.parted(file) == (file, None)
    assert databases.parted("postgresql://h/d#s.t") == ("postgresql://h/d", "s.t")
    with pytest.raises(Problem, match="2 tables: a, b"):
        databases.only(file)


def test_a_password_in_an_address_is_refused_and_not_repeated():
    for place in (
        "postgresql://me:geheim@host/app",
        "postgresql://me@host/app?password=geheim",
        "postgresql://me@host/app?sslpassword=geheim",
        "postgresql://me:@host/app",
    ):
        with pytest.raises(Problem, match="holds a password") as caught:
            address.settings(place)
        assert "geheim" not in str(caught.value)


def test_an_address_names_the_place_and_nothing_that_changes_the_server():
    assert address.settings("postgresql://me@host:5433/app?sslmode=require") == {
        "host": "host", "port": "5433", "user": "me", "dbname": "app", "sslmode": "require",
    }  # fmt: skip
    assert address.settings("postgresql:///app?host=/run/pg") == {
        "host": "/run/pg", "dbname": "app",
    }  # fmt: skip
    assert address.database("postgresql://me@host/%E9%A1%A7%E5%AE%A2") == "顧客"
    for place in ("postgresql://h/app?options=-csearch_path%3Devil", "postgresql://h:x/app"):
        with pytest.raises(Problem):
            address.settings(place)


def test_an_engine_that_cannot_count_a_format_says_which_can(tmp_path):
    file = sqlite(tmp_path / "t.sqlite", "CREATE TABLE t (c)", rows=[(1,)])
    with (
        open_engine("postgres") as engine,
        pytest.raises(Problem, match=r"postgres cannot count[\s\S]*one of: duckdb"),
    ):
        engine.describe(databases.table_of(file, "t"))
    with pytest.raises(Problem, match="no engine named 'oracle'"):
        open_engine("oracle")
