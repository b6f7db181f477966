# SPDX-License-Identifier: Apache-2.0
"""The attacks against Anonymeter on the Adult tables that its authors published; results first.

The release is their synthetic table (CTGAN, 39,040 rows), the control theirs (9,758 rows that were
not trained on), the original is as large as the control: rows of UCI Adult that are not in the
control. The columns are all fifteen. Tables of equal size, because Anonymeter otherwise fits a
model to correct for the difference, and without equal rows, because Anonymeter drops them.

Equal means: the distance to the nearest row of the release is the same for the first 200 rows of
the original (no chance in it); and the rate of every attack, of its baseline and of its control
lies in the interval of Anonymeter's three runs, taken together with ours. Both sides estimate, and
two estimates of one rate do not always lie in each other's 95 % interval: so the intervals must
meet.

Counted is CPU time, median of three. Ours is ``measures.run`` for one attack at a time on opened
sources: reading and coding the three CSV files is included, starting the database is not. Theirs
lie in memory as data frames. The compiled loops of both sides are warm.
"""

from __future__ import annotations

import csv
import gzip
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ratio import (
    ROOT,
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
    print_skipped,
    print_told,
)
from shirube.engines import open_engine
from shirube.measures.privacy.attacks import linking, rates, singling_out
from shirube.measures.privacy.attacks.nearest import nearest
from shirube.measures.privacy.attacks.outcome import Outcome
from shirube.measures.privacy.attacks.tables import Coded, coded
from shirube.terms.source import Source, Table

_SHARED = ROOT.parent / "shared" / "data" / "privacy"
_GUESSES = {"linkability": 2000, "inference": 2000, "multivariate": 1000, "univariate": 1000}
_GOALS = {"linkability": 15, "inference": 15, "multivariate": 10, "univariate": 10}
_AT_ONCE, _SECRET, _LOOKED_UP = 5, "income", 200


def main() -> int:
    """Run all comparisons."""
    if not _SHARED.is_dir():
        print_skipped("Anonymeter / ours", "the shared data folder is not beside the project")
        return finish()
    *files, few = _tables()
    with open_engine() as engine:
        *sources, targets = (
            engine.source(Table(dataset=file.stem, files=(str(file),), format="csv"))
            for file in (*files, few)
        )
        _neighbours(sources[1], targets, [few, files[1], files[2]])
        for attack in _GOALS:
            _compare(attack, files, sources)
        everything = measure(lambda: [_ours(name, sources, 0) for name in _GOALS])
        print_told(
            "all four attacks / linkability alone", everything, _last["linkability"], of="ours"
        )
    print(f"\npeak memory of this process: {peak_mib():.0f} MiB")
    return finish()


_last: dict[str, Timing] = {}


def _tables() -> list[Path]:
    """Write original, release, control and some rows of the original as CSV, no two rows equal."""
    folder = data_folder()
    head, *control = _read(_SHARED / "anonymeter" / "adults_control.csv.gz")
    _head, *release = _read(_SHARED / "anonymeter" / "adults_syn_ctgan.csv.gz")
    _other, *everybody = _read(_SHARED / "pycanon" / "raw" / "adult.csv.gz")
    outside = set(control)
    original = [row for row in everybody if row not in outside][: len(control)]
    written = []
    for name, rows in (
        ("original", original),
        ("release", release),
        ("control", control),
        ("targets", original[:_LOOKED_UP]),
    ):
        written.append(folder / f"attacks_{name}.csv")
        with written[-1].open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([head, *rows])
    return written


