# SPDX-License-Identifier: Apache-2.0
"""Counting by look-up gives the cells of the queries, or leaves the table to them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest
from log_of_numbers import PERIODS, cells_of, written

from shirube.engines.bucket_kernel import count_block
from shirube.engines.duckdb import looked_up as module
from shirube.engines.duckdb.blocks import blocks
from shirube.terms.errors import Problem

CELLS = "shirube.engines.duckdb.bucket_cells"


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Return a log of 3000 rows: every kind of number, values at edges, gaps, five periods."""
    return written(tmp_path / "log.parquet")


@pytest.fixture(autouse=True)
def unsorted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sort nothing, though the tables are small."""
    monkeypatch.setattr(f"{CELLS}.sorted_columns", lambda *_given, **_named: {})


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Look up whatever the size, without compiling; the list has an entry per block of values."""
    used: list[int] = []

    def plain(*arguments: object) -> int:
        used.append(1)
        return count_block(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_pays", lambda _values: True)
    monkeypatch.setattr("shirube.engines.bucket_kernel.compiled", lambda: plain)
    return used


@pytest.mark.parametrize("period", PERIODS)
def test_cells_equal_those_of_the_queries(log, period, request):
    queries = cells_of(log, period)
    used = request.getfixturevalue("always")
    assert cells_of(log, period) == queries
    assert bool(used) == (period != "half")  # a fraction has no number: left to the queries


def test_a_table_of_few_rows_is_read_a_few_columns_at_a_time(log, always, monkeypatch):
    together = cells_of(log, "day")
    blocks_of_all = len(always)
    monkeypatch.setattr(module, "_AT_ONCE", 3 * 3000)
    assert cells_of(log, "day") == together
    assert len(always) == 2 * blocks_of_all  # as many again: every column is counted once


def test_a_small_table_is_left_to_the_queries(log, always, monkeypatch):
    monkeypatch.undo()
    assert not module._pays(module.MOST_VALUES_BY_QUERY // 100_000)
    cells_of(log, "day")
    assert not always


def test_a_numba_that_cannot_be_imported_leaves_the_table_to_the_queries(log, always, monkeypatch):
    def broken() -> None:
        raise ImportError("numba needs another numpy")

    module._compiles.cache_clear()
    monkeypatch.setattr("shirube.engines.bucket_kernel.compiled", broken)
    found = cells_of(log, "day", ["x"])
    module._compiles.cache_clear()
    monkeypatch.undo()
    assert not always
    assert found == cells_of(log, "day", ["x"])


def test_too_many_cells_are_left_to_the_queries(log, always, monkeypatch):
    monkeypatch.setattr(module, "_MOST_CELLS", 10_000)
    found = cells_of(log, "day", ["x"])
    monkeypatch.undo()
    assert always
    assert found == cells_of(log, "day", ["x"])


@pytest.mark.parametrize("first", ["DATE '0001-01-01'", "9e15::BIGINT", "NULL::DATE"])
def test_periods_that_lie_too_far_apart_are_left_to_the_queries(tmp_path, always, first):
    path = tmp_path / "t.parquet"
    other = "1::BIGINT" if "BIGINT" in first else "DATE '2026-10-01'"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT unnest([{first}, {other}]) AS p, 2.5 AS x) TO '{path}'")
    found, rows = cells_of(str(path), "p", ["x"])
    assert sum(rows.values()) == sum(cell[0] for cell in found.values()) == 2
    assert bool(always) == ("NULL" in first)


def test_blocks_hold_every_row_with_its_gaps():
    with duckdb.connect() as connection:
        rows = connection.sql(
            "SELECT DATE '1970-01-03' AS d, CASE WHEN n % 3 > 0 THEN n::DOUBLE END AS x,"
            " n::INTEGER AS i FROM range(300000) r(n)"
        )
        total = gaps = numbers = 0
        for day, x, i in blocks(rows):
            there = np.unpackbits(x.valid, count=len(x.values), bitorder="little").astype(bool)
            assert (day.values == 2).all()
            total += int(x.values[there].sum())
            gaps += int((~there).sum())
            numbers += int(i.values.sum())
    assert total == sum(n for n in range(300_000) if n % 3)
    assert gaps == 100_000
    assert numbers == 299_999 * 150_000


def test_a_file_that_breaks_off_is_a_problem(tmp_path, always):
    path = tmp_path / "t.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT random() AS x FROM range(200000)) TO '{path}'")
    content = bytearray(path.read_bytes())
    content[2000:900_000] = bytes(898_000)
    path.write_bytes(content)
    with pytest.raises(Problem, match="cannot be read"):
        cells_of(str(path), None, ["x"])
