# SPDX-License-Identifier: Apache-2.0
"""Check digits of Japanese and international identifiers; every function takes ASCII digits.

A check digit finds typing errors. It does not prove that a number was ever issued, and about one
random number in ten passes.
"""

from __future__ import annotations

import re

_MY_NUMBER = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LICENCE = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_OFFICE_RANGES = (
    *((10, 14), (20, 24), (30, 30), (40, 49), (50, 55), (60, 65)),
    *((70, 74), (80, 83), (90, 97)),
)
_OFFICES = frozenset(str(code) for first, last in _OFFICE_RANGES for code in range(first, last + 1))
_MRZ_LINE = re.compile(r"[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MF<][0-9]{7}[A-Z0-9<]{14}[0-9<][0-9]")


def my_number(digits: str) -> bool:
    """Tell whether 12 digits hold the check digit of an individual number.

    Weights 2-7 and 2-6 from the right over the first 11 digits, modulo 11; a remainder of 0 or 1
    gives 0 (ordinance 85 of 2014 of the Ministry of Internal Affairs and Communications, Art. 5).
    """
    remainder = _weighted(digits, _MY_NUMBER) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def corporate_number(digits: str) -> bool:
    """Tell whether 13 digits hold the check digit (the first) of a corporate number."""
    total = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - total % 9


def driving_licence(digits: str) -> bool:
    """Tell whether 12 digits hold a known issuing office and the check digit of a licence.

    The eleventh digit is the last digit of 11 - r, so r = 0 gives 1 and r = 1 gives 0. The rule is
    not officially published; independent descriptions agree.
    """
    return (
        licence_office(digits) and int(digits[10]) == (11 - _weighted(digits, _LICENCE) % 11) % 10
    )


def licence_office(digits: str) -> bool:
    """Tell whether the first two digits name a public safety commission."""
    return digits[:2] in _OFFICES


def luhn(digits: str) -> bool:
    """Tell whether the digits hold a valid modulo 10 check digit (cards, insurers)."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def icao(text: str) -> int:
    """Return the check digit of a field of a machine-readable zone (ICAO Doc 9303, weights 731)."""
    weights = (7, 3, 1)
    return sum(_mrz_value(each) * weights[at % 3] for at, each in enumerate(text)) % 10


def passport_line(line: str) -> bool:
    """Tell whether 44 characters are the second line of a passport's machine-readable zone."""
    if not _MRZ_LINE.fullmatch(line):
        return False
    fields = ((line[:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]))
    composite = line[:10] + line[13:20] + line[21:43]
    return all(icao(field) == int(digit) for field, digit in fields) and icao(composite) == int(
        line[43]
    )


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _mrz_value(character: str) -> int:
    return 0 if character == "<" else int(character, 36)
