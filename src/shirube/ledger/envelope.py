# SPDX-License-Identifier: Apache-2.0
"""DSSE envelopes around in-toto Statements: evidence, dossiers and receipts are such.

Each bears one signature, and must be written in one way only, so that none of its bytes is free.

References
----------
https://github.com/secure-systems-lab/dsse, https://github.com/in-toto/attestation/tree/main/spec/v1
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from shirube.ledger import strict_json
from shirube.ledger.errors import MalformedNote, MalformedRecord, UnverifiedRecord
from shirube.ledger.texts import decode64
from shirube.texts import _

if TYPE_CHECKING:
    from securesystemslib.signer._key import SSlibKey

    from shirube.ledger.signatures import PrivateKey, PublicKey

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"


class EnvelopeKey:
    """A public key that verifies envelopes; its id is the SHA-256 of its SubjectPublicKeyInfo."""

    def __init__(self, raw: PublicKey) -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
        from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # re-exported

        der = raw.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.raw = raw
        self.key_id = hashlib.sha256(der).hexdigest()
        self.key: SSlibKey = SSlibKey.from_crypto(raw, self.key_id)

    def verify(self, content: bytes) -> bytes:
        """Return the payload of an envelope that this key signed.

        Raises
        ------
        MalformedRecord, UnverifiedRecord
            It is no such envelope, or the key did not sign it.
        """
        from securesystemslib.dsse import Envelope
        from securesystemslib.exceptions import Error as SecuresystemslibError

        written = strict_json.parse(content)
        try:
            envelope = Envelope.from_dict(written)
            alone = list(envelope.signatures) == [self.key_id]
            same = strict_json.dump(envelope.to_dict()) == content
        except (SecuresystemslibError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise MalformedRecord(_("it holds something that is no DSSE envelope")) from error
        if not same:
            raise MalformedRecord(_("it holds something that is no DSSE envelope"))
        if not alone:
            told = _("it is not signed with the key {id}").format(id=self.key_id[:16])
            raise UnverifiedRecord(told)
        try:
            envelope.verify([self.key], threshold=1)
        except SecuresystemslibError as error:
            told = _("the signature of the key {id} does not fit").format(id=self.key_id[:16])
            raise UnverifiedRecord(told) from error
        if envelope.payload_type != PAYLOAD_TYPE:  # the signature covers it
            raise MalformedRecord(_("it holds something that is no DSSE envelope"))
        return bytes(envelope.payload)


def payload_of(content: bytes) -> bytes:
    """Return the payload of an envelope that was verified before; no signature is looked at."""
    try:
        return decode64(strict_json.parse(content)["payload"])
    except (KeyError, TypeError, AttributeError, MalformedNote) as error:
        raise MalformedRecord(_("it holds something that is no DSSE envelope")) from error


def sign(payload: bytes, private: PrivateKey) -> bytes:
    """Return the envelope of a payload, signed."""
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]  # re-exported

    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(CryptoSigner(private, EnvelopeKey(private.public_key()).key))
    return strict_json.dump(envelope.to_dict())
