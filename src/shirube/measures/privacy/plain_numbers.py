# SPDX-License-Identifier: Apache-2.0
"""A number as another table would write it: a whole one without a point."""

from __future__ import annotations


def plain(number: float) -> str:
    """Return the shortest text that is this number; whole numbers up to 2**53 in digits only."""
    if number.is_integer() and abs(number) <= 2**53:
        return str(int(number))
    return repr(number)
