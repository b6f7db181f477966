# SPDX-License-Identifier: Apache-2.0
"""A round of the sequencer: callers who are written together, and how they wait and are woken.

Waking many threads one by one costs more than the disk does: each wakes while the one who wakes it
holds the interpreter's lock, finds it taken and sleeps again. So only the first few of a round have
a bell of their own. All others wait at one door, a pipe: it is opened by one write, and the system
lets one after the other through, each when the one before has gone to sleep again.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Final

from shirube.terms.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.store.port import Addition

BELLS: Final = 2
"""So many of a round have a bell; a pipe for them alone would cost more than it saves."""


class Door:
    """A pipe on which callers wait; it is gone when the last of them has left."""

    def __init__(self) -> None:
        self._inside, self._outside = os.pipe()
        self.waiting = 0

    def wait(self) -> None:
        """Wait until somebody opens the door for one; it may be for another reason."""
        os.read(self._inside, 1)

    def open(self, count: int) -> None:
        """Let so many through, also those who only come to the door after this."""
        os.write(self._outside, bytes(count))

    def __del__(self) -> None:
        """Close the pipe: nobody waits on it, and nobody can any more."""
        for end in ("_inside", "_outside"):
            if end in self.__dict__:
                os.close(self.__dict__.pop(end))


class Asked:
    """One call: what it adds, what it waits on, and its answer."""

    __slots__ = ("addition", "answer", "bell", "door", "led")

    def __init__(self, addition: Addition) -> None:
        self.addition = addition
        self.answer: int | Exception | None = None
        self.bell: threading.Lock | None = None
        self.door: Door | None = None
        self.led: Round | None = None  # what it is committing at this moment

    def wait(self, seconds: float = -1) -> bool:
        """Wait to be woken; False when the seconds are over (only who has a bell sets a limit)."""
        if self.bell:
            return self.bell.acquire(timeout=seconds)
        if self.door is None:
            raise InternalError("a caller has nothing to wait on")
        self.door.wait()
        return True

    def give_bell(self) -> None:
        """Give this caller a bell of its own."""
        if self.bell is None:
            self.bell = threading.Lock()
            self.bell.acquire()  # whoever rings releases it

    def ring(self) -> None:
        """Wake the one who has a bell; a second time says nothing new."""
        if self.bell and self.bell.locked():
            self.bell.release()

    def result(self) -> int:
        """Return the answer, or raise it."""
        self.door = None  # an error remembers its callers for longer than they wait
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is None:
            raise InternalError("a caller was woken without an answer")
        return self.answer


class Round:
    """Those who are written together; the sequencer's guard is held where it changes."""

    __slots__ = ("_door", "answers", "asked", "leaves", "taken")

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.leaves = 0
        self.taken = False  # a leader commits it
        self.answers: Sequence[int | Exception] | None = None
        self._door: Door | None = None

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
            asked.door = self._door_for_one() if len(self.asked) > BELLS else None
            if asked.door is None:
                asked.give_bell()

    def wake_one(self) -> None:
        """Wake one who waits, so that somebody looks after the round."""
        ringing = next((asked for asked in self.asked if asked.bell), None)
        if ringing:
            ringing.ring()
        elif self._door:
            self._door.open(1)

    def answer(self, answers: Sequence[int | Exception]) -> None:
        """Give each caller its answer; a second time changes nothing."""
        self.answers = answers
        for asked, answer in zip(self.asked, answers, strict=True):
            asked.answer = answer

    def wake(self) -> None:
        """Wake all who wait."""
        for asked in self.asked:
            asked.ring()
        if self._door:
            self._door.open(self._door.waiting)

    def _door_for_one(self) -> Door | None:
        """Return the door for one more; None where no pipe can be had (too many open files)."""
        if self._door is None:
            try:
                self._door = Door()
            except OSError:
                return None
        self._door.waiting += 1
        return self._door
