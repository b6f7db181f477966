# SPDX-License-Identifier: Apache-2.0
"""Time stamps on the ledger's head: a request out as a file, the reply in as a file, a check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shirube.evidence import open_book, stamps
from shirube.ledger import timestamp
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.x509 import Certificate

    from shirube.terms.ledger import Stamp

_MAX_ROOTS_BYTES = 1024 * 1024


def request_stamp(
    folder: Path, out: Path | None = None, *, digest: Literal["sha256", "sha512"] = "sha256"
) -> tuple[Path, int]:
    """Write the request for a stamp on the newest checkpoint.

    Returns
    -------
    tuple
        The file, to be sent to a time-stamping authority, and how many entries it covers.

    Raises
    ------
    Problem
        The file is there already, nothing is signed yet, or the extra is not installed.
    """
    asked, leaves = stamps.request(folder, digest)
    path = out or folder / f"checkpoint-{leaves}.tsq"
    if path.exists():
        raise Problem(
            _("The file is there already; nothing is overwritten."),
            where=str(path),
            remedy=_("Name a new file."),
        )
    write_whole(path, asked)
    return path, leaves


def add_stamp(folder: Path, reply: Path) -> Stamp:
    """Keep an authority's reply with the checkpoint that it is on."""
    token = read_whole(reply, most=timestamp.MAX_STAMP_BYTES)
    return stamps.add(folder, token, where=str(reply))


def check_stamps(folder: Path, *, roots: Sequence[Path] = ()) -> tuple[Stamp, ...]:
    """Return all stamps of the ledger, verified against the given roots."""
    with open_book(folder) as book:
        return stamps.stamps(folder, book.checkpoints(), read_roots(roots))


def read_roots(files: Sequence[Path]) -> tuple[Certificate, ...]:
    """Read the root certificates that a reader trusts for time stamps."""
    return tuple(
        certificate
        for file in files
        for certificate in timestamp.read_roots(
            read_whole(file, most=_MAX_ROOTS_BYTES), where=str(file)
        )
    )
