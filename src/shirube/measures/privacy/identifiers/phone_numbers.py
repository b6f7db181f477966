# SPDX-License-Identifier: Apache-2.0
"""The Japanese telephone numbering plan, as far as it tells a phone number from another number."""

from __future__ import annotations

_ELEVEN = ("050", "060", "070", "080", "090")
"""Mobile and IP telephony; 060 is being opened."""


def in_numbering_plan(digits: str) -> bool:
    """Tell whether digits with their leading 0 have the prefix and length of a phone number."""
    if not digits.startswith("0"):
        return False
    if digits.startswith("0800"):
        return len(digits) == 11
    if digits.startswith(_ELEVEN):
        return len(digits) == 11
    if digits.startswith(("0120", "0570", "0990")):
        return len(digits) == 10
    return len(digits) == 10 and digits[1] != "0"
