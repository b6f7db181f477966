# SPDX-License-Identifier: Apache-2.0
"""``shirube check`` on the example with every table at 10 million rows: memory, progress, again.

    python bench/bench_scale.py [ROWS]

The example's own script makes the tables (about 3 GB in ``build/bench/scale``, kept for later
runs). The command runs as its user would run it, with a key of its own: once on a fresh folder,
once with nothing changed, and once with a new month of the log. Memory is that of all processes
together, looked at twenty times a second. Seconds are told, and only memory and what is counted
again have goals: how long a disk takes says little about us.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

import duckdb

import ratio

ROWS = 10_000_000
LIMIT_MIB = 1024.0
LOOK_SECONDS = 0.05
EXAMPLE = ratio.ROOT / "examples" / "operator"
NEW_MONTH = "2005-10"
SHIRUBE = (sys.executable, "-m", "shirube")


@dataclass(frozen=True)
class Run:
    """What one run of the command cost, and what it said."""

    wall: float
    cpu: float
    peak_mib: float
    code: int
    said: tuple[tuple[float, str], ...]
    record: dict[str, object]

    def names(self, which: str) -> list[str]:
        """Return the ids of the measurements that were ``measured`` or ``reused``."""
        found = self.record.get(which, [])
        return [str(each) for each in found] if isinstance(found, list) else []


def operator(folder: Path, rows: int) -> Path:
    """Return the operator's folder with tables of that many rows; made when it is missing."""
    made = folder / f"operator_{rows}"
    # Manifest and documents are always those of today; only the tables are kept.
    left = shutil.ignore_patterns("data", "model", ".shirube", "__pycache__")
    shutil.copytree(EXAMPLE, made, ignore=left, dirs_exist_ok=True)
    if not (made / "ready").exists():
        print(f"make     {made.relative_to(ratio.ROOT)}", flush=True)
        command = [sys.executable, str(made / "prepare.py"), "--rows", str(rows)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (made / "ready").touch()
    shutil.rmtree(made / ".shirube", ignore_errors=True)
    _month(made, NEW_MONTH).unlink(missing_ok=True)
    return made


def check(folder: Path, keys: Path) -> Run:
    """Run ``shirube check`` and watch it."""
    start = time.monotonic()
    process = subprocess.Popen(
        [*SHIRUBE, "check", str(folder), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "SHIRUBE_KEY_DIR": str(keys), "LANG": "C.UTF-8"},
    )  # fmt: skip
    said: list[tuple[float, str]] = []
    out: list[str] = []
    readers = (
        threading.Thread(target=_listen, args=(process.stderr, said, start)),
        threading.Thread(
            target=lambda: out.append(process.stdout.read() if process.stdout else "")
        ),
    )
    for reader in readers:
        reader.start()
    peak = 0.0
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        peak = max(peak, _resident_mib(process.pid))
        time.sleep(LOOK_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    for reader in readers:
        reader.join()
    if process.returncode not in (0, 1, 3):
        raise SystemExit("\n".join(line for _when, line in said[-5:]))
    return Run(
        wall=time.monotonic() - start,
        cpu=used.ru_utime + used.ru_stime,
        # The kernel's own record of the largest single process never misses a short peak.
        peak_mib=max(peak, used.ru_maxrss / 1024),
        code=process.returncode,
        said=tuple(said),
        record=json.loads(out[0]),
    )


def _listen(stream: IO[str] | None, said: list[tuple[float, str]], start: float) -> None:
    for line in stream or ():
        said.append((time.monotonic() - start, line.strip()))


def _resident_mib(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it ended while we looked
        return 0.0
    resident = re.search(r"VmRSS:\s*(\d+)", status)
    own = int(resident.group(1)) / 1024 if resident else 0.0
    return own + sum(_resident_mib(int(child)) for child in children)


def seconds_by_step(run: Run) -> dict[str, float]:
    """Return how long each measurement took by the clock, as its progress lines tell."""
    steps: dict[str, float] = {}
    moments = [*run.said, (run.wall, "")]
    for (when, line), (then, _next) in pairwise(moments):
        named = re.match(r"Measuring (\w+) \((\w+)\)", line)
        name = f"{named.group(1)} ({named.group(2)})" if named else "tables and findings"
        steps[name] = steps.get(name, 0.0) + then - when
    return steps


def add_month(folder: Path) -> None:
    """Write one more month of the log: September again, under another name."""
    september, target = _month(folder, "2005-09"), _month(folder, NEW_MONTH)
    duckdb.execute(
        f"COPY (SELECT * REPLACE ('{NEW_MONTH}' AS month) FROM '{september}')"
        f" TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
    )


def _month(folder: Path, month: str) -> Path:
    return folder / "data" / "credit_log" / f"{month}.parquet"


def _cells(folder: Path) -> set[str]:
    """Return the names of the counts that are kept: one for each file of a log."""
    return {path.name for path in (folder / ".shirube" / "cache").glob("*.cells")}


def _quietest(run: Run) -> tuple[float, str]:
    """Return the longest time in which nothing was said, and what was said before it."""
    moments = [(0.0, "(start)"), *run.said, (run.wall, "")]
    return max((then - when, line) for (when, line), (then, _next) in pairwise(moments))


def _tell(name: str, run: Run) -> None:
    print(
        f"         {name}: {run.wall:.1f} s by the clock, {run.cpu:.1f} s CPU, "
        f"peak {run.peak_mib:.0f} MiB, {len(run.said)} lines of progress",
        flush=True,
    )


def main() -> int:
    """Check three times; return the exit code."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    place = ratio.data_folder() / "scale"
    folder = operator(place, rows)
    keys = place / "keys"
    shutil.rmtree(keys, ignore_errors=True)
    environment = {**os.environ, "SHIRUBE_KEY_DIR": str(keys)}
    subprocess.run(
        [*SHIRUBE, "init", str(folder)], check=True, env=environment, stdout=subprocess.DEVNULL
    )
    first = check(folder, keys)
    _tell("first check", first)
    for name, seconds in seconds_by_step(first).items():
        print(f"         {seconds:8.1f} s  {name}")
    declared = len(first.names("measured"))
    again = check(folder, keys)
    _tell("second check", again)
    cells = _cells(folder)
    add_month(folder)
    month = check(folder, keys)
    _tell("check with a new month", month)
    _month(folder, NEW_MONTH).unlink()
    new_cells = len(_cells(folder) - cells)

    peak = max(run.peak_mib for run in (first, again, month))
    ratio.print_ratio(
        f"check, {rows:,} rows a table: peak memory / 1 GiB", peak, LIMIT_MIB, "<= 1", "MiB"
    )
    silence, line = _quietest(first)
    print(f"         longest silence: {silence:.1f} s after: {line}")
    ratio.print_ratio("check: longest silence / whole", silence, first.wall, "<= 0.1")
    ratio.print_ratio("a second check / the first", again.cpu, first.cpu, "<= 0.1")
    ratio.print_equal(
        "a second check measures nothing",
        not again.names("measured") and len(again.names("reused")) == declared > 0,
        f"({declared} reused)",
    )
    ratio.print_equal("a new month: counted once, the other months kept", new_cells == 1)
    expected = {"log_drift", "log_drift_august"}
    ratio.print_equal(
        "a new month: only the log's drift is measured", set(month.names("measured")) == expected
    )
    return ratio.finish()


if __name__ == "__main__":
    sys.exit(main())
