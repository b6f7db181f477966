# SPDX-License-Identifier: Apache-2.0
"""Signed notes (C2SP signed-note v1.0.0): a text, a blank line, one line per signature.

Two signature types are read and written: Ed25519 (0x01), the default, and ECDSA over P-256 (0x02)
for keys that live in hardware. Lines of other keys are kept and ignored, as the specification
asks, so that a witness may add its cosignature later.

References
----------
https://c2sp.org/signed-note@v1.0.0
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from shirube.ledger.errors import MalformedNote, UnverifiedNote
from shirube.texts import _

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import (
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

    PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
    PublicKey = Ed25519PublicKey | EllipticCurvePublicKey

ED25519: Final = 0x01
ID_BYTES: Final = 4
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


def key_id(name: str, key: PublicKey) -> bytes:
    """Return the four bytes by which a note names this key.

    Ed25519: ``SHA-256(name || 0x0A || 0x01 || key)[:4]``. ECDSA: the first four bytes of
    ``SHA-256(SubjectPublicKeyInfo)``, the exception that the specification makes for type 0x02.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if isinstance(key, Ed25519PublicKey):
        identified = name.encode() + b"\n" + bytes([ED25519]) + key.public_bytes_raw()
    else:
        identified = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(identified).digest()[:ID_BYTES]


def sign(text: str, name: str, key: PrivateKey) -> Note:
    """Sign the text; Ed25519 signs it as it is, ECDSA over SHA-256."""
    _check_text(text)
    _check_name(name)
    line = NoteSignature(name, key_id(name, key.public_key()), _raw_signature(text.encode(), key))
    return Note(text, (line,))


def verify(note: Note, name: str, key: PublicKey) -> None:
    """Accept the note only if this key signed it.

    Raises
    ------
    UnverifiedNote
        No line bears this key's name and id, or one that does fails to verify.
    """
    wanted = (name, key_id(name, key))
    ours = [line for line in note.signatures if (line.name, line.key_id) == wanted]
    if not ours:
        raise UnverifiedNote(
            _("No signature of the key “{name}” stands under the checkpoint.").format(name=name),
            why=_("Without it nobody can tell whether the ledger's owner vouches for this tree."),
            remedy=_("Check that this is the right public key, and restore the newest backup."),
        )
    for line in ours:
        _verify_raw(line.signature, note.text.encode(), name, key)


def render(note: Note) -> str:
    """Write the note as it is stored and sent."""
    lines = [
        f"{_DASH}{line.name} {base64.b64encode(line.key_id + line.signature).decode()}\n"
        for line in note.signatures
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


def decode64(text: str) -> bytes:
    """Read standard Base64, refusing every second way to write the same bytes."""
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _malformed(_("“{text}” is not Base64").format(text=text[:80])) from error
    if base64.b64encode(decoded).decode() != text:
        raise _malformed(_("“{text}” is not written as Base64 demands").format(text=text[:80]))
    return decoded


def _signature_line(line: str) -> NoteSignature:
    words = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(words) != 2:
        raise _malformed(_("“{line}” is not a signature line").format(line=line[:80]))
    name, encoded = words
    _check_name(name)
    decoded = decode64(encoded)
    if len(decoded) <= ID_BYTES:
        raise _malformed(_("the signature of “{name}” is too short").format(name=name[:80]))
    return NoteSignature(name, decoded[:ID_BYTES], decoded[ID_BYTES:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(sign) < 0x20 and sign != "\n" for sign in text):
        raise _malformed(_("the text has no last line end, or holds a control character"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _malformed(_("the text is not valid UTF-8")) from error


def _check_name(name: str) -> None:
    plain = name and "+" not in name and name.isprintable() and not any(map(str.isspace, name))
    if not plain:
        raise _malformed(_("“{name}” cannot be a key's name").format(name=name[:80]))


def _raw_signature(message: bytes, key: PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256

    if isinstance(key, Ed25519PrivateKey):
        return key.sign(message)
    return key.sign(message, ECDSA(SHA256()))


def _verify_raw(signature: bytes, message: bytes, name: str, key: PublicKey) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise UnverifiedNote(
            _("The signature of “{name}” does not fit the checkpoint's text.").format(name=name),
            why=_("The text or the signature was changed after signing."),
            remedy=_("Restore the newest backup of the folder .shirube."),
        ) from error


def _malformed(detail: str) -> MalformedNote:
    return MalformedNote(
        _("This is not a signed note: {detail}.").format(detail=detail),
        why=_("Its signature cannot be checked, so nothing in it can be believed."),
        remedy=_("Ask for the file again, or restore the newest backup."),
    )
