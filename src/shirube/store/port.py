# SPDX-License-Identifier: Apache-2.0
"""The port to the place where a ledger lies, and the duties of whoever implements it.

1. *Durable when append returns.* The entries, their events, the tree's nodes and the new head are
   on the disk, through a power cut, or none of them is: one transaction.
2. *One writer.* Two appends never interleave; the second sees what the first wrote. Writers wait
   in line, and each has its turn.
3. *Acknowledge after commit.* No caller learns an index before the entry is durable.
4. *Admission under the lock.* Whether an addition may stand behind the head is asked when the head
   cannot move any more. What is refused then adds nothing, and stops nobody else of its group.
5. *Nothing is changed or deleted.* Leaves, events, nodes and checkpoints are only ever added. What
   must be erasable lies outside (``store.files``); a leaf only commits to it.
6. *Reading needs no right to write*, and goes on while the disk is full or another writes.

SQLite keeps these with its write lock, a write-ahead log and a sync at each commit. A server that
keeps them with a locked head row (``SELECT … FOR UPDATE``) can stand in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Head(msgspec.Struct, frozen=True):
    """How many leaves a tree has, and its root."""

    size: int
    root: bytes


class Leaf(msgspec.Struct, frozen=True):
    """What becomes one leaf: the entry that is hashed, and the event that it commits to, if any.

    The entry is public: it goes into tiles and proofs. The event stays in the database; a fold of
    events reads it. That the entry commits to the event is the caller's duty.
    """

    entry: bytes
    event: bytes = b""


@dataclass(frozen=True)
class Addition:
    """Leaves that belong together, and the question whether they may stand behind a head.

    ``admit`` raises what stands in the way; it may read the store, which then shows all that lies
    before these leaves.
    """

    leaves: Sequence[Leaf]
    admit: Callable[[Head], None] | None = None


class StoreProblem(Problem):
    """The ledger cannot be read or written: full, locked, read-only, broken or missing."""


class Store(Protocol):
    """A ledger's store; see the duties at the top of this module."""

    def head(self) -> Head:
        """Return the head of the tree as it is durable now."""

    def append(self, additions: Sequence[Addition]) -> list[int | Exception]:
        """Append a group in one transaction; durable on return.

        Returns
        -------
        list
            For each addition the index of its first leaf, or what its ``admit`` raised.
        """

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the entries of the leaves ``start`` up to ``end``, in order, without a gap."""

    def events(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Yield index and event of those leaves from ``start`` up to ``end`` that have one."""

    def hashes(self, level: int, start: int, end: int) -> list[bytes]:
        """Return the stored hashes of one level's nodes, in order, without a gap."""

    def node(self, level: int, index: int) -> bytes:
        """Return the stored hash of one complete subtree."""

    def leaf_count(self) -> int:
        """Return how many leaves are stored, whatever the head says."""

    def node_count(self) -> int:
        """Return how many nodes are stored."""

    def checkpoints(self) -> list[str]:
        """Return all signed checkpoints, the oldest first."""

    def sign(self, signer: Callable[[Head], str | None]) -> str:
        """Keep the checkpoint that ``signer`` makes for the durable head; alone while it does.

        When ``signer`` makes none, nothing is kept and the newest checkpoint is returned.
        """

    def close(self) -> None:
        """Give up the connection; what was acknowledged stays."""
