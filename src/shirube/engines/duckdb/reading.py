# SPDX-License-Identifier: Apache-2.0
"""How the files of a table become one relation: all values as texts first, or as Parquet has them.

Text formats are read without any sniffing: names and delimiter come from the header, and every
value is a text until *all* rows have been seen (``describing``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.engines.duckdb.header import check_names, read_header
from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.engines.duckdb.session import Session

_LONGEST_LINE = 64 << 20


def text_relation(
    session: Session, format: str, readable: Sequence[Path], files: Sequence[Path]
) -> tuple[str, tuple[str, ...]]:
    """Return the relation over a CSV or JSON lines table, all VARCHAR, and its columns."""
    if format == "csv":
        return _csv(readable, files)
    return _json_lines(session, readable)


def parquet_relation(session: Session, files: Sequence[Path]) -> str:
    """Return the relation over Parquet files after checking that their columns agree."""
    names = _parquet_names(session, files)
    for file in files:
        check_names(names[file], file)
        _check_same(names[files[0]], names[file], files[0], file)
    return f"read_parquet({sql.texts([str(file) for file in files])})"


def parquet_part(session: Session, names: Sequence[str], first: Path, file: Path) -> str:
    """Return the relation over one Parquet file of a table whose columns are known.

    Its own must be these; ``first`` is the first file of the table.
    """
    found = _parquet_names(session, [file])[file]
    check_names(found, file)
    _check_same(names, found, first, file)
    return f"read_parquet({sql.texts([str(file)])})"


def _csv(readable: Sequence[Path], files: Sequence[Path]) -> tuple[str, tuple[str, ...]]:
    headers = [read_header(utf8, file) for utf8, file in zip(readable, files, strict=True)]
    delimiter, names = headers[0]
    for (other, these), file in zip(headers[1:], files[1:], strict=True):
        _check_same((delimiter, *names), (other, *these), files[0], file)
    columns = ", ".join(f"{sql.text(each)}: 'VARCHAR'" for each in names)
    paths = sql.texts([str(path) for path in readable])
    return (
        f"read_csv({paths}, auto_detect = false, header = true, delim = {sql.text(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}, nullstr = '', strict_mode = true)",
        names,
    )


def _json_lines(session: Session, readable: Sequence[Path]) -> tuple[str, tuple[str, ...]]:
    paths = sql.texts([str(path) for path in readable])
    options = f"format = 'newline_delimited', maximum_object_size = {_LONGEST_LINE}"
    names = _json_names(session, f"read_json_objects({paths}, {options})", readable[0])
    columns = ", ".join(f"{sql.text(each)}: 'VARCHAR'" for each in names)
    return f"read_json({paths}, {options}, columns = {{{columns}}})", names


def _json_names(session: Session, objects: str, file: Path) -> tuple[str, ...]:
    """Return every key of every object: those of the first line in its order, then the others."""
    first = session.rows(f"SELECT json_type(json), json_keys(json) FROM {objects} LIMIT 1")
    if not first or first[0][0] != "OBJECT":
        raise Problem(
            _("The first line is no JSON object."),
            where=Place(str(file), 1),
            why=_("Without a first line the columns have no names."),
            remedy=_('Write one object to a line, such as {{"age": 41, "city": "Naha"}}.').format(),
        )
    found = session.rows(
        f"SELECT DISTINCT unnest(json_keys(json)) FROM {objects}",
        doing=_("Looking for the columns"),
    )
    leading = list(first[0][1])
    names = (*leading, *sorted(str(row[0]) for row in found if row[0] not in leading))
    check_names(names, file)
    return names


def _parquet_names(session: Session, files: Sequence[Path]) -> dict[Path, tuple[str, ...]]:
    """Return per file the names of the top-level columns as it has them, duplicates included."""
    if not session.names.keys() >= set(files):
        session.names |= _found_names(session, files)
    return {file: session.names[file] for file in files}


def _found_names(session: Session, files: Sequence[Path]) -> dict[Path, tuple[str, ...]]:
    """Read the names of the columns from the files."""
    paths = sql.texts([str(file) for file in files])
    schema = session.rows(f"SELECT file_name, name, num_children FROM parquet_schema({paths})")
    names: dict[str, list[str]] = {}
    below = 0  # nodes still to come that belong to a nested column
    for file, name, children in schema:
        if file not in names:
            names[file], below = [], 0  # the first node of a file is its root
            continue
        if below:
            below -= 1
        else:
            names[file].append(str(name))
        below += int(children or 0)
    return {file: tuple(names.get(str(file), ())) for file in files}


def _check_same(expected: Sequence[str], found: Sequence[str], first: Path, other: Path) -> None:
    """Refuse files whose columns differ: together they would not be one table."""
    if tuple(expected) == tuple(found):
        return
    missing = [each for each in expected if each not in found]
    extra = [each for each in found if each not in expected]
    difference = "; ".join(
        part
        for part, names in (
            (_("missing: {names}").format(names=", ".join(missing[:10])), missing),
            (_("additional: {names}").format(names=", ".join(extra[:10])), extra),
        )
        if names
    )
    raise Problem(
        _("The columns are not those of {first} ({difference}).").format(
            first=first.name, difference=difference or _("another order")
        ),
        where=str(other),
        why=_("The files of a table are counted as one."),
        remedy=_("Give all files the same columns in the same order, or declare two data sets."),
    )
