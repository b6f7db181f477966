# SPDX-License-Identifier: Apache-2.0
"""Checkpoints (C2SP tlog-checkpoint v1.0.0): the signed head of a tree.

Three lines, ``origin``, ``size`` and the root in Base64, as the text of a signed note. Whoever
holds one can later be shown that the tree only grew.

References
----------
https://c2sp.org/tlog-checkpoint@v1.0.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube.ledger import note as notes
from shirube.ledger.errors import MalformedNote
from shirube.ledger.texts import decimal, decode64, encode64
from shirube.ledger.tree import HASH_BYTES
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.ledger.note import Note
    from shirube.ledger.signatures import PrivateKey, PublicKey


class Checkpoint(msgspec.Struct, frozen=True):
    """A tree's head: whose log it is, how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def origin(operator_id: str) -> str:
    """Return the name under which an operator's ledger signs: ``shirube/<operator id>``."""
    return f"shirube/{operator_id}"


def render_text(checkpoint: Checkpoint) -> str:
    """Write the text that is signed."""
    root = encode64(checkpoint.root)
    return "\n".join([checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions]) + "\n"


def parse_text(text: str) -> Checkpoint:
    """Read the text of a checkpoint back.

    Raises
    ------
    MalformedNote
        A line is missing or empty, the size is not a plain number, the root is not 32 bytes.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise _malformed(_("it needs at least three lines, and none may be empty"))
    name, size, root, *extensions = lines[:-1]
    leaves = decimal(size)
    if leaves is None:
        raise _malformed(_("“{size}” is not a number of leaves").format(size=size[:40]))
    decoded = decode64(root)
    if len(decoded) != HASH_BYTES:
        raise _malformed(_("the root has {count} bytes instead of 32").format(count=len(decoded)))
    return Checkpoint(name, leaves, decoded, tuple(extensions))


def sign(checkpoint: Checkpoint, key: PrivateKey) -> str:
    """Return the checkpoint as a signed note; the key's name is the origin."""
    return notes.render(notes.sign(render_text(checkpoint), checkpoint.origin, key))


def parse(rendered: str) -> tuple[Checkpoint, Note]:
    """Read a checkpoint without believing it yet; raises ``MalformedNote``."""
    note = notes.parse(rendered)
    return parse_text(note.text), note


def verify(rendered: str, key: PublicKey) -> Checkpoint:
    """Read a checkpoint and accept it only with this key's signature under the origin's name.

    Raises
    ------
    MalformedNote, UnverifiedNote
        It is no checkpoint, or the key did not sign it.
    """
    checkpoint, note = parse(rendered)
    notes.verify(note, checkpoint.origin, key)
    return checkpoint


def _malformed(detail: str) -> MalformedNote:
    return MalformedNote(
        _("This is not a checkpoint: {detail}.").format(detail=detail),
        why=_("Without a readable head nobody can tell which tree was signed."),
        remedy=_("Ask for the file again, or restore the newest backup."),
    )
