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
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from shirube.ledger import tree
from shirube.ledger.tiles import MAX_ENTRY_BYTES
from shirube.store import faults
from shirube.store.line import Line
from shirube.store.port import Head, StoreProblem
from shirube.terms.errors import InternalError
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shirube.store.port import Addition, Leaf

    Rows = list[tuple[int, int, list[bytes]]]


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

    def append(self, additions: Sequence[Addition]) -> list[int | Exception]:
        """Append a group in one transaction; durable on return."""
        if any(len(leaf.entry) > MAX_ENTRY_BYTES for each in additions for leaf in each.leaves):
            raise InternalError("an entry of the ledger is longer than 65,535 bytes")
        answers: list[int | Exception] = []
        with self._writing():
            growing = _Growing(self)
            for addition in additions:
                try:
                    if addition.admit:
                        growing.write()  # so that admission sees all that lies before
                        addition.admit(growing.head)
                except Exception as refused:
                    answers.append(refused)
                else:
                    answers.append(growing.take(addition.leaves))
            growing.write()
        return answers

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

    def events(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Yield index and event of those leaves from ``start`` up to ``end`` that have one."""
        with faults.told(self._path):
            rows = self._db.execute(
                "SELECT position, content FROM event WHERE position >= ? AND position < ?"
                " ORDER BY position",
                (start, end),
            )
            for position, content in rows:
                if not isinstance(content, bytes):
                    raise self._broken(_("event {index} cannot be read").format(index=position))
                yield position, content

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

    def sign(self, signer: Callable[[Head], str | None]) -> str:
        """Keep the checkpoint that ``signer`` makes for the durable head; alone while it does."""
        with self._writing():
            note = signer(self.head())
            if note is None:
                return self.checkpoints()[-1]
            self._db.execute("INSERT INTO checkpoint (note) VALUES (?)", (note.encode(),))
            return note

    def backup(self, path: Path) -> None:
        """Write one consistent state of the whole ledger to a new file, while others go on."""
        with faults.told(path), closing(sqlite3.connect(path, isolation_level=None)) as copy:
            self._db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it

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

    def _edge(self, head: Head) -> list[bytes]:
        """Return the hashes of the frontier; they must lead to the root."""
        edge = [self.node(level, index) for level, index in tree.frontier(head.size)]
        if tree.fold(edge) != head.root:
            raise self._broken(_("the stored nodes do not lead to the stored root"))
        return edge

    def _insert(self, old: Head, new: Head, leaves: Sequence[Leaf], made: Rows) -> None:
        entries = ((old.size + place, leaf.entry) for place, leaf in enumerate(leaves))
        self._db.executemany("INSERT INTO leaf VALUES (?, ?)", entries)
        events = [(old.size + place, leaf.event) for place, leaf in enumerate(leaves) if leaf.event]
        self._db.executemany("INSERT INTO event VALUES (?, ?)", events)
        for level, start, hashes in made:
            nodes = ((level, start + place, node) for place, node in enumerate(hashes))
            self._db.executemany("INSERT INTO node VALUES (?, ?, ?)", nodes)
        swapped = self._db.execute(
            "UPDATE head SET size = ?, root = ? WHERE size = ? AND root = ?",
            (new.size, new.root, old.size, old.root),
        )
        if swapped.rowcount != 1:
            raise InternalError("the head moved inside a transaction")


class _Growing:
    """The tree's edge during one transaction."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.head = store.head()
        self._edge = store._edge(self.head)
        self._taken: list[Leaf] = []

    def take(self, leaves: Sequence[Leaf]) -> int:
        """Take leaves in; return the index of the first."""
        first = self.head.size + len(self._taken)
        self._taken.extend(leaves)
        return first

    def write(self) -> None:
        """Write what was taken since the last time."""
        if not self._taken:
            return
        old, leaves = self.head, self._taken
        hashes = [tree.leaf_hash(leaf.entry) for leaf in leaves]
        made, self._edge = tree.grow(old.size, self._edge, hashes)
        self.head = Head(old.size + len(leaves), tree.fold(self._edge))
        self._store._insert(old, self.head, leaves, made)
        self._taken = []


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
            path, timeout=wait_seconds, isolation_level=None, check_same_thread=False
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
