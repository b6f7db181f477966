# SPDX-License-Identifier: Apache-2.0
"""A log with every kind of number, values at edges, gaps and five kinds of periods."""

from __future__ import annotations

from pathlib import Path

import duckdb

from shirube.engines import buckets, open_engine
from shirube.terms.cells import BucketCells
from shirube.terms.source import Table

PERIODS = ("day", "at", "month", "year", "half", None)
COLUMNS = ["x", "c", "e", "s", "i", "d", "h", "f", "nothing"]


def flat(cells: BucketCells) -> list[tuple[str, str, int, int, float, float]]:
    """Return the cells of all columns: period, column, bucket, count, smallest, largest."""
    return [
        (cells.periods[period], name, bucket, count, low, high)
        for name, runs in zip(cells.columns, cells.runs, strict=True)
        for run in runs
        for period, bucket, count, low, high in zip(
            *(each.tolist() for each in (run.period, run.bucket, run.count, run.low, run.high)),
            strict=True,
        )
    ]


def cells_of(file: str, period: str | None, columns=COLUMNS):
    """Return (period, column, bucket) -> (count, low, high), and the rows by period."""
    table = Table(dataset="d", files=(file,), format="parquet")
    with open_engine(threads=1) as engine:
        cells = engine.source(table).bucket_cells(columns, period=period)
    listed = flat(cells)
    found = {each[:3]: (each[3], str(each[4] + 0.0), str(each[5] + 0.0)) for each in listed}
    assert len(found) == len(listed)
    return found, cells.rows


def written(path: Path) -> str:
    """Write 3000 rows of the log."""
    edges = ", ".join(f"CAST('{buckets.edge(step)!r}' AS DOUBLE)" for step in range(-40, 40))
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            f"""COPY (SELECT
              CASE WHEN n % 11 > 0 THEN DATE '2026-10-01' + CAST(n % 40 AS INTEGER) END AS day,
              TIMESTAMP '2026-10-01 00:00:00' + to_hours(n) AS at,
              CASE WHEN n % 13 > 0 THEN '2026-' || (10 + n % 3) END AS month,
              CASE WHEN n % 17 > 0 THEN CAST(2024 + n % 3 AS SMALLINT) END AS year,
              CAST(n % 4 AS DOUBLE) / 2 AS half,
              CASE WHEN n % 5 > 0 THEN exp(random() * 40 - 20) * (n % 3 - 1) END AS x,
              [{edges}][1 + n % 80] AS e,
              ['NaN'::DOUBLE, 'inf'::DOUBLE, '-inf'::DOUBLE, 0, -0.0, 5e-324][1 + n % 6] AS s,
              CAST(n % 90 AS INTEGER) AS i, CAST(n % 70 AS DECIMAL(9, 2)) / 7 AS d,
              CAST(n * 1000003 AS HUGEINT) AS h, CAST(n AS FLOAT) / 3 AS f,
              NULL::DOUBLE AS nothing, 'c' || n % 5 AS c
            FROM range(3000) r(n)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"""
        )
    return str(path)
