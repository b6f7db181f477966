# SPDX-License-Identifier: Apache-2.0
"""The audit of a table against the bare GROUP BY and pycanon; sensitive columns; sets of columns.

    python bench/bench_anonymity.py [ROWS]

The table is drawn in DuckDB, every column uniform and independent of the others, which makes more
classes than people ever do: ten quasi-identifiers (the first four make 67,680 classes, the first
six 6.5 million of 10 million rows) and three sensitive columns. The floor is the ``GROUP BY`` over
the same columns, its result kept in DuckDB; the audit computes all its models besides. Each side
has its database open before it is measured. A further sensitive column is held against the audit
with one, and told against the bare ``GROUP BY`` as well.

pycanon audits UCI Adult (the table that is handed out with the tests' data; skipped without it).
Its table lies in memory when its clock starts; ours lies in a Parquet file of an opened source and
is read in every run. The whole way from the CSV file is told, on our side with the start of the
database and the description of the file, on theirs with the reading.
ARX needs a jar that is not ours to ship: the line says so.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import duckdb

import against_arx
import ratio
from shirube.engines import open_engine
from shirube.measures.privacy.anonymity import anonymity
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.measurement import Result
    from shirube.terms.source import Source

ROWS = 10_000_000
SIZES = {
    "age": 60, "sex": 2, "pref": 47, "month": 12, "job": 20, "education": 8,
    "family": 6, "housing": 5, "band": 10, "hobby": 16,
}  # fmt: skip
SENSITIVE = {"disease": 16, "medicine": 30, "outcome": 4}
COLUMNS = tuple(SIZES)
ADULT = ratio.ROOT.parent / "shared" / "data" / "privacy" / "bench" / "adult.csv.gz"
ADULT_SENSITIVE = "salary-class"
ADULT_COLUMNS = (
    "sex", "age", "race", "marital-status", "education", "native-country", "workclass",
    "occupation",
)  # fmt: skip


def census(rows: int) -> Path:
    """Draw the table once; later runs find it."""
    file = ratio.data_folder() / f"census_{rows}.parquet"
    if not file.exists():
        drawn = [
            f"(hash(i * 16 + {at}) % {size})::INT AS {name}"
            for at, (name, size) in enumerate(SIZES.items())
        ]
        drawn += [
            f"'{name[0]}' || (hash(i * 16 + {at}) % {size}) AS {name}"
            for at, (name, size) in enumerate(SENSITIVE.items(), len(SIZES))
        ]
        duckdb.execute(f"COPY (SELECT {', '.join(drawn)} FROM range({rows}) t(i)) TO '{file}'")
    return file


def audits(file: Path) -> None:
    """Four and six columns against the GROUP BY, then further sensitive columns, then all sets."""
    with duckdb.connect() as plain, open_engine() as engine:
        source = engine.source(Table(dataset="census", files=(str(file),), format="parquet"))
        first = [_audit_of(source, plain, file, number) for number in (4, 6)]
        print(f"peak memory {ratio.peak_mib():.0f} MiB, the GROUP BY's included")
        for number, (_ours, floor) in zip((4, 6), first, strict=True):
            _further(source, number, floor)
        _sets(source, file, plain)


def _audit_of(
    source: Source, plain: Any, file: Path, number: int
) -> tuple[ratio.Timing, ratio.Timing]:
    """Compare k with SQL, then the audit's CPU time with the bare GROUP BY."""
    columns = COLUMNS[:number]
    floors, audits = [], []
    for _round in range(3):  # in turn, so that a busy neighbour slows both alike
        floors.append(ratio.measure(partial(_bare, plain, file, columns), 1))
        audits.append(ratio.measure(partial(_audit, source, columns, 1), 1))
    name = f"{source.table.rows:,} rows, {number} quasi-identifiers"
    k = _values(audits[-1].result)["k"]
    ratio.print_equal(f"{name}: k", k == floors[-1].result, f"k = {k}")
    ours, floor = (sorted(each, key=lambda one: one.cpu)[1] for each in (audits, floors))
    ratio.print_ratio(f"{name}, with one sensitive column: audit / GROUP BY", ours, floor, "<= 1.0")
    return ours, floor


def _further(source: Source, number: int, floor: ratio.Timing) -> None:
    """Add the second and the third sensitive column; what each adds is taken within a round.

    Up and down by turns: an audit that needs more memory than the one before it touches new pages,
    and one after a larger audit finds them warm.
    """
    rounds: list[dict[int, float]] = []
    for turn in range(12):
        order = (1, 2, 3) if turn % 2 == 0 else (3, 2, 1)
        rounds.append({each: _cost(source, number, each) for each in order})
    first = statistics.median(costs[1] for costs in rounds)
    for sensitive in (2, 3):
        added = statistics.median(costs[sensitive] - costs[sensitive - 1] for costs in rounds)
        more = max(added, 0.0)
        name = f"{number} quasi-identifiers, sensitive column {sensitive}"
        ratio.print_ratio(f"{name} / audit with one", more, first, "<= 0.3")
        ratio.print_told(f"{name} / GROUP BY with one", more, floor, of="ours")


def _cost(source: Source, number: int, sensitive: int) -> float:
    """Return the CPU seconds of one audit."""
    return ratio.measure(partial(_audit, source, COLUMNS[:number], sensitive), 1).cpu


