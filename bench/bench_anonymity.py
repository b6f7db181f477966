# SPDX-License-Identifier: Apache-2.0
"""The privacy measures: an audit against the bare GROUP BY.

    python bench/bench_anonymity.py [ROWS]

The table is drawn in DuckDB: 60 ages x 2 sexes x 47 prefectures x 12 months with a sensitive column
of 16 values. The floor is the ``GROUP BY`` over the same columns, its result kept in DuckDB.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import duckdb

import ratio
from shirube.engines import open_engine
from shirube.measures.privacy.anonymity import anonymity
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 10_000_000
AUDITS = {
    "5,700 classes": (("age", "sex", "pref"), "<= 1.5"),
    "69,000 classes": (("age", "sex", "pref", "month"), "<= 2.5"),
}


def people(rows: int) -> Path:
    """Draw the table once; later runs find it."""
    file = ratio.data_folder() / f"people_{rows}.parquet"
    if not file.exists():
        duckdb.execute(
            f"COPY (SELECT (hash(i * 8) % 60)::INT AS age, (hash(i * 8 + 1) % 2)::INT AS sex,"
            f" (hash(i * 8 + 2) % 47)::INT AS pref, (hash(i * 8 + 3) % 12)::INT AS month,"
            f" 'd' || (hash(i * 8 + 4) % 16) AS disease FROM range({rows}) t(i)) TO '{file}'"
        )
    return file


def audits(file: Path) -> None:
    """Compare k with SQL, then the audit's CPU time with the bare GROUP BY."""
    for name, (columns, goal) in AUDITS.items():
        listed = ", ".join(columns)
        with duckdb.connect() as plain, open_engine() as engine:
            table = Table(dataset="people", files=(str(file),), format="parquet")
            source = engine.source(table)

            def audit(source: Any = source, columns: tuple[str, ...] = columns) -> Any:
                return anonymity(source, quasi_identifiers=columns, sensitive=("disease",))

            def bare(plain: Any = plain, listed: str = listed) -> Any:
                plain.execute(
                    f"CREATE OR REPLACE TEMP TABLE cells AS SELECT {listed}, disease, count(*) AS n"
                    f" FROM '{file}' GROUP BY ALL"
                )
                query = f"SELECT min(n) FROM (SELECT sum(n) AS n FROM cells GROUP BY {listed})"
                return plain.execute(query).fetchall()[0][0]

            floor, ours = ratio.measure(bare), ratio.measure(audit)
        k = next(value.value for value in ours.result.values if value.name == "k")
        ratio.print_equal(f"k of {name}", k == floor.result, f"k = {k}")
        ratio.print_ratio(f"audit of {name} / GROUP BY", ours, floor, goal)


def main() -> int:
    """Run the audits; return the exit code."""
    audits(people(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
    print(f"peak memory {ratio.peak_mib():.0f} MiB")
    return ratio.finish()


if __name__ == "__main__":
    sys.exit(main())
