# SPDX-License-Identifier: Apache-2.0
"""Which cells pass the gate, as what text, and with which row number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from shirube.engines.duckdb import texts as texts_of_duckdb
from shirube.engines.duckdb.engine import DuckDBEngine
from shirube.engines.duckdb.texts import distinct_texts, texts
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from shirube.terms.cells import TextBatch


def passed(create: str, columns: list[str], digits: int = 2) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    with duckdb.connect() as connection:
        connection.execute(create)
        for batch in texts(connection, "t", columns, digits=digits):
            found.setdefault(batch.column, []).extend(zip(batch.row, batch.text, strict=True))
    return found


def test_two_digits_of_either_width_or_an_at_sign_pass() -> None:
    create = (
        "CREATE TABLE t AS SELECT unnest(['none', 'one 1', 'a1b2', '０９', 'x@y', '＠', NULL, '3"
        '\n4\']) AS "a b"'
    )
    assert passed(create, ["a b"]) == {
        "a b": [(3, "a1b2"), (4, "０９"), (5, "x@y"), (6, "＠"), (8, "3\n4")]
    }


def test_whole_numbers_pass_by_size_and_keep_no_fraction() -> None:
    create = (
        "CREATE TABLE t AS SELECT unnest([9, 10, -50, NULL]) AS i,"
        " unnest([123456789018.0, 12.5, 'nan'::DOUBLE, 'inf'::DOUBLE]) AS d,"
        " unnest([12.00, 12.34, 1.00, NULL]::DECIMAL(9, 2)[]) AS e"
    )
    assert passed(create, ["i", "d", "e"]) == {
        "i": [(2, "10")],
        "d": [(1, "123456789018")],
        "e": [(1, "12")],
    }


def test_a_date_a_time_and_a_boolean_never_pass() -> None:
    create = "CREATE TABLE t AS SELECT now() AS a, now()::TIMESTAMP AS b, today() AS c, true AS d"
    assert passed(create, ["a", "b", "c", "d"]) == {}


def test_nested_cells_pass_as_text() -> None:
    create = "CREATE TABLE t AS SELECT {'tel': '03-0000-0000'} AS s, ['a@b', 'c'] AS l"
    found = passed(create, ["s", "l"])
    assert "03-0000-0000" in found["s"][0][1]
    assert "a@b" in found["l"][0][1]


@pytest.mark.parametrize("digits", [2, 5])
def test_rows_count_in_the_order_of_the_file(tmp_path: Path, digits: int) -> None:
    file = tmp_path / "t.parquet"
    create = (
        f"COPY (SELECT range + 1 AS id, (range + 1)::VARCHAR AS s FROM range(60000)) TO '{file}'"
        f" (ROW_GROUP_SIZE 4096); CREATE VIEW t AS SELECT * FROM '{file}'"
    )
    found = passed(create, ["s", "id"], digits)
    first = 10 ** (digits - 1)
    expected = [(row, str(row)) for row in range(first, 60001)]
    assert found == {"s": expected, "id": expected}


def test_many_columns_are_read_in_several_passes() -> None:
    columns = [f"c{at}" for at in range(600)]
    create = f"CREATE TABLE t AS SELECT {', '.join(f'{at + 10} AS {each}' for at, each in enumerate(columns))}"  # noqa: E501
    assert passed(create, columns) == {each: [(1, str(at + 10))] for at, each in enumerate(columns)}


def test_no_column_means_no_cell() -> None:
    assert passed("CREATE TABLE t AS SELECT 1 AS a", []) == {}


def test_long_texts_come_in_small_batches() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT repeat('1234567890', 10000) AS s FROM range(1500)"
        )
        batches = [len(batch.row) for batch in texts(connection, "t", ["s"])]
    assert sum(batches) == 1500
    assert max(batches[1:]) <= 30


def test_words_open_the_gate_and_no_digit_asked_for_opens_it_wide() -> None:
    create = (
        "CREATE TABLE t AS SELECT unnest(['佐藤', 'ﾔﾏﾀﾞ', 'Taro Yamada', 'taro', NULL, '12']) AS s,"
        " unnest(['1990-01-02', NULL]::DATE[]) AS d"
    )
    with duckdb.connect() as connection:
        connection.execute(create)
        words = [b.text for b in texts(connection, "t", ["s", "d"], digits=6, words=True)]
        every = {b.column: b.text for b in texts(connection, "t", ["s", "d"], digits=0)}
    assert words == [["佐藤", "ﾔﾏﾀﾞ", "Taro Yamada"]]
    assert every == {"s": ["佐藤", "ﾔﾏﾀﾞ", "Taro Yamada", "taro", "12"], "d": ["1990-01-02"]}


def test_a_column_that_repeats_its_values_sends_each_once_with_its_weight() -> None:
    create = (
        "CREATE TABLE t AS SELECT '20' || (range % 3) || CASE WHEN range % 2 = 0 THEN 'a' END AS s,"
        " 'x' || (1000 + range) AS id FROM range(600)"
    )
    with duckdb.connect() as connection:
        connection.execute(create)
        batches = list(distinct_texts(connection, "t", ["s", "id"]))
    few = {
        (text, weight)
        for batch in batches
        if batch.column == "s" and batch.weight
        for text, weight in zip(batch.text, batch.weight, strict=True)
    }
    assert few == {("200a", 100), ("201a", 100), ("202a", 100)}
    every = [batch for batch in batches if batch.column == "id"]
    assert sum(len(batch.text) for batch in every) == 600
    assert all(batch.weight is None for batch in every)


def test_columns_that_repeat_their_values_are_the_same_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, temp = tmp_path / "t.csv", tmp_path / "temp"
    temp.mkdir()
    lines = [f"090{n % 3},{n % 4}5.5,東京都{n % 2},,{n:06}" for n in range(100)]
    file.write_text("\n".join(["a,b,c,d,e", *lines]), encoding="utf-8")

    def told(batch: TextBatch) -> list[tuple[Any, ...]]:
        weights = batch.weight or [1] * len(batch.text)
        return [(batch.column, *each) for each in zip(batch.text, weights, strict=True)]

    def cells() -> tuple[list[tuple[Any, ...]], int]:
        with DuckDBEngine(threads=1, temp=temp) as engine:
            source = engine.source(Table(dataset="t", files=(str(file),), format="csv"))
            found = [each for part in source.map_texts(told, digits=0, words=True) for each in part]
            return sorted(found), len(list(temp.rglob("*.columns")))

    copied = cells()
    assert [each for each in copied[0] if each[0] == "c"] == [
        ("c", "東京都0", 50), ("c", "東京都1", 50),
    ]  # fmt: skip
    monkeypatch.setattr(texts_of_duckdb, "_PARSED_APART", 6)
    assert (copied[1], cells()) == (1, (copied[0], 0))
