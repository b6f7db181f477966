# SPDX-License-Identifier: Apache-2.0
"""Where a pack of rules came from, and who answers for what it says."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Origin = Literal["shipped", "unsigned", "unknown_key", "known_key"]


class Signer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody whose signature under a pack is believed: a name for the fingerprint of a key."""

    key_id: str
    name: str
    public_key: str
    added_at: dt.datetime


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a pack's origin when it is loaded.

    ``shipped`` came with this version of Shirube; ``changed`` says that its files are no longer
    those that came. ``unsigned`` has no signature. Under ``unknown_key`` and ``known_key`` a
    signature holds over every file; only of a known key does ``signer`` tell whose it is. A pack
    whose signature does not hold is never loaded. ``adopted`` marks the copy in an operator's
    folder to which its ledger is pinned.
    """

    origin: Origin
    changed: bool = False
    adopted: bool = False
    key_id: str = ""
    signer: str = ""
    signed_at: dt.datetime | None = None
