# SPDX-License-Identifier: Apache-2.0
"""Run every bench, one after the other, and gather their ratios.

    python bench/run.py [--only NAME ...]

Each ``bench_*.py`` is a process of its own, in the order of its name, so that none warms another's
memory. At the end stands one table; ``build/bench/results.json`` keeps it for programs and
``build/bench/results.md`` as the tables of ``docs/benchmarks.md``. With ``--only``, the other
benches keep the lines of their last run. The exit code is 1 when a goal was missed or a bench
failed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

import ratio

HERE = Path(__file__).resolve().parent
RESULTS = "results.json"
FRAGMENT = "results.md"


@dataclass(frozen=True)
class Bench:
    """What one bench found, when, and whether it came to its end."""

    name: str
    on: str
    seconds: float
    ended: bool
    lines: tuple[ratio.Line, ...]

    @property
    def good(self) -> bool:
        """Tell whether it came to its end and met every goal."""
        return self.ended and all(line.met for line in self.lines)


def names() -> list[str]:
    """Return the names of all benches in their order."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def run(name: str) -> Bench:
    """Run one bench; what it prints goes straight to the reader."""
    print(f"\n== {name} ==", flush=True)
    out = ratio.data_folder() / f"{name}.jsonl"
    out.unlink(missing_ok=True)
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(HERE / f"bench_{name}.py")],
        check=False,
        env={**os.environ, "SHIRUBE_BENCH_OUT": str(out)},
    )
    written = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    out.unlink(missing_ok=True)
    lines = tuple(ratio.Line(**json.loads(each)) for each in written)
    # A bench that misses a goal ends with 1 and has said so in a line; any other code is a failure.
    missed = any(not line.met for line in lines)
    return Bench(
        name=name,
        on=dt.datetime.now(dt.UTC).date().isoformat(),
        seconds=round(time.monotonic() - start, 1),
        ended=done.returncode == (1 if missed else 0),
        lines=lines,
    )


def kept(path: Path) -> dict[str, Bench]:
    """Return the benches of the last run by name."""
    if not path.exists():
        return {}
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {
        each["name"]: Bench(
            **{**each, "lines": tuple(ratio.Line(**line) for line in each["lines"])}
        )
        for each in record["benches"]
    }


def write(benches: Iterable[Bench], folder: Path) -> None:
    """Write the results for programs and for the documentation."""
    found = list(benches)
    record = {
        "machine": machine(),
        "benches": [asdict(each) for each in found],
    }
    text = json.dumps(record, indent=2, ensure_ascii=False)
    (folder / RESULTS).write_text(text + "\n", encoding="utf-8")
    (folder / FRAGMENT).write_text(markdown(found), encoding="utf-8")


def machine() -> dict[str, str]:
    """Say what the figures were measured on, as far as it matters to ratios."""
    return {
        "processor": platform.machine(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "duckdb": str(duckdb.__version__),
    }


def markdown(benches: Iterable[Bench]) -> str:
    """Return one table for each bench; a reader of either language can read it."""
    parts = [
        "<!-- Written by `make bench`. -->",
        "; ".join(f"{name} {value}" for name, value in machine().items()),
    ]
    for bench in benches:
        rows = [
            f"### {bench.name} ({bench.on})",
            "",
            "| comparison | ours | theirs | ratio | goal | |",
            "| --- | ---: | ---: | ---: | ---: | --- |",
        ]
        rows += [_row(line) for line in bench.lines]
        if not bench.ended:
            rows.append("| did not come to its end | | | | | **failed** |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _row(line: ratio.Line) -> str:
    name = line.name.replace("|", "\\|")
    mark = "ok" if line.met else "**missed**"
    if line.goal == ratio.SKIPPED:
        return f"| {name} | | | | | skipped |"
    if line.goal == ratio.EQUAL:
        return f"| {name} | | | | equal | {mark} |"
    units = line.unit.split(" | ")
    ours, theirs = f"{_figure(line.ours)} {units[0]}", f"{_figure(line.theirs)} {units[-1]}"
    if line.goal == ratio.TOLD:
        return f"| {name} | {ours} | {theirs} | {_figure(line.ratio)} | | told |"
    return f"| {name} | {ours} | {theirs} | {_figure(line.ratio)} | {line.goal} | {mark} |"


def _figure(value: float) -> str:
    """Three digits, and never an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main() -> int:
    """Run the benches that were asked for; return the exit code."""
    parser = argparse.ArgumentParser(description="Run every bench and gather the ratios.")
    parser.add_argument(
        "--only", action="append", choices=names(), metavar="NAME",
        help=f"run only this one (may be repeated): {', '.join(names())}",
    )  # fmt: skip
    options = parser.parse_args()
    folder = ratio.data_folder()
    results = kept(folder / RESULTS)
    ran = []
    for name in names():
        if options.only and name not in options.only:
            continue
        ran.append(run(name))
        results[name] = ran[-1]
        write((results[each] for each in names() if each in results), folder)
    ratio.print_table([line for bench in ran for line in bench.lines])
    for bench in ran:
        state = "ok" if bench.good else "goal missed" if bench.ended else "FAILED"
        print(f"{state:12} {bench.name} ({bench.seconds:.0f} s)")
    print(f"{(folder / RESULTS).relative_to(ratio.ROOT)}, {FRAGMENT} beside it")
    return 0 if all(bench.good for bench in ran) else 1


if __name__ == "__main__":
    sys.exit(main())
