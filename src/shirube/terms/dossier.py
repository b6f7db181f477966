# SPDX-License-Identifier: Apache-2.0
"""A dossier: what an operator hands over, what was left out, and what a check of it showed."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.evidence import EvidenceKind
from shirube.terms.ledger import Stamp, Witnessed
from shirube.terms.manifest import Explanation
from shirube.terms.rule import Citation
from shirube.terms.text import Text


class PackDigest(msgspec.Struct, frozen=True, kw_only=True):
    """A rule pack by its digest: against what the findings were judged."""

    id: str
    version: str
    sha256: str


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger that is not in the dossier, so that no run can be hidden in silence.

    ``sha256`` is what the entry commits to; ``declared_id`` and ``measure`` say which run or
    document it was, as far as that is still known.
    """

    index: int
    kind: EvidenceKind
    sha256: str
    declared_id: str = ""
    measure: str = ""
    why: Literal["not_chosen", "erased", "key_revoked"] = "not_chosen"


class DocumentDigest(msgspec.Struct, frozen=True, kw_only=True):
    """A document by its digest; ``given`` tells whether its file lies in the dossier."""

    id: str
    kinds: tuple[str, ...]
    sha256: str
    given: bool = False


class DossierKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that the ledger passed through: the entries that it signed, and its revocation."""

    key_id: str
    public_key: str
    first: int
    last: int | None = None
    revoked_from: dt.datetime | None = None
    reason: str = ""


class DossierHead(msgspec.Struct, frozen=True, kw_only=True):
    """What the signed statement says about the dossier as a whole.

    ``leaves`` is the size of the signed tree: the evidence in the dossier and ``left_out`` together
    are exactly these entries. ``keys`` is empty while one key signed them all.
    """

    operator_id: str
    operator_name: str
    corporate_number: str
    on: dt.date
    sealed_at: dt.datetime
    tool_version: str
    origin: str
    leaves: int
    root: str
    packs: tuple[PackDigest, ...] = ()
    documents: tuple[DocumentDigest, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    keys: tuple[DossierKey, ...] = ()


class ToldRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in words, for a reader who has only its pack's digest: what it asks, and who asks it.

    ``own_thresholds`` are the numbers in its condition that no instrument gives.
    """

    title: Text
    expectation: Text
    citations: tuple[Citation, ...]
    footing: str
    status: str
    confidence: str
    text_held: bool = True
    own_thresholds: tuple[str, ...] = ()


class FindingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, as the operator's tool judged it.

    ``told`` is None in dossiers that were sealed before rules went along; ``evidence`` are the
    entries that decided.
    """

    rule: str
    subject: str
    outcome: str
    reason: str
    condition: str = ""
    evidence: tuple[int, ...] = ()
    explanation: Explanation | None = None
    told: ToldRule | None = None


class DossierVerified(msgspec.Struct, frozen=True, kw_only=True):
    """What a check of a dossier showed; there is none unless everything in it holds.

    ``removed`` names the parts that were redacted: their digests still stand in the signed
    statement. ``unchecked`` names signatures of keys that the verifier did not hold; ``stamps`` is
    how many time stamps are present, ``stamped`` what they say where roots were given. ``undated``
    are entries of a revoked key of which nothing that was checked shows that they were there
    before: whether they count could not be judged. ``since`` is the older head that
    ``consistency`` (hashes in Base64) leads from; 0 without one.
    """

    sha256: str
    key_id: str
    head: DossierHead
    evidence: tuple[int, ...]
    findings: tuple[FindingLine, ...]
    removed: tuple[str, ...]
    checkpoint: str
    witnessed: tuple[Witnessed, ...] = ()
    unchecked: tuple[str, ...] = ()
    stamps: int = 0
    stamped: tuple[Stamp, ...] = ()
    undated: tuple[int, ...] = ()
    since: int = 0
    consistency: tuple[str, ...] = ()
