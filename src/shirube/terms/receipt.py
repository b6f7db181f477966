# SPDX-License-Identifier: Apache-2.0
"""What passes between operator and authority besides the dossier: who is known, and receipts."""

from __future__ import annotations

import datetime as dt

import msgspec

from shirube.terms.dossier import PackDigest


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """An authority as operators know it: its name, its key, and the key as a witness."""

    id: str
    key_id: str
    verifier_key: str


class RegisteredKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of an operator in the authority's register, with its dates.

    ``until`` is when it handed over; ``revoked_from`` from when its signatures count no more, with
    the reason and who decided it.
    """

    key_id: str
    public_key: str
    since: dt.datetime
    approver: str
    until: dt.datetime | None = None
    revoked_from: dt.datetime | None = None
    reason: str = ""
    revoked_by: str = ""


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """An operator's key as an authority took it in, and who approved that it is theirs.

    ``keys`` are all keys that were in use, the newest last; empty while there was only one.
    """

    operator_id: str
    corporate_number: str
    key_id: str
    public_key: str
    approver: str
    registered_at: dt.datetime
    keys: tuple[RegisteredKey, ...] = ()


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """Where an authority's answer stands in its own ledger, so that it cannot deny or move it.

    ``proof`` (C2SP tlog-proof) leads from the entry to the authority's signed head, ``answer`` is
    the signed envelope that the entry commits to. ``growth`` proves that the ledger only grew: by
    the size of each head that the operator was given before, the hashes in Base64.
    """

    proof: str
    answer: str
    growth: dict[str, tuple[str, ...]] = {}


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """An authority's signed word on a dossier.

    ``refusal`` is the exact reason when it was refused; then nothing else is said of it.
    ``properties`` are what was verified, ``packs`` the rule packs that the findings name,
    ``checkpoint`` the operator's signed head with the authority's cosignature. ``entered`` is None
    in receipts of authorities that kept no ledger of their own yet.
    """

    authority: str
    dossier_sha256: str
    operator_id: str
    at: dt.datetime
    refusal: str = ""
    properties: tuple[str, ...] = ()
    packs: tuple[PackDigest, ...] = ()
    checkpoint: str = ""
    entered: Entered | None = None
