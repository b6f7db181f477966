# SPDX-License-Identifier: Apache-2.0
"""One sequencer: whoever is first in line writes for all who wait behind (group commit).

A durable append waits for the disk once. Sixty-four callers who each wait for it one after the
other wait sixty-four times; in a group they wait together. There is no thread of its own: a caller
that finds nobody at work leads. It commits the whole queue, wakes those whose entries are durable,
and hands the lead to the first of those who came meanwhile. Before that one commits, those who were
just woken get a moment to come back: else it would wait for the disk alone, and all of them after.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shirube.store.port import Addition, Leaf
from shirube.terms.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shirube.store.port import Head, Store

MOST_LEAVES: Final = 20_000
"""A group is closed when it holds this many leaves, so that nobody waits for a whole import."""

_MOMENT: Final = 0.0001
_MOMENTS: Final = 20
"""A leader waits so many moments at most for others to come back: two thousandths of a second."""


@dataclass(eq=False)
class _Asked:
    """One call: what it adds, its answer, and whether the lead was handed to it."""

    addition: Addition
    answer: int | Exception | None = None
    leads: bool = False
    bell: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.bell.acquire()  # whoever rings releases it

    def result(self) -> int:
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is None:
            raise InternalError("a caller was woken without an answer")
        return self.answer


class Sequencer:
    """The way into one store for all threads of a program."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._waiting: deque[_Asked] = deque()
        self._led = False
        self._together = 1  # how many callers the last group had

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
        with self._guard:
            self._waiting.append(asked)
            asked.leads, self._led = not self._led, True
        if not asked.leads:
            self._wait(asked)
        if asked.leads:
            self._lead(asked)
        return asked.result()

    def _wait(self, asked: _Asked) -> None:
        """Wait for the answer, or for the lead."""
        try:
            asked.bell.acquire()
        except BaseException:  # the user stopped this caller
            with self._guard:
                if asked in self._waiting:
                    self._waiting.remove(asked)
                if asked.leads:
                    self._pass_on()
            raise

    def _lead(self, asked: _Asked) -> None:
        """Commit groups until this caller's own addition is among them."""
        try:
            while asked.answer is None:
                self._commit(asked)
        finally:
            with self._guard:
                self._pass_on()

    def _commit(self, asked: _Asked) -> None:
        """Commit the next group, which holds the oldest of all that wait."""
        self._gather(asked)
        group: list[_Asked] = []
        leaves = 0
        with self._guard:
            while self._waiting and leaves < MOST_LEAVES:
                group.append(self._waiting.popleft())
                leaves += len(group[-1].addition.leaves)
        answers: Sequence[int | Exception]
        try:
            answers = self._store.append([each.addition for each in group])
        except Exception as error:  # the disk or the database refused the whole group
            answers = [error] * len(group)
        except BaseException:  # the user stopped the leader; the others still want an answer
            with self._guard:
                self._waiting.extendleft(each for each in reversed(group) if each is not asked)
            raise
        self._together = len(group)
        told = list(zip(group, answers, strict=True))
        try:
            _tell(told)
        except BaseException:  # the user stopped the leader; what is durable is told all the same
            _tell(told)
            raise

    def _gather(self, asked: _Asked) -> None:
        """Wait for as many callers as came together last time, while they keep coming."""
        try:
            for _moment in range(_MOMENTS):
                before = len(self._waiting)
                if before >= self._together:
                    return
                time.sleep(_MOMENT)
                if len(self._waiting) == before:
                    return
        except BaseException:  # the user stopped the leader, who waits for nothing any more
            with self._guard:
                if asked in self._waiting:
                    self._waiting.remove(asked)
            raise

    def _pass_on(self) -> None:
        """Hand the lead to the first who waits; the caller holds the guard."""
        self._led = bool(self._waiting)
        if self._led:
            self._waiting[0].leads = True
            self._waiting[0].bell.release()


def _tell(told: list[tuple[_Asked, int | Exception]]) -> None:
    """Give each caller its answer and wake it; a second time wakes only who still sleeps."""
    for asked, answer in told:
        asked.answer = answer
        if asked.bell.locked():
            asked.bell.release()
