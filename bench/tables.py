# SPDX-License-Identifier: Apache-2.0
"""The tables that benches measure: a prediction log in the order of time, made once with a seed.

Twenty columns to watch (fourteen of real numbers, two whole, one with gaps, three of texts), three
attributes (2 x 6 x 10 groups), score, label, prediction, and a day out of sixty.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from ratio import data_folder

WATCHED = tuple(f"x{n}" for n in range(20))
NUMBERS = WATCHED[:17]
TEXTS = WATCHED[17:]
ATTRIBUTES = ("sex", "age", "region")
FIRST_DAY = "2026-10-01"
DAYS = 60

_NORMAL = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"


def log(rows: int) -> Path:
    """Return the log with that many rows; written when it is missing."""
    path = data_folder() / f"log_{rows}.parquet"
    if not path.exists():
        _write(path, rows, 0, rows)
    return path


def log_by_day(rows: int) -> list[Path]:
    """Return the same log as one file per day."""
    folder = data_folder() / f"log_{rows}_by_day"
    paths = [folder / f"{day:02}.parquet" for day in range(DAYS)]
    if not all(path.exists() for path in paths):
        folder.mkdir(exist_ok=True)
        per_day = rows // DAYS
        for day, path in enumerate(paths):
            _write(path, rows, day * per_day, (day + 1) * per_day)
    return paths


def _write(path: Path, rows: int, first: int, last: int) -> None:
    """Write the rows from first to last of a log of that many rows."""
    print(f"make     {path.name}", flush=True)
    spread = [f"exp({_NORMAL} * {0.3 + 0.1 * n}) * {10 ** (n % 4)} AS x{n}" for n in range(8)]
    centred = [f"{_NORMAL} * {n} AS x{n}" for n in range(8, 14)]
    others = [
        "CAST(floor(random() * 90) AS INTEGER) AS x14",
        "CAST(floor(random() * random() * 100000) AS BIGINT) AS x15",
        "CASE WHEN random() < 0.1 THEN NULL ELSE round(random() * 500) / 10 END AS x16",
        "['red', 'green', 'blue', 'white'][1 + CAST(floor(random() * 4) AS INTEGER)] AS x17",
        "'c' || CAST(floor(random() * 40) AS INTEGER) AS x18",
        "'pref' || CAST(floor(random() * 47) AS INTEGER) AS x19",
    ]
    people = [
        "['F', 'M'][1 + CAST(floor(random() * 2) AS INTEGER)] AS sex",
        "CAST(20 + 10 * CAST(floor(random() * 6) AS INTEGER) AS VARCHAR) || 's' AS age",
        "'r' || CAST(floor(random() * 10) AS INTEGER) AS region",
        "random() AS score",
        "CAST(random() < 0.3 AS INTEGER) AS label",
        "CAST(random() < 0.3 AS INTEGER) AS prediction",
    ]
    day = f"DATE '{FIRST_DAY}' + CAST(range * {DAYS} // {rows} AS INTEGER) AS day"
    connection = duckdb.connect()
    connection.execute(f"SELECT setseed({(first % 997) / 1000 + 0.001})")
    connection.execute("SET threads = 1")  # random numbers in a fixed order
    unfinished = path.with_suffix(".part")
    chosen = ", ".join([day, *spread, *centred, *others, *people])
    connection.execute(
        f"COPY (SELECT {chosen} FROM range({first}, {last})) TO '{unfinished}' (FORMAT parquet)"
    )
    connection.close()
    unfinished.rename(path)
