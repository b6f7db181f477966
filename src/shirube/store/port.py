# SPDX-License-Identifier: Apache-2.0
"""The port to the place where a ledger lies, and the duties of whoever implements it.

1. *Durable when append returns.* The entries, the tree's nodes and the new head are on the disk,
   through a power cut, or none of them is: one transaction.
2. *One writer.* Two appends never interleave; the second sees what the first wrote.
3. *Acknowledge after commit.* No caller learns an index before the entry is durable.
4. *Compare and swap.* An append names the head it was prepared for; if another writer was
   faster, nothing is written and ``HeadMoved`` is raised.
5. *Nothing is changed or deleted.* Leaves, nodes and checkpoints are only ever added.
6. *Reading needs no right to write*, and goes on while the disk is full or another writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Head(msgspec.Struct, frozen=True):
    """How many leaves a tree has, and its root."""

    size: int
    root: bytes


class StoreProblem(Problem):
    """The ledger cannot be read or written: full, locked, read-only, broken or missing."""


class HeadMoved(StoreProblem):
    """Another writer appended in between; look at the new head and try again."""


class Store(Protocol):
    """A ledger's store; see the duties at the top of this module."""

    def head(self) -> Head:
        """Return the head of the tree as it is durable now."""

    def append(self, entries: Sequence[bytes], *, after: Head) -> Head:
        """Append all entries behind the head ``after``, or none; durable on return."""

    def extend(self, made: Callable[[Head], Sequence[bytes]]) -> Head:
        """Append what ``made`` gives for the durable head, which cannot move meanwhile."""

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the entries of the leaves ``start`` up to ``end``, in order, without a gap."""

    def hashes(self, level: int, start: int, end: int) -> list[bytes]:
        """Return the stored hashes of one level's nodes, in order, without a gap."""

    def node(self, level: int, index: int) -> bytes:
        """Return the stored hash of one complete subtree."""

    def node_count(self) -> int:
        """Return how many nodes are stored."""

    def checkpoints(self) -> list[str]:
        """Return all signed checkpoints, the oldest first."""

    def sign(self, signer: Callable[[Head], str]) -> str:
        """Keep the checkpoint that ``signer`` makes for the durable head; alone while it does."""

    def close(self) -> None:
        """Give up the connection; what was acknowledged stays."""
