# SPDX-License-Identifier: Apache-2.0
"""What the disk and SQLite say when they refuse, told so that a person can act on it."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shirube.store.port import StoreProblem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SQLITE = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CANTOPEN: "missing",
    sqlite3.SQLITE_CORRUPT: "broken",
    sqlite3.SQLITE_NOTADB: "broken",
    sqlite3.SQLITE_IOERR: "failing",
}
_OS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.ENOENT: "missing",
    errno.EIO: "failing",
}


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system raise about this path into a ``StoreProblem``."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        # A row that cannot be decoded has no code of its own: it is damage as well.
        kind = "broken" if code is None else _SQLITE.get(code & 0xFF, "broken")
        if kind == "missing" and path.exists():
            kind = "read_only"  # SQLite could not make its own files beside it
        raise problem(kind, path, str(error)) from error
    except UnicodeDecodeError as error:  # a name or message of SQLite's that is not text any more
        raise problem("broken", path, _("it holds bytes that are no text")) from error
    except OSError as error:
        detail = error.strerror or str(error)
        kind = _OS.get(error.errno or 0, "failing")
        if kind == "missing" and not _expects_ledger(path):
            kind = "no_place"
        raise problem(kind, path, detail) from error


def _expects_ledger(path: Path) -> bool:
    """Tell whether the path lies in the ledger's folder of a folder that exists."""
    homes = [each.parent for each in (path, *path.parents) if each.name == ".shirube"]
    return any(home.is_dir() for home in homes)


def problem(kind: str, path: Path, detail: str) -> StoreProblem:
    """Return the error for one kind of refusal."""
    found, why, remedy = _texts(kind)
    return StoreProblem(found.format(detail=detail), where=str(path), why=why, remedy=remedy)


def _texts(kind: str) -> tuple[str, str, str]:
    kept = _("Nothing that was acknowledged is lost, and reading goes on.")
    told_by_kind = {
        "full": (
            _("The disk is full ({detail})."),
            kept,
            _("Free some space and run the same command again."),
        ),
        "locked": (
            _("Another program is writing to the ledger ({detail})."),
            kept,
            _("Wait until it has finished and run the same command again."),
        ),
        "read_only": (
            _("The ledger may be read but not written here ({detail})."),
            kept,
            _("Give your user the right to write to this folder, or work on a copy of it."),
        ),
        "missing": (
            _("There is no ledger here that can be opened ({detail})."),
            _("Evidence is kept in the folder .shirube beside the manifest."),
            _("Check the path; `shirube check` creates the ledger on its first run."),
        ),
        "no_place": (
            _("This place cannot be opened ({detail})."),
            "",
            _("Check the path; its folder must exist and be one that you may write to."),
        ),
        "broken": (
            _("The ledger's database is damaged ({detail})."),
            _("What is read from a damaged ledger proves nothing."),
            _("Restore the folder .shirube from a backup and run `shirube ledger verify`."),
        ),
        "failing": (
            _("The disk refused to read or write the ledger ({detail})."),
            kept,
            _("Check the disk's health and free space, then run the same command again."),
        ),
    }
    return told_by_kind[kind]
