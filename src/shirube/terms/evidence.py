# SPDX-License-Identifier: Apache-2.0
"""Evidence: a measurement or a document, sealed as a signed statement and a ledger leaf."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import msgspec

from shirube.terms.document import Document
from shirube.terms.manifest import Model
from shirube.terms.measurement import Input, Measurement
from shirube.terms.text import Text

EvidenceKind = Literal[
    "measurement", "document", "model", "withdrawal", "erasure", "key_change", "adoption",
    "registration", "answer",
]  # fmt: skip


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """The recorded reason why an earlier run no longer counts."""

    index: int
    reason: str
    author: str
    date: dt.date


class DocumentSeal(msgspec.Struct, frozen=True, kw_only=True):
    """A declared document and the digest of its bytes (empty for one that is declared absent)."""

    document: Document
    sha256: str = ""
    bytes: int = 0


class ModelSignature(msgspec.Struct, frozen=True, kw_only=True):
    """An OpenSSF model signature: the digest of its file, and the public key (PEM) it holds under.

    Model signatures know elliptic curves only, so the key may be another one than the ledger's; by
    standing in a sealed record it is vouched for by the ledger's key.
    """

    sha256: str
    public_key: str


class ModelSeal(msgspec.Struct, frozen=True, kw_only=True):
    """A declared model, the digests of its files, and the signature over them, if there is one."""

    model: Model
    files: tuple[Input, ...]
    signature: ModelSignature | None = None


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """The recorded reason and legal basis why the content behind an earlier leaf was deleted.

    The leaf stays, so the tree still verifies. One of the last four fields says what remains of
    the record: enough that an erased run cannot make way for an older, better one.
    """

    index: int
    reason: str
    legal_basis: str
    author: str
    date: dt.date
    measurement: Measurement | None = None
    document: DocumentSeal | None = None
    withdrawal: Withdrawal | None = None
    model: ModelSeal | None = None


class KeyChange(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger passes to a new key, or an older key is revoked.

    ``public_key`` (PEM, its SHA-256 in ``key_id``) is the key that hands over, which signs this, or
    the one that is revoked; ``successor`` the key that signs every later entry. ``at`` is when it
    was handed over, or from when nothing counts that the revoked key signed.
    """

    action: Literal["rotated", "revoked"]
    key_id: str
    public_key: str
    at: dt.datetime
    reason: str
    author: str
    successor: str = ""
    successor_id: str = ""


class PackAdoption(msgspec.Struct, frozen=True, kw_only=True):
    """An operator adopts a version of a pack of rules; findings rest on it from then on.

    ``sha256`` is the digest over the pack's files. ``shipped`` says that the pack which comes with
    Shirube stands again; otherwise the operator's folder holds a copy of exactly this digest.
    ``added``, ``removed`` and ``changed`` name rules; ``moved`` counts the findings whose outcome
    was another one under the new rules on that day. An unsigned pack has no ``key_id``.
    """

    pack: str
    title: Text
    version: str
    sha256: str
    reason: str
    author: str
    date: dt.date
    shipped: bool = False
    replaced_version: str = ""
    replaced_sha256: str = ""
    signer: str = ""
    key_id: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: int = 0


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """An authority entered an operator's key in its register, or a change of it.

    ``record_sha256`` is the digest of the register's file about this operator as it stands since.
    """

    action: Literal["registered", "rotated", "revoked"]
    operator_id: str
    corporate_number: str
    key_id: str
    approver: str
    record_sha256: str
    reason: str = ""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An authority answered a dossier; ``result_sha256`` is the digest of what its receipt says."""

    operator_id: str
    dossier_sha256: str
    result_sha256: str
    refused: bool


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed statement, as it stands in the ledger.

    ``index`` is the leaf's position, ``sha256`` the digest of the signed envelope in the evidence
    store, ``key_id`` who signed. Exactly one of the records is set. ``erased_by`` is the leaf of
    the erasure that deleted the envelope; then the record is what remains. ``refused`` says why it
    does not count although it is signed: its key was revoked from an earlier time on.
    """

    index: int
    sha256: str
    key_id: str
    sealed_at: dt.datetime
    kind: EvidenceKind
    measurement: Measurement | None = None
    document: DocumentSeal | None = None
    withdrawal: Withdrawal | None = None
    erasure: Erasure | None = None
    model: ModelSeal | None = None
    key_change: KeyChange | None = None
    adoption: PackAdoption | None = None
    registration: Registered | None = None
    answer: Answered | None = None
    erased_by: int | None = None
    refused: str = ""


Record = (
    Measurement | DocumentSeal | ModelSeal | Withdrawal | Erasure | KeyChange | PackAdoption
    | Registered | Answered
)  # fmt: skip

RECORDS: Final[dict[EvidenceKind, type[Record]]] = {
    "measurement": Measurement,
    "document": DocumentSeal,
    "model": ModelSeal,
    "withdrawal": Withdrawal,
    "erasure": Erasure,
    "key_change": KeyChange,
    "adoption": PackAdoption,
    "registration": Registered,
    "answer": Answered,
}
"""What each kind of evidence holds; the kind is also the name of the field that carries it."""

AUTHORITY_KINDS: Final[tuple[EvidenceKind, ...]] = ("registration", "answer")
"""What only an authority enters, in a ledger of its own; it has no place in a dossier."""
