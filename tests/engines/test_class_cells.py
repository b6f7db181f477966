# SPDX-License-Identifier: Apache-2.0
"""Class cells on DuckDB: what is counted, what a NULL is, and what never leaves."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.engines.duckdb.class_cells import class_cells
from shirube.terms.cells import ClassCells

ROWS = [
    ("30s", "Tokyo", "flu"),
    ("30s", "Tokyo", "flu"),
    ("30s", "Tokyo", "cold"),
    ("30s", None, "flu"),
    ("30s", None, None),
    ("40s", "Tokyo", "flu"),
]


def counted(rows: list[tuple[Any, ...]], quasi: int, sensitive: int, **asked: Any) -> ClassCells:
    names = [f"c {at}" for at in range(quasi + sensitive)]
    columns = ", ".join(f'"{name}" VARCHAR' for name in names)
    # Opening a database takes longer than counting: all these tables are written into one.
    connection = _database()
    connection.execute(f"CREATE OR REPLACE TABLE t ({columns})")
    if rows:
        marks = ", ".join(["(" + ", ".join("?" for _ in names) + ")"] * len(rows))
        connection.execute(f"INSERT INTO t VALUES {marks}", [cell for row in rows for cell in row])
    cells = class_cells(connection, "t", names[:quasi], names[quasi:], **asked)
    assert connection.execute("SHOW TABLES").fetchall() == [("t",)]
    return cells


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def profile(cells: ClassCells) -> Counter[tuple[tuple[Any, ...], ...]]:
    """Classes without their names: each is the bag of its (codes, count)."""
    classes: dict[int, list[tuple[Any, ...]]] = {}
    codes = (
        zip(*cells.sensitive.values(), strict=True) if cells.sensitive else [()] * len(cells.count)
    )
    for class_id, code, count in zip(
        cells.class_id.tolist(), codes, cells.count.tolist(), strict=True
    ):
        classes.setdefault(class_id, []).append((tuple(map(int, code)), count))
    return Counter(tuple(sorted(cell)) for cell in classes.values())


def test_a_missing_value_is_a_value_of_its_own() -> None:
    # Classes: (30s, Tokyo) 3 rows, (30s, NULL) 2, (40s, Tokyo) 1; codes: cold 0, flu 1, NULL 2.
    cells = counted(ROWS, 2, 1)
    assert profile(cells) == Counter([(((0,), 1), ((1,), 2)), (((1,), 1), ((2,), 1)), (((1,), 1),)])
    assert cells.rows == 6
    assert cells.nulls == {"c 0": 0, "c 1": 2, "c 2": 1}


def test_cells_come_sorted_by_class_then_by_code() -> None:
    cells = counted(ROWS, 2, 1)
    pairs = list(zip(cells.class_id.tolist(), cells.sensitive["c 2"].tolist(), strict=True))
    assert pairs == sorted(pairs)
    assert np.unique(cells.class_id).tolist() == [0, 1, 2]


def test_codes_follow_the_values_and_classes_follow_the_codes() -> None:
    # Classes in order: (30s, Tokyo), (30s, NULL), (40s, Tokyo).
    cells = counted(ROWS, 2, 1, codes=True)
    assert cells.codes["c 0"].tolist() == [0, 0, 1]
    assert cells.codes["c 1"].tolist() == [0, 1, 0]
    assert cells.class_id.tolist() == [0, 0, 1, 1, 2]
    assert cells.count.tolist() == [1, 2, 1, 1, 1]
    assert counted(ROWS, 2, 1).codes == {}


def test_numbers_have_codes_in_their_order_not_in_that_of_their_texts() -> None:
    with duckdb.connect() as connection:
        table = "(SELECT unnest([9, 10, NULL, -1, 10]) AS a)"
        cells = class_cells(connection, table, ["a"], codes=True)
    assert cells.codes["a"].tolist() == [0, 1, 2, 3]
    assert cells.count.tolist() == [1, 1, 2, 1]
    assert cells.nulls == {"a": 1}


def test_equal_values_of_two_tables_have_equal_digests_under_one_key() -> None:
    def digests(values: str, key: str) -> list[int]:
        with duckdb.connect() as connection:
            table = f"(SELECT unnest([{values}]) AS a)"
            return class_cells(connection, table, ["a"], digest_key=key).digests["a"].tolist()

    texts, numbers = digests("'10', '9', '1.5', NULL", "k"), digests("9.0, 10, 1.5, NULL", "k")
    assert texts == [numbers[0], numbers[2], numbers[1], 0]  # '1.5' < '10' < '9', 1.5 < 9 < 10
    # SHA-256 of "k9" begins with these eight bytes.
    assert numbers[1] == int.from_bytes(hashlib.sha256(b"k9").digest()[:8], "big")
    assert digests("DATE '2026-01-02'", "k") == digests("'2026-01-02'", "k")
    assert not set(digests("1, 2, 3", "k")) & set(digests("1, 2, 3", "other"))


def test_two_hundred_columns_are_counted_one_after_the_other() -> None:
    # One query that joined the values of all columns was planned for a minute, in half a gibibyte.
    rows = [tuple(f"{row % (2 + at % 9)}" for at in range(200)) for row in range(12)]
    cells = counted(rows, 199, 1, codes=True)
    assert cells.class_id.tolist() == list(range(12))
    # Up to ten values a column, all of one digit: the order of the texts is that of the digits.
    order = sorted(range(12), key=lambda row: rows[row])
    for at in range(199):
        assert cells.codes[f"c {at}"].tolist() == [int(rows[row][at]) for row in order]


def test_an_empty_table_has_no_cells() -> None:
    cells = counted([], 1, 1)
    assert cells.rows == 0
    assert cells.class_id.size == cells.count.size == cells.sensitive["c 1"].size == 0
    assert cells.nulls == {"c 0": 0, "c 1": 0}


def test_tables_made_on_the_way_are_removed_also_after_an_error() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
        with pytest.raises(duckdb.Error):
            class_cells(connection, "t", ["a", "absent"])
        assert connection.execute("SHOW TABLES").fetchall() == [("t",)]


def test_more_cells_than_one_block_come_out_whole() -> None:
    with duckdb.connect() as connection:
        cells = class_cells(
            connection, "(SELECT range AS id, range % 3 AS s FROM range(1100000))", ["id"], ["s"]
        )
    assert cells.rows == cells.class_id.size == 1_100_000
    assert (np.diff(cells.class_id) == 1).all()


values = st.sampled_from(["a", "b", None])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(values, values, values, values), max_size=30))
def test_cells_equal_counting_by_hand(rows: list[tuple[Any, ...]]) -> None:
    cells = counted(rows, 2, 2)
    by_hand: dict[tuple[Any, ...], Counter[tuple[Any, ...]]] = {}
    for row in rows:
        by_hand.setdefault(row[:2], Counter())[row[2:]] += 1
    # Compare classes as bags of counts and the number of distinct sensitive pairs.
    expected = Counter(tuple(sorted(each.values())) for each in by_hand.values())
    found = Counter(tuple(sorted(count for _, count in each)) for each in profile(cells).elements())
    assert found == expected
    assert cells.rows == len(rows)
