# SPDX-License-Identifier: Apache-2.0
"""ARX end to end, where ``ARX_JAR`` names its jar: reading a table and the sizes of its classes.

ARX is on no package registry, so the jar has to be at hand; a JDK runs the few lines of Java beside
the other peers from their source. Both sides read the same CSV file, ours with the start of the
database and with every model of one sensitive column on top of the classes that ARX counts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb

import ratio

ROWS = 1_000_000


def audit(
    table: Path, columns: Sequence[str], sensitive: str, audited: Callable[[Path], dict[str, Any]]
) -> None:
    """Compare an audit from the file with ARX's; say why where it cannot be done.

    Parameters
    ----------
    table
        A Parquet file; its first million rows are written as CSV for both sides.
    columns
        The quasi-identifiers.
    sensitive
        The sensitive column; the file holds it and the quasi-identifiers, nothing else.
    audited
        Audits a CSV file from nothing and returns k, classes and unique records by name.
    """
    name = f"ARX end to end, {len(columns)} quasi-identifiers"
    jar, java = os.environ.get("ARX_JAR"), shutil.which("java")
    if not jar or not Path(jar).is_file():
        ratio.print_skipped(name, "ARX_JAR names no jar" if jar else "no ARX_JAR")
        return
    if java is None:
        ratio.print_skipped(name, "there is no java to run it")
        return
    plain = ratio.data_folder() / f"{table.stem}_arx.csv"
    written = ", ".join((*columns, sensitive))
    duckdb.execute(
        f"COPY (SELECT {written} FROM '{table}' LIMIT {ROWS}) TO '{plain}' (HEADER, DELIMITER ';')"
    )
    done = subprocess.run(
        [java, "-cp", jar, str(ratio.PEERS / "Arx.java"), str(plain), *columns],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        ratio.print_skipped(name, str(done.stderr.strip().splitlines()[-1:]))
        return
    answer = json.loads(done.stdout)
    ours = ratio.measure(lambda: audited(plain), 5)
    ratio.print_equal(f"{name}: k, classes, unique records", ours.result == answer["results"])
    ratio.print_ratio(f"{name}: ARX / ours", ours, ratio.peer_timing(answer), ">= 15")
