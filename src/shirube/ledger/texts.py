# SPDX-License-Identifier: Apache-2.0
"""The small things that all texts of the ledger share: Base64, decimals and names, one way each."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from shirube.ledger.errors import MalformedNote
from shirube.texts import _

MAX_NUMBER: Final = 2**63 - 1


def encode64(content: bytes) -> str:
    """Write standard Base64."""
    return base64.b64encode(content).decode()


def decode64(text: str) -> bytes:
    """Read standard Base64, refusing every second way to write the same bytes."""
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise malformed(_("“{text}” is not Base64.").format(text=text[:80])) from error
    if encode64(decoded) != text:
        raise malformed(_("“{text}” is not written as Base64 demands.").format(text=text[:80]))
    return decoded


def decimal(text: str) -> int | None:
    """Read a number as the formats write it: digits, no leading zero, below 2^63; else None."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 19:
        return None
    number = int(text)
    return number if str(number) == text and number <= MAX_NUMBER else None


def plain_name(name: str) -> bool:
    """Tell whether a name may stand on a signature line: not empty, no space, no plus."""
    return bool(name and "+" not in name and name.isprintable() and not any(map(str.isspace, name)))


def malformed(found: str) -> MalformedNote:
    """Return the error for a text that is not of the form that it should have."""
    return MalformedNote(
        found,
        why=_("Its signature cannot be checked, so nothing in it can be believed."),
        remedy=_("Ask for the file again, or restore the newest backup."),
    )
