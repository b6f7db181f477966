# SPDX-License-Identifier: Apache-2.0
"""Group fairness against the scan floor, Fairlearn and Aequitas; equal results first.

The *scan floor* reads the same columns and does next to nothing with each value: the sum of a
number, the greatest length of a text. Less is not reading: a count alone is answered from the
file's footer. All runs include reading the file on our side and exclude it on the peers'.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np

import tables
from ratio import (
    ROOT,
    data_folder,
    finish,
    measure,
    peak_mib,
    peer,
    peer_timing,
    print_equal,
    print_ratio,
)
from shirube.engines import open_engine
from shirube.measures.fairness import bootstrap, rates
from shirube.measures.fairness.group_fairness import group_fairness
from shirube.terms.measurement import Result
from shirube.terms.source import Table

_SMALL, _LARGE = 1_000_000, 10_000_000
_REPLICATES = 1000
_PEER_REPLICATES = 1


def main() -> int:
    """Run all comparisons."""
    _adult()
    _against_peers()
    _against_floor()
    print(f"\npeak memory of this process: {peak_mib():.0f} MiB")
    return finish()


def _measured(path: Path, attributes: tuple[str, ...], replicates: int) -> Result:
    with open_engine() as engine:
        source = engine.source(Table(dataset="bench", files=(str(path),), format="parquet"))
        return group_fairness(
            source, attributes=attributes, prediction="prediction", label="label",
            replicates=replicates, min_group=1,
        )  # fmt: skip


def _rates(result: Result, attributes: int) -> dict[str, dict[str, float]]:
    """Return the rates of the finest groups by name."""
    names = [column.name for column in result.details[0].columns]
    rows = [dict(zip(names, row, strict=True)) for row in result.details[0].rows]
    return {
        row["group"]: {name: row[name] for name in ("selection_rate", "tpr", "fpr", "precision")}
        for row in rows
        if row["group"].count(" & ") == attributes - 1
    }


def _largest_difference(
    ours: dict[str, dict[str, float]], theirs: dict[str, dict[str, float]]
) -> float:
    """Return the largest difference over all groups; infinity when the groups differ."""
    if set(ours) != set(theirs):
        return float("inf")
    # Where a rate has no denominator the peers write 0 or nothing; ours is not estimable.
    return max(
        abs(ours[group][name] - value)
        for group, found in theirs.items()
        for name, value in found.items()
        if ours[group][name] is not None and not np.isnan(ours[group][name])
    )


def _adult() -> None:
    """Adult by sex and race: equal to Fairlearn to 1e-12."""
    folder = ROOT.parent / "shared" / "data" / "models" / "adult"
    if not folder.is_dir():
        print("skipped  Adult: the shared data are not beside the project")
        return
    path = data_folder() / "adult.parquet"
    files = [str(folder / f"adult-{part}.csv.gz") for part in ("train", "test")]
    duckdb.execute(
        f"COPY (SELECT trim(column09) AS sex, trim(column08) AS race,"
        f" CAST(column14 LIKE '%>50K%' AS INTEGER) AS label,"
        f" CAST(CAST(column04 AS INTEGER) >= 12 OR CAST(column12 AS INTEGER) > 50 AS INTEGER)"
        f" AS prediction FROM read_csv({files}, header = false, all_varchar = true,"
        f" null_padding = true, names = [{', '.join(repr(f'column{n:02}') for n in range(15))}])"
        f" WHERE column14 IS NOT NULL) TO '{path}' (FORMAT parquet)"
    )
    answer = peer("fairlearn", str(path), "0", "sex", "race")
    if answer is None:
        return
    result = _measured(path, ("sex", "race"), 100)
    theirs = answer["results"]
    off = _largest_difference(_rates(result, 2), theirs["groups"])
    values = {value.name: value.value for value in result.values}
    for name in ("selection_rate", "tpr", "fpr", "precision"):
        off = max(off, abs(values[f"max_{name}_difference"] - theirs["difference"][name]))
    off = max(off, abs(values["min_selection_rate_ratio"] - theirs["ratio"]["selection_rate"]))
    print_equal("Adult by sex and race: Fairlearn to 1e-12", off <= 1e-12, f"({off:.1e})")


def _against_peers() -> None:
    """One million rows, 120 groups."""
    path = tables.log(_SMALL)
    plain = measure(lambda: _measured(path, tables.ATTRIBUTES, 2), 5)
    full = measure(lambda: _measured(path, tables.ATTRIBUTES, _REPLICATES), 5)
    ours = _rates(plain.result, 3)
    answer = peer("aequitas", str(path), *tables.ATTRIBUTES)
    if answer is not None:
        off = _largest_difference(ours, answer["results"]["groups"])
        print_equal("1M rows: Aequitas to 1e-9", off <= 1e-9, f"({off:.1e})")
        print_ratio("1M rows, rates: Aequitas / ours", plain, peer_timing(answer), ">= 15")
    answer = peer("fairlearn", str(path), "0", *tables.ATTRIBUTES)
    again = peer("fairlearn", str(path), str(_PEER_REPLICATES), *tables.ATTRIBUTES)
    if answer is None or again is None:
        return
    off = _largest_difference(ours, answer["results"]["groups"])
    print_equal("1M rows: Fairlearn to 1e-12", off <= 1e-12, f"({off:.1e})")
    once, some = peer_timing(answer).cpu, peer_timing(again).cpu
    print(f"         Fairlearn, rates only: {once / plain.cpu:.0f} times ours (told, no goal)")
    # A thousand replicates of theirs would take the better part of an hour: one is run.
    estimated = once + (some - once) / _PEER_REPLICATES * _REPLICATES
    print_ratio(
        "1M rows, 1,000 replicates: Fairlearn (from one) / ours", full, estimated, ">= 1000"
    )


def _against_floor() -> None:
    """Ten million rows: cells and replicates against the scan floor."""
    path = tables.log(_LARGE)
    floor = measure(lambda: _floor(path), 5)

    def cells() -> object:
        with open_engine() as engine:
            source = engine.source(Table(dataset="bench", files=(str(path),), format="parquet"))
            return source.group_cells(tables.ATTRIBUTES, prediction="prediction", label="label")

    counted = measure(cells, 5)
    print_ratio("10M rows, group cells / scan floor", counted, floor, "<= 1.5")
    whole = measure(lambda: _measured(path, tables.ATTRIBUTES, 2), 5)
    print_ratio("10M rows, group_fairness without intervals / scan floor", whole, floor, "<= 1.5")

    def replicate() -> int:
        counts = rates.counts_of(counted.result, favourable=1)
        rng = np.random.default_rng(0)
        return sum(len(each) for each in bootstrap.replicates(counts.count, _REPLICATES, rng))

    drawn = measure(replicate, 5)
    print_equal("1,000 replicates were drawn", drawn.result == _REPLICATES)
    print_ratio("10M rows, 1,000 replicates / scan floor", drawn, floor, "<= 0.5")
    full = measure(lambda: _measured(path, tables.ATTRIBUTES, _REPLICATES), 3)
    times = full.cpu / floor.cpu
    print(f"         all of group_fairness, bands included: {times:.2f} times the floor")


def _floor(path: Path) -> object:
    texts = [f"max(strlen({name}))" for name in tables.ATTRIBUTES]
    numbers = ["sum(label)", "sum(prediction)"]
    connection = duckdb.connect(config={"memory_limit": "512MB"})
    query = f"SELECT {', '.join([*texts, *numbers])} FROM read_parquet('{path}')"
    return connection.execute(query).fetchall()


if __name__ == "__main__":
    sys.exit(main())
