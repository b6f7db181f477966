# SPDX-License-Identifier: Apache-2.0
"""A text format whose rows all differ is counted by packed keys: the cells are the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shirube.engines.digest import digest_of
from shirube.engines.duckdb import many_cells
from shirube.engines.duckdb.engine import DuckDBEngine
from shirube.terms.source import Source, Table

NAMES = ["id", "age", "place", "same"]


def rows(number: int) -> list[dict[str, object]]:
    """Return rows that all differ, some of them without an age or a place."""
    return [
        {
            "id": f"号{n * 7919 % number}",
            "age": n % 90 if n % 13 else None,
            "place": ("那覇", "Ōsu", "津", None)[n % 4],
            "same": "x",
        }
        for n in range(number)
    ]


def written(file: Path, made: list[dict[str, object]]) -> Table:
    """Write rows as the format that the file's name says."""
    if file.suffix == ".csv":
        lines = [",".join("" if row[each] is None else str(row[each]) for each in NAMES)
                 for row in made]  # fmt: skip
        file.write_text("\n".join([",".join(NAMES), *lines]), encoding="utf-8")
    else:
        file.write_text("\n".join(json.dumps(row) for row in made), encoding="utf-8")
    return Table(dataset="t", files=(str(file),), format=file.suffix[1:])


def counted(source: Source) -> list[str]:
    """Return the digests of all that is counted from classes."""
    return [
        digest_of(source.class_cells(["id", "age"], ["place"], codes=True, digest_key="k")),
        digest_of(source.class_profiles(["id", "age"], ["place", "same"], digest_key="k")),
        digest_of(source.subset_cells(NAMES, most=3)),
        digest_of(source.class_cells(["id"], codes=True)),
    ]


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_both_ways_give_the_same_cells(tmp_path, monkeypatch, format):
    table = written(tmp_path / f"t.{format}", rows(600))
    (tmp_path / "temp").mkdir()
    with DuckDBEngine(threads=1, temp=tmp_path / "temp") as engine:
        source = engine.source(table)
        by_queries = counted(source)
        assert not list(tmp_path.rglob("*.columns"))
        monkeypatch.setattr(many_cells, "LEAST_ROWS", 100)
        assert counted(source) == by_queries
        # The three and the four columns were written once each; one by itself is read as it stands.
        assert len(list(tmp_path.rglob("*.columns"))) == 2


def test_few_cells_are_counted_in_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(many_cells, "LEAST_ROWS", 100)
    table = written(tmp_path / "t.csv", [{**row, "id": "一"} for row in rows(600)])
    (tmp_path / "temp").mkdir()
    with DuckDBEngine(threads=1, temp=tmp_path / "temp") as engine:
        cells = engine.source(table).class_cells(["id", "place"])
        assert cells.count.tolist() == [150] * 4
        assert not list(tmp_path.rglob("*.columns"))


def test_an_empty_table_has_no_cells_to_be_many(tmp_path, monkeypatch):
    monkeypatch.setattr(many_cells, "LEAST_ROWS", 0)
    with DuckDBEngine(threads=1, temp=tmp_path) as engine:
        assert engine.source(written(tmp_path / "t.csv", [])).class_cells(NAMES).rows == 0
