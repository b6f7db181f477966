# SPDX-License-Identifier: Apache-2.0
"""What a ledger says about itself, and what a proof of one entry shows."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.evidence import EvidenceKind


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A time stamp (RFC 3161) on a checkpoint over so many leaves; ``sha256`` is of its file.

    ``state`` is *verified* under a root that the reader gave, *present* where none was given,
    *unreadable* where the strict reader cannot take it (another tool may), *refused* where it does
    not hold; ``reason`` says why. ``at`` is None where it could not be read.
    """

    leaves: int
    file: str
    sha256: str
    state: Literal["verified", "present", "unreadable", "refused"]
    reason: str = ""
    at: dt.datetime | None = None
    policy: str = ""
    serial: str = ""
    authority: str = ""


class LedgerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger at a glance; nothing in it is verified.

    ``signed`` is how many leaves the newest checkpoint covers, ``remembered`` how many the key
    signed as far as this machine knows (None without a record). ``hindrance`` says what stands in
    the way of sealing; empty when nothing does. ``verifier_key`` is the public key in the form
    that other log tools read.
    """

    origin: str
    leaves: int
    root: str
    signed: int
    remembered: int | None
    kinds: dict[str, int]
    erased: int
    bytes: int
    key_id: str
    verifier_key: str
    hindrance: str
    stamps: tuple[Stamp, ...] = ()


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: how many leaves the log has, how many files are new, how many envelopes."""

    folder: str
    leaves: int
    written: int
    evidence: int


class Witnessed(msgspec.Struct, frozen=True, kw_only=True):
    """A witness that saw the checkpoint, and when."""

    name: str
    key_id: str
    at: dt.datetime


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is in the log under a signed head; ``sha256`` is what it commits to.

    ``evidence_shown`` tells whether the envelope was at hand and is the one that the entry names.
    """

    origin: str
    index: int
    kind: EvidenceKind
    sealed_at: dt.datetime
    sha256: str
    leaves: int
    root: str
    key_id: str
    evidence_shown: bool
    witnessed: tuple[Witnessed, ...]
