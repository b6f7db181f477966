# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL server: what binds a table, what the user may not see, what goes wrong."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
import worlds

from shirube.engines import databases, open_engine
from shirube.terms.errors import Problem
from shirube.terms.source import Table

pytestmark = pytest.mark.full

SMALL = {"a": "INTEGER", "t": "VARCHAR"}


def table(address: str, name: str) -> Table:
    return databases.table_of(address, name)


def run(address: str, *statements: str) -> None:
    with worlds.connection(address) as connection:
        for statement in statements:
            connection.execute(statement)


def digest(address: str, rows: worlds.Rows, columns: dict[str, str] = SMALL) -> str:
    """Return the digest of a table with these rows."""
    with open_engine() as engine:
        return engine.describe(worlds.postgres(address, "bound", columns, rows)).digests[0]


def as_guest(address: str) -> str:
    """Return the address for a user who needs a password and may read nothing."""
    run(
        address,
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guest') THEN"
        " CREATE ROLE guest LOGIN PASSWORD 'richtig'; END IF; END $$",
    )
    return address.replace("boss@", "guest@")


def test_a_table_is_described_with_types_rows_and_a_digest(server):
    run(
        server,
        "DROP TYPE IF EXISTS mood CASCADE",
        "CREATE TYPE mood AS ENUM ('good', 'bad')",
        "DROP TABLE IF EXISTS kinds",
        "CREATE TABLE kinds (i int, n numeric(10,2), free numeric, c char(3), m mood, u uuid,"
        " tz timestamptz, j jsonb, b bytea, l int[], iv interval)",
    )
    with open_engine() as engine:
        found = engine.describe(table(server, "kinds"))
        assert engine.told(found).startswith("postgresql ")
    assert [(each.name, each.type, each.kind) for each in found.columns] == [
        ("i", "INTEGER", "number"),
        ("n", "DECIMAL(10,2)", "number"),
        ("free", "DECIMAL", "number"),
        ("c", "VARCHAR", "text"),
        ("m", "VARCHAR", "text"),
        ("u", "VARCHAR", "text"),
        ("tz", "TIMESTAMP WITH TIME ZONE", "time"),
        ("j", "jsonb", "other"),
        ("b", "bytea", "other"),
        ("l", "integer[]", "other"),
        ("iv", "interval", "other"),
    ]
    assert (found.rows, found.relation, found.sizes) == (0, "public.kinds", (0,))
    assert found.names == ("app#public.kinds",)
    assert len(found.digests[0]) == 64


def test_the_digest_does_not_know_the_order_of_rows(server):
    rows = [(1, "a"), (2, None), (2, None), (None, ""), (3, "１２３")]
    assert digest(server, rows) == digest(server, rows[::-1])


def test_the_digest_is_that_of_its_definition(server):
    # One row, worked out by hand: the texts are "1:1" and "2:ab"; its group is the first three
    # digits of the row's SHA-256; a group of one row has the SHA-256 of that row's digest.
    import hashlib

    import msgspec

    row = hashlib.sha256(b"1:1,2:ab").hexdigest()
    groups = [[row[:3], 1, hashlib.sha256(row.encode()).hexdigest()]]
    form = ["rows-1", [["a", "INTEGER"], ["t", "VARCHAR"]], groups]
    expected = hashlib.sha256(msgspec.json.encode(form)).hexdigest()
    assert digest(server, [(1, "ab")]) == expected


def test_the_digest_tells_every_difference(server):
    base = [(1, "a"), (2, "b")]
    others = [
        [(1, "a")],
        [(1, "a"), (2, "b"), (2, "b")],
        [(1, "a"), (2, "B")],
        [(1, ""), (2, "b")],
        [(1, None), (2, "b")],
        [(2, "a"), (1, "b")],
        [(1, "a"), (2, "-")],
        [(1, "a,1:1"), (2, "b")],
    ]
    found = [digest(server, rows) for rows in (base, *others)]
    assert len(set(found)) == len(found)
    assert digest(server, base, {"b": "INTEGER", "t": "VARCHAR"}) not in found
    assert digest(server, base, {"a": "BIGINT", "t": "VARCHAR"}) not in found


def test_all_that_is_counted_is_counted_at_one_moment(server):
    made = worlds.postgres(server, "moving", SMALL, [(1, "a")])
    with open_engine() as engine:
        source = engine.source(engine.describe(made))
        run(server, "INSERT INTO moving VALUES (2, 'b')")
        assert source.class_cells(["a"]).rows == source.table.rows == 1
    with open_engine() as engine:
        assert engine.describe(made).rows == 2


