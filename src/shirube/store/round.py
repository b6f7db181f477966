# SPDX-License-Identifier: Apache-2.0
"""A round of the sequencer: callers who are written together, and how they wait and are woken.

Waking many threads one by one costs more than the disk does: each wakes while the one who wakes it
holds the interpreter's lock, finds it taken and goes to sleep again. So those who wait stand before
one gate. The leader opens it once; each who comes through opens it for the next and goes its way,
and the next wakes while that one goes. Only who watches a round has a bell of its own.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from shirube.terms.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.store.port import Addition


class Asked:
    """One call: what it adds, what it waits on, and its answer."""

    __slots__ = ("addition", "answer", "bell", "gate", "led")

    def __init__(self, addition: Addition) -> None:
        self.addition = addition
        self.answer: int | Exception | None = None
        self.bell: threading.Lock | None = None
        self.gate: threading.Lock | None = None
        self.led: Round | None = None  # what it is committing at this moment

    def wait(self, seconds: float = -1) -> bool:
        """Wait to be woken; False when the seconds are over (only who has a bell sets a limit)."""
        if self.bell:
            return self.bell.acquire(timeout=seconds)
        if self.gate is None:
            raise InternalError("a caller has nothing to wait on")
        self.gate.acquire()
        self.pass_on()
        return True

    def pass_on(self) -> None:
        """Let the next one through; but if there is no answer yet, the gate was opened for one."""
        if self.answer is not None:
            _open(self.gate)

    def give_bell(self) -> None:
        """Give this caller a bell of its own."""
        if self.bell is None:
            self.bell = _closed()

    def result(self) -> int:
        """Return the answer, or raise it."""
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is None:
            raise InternalError("a caller was woken without an answer")
        return self.answer


class Round:
    """Those who are written together; the sequencer's guard is held where it changes."""

    __slots__ = ("_gate", "answers", "asked", "leaves", "taken")

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.leaves = 0
        self.taken = False  # a leader commits it
        self.answers: Sequence[int | Exception] | None = None
        self._gate: threading.Lock | None = None

    def takes(self, most_leaves: int) -> bool:
        """Tell whether somebody may still come in."""
        return not self.taken and self.leaves < most_leaves

    def add(self, asked: Asked) -> None:
        """Take a caller in."""
        self.asked.append(asked)
        self.leaves += len(asked.addition.leaves)

    def remove(self, asked: Asked) -> None:
        """Let a caller go, if it is here, who does not want an answer any more."""
        if asked in self.asked:
            self.asked.remove(asked)
            self.leaves -= len(asked.addition.leaves)

    def seat(self, asked: Asked) -> None:
        """Give a caller something to wait on, if it has nothing yet."""
        if asked.bell is None:
            self._gate = asked.gate = self._gate or _closed()

    def wake_one(self) -> None:
        """Wake one who waits, so that somebody looks after the round."""
        ringing = next((asked.bell for asked in self.asked if asked.bell), None)
        _open(ringing or self._gate)

    def answer(self, answers: Sequence[int | Exception]) -> None:
        """Give each caller its answer; a second time changes nothing."""
        self.answers = answers
        for asked, answer in zip(self.asked, answers, strict=True):
            asked.answer = answer

    def wake(self) -> None:
        """Wake all who wait; they have their answers. A second time does no harm."""
        _open(self._gate)
        for asked in self.asked:
            if asked.bell:
                _open(asked.bell)


def _closed() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()  # whoever waits acquires it, whoever wakes releases it
    return lock


def _open(lock: threading.Lock | None) -> None:
    if lock and lock.locked():
        try:
            lock.release()
        except RuntimeError:  # another opened it since we looked
            return
