# SPDX-License-Identifier: Apache-2.0
"""Writers of several programs wait in line, so that none is passed over for ever.

SQLite lets one writer in and tells the others to ask again; it does not remember who asked first,
and on a busy machine a program can ask for seconds while others come and go. So whoever wants to
write first takes the line's lock, which the kernel hands on to those who wait for it, and gives it
up as soon as SQLite has let it in: at any moment one program asks SQLite, and one that has just
written must go to the end of the line.

The line is only for fairness. That there is one writer at a time is SQLite's lock alone: where the
kernel has no such lock (Windows, some network disks) everything is as safe, and less fair.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shirube.store import faults
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Line:
    """The line before one ledger; what is locked is its folder, so that no file is left behind."""

    def __init__(self, folder: Path, *, wait_seconds: float) -> None:
        self._folder = folder
        self._wait_seconds = wait_seconds

    @contextmanager
    def first(self) -> Iterator[None]:
        """Be the one who asks SQLite next; others wait until the block ends.

        Raises
        ------
        StoreProblem
            Nobody moved on for longer than ``wait_seconds``.
        """
        descriptor = self._opened()
        if descriptor is None:
            yield
            return
        turn = _Turn(descriptor)
        if not turn.comes_within(self._wait_seconds):
            raise faults.problem("locked", self._folder, _("others are waiting as well"))
        try:
            yield
        finally:
            os.close(descriptor)

    def _opened(self) -> int | None:
        """Open the folder for locking; None where there can be no line."""
        if os.name == "nt":
            return None
        try:
            return os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # no right to read it: SQLite will say so in its own words
            return None


class _Turn:
    """One wait for the kernel's lock, which alone has no limit of time."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._guard = threading.Lock()
        self._came = threading.Event()
        self._given_up = False

    def comes_within(self, seconds: float) -> bool:
        """Wait until the lock is ours; without it, the descriptor will close by itself."""
        if _lock(self._descriptor, wait=False):
            return True
        threading.Thread(target=self._wait, name="shirube-line", daemon=True).start()
        try:
            came = self._came.wait(seconds)
        except BaseException:  # the user pressed Ctrl-C while waiting
            if not self._leave():
                os.close(self._descriptor)
            raise
        return came or not self._leave()

    def _wait(self) -> None:
        _lock(self._descriptor, wait=True)
        with self._guard:
            self._came.set()
            if self._given_up:
                os.close(self._descriptor)

    def _leave(self) -> bool:
        """Give up; False when the turn came in this very moment."""
        with self._guard:
            self._given_up = not self._came.is_set()
            return self._given_up


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Take the kernel's lock; True as well where the disk knows no locks."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
