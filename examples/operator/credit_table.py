# SPDX-License-Identifier: Apache-2.0
"""The UCI table of credit-card clients as six monthly snapshots, and what is written from it.

The source names its months backwards and by position: ``PAY_0``, ``BILL_AMT1``, ``PAY_AMT1`` are
September 2005, ``PAY_6``, ``BILL_AMT6``, ``PAY_AMT6`` are April. One row of a person becomes six.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

MONTHS = {
    "2005-04": ("PAY_6", 6),
    "2005-05": ("PAY_5", 5),
    "2005-06": ("PAY_4", 4),
    "2005-07": ("PAY_3", 3),
    "2005-08": ("PAY_2", 2),
    "2005-09": ("PAY_0", 1),
}
LAST_MONTH = "2005-09"

# The one injected shift: in August, for four customers in ten, the log keeps the payment in
# thousands. Scores and decisions were made before and are untouched.
INJECTED_MONTH = "2005-08"
INJECTED_SHARE = 0.4

# The source documents EDUCATION 1-4 and MARRIAGE 1-3; other codes occur and stay apart.
_PEOPLE = """
CREATE TABLE people AS
SELECT
  row_number() OVER ()                                                AS source_row,
  LIMIT_BAL                                                           AS credit_limit,
  CASE SEX WHEN 1 THEN 'male' WHEN 2 THEN 'female' END                AS sex,
  CASE EDUCATION WHEN 1 THEN 'graduate_school' WHEN 2 THEN 'university' WHEN 3 THEN 'high_school'
                 WHEN 4 THEN 'other' ELSE 'undocumented' END          AS education,
  CASE MARRIAGE WHEN 1 THEN 'married' WHEN 2 THEN 'single'
                WHEN 3 THEN 'other' ELSE 'undocumented' END           AS marriage,
  AGE                                                                 AS age,
  1 - "default payment"                                               AS repaid,
  COLUMNS('^(PAY_|BILL_AMT)')
FROM read_csv(?, all_varchar = false) LIMIT ?
"""

_SNAPSHOT = """
SELECT source_row, '{month}' AS month, credit_limit, BILL_AMT{position} AS bill_amount,
       PAY_AMT{position} AS paid_amount, {status} AS pay_status
FROM people
"""

_LOG = """
SELECT p.customer_id, s.month, s.credit_limit, s.bill_amount,
       CASE WHEN s.month = '{injected}' AND p.injected THEN s.paid_amount // 1000
            ELSE s.paid_amount END AS paid_amount,
       -- -2, -1, 0 and the months in arrears are codes, not amounts: kept as text
       s.pay_status::VARCHAR AS pay_status,
       p.sex, p.education, p.marriage,
       least(p.age // 10 * 10, 60)::VARCHAR || CASE WHEN p.age >= 60 THEN '+' ELSE
         '-' || (p.age // 10 * 10 + 9)::VARCHAR END AS age_band,
       c.score, c.approved,
       CASE WHEN s.month = '{last}' THEN p.repaid END AS repaid
FROM snapshots s JOIN persons p USING (source_row)
     JOIN scores c ON c.source_row = s.source_row AND c.month = s.month
WHERE NOT p.trains
"""

# Dropping the number and cutting ages into five years is what this release calls anonymised.
RELEASE = """
SELECT sex, education, marriage,
       (age // 5 * 5)::VARCHAR || '-' || (age // 5 * 5 + 4)::VARCHAR AS age_band,
       credit_limit, 1 - repaid AS defaulted
FROM persons
"""


def load(source: Path, seed: int, people: int | None) -> duckdb.DuckDBPyConnection:
    """Return a connection that holds the people and their snapshots."""
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "512MB"})
    connection.execute(_PEOPLE, [str(source), people or 10_000_000])
    _divide(connection, seed)
    parts = (
        _SNAPSHOT.format(month=month, status=status, position=position)
        for month, (status, position) in MONTHS.items()
    )
    connection.execute(f"CREATE TABLE snapshots AS {' UNION ALL '.join(parts)}")
    return connection


def _divide(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Give everybody a number of our own, one of the two halves, and the lot of the injection."""
    (rows,) = one(connection, "SELECT count(*) FROM people")
    generator = np.random.default_rng(seed)
    lots = {
        "source_row": np.arange(1, rows + 1),
        "customer_id": 100_001 + generator.permutation(rows),
        "trains": generator.permutation(rows) < rows // 2,
        "injected": generator.random(rows) < INJECTED_SHARE,
        "released_at": generator.permutation(rows),
    }
    connection.register("lots", lots)
    connection.execute(
        "CREATE TABLE persons AS SELECT l.*, p.* EXCLUDE (source_row) "
        "FROM people p JOIN lots l USING (source_row)"
    )
    connection.unregister("lots")


def write_training(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the training half as CSV with a byte-order mark, as spreadsheets in Japan expect it."""
    cursor = connection.execute(
        f"""SELECT p.customer_id, s.credit_limit, s.bill_amount, s.paid_amount, s.pay_status,
                   p.sex, p.education, p.marriage, p.age, p.repaid, m.memo
            FROM persons p JOIN snapshots s USING (source_row) JOIN memos m USING (source_row)
            WHERE p.trains AND s.month = '{LAST_MONTH}' ORDER BY p.customer_id"""
    )
    write_csv(path, cursor, encoding="utf-8-sig")


def write_log(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write one Parquet file for each month, so that a new month costs a month."""
    for month in MONTHS:
        write_parquet(
            connection, f"{log_query()} AND s.month = '{month}' ORDER BY 1", folder, month
        )


def write_parquet(
    connection: duckdb.DuckDBPyConnection, query: str, folder: Path, month: str
) -> None:
    """Write the rows of a query, in their order, as ``folder/month.parquet``."""
    target = str(folder / f"{month}.parquet").replace("'", "''")
    connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def log_query() -> str:
    """Return the query of the prediction log."""
    return _LOG.format(injected=INJECTED_MONTH, last=LAST_MONTH)


def write_release(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the release; its rows were shuffled, so that their order tells nothing."""
    write_csv(path, connection.execute(f"{RELEASE} ORDER BY released_at"), encoding="utf-8")


def write_csv(path: Path, cursor: duckdb.DuckDBPyConnection, *, encoding: str) -> None:
    """Write a result in batches; the newline is the same on every system."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column[0] for column in cursor.description])
        while batch := cursor.fetchmany(10_000):
            writer.writerows(batch)


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """Return the only row of a query."""
    (row,) = connection.execute(query).fetchall()
    return tuple(row)


def summary(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Say in a few lines what was made."""
    people, trained = one(
        connection, "SELECT count(*), count(*) FILTER (WHERE trains) FROM persons"
    )
    approved, repaid = one(
        connection,
        f"SELECT avg(approved), avg(repaid) FROM ({log_query()}) WHERE month = '{LAST_MONTH}'",
    )
    return [
        f"people {people}, training half {trained}, logged half {people - trained}",
        f"{LAST_MONTH}: approved {approved:.3f}, repaid in October {repaid:.3f}",
    ]
