# SPDX-License-Identifier: Apache-2.0
"""Data sets that are tables of a database: a file bound by its bytes, or a server by its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube.catalogue.digests import digest
from shirube.catalogue.files import expand, unreadable
from shirube.engines import databases
from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.catalogue.tables import Describes
    from shirube.terms.manifest import Dataset, Manifest
    from shirube.terms.source import Progress, Table


def table(
    manifest: Manifest,
    dataset: Dataset,
    folder: Path,
    engine: Describes,
    progress: Progress | None,
) -> Table:
    """Return the described table of a data set with a database.

    A file is bound by the SHA-256 of its bytes, and of the log beside it that holds what was
    written last. A server's table is bound by a digest of its rows, which the server computes when
    the table is described.

    Raises
    ------
    Problem
        With the line of the manifest: no such file or table, no connection, no permission.
    """
    where = manifest.place(f"datasets.{dataset.id}.database")
    place = dataset.database or ""
    try:
        if databases.format_of(place) != "postgresql":
            place = _file(place, folder, where)
        name = dataset.table or databases.only(place)
        found = msgspec.structs.replace(databases.table_of(place, name), dataset=dataset.id)
        if found.format != "postgresql":
            found = _bound(found, folder, progress)
        return engine.describe(found, progress=progress)
    except OSError as error:
        raise unreadable(error, where) from error
    except Problem as problem:
        raise _placed(problem, where, place) from problem


def _file(place: str, folder: Path, where: Place) -> str:
    """Return the path of the database file; what is no database is a Problem."""
    files = expand((place,), folder, where)
    if len(files) > 1 or not databases.is_database(files[0].path):
        raise Problem(
            _("{file} is no DuckDB or SQLite database.").format(file=place),
            where=where,
            remedy=_("Name one database file; other files go under files:."),
        )
    return str(files[0].path)


def _bound(table: Table, folder: Path, progress: Progress | None) -> Table:
    """Return the table with the digests of its files."""
    found = []
    for file, name in zip(table.files, table.names, strict=True):
        if progress is not None:
            progress(_("Reading {file}").format(file=name), None)
        found.append(digest(folder / file))
    return msgspec.structs.replace(
        table,
        digests=tuple(each.sha256 for each in found),
        sizes=tuple(each.bytes for each in found),
    )


def _placed(problem: Problem, where: Place, place: str) -> Problem:
    """Give a problem the manifest's line; the database and table it names stand in its text."""
    if isinstance(problem.where, Place) and problem.where.file == where.file:
        return problem
    told = str(problem.where or "").replace(place, databases.name_of(place))
    if where.line is None:  # named on the command line, without a manifest
        return Problem(problem.found, where=told, why=problem.why, remedy=problem.remedy)
    found = f"{told}: {problem.found}" if told else problem.found
    return Problem(found, where=where, why=problem.why, remedy=problem.remedy)
