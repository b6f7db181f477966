# SPDX-License-Identifier: Apache-2.0
"""A table larger than the memory it may take: DuckDB spills, and the process stays below 1 GiB."""

from __future__ import annotations

import json
import subprocess
import sys

import duckdb
import pytest

pytestmark = pytest.mark.full

ROWS, COLUMNS, CLASSES = 9_000_000, 12, 3_000_000
CHILD = """
import json, sys, threading, time
from pathlib import Path
from shirube.engines import open_engine
from shirube.terms.source import Table

file, temp = sys.argv[1], Path(sys.argv[2])
spilled, done = 0, threading.Event()

def watch():
    global spilled
    while not done.wait(0.02):
        sizes = 0
        for path in temp.rglob("*"):
            try:
                sizes += path.stat().st_size if path.is_file() else 0
            except OSError:
                pass
        spilled = max(spilled, sizes)

threading.Thread(target=watch, daemon=True).start()
with open_engine(memory_limit="192MB", threads=2, temp=temp) as engine:
    source = engine.source(Table(dataset="t", files=(file,), format="parquet"))
    buckets = source.bucket_cells([column.name for column in source.table.columns])
    classes = source.class_cells(["a", "b"])
done.set()
# Not ru_maxrss: that begins with the memory of whoever began this process.
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(json.dumps({
    "peak": int(peak) * 1024,
    "spilled": spilled,
    "rows": source.table.rows,
    "counted": int(sum(run.count.sum() for runs in buckets.runs for run in runs)),
    "classes": int(classes.class_id[-1]) + 1,
    "records": classes.rows,
}))
"""


def test_a_table_beyond_one_gibibyte_is_counted_within_one(tmp_path):
    file, temp = tmp_path / "big.parquet", tmp_path / "temp"
    temp.mkdir()
    random = ", ".join(f"random() AS c{at}" for at in range(COLUMNS))
    person = f"hash(range) % {CLASSES}"
    columns = f"md5(CAST({person} AS VARCHAR)) AS a, {person} % 997 AS b, {random}"
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '1GB'; SET preserve_insertion_order = false")
        connection.execute(
            f"COPY (SELECT {columns} FROM range({ROWS}))"
            f" TO '{file}' (FORMAT parquet, COMPRESSION uncompressed)"
        )
    assert file.stat().st_size > 1 << 30
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), str(temp)],
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(child.stdout)
    assert told["rows"] == told["records"] == ROWS
    assert told["counted"] == ROWS * (COLUMNS + 2)
    # With three rows to a class on average, a class is empty with probability e**-3 (0.0498).
    assert told["classes"] == pytest.approx(CLASSES * (1 - 0.0498), rel=0.001)
    assert told["spilled"] > 100 << 20
    assert told["peak"] < 1 << 30
