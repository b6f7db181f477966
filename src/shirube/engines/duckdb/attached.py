# SPDX-License-Identifier: Apache-2.0
"""Tables of a DuckDB database file: attached read-only; its views reach no other file."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.engines.duckdb.session import Session
from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALIAS = "shirube_file"


def with_log(file: Path) -> list[Path]:
    """Return the file and the log beside it, which holds what was written last."""
    return [file, file.with_name(file.name + ".wal")]


def tables(file: Path) -> list[str]:
    """Return the tables and views of a DuckDB file, sorted."""
    with tempfile.TemporaryDirectory(prefix="shirube-") as temp:
        session = Session(with_log(file), memory_limit="512MB", threads=1, temp=Path(temp))
        with closing(session):
            return attach(session, file)


def attach(session: Session, file: Path) -> list[str]:
    """Attach the file of the session, and return its tables and views as ``schema.table``."""
    session.rows(f"ATTACH {sql.text(str(file))} AS {_ALIAS} (READ_ONLY, TYPE duckdb)")
    found = session.rows(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables"
        f" WHERE table_catalog = {sql.text(_ALIAS)}"
    )
    return sorted(str(row[0]) for row in found)


def relation(tables: Sequence[str], wanted: str, file: Path) -> tuple[str, str]:
    """Return the full name of a table and what stands after FROM; ``main`` may be left out."""
    name = wanted if wanted in tables else f"main.{wanted}"
    if name not in tables:
        raise no_table(wanted, tables, file)
    schema, _dot, table = name.partition(".")
    return name, f"{_ALIAS}.{sql.name(schema)}.{sql.name(table)}"


def no_table(wanted: str, tables: Sequence[str], file: Path) -> Problem:
    """Return the problem of a table that a database file does not have."""
    return Problem(
        _("The database has no table {name}.").format(name=wanted),
        where=str(file),
        remedy=did_you_mean(wanted, tables)
        or _("Its tables are: {names}.").format(
            names=", ".join(tables[:20]) + (" …" if len(tables) > 20 else "")
        ),
    )
