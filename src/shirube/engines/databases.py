# SPDX-License-Identifier: Apache-2.0
"""Whole databases: which tables a DuckDB file, an SQLite file or a PostgreSQL server has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shirube.engines.postgres import address
from shirube.terms.errors import Problem
from shirube.terms.source import Table
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS = {"sqlite": (0, b"SQLite format 3\x00"), "duckdb": (8, b"DUCK")}
_NAMED = 40


def is_database(place: str | Path) -> bool:
    """Say whether this is the address of a database, or a file that holds one."""
    return format_of(place) is not None


def format_of(place: str | Path) -> str | None:
    """Return ``postgresql``, ``sqlite`` or ``duckdb``; None for anything else.

    A file is known by its first bytes, whatever it is called.
    """
    if address.is_address(str(place)):
        return "postgresql"
    try:
        with Path(place).open("rb") as file:
            start = file.read(32)
    except OSError:
        return None
    for format, (at, sign) in _SIGNS.items():
        if start[at : at + len(sign)] == sign:
            return format
    return None


def parted(place: str | Path) -> tuple[str | Path, str | None]:
    """Return a database and the table that is named after a ``#``; None where none is."""
    before, mark, relation = str(place).rpartition("#")
    if not mark or Path(place).exists() or not is_database(before):
        return place, None
    return (before if address.is_address(before) else Path(before)), relation


def tables(place: str | Path) -> tuple[Table, ...]:
    """Return every table and view of a database that can be read, sorted by name.

    They are not described yet: an engine's ``describe`` fills in columns, rows and digests.

    Raises
    ------
    Problem
        It is no database, it cannot be opened, or it has no table.
    """
    format = format_of(place)
    if format is None:
        raise Problem(
            _("This is not a database."),
            where=Path(place).name,
            remedy=_("Name a DuckDB or SQLite file, or postgresql://user@host/database."),
        )
    names = _names(place, format)
    if not names:
        raise Problem(_("The database has no table that can be read."), where=name_of(place))
    return tuple(table_of(place, name) for name in names)


def table_of(place: str | Path, relation: str) -> Table:
    """Return one table of a database, not described yet.

    Raises
    ------
    Problem
        The address of a server holds a password or a setting that is not allowed.
    """
    format = format_of(place) or "duckdb"
    if format == "postgresql":
        address.settings(str(place))  # a password is refused, whatever is installed here
        files: tuple[str, ...] = (str(place),)
    else:
        files = tuple(map(str, _files(Path(place), format)))
    first, *others = (name_of(file) for file in files)
    return Table(
        dataset=relation,
        files=tuple(files),
        names=(f"{first}#{relation}", *others),
        format=format,
        relation=relation,
    )


def only(place: str | Path) -> str:
    """Return the name of the only table of a database; a Problem where there are several."""
    found = [table.relation for table in tables(place)]
    if len(found) > 1:
        raise Problem(
            _("The database has {count} tables: {names}.").format(
                count=len(found),
                names=", ".join(found[:_NAMED]) + (" …" if len(found) > _NAMED else ""),
            ),
            where=name_of(place),
            remedy=_("Name one with --table, or under table: in the manifest."),
        )
    return found[0]


def name_of(place: str | Path) -> str:
    """Return what may be told of a place: the name of the file or database, no host, no folder."""
    if address.is_address(str(place)):
        return address.database(str(place))
    return Path(place).name


def _names(place: str | Path, format: str) -> Sequence[str]:
    if format == "postgresql":
        from shirube.engines.choosing import open_postgres

        address.settings(str(place))
        with open_postgres() as server:
            return server.tables(str(place))
    if format == "sqlite":
        from shirube.engines.duckdb import sqlite_files

        return sqlite_files.tables(Path(place))
    from shirube.engines.duckdb import attached

    return attached.tables(Path(place))


def _files(path: Path, format: str) -> list[Path]:
    """Return the file and the log beside it, where that holds something."""
    log = path.with_name(path.name + {"sqlite": "-wal", "duckdb": ".wal"}[format])
    return [path, log] if log.exists() and log.stat().st_size else [path]