def _sets(source: Source, file: Path, plain: Any) -> None:
    """Count all sets of up to four of the ten columns; some are counted by SQL as well."""
    sets, audits = [], []
    for _round in range(3):  # in turn with the audit
        audits.append(ratio.measure(partial(_audit, source, COLUMNS[:4], 1), 3).cpu)
        sets.append(ratio.measure(lambda: source.subset_cells(COLUMNS), 1))
    counted = sorted(sets, key=lambda one: one.cpu)[1]
    audit = statistics.median(audits)
    cells = counted.result
    equal = len(cells.subsets) == 385
    for at in range(4, 385, 95):
        listed = ", ".join(cells.subsets[at])
        sizes = plain.execute(
            f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM '{file}' GROUP BY {listed})"
            " GROUP BY n ORDER BY n"
        ).fetchall()
        here = cells.subset == at
        equal &= sizes == list(
            zip(cells.size[here].tolist(), cells.classes[here].tolist(), strict=True)
        )
    ratio.print_equal("385 sets of ten columns: sizes of classes", equal)
    ratio.print_ratio(
        "385 sets of ten columns / audit of 4 quasi-identifiers", counted, audit, "<= 15"
    )


def _audit(source: Source, columns: tuple[str, ...], sensitive: int) -> Result:
    return anonymity(source, quasi_identifiers=columns, sensitive=tuple(SENSITIVE)[:sensitive])


def _bare(plain: Any, file: Path, columns: tuple[str, ...]) -> int:
    """Group by the same columns; k comes from the result, next to free."""
    listed = ", ".join(columns)
    plain.execute(
        f"CREATE OR REPLACE TEMP TABLE cells AS SELECT {listed}, disease, count(*) AS n"
        f" FROM '{file}' GROUP BY ALL"
    )
    if len(columns) > 4:  # millions of classes: the floor stays bare
        return 1
    query = f"SELECT min(n) FROM (SELECT sum(n) AS n FROM cells GROUP BY {listed})"
    return int(plain.execute(query).fetchall()[0][0])


def _values(result: Result) -> dict[str, Any]:
    return {value.name: value.value for value in result.values}


def memory(file: Path) -> None:
    """Tell the largest memory of a process that does nothing but one audit."""
    for number in (4, 6):
        done = subprocess.run(
            [sys.executable, __file__, "alone", str(file), str(number)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        cells, peak = (float(each) for each in done.stdout.split())
        allowed = 256 + 4 * cells / 2**20
        ratio.print_ratio(
            f"audit of {cells:,.0f} cells: peak memory / 256 MiB + 4 B per cell",
            peak, allowed, "<= 1", unit="MiB",
        )  # fmt: skip


def against_pycanon() -> None:
    """Audit Adult on both sides."""
    if not ADULT.exists():
        ratio.print_skipped("pycanon on adult", "the shared data folder is not beside the project")
        return
    names = [ratio.data_folder() / f"adult_audit.{ending}" for ending in ("csv", "parquet")]
    for name in names:
        duckdb.execute(
            f"COPY (SELECT * FROM read_csv('{ADULT}', delim = ';', all_varchar = true))"
            f" TO '{name}' (FORMAT {name.suffix[1:]})"
        )
    with open_engine() as engine:
        source = engine.source(Table(dataset="adult", files=(str(names[1]),), format="parquet"))
        ours = ratio.measure(
            lambda: anonymity(
                source, quasi_identifiers=ADULT_COLUMNS, sensitive=(ADULT_SENSITIVE,)
            ),
            9,
        )
    answer = ratio.peer("pycanon", str(names[0]), ADULT_SENSITIVE, *ADULT_COLUMNS)
    if answer is None:
        return
    mine, theirs = _values(ours.result), answer["results"]
    same = ("k", "l_distinct", "t_equal", "delta_disclosure", "beta_basic", "alpha")
    off = max(abs(mine[name] - theirs[name]) for name in same)
    ratio.print_equal("adult, 8 quasi-identifiers: pycanon to 1e-9", off <= 1e-9, f"({off:.1e})")
    theirs = ratio.peer_timing(answer).cpu
    ratio.print_ratio("adult, 8 quasi-identifiers: pycanon / ours", ours, theirs, ">= 1000")
    ratio.print_told(
        "adult, from the file, ours with database start: pycanon / ours",
        ratio.measure(partial(_adult_from_file, names[0]), 5),
        theirs + answer["reading"],
        of="theirs",
    )


def _adult_from_file(table: Path) -> Result:
    """Audit Adult from nothing: the database is started, and the file is described."""
    with open_engine() as engine:
        source = engine.source(Table(dataset="adult", files=(str(table),), format="csv"))
        return anonymity(source, quasi_identifiers=ADULT_COLUMNS, sensitive=(ADULT_SENSITIVE,))


def main() -> int:
    """Run all comparisons; return the exit code."""
    if sys.argv[1:2] == ["alone"]:
        return _alone(sys.argv[2], int(sys.argv[3]))
    file = census(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
    memory(file)
    audits(file)
    against_pycanon()
    for number in (4, 6):
        against_arx.audit(
            file, COLUMNS[:number], next(iter(SENSITIVE)), partial(_from_csv, number=number)
        )
    return ratio.finish()


def _from_csv(table: Path, *, number: int) -> dict[str, Any]:
    """Audit a CSV file with one sensitive column, the start of the database included."""
    with open_engine() as engine:
        plain = engine.describe(Table(dataset="census", files=(str(table),), format="csv"))
        found = _values(_audit(engine.source(plain), COLUMNS[:number], 1))
    return {
        "k": found["k"], "classes": found["classes"], "unique": found["unique_records"]
    }  # fmt: skip


def _alone(file: str, number: int) -> int:
    """Audit so many columns and print the number of cells and the peak memory."""
    with open_engine() as engine:
        source = engine.source(Table(dataset="census", files=(file,), format="parquet"))
        _audit(source, COLUMNS[:number], 1)
        peak = ratio.peak_mib()
        cells = len(source.class_cells(COLUMNS[:number], ("disease",)).count)
    print(cells, peak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