def test_nothing_can_be_written_through_a_view(server):
    worlds.postgres(server, "log", {"a": "INTEGER"}, [])
    run(
        server,
        "CREATE OR REPLACE FUNCTION public.note() RETURNS int LANGUAGE sql VOLATILE AS"
        " 'INSERT INTO public.log VALUES (1) RETURNING 1'",
        "CREATE OR REPLACE VIEW sly AS SELECT public.note() AS a",
    )
    with open_engine() as engine, pytest.raises(Exception, match=r"read-only|25006|refused"):
        engine.describe(table(server, "sly"))
    with worlds.connection(server) as connection:
        assert connection.execute("SELECT count(*) FROM log").fetchone() == (0,)


def test_functions_of_users_do_not_stand_in_for_the_servers(server):
    worlds.postgres(server, "plain", {"x": "DOUBLE"}, [(1.0,), (2.0,)])
    run(
        server,
        "CREATE OR REPLACE FUNCTION public.floor(double precision) RETURNS double precision"
        " LANGUAGE sql AS 'SELECT 0.0::float8'",
        "ALTER ROLE boss SET search_path = public, pg_catalog",
    )
    try:
        with open_engine() as engine:
            cells = engine.source(table(server, "plain")).bucket_cells(["x"])
        # ln 1 * 32 = 0 and ln 2 * 32 = 22.18.
        assert cells.runs[0][0].bucket.tolist() == [1_000_000, 1_000_022]
    finally:
        run(server, "ALTER ROLE boss RESET search_path", "DROP FUNCTION public.floor")


def test_names_are_data(server):
    odd = {'a"b; DROP TABLE x': "INTEGER", "c": "INTEGER", "x": "DOUBLE", "年齢 %s": "VARCHAR"}
    made = worlds.postgres(server, "Großes 表", odd, [(1, 2, 3.0, "%s"), (1, 2, None, None)])
    with open_engine() as engine:
        source = engine.source(made)
        assert source.class_cells(list(odd)).count.tolist() == [1, 1]
        assert source.bucket_cells(["c", "x", "年齢 %s"], period='a"b; DROP TABLE x').rows == {
            "1": 2
        }


@pytest.mark.parametrize("column", ["j", "b", "l"])
def test_a_type_without_cells_is_told(server, column):
    run(
        server,
        "DROP TABLE IF EXISTS odd",
        "CREATE TABLE odd (j json, b bytea, l int[])",
        """INSERT INTO odd VALUES ('{"tel": "090-1234-5678"}', '\\x3132', '{12}')""",
    )
    with open_engine() as engine:
        source = engine.source(table(server, "odd"))
        for count in (
            lambda: source.class_cells([column]),
            lambda: source.bucket_cells([column]),
            lambda: source.group_cells([column], prediction=column),
            lambda: source.records([column]),
        ):
            with pytest.raises(Problem, match=r"cannot be counted|asked for twice"):
                count()
        # Documents and lists are searched for identifiers all the same; bytes are not.
        assert {batch.column for batch in source.texts()} == {"j", "l"}


def test_a_table_of_two_hundred_columns_is_counted(server):
    columns = {f"c{n}": "DOUBLE" if n % 2 else "VARCHAR" for n in range(220)}
    row = tuple(float(n) if n % 2 else str(n) for n in range(220))
    made = worlds.postgres(server, "wide", columns, [row, row])
    with open_engine() as engine:
        source = engine.source(made)
        assert source.class_cells(list(columns)[:40]).count.tolist() == [2]
        cells = source.bucket_cells(list(columns))
        assert [held.count.tolist() for (held,) in cells.runs] == [[2]] * 220


def test_a_number_beyond_doubles_is_infinite_and_one_below_is_zero(server):
    run(
        server,
        "DROP TABLE IF EXISTS far",
        "CREATE TABLE far (n numeric)",
        "INSERT INTO far VALUES (1e400), (-1e400), (1e-400), ('NaN'), ('Infinity'), (1.50), (1.5)",
    )
    with open_engine() as engine:
        source = engine.source(table(server, "far"))
        cells = source.bucket_cells(["n"])
        ((held,),) = cells.runs
        found = dict(zip(held.bucket.tolist(), held.count.tolist(), strict=True))
        # ln 1.5 * 32 = 12.97
        assert found == {0: 1, 1_000_012: 2, 8_000_000: 2, -8_000_000: 1, 9_000_000: 1}
        assert len(source.class_cells(["n"]).count) == 6


def test_a_number_of_any_size_has_a_digest_and_a_whole_one_that_of_its_digits(server):
    def digest(text):
        return int.from_bytes(hashlib.sha256(f"k{text}".encode()).digest()[:8], "big")

    texts = {
        "12.0": "12", "12.50": "12.5", "12345678901234567890.00": "12345678901234567890",
        "12345678901234567891": "12345678901234567891", "1e40": "1e+40", "'NaN'": "nan",
    }  # fmt: skip
    run(
        server,
        "DROP TABLE IF EXISTS codes",
        "CREATE TABLE codes (n numeric)",
        f"INSERT INTO codes VALUES ({'), ('.join(texts)}), (NULL), (12)",
    )
    with open_engine() as engine:
        (found,) = engine.source(table(server, "codes")).value_digests(["n"], digest_key="k")
    assert found.digests.tolist() == sorted(map(digest, texts.values()))
    assert found.rows == len(texts) + 1


