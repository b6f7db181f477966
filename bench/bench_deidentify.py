# SPDX-License-Identifier: Apache-2.0
"""Optimal generalisation: the published optima first, then what finding them costs.

Counted is CPU time from an opened table to the proven optimum: the collapse to distinct tuples
(reading the file included), coding, packing and the search. Imports, and loading the compiled loop,
are not counted. ANJANA's clock starts with a data frame in memory. So does ours beside it: with the
rows as texts in a table of the database's memory; the same from the file is told. Memory is that of
the search's tables, as its certificate states it, beside the process's peak. The tables and the
optima lie in the shared data folder beside the project.

ANJANA looks for a release and not for the best one, so *equal first* means: at the levels it chose,
we count the same suppressed records, and our optimum loses no more than its choice.

The tables of one and of ten million rows that the goal is about draw rows of ihis by a hash, and
move each age by up to two years: 239 thousand and 726 thousand distinct tuples. Harder ones are
told beside it: they join the halves of two rows drawn independently, so that far more tuples are
distinct; their search ends after ``_HARD_SECONDS``, and the line says whether it was proven.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ratio import (
    ROOT,
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
from shirube.api.operator.releasable import open_releasable, unpacked
from shirube.deidentification import hierarchies, roll_up_kernel
from shirube.deidentification.checking import Checker
from shirube.deidentification.objectives import Loss
from shirube.deidentification.rolling import Roller
from shirube.deidentification.transforming import Transformed, encode, transform
from shirube.engines import open_engine
from shirube.engines.duckdb.releasing import DuckDBRelease
from shirube.terms.deidentification import Closeness, Diversity, Requirement
from shirube.terms.release import Releasable

DATA = ROOT.parent / "shared" / "data" / "privacy" / "bench"
_K5 = Requirement(k=5, suppression_limit=0.02)
_HARD_SECONDS = 60.0
_SMALL, _LARGE = 1_000_000, 10_000_000
_MODELS = {
    "distinct 2-diversity(salary-class)": Diversity("salary-class", "distinct", 2),
    "equal-distance t-closeness 0.5(salary-class)": Closeness("salary-class", 0.5),
}


@dataclass(frozen=True)
class Cost:
    """CPU seconds of encoding and search, and what was found."""

    encoding: float
    search: float
    found: Transformed

    @property
    def whole(self) -> float:
        return self.encoding + self.search


def main() -> int:
    """Run all comparisons."""
    if not DATA.is_dir():
        print_skipped("optimal generalisation", "the shared data folder is not beside the project")
        return finish()
    roll_up_kernel.compiled()
    _run(DATA / "adult.csv.gz", "adult", _K5)  # compiles, once per machine
    _optima()
    _sets()
    _against_anjana()
    _against_itself()
    print(f"\npeak memory of this process: {peak_mib():.0f} MiB")
    return finish()


def _run(
    table: Path,
    name: str,
    requirement: Requirement,
    columns: list[str] | None = None,
    seconds: float | None = None,
    *,
    in_memory: bool = False,
) -> Cost:
    """Return what one search costs, from the opened table to the proof."""
    known = {
        column: hierarchies.read(path, column)
        for column, path in hierarchies.files(DATA / "hierarchies" / name).items()
    }
    with unpacked(table) as plain, open_engine() as engine:
        source = open_releasable(plain or table, engine, None, None)
        if in_memory:
            source = _loaded(source)
        chosen = columns or [each.name for each in source.table.columns]
        start = cpu_seconds()
        encoded = encode(source, known, chosen, requirement)
        coded = cpu_seconds()
        found = transform(encoded, requirement, compiled=True, seconds=seconds)
        return Cost(coded - start, cpu_seconds() - coded, found)


def _loaded(source: Releasable) -> Releasable:
    """Return the same rows as texts in a table of the database's memory."""
    opened: Any = source  # what it holds is nobody's business but that of its neighbours, and ours
    opened._session.rows(f"CREATE TEMP TABLE opened AS SELECT * FROM {opened._relation}")
    return DuckDBRelease(opened._session, opened.table, "opened", opened._folder)