def _read(file: Path) -> list[tuple[str, ...]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        return list(dict.fromkeys(tuple(cell.strip() for cell in row) for row in rows))


def _coded(sources: list[Source], guesses: int | None) -> list[Coded]:
    """Draw the tables: the release whole, of the people as many as there are guesses."""
    release, original, control = sources[1], sources[0], sources[2]
    names = sorted(column.name for column in release.table.columns)
    return coded(
        [
            release.records(names),
            original.records(names, limit=guesses),
            control.records(names, limit=guesses),
        ]
    )


def _ours(attack: str, sources: list[Source], seed: int) -> Outcome:
    """Run one attack, from the files to the counts."""
    guesses, rng = _GUESSES[attack], np.random.default_rng(seed)
    whole = attack in ("multivariate", "univariate")
    release, original, control = _coded(sources, None if whole else guesses)
    columns = range(len(release.columns))
    if attack == "linkability":
        halves = (columns[::2], columns[1::2])
        return linking.linkability(release, original, control, halves, 1, rng)
    if attack == "inference":
        secret = release.columns.index(_SECRET)
        known = [at for at in columns if at != secret]
        return linking.inference(release, original, control, known, secret, 0.05, rng)
    if attack == "multivariate":
        return singling_out.multivariate(release, original, control, guesses, _AT_ONCE, rng)
    return singling_out.univariate(release, original, control, guesses, rng)


def _neighbours(release: Source, targets: Source, files: list[Path]) -> None:
    """Compare distances to the nearest row: no chance in it."""
    answer = peer("anonymeter", "neighbours", *map(str, files))
    if answer is None:
        return
    names = sorted(column.name for column in release.table.columns)
    searched, looked_up = coded([release.records(names), targets.records(names)])
    _places, distances = nearest(looked_up, searched, range(len(names)), 1)
    # The draw has another order than the file: the distances are compared as a multiset.
    off = float(np.abs(np.sort(distances[:, 0]) - np.sort(answer["results"])).max())
    print_equal(f"distances of {_LOOKED_UP} rows to their nearest row", off < 1e-9, f"({off:g})")


def _compare(attack: str, files: list[Path], sources: list[Source]) -> None:
    """Compare rates, then cost."""
    guesses = _GUESSES[attack]
    answer = peer("anonymeter", attack, str(guesses), *map(str, files), _SECRET)
    if answer is None:
        print_skipped(f"{attack}: Anonymeter / ours", "the peer cannot be installed or failed")
        return
    _ours(attack, sources, 0)  # compiles
    runs, outcomes = [], []
    for seed in range(3):
        before = cpu_seconds()
        outcomes.append(_ours(attack, sources, seed))
        runs.append(cpu_seconds() - before)
    ours = Timing(sorted(runs)[1], tuple(runs))
    _last[attack] = ours
    for name, found in _told(outcomes).items():
        theirs = [run[name] for run in answer["results"]]
        _meet(f"{attack}, {guesses} guesses: {name} rate", found, theirs)
    print_ratio(
        f"{attack}, {guesses} guesses: Anonymeter / ours", ours, peer_timing(answer),
        f">= {_GOALS[attack]}",
    )  # fmt: skip


def _told(outcomes: list[Outcome]) -> dict[str, list[rates.Rate]]:
    """Return the rates of our runs; a guess that could not be made counts as wrong, as theirs."""
    wanted = _GUESSES[outcomes[0].attack]
    return {
        "main": [rates.wilson(one.successes, wanted) for one in outcomes],
        "baseline": [rates.wilson(one.baseline, wanted) for one in outcomes],
        "control": [rates.wilson(one.control or 0.0, wanted) for one in outcomes],
    }


def _meet(name: str, ours: list[rates.Rate], theirs: list[Any]) -> None:
    """Compare the means of three runs: they differ by less than both intervals allow."""
    own = sum(each.estimate for each in ours) / len(ours)
    other = sum(float(each[0]) for each in theirs) / len(theirs)
    inside = all(
        abs(one.estimate - float(each[0])) <= math.hypot(one.error, float(each[1]))
        for one, each in zip(ours, theirs, strict=True)
    )
    print_equal(name, inside, f"({own:.4f}, Anonymeter {other:.4f})")


if __name__ == "__main__":
    sys.exit(main())
