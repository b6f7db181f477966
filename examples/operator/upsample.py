# SPDX-License-Identifier: Apache-2.0
"""The example's tables with millions of rows, in bounded memory: a test of size.

People are repeated with a number of their own and slightly different amounts, so that classes and
buckets stay as many as in a real table of that size; texts are repeated as they are. What is
measured on such a table says something about the program, and nothing about anybody.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from credit_table import MONTHS, RELEASE, log_query, one, write_parquet


def write_log(connection: duckdb.DuckDBPyConnection, folder: Path, rows: int) -> None:
    """Write ``rows`` rows of the log in all, divided between the months."""
    for position, month in enumerate(MONTHS):
        wanted = rows // len(MONTHS) + (position < rows % len(MONTHS))
        people = _numbered(connection, f"{log_query()} AND s.month = '{month}' ORDER BY 1")
        write_parquet(
            connection,
            f"""SELECT * EXCLUDE (i, n) REPLACE
                  (customer_id + 1000000 * (i // {people}) AS customer_id,
                   credit_limit + 10000 * (hash(i) % 7)::BIGINT AS credit_limit,
                   bill_amount + (hash(i + 1) % 997)::BIGINT AS bill_amount,
                   paid_amount + (hash(i + 2) % 97)::BIGINT AS paid_amount)
                FROM (SELECT range AS i FROM range({wanted})) JOIN numbered ON n = i % {people}""",
            folder,
            month,
        )


def write_release(connection: duckdb.DuckDBPyConnection, path: Path, rows: int) -> None:
    """Write the release with ``rows`` rows."""
    people = _numbered(connection, f"{RELEASE} ORDER BY ALL")
    target = str(path).replace("'", "''")
    connection.execute(
        f"""COPY (SELECT * EXCLUDE (i, n) REPLACE
                    (credit_limit + 1000 * (hash(i) % 50)::BIGINT AS credit_limit)
                  FROM (SELECT range AS i FROM range({rows})) JOIN numbered ON n = i % {people})
            TO '{target}' (FORMAT csv, HEADER)"""
    )


def write_training(connection: duckdb.DuckDBPyConnection, path: Path, rows: int) -> None:
    """Write the training table with ``rows`` rows, from the small one that stands at ``path``."""
    _write_repeated(
        connection,
        path,
        rows,
        "customer_id::BIGINT + 1000000 * (i // {people}) AS customer_id,"
        " bill_amount::BIGINT + (hash(i + 1) % 997)::BIGINT AS bill_amount",
        bom=True,
    )


def write_fashion(connection: duckdb.DuckDBPyConnection, path: Path, rows: int) -> None:
    """Write the fashion log with ``rows`` rows, from the small one that stands at ``path``."""
    _write_repeated(
        connection,
        path,
        rows,
        "round(user_item_affinity_0::DOUBLE + (hash(i) % 1000)::DOUBLE / 10000, 4)"
        " AS user_item_affinity_0",
    )


def write_inquiries(path: Path, rows: int) -> None:
    """Write the inquiries with ``rows`` rows, from the small table that stands at ``path``."""
    head, *lines = path.read_bytes().splitlines(keepends=True)
    rests = [line.partition(b",")[2] for line in lines]
    with path.open("wb") as stream:
        stream.write(head)
        for start in range(0, rows, len(rests)):
            block = rests[: rows - start]
            stream.writelines(b"Q%08d,%b" % (start + n, rest) for n, rest in enumerate(block, 1))


def _write_repeated(
    connection: duckdb.DuckDBPyConnection, path: Path, rows: int, changes: str, *, bom: bool = False
) -> None:
    """Write a small CSV table anew, its rows repeated with changes."""
    target = str(path).replace("'", "''")
    people = _numbered(
        connection, f"SELECT * FROM read_csv('{target}', header = true, all_varchar = true)"
    )
    first = str(one(connection, "SELECT name FROM pragma_table_info('numbered') LIMIT 1")[0])
    # The mark of UTF-8 stands before the first name, as spreadsheets in Japan expect it.
    renamed = f' RENAME ({first} AS "\ufeff{first}")' if bom else ""
    connection.execute(
        f"""COPY (SELECT *{renamed} FROM (
                SELECT * EXCLUDE (i, n) REPLACE ({changes.format(people=people)})
                FROM (SELECT range AS i FROM range({rows})) JOIN numbered ON n = i % {people}))
            TO '{target}' (FORMAT csv, HEADER)"""
    )


def _numbered(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Keep the rows of a query as table ``numbered`` (n = 0, 1, 2, ...) and count them."""
    connection.execute(
        f"CREATE OR REPLACE TABLE numbered AS SELECT *, row_number() OVER () - 1 AS n "
        f"FROM ({query})"
    )
    return int(one(connection, "SELECT count(*) FROM numbered")[0])
