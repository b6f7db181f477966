# SPDX-License-Identifier: Apache-2.0
"""Signed notes (C2SP signed-note v1.0.0): a text, a blank line, one line per signature.

Which types of signature there are stands in ``signatures``. Lines of other keys are kept and
ignored, as the specification asks, so that a witness can add its cosignature.

References
----------
https://c2sp.org/signed-note@v1.0.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from shirube.ledger import signatures
from shirube.ledger.errors import MalformedNote, UnverifiedNote
from shirube.ledger.texts import decode64, encode64, malformed, plain_name
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.ledger.signatures import PrivateKey, PublicKey, Verifier

MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100

_DASH: Final = "\u2014 "


class NoteSignature(msgspec.Struct, frozen=True):
    """One signature line: the key's name, its four-byte id and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes


class Note(msgspec.Struct, frozen=True):
    """A text that ends in a newline, and its signatures."""

    text: str
    signatures: tuple[NoteSignature, ...]


def sign(text: str, name: str, key: PrivateKey) -> Note:
    """Sign the text; Ed25519 signs it as it is, ECDSA over SHA-256."""
    _check_text(text)
    _check_name(name)
    code = signatures.note_code(key)
    identifier = signatures.key_id(name, key.public_key(), code)
    signed = signatures.TYPES[code].sign(key, text.encode())
    return Note(text, (NoteSignature(name, identifier, signed),))


def verify(note: Note, name: str, key: PublicKey) -> None:
    """Accept the note only if this key signed it.

    Raises
    ------
    UnverifiedNote
        No line bears this key's name and id, or one that does fails to verify.
    """
    whose = verifier(name, key)
    for line in lines_of(note, whose):
        check(whose, line.signature, note.text.encode())


def verifier(name: str, key: PublicKey) -> Verifier:
    """Return the verifier of the notes that this key signs under a name."""
    return signatures.Verifier(name, signatures.note_code(key), key)


def lines_of(note: Note, verifier: Verifier) -> tuple[NoteSignature, ...]:
    """Return the signature lines that bear this key's name and id; at least one.

    Raises
    ------
    UnverifiedNote
        There is none.
    """
    wanted = (verifier.name, verifier.key_id)
    ours = tuple(line for line in note.signatures if (line.name, line.key_id) == wanted)
    if not ours:
        raise UnverifiedNote(
            _("No signature of the key “{name}” stands under the checkpoint.").format(
                name=verifier.name
            ),
            why=_("Without it nobody can tell whether its owner vouches for this tree."),
            remedy=_("Check that this is the right public key, and restore the newest backup."),
        )
    return ours


def check(verifier: Verifier, signature: bytes, message: bytes) -> None:
    """Accept the signature only if this key made it over this message.

    Raises
    ------
    UnverifiedNote
        It did not.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        signatures.TYPES[verifier.code].verify(verifier.key, signature, message)
    except InvalidSignature as error:
        raise UnverifiedNote(
            _("The signature of “{name}” does not fit the checkpoint's text.").format(
                name=verifier.name
            ),
            why=_("The text or the signature was changed after signing."),
            remedy=_("Restore the newest backup of the folder .shirube."),
        ) from error


def render(note: Note) -> str:
    """Write the note as it is stored and sent."""
    lines = [
        f"{_DASH}{line.name} {encode64(line.key_id + line.signature)}\n" for line in note.signatures
    ]
    return f"{note.text}\n{''.join(lines)}"


def parse(rendered: str) -> Note:
    """Read a note back; nothing is believed until ``verify`` accepted it.

    Raises
    ------
    MalformedNote
        The text is not a signed note, in any respect.
    """
    if len(rendered) > MAX_NOTE_BYTES:
        raise _malformed(_("it is longer than {limit} characters").format(limit=MAX_NOTE_BYTES))
    text, blank, tail = rendered.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise _malformed(_("there is no blank line before the signatures, or no last line end"))
    text += "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed(_("it has more than {limit} signatures").format(limit=MAX_SIGNATURES))
    return Note(text, tuple(_signature_line(line) for line in lines))


def _signature_line(line: str) -> NoteSignature:
    words = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(words) != 2:
        raise _malformed(_("“{line}” is not a signature line").format(line=line[:80]))
    name, encoded = words
    _check_name(name)
    decoded = decode64(encoded)
    if len(decoded) <= signatures.ID_BYTES:
        raise _malformed(_("the signature of “{name}” is too short").format(name=name[:80]))
    return NoteSignature(name, decoded[: signatures.ID_BYTES], decoded[signatures.ID_BYTES :])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(sign) < 0x20 and sign != "\n" for sign in text):
        raise _malformed(_("the text has no last line end, or holds a control character"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _malformed(_("the text is not valid UTF-8")) from error


def _check_name(name: str) -> None:
    if not plain_name(name):
        raise _malformed(_("“{name}” cannot be a key's name").format(name=name[:80]))


def _malformed(detail: str) -> MalformedNote:
    return malformed(_("This is not a signed note: {detail}.").format(detail=detail))
