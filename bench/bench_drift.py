# SPDX-License-Identifier: Apache-2.0
"""Drift of twenty columns against the scan floor, Evidently, and measuring all days again.

The *scan floor* reads the same columns and does next to nothing with each value: sum, smallest,
largest and number of values of a number, the greatest length of a text, the first day. (Sums and
extremes of ``x + 0``, so that they are not answered from the file's footer.)

With the extra ``fast`` large tables are counted by look-up; the line "by queries alone" is what an
installation without it has. *All days again* is whatever this installation does with all days.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path
from unittest import mock

import duckdb

import tables
from ratio import (
    Timing,
    cpu_seconds,
    data_folder,
    finish,
    measure,
    peak_mib,
    peer,
    peer_timing,
    print_equal,
    print_ratio,
)
from shirube.catalogue import Remembering
from shirube.engines import open_engine
from shirube.engines.duckdb import looked_up
from shirube.measures.monitoring.drift import drift
from shirube.terms.measurement import Result
from shirube.terms.source import Table

_PEER_ROWS, _LARGE = 1_000_000, 10_000_000
_REFERENCE = ("2026-10-01", "2026-10-30")
_WINDOW = ("2026-10-31", "2026-11-29")
_LAST_WEEK = ("2026-11-23", "2026-11-29")


def main() -> int:
    """Run all comparisons."""
    _against_peer()
    _against_floor()
    _new_day()
    print(f"\npeak memory of this process: {peak_mib():.0f} MiB")
    return finish()


def _measured(files: list[Path], window: tuple[str, str], cache: Path | None = None) -> Result:
    table = Table(
        dataset="bench",
        files=tuple(map(str, files)),
        format="parquet",
        digests=tuple(path.name for path in files) if cache else (),
    )
    with open_engine() as engine:
        if cache is not None:  # as a check does it
            table = Remembering(engine, "bench", cache.with_name("tables")).describe(table)
        source = engine.source(table, cache=cache)
        return drift(
            source, columns=tables.WATCHED, period="day", reference=_REFERENCE, window=window
        )


def _by_column(result: Result) -> dict[str, dict[str, float]]:
    detail = result.details[0]
    names = [column.name for column in detail.columns]
    return {row[0]: dict(zip(names, row, strict=True)) for row in detail.rows}


def _against_peer() -> None:
    """Half a million rows against half a million."""
    path = tables.log(_PEER_ROWS)
    ours = measure(lambda: _measured([path], _WINDOW), 3)
    answer = peer("evidently", str(path), _WINDOW[0])
    if answer is None:
        return
    mine, theirs = _by_column(ours.result), answer["results"]
    inside = all(
        mine[name]["ks_low"] - 1e-9 <= exact <= mine[name]["ks_high"] + 1e-9
        for name, exact in theirs["ks_exact"].items()
    )
    print_equal("0.5M + 0.5M rows: scipy's exact KS inside our bound", inside)
    off = max(
        abs(mine[name]["wasserstein"] - theirs["wasserstein"][name]) for name in tables.NUMBERS
    )
    print_equal("0.5M + 0.5M rows: Wasserstein within 0.005 SD", off <= 0.005, f"({off:.1e})")
    apart = max(abs(mine[name]["chi2_p"] - theirs["chi2_exact"][name]) for name in tables.TEXTS)
    print_equal("0.5M + 0.5M rows: scipy's chi-squared p to 1e-9", apart <= 1e-9, f"({apart:.1e})")
    print_ratio(
        "0.5M + 0.5M rows, 20 columns: Evidently / ours", ours, peer_timing(answer), ">= 40"
    )


def _against_floor() -> None:
    """Ten million rows."""
    path = tables.log(_LARGE)
    floor = measure(lambda: _floor(path), 3)
    ours = measure(lambda: _measured([path], _WINDOW), 3)
    rows = {value.name: value.value for value in ours.result.values}
    print_equal(
        "10M rows: every row was counted", rows["rows_reference"] + rows["rows_window"] == _LARGE
    )
    with mock.patch.object(looked_up, "_pays", lambda _values: False):
        queries = measure(lambda: _measured([path], _WINDOW), 3)
    print_equal("10M rows: look-up and queries agree", str(queries.result) == str(ours.result))
    print_ratio("10M rows, 20 columns: drift / scan floor", ours, floor, "<= 2.0")
    print_ratio("10M rows, by queries alone / scan floor", queries, floor, "<= 4.0")


def _floor(path: Path) -> object:
    numbers = [
        f"sum({name}), min({name} + 0), max({name} + 0), count({name})" for name in tables.NUMBERS
    ]
    texts = [f"max(strlen({name}))" for name in tables.TEXTS]
    connection = duckdb.connect(config={"memory_limit": "512MB"})
    chosen = ", ".join([*numbers, *texts, "min(day)"])
    return connection.execute(f"SELECT {chosen} FROM read_parquet('{path}')").fetchall()


def _new_day() -> None:
    """Sixty files of a day each: the sixtieth is new, then a verdict over seven days."""
    files = tables.log_by_day(_LARGE)
    again = measure(lambda: _measured(files, _LAST_WEEK), 3)
    cache = data_folder() / "cells"
    for folder in (cache, cache.with_name("tables")):
        shutil.rmtree(folder, ignore_errors=True)
    _measured(files[:-1], ("2026-11-22", "2026-11-28"), cache)
    first = set(_kept(cache))
    runs, result = [], None
    for _round in range(3):
        for added in set(_kept(cache)) - first:
            added.unlink()
        before = cpu_seconds()
        result = _measured(files, _LAST_WEEK, cache)
        runs.append(cpu_seconds() - before)
    spent = Timing(statistics.median(runs), tuple(runs), result)
    print_equal("60 days: cached cells give the same result", str(result) == str(again.result))
    print_ratio("60 days: a new day and a verdict / all days again", spent, again, "<= 0.05")


def _kept(cache: Path) -> list[Path]:
    """Return what is kept of the files: their cells, and what the engine said of them."""
    return [*cache.iterdir(), *cache.with_name("tables").iterdir()]


if __name__ == "__main__":
    sys.exit(main())
