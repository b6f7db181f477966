# SPDX-License-Identifier: Apache-2.0
"""One sequencer: who comes together is written together, and waits for the disk once.

A durable append waits for the disk once. Sixty-four callers who each wait for it one after the
other wait sixty-four times; in a group they wait together. There is no thread of its own. Callers
gather in a round, and the one who makes it complete leads: it commits the round, and all who are
in it have their answers. A round is complete when as many have come as there were last time;
else whoever just came back would wait for the disk alone, and all the others after it. So that
nobody waits for those who stay away, the first of a round watches it: when nobody comes any more,
it leads the round as it is. And where the disk answers before all can have come back, half of them
are enough: they are written while the others come.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from shirube.store.port import Addition, Leaf
from shirube.store.round import Asked, Round

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shirube.store.port import Head, Store

MOST_LEAVES: Final = 20_000
"""A round is closed when it holds this many leaves, so that nobody waits for a whole import."""

_COMES_BACK: Final = 0.00002
"""About so many seconds of the interpreter it takes a caller that was woken to come back."""

_MOMENT: Final = 0.0005
_MOMENTS: Final = 4
"""A round waits so many moments at most for others to come back: two thousandths of a second."""


class Sequencer:
    """The way into one store for all threads of a program."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._rounds: deque[Round] = deque()  # the oldest first; the newest takes who comes
        # While anybody waits, one of them is in charge, or has just been woken to be:
        self._leader: Asked | None = None
        self._watcher: Asked | None = None
        self._together = 1  # how many callers there were at the last commit
        self._took = 0.0  # how many seconds it lasted

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
        asked = Asked(Addition(kept, admit))
        try:
            self._enter(asked)
            while asked.answer is None:
                if self._leader is asked:
                    self._commit(asked)
                elif self._watcher is asked:
                    self._watch(asked)
                else:
                    asked.wait()
                    self._look(asked)
        except BaseException:  # the user stopped this caller
            self._leave(asked)
            raise
        return asked.result()

    def _enter(self, asked: Asked) -> None:
        """Join the newest round, and take charge or be seated."""
        with self._guard:
            if not self._rounds or not self._rounds[-1].takes(MOST_LEAVES):
                self._rounds.append(Round())
            newest = self._rounds[-1]
            newest.add(asked)
            self._take_charge(asked)
            if self._leader is not asked:
                newest.seat(asked)

    def _look(self, asked: Asked) -> None:
        """Take charge, if that is why this caller was woken."""
        if asked.answer is None:
            with self._guard:
                # It may have been answered while it waited for the guard.
                if asked.answer is None:
                    self._take_charge(asked)

    def _take_charge(self, asked: Asked) -> None:
        """Lead if the oldest round is complete, else watch it if nobody does."""
        if self._leader or not self._rounds:
            return
        if self._complete(self._rounds[0]):
            self._leader, self._watcher = asked, None
        elif self._watcher is None:
            self._watcher = asked
            asked.give_bell()

    def _complete(self, oldest: Round) -> bool:
        """Tell whether a round need not wait for anybody else."""
        enough = self._together
        if self._took < enough * _COMES_BACK:
            enough = (enough + 1) // 2  # the others come back while these are written
        return len(oldest.asked) >= enough or not oldest.takes(MOST_LEAVES)

    def _watch(self, asked: Asked) -> None:
        """Wait until somebody leads; when nobody comes any more, lead the round as it is."""
        came = 0
        for _moment in range(_MOMENTS):
            with self._guard:
                if self._watcher is not asked:
                    return
                before, came = came, len(self._rounds[0].asked)
            if came == before:
                break
            if asked.wait(_MOMENT):
                return
        with self._guard:
            if self._watcher is asked:
                self._leader, self._watcher = asked, None

    def _commit(self, asked: Asked) -> None:
        """Commit the oldest round, answer all who are in it, and let others lead the next."""
        with self._guard:
            asked.led = oldest = self._rounds[0]
            oldest.taken = True
        begun = time.monotonic()
        answers: Sequence[int | Exception]
        try:
            answers = self._store.append([each.addition for each in oldest.asked])
        except Exception as error:  # the disk or the database refused the whole round
            answers = [error] * len(oldest.asked)
        oldest.answer(answers)
        self._took = time.monotonic() - begun
        with self._guard:
            self._rounds.popleft()
            # Who came meanwhile is one more who could have come together with these.
            self._together = len(oldest.asked) + sum(len(each.asked) for each in self._rounds)
            if asked.answer is not None:
                self._leader = None
                self._call()
        # Not under the guard, which those who wake will want when they come back.
        oldest.wake()
        asked.led = None

    def _call(self) -> None:
        """Wake somebody to take charge of what waits, if nobody is."""
        if self._rounds and not self._leader and not self._watcher:
            self._rounds[0].wake_one()

    def _leave(self, asked: Asked) -> None:
        """Forget a caller that was stopped, wherever it was; the others still want an answer."""
        led, asked.led = asked.led, None
        with self._guard:
            if self._leader is asked:
                self._leader = None
            if self._watcher is asked:
                self._watcher = None
            if led and led.answers is None:
                led.taken = False  # somebody else commits it
            elif led and led in self._rounds:
                self._rounds.remove(led)
            for each in [each for each in self._rounds if not each.taken]:
                each.remove(asked)
                if not each.asked:
                    self._rounds.remove(each)
            self._call()
        if led and led.answers is not None:
            led.answer(led.answers)
            led.wake()
        asked.pass_on()
