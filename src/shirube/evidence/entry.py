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

    It can hold no reference to itself, so the collector need not look at millions of them. That the
    digest has hexadecimal digits only is asked when entries are parsed: a pattern here would cost
    more than all the rest of reading one.
    """

    kind: EvidenceKind
    sealed_at: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    sha256: Annotated[str, msgspec.Meta(min_length=64, max_length=64)]
    shirube: Literal[1] = 1


_READER = msgspec.json.Decoder(Entry)
_WRITER = msgspec.json.Encoder()
_DIGITS = b"0123456789abcdef"


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
    return parse_all([content])[0]


def parse_all(contents: list[bytes]) -> list[Entry]:
    """Read many entries back, at about half of what ``parse`` costs for each of them.

    Raises
    ------
    codec.Unreadable
        One of them is not an entry as ``parse`` takes it; which one is not told.
    """
    try:
        found = _READER.decode_lines(b"\n".join(contents))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise codec.unreadable(_("a leaf is not an entry of Shirube")) from error
    # What is rendered holds no line break, so that each content is held against its own entry.
    rendered = _WRITER.encode_lines(found).split(b"\n")[:-1]
    digests = "".join([entry.sha256 for entry in found])
    if rendered != contents or digests.encode("ascii", "replace").translate(None, _DIGITS):
        raise codec.unreadable(_("a leaf is not an entry of Shirube"))
    return found
