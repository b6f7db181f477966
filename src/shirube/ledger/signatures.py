# SPDX-License-Identifier: Apache-2.0
"""The table of signature types that notes carry, and the keys that verify them.

======  ==========================  =========================================
code    what signs                  over what
======  ==========================  =========================================
0x01    Ed25519                     the text of the note
0x02    ECDSA, P-256, SHA-256       the text of the note
0x04    Ed25519, with a time        a cosignature of a checkpoint
0x06    ML-DSA-44, with a time      a cosignature of a checkpoint
======  ==========================  =========================================

A new type is a new row. Whoever reads a note ignores the lines of types and keys that it does not
know, so a log can carry old and new signatures side by side.

References
----------
https://c2sp.org/signed-note@v1.0.0, https://c2sp.org/tlog-cosignature (1.1.0-rc.1 for 0x06)
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shirube.ledger.errors import MalformedNote
from shirube.ledger.texts import decode64, encode64, malformed, plain_name
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ec import (
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

    PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
    PublicKey = Ed25519PublicKey | EllipticCurvePublicKey
    AnyPrivateKey = PrivateKey | MLDSA44PrivateKey
    AnyPublicKey = PublicKey | MLDSA44PublicKey

NOTE_ED25519: Final = 0x01
NOTE_ECDSA: Final = 0x02
COSIGNATURE_ED25519: Final = 0x04
COSIGNATURE_ML_DSA_44: Final = 0x06
ID_BYTES: Final = 4
TIME_BYTES: Final = 8


class SignatureType(msgspec.Struct, frozen=True):
    """One row of the table: how a key of this type is written, read, and how it signs."""

    code: int
    timed: bool
    material: Callable[[Any], bytes]
    read: Callable[[bytes], Any]
    sign: Callable[[Any, bytes], bytes]
    verify: Callable[[Any, bytes, bytes], None]


class Verifier(msgspec.Struct, frozen=True):
    """A key under the name that it signs with, and the type of its signatures."""

    name: str
    code: int
    key: Any

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a note names this key."""
        return key_id(self.name, self.key, self.code)


def note_code(key: object) -> int:
    """Return the type under which this key signs notes."""
    from cryptography.hazmat.primitives.asymmetric import ed25519

    plain = isinstance(key, ed25519.Ed25519PrivateKey | ed25519.Ed25519PublicKey)
    return NOTE_ED25519 if plain else NOTE_ECDSA


def cosignature_code(key: object) -> int:
    """Return the type under which this key cosigns checkpoints."""
    from cryptography.hazmat.primitives.asymmetric import ed25519

    plain = isinstance(key, ed25519.Ed25519PrivateKey | ed25519.Ed25519PublicKey)
    return COSIGNATURE_ED25519 if plain else COSIGNATURE_ML_DSA_44


def key_id(name: str, key: AnyPublicKey, code: int) -> bytes:
    """Return the four bytes by which a note names this key.

    ``SHA-256(name || 0x0A || type || key)[:4]``; for ECDSA the specification makes the exception
    ``SHA-256(SubjectPublicKeyInfo)[:4]``.
    """
    material = TYPES[code].material(key)
    identified = (
        material if code == NOTE_ECDSA else name.encode() + b"\n" + bytes([code]) + material
    )
    return hashlib.sha256(identified).digest()[:ID_BYTES]


def render_key(verifier: Verifier) -> str:
    """Write a key as a verifier key (``name+id+key``), one line of text for people and tools."""
    material = bytes([verifier.code]) + TYPES[verifier.code].material(verifier.key)
    return f"{verifier.name}+{verifier.key_id.hex()}+{encode64(material)}"


def parse_key(text: str) -> Verifier:
    """Read a verifier key.

    Raises
    ------
    MalformedNote
        It is not one, its type is not in the table, or its id is not that of the key.
    """
    words = text.split("+", 2)
    if len(words) != 3 or not plain_name(words[0]):
        raise _malformed_key(_("it is not of the form name+id+key"))
    material = decode64(words[2])
    kind = TYPES.get(material[0]) if material else None
    if kind is None:
        raise _malformed_key(_("its type is not known here"))
    try:
        verifier = Verifier(words[0], kind.code, kind.read(material[1:]))
    except ValueError as error:
        raise _malformed_key(_("its key cannot be read")) from error
    if verifier.key_id.hex() != words[1] or kind.material(verifier.key) != material[1:]:
        raise _malformed_key(_("its id is not that of the key"))
    return verifier


def _malformed_key(detail: str) -> MalformedNote:
    return malformed(_("This is not a verifier key: {detail}.").format(detail=detail))


def _raw(key: Any) -> bytes:
    return bytes(key.public_bytes_raw())


def _spki(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _read_ed25519(material: bytes) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(material)


def _read_ecdsa(material: bytes) -> EllipticCurvePublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(material)
    except UnsupportedAlgorithm as error:
        raise ValueError from error
    if not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        raise ValueError
    return key


def _read_ml_dsa(material: bytes) -> MLDSA44PublicKey:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    return MLDSA44PublicKey.from_public_bytes(material)


def _sign_plain(key: Any, message: bytes) -> bytes:
    return bytes(key.sign(message))


def _sign_ecdsa(key: Any, message: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    return bytes(key.sign(message, ECDSA(SHA256())))


def _verify_plain(key: Any, signature: bytes, message: bytes) -> None:
    key.verify(signature, message)


def _verify_ecdsa(key: Any, signature: bytes, message: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    key.verify(signature, message, ECDSA(SHA256()))


TYPES: Final = {
    row.code: row
    for row in (
        SignatureType(NOTE_ED25519, False, _raw, _read_ed25519, _sign_plain, _verify_plain),
        SignatureType(NOTE_ECDSA, False, _spki, _read_ecdsa, _sign_ecdsa, _verify_ecdsa),
        SignatureType(COSIGNATURE_ED25519, True, _raw, _read_ed25519, _sign_plain, _verify_plain),
        SignatureType(COSIGNATURE_ML_DSA_44, True, _raw, _read_ml_dsa, _sign_plain, _verify_plain),
    )
}
