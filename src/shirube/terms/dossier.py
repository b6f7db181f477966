# SPDX-License-Identifier: Apache-2.0
"""A dossier: what an operator hands over, what was left out, and what a check of it showed."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.evidence import EvidenceKind
from shirube.terms.ledger import Witnessed


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
    why: Literal["not_chosen", "erased"] = "not_chosen"


class DocumentDigest(msgspec.Struct, frozen=True, kw_only=True):
    """A document by its digest; ``given`` tells whether its file lies in the dossier."""

    id: str
    kinds: tuple[str, ...]
    sha256: str
    given: bool = False


class DossierHead(msgspec.Struct, frozen=True, kw_only=True):
    """What the signed statement says about the dossier as a whole.

    ``leaves`` is the size of the signed tree: the evidence in the dossier and ``left_out`` together
    are exactly these entries.
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


class FindingLine(msgspec.Struct, frozen=True, kw_only=True):
    """The head of one finding, as the operator's tool judged it."""

    rule: str
    subject: str
    outcome: str
    reason: str


class DossierVerified(msgspec.Struct, frozen=True, kw_only=True):
    """What a check of a dossier showed; there is none unless everything in it holds.

    ``removed`` names the parts that were redacted: their digests still stand in the signed
    statement. ``unchecked`` names signatures of keys that the verifier did not hold; ``stamps`` is
    how many time stamps are present, which are not checked here. ``since`` is the older head that
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
    since: int = 0
    consistency: tuple[str, ...] = ()