def _optima() -> None:
    """Every published optimum: levels and suppressed records exactly, loss to 1e-8."""
    for optimum in json.loads((DATA / "optima.json").read_text(encoding="utf-8")):
        models: list[Any] = [_MODELS[name] for name in optimum["models"] if name in _MODELS]
        requirement = Requirement(
            k=optimum["k"],
            suppression_limit=optimum["suppression_limit"],
            diversities=tuple(each for each in models if isinstance(each, Diversity)),
            closenesses=tuple(each for each in models if isinstance(each, Closeness)),
        )
        name = optimum["dataset"]
        cost = _run(DATA / f"{name}.csv.gz", name, requirement, optimum.get("attributes"))
        solution = cost.found.solution
        print_equal(
            f"{name}, k {optimum['k']}, limit {optimum['suppression_limit']},"
            f" {len(optimum['models'])} models: the optimum of ARX",
            list(solution.levels) == optimum["transformation"]
            and solution.suppressed_records == optimum["suppressed_records"]
            and abs(solution.information_loss - optimum["information_loss"]) < 1e-8
            and solution.certificate.proven,
            f"({cost.whole:.2f} s, {solution.certificate.nodes_checked} nodes counted by us,"
            f" {optimum['arx_checks']} by ARX)",
        )


def _sets() -> None:
    """Tell seconds and memory of every set at k = 5 with 2 % suppression."""
    for name in ("adult", "cup", "fars", "atus", "ihis"):
        table = DATA / f"{name}.csv.gz"
        table = table if table.exists() else DATA / f"{name}_synth.parquet"
        _tell(name, _run(table, name, _K5))


def _tell(name: str, cost: Cost) -> None:
    certificate = cost.found.solution.certificate
    encoded = cost.found.encoded
    print(
        f"told     {name}: {encoded.rows:,} rows, {len(encoded.bottom):,} distinct,"
        f" {certificate.lattice:,} nodes, {certificate.nodes_checked} counted; encoding"
        f" {cost.encoding:.2f} s, search {cost.search:.2f} s,"
        f" tables {certificate.memory_bytes / 2**20:.0f} MiB, proven {certificate.proven}",
        flush=True,
    )


def _against_anjana() -> None:
    """Adult and fars at k = 5: ANJANA's call against encoding and search."""
    for name in ("adult", "fars"):
        table, folder = DATA / f"{name}.csv.gz", DATA / "hierarchies" / name
        answer = peer("anjana", str(table), str(folder), "5", "0.02")
        if answer is None:
            print_skipped(f"{name}, k 5: ANJANA / ours", "the peer failed")
            continue
        cost, theirs = _median(table, name, in_memory=True), peer_timing(answer)
        found = cost.found
        levels, suppressed = tuple(answer["results"]["levels"]), answer["results"]["suppressed"]
        ours, counted, lost = found.solution.information_loss, *_at(found, levels)
        print_equal(
            f"{name}, k 5: suppressed records at ANJANA's levels",
            counted == suppressed,
            f"({counted})",
        )
        print_equal(
            f"{name}, k 5: our loss is no more than ANJANA's",
            ours <= lost,
            f"({ours:.4f} {lost:.4f})",
        )
        print_ratio(f"{name}, k 5: ANJANA / ours, both from memory", cost.whole, theirs, ">= 30")
        for footing, ours_alone in (
            ("ours from the file", _median(table, name, in_memory=False).whole),
            ("our search alone", cost.search),
        ):
            print_told(f"{name}, k 5: ANJANA / {footing}", ours_alone, theirs, of="theirs")


def _median(table: Path, name: str, *, in_memory: bool) -> Cost:
    """Return the middle one of eleven runs."""
    costs = [_run(table, name, _K5, in_memory=in_memory) for _round in range(11)]
    return sorted(costs, key=lambda cost: cost.whole)[5]


