# SPDX-License-Identifier: Apache-2.0
"""Cosignatures (C2SP tlog-cosignature): a witness says when it saw which tree.

A witness holds the last checkpoint that it saw of a log, and signs a new one only when the tree
grew from there. So nobody can show two histories under one name without two witnesses lying too.

References
----------
https://c2sp.org/tlog-cosignature@v1.0.1; the type for ML-DSA-44 is that of 1.1.0-rc.1.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec

from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import note as notes
from shirube.ledger import signatures
from shirube.ledger.errors import UnverifiedNote
from shirube.ledger.note import Note, NoteSignature
from shirube.ledger.signatures import COSIGNATURE_ED25519, TIME_BYTES, Verifier
from shirube.ledger.texts import MAX_NUMBER, malformed, plain_name
from shirube.terms.errors import InternalError
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.ledger.signatures import AnyPrivateKey, AnyPublicKey

_LABEL: Final = b"subtree/v1\n\x00"
_MAX_NAME_BYTES: Final = 255
_LAST_SECOND: Final = 253_402_300_799  # 9999-12-31, the last that a date can hold


class Seen(msgspec.Struct, frozen=True):
    """Who saw the checkpoint, and when."""

    name: str
    key_id: str
    at: dt.datetime


def verifier(name: str, key: AnyPublicKey) -> Verifier:
    """Return the verifier of a witness's cosignatures."""
    return Verifier(name, signatures.cosignature_code(key), key)


def cosign(note: Note, name: str, key: AnyPrivateKey, *, at: dt.datetime) -> Note:
    """Return the note with the witness's cosignature as its last line.

    That the tree grew from what the witness saw before is the caller's to check.
    """
    if not plain_name(name):
        raise malformed(_("“{name}” cannot be a witness's name.").format(name=name[:80]))
    if at.tzinfo is None:
        raise InternalError("a cosignature needs a time with its zone")
    witness = verifier(name, key.public_key())
    seconds = int(at.timestamp())
    signed = signatures.TYPES[witness.code].sign(key, _message(witness, note, seconds))
    time = seconds.to_bytes(TIME_BYTES, "big")
    return Note(note.text, (*note.signatures, NoteSignature(name, witness.key_id, time + signed)))


def verify(note: Note, witness: Verifier) -> Seen:
    """Accept the note only with this witness's cosignature; say when it saw the tree.

    Raises
    ------
    MalformedNote, UnverifiedNote
        The note is no checkpoint, the witness did not sign it, or its time is no time.
    """
    if not signatures.TYPES[witness.code].timed:
        raise malformed(_("“{name}” is not a witness's key.").format(name=witness.name))
    line = notes.lines_of(note, witness)[-1]
    seconds = int.from_bytes(line.signature[:TIME_BYTES], "big")
    if len(line.signature) <= TIME_BYTES or seconds > min(MAX_NUMBER, _LAST_SECOND):
        raise UnverifiedNote(
            _("The cosignature of “{name}” has no time.").format(name=witness.name),
            why=_("A witness says when it saw the tree, or its word is worth nothing."),
            remedy=_("Ask the witness for its cosignature again."),
        )
    notes.check(witness, line.signature[TIME_BYTES:], _message(witness, note, seconds))
    at = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return Seen(witness.name, witness.key_id.hex(), at)


def verify_all(note: Note, witnesses: Sequence[Verifier]) -> tuple[Seen, ...]:
    """Verify the cosignature of each witness that was asked for."""
    return tuple(verify(note, witness) for witness in witnesses)


def _message(witness: Verifier, note: Note, seconds: int) -> bytes:
    """Return what a witness signs: text with a time, or, for ML-DSA-44, the fields of the head."""
    head = checkpoints.parse_text(note.text)
    if witness.code == COSIGNATURE_ED25519:
        return f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
    origin = head.origin.encode()
    return b"".join(
        (
            _LABEL,
            _counted(witness.name.encode()),
            seconds.to_bytes(8, "big"),
            _counted(origin),
            (0).to_bytes(8, "big"),
            head.size.to_bytes(8, "big"),
            head.root,
        )
    )


def _counted(text: bytes) -> bytes:
    if not 1 <= len(text) <= _MAX_NAME_BYTES:
        raise malformed(_("A name under a cosignature has 1 to 255 bytes."))
    return bytes([len(text)]) + text
