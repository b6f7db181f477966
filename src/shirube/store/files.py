# SPDX-License-Identifier: Apache-2.0
"""Files that are whole or absent: written beside, forced to the disk, then renamed."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from shirube.store import faults
from shirube.store.port import StoreProblem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

MAX_EVIDENCE_BYTES: Final = 64 * 1024 * 1024
"""More than any envelope has; a longer file is not read."""


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace a file so that a crash leaves the old or the new content, never half of one."""
    with faults.told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _rename(path, _write_beside(path, content, mode))
        _sync_folder(path.parent)


def read_whole(path: Path, *, most: int) -> bytes:
    """Read a file that somebody else may have put there: a plain one, and not without end.

    Raises
    ------
    FileNotFoundError
        There is none.
    StoreProblem
        It is no plain file, longer than ``most`` bytes, or cannot be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting for ever
            raise _strange(path, _("it is no plain file"))
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise faults.problem("failing", path, error.strerror or str(error)) from error
    if len(content) > most:
        raise _strange(path, _("it is longer than {limit} bytes").format(limit=most))
    return content


class EvidenceFiles:
    """A content-addressed store: each file's name is the SHA-256 of its bytes.

    ``ab/cdef….json`` lies under the first two digits, so that no folder grows too large. A file is
    never changed; erasing one leaves the ledger's tree as it is, for the tree holds only digests.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Return where the content of this digest lies, if it is here."""
        return self.folder / digest[:2] / f"{digest[2:]}.json"

    def put(self, contents: Sequence[bytes]) -> tuple[str, ...]:
        """Keep all contents and return their digests; all are durable on return."""
        digests = tuple(hashlib.sha256(content).hexdigest() for content in contents)
        folders: set[Path] = set()
        for digest, content in zip(digests, contents, strict=True):
            path = self.path(digest)
            with faults.told(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                _rename(path, _write_beside(path, content, 0o644))
                folders.add(path.parent)
        with faults.told(self.folder):
            for folder in sorted(folders | {self.folder} if folders else folders):
                _sync_folder(folder)
        return digests

    def find(self, digest: str) -> bytes | None:
        """Return the content of this digest, or None where there is no such file.

        Raises
        ------
        StoreProblem
            The file is unreadable, or its bytes have another digest.
        """
        path = self.path(digest)
        try:
            content = read_whole(path, most=MAX_EVIDENCE_BYTES)
        except FileNotFoundError:
            return None
        found = hashlib.sha256(content).hexdigest()
        if found != digest:
            raise _changed(path, digest, found)
        return content

    def get(self, digest: str) -> bytes:
        """Return the content of this digest.

        Raises
        ------
        StoreProblem
            The file is missing or unreadable, or its bytes have another digest.
        """
        content = self.find(digest)
        if content is None:
            raise missing(self.path(digest))
        return content

    def erase(self, digests: Iterable[str]) -> None:
        """Delete contents, as far as they are here; they stay away after a power cut.

        What the disk keeps of deleted files, and copies that were made before, are out of reach.
        """
        folders: set[Path] = set()
        for digest in digests:
            path = self.path(digest)
            with faults.told(path):
                if path.exists():
                    path.unlink()
                    folders.add(path.parent)
        for folder in sorted(folders):
            with faults.told(folder):
                _sync_folder(folder)

    def digests(self) -> set[str]:
        """Return the digests of all files that are here, as their names tell them."""
        return {path.parent.name + path.stem for path in self.folder.glob("??/*.json")}


def missing(path: Path) -> StoreProblem:
    """Return the error for content that a leaf commits to and nobody erased."""
    return StoreProblem(
        _("An evidence file is missing."),
        where=str(path),
        why=_("The ledger names its digest, but what was sealed cannot be shown any more."),
        remedy=_("Restore the file from a backup of the folder .shirube."),
    )


def _write_beside(path: Path, content: bytes, mode: int) -> Path:
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    return beside


def _rename(path: Path, beside: Path) -> None:
    try:
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    # A rename is durable only once its folder is; Windows cannot open a folder and does it itself.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _strange(path: Path, detail: str) -> StoreProblem:
    return StoreProblem(
        _("This file is not read: {detail}.").format(detail=detail),
        where=str(path),
        why=_("No file of a ledger looks like that; reading it could stop this machine."),
        remedy=_("Ask for the file again, or restore it from a backup."),
    )


def _changed(path: Path, expected: str, found: str) -> StoreProblem:
    return StoreProblem(
        _("An evidence file was changed: its digest is {found}, sealed was {expected}.").format(
            found=found, expected=expected
        ),
        where=str(path),
        why=_("It is not what was signed and entered in the ledger."),
        remedy=_("Restore the file from a backup of the folder .shirube."),
    )
