# SPDX-License-Identifier: Apache-2.0
"""Evidence: a measurement or a document, sealed as a signed statement and a ledger leaf."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.document import Document
from shirube.terms.measurement import Measurement

EvidenceKind = Literal["measurement", "document", "withdrawal", "erasure"]


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


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """The recorded reason and legal basis why the content behind an earlier leaf was deleted.

    The leaf stays, so the tree still verifies. One of the last three fields says what remains of
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


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed statement, as it stands in the ledger.

    ``index`` is the leaf's position, ``sha256`` the digest of the signed envelope in the evidence
    store, ``key_id`` who signed. Exactly one of the four records is set. ``erased_by`` is the leaf
    of the erasure that deleted the envelope; then the record is what remains.
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
    erased_by: int | None = None
