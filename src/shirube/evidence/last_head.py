# SPDX-License-Identifier: Apache-2.0
"""The key remembers the last head it signed, apart from the ledger.

``heads/<key id>.checkpoint`` in the key directory holds the newest signed checkpoint. Before the
key signs again, the tree must be an extension of it. So a backup that was restored over newer
entries, or a second copy of the folder that went its own way, is refused: signing both would be a
fork, and a fork is the one thing that a ledger must never show to two people.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import tree
from shirube.ledger.errors import MalformedNote, UnverifiedNote
from shirube.store import files
from shirube.store.port import StoreProblem
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.evidence.keys import PublicKey
    from shirube.ledger.checkpoint import Checkpoint
    from shirube.store.port import Store


class ForkRefused(StoreProblem):
    """The ledger is not a continuation of what the key has signed."""


def path(directory: Path, key: PublicKey) -> Path:
    """Return where the last signed head of this key is kept."""
    return directory / "heads" / f"{key.key_id}.checkpoint"


def read(directory: Path, key: PublicKey) -> Checkpoint | None:
    """Return the last head that this key signed; None when it never signed one here.

    Raises
    ------
    ForkRefused
        The record is there but is not a checkpoint with this key's signature.
    """
    where = path(directory, key)
    try:
        return checkpoints.verify(where.read_bytes().decode(), key.raw)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, MalformedNote, UnverifiedNote) as error:
        raise _damaged(where) from error


def make_ready(directory: Path, key: PublicKey) -> None:
    """Look whether the record can be written, before anything is added to the ledger."""
    where = path(directory, key).parent
    with suppress(OSError):
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (where.is_dir() and os.access(where, os.W_OK | os.X_OK)):
        raise StoreProblem(
            _("The record of the last signed head cannot be written."),
            where=str(where),
            why=_("Without it, a restored backup or a fork would go unnoticed."),
            remedy=_("Let SHIRUBE_KEY_DIR name a directory that you can write to."),
        )


def keep(directory: Path, key: PublicKey, rendered: str) -> None:
    """Remember a newly signed head; durable on return."""
    files.write_whole(path(directory, key), rendered.encode(), mode=0o600)


def refuse_fork(store: Store, last: Checkpoint, where: Path, *, origin: str | None = None) -> None:
    """Accept the tree only if it extends the last head that the key signed.

    Raises
    ------
    ForkRefused
        The tree is shorter than that head, has another root there, or belongs to another ledger.
    """
    size = store.head().size
    if origin is not None and last.origin != origin:
        raise _fork(where, _("the key signed the ledger “{origin}”").format(origin=last.origin))
    if size < last.size:
        raise _fork(
            where,
            _("the key has signed {signed} entries, here are {found}").format(
                signed=last.size, found=size
            ),
        )
    if tree.root(store.node, last.size) != last.root:
        raise _fork(
            where,
            _("the first {signed} entries differ from the signed ones").format(signed=last.size),
        )


def refuse_new(last: Checkpoint | None, where: Path) -> None:
    """Accept a new, empty ledger only if the key has signed none before."""
    if last is not None and last.size:
        raise _fork(
            where, _("the key has signed {signed} entries, here are none").format(signed=last.size)
        )


def _fork(where: Path, detail: str) -> ForkRefused:
    return ForkRefused(
        _("This ledger does not continue what its key has signed: {detail}.").format(detail=detail),
        where=str(where),
        why=_(
            "An older backup was restored, or the folder was copied and both copies went on."
            " Signing would give two histories under one name."
        ),
        remedy=_(
            "Bring back the newest folder .shirube. If it is lost for good, move the key away, make"
            " a new one, and keep the old folder as evidence."
        ),
    )


def _damaged(where: Path) -> ForkRefused:
    return ForkRefused(
        _("The record of the last signed head cannot be read."),
        where=str(where),
        why=_("Without it, a restored backup or a fork would go unnoticed."),
        remedy=_(
            "Restore the file from a backup. Only if you are sure that the ledger is the newest,"
            " remove the file; it is written again with the next entry."
        ),
    )
