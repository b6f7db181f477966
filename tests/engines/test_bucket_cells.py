# SPDX-License-Identifier: Apache-2.0
"""Bucket cells: every value in its literal bucket, counts that add up, nothing lost."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_of_numbers import flat

from shirube.engines import buckets, cell_cache, open_engine
from shirube.terms.cells import BucketCells
from shirube.terms.errors import Problem
from shirube.terms.source import Table

QUICK = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def written(path: Path, rows: list[tuple[object, ...]], types: str) -> str:
    """Write rows as Parquet with columns named as in ``types``."""
    connection = _database()
    connection.execute(f"CREATE OR REPLACE TABLE t ({types})")
    marks = ", ".join("?" for _column in types.split(","))
    if rows:
        every = ", ".join([f"({marks})"] * len(rows))
        connection.execute(f"INSERT INTO t VALUES {every}", [cell for row in rows for cell in row])
    connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return str(path)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """Return one database for all tables: opening it takes longer than writing them."""
    return duckdb.connect()


def counted(*files: str, columns: list[str], period: str | None = None, **more: object):
    table = Table(dataset="d", files=files, format="parquet", **more)
    with open_engine(threads=1) as engine:
        return engine.source(table).bucket_cells(columns, period=period)


def as_counter(cells: BucketCells) -> Counter[tuple[str, str, object]]:
    """Return (period, column, bucket or text) -> count."""
    found: Counter[tuple[str, str, object]] = Counter()
    numeric = dict(zip(cells.columns, cells.numeric, strict=True))
    for period, name, bucket, count, _low, _high in flat(cells):
        value: object = bucket
        if not numeric[name]:
            value = None if bucket == buckets.TEXT_NULL else cells.labels[bucket]
        found[period, name, value] += count
    return found


def bucket_of(x: float | None) -> int:
    """Return the bucket by its definition: the literal edges, by search."""
    if x is None:
        return buckets.NULL
    if math.isnan(x):
        return buckets.NAN
    if math.isinf(x):
        return buckets.POSITIVE_INFINITY if x > 0 else buckets.NEGATIVE_INFINITY
    size = abs(x)
    if size < buckets.SMALLEST:
        return buckets.ZERO
    step = math.floor(math.log(size) * buckets.K) - 2
    while buckets.edge(step + 1) <= size:
        step += 1
    return (buckets.CENTRE + step) * (1 if x > 0 else -1)


def test_a_small_world_is_counted_by_hand(tmp_path):
    # ln(1) = 0 -> 1000000; ln(e) * 32 = 32 -> the edge of 1000032 (2.72 lies above e);
    # -1 mirrors 1; 0, NULL, NaN and the infinities have cells of their own.
    rows = [
        ("2026-10-01", 1.0, "a"),
        ("2026-10-01", 1.0, "b"),
        ("2026-10-01", 2.72, None),
        ("2026-10-02", -1.0, "a"),
        ("2026-10-02", 0.0, "a"),
        ("2026-10-02", None, "a"),
        ("2026-10-02", math.nan, "a"),
        (None, math.inf, "a"),
        (None, -math.inf, "a"),
    ]
    file = written(tmp_path / "t.parquet", rows, "d DATE, x DOUBLE, c VARCHAR")
    cells = counted(file, columns=["x", "c"], period="d")
    assert as_counter(cells) == {
        ("2026-10-01", "x", 1_000_000): 2,
        ("2026-10-01", "x", 1_000_032): 1,
        ("2026-10-02", "x", -1_000_000): 1,
        ("2026-10-02", "x", 0): 1,
        ("2026-10-02", "x", buckets.NULL): 1,
        ("2026-10-02", "x", buckets.NAN): 1,
        ("", "x", buckets.POSITIVE_INFINITY): 1,
        ("", "x", buckets.NEGATIVE_INFINITY): 1,
        ("2026-10-01", "c", "a"): 1,
        ("2026-10-01", "c", "b"): 1,
        ("2026-10-01", "c", None): 1,
        ("2026-10-02", "c", "a"): 4,
        ("", "c", "a"): 2,
    }
    assert cells.rows == {"": 2, "2026-10-01": 3, "2026-10-02": 4}


numbers = st.one_of(
    st.none(),
    st.floats(),
    st.integers(-20_000, 20_000).map(buckets.edge),
    st.integers(-300, 300).map(lambda step: math.nextafter(buckets.edge(step), -math.inf)),
    st.integers(-300, 300).map(lambda step: -buckets.edge(step)),
)


@QUICK
@given(values=st.lists(numbers, min_size=1, max_size=40))
def test_every_value_lies_in_the_bucket_of_its_literal_edges(tmp_path, values):
    file = written(tmp_path / "t.parquet", [(value,) for value in values], "x DOUBLE")
    cells = counted(file, columns=["x"])
    assert as_counter(cells) == Counter(("", "x", bucket_of(value)) for value in values)
    for _period, _name, bucket, _count, low, high in flat(cells):
        if buckets.is_logarithmic(np.asarray([bucket]))[0]:
            assert bucket_of(low) == bucket_of(high) == bucket


def test_edges_are_strictly_ordered_wherever_a_double_is_normal():
    steps = range(math.ceil(math.log(buckets.SMALLEST) * buckets.K), 22_700)
    edges = np.asarray([buckets.edge(step) for step in steps])
    assert (np.diff(edges) > 0).all()


@QUICK
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["2026-10", "2026-11"]),
            st.one_of(st.none(), st.floats(-1e6, 1e6)),
            st.sampled_from(["a", "b", "ｃ", None]),
        ),
        min_size=2,
        max_size=30,
    ),
    cut=st.integers(1, 29),
)
def test_cells_add_up_across_files_and_do_not_depend_on_the_order_of_rows(tmp_path, rows, cut):
    types = "m VARCHAR, x DOUBLE, c VARCHAR"
    whole = written(tmp_path / "whole.parquet", rows, types)
    first = written(tmp_path / "first.parquet", list(reversed(rows[:cut])), types)
    rest = written(tmp_path / "rest.parquet", rows[cut:], types)
    together = counted(whole, columns=["x", "c"], period="m")
    parts = counted(first, rest, columns=["x", "c"], period="m")
    assert as_counter(together) == as_counter(parts)
    with open_engine(threads=1) as engine:
        table = Table(
            dataset="d",
            files=(first, rest),
            format="parquet",
            digests=(f"1{rows}{cut}", f"2{rows}{cut}"),
        )
        source = engine.source(table, cache=tmp_path / "cache")
        cached = [source.bucket_cells(["x", "c"], period="m") for _again in range(2)]
    assert as_counter(cached[0]) == as_counter(cached[1]) == as_counter(together)


def test_a_cached_file_is_not_read_again(tmp_path):
    file = written(tmp_path / "t.parquet", [(1.0,), (2.0,)], "x DOUBLE")
    table = Table(dataset="d", files=(file,), format="parquet", digests=("abc",))
    with open_engine(threads=1) as engine:
        before = engine.source(table, cache=tmp_path / "c").bucket_cells(["x"])
    # Another content under the same digest would be a lie; it shows that the cells were kept.
    written(tmp_path / "t.parquet", [(5.0,)], "x DOUBLE")
    with open_engine(threads=1) as engine:
        after = engine.source(table, cache=tmp_path / "c").bucket_cells(["x"])
    assert as_counter(before) == as_counter(after)
    (kept,) = (tmp_path / "c").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_bytes(b"broken")
    with open_engine(threads=1) as engine:
        again = engine.source(table, cache=tmp_path / "c").bucket_cells(["x"])
    assert as_counter(again) == {("", "x", bucket_of(5.0)): 1}


def test_more_texts_than_the_limit_are_hashed_in_every_part(tmp_path):
    many = [(f"t{n}",) for n in range(buckets.TEXT_LIMIT + 1)]
    a = written(tmp_path / "a.parquet", many[:2], "c VARCHAR")
    with duckdb.connect() as connection:
        b = str(tmp_path / "b.parquet")
        connection.execute(
            f"COPY (SELECT 't' || range AS c FROM range({len(many)})) TO '{b}' (FORMAT parquet)"
        )
    alone = counted(b, columns=["c"])
    assert len(alone.labels) <= 256
    assert all(label.startswith(buckets.HASHED) for label in alone.labels)
    with open_engine(threads=1) as engine:
        table = Table(dataset="d", files=(a, b), format="parquet", digests=("a", "b"))
        both = engine.source(table, cache=tmp_path / "cache").bucket_cells(["c"])
    expected = as_counter(alone)
    expected.update(as_counter(counted(b, a, columns=["c"])))
    expected.subtract(as_counter(counted(b, columns=["c"])))
    assert as_counter(both) == expected
    assert as_counter(both).total() == len(many) + 2


def test_texts_that_become_many_late_in_the_file_are_hashed_like_any_others(tmp_path):
    late, early = str(tmp_path / "late.parquet"), str(tmp_path / "early.parquet")
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT greatest(range - 9000, 0) AS n FROM range(12000)"
        )
        for file, order in ((late, "ASC"), (early, "DESC")):
            texts = f"SELECT 't' || n AS c FROM t ORDER BY n {order}"
            connection.execute(f"COPY ({texts}) TO '{file}' (FORMAT parquet)")
    cells = counted(late, columns=["c"])
    assert all(label.startswith(buckets.HASHED) for label in cells.labels)
    assert as_counter(cells) == as_counter(counted(early, columns=["c"]))
    assert as_counter(cells).total() == 12_000


def test_csv_is_counted_like_parquet(tmp_path):
    file = written(tmp_path / "t.parquet", [(1.5, "x"), (None, "y")], "x DOUBLE, c VARCHAR")
    text = tmp_path / "t.csv"
    text.write_text("x,c\n1.5,x\n,y\n", encoding="utf-8")
    with open_engine(threads=1) as engine:
        source = engine.source(Table(dataset="d", files=(str(text),), format="csv"))
        assert as_counter(source.bucket_cells(["x", "c"])) == as_counter(
            counted(file, columns=["x", "c"])
        )


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    file = written(tmp_path / "t.parquet", [(1.5,)], "x DOUBLE")
    with pytest.raises(Problem, match="no column y") as caught:
        counted(file, columns=["y"])
    assert "Its columns are: x." in str(caught.value)


def test_more_cells_of_texts_than_are_fetched_at_once_are_all_counted(tmp_path, monkeypatch):
    rows = [(f"2026-{n:02}", text) for n in range(1, 10) for text in "abc"]
    file = written(tmp_path / "t.parquet", rows, "m VARCHAR, c VARCHAR")
    whole = as_counter(counted(file, columns=["c"], period="m"))
    monkeypatch.setattr("shirube.engines.duckdb.bucket_cells._MANY_CELLS", 5)
    assert as_counter(counted(file, columns=["c"], period="m")) == whole
    assert len(whole) == 27


def test_a_day_more_opens_the_sum_of_the_days_before(tmp_path: Path, monkeypatch) -> None:
    paths = []
    for day in range(14):
        paths.append(tmp_path / f"{day:02}.parquet")
        duckdb.execute(
            f"COPY (SELECT DATE '2026-10-01' + {day} AS d, n / 3.0 AS x, 't' || n % {day + 1} AS t"
            f" FROM range({10 + day}) r(n)) TO '{paths[-1]}' (FORMAT parquet)"
        )
    cache, opened = tmp_path / "cells", []
    keep = cell_cache.load

    def load(folder: Path, key: str):
        found = keep(folder, key)
        opened.append(found is not None)
        return found

    monkeypatch.setattr(cell_cache, "load", load)
    monkeypatch.setattr("shirube.engines.duckdb.bucket_cells.load", load)

    def cells(files: list[Path], cache: Path | None) -> Counter[tuple[str, str, object]]:
        table = Table(
            dataset="d",
            files=tuple(map(str, files)),
            format="parquet",
            digests=tuple(file.name for file in files) if cache else (),
        )
        with open_engine(threads=1) as engine:
            found = engine.source(table, cache=cache).bucket_cells(["x", "t"], period="d")
        return as_counter(found)

    for days in (9, 10, 12, 14):
        opened.clear()
        assert cells(paths[:days], cache) == cells(paths[:days], None)
        # The sum of nine days, and the days after it that were counted before.
        assert sum(opened) == {9: 0, 10: 1, 12: 2, 14: 4}[days]
    opened.clear()
    assert cells(paths[1:], cache) == cells(paths[1:], None)  # without the first day: no sum fits
    assert sum(opened) == 13
