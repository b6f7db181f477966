# SPDX-License-Identifier: Apache-2.0
"""Sealed records: an in-toto Statement v1 in a DSSE envelope, signed with the operator's key.

The subjects of a measurement are the files that were measured, by digest; of a document, its file;
of a model, its files; of a withdrawal or an erasure, the envelope that it names; of a change of
keys, the keys; of an authority's answer, the dossier. Where there is no file (an absent document,
an attempt that failed before it read anything), the subject is the record itself.

The predicate types are names that never change and are never fetched. They stand under the
project's own address, so that nobody has to hold a domain for them. Each predicate carries 32
random bytes (``salt``): without them nobody can guess a record from its digest in the ledger.

References
----------
https://github.com/in-toto/attestation/tree/main/spec/v1, https://github.com/secure-systems-lab/dsse
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shirube.__about__ import __version__
from shirube.evidence import codec
from shirube.ledger import envelope
from shirube.ledger.envelope import STATEMENT_TYPE
from shirube.ledger.errors import MalformedRecord, UnverifiedRecord
from shirube.terms.document import Document
from shirube.terms.errors import InternalError, Problem
from shirube.terms.evidence import (
    RECORDS,
    Answered,
    DocumentSeal,
    Erasure,
    EvidenceKind,
    KeyChange,
    ModelSeal,
    PackAdoption,
    Record,
    Registered,
    Withdrawal,
)
from shirube.terms.measurement import Measurement
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.evidence.keys import PublicKey, SigningKey

PREDICATES: Final = "https://github.com/shirube-governance/shirube/predicates"
SALT_BYTES: Final = 32


class UnverifiedEvidence(Problem):
    """An envelope that the key did not sign, or that says something else than its leaf."""


@dataclass(frozen=True)
class Sealed:
    """What a verified envelope says."""

    kind: EvidenceKind
    sealed_at: dt.datetime
    item: Record
    subjects: tuple[tuple[str, str], ...]
    tool_version: str


def predicate_type(kind: EvidenceKind) -> str:
    """Return the in-toto predicate type of one kind of evidence."""
    return f"{PREDICATES}/{kind}/v1"


def kind_of(item: Record) -> EvidenceKind:
    """Return which kind of evidence the record is."""
    return next(kind for kind, record in RECORDS.items() if isinstance(item, record))


def subjects(
    item: Record, named: str = "", *, written: object = None
) -> tuple[tuple[str, str], ...]:
    """Return (name, SHA-256) of what the statement speaks about; never empty.

    ``named`` is the digest of the envelope that a withdrawal takes back or an erasure deletes.
    ``written`` is the record as it was sealed: a later version may know more fields, and the
    digest of a record without a file is that of what was written then.
    """
    if isinstance(item, Withdrawal | Erasure):
        return ((f"leaf {item.index}", named),)
    if isinstance(item, KeyChange):
        handed = [("successor", item.successor_id)] if item.successor_id else []
        return (("key", item.key_id), *handed)
    if isinstance(item, PackAdoption | Registered | Answered):
        return (_governing(item),)
    if isinstance(item, DocumentSeal):
        found = [(item.document.file or item.document.id, item.sha256)] if item.sha256 else []
    else:
        files = item.files if isinstance(item, ModelSeal) else item.inputs
        found = [(file.name, file.sha256) for file in files]
    record = codec.encode(item) if written is None else written
    itself = hashlib.sha256(codec.dump(record)).hexdigest()
    return tuple(found) or ((_own_name(item), itself),)


def _governing(item: PackAdoption | Registered | Answered) -> tuple[str, str]:
    if isinstance(item, PackAdoption):
        return f"pack {item.pack}", item.sha256
    if isinstance(item, Registered):
        return f"operator {item.operator_id}", item.record_sha256
    return "dossier", item.dossier_sha256


def seal(item: Record, key: SigningKey, now: dt.datetime, *, named: str = "") -> bytes:
    """Return the signed envelope of a record, as it is kept in the evidence store."""
    kind = kind_of(item)
    predicate = {
        "salt": secrets.token_hex(SALT_BYTES),
        "sealed_at": now.astimezone(dt.UTC).isoformat(),
        "tool": {"name": "shirube", "version": __version__},
        kind: codec.encode(item),
    }
    return envelope.sign(codec.dump(_statement(item, named, kind, predicate)), key.private)


def unseal(content: bytes, key: PublicKey) -> Sealed:
    """Verify an envelope with the operator's public key and read what it says.

    Raises
    ------
    UnverifiedEvidence, codec.Unreadable
        The signature does not fit, or the content is not a statement that Shirube writes.
    """
    return read(_verified_payload(content, key))


def read(payload: bytes) -> Sealed:
    """Read the payload of an envelope whose signature was verified before.

    Raises
    ------
    codec.Unreadable
        It is not a statement that Shirube writes.
    """
    return _read(codec.parse(payload))


def _statement(
    item: Record, named: str, kind: EvidenceKind, predicate: dict[str, Any]
) -> dict[str, Any]:
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": digest}} for name, digest in subjects(item, named)
        ],
        "predicateType": predicate_type(kind),
        "predicate": predicate,
    }


def _verified_payload(content: bytes, key: PublicKey) -> bytes:
    try:
        return key.for_envelopes.verify(content)
    except UnverifiedRecord as error:
        raise UnverifiedEvidence(
            _("The operator's key did not sign this evidence."),
            why=_("It was changed after signing, or somebody else wrote it."),
            remedy=_("Restore the file from a backup, or check that this is the right key."),
        ) from error
    except MalformedRecord as error:
        raise codec.unreadable(error.detail) from error


def _read(statement: Any) -> Sealed:
    try:
        kind = next(kind for kind in RECORDS if predicate_type(kind) == statement["predicateType"])
        predicate = statement["predicate"]
        item = codec.decode(predicate[kind], RECORDS[kind])
        sealed_at = dt.datetime.fromisoformat(predicate["sealed_at"])
        tool = str(predicate["tool"]["version"])
        about = tuple(
            (subject["name"], subject["digest"]["sha256"]) for subject in statement["subject"]
        )
        own = statement["_type"] == STATEMENT_TYPE and sealed_at.tzinfo is not None
        # A statement whose subjects are not those of its record would bind the wrong files.
        fits = about == subjects(item, about[0][1], written=predicate[kind])
    except (KeyError, TypeError, ValueError, IndexError, StopIteration) as error:
        raise codec.unreadable(_("it is not a statement of Shirube")) from error
    if not own or not fits:
        raise codec.unreadable(_("its subjects are not those of its record"))
    return Sealed(kind, sealed_at, item, about, tool)


def _own_name(item: Measurement | DocumentSeal | ModelSeal) -> str:
    if isinstance(item, Measurement):
        return f"measurement:{item.id}"
    if isinstance(item, ModelSeal):
        return f"model:{item.model.id}"
    if isinstance(item.document, Document):
        return f"document:{item.document.id}"
    raise InternalError("a seal without a document")
