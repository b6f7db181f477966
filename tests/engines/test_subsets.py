# SPDX-License-Identifier: Apache-2.0
"""Subset cells against their definition, row by row."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.engines.duckdb.class_cells import class_cells
from shirube.engines.subsets import subset_cells
from shirube.terms.cells import SubsetCells

NAMES = ("a", "b", "c", "d")
Row = tuple[Any, ...]


def rolled_up(rows: list[Row], most: int) -> SubsetCells:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER, d INTEGER)")
        if rows:
            connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
        return subset_cells(class_cells(connection, "t", NAMES, codes=True), most)


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


few = st.sampled_from([1, 2, None])
many = st.sampled_from([*range(8)])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(few, few, many, many), max_size=14), st.integers(1, 4))
def test_subset_cells_equal_their_definition(rows: list[Row], most: int) -> None:
    assert as_dict(rolled_up(rows, most)) == by_definition(rows, most)
