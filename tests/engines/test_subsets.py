# SPDX-License-Identifier: Apache-2.0
"""Subset cells against their definition, row by row."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube.engines import open_engine, subset_plan
from shirube.engines.class_codes import classes_of
from shirube.engines.duckdb import packed_counts
from shirube.engines.subsets import count_subsets, subset_cells
from shirube.terms.cells import SubsetCells
from shirube.terms.errors import Problem
from shirube.terms.source import Table

NAMES = ("a", "b", "c", "d")
Row = tuple[Any, ...]


def rolled_up(rows: list[Row], most: int) -> SubsetCells:
    counted = Counter(rows)
    columns = {}
    for at, name in enumerate(NAMES):
        values = sorted({row[at] for row in rows}, key=lambda value: (value is None, value))
        codes = [values.index(row[at]) for row in counted]
        columns[name] = np.asarray(codes, np.int32)
    count = np.asarray(list(counted.values()), np.int64)
    return subset_cells(classes_of(columns, count, NAMES, nulls={}, codes=True, digests={}), most)


def by_definition(rows: list[Row], most: int) -> dict[tuple[str, ...], tuple[Counter[int], int]]:
    def alone(row: Row, places: tuple[int, ...]) -> bool:
        return sum(all(row[n] == other[n] for n in places) for other in rows) == 1

    found = {}
    for size in range(1, most + 1):
        for places in combinations(range(4), size):
            sizes = Counter(Counter(tuple(row[n] for n in places) for row in rows).values())
            fewer = [each for n in range(1, size) for each in combinations(places, n)]
            minimal = sum(
                alone(row, places) and not any(alone(row, each) for each in fewer) for row in rows
            )
            found[tuple(NAMES[n] for n in places)] = (sizes, minimal)
    return found


def as_dict(cells: SubsetCells) -> dict[tuple[str, ...], tuple[Counter[int], int]]:
    sizes: list[Counter[int]] = [Counter() for _each in cells.subsets]
    for subset, size, classes in zip(cells.subset, cells.size, cells.classes, strict=True):
        sizes[subset][int(size)] += int(classes)
    minimal = cells.minimal.tolist()
    return dict(zip(cells.subsets, zip(sizes, minimal, strict=True), strict=True))


def test_who_is_alone_with_two_columns_is_not_counted_again_with_three() -> None:
    # With a alone nobody is unique; (a, b) singles out rows 3 and 4 (c and d tell nothing).
    rows = [(1, 1, 0, 0), (1, 1, 0, 0), (1, 2, 0, 0), (2, 1, 0, 0), (2, 2, 0, 0), (2, 2, 0, 0)]
    cells = as_dict(rolled_up(rows, 3))
    assert cells["a", "b"] == (Counter({2: 2, 1: 2}), 2)
    assert cells["a", "b", "c"] == (Counter({2: 2, 1: 2}), 0)
    assert cells["c", "d"] == (Counter({6: 1}), 0)


@pytest.mark.parametrize("rows", [[], [(None, 1, 2, 3)]])
def test_no_row_and_one_row(rows: list[Row]) -> None:
    assert as_dict(rolled_up(rows, 4)) == by_definition(rows, 4)


@given(st.lists(st.sampled_from([1, 2, 7, 60, 3000, 10**6]), min_size=1, max_size=7), st.data())
def test_the_plan_serves_every_set_and_stays_within_its_counters(
    sizes: list[int], data: Any
) -> None:
    most = data.draw(st.integers(1, 4))
    found = subset_plan.plan(sizes, most)
    for columns in found.wanted:
        served = any(set(columns) <= set(each) for each in found.dense)
        assert served == (subset_plan.space(columns, sizes) <= subset_plan.MOST_DENSE)
        assert served != (columns in found.sparse)
    for each in found.dense:
        room = subset_plan.MOST_DENSE if len(each) <= most else subset_plan._IN_CACHE
        assert subset_plan.space(each, sizes) <= room


def test_the_counters_of_many_sets_stay_within_half_a_gibibyte() -> None:
    # 495 sets of four columns have 31 ** 4 counters each: 1.8 GB, if all were held at once.
    found = subset_plan.plan([31] * 12, 4)
    assert sum(4 * subset_plan.space(each, [31] * 12) for each in found.dense) < 1 << 29
    assert all(
        columns in found.sparse or any(set(columns) <= set(each) for each in found.dense)
        for columns in found.wanted
    )
    assert all(len(columns) == 4 for columns in found.sparse)


few = st.sampled_from([1, 2, None])
many = st.sampled_from([*range(8)])


ways = {
    "a counter per combination": {},
    "in several passes": {"subsets._MOST_COUNTERS": 1},
    "each set by itself": {"subset_plan._IN_CACHE": 0},
    "large sets sorted": {"subset_plan.MOST_DENSE": 20, "subset_plan._IN_CACHE": 0},
    "no room for counters": {"subset_plan._MOST_HELD": 30, "subset_plan._SMALL": 3},
    "all sorted": {"subset_plan.MOST_DENSE": 0, "subsets._SORTED_AT_ONCE": 3, "subsets._BLOCK": 2},
}


@pytest.mark.parametrize("way", ways)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(few, few, many, many), max_size=14), st.integers(1, 4))
def test_subset_cells_equal_their_definition(
    monkeypatch: pytest.MonkeyPatch, way: str, rows: list[Row], most: int
) -> None:
    for name, value in ways[way].items():
        monkeypatch.setattr(f"shirube.engines.{name}", value)
    assert as_dict(rolled_up(rows, most)) == by_definition(rows, most)


def test_a_column_that_tells_all_rows_apart_is_not_combined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shirube.engines.subset_plan.MOST_DENSE", 2)
    rows = [(n, n % 2, n % 3, n) for n in range(9)]
    assert as_dict(rolled_up(rows, 3)) == by_definition(rows, 3)


def test_combinations_without_a_number_are_refused() -> None:
    with pytest.raises(Problem, match="a, b"):
        count_subsets(("a", "b"), (2**31, 2**31), 0, lambda: iter(()), 2)


@pytest.mark.parametrize("c", ["'y' || n // 400", "n // 400 * 70_000", "n // 400 * 7_000_000_000"])
def test_packed_rows_give_the_cells_of_the_queries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, c: str
) -> None:
    path = tmp_path / "t.parquet"
    duckdb.execute(
        f"COPY (SELECT n % 7 AS a, CASE WHEN n % 3 > 0 THEN 'x' || n % 5 END AS b,"
        f" {c} AS c, n * 1000003 % 2503 AS d FROM range(3000) r(n))"
        f" TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
    )
    monkeypatch.setattr("shirube.engines.duckdb.packed_subsets._ROWS", 700)
    monkeypatch.setattr("shirube.engines.subsets._PIECE", 300)
    with open_engine(threads=1) as engine:
        source = engine.source(Table(dataset="d", files=(str(path),), format="parquet"))
        found = []
        for least in (0, 10**9):
            monkeypatch.setattr(packed_counts, "LEAST_ROWS", least)
            found.append(as_dict(source.subset_cells(NAMES)))
    assert found[0] == found[1]
    assert found[0]["a",] == (Counter({429: 4, 428: 3}), 0)  # 3000 = 7 * 428 + 4