def _at(found: Transformed, levels: tuple[int, ...]) -> tuple[int, float]:
    """Return the suppressed records and the loss of a node."""
    encoded = found.encoded
    roller = Roller(encoded.attributes, encoded.layout, encoded.bottom)
    classes = Checker(_K5, encoded.layout, {}, encoded.rows).classes(roller.at(levels))
    loss = Loss(encoded.attributes, encoded.marginals, encoded.layout)
    return classes.suppressed, loss.value(levels, classes)


def _against_itself() -> None:
    """Ten million rows: at most three times the search of one million, plus one GROUP BY."""
    small, large = _large_table(_SMALL), _large_table(_LARGE)
    one, ten = _run(small, "ihis", _K5), _run(large, "ihis", _K5)
    _tell("1M rows", one)
    _tell("10M rows", ten)
    group = measure(lambda: _group_by(large), 3)
    print_ratio(
        "10M rows drawn from ihis, ages moved: encoding and search / (3 x search of 1M + GROUP BY)",
        ten.whole, 3 * one.search + group.cpu, "<= 1",
    )  # fmt: skip
    _tell_harder()


def _tell_harder() -> None:
    """The same of rows joined from two halves; the search of each ends after a minute."""
    small, large = _joined_table(_SMALL), _joined_table(_LARGE)
    one, ten = (_run(table, "ihis", _K5, seconds=_HARD_SECONDS) for table in (small, large))
    _tell("1M rows of joined halves", one)
    _tell("10M rows of joined halves", ten)
    group = measure(lambda: _group_by(large), 1)
    proven = all(each.found.solution.certificate.proven for each in (one, ten))
    print_told(
        "10M rows of joined halves (hard): encoding and search / (3 x search of 1M + GROUP BY),"
        f" at most {_HARD_SECONDS:.0f} s each, {'proven' if proven else 'not proven'}",
        ten.whole, 3 * one.search + group.cpu, of="ours",
    )  # fmt: skip


def _group_by(table: Path) -> int:
    """Count the distinct rows by DuckDB's bare GROUP BY, with our memory and threads."""
    connection = duckdb.connect(config={"memory_limit": "512MB"})
    query = f"SELECT count(*) FROM (SELECT *, count(*) FROM '{table}' GROUP BY ALL)"
    return int(connection.execute(query).fetchall()[0][0])


def _large_table(rows: int) -> Path:
    moved = "CAST(AGE AS INTEGER) + CAST(hash(d.range + 7) % 5 AS INTEGER) - 2"
    age = f"greatest(0, least(99, {moved}))"
    return _drawn(
        f"ihis_{rows}",
        f"SELECT r.* EXCLUDE (n) REPLACE (CAST({age} AS VARCHAR) AS AGE)"
        f" FROM range({rows}) d JOIN r ON r.n = hash(d.range) % {{many}}",
    )


def _joined_table(rows: int) -> Path:
    return _drawn(
        f"ihis_joined_{rows}",
        "SELECT a.YEAR, a.QUARTER, a.REGION, a.PERNUM, a.AGE, b.MARSTAT, b.SEX, b.RACEA, b.EDUC"
        f" FROM range({rows}) d JOIN r a ON a.n = hash(d.range) % {{many}}"
        " JOIN r b ON b.n = hash(d.range + 123456789) % {many}",
    )


def _drawn(name: str, query: str) -> Path:
    """Make a table from the rows of ihis (``r``, numbered by ``n``, ``{many}`` of them), once."""
    path = data_folder() / f"{name}.parquet"
    if not path.exists():
        print(f"make     {path.name}", flush=True)
        connection = duckdb.connect()
        source = f"'{DATA / 'ihis_synth.parquet'}'"
        connection.execute(
            f"CREATE TABLE r AS SELECT *, row_number() OVER () - 1 AS n FROM {source}"
        )
        (many,) = connection.execute("SELECT count(*) FROM r").fetchall()[0]
        unfinished = path.with_suffix(".part")
        connection.execute(f"COPY ({query.format(many=many)}) TO '{unfinished}' (FORMAT parquet)")
        unfinished.rename(path)
    return path


if __name__ == "__main__":
    sys.exit(main())
