# SPDX-License-Identifier: Apache-2.0
"""One sequencer: whoever is first in line writes for all who wait behind (group commit).

A durable append waits for the disk once. Sixty-four callers who each wait for it one after the
other wait sixty-four times; in a group they wait together. There is no thread of its own: a caller
puts its addition on the queue, and the one that holds the turn commits the whole queue.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shirube.store.port import Addition, Leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shirube.store.port import Head, Store

MOST_LEAVES: Final = 20_000
"""A group is closed when it holds this many leaves, so that nobody waits for a whole import."""


@dataclass
class _Asked:
    addition: Addition
    answer: int | Exception | None = None


class Sequencer:
    """The way into one store for all threads of a program."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: deque[_Asked] = deque()
        self._turn = threading.Lock()

    def append(
        self, leaves: Sequence[Leaf | bytes], *, admit: Callable[[Head], None] | None = None
    ) -> int:
        """Append leaves that belong together; return the index of the first, durable on return.

        Raises
        ------
        StoreProblem
            The disk is full, the ledger is locked or read-only; nothing was added.
        Exception
            Whatever ``admit`` raised.
        """
        kept = [leaf if isinstance(leaf, Leaf) else Leaf(leaf) for leaf in leaves]
        asked = _Asked(Addition(kept, admit))
        self._waiting.append(asked)
        with self._turn:
            while asked.answer is None:
                self._write()
        if isinstance(asked.answer, Exception):
            raise asked.answer
        return asked.answer

    def _write(self) -> None:
        """Commit the next group, which holds the oldest of all that wait."""
        group: list[_Asked] = []
        leaves = 0
        while self._waiting and leaves < MOST_LEAVES:
            group.append(self._waiting.popleft())
            leaves += len(group[-1].addition.leaves)
        answers: Sequence[int | Exception]
        try:
            answers = self._store.append([asked.addition for asked in group])
        except Exception as error:  # the disk or the database refused the whole group
            answers = [error] * len(group)
        except BaseException:  # the user stopped this caller; the others still want an answer
            self._waiting.extendleft(reversed(group))
            raise
        for asked, answer in zip(group, answers, strict=True):
            asked.answer = answer
