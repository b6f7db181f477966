# SPDX-License-Identifier: Apache-2.0
"""A ledger in one SQLite file: WAL, ``synchronous=FULL``, one transaction per group of entries.

Tables: ``leaf`` holds the entries, ``event`` what some of them commit to, ``node`` the hashes of
all complete subtrees, ``head`` one row that is swapped only against the value it was read with,
``checkpoint`` every head that was signed.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from shirube.ledger import tree
from shirube.store import faults
from shirube.store.line import Line
from shirube.store.port import StoreProblem
from shirube.store.sqlite_store import SqliteStore
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator


FORMAT: Final = 2
_APPLICATION_ID: Final = 0x53484952  # "SHIR", so that `file` can name it

_TABLES: Final = {
    "leaf": "CREATE TABLE leaf (position INTEGER PRIMARY KEY, entry BLOB NOT NULL)",
    "event": "CREATE TABLE event (position INTEGER PRIMARY KEY, content BLOB NOT NULL)",
    "node": "CREATE TABLE node (level INTEGER NOT NULL, position INTEGER NOT NULL,"
    " hash BLOB NOT NULL, PRIMARY KEY (level, position)) WITHOUT ROWID",
    "head": "CREATE TABLE head (only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
    " size INTEGER NOT NULL, root BLOB NOT NULL)",
    "checkpoint": "CREATE TABLE checkpoint (number INTEGER PRIMARY KEY, note BLOB NOT NULL)",
}


def open_store(path: Path, *, create: bool = False, wait_seconds: float = 60.0) -> SqliteStore:
    """Open a ledger for writing; with ``create``, make an empty one where there is none.

    Raises
    ------
    StoreProblem
        The file is missing, read-only, locked for longer than ``wait_seconds``, damaged, or of a
        newer format.
    """
    if not create and not path.is_file():
        raise faults.problem("missing", path, _("no such file"))
    with faults.told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path,
            timeout=wait_seconds,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,  # one for each number of rows of each table
        )
        with _closed_on_error(connection):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            if create:
                _create(connection)
    line = Line(path.parent, wait_seconds=wait_seconds)
    return _checked(path, connection, line)


def is_blank(path: Path) -> bool:
    """Tell whether a file has no table yet: a full disk can end the first run that early."""
    try:
        with closing(_read_only(path, "mode=ro")) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    except sqlite3.Error:
        return False
    return int(tables) == 0


def open_for_reading(path: Path) -> SqliteStore:
    """Open a ledger for reading only, also where nothing may be written (a read-only disk)."""
    if not path.is_file():
        raise faults.problem("missing", path, _("no such file"))
    with faults.told(path):
        # With a WAL that holds entries, mode=ro leaves the file as it is; without one, mode=rw
        # tidies its own side files away again.
        mode = "mode=ro" if _has_wal(path) else "mode=rw"
        try:
            return _checked(path, _read_only(path, mode))
        except sqlite3.OperationalError as error:
            # SQLite wants to create its -shm file beside a WAL database and may not.
            if error.sqlite_errorcode & 0xFF not in {
                sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_READONLY,
            }:
                raise
        return _checked(path, _without_writing(path))


def _without_writing(path: Path) -> sqlite3.Connection:
    if not _has_wal(path):
        return _read_only(path, "mode=ro&immutable=1")
    # The newest entries still lie in the WAL: read both from a private copy.
    with tempfile.TemporaryDirectory(prefix="shirube-") as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        shutil.copyfile(_wal(path), _wal(copy))
        source = _read_only(copy, "mode=rw")
        memory = sqlite3.connect(":memory:", isolation_level=None)
        source.backup(memory)
        source.close()
    return memory


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _has_wal(path: Path) -> bool:
    wal = _wal(path)
    return wal.is_file() and wal.stat().st_size > 0


def _read_only(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?{mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    with _closed_on_error(connection):
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return connection


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        for statement in _TABLES.values():
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("INSERT INTO head VALUES (1, 0, ?)", (tree.EMPTY_ROOT,))
    connection.execute("COMMIT")


def _checked(path: Path, connection: sqlite3.Connection, line: Line | None = None) -> SqliteStore:
    with faults.told(path), _closed_on_error(connection):
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if application != _APPLICATION_ID:
            raise faults.problem("broken", path, _("this is not a ledger of Shirube"))
        if version < FORMAT:
            raise _older(path)
        if version != FORMAT:
            detail = _("its format {version} is not known here").format(version=version)
            raise faults.problem("broken", path, detail)
        # A trigger or a view put in by somebody else could make the tables say anything.
        found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
        if found != [("table", name, name, statement) for name, statement in _TABLES.items()]:
            raise faults.problem("broken", path, _("its tables are not those of a ledger"))
    return SqliteStore(path, connection, line)


def _older(path: Path) -> StoreProblem:
    return StoreProblem(
        _("This ledger has the first form, which was never released."),
        where=str(path),
        why=_(
            "It has no place for events and erasures; nothing carries it over to the second form."
        ),
        remedy=_(
            "Move the folder .shirube and the signing key away, run `shirube init` for a new key"
            " and `shirube check` to measure and seal again."
        ),
    )


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
