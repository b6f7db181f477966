# SPDX-License-Identifier: Apache-2.0
"""The check digit of a corporate number (法人番号)."""

from __future__ import annotations


def check_digit(body: str) -> int:
    """Return the first digit that belongs to the other twelve.

    Counted from the right, digits at odd places weigh 1 and at even places 2; with their weighted
    sum S the check digit is ``9 - (S mod 9)``, so it is never 0.

    References
    ----------
    Ministry of Finance ordinance on the designation of corporate numbers (法人番号の指定等に関する
    省令), Art. 2.
    """
    weighted = sum(
        int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body), 1)
    )
    return 9 - weighted % 9
