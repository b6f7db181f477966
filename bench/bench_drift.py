# SPDX-License-Identifier: Apache-2.0
"""Drift of twenty columns against the scan floor, Evidently, and measuring all days again.

The *scan floor* reads the same columns and does next to nothing with each value: sum, smallest,
largest and number of values of a number, the greatest length of a text, the first day. (Sums and
extremes of ``x + 0``, so that they are not answered from the file's footer.)

With the extra ``fast`` large tables are counted by look-up; the line "by queries alone" is what an
installation without it has. *All days again* is whatever this installation does with all days: it
finds the files, reads them for their digests, describes and counts them. *A new day* does the same
beside what was kept of the other days, as ``shirube check`` does.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
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
    print_told,
)
from shirube.catalogue import Remembering, Unchanged, resolve
from shirube.engines import open_engine
from shirube.engines.duckdb import looked_up
from shirube.manifest import parse
from shirube.measures.monitoring.drift import drift
from shirube.terms.measurement import Result
from shirube.terms.source import Source, Table

_PEER_ROWS, _LARGE = 1_000_000, 10_000_000
_ROUNDS = 5
_REFERENCE = ("2026-10-01", "2026-10-30")
_WINDOW = ("2026-10-31", "2026-11-29")
_LAST_WEEK = ("2026-11-23", "2026-11-29")
_MANIFEST = """
shirube: 1
operator: {{id: bench, name: {{ja: 計測, en: Bench}}}}
datasets:
  - {{id: log, title: {{ja: 記録, en: Log}}, files: ['{pattern}']}}
"""


def main() -> int:
    """Run all comparisons."""
    _against_peer()
    _against_floor()
    _new_day()
    print(f"\npeak memory of this process: {peak_mib():.0f} MiB")
    return finish()


def _measured(files: list[Path], window: tuple[str, str]) -> Result:
    table = Table(dataset="bench", files=tuple(map(str, files)), format="parquet")
    with open_engine() as engine:
        return _drift(engine.source(table), window)


def _drift(source: Source, window: tuple[str, str]) -> Result:
    return drift(source, columns=tables.WATCHED, period="day", reference=_REFERENCE, window=window)


def _checked(folder: Path, window: tuple[str, str], cache: Path | None, *, digests: bool) -> Result:
    """Return the drift of the log as a check finds it: files, digests, columns, counts, statistics.

    Without a ``cache`` everything is read and counted. Without ``digests`` no file is read for its
    digest: the names stand for them.
    """
    with open_engine() as engine:
        describing = Remembering(engine, "bench", cache) if cache else engine
        if digests:
            declared = parse(_MANIFEST.format(pattern=folder / "*.parquet"), "bench")
            unchanged = Unchanged(cache) if cache else None
            table = resolve(declared, folder, describing, unchanged=unchanged)["log"]
        else:
            files = sorted(folder.glob("*.parquet"))
            table = Table(
                dataset="log",
                files=tuple(map(str, files)),
                format="parquet",
                digests=tuple(path.name for path in files),
            )
            table = describing.describe(table)
        return _drift(engine.source(table, cache=cache), window)


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
    # A file that was made just now is not remembered by what the system says of it.
    time.sleep(max(0.0, max(path.stat().st_ctime for path in files) + 3 - time.time()))
    name = "60 days: a new day and a verdict / {}"
    with mock.patch.object(looked_up, "_pays", lambda _values: False):
        spent, again = _day_and_all(files, digests=True)
    print_ratio(name.format("all days again, without the extra fast"), spent, again, "<= 0.05")
    spent, again = _day_and_all(files, digests=True)
    print_ratio(name.format("all days again, with the extra fast"), spent, again, "<= 0.05")
    bare, counted = _day_and_all(files, digests=False)
    print_told(name.format("all days, without digests of files"), bare, counted, of="ours")


def _day_and_all(files: list[Path], *, digests: bool) -> tuple[Timing, Timing]:
    """Return what the sixtieth day costs beside the others that are kept, and all of them anew."""
    cache, before = data_folder() / "cells", data_folder() / "cells_of_59_days"
    for old in (cache, before):
        shutil.rmtree(old, ignore_errors=True)
    folder = files[-1].parent
    away = files[-1].with_suffix(".away")
    files[-1].rename(away)
    try:
        _checked(folder, ("2026-11-22", "2026-11-28"), before, digests=digests)
    finally:
        away.rename(files[-1])
    days, alls, results = [], [], set()
    for _round in range(_ROUNDS):  # in turns, so that both sides meet the same neighbours
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(before, cache)
        for kept, told in ((cache, days), (None, alls)):
            begun = cpu_seconds()
            results.add(str(_checked(folder, _LAST_WEEK, kept, digests=digests)))
            told.append(cpu_seconds() - begun)
    print_equal("60 days: cached cells give the same result", len(results) == 1)
    spent, again = (Timing(statistics.median(each), tuple(each)) for each in (days, alls))
    return spent, again


if __name__ == "__main__":
    sys.exit(main())
