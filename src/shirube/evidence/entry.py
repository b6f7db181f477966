# SPDX-License-Identifier: Apache-2.0
"""What a leaf of the ledger holds: a commitment to the evidence, never the evidence.

One JSON object of about 150 bytes: the kind, the time of sealing, and the SHA-256 of the signed
envelope. The envelope holds 32 random bytes, so its digest tells nothing about its content; when
the envelope is erased, the leaf stays, says nothing about any person, and the tree still verifies.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec

from shirube.evidence import codec
from shirube.terms.evidence import EvidenceKind
from shirube.texts import _


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The commitment of one leaf; ``shirube`` is the version of its form.

    It can hold no reference to itself, so the collector need not look at millions of them.
    """

    kind: EvidenceKind
    sealed_at: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    shirube: Literal[1] = 1


_READER = msgspec.json.Decoder(Entry)
_WRITER = msgspec.json.Encoder()


def render(entry: Entry) -> bytes:
    """Write the entry in the only way that ``parse`` accepts; its time in UTC."""
    utc = msgspec.structs.replace(entry, sealed_at=entry.sealed_at.astimezone(dt.UTC))
    return _WRITER.encode(utc)


def changes_key(content: bytes) -> bool:
    """Tell, without reading it, whether an entry that ``render`` wrote changes the key."""
    return content.startswith(b'{"kind":"key_change"')


def parse(content: bytes) -> Entry:
    """Read an entry back.

    Raises
    ------
    codec.Unreadable
        It is not an entry, or it is written in another way than ``render`` does.
    """
    try:
        entry = _READER.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise codec.unreadable(_("a leaf is not an entry of Shirube")) from error
    if _WRITER.encode(entry) != content:
        raise codec.unreadable(_("a leaf is not an entry of Shirube"))
    return entry
