# SPDX-License-Identifier: Apache-2.0
"""Digests of files that have not changed since they were read: a new day of a log reads a day.

A file counts as unchanged while the system says the same of it: device, inode, size, and the times
to the nanosecond at which its content and its entry were last changed. The last of these cannot be
set by any program, so that a file which was written again and dated back is read again. A file that
was changed less than two seconds before it was read is not remembered: within one tick of the
clock it could be changed once more and look the same (docs/decisions/0024).

Deleting the file of the cache has every byte read again.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from shirube.catalogue.digests import Digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SETTLED_NS = 2_000_000_000


class Read(NamedTuple):
    """What reading a file to its end has told: its encoding ("" of a binary form), its digest."""

    encoding: str
    digest: Digest


class _Stat(msgspec.Struct, frozen=True, array_like=True):
    """What the system says of a file."""

    device: int
    inode: int
    bytes: int
    changed_ns: int
    entry_changed_ns: int


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was, and what reading it has told."""

    stat: _Stat
    encoding: str
    sha256: str


class Unchanged:
    """What was read of files, kept in a folder from one run to the next.

    Parameters
    ----------
    folder
        Where it is kept; a folder that cannot be written keeps nothing, and everything is read.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "digests.json"
        self._kept = _load(self._file)
        self._changed = False

    def read(self, path: Path, form: str, read: Callable[[], Read]) -> Read:
        """Return what was read of the file, or read it.

        Parameters
        ----------
        form
            How the file is read: its format and the encoding that was declared.
        """
        key, before, begun = f"{form}\n{path.absolute()}", _stat(path), time.time_ns()
        kept = self._kept.get(key)
        if kept is not None and kept.stat == before:
            return Read(kept.encoding, Digest(kept.sha256, before.bytes))
        found = read()
        settled = max(before.changed_ns, before.entry_changed_ns) < begun - _SETTLED_NS
        if settled and _stat(path) == before and found.digest.bytes == before.bytes:
            self._kept[key] = _Kept(before, found.encoding, found.digest.sha256)
            self._changed = True
        return found

    def keep(self) -> None:
        """Write down what was read; whoever reads meanwhile finds the whole file or none."""
        if not self._changed:
            return
        unfinished = self._file.with_name(f"{self._file.name}.{os.getpid()}.part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished.write_bytes(msgspec.json.encode(self._kept))
            unfinished.chmod(0o600)
            unfinished.replace(self._file)
        except OSError:  # a full disk or a folder that cannot be written: it is only read again
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)


def _stat(path: Path) -> _Stat:
    found = path.stat()
    return _Stat(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _load(file: Path) -> dict[str, _Kept]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, _Kept])
    except (OSError, msgspec.DecodeError):
        return {}
