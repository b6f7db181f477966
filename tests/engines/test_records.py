# SPDX-License-Identifier: Apache-2.0
"""Records on DuckDB: which rows are drawn, in which order, and how they are coded."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.engines.duckdb.engine import DuckDBEngine
from shirube.engines.duckdb.records import records
from shirube.terms.errors import Problem
from shirube.terms.records import Records
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path

Row = tuple[float | None, str | None]


def drawn(rows: list[Row], **asked: Any) -> Records:
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE t ("a ""n""" DOUBLE, "b" VARCHAR)')
        if rows:
            connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
        columns = [('a "n"', True), ("b", False)]
        found = records(connection, "t", columns, rows=len(rows), **asked)
        assert connection.execute("SHOW TABLES").fetchall() == [("t",)]
        return found


def told(found: Records) -> list[Row]:
    labels = (*found.labels["b"], None)
    return [
        (None if math.isnan(number) else number, labels[code])
        for number, code in zip(
            found.numbers['a "n"'].tolist(), found.codes["b"].tolist(), strict=True
        )
    ]


def key(row: Row, occurrence: int, seed: int) -> str:
    """The definition, in Python: exact arithmetic on the number, and MD5."""
    number, text = row
    if number is None:
        first = "\x1e"
    elif abs(number) < 1:
        first = str(math.floor(number * 2**52))
    elif abs(number) < 2**33:
        first = str(math.floor(number * 2**20))
    elif abs(number) < 2**53:
        first = str(math.floor(number))
    else:
        first = "+" if number > 0 else "-"
    parts = [str(seed), first, "\x1e" if text is None else text, str(occurrence)]
    return hashlib.md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()


def expected(rows: list[Row], seed: int) -> list[Row]:
    seen: dict[Row, int] = {}
    keyed = []
    for row in rows:
        occurrence = seen.get(row, 0)
        seen[row] = occurrence + 1
        keyed.append((key(row, occurrence, seed), row))
    return [row for _key, row in sorted(keyed, key=lambda each: each[0])]


numbers = st.sampled_from([0.0, 0.1, -0.1, 1.0, 2.5, -3.75, 1e9, 1e10, 1e15, 1e16, -1e300, None])
tables = st.lists(
    st.tuples(numbers, st.sampled_from(["x", "y", "ア", "", "\x1f", None])), max_size=12
)


@settings(max_examples=15)
@given(tables, st.integers(0, 2**31), st.integers(0, 14), st.randoms())
def test_rows_come_in_the_order_of_their_keys_whatever_their_order_in_the_table(
    rows: list[Row], seed: int, limit: int, random: Any
) -> None:
    shuffled = random.sample(rows, len(rows))
    assert told(drawn(shuffled, seed=seed, limit=limit)) == expected(rows, seed)[:limit]


def test_equal_rows_are_drawn_independently_of_each_other() -> None:
    # 300 equal rows and 300 that differ: a sample of half has about 150 of each, not 0 or 300
    # (standard deviation of the hypergeometric draw: 6).
    rows: list[Row] = [(0.0, "same")] * 300 + [(float(n), "other") for n in range(300)]
    found = drawn(rows, limit=300, seed=3)
    assert found.taken == 300
    same = found.labels["b"].index("same")
    assert abs(int((found.codes["b"] == same).sum()) - 150) < 36


def test_labels_are_in_the_order_of_their_texts_and_a_missing_value_has_none() -> None:
    found = drawn([(1.0, "b"), (None, None), (2.0, "a")])
    assert found.labels == {"b": ("a", "b")}
    assert sorted(found.codes["b"].tolist()) == [-1, 0, 1]
    assert int(np.isnan(found.numbers['a "n"']).sum()) == 1


def test_an_empty_table_gives_no_rows() -> None:
    found = drawn([])
    assert (found.taken, found.rows, found.labels) == (0, 0, {"b": ()})


def test_a_source_draws_from_a_file_and_knows_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("age,city,ok\n31,Naha,true\n,Otsu,false\n40,Naha,\n", encoding="utf-8")
    with DuckDBEngine(threads=1) as engine:
        source = engine.source(Table(dataset="t", files=(str(file),), format="csv"))
        found = source.records(["age", "city", "ok"], limit=2)
        assert (found.rows, found.taken, found.columns) == (3, 2, ("age", "city", "ok"))
        assert set(found.numbers) == {"age"}
        with pytest.raises(Problem, match="no column"):
            source.records(["height"])