def test_moments_belong_to_their_day_in_japan_whatever_the_server_thinks(server):
    moment = dt.datetime(2026, 1, 1, 15, tzinfo=dt.UTC)
    made = worlds.postgres(server, "zones", {"m": "TIMESTAMPTZ", "n": "INTEGER"}, [(moment, 1)])
    run(server, "ALTER ROLE boss SET TimeZone = 'America/New_York'")
    try:
        with open_engine() as engine:
            source = engine.source(made)
            assert source.bucket_cells(["n"], period="m").rows == {"2026-01-02": 1}
            assert source.bucket_cells(["m"]).labels == ("2026-01-02 00:00:00+09",)
    finally:
        run(server, "ALTER ROLE boss RESET TimeZone")


def test_an_unknown_table_has_a_near_one(server):
    worlds.postgres(server, "people", SMALL, [])
    with open_engine() as engine, pytest.raises(Problem, match=r"Did you mean public\.people"):
        engine.describe(table(server, "peple"))


def test_a_table_that_may_not_be_read_is_told(server, monkeypatch):
    worlds.postgres(server, "secret", SMALL, [(1, "a")])
    guest = as_guest(server)
    monkeypatch.setenv("PGPASSWORD", "richtig")
    assert "public.secret" in [each.relation for each in databases.tables(server)]
    with pytest.raises(Problem, match="no table that can be read"):
        databases.tables(guest)
    with open_engine() as engine, pytest.raises(Problem, match="may not read") as caught:
        engine.describe(table(guest, "secret"))
    assert str(caught.value.where) == "app#public.secret"


def test_a_wrong_password_is_told_and_never_repeated(server, monkeypatch):
    guest = as_guest(server)
    for given in (None, "falsch"):
        monkeypatch.delenv("PGPASSWORD", raising=False)
        if given:
            monkeypatch.setenv("PGPASSWORD", given)
        with open_engine() as engine, pytest.raises(Problem, match="refuses the password") as told:
            engine.describe(table(guest, "secret"))
        assert "falsch" not in f"{told.value}"


def test_a_server_that_is_down_and_a_database_that_is_not_there_are_told(server, tmp_path):
    for place, found in (
        (f"postgresql://boss@/app?host={tmp_path}", "No PostgreSQL server answers"),
        (server.replace("/app", "/none"), "no such database"),
        (server.replace("boss@", "nobody@"), "refuses the connection"),
    ):
        with open_engine() as engine, pytest.raises(Problem, match=found) as caught:
            engine.describe(table(place, "t"))
        assert str(tmp_path) not in str(caught.value)


def test_a_view_that_vanishes_is_told(server):
    worlds.postgres(server, "kept", SMALL, [(1, "a")])
    run(server, "CREATE OR REPLACE VIEW gone AS SELECT * FROM kept")
    with open_engine() as engine:
        view = engine.describe(table(server, "gone"))
        engine.close()
        run(server, "DROP VIEW gone")
        with pytest.raises(Problem, match="not there") as caught:
            engine.source(view).class_cells(["a"])
        assert str(caught.value.where) == "app#public.gone"
        # The connection still counts what is there.
        assert engine.source(table(server, "kept")).class_cells(["a"]).rows == 1


def test_rows_that_a_policy_hides_are_no_table(server, monkeypatch):
    worlds.postgres(server, "policed", SMALL, [(1, "a"), (2, "b")])
    guest = as_guest(server)
    monkeypatch.setenv("PGPASSWORD", "richtig")
    run(
        server,
        "ALTER TABLE policed ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY part ON policed USING (a = 1)",
        "GRANT SELECT ON policed TO guest",
    )
    with open_engine() as engine, pytest.raises(Problem, match="row-level security"):
        engine.describe(table(guest, "policed"))
    with open_engine() as engine:
        assert engine.describe(table(server, "policed")).rows == 2


def test_a_value_that_a_view_cannot_compute_is_told_without_it(server):
    worlds.postgres(server, "raw", {"t": "VARCHAR"}, [("12",), ("geheim",)])
    run(server, "CREATE OR REPLACE VIEW parsed AS SELECT t::int AS n FROM raw")
    with open_engine() as engine, pytest.raises(Problem, match="cannot be read") as caught:
        engine.describe(table(server, "parsed"))
    assert "geheim" not in str(caught.value)


def test_tables_of_a_server_are_listed(server):
    run(server, "CREATE SCHEMA IF NOT EXISTS sales", "DROP TABLE IF EXISTS sales.orders")
    run(server, "CREATE TABLE sales.orders (n int)")
    names = [each.relation for each in databases.tables(server)]
    assert "sales.orders" in names
    assert names == sorted(names)
