# SPDX-License-Identifier: Apache-2.0
"""Receipts: in-toto Simple Verification Results, signed with the authority's key.

The result names the dossier by its digest, the packs as policies, and what holds as properties. Our
own field beside them carries the operator's checkpoint with the authority's cosignature, so that
each side keeps the other's signed word; or, when the dossier was refused, the exact reason.

References
----------
https://github.com/in-toto/attestation/blob/main/spec/predicates/svr.md (v0.2)
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shirube.__about__ import __version__
from shirube.dossier.errors import RefusedDossier, malformed, refusing
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, envelope, strict_json
from shirube.ledger.envelope import STATEMENT_TYPE, EnvelopeKey
from shirube.terms.dossier import PackDigest
from shirube.terms.receipt import Entered, Receipt
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.ledger.signatures import PrivateKey, PublicKey

PREDICATE: Final = "https://in-toto.io/attestation/svr/v0.2"
MAX_BYTES: Final = 1024 * 1024
_VERIFIER: Final = "https://github.com/shirube-governance/shirube/authorities/"
_OWN: Final = "shirube"


def sign(receipt: Receipt, private: PrivateKey) -> bytes:
    """Return the receipt as a signed envelope."""
    return envelope.sign(strict_json.dump(_statement(receipt)), private)


def result_digest(receipt: Receipt) -> str:
    """Return the SHA-256 of what the receipt says, wherever it stands in the authority's ledger."""
    bare = msgspec.structs.replace(receipt, entered=None)
    return hashlib.sha256(strict_json.dump(_statement(bare))).hexdigest()


def _statement(receipt: Receipt) -> dict[str, Any]:
    policies = [
        {"name": pack.id, "digest": {"sha256": pack.sha256}, "annotations": {"v": pack.version}}
        for pack in receipt.packs
    ]
    result = {
        "verifier": {"id": _VERIFIER + receipt.authority, "version": {_OWN: __version__}},
        "policies": policies,
        "timeCreated": receipt.at.astimezone(dt.UTC).isoformat(),
        "properties": list(receipt.properties),
        _OWN: {
            "operator": receipt.operator_id,
            "refusal": receipt.refusal,
            "checkpoint": receipt.checkpoint,
            **({"entered": msgspec.to_builtins(receipt.entered)} if receipt.entered else {}),
        },
    }
    subject = {"name": "dossier", "digest": {"sha256": receipt.dossier_sha256}}
    return {
        "_type": STATEMENT_TYPE,
        "subject": [subject],
        "predicateType": PREDICATE,
        "predicate": result,
    }


@refusing()
def read(content: bytes, key: PublicKey) -> Receipt:
    """Return what a receipt says, after the authority's key verified it.

    Raises
    ------
    RefusedDossier
        It is no receipt, or the key did not sign it.
    """
    if len(content) > MAX_BYTES:
        raise malformed(_("a receipt is not that long"))
    said = strict_json.parse(EnvelopeKey(key).verify(content))
    try:
        result, (subject,) = said["predicate"], said["subject"]
        own = result[_OWN]
        receipt = Receipt(
            authority=result["verifier"]["id"].removeprefix(_VERIFIER),
            dossier_sha256=subject["digest"]["sha256"],
            operator_id=own["operator"],
            at=dt.datetime.fromisoformat(result["timeCreated"]),
            refusal=own["refusal"],
            properties=tuple(result["properties"]),
            packs=tuple(
                PackDigest(
                    id=one["name"],
                    version=one["annotations"]["v"],
                    sha256=one["digest"]["sha256"],
                )
                for one in result["policies"]
            ),
            checkpoint=own["checkpoint"],
            entered=msgspec.convert(own.get("entered"), Entered | None),
        )
        ours = (said["_type"], said["predicateType"]) == (STATEMENT_TYPE, PREDICATE)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise malformed(_("it is no receipt")) from error
    if not ours or bool(receipt.refusal) == bool(receipt.checkpoint):
        raise malformed(_("it is no receipt"))
    return receipt


def cosigned(receipt: Receipt, operator: PublicKey, authority: PublicKey) -> checkpoints.Checkpoint:
    """Return the head that the receipt cosigns, once both signatures under it were verified.

    Raises
    ------
    RefusedDossier, MalformedNote, UnverifiedNote
        The dossier was refused, or one of the two did not sign.
    """
    if receipt.refusal:
        raise RefusedDossier(
            _("The authority {name} refused the dossier: {reason}").format(
                name=receipt.authority, reason=receipt.refusal
            ),
            why=_("Its signed answer can be kept, but it vouches for nothing."),
            remedy=_("Mend what it names and hand over a new dossier."),
        )
    head = checkpoints.verify(receipt.checkpoint, operator)
    note = checkpoints.parse(receipt.checkpoint)[1]
    cosignature.verify(note, cosignature.verifier(receipt.authority, authority))
    return head
