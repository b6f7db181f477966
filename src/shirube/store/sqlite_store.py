# SPDX-License-Identifier: Apache-2.0
"""A ledger in one SQLite file, once it is open: one transaction per group of entries.

The tables stand in ``sqlite``, which opens the file; the duties in ``port``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

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

_ROWS: Final = 64
"""So many rows at most in one statement: 192 values, and any SQLite takes 999."""


class SqliteStore:
    """The adapter; open it with ``open_store``."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, line: Line | None = None
    ) -> None:
        self._path = path
        self._db = connection
        self._line = line
        self._last_edge: tuple[Head, list[bytes]] | None = None

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
        self._last_edge = growing.head, growing.edge
        return answers

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the entries of the leaves ``start`` up to ``end``, in order, without a gap."""
        count = 0
        with faults.told(self._path):
            rows = self._db.execute(
                "SELECT entry FROM leaf WHERE position >= ? AND position < ? ORDER BY position",
                (start, end),
            )
            for (entry,) in rows:
                if not isinstance(entry, bytes):
                    break
                yield entry
                count += 1
        # A position is a whole number and stands once: so many entries are all, without a gap.
        if count != end - start:
            raise self._broken(_("leaf {index} cannot be read").format(index=self._gap(start, end)))

    def _gap(self, start: int, end: int) -> int:
        """Return the first leaf that is missing or no bytes."""
        with faults.told(self._path):
            rows = self._db.execute(
                "SELECT position FROM leaf WHERE position >= ? AND position < ?"
                " AND typeof(entry) = 'blob' ORDER BY position",
                (start, end),
            ).fetchall()
        here = {row[0] for row in rows}
        return next((index for index in range(start, end) if index not in here), start)

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
                "SELECT hash FROM node WHERE level = ? AND position >= ? AND position < ?"
                " AND typeof(position) = 'integer' AND typeof(hash) = 'blob' ORDER BY position",
                (level, start, end),
            )
            found = [node for (node,) in rows]
        # A position stands once on its level: so many whole numbers are all, without a gap.
        if len(found) != end - start:
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
        if self._last_edge and self._last_edge[0] == head:
            return self._last_edge[1]  # nobody else has written since we did
        edge = [self.node(level, index) for level, index in tree.frontier(head.size)]
        if tree.fold(edge) != head.root:
            raise self._broken(_("the stored nodes do not lead to the stored root"))
        return edge

    def _insert(self, old: Head, new: Head, leaves: Sequence[Leaf], made: Rows) -> None:
        entries: list[object] = []
        events: list[object] = []
        for position, leaf in enumerate(leaves, old.size):
            entries += (position, leaf.entry)
            if leaf.event:
                events += (position, leaf.event)
        nodes: list[object] = []
        for level, start, hashes in made:
            for position, node in enumerate(hashes, start):
                nodes += (level, position, node)
        self._fill("leaf", 2, entries)
        self._fill("event", 2, events)
        self._fill("node", 3, nodes)
        swapped = self._db.execute(
            "UPDATE head SET size = ?, root = ? WHERE size = ? AND root = ?",
            (new.size, new.root, old.size, old.root),
        )
        if swapped.rowcount != 1:
            raise InternalError("the head moved inside a transaction")

    def _fill(self, table: str, columns: int, values: Sequence[object]) -> None:
        """Insert rows, whose values stand one behind the other.

        A statement for each row would give up the interpreter's lock for each, and then wait until
        other threads let it go on.
        """
        most = _ROWS * columns
        for start in range(0, len(values), most):
            some = values[start : start + most]
            self._db.execute(_inserting(table, columns, len(some) // columns), some)


@cache
def _inserting(table: str, columns: int, rows: int) -> str:
    """Return the statement that inserts so many rows; its values are given when it is executed."""
    row = f"({', '.join('?' * columns)})"
    return f"INSERT INTO {table} VALUES {', '.join([row] * rows)}"


class _Growing:
    """The tree's edge during one transaction."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.head = store.head()
        self.edge = store._edge(self.head)
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
        hashes = tree.leaf_hashes(leaf.entry for leaf in leaves)
        made, self.edge = tree.grow(old.size, self.edge, hashes)
        self.head = Head(old.size + len(leaves), tree.fold(self.edge))
        self._store._insert(old, self.head, leaves, made)
        self._taken = []
