# SPDX-License-Identifier: Apache-2.0
"""Equal tables for every engine: rows of Python values, written where an engine can count them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from shirube.engines import sql
from shirube.terms.source import Table

POSTGRES_TYPES = {
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "VARCHAR": "text",
    "TIMESTAMPTZ": "timestamptz",
    "TINYINT": "smallint",
}

Rows = Sequence[tuple[object, ...]]


def parquet(path: Path, columns: dict[str, str], rows: Rows) -> Table:
    """Write rows as Parquet; ``columns`` are names with DuckDB's types."""
    listed = ", ".join(f"{sql.name(name)} {kind}" for name, kind in columns.items())
    marks = ", ".join("?" for _name in columns)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE TABLE t ({listed})")
    if rows:
        connection.executemany(f"INSERT INTO t VALUES ({marks})", [list(row) for row in rows])
    connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    connection.close()
    return Table(dataset=path.stem, files=(str(path),), format="parquet")


def postgres(address: str, name: str, columns: dict[str, str], rows: Rows) -> Table:
    """Write rows as a table of a PostgreSQL server, anew."""
    listed = ", ".join(
        f"{sql.name(each)} {POSTGRES_TYPES.get(kind, kind)}" for each, kind in columns.items()
    )
    with connection(address) as server:
        server.execute(f'DROP TABLE IF EXISTS "{name}"')
        server.execute(f'CREATE TABLE "{name}" ({listed})')
        with server.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
    return Table(dataset=name, files=(address,), format="postgresql", relation=f"public.{name}")


def connection(address: str):
    """Return a connection of the superuser to the tests' own server."""
    import psycopg

    from shirube.engines.postgres.address import settings

    return psycopg.connect("", **settings(address), autocommit=True)
