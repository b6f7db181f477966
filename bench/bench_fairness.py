# SPDX-License-Identifier: Apache-2.0
"""Group fairness against Fairlearn and Aequitas, and against the scan floor; equal results first.

The table is the generated log of ``tables.py`` (made with a seed): attributes of 2, 6 and 10
values, whose intersection has 120 groups. Every side computes selection rate, TPR, FPR and
precision of every group, the largest difference and the smallest ratio of each. The groups are
those that our measure tells: of each attribute alone and of the intersection, 138 in all. A peer
needs a grouping for each, four in all; the intersection by itself, and one attribute by itself, are
told as well. Aequitas counts its cells for all its rates, whichever are asked for.

Counted is CPU time, median, imports never. Ours is ``measures.run`` on an opened source: reading
and decoding the Parquet columns is included, starting the database is not. The peers' tables lie in
memory: their reading is not counted. One line tells the whole way from the file to the rates, on
our side with the start and end of the database, on theirs with the reading.

The *scan floor* reads the same columns and does next to nothing with each value: the sum of a
number, the greatest length of a text. Less is not reading: a count alone is answered from the
file's footer. The floor starts a database of its own, and so does our side of these comparisons.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
from pathlib import Path

import duckdb
import numpy as np

import tables
from ratio import (
    Timing,
    cpu_seconds,
    finish,
    measure,
    peak_mib,
    peer,
    peer_timing,
    print_equal,
    print_ratio,
    print_skipped,
    print_told,
)
from shirube import measures
from shirube.engines import open_engine
from shirube.measures.fairness import bootstrap, estimates, rates
from shirube.measures.fairness.tables import RATES
from shirube.terms.manifest import Declaration
from shirube.terms.measurement import Measurement
from shirube.terms.source import Table

_SMALL, _LARGE = 1_000_000, 10_000_000
_REPLICATES, _FEWEST = 1000, 2
_INTERSECTION = ",".join(tables.ATTRIBUTES)
_ALONE = tables.ATTRIBUTES[-1]
_GROUPINGS = (*tables.ATTRIBUTES, _INTERSECTION)
_NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def main() -> int:
    """Run all comparisons."""
    _against_peers()
    _against_floor()
    print(f"\npeak memory of this process: {peak_mib():.0f} MiB")
    return finish()


def _run(path: Path, attributes: tuple[str, ...], replicates: int, rounds: int = 5) -> list[Timing]:
    """Return the cost of the measure, and of the measure with the database's start and end."""
    table = Table(
        dataset="bench", files=(str(path),), format="parquet", digests=("00",), sizes=(1,)
    )
    declared = Declaration(
        id="bench",
        measure="group_fairness",
        dataset="bench",
        arguments={
            "attributes": list(attributes),
            "prediction": "prediction",
            "label": "label",
            "replicates": replicates,
            "min_group": 1,
        },
    )
    inner, outer = [], []
    for _round in range(rounds):
        before = cpu_seconds()
        with open_engine() as engine:
            source = engine.source(table)
            opened = cpu_seconds()
            result = measures.run(declared, source, engine="duckdb", now=_NOW)
            inner.append(cpu_seconds() - opened)
        outer.append(cpu_seconds() - before)
    return [Timing(statistics.median(each), tuple(each), result) for each in (inner, outer)]


def _rates(result: Measurement) -> dict[str, dict[str, float | None]]:
    """Return the rates of all groups by name."""
    names = [column.name for column in result.details[0].columns]
    rows = [dict(zip(names, row, strict=True)) for row in result.details[0].rows]
    return {str(row["group"]): {name: row[name] for name in RATES} for row in rows}  # type: ignore[misc]


def _off(ours: dict[str, dict[str, float | None]], theirs: dict[str, dict[str, float]]) -> float:
    """Return the largest difference over all groups; infinity when the groups differ."""
    if set(ours) != set(theirs):
        return float("inf")
    # Where a rate has no denominator the peers write 0 or nothing; ours is not estimable.
    return max(
        abs(mine - value)
        for group, found in theirs.items()
        for name, value in found.items()
        if (mine := ours[group][name]) is not None
    )


