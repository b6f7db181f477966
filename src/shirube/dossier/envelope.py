# SPDX-License-Identifier: Apache-2.0
"""DSSE envelopes around in-toto Statements, as a dossier carries and a receipt is: one signature.

The envelope must be written in one way only, so that none of its bytes is free.

References
----------
https://github.com/secure-systems-lab/dsse, https://github.com/in-toto/attestation/tree/main/spec/v1
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import Error as SecuresystemslibError

from shirube.dossier import strict_json
from shirube.dossier.errors import malformed, unverified
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
        RefusedDossier
            It is no such envelope, or the key did not sign it.
        """
        written = strict_json.parse(content)
        try:
            envelope = Envelope.from_dict(written)
            alone = list(envelope.signatures) == [self.key_id]
            same = strict_json.dump(envelope.to_dict()) == content
        except (SecuresystemslibError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise malformed(_("it holds something that is no DSSE envelope")) from error
        if not same or envelope.payload_type != PAYLOAD_TYPE:
            raise malformed(_("it holds something that is no DSSE envelope"))
        if not alone:
            raise unverified(_("it is not signed with the key {id}").format(id=self.key_id[:16]))
        try:
            envelope.verify([self.key], threshold=1)
        except SecuresystemslibError as error:
            told = _("the signature of the key {id} does not fit").format(id=self.key_id[:16])
            raise unverified(told) from error
        return bytes(envelope.payload)


def sign(payload: bytes, private: PrivateKey) -> bytes:
    """Return the envelope of a payload, signed."""
    from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]  # re-exported

    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(CryptoSigner(private, EnvelopeKey(private.public_key()).key))
    return strict_json.dump(envelope.to_dict())
