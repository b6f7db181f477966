# SPDX-License-Identifier: Apache-2.0
"""Tables of an SQLite database: read by Python's ``sqlite3``, streamed into a columnar file.

In SQLite a column has no type, only its values have; so the type of a column is decided by all of
them. The file is opened read-only and in one transaction; memory stays at a few thousand rows.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shirube.engines import sql
from shirube.engines.duckdb.attached import no_table
from shirube.terms.errors import Problem
from shirube.terms.source import TableColumn
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Progress

_BATCH = 4096
_EXACT = 2**53
_AT_ONCE = 100  # columns of a query: SQLite takes at most 2,000 results, five are asked of each
_LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")


@dataclass(frozen=True)
class _Seen:
    """How many values of each storage class a column has, and the largest whole number's size."""

    integer: int
    real: int
    text: int
    blob: int
    largest: int

    @property
    def values(self) -> int:
        return self.integer + self.real + self.text + self.blob


def with_log(file: Path) -> list[Path]:
    """Return the file and the log beside it, which holds what was written last."""
    return [file, file.with_name(file.name + "-wal")]


def tables(file: Path) -> list[str]:
    """Return the tables and views of an SQLite database, sorted."""
    with closing(_opened(file)) as connection:
        return _tables(connection, file)


def copy_name(file: Path, wanted: str) -> str:
    """Return a name for the copy of a table, another one after every change of the file."""
    told = repr((str(file), wanted, _state(file))).encode()
    return hashlib.sha256(told).hexdigest()[:16]


def stream(
    file: Path, wanted: str, session: Session, temp: Path, target: Path, progress: Progress | None
) -> tuple[TableColumn, ...]:
    """Write a table as Parquet to ``target``, and return its columns as their values have them.

    Parameters
    ----------
    file, wanted
        The database and the name of the table or view.
    session
        A session that may read and write in the folder ``temp``.
    """
    before = _state(file)
    with closing(_opened(file)) as connection:
        known = _tables(connection, file)
        if wanted not in known:
            raise no_table(wanted, known, file)
        try:
            columns, rows = _described(connection, wanted)
            lines = temp / f"{target.name}.csv"
            try:
                _write(connection, wanted, columns, lines, rows, progress)
                _convert(session, columns, lines, target)
            finally:
                lines.unlink(missing_ok=True)
        except sqlite3.Error as error:
            raise _trouble(error, file) from error
    if _state(file) != before:
        raise Problem(
            _("The database was written to while it was read."),
            where=str(file),
            why=_("Its digest would not be that of the rows that were counted."),
            remedy=_("Measure a copy, or when nobody writes."),
        )
    return columns


def _opened(file: Path) -> sqlite3.Connection:
    """Return a connection that cannot write, not even the file's own log."""
    log = with_log(file)[1]
    quiet = not log.exists() or not log.stat().st_size
    uri = f"{file.absolute().as_uri()}?mode=ro" + ("&immutable=1" if quiet else "")
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.create_function("letters", 1, _letters, deterministic=True)
        connection.create_function("digits", 1, repr, deterministic=True)
        connection.execute("BEGIN")
    except sqlite3.Error as error:
        raise _trouble(error, file) from error
    return connection


def _tables(connection: sqlite3.Connection, file: Path) -> list[str]:
    query = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
    try:
        found = [str(name) for (name,) in connection.execute(query)]
    except sqlite3.Error as error:
        raise _trouble(error, file) from error
    return sorted(name for name in found if not name.startswith("sqlite_"))


def _described(connection: sqlite3.Connection, table: str) -> tuple[tuple[TableColumn, ...], int]:
    """Return the columns, by the storage class of every value, and the number of rows."""
    described = connection.execute(f"SELECT * FROM {sql.name(table)} LIMIT 0").description
    names = [str(row[0]) for row in described]
    found: list[TableColumn] = []
    rows = 0
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        asked = ", ".join(_classes(sql.name(name)) for name in part)
        rows, *answers = connection.execute(
            f"SELECT count(*), {asked} FROM {sql.name(table)}"
        ).fetchone()
        for at, name in enumerate(part):
            found.append(_column(name, _Seen(*answers[5 * at : 5 * at + 5])))
    return tuple(found), int(rows)


def _classes(x: str) -> str:
    counts = [f"total(typeof({x}) = '{kind}')" for kind in ("integer", "real", "text", "blob")]
    # The absolute value of the smallest 64 bit integer does not exist, so sizes are doubles.
    largest = f"coalesce(max(CASE WHEN typeof({x}) = 'integer' THEN abs({x} + 0.0) END), 0)"
    return ", ".join([*counts, largest])


