# SPDX-License-Identifier: Apache-2.0
"""The privacy measures: an audit against the bare GROUP BY, text search against Python's ``re``.

    python bench/bench_anonymity.py [ROWS]

The table is drawn in DuckDB: 60 ages x 2 sexes x 47 prefectures x 12 months with a sensitive column
of 16 values. The floor is the ``GROUP BY`` over the same columns, its result kept in DuckDB.
"""

from __future__ import annotations

import random
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import duckdb

import ratio
from shirube.engines import open_engine
from shirube.measures.privacy.anonymity import anonymity
from shirube.measures.privacy.identifiers import scan_text
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path

ROWS, LINES = 10_000_000, 100_000
AUDITS = {
    "5,700 classes": (("age", "sex", "pref"), "<= 1.5"),
    "69,000 classes": (("age", "sex", "pref", "month"), "<= 2.5"),
}
FORMATS = (
    r"[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}", r"T?[0-9]{13}", r"[0-9]{12}", r"[A-Z]{2}[0-9]{7}",
    r"[A-Z]{2}[0-9]{8}[A-Z]{2}", r"[0-9]{8}|[0-9]{6}", r"記号.{1,10}番号.{1,8}",
    r"[0-9]{4}-?[0-9]{6}", r"[0-9]{11}", r"[0-9]{4}-[0-9]{3}\s*(?:普通|当座)\s*[0-9]{7}",
    r"[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}", r"0[0-9]{1,4}-?[0-9]{1,4}-?[0-9]{4}",
    r"〒?[0-9]{3}-[0-9]{4}", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    r"[0-9]{4}-[0-9]{6}-[0-9]",
)  # fmt: skip
PROSE = (
    "本日の会議では", "来年度の予算と", "人員の配置について", "検討を行いました。",
    "the quarterly report", "was sent to all members", "on Monday and discussed.",
)  # fmt: skip


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


def text_search() -> None:
    """Search prose in which two lines of a hundred hold a phone number."""
    rng = random.Random(1)
    lines = []
    for _line in range(LINES):
        line = " ".join(rng.choices(PROSE, k=5))
        if rng.random() < 0.02:
            line += f" 電話 090-{rng.randrange(10**4):04}-{rng.randrange(10**4):04}"
        lines.append(line)
    patterns = [re.compile(each) for each in FORMATS]

    def naive() -> int:
        folded = (unicodedata.normalize("NFKC", line) for line in lines)
        return sum(sum(len(each.findall(line)) for each in patterns) > 0 for line in folded)

    def ours() -> int:
        scan, _findings = scan_text(lines)
        return sum(tally.confirmed_rows for tally in scan.tallies.values())

    theirs, own = ratio.measure(naive), ratio.measure(ours)
    megabytes = sum(len(line.encode()) for line in lines) / 1e6
    print(f"{megabytes / own.cpu:.0f} MB/s against {megabytes / theirs.cpu:.1f} MB/s")
    ratio.print_equal("lines with an identifier", own.result == theirs.result, str(own.result))
    ratio.print_ratio("text search / one pattern after the other", own, theirs, ">= 10")


def main() -> int:
    """Run both; return the exit code."""
    audits(people(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
    print(f"peak memory {ratio.peak_mib():.0f} MiB")
    text_search()
    return ratio.finish()


if __name__ == "__main__":
    sys.exit(main())