def _against_peers() -> None:
    """One million rows: all groupings, the intersection, one attribute."""
    path = tables.log(_SMALL)
    plain, started = _run(path, tables.ATTRIBUTES, _FEWEST, 9)
    single = _run(path, (_ALONE,), _FEWEST, 9)[0]
    for name, arguments, tolerance, goal in (
        ("Aequitas", (), 1e-9, ">= 15"),
        ("Fairlearn", ("0",), 1e-12, ">= 1000"),
    ):
        answer = peer(name.lower(), str(path), *arguments, *_GROUPINGS)
        if answer is None:
            print_skipped(f"1M rows: {name} / ours", "the peer cannot be installed or failed")
            continue
        off = _off(_rates(plain.result), answer["results"]["groups"])
        print_equal(f"1M rows, 138 groups: {name} to {tolerance:g}", off <= tolerance, f"({off:g})")
        theirs, alone = peer_timing(answer).cpu, answer["alone"]
        print_ratio(f"1M rows, 138 groups: {name} / ours", plain, theirs, goal)
        read = theirs + answer["reading"]
        for case, ours, cost in (
            ("138 groups, from the file, ours with database start", started, read),
            ("120 groups of the intersection", plain, alone[_INTERSECTION]),
            ("10 groups of one attribute", single, alone[_ALONE]),
        ):
            print_told(f"1M rows, {case}: {name} / ours", ours, cost, of="theirs")
    _replicates_of_a_peer(path)


def _replicates_of_a_peer(path: Path) -> None:
    """Tell what intervals cost Fairlearn: a thousand replicates would take hours, so one is run."""
    full = _run(path, tables.ATTRIBUTES, _REPLICATES)[0]
    one, two = (peer("fairlearn", str(path), number, _INTERSECTION) for number in ("1", "2"))
    if one is None or two is None:
        return
    each = peer_timing(two).cpu - peer_timing(one).cpu
    print_told(
        "1M rows, 1,000 replicates (Fairlearn's: one, times 1,000)", full, each * 1000, of="theirs"
    )


def _against_floor() -> None:
    """Ten million rows: cells, measure and replicates against the scan floor."""
    path = tables.log(_LARGE)
    floors, bares, counts, plains, fulls = [], [], [], [], []
    # In turn, so that a busy neighbour slows all of them alike.
    for _round in range(7):
        floors.append(measure(lambda: _floor(path), 1).cpu)
        bares.append(measure(lambda: _bare(path), 1).cpu)
        counted = measure(lambda: _cells(path), 1)
        counts.append(counted.cpu)
        plains.append(_run(path, tables.ATTRIBUTES, _FEWEST, 1)[1].cpu)
        fulls.append(_run(path, tables.ATTRIBUTES, _REPLICATES, 1)[1].cpu)
    floor = statistics.median(floors)
    print_told(
        "10M rows, DuckDB's bare GROUP BY / scan floor", statistics.median(bares), floor, of="ours"
    )
    print_ratio("10M rows, group cells / scan floor", statistics.median(counts), floor, "<= 1.5")
    print_ratio(
        "10M rows, group_fairness without intervals / scan floor",
        statistics.median(plains), floor, "<= 1.5",
    )  # fmt: skip
    cells = rates.counts_of(counted.result, favourable=1)
    rng = np.random.default_rng(0)
    drawn = measure(lambda: list(bootstrap.replicates(cells.count, _REPLICATES, rng)), 5)
    banded = measure(lambda: estimates.bands_of(cells, _REPLICATES, 1, 0.95, rng), 5)
    print_equal(
        "1,000 replicates were drawn", sum(each.shape[-1] for each in drawn.result) == _REPLICATES
    )
    print_ratio("10M rows, 1,000 replicates with bands / scan floor", banded, floor, "<= 0.5")
    print_told("10M rows, 1,000 draws alone / scan floor", drawn, floor, of="ours")
    print_told(
        "10M rows, group_fairness with all intervals / scan floor",
        statistics.median(fulls), floor, of="ours",
    )  # fmt: skip


def _cells(path: Path) -> object:
    with open_engine() as engine:
        source = engine.source(Table(dataset="bench", files=(str(path),), format="parquet"))
        return source.group_cells(tables.ATTRIBUTES, prediction="prediction", label="label")


def _floor(path: Path) -> object:
    texts = [f"max(strlen({name}))" for name in tables.ATTRIBUTES]
    return _asked(", ".join([*texts, "sum(label)", "sum(prediction)"]), path, "")


def _bare(path: Path) -> object:
    """Count the same cells with nothing around it: below this, SQL on this engine cannot go."""
    keys = ", ".join([*tables.ATTRIBUTES, "label", "prediction"])
    return _asked(f"{keys}, count(*)", path, f"GROUP BY {keys}")


def _asked(chosen: str, path: Path, rest: str) -> object:
    connection = duckdb.connect(config={"memory_limit": "512MB"})
    found = connection.execute(f"SELECT {chosen} FROM read_parquet('{path}') {rest}").fetchall()
    connection.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
