# SPDX-License-Identifier: Apache-2.0
"""A ledger in one SQLite file: WAL, ``synchronous=FULL``, one transaction per group of entries.

Tables: ``leaf`` holds the entries, ``node`` the hashes of all complete subtrees, ``head`` one row
that is swapped only against the value it was read with, ``checkpoint`` every head that was signed.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from shirube.ledger import tree
from shirube.store import faults
from shirube.store.line import Line
from shirube.store.port import Head, HeadMoved, StoreProblem
from shirube.terms.errors import InternalError
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAX_ENTRY_BYTES: Final = 65_535  # a C2SP tlog-tiles entry carries its length in 16 bits
FORMAT: Final = 1
_APPLICATION_ID: Final = 0x53484952  # "SHIR", so that `file` can name it

_TABLES: Final = {
    "leaf": "CREATE TABLE leaf (position INTEGER PRIMARY KEY, entry BLOB NOT NULL)",
    "node": "CREATE TABLE node (level INTEGER NOT NULL, position INTEGER NOT NULL,"
    " hash BLOB NOT NULL, PRIMARY KEY (level, position)) WITHOUT ROWID",
    "head": "CREATE TABLE head (only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
    " size INTEGER NOT NULL, root BLOB NOT NULL)",
    "checkpoint": "CREATE TABLE checkpoint (number INTEGER PRIMARY KEY, note BLOB NOT NULL)",
}


class SqliteStore:
    """The adapter; open it with ``open_store``."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, line: Line | None = None
    ) -> None:
        self._path = path
        self._db = connection
        self._line = line

    def head(self) -> Head:
        """Return the head of the tree as it is durable now."""
        with faults.told(self._path):
            row = self._db.execute("SELECT size, root FROM head").fetchone()
        if row is None or not isinstance(row[0], int) or not isinstance(row[1], bytes):
            raise self._broken(_("the head of the tree is missing"))
        return Head(*row)

    def append(self, entries: Sequence[bytes], *, after: Head) -> Head:
        """Append all entries behind the head ``after``, or none; durable on return."""
        if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
            raise InternalError("an entry of the ledger is longer than 65,535 bytes")
        with self._writing():
            if self.head() != after:
                raise HeadMoved(
                    _("Another program has added to the ledger in the meantime."),
                    where=str(self._path),
                    remedy=_("Run the same command again."),
                )
            return self._extend(entries, after)

    def extend(self, made: Callable[[Head], Sequence[bytes]]) -> Head:
        """Append what ``made`` gives for the durable head, which cannot move meanwhile."""
        with self._writing():
            old = self.head()
            return self._extend(made(old), old)

    def _extend(self, entries: Sequence[bytes], old: Head) -> Head:
        edge = [self.node(level, index) for level, index in tree.frontier(old.size)]
        if tree.fold(edge) != old.root:
            raise self._broken(_("the stored nodes do not lead to the stored root"))
        leaves = [tree.leaf_hash(entry) for entry in entries]
        made, edge = tree.grow(old.size, edge, leaves)
        new = Head(old.size + len(entries), tree.fold(edge))
        self._db.executemany("INSERT INTO leaf VALUES (?, ?)", enumerate(entries, old.size))
        self._db.executemany("INSERT INTO node VALUES (?, ?, ?)", made)
        swapped = self._db.execute(
            "UPDATE head SET size = ?, root = ? WHERE size = ? AND root = ?",
            (new.size, new.root, old.size, old.root),
        )
        if swapped.rowcount != 1:
            raise InternalError("the head moved inside a transaction")
        return new

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the entries of the leaves ``start`` up to ``end``, in order, without a gap."""
        expected = start
        with faults.told(self._path):
            rows = self._db.execute(
                "SELECT position, entry FROM leaf WHERE position >= ? AND position < ?"
                " ORDER BY position",
                (start, end),
            )
            for position, entry in rows:
                if position != expected or not isinstance(entry, bytes):
                    break
                yield entry
                expected += 1
        if expected != end:
            raise self._broken(_("leaf {index} cannot be read").format(index=expected))

    def leaf_count(self) -> int:
        """Return how many leaves are stored, whatever the head says."""
        return self._count("SELECT count(*) FROM leaf")

    def hashes(self, level: int, start: int, end: int) -> list[bytes]:
        """Return the stored hashes of one level's nodes, in order, without a gap."""
        with faults.told(self._path):
            rows = self._db.execute(
                "SELECT position, hash FROM node WHERE level = ? AND position >= ?"
                " AND position < ? ORDER BY position",
                (level, start, end),
            ).fetchall()
        found = [node for position, node in rows if isinstance(node, bytes)]
        if len(found) != end - start or [row[0] for row in rows] != list(range(start, end)):
            raise self._broken(_("nodes of level {level} are missing").format(level=level))
        return found

    def node(self, level: int, index: int) -> bytes:
        """Return the stored hash of one complete subtree."""
        return self.hashes(level, index, index + 1)[0]

    def node_count(self) -> int:
        """Return how many nodes are stored."""
        return self._count("SELECT count(*) FROM node")

    def checkpoints(self) -> list[str]:
        """Return all signed checkpoints, the oldest first."""
        with faults.told(self._path):
            rows = self._db.execute(
                "SELECT number, note FROM checkpoint ORDER BY number"
            ).fetchall()
        if [row[0] for row in rows] != list(range(1, len(rows) + 1)):
            raise self._broken(_("a checkpoint is missing"))
        try:
            return [note.decode() for _number, note in rows]
        except (AttributeError, UnicodeDecodeError) as error:
            raise self._broken(_("a checkpoint is not text")) from error

    def sign(self, signer: Callable[[Head], str]) -> str:
        """Keep the checkpoint that ``signer`` makes for the durable head; alone while it does."""
        with self._writing():
            note = signer(self.head())
            self._db.execute("INSERT INTO checkpoint (note) VALUES (?)", (note.encode(),))
            return note

    def freeze(self) -> None:
        """Look at one state of the ledger from here on, whatever others add meanwhile."""
        with faults.told(self._path):
            self._db.execute("BEGIN")
            self._db.execute("SELECT size FROM head").fetchone()

    def self_check(self) -> None:
        """Let SQLite look at every page of the file; raises ``StoreProblem`` over damage."""
        with faults.told(self._path):
            found = [row[0] for row in self._db.execute("PRAGMA integrity_check(3)")]
        if found != ["ok"]:
            raise self._broken("; ".join(str(line) for line in found))

    def close(self) -> None:
        """Give up the connection; what was acknowledged stays."""
        with suppress(sqlite3.Error):
            self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with faults.told(self._path):
            with self._line.first() if self._line else nullcontext():
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                # A full disk may already have ended the transaction.
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def _count(self, query: str) -> int:
        with faults.told(self._path):
            return int(self._db.execute(query).fetchone()[0])

    def _broken(self, detail: str) -> StoreProblem:
        return faults.problem("broken", self._path, detail)


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
        connection = sqlite3.connect(path, timeout=wait_seconds, isolation_level=None)
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
        if version != FORMAT:
            detail = _("its format {version} is not known here").format(version=version)
            raise faults.problem("broken", path, detail)
        # A trigger or a view put in by somebody else could make the tables say anything.
        found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
        if found != [("table", name, name, statement) for name, statement in _TABLES.items()]:
            raise faults.problem("broken", path, _("its tables are not those of a ledger"))
    return SqliteStore(path, connection, line)


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
