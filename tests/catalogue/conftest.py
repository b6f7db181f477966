# SPDX-License-Identifier: Apache-2.0
"""A folder with a table, and an engine that only describes, on the real DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from shirube import catalogue, manifest
from shirube.terms.source import Progress, Table, TableColumn

HEAD = "shirube: 1\noperator: {id: a, name: {ja: あ, en: A}}\n"


class Describing:
    """Columns and rows by DuckDB, of UTF-8 files only."""

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        readers = {"parquet": "read_parquet", "csv": "read_csv", "jsonl": "read_json_auto"}
        options = ", delim=',', header=true, all_varchar=true" if table.format == "csv" else ""
        reader = readers[table.format]
        with duckdb.connect() as connection:
            relation = connection.sql(f"FROM {reader}({list(table.files)!r}{options})")
            names = tuple(TableColumn(name, "VARCHAR", "text") for name in relation.columns)
            rows = relation.count("*").fetchall()[0][0]
        return Table(
            dataset=table.dataset,
            files=table.files,
            names=table.names,
            format=table.format,
            encoding=table.encoding,
            digests=table.digests,
            sizes=table.sizes,
            columns=names,
            rows=rows,
        )


@pytest.fixture
def engine() -> Describing:
    """Return an engine that only describes."""
    return Describing()


@pytest.fixture
def declare(tmp_path: Path) -> Callable[[str], manifest.Manifest]:
    """Return a function that reads a manifest from its lists."""

    def read(text: str) -> object:
        return manifest.parse(HEAD + text, "shirube.yaml", today=dt.date(2026, 11, 1))

    return read


@pytest.fixture
def resolve(
    tmp_path: Path, declare: Callable[[str], object], engine: Describing
) -> Callable[..., dict[str, Table]]:
    """Return a function that resolves the data sets of a manifest in ``tmp_path``."""

    def tables(text: str, **options: object) -> dict[str, Table]:
        return catalogue.resolve(declare(text), tmp_path, engine, **options)

    return tables