def _column(name: str, seen: _Seen) -> TableColumn:
    if not seen.values:
        return TableColumn(name, "VARCHAR", "text", _("no values"))
    if seen.blob:
        note = _("{count} values are bytes, which are not looked at")
        return TableColumn(name, "BLOB", "other", note.format(count=int(seen.blob)))
    if seen.text:
        others = int(seen.integer + seen.real)
        note = _("{wrong} of {values} values are numbers") if others else ""
        return TableColumn(
            name, "VARCHAR", "text", note.format(wrong=others, values=int(seen.values))
        )
    if not seen.real:
        return TableColumn(name, "BIGINT", "number")
    if seen.largest >= _EXACT:
        return TableColumn(name, "VARCHAR", "text", _("whole numbers beyond 2^53"))
    return TableColumn(name, "DOUBLE", "number")


def _write(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[TableColumn, ...],
    target: Path,
    rows: int,
    progress: Progress | None,
) -> None:
    """Write the rows as CSV: every value in quotes, NULL as nothing; SQLite makes the lines."""
    line = " || ',' || ".join(_field(sql.name(each.name)) for each in columns)
    done = 0
    with target.open("w", encoding="utf-8", newline="") as stream:
        for batch in _batches(connection.execute(f"SELECT {line} FROM {sql.name(table)}")):
            stream.write("\n".join(row[0] for row in batch) + "\n")
            done += len(batch)
            if progress is not None:
                progress(_("Reading the table once"), done / rows if rows else 1.0)


def _field(x: str) -> str:
    """Return a value in quotes; SQLite's own text of a real number may be off in the last digit."""
    text = f"CASE typeof({x}) WHEN 'real' THEN digits({x}) WHEN 'blob' THEN letters({x})"
    return f"coalesce('\"' || replace({text} ELSE {x} END, '\"', '\"\"') || '\"', '')"


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_BATCH):
        yield rows


def _convert(session: Session, columns: tuple[TableColumn, ...], lines: Path, target: Path) -> None:
    """Turn the lines into a columnar file, with the types of the columns."""
    names = [f"c{at}" for at in range(len(columns))]
    types = ", ".join(f"{name}: 'VARCHAR'" for name in names)
    # A table of one column without a value has an empty line, which is a row all the same.
    relation = (
        f"read_csv({sql.text(str(lines))}, auto_detect = false, header = false, delim = ',',"
        f" quote = '\"', escape = '\"', columns = {{{types}}}, nullstr = '',"
        " allow_quoted_nulls = false, strict_mode = true, new_line = '\\n',"
        " null_padding = false)"
    )
    chosen = [
        (name if each.type in {"VARCHAR", "BLOB"} else sql.cast(name, each.type), each.name)
        for name, each in zip(names, columns, strict=True)
    ]
    session.rows(
        f"COPY ({sql.select(chosen, relation)}) TO {sql.text(str(target))}"
        " (FORMAT parquet, COMPRESSION lz4)"
    )


def _letters(value: bytes) -> str:
    """Return bytes as letters: different bytes stay different, and hold no digits."""
    return value.hex().translate(_LETTERS)


def _state(file: Path) -> list[tuple[int, int]]:
    """Return size and time of the last change of the file and its log."""
    found = [path.stat() for path in with_log(file) if path.exists()]
    return [(each.st_size, each.st_mtime_ns) for each in found]


def _trouble(error: sqlite3.Error, file: Path) -> Problem:
    """Return SQLite's trouble in our words; its own may quote a text of the table."""
    message = str(error)
    if "UTF-8" in message:
        return Problem(
            _("A text of the table is not in UTF-8."),
            where=str(file),
            why=_("Texts that nobody can read cannot be told apart or searched."),
            remedy=_("Store it as bytes (BLOB), or correct it."),
        )
    if "locked" in message:
        return Problem(
            _("Another program is writing to the database."),
            where=str(file),
            remedy=_("Measure again when it has finished, or measure a copy."),
        )
    return Problem(
        _("The SQLite database cannot be read: {detail}").format(
            detail=message.partition(":")[0][:100]
        ),
        where=str(file),
        why=_("A table that cannot be read to its end cannot be counted."),
        remedy=_("Check that the file is complete; `PRAGMA integrity_check` tells more."),
    )
