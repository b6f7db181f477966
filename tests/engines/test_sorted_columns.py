# SPDX-License-Identifier: Apache-2.0
"""Sorted numbers give the cells of the queries, each in the bucket of its literal edges."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_of_numbers import COLUMNS, PERIODS, cells_of, written

from shirube.engines import buckets, sorted_buckets
from shirube.engines.duckdb import sorted_columns as sorting

CELLS = "shirube.engines.duckdb.bucket_cells"


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Return a log of 3000 rows: every kind of number, values at edges, gaps, five periods."""
    return written(tmp_path / "log.parquet")


@pytest.mark.parametrize("period", PERIODS)
def test_sorted_columns_give_the_cells_of_the_queries(log, period, monkeypatch):
    found: list[set[str]] = []
    sort = sorting.sorted_columns

    def watched(*given, **named):
        found.append(set(cells := sort(*given, **named)))
        return cells

    monkeypatch.setattr(f"{CELLS}.sorted_columns", watched)
    told = cells_of(log, period)
    # A text for each row costs more than its columns; all else is sorted, but for the texts.
    assert found == [set() if period == "month" else {*COLUMNS} - {"c"}]
    monkeypatch.setattr(f"{CELLS}.sorted_columns", lambda *_given, **_named: {})
    assert cells_of(log, period) == told


@pytest.mark.parametrize(
    "first",
    ["DATE '0001-01-01'", "DATE '0044-03-15 (BC)'", "NULL::DATE", "-7::BIGINT"],
)
def test_rows_of_any_date_are_sorted_as_the_queries_group_them(tmp_path, first, monkeypatch):
    path = tmp_path / "t.parquet"
    other = "10::BIGINT" if "BIGINT" in first else "DATE '2026-10-01'"
    with duckdb.connect() as connection:
        rows = f"SELECT unnest([{other}, {first}, {other}]) AS p, unnest([2.5, 3.5, 2.5]) AS x"
        connection.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
    found = cells_of(str(path), "p", ["x"])
    monkeypatch.setattr(f"{CELLS}.sorted_columns", lambda *_given, **_named: {})
    assert cells_of(str(path), "p", ["x"]) == found
    assert sorted(cell[0] for cell in found[0].values()) == [1, 2]


def test_numbers_over_very_many_buckets_are_left_to_the_queries(log, monkeypatch):
    told = cells_of(log, "day", ["x", "i"])
    monkeypatch.setattr(sorted_buckets, "MOST_STEPS", 200)  # of i alone: ln(89) * 32 = 143
    assert cells_of(log, "day", ["x", "i"]) == told


@given(
    st.lists(
        st.floats(allow_nan=True, allow_infinity=True)
        | st.integers(-300, 300).map(buckets.edge)
        | st.integers(-300, 300).map(lambda step: -math.nextafter(buckets.edge(step), 0.0)),
        max_size=40,
    )
)
def test_every_value_lies_in_the_bucket_of_its_literal_edges(values: list[float]) -> None:
    cells = sorted_buckets.cells(np.sort(np.asarray(values, np.float64)))
    if cells is None:
        return  # spread over more buckets than edges are computed for
    bucket, count, low, high = cells
    assert dict(zip(bucket.tolist(), count.tolist(), strict=True)) == Counter(map(_bucket, values))
    assert bucket.tolist() == sorted(bucket.tolist())
    for number, least, most in zip(bucket.tolist(), low, high, strict=True):
        own = [value for value in values if _bucket(value) == number]
        if number != buckets.NAN:
            assert (least, most) == (min(own), max(own))


def _bucket(value: float) -> int:
    """Return the bucket by its definition: the literal edges, by search."""
    if math.isnan(value):
        return buckets.NAN
    if math.isinf(value):
        return buckets.POSITIVE_INFINITY if value > 0 else buckets.NEGATIVE_INFINITY
    if abs(value) < buckets.SMALLEST:
        return buckets.ZERO
    step = math.floor(math.log(abs(value)) * buckets.K) - 2
    while buckets.edge(step + 1) <= abs(value):
        step += 1
    return int(math.copysign(buckets.CENTRE + step, value))
