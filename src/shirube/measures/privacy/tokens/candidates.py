# SPDX-License-Identifier: Apache-2.0
"""What could stand behind a token: spaces that can be counted through, and lists of known texts.

A space is larger than what is tried of it: numbers are taken at a fixed step that is prime to the
size of the space, from a random start, so that no number comes twice and every number has the same
chance. What is found in a part of a space therefore says what all of it would give.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

from shirube.measures.privacy.tokens import names
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    import numpy as np

_PHONE, _MY_NUMBER = 11, 11  # digits that are free to choose: a My Number's twelfth is its check
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_NOT_DIGITS = re.compile(r"[^0-9]")
_SEPARATORS = re.compile(r"[\s\-‐‑–—ー−()]+")


@dataclass(frozen=True)
class Space:
    """A space of candidates: its name, its size, and the spellings of one of them by number."""

    name: str
    size: int
    spellings: Callable[[int], tuple[str, ...]]

    def some(self, tries: int, rng: np.random.Generator) -> Iterator[tuple[str, ...]]:
        """Yield ``tries`` different candidates, or all of them."""
        if tries >= self.size:
            yield from map(self.spellings, range(self.size))
            return
        start, step = int(rng.integers(self.size)), int(rng.integers(1, self.size)) | 1
        while gcd(step, self.size) != 1:
            step += 2
        for number in range(tries):
            yield self.spellings((start + number * step) % self.size)


def phones(prefixes: tuple[str, ...]) -> Space:
    """Return the mobile numbers of 11 digits that begin with one of the prefixes."""
    return _numbers("phone", prefixes, _PHONE, phone_spellings)


def my_numbers(prefixes: tuple[str, ...]) -> Space:
    """Return the My Numbers with a right check digit that begin with one of the prefixes."""
    return _numbers("my_number", prefixes, _MY_NUMBER, _my_number_spellings)


def full_names() -> Space:
    """Return full names put together from common family and given names."""
    return Space("name", len(names.FAMILY) * len(names.GIVEN), names.full_name)


def phone_spellings(digits: str) -> tuple[str, ...]:
    """Return a mobile number as it is usually written."""
    return (digits, f"{digits[:3]}-{digits[3:7]}-{digits[7:]}", f"+81{digits[1:]}")


def known(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield each text of a list with its usual normalisations, and phone numbers as written."""
    for text in texts:
        folded = unicodedata.normalize("NFKC", text).strip()
        bare = _SEPARATORS.sub("", folded)
        spelled = [text, folded, bare, folded.lower(), folded.upper(), bare.lower()]
        digits = _NOT_DIGITS.sub("", folded)
        if len(digits) == _PHONE - 1 and digits[0] in "789" and bare == digits:
            digits = "0" + digits  # a column of numbers has lost the leading zero
        if len(digits) == _PHONE and digits[0] == "0":
            spelled += phone_spellings(digits)
        yield tuple(dict.fromkeys(spelled))


def _numbers(
    name: str, prefixes: tuple[str, ...], length: int, spell: Callable[[str], tuple[str, ...]]
) -> Space:
    """Return all numbers of ``length`` digits under the prefixes."""
    for prefix in prefixes:
        if len(prefix) > length or not (f"0{prefix}".isascii() and f"0{prefix}".isdigit()):
            raise Problem(
                _("{prefix} cannot begin a number of this kind.").format(prefix=repr(prefix)),
                remedy=_("Give at most {length} digits.").format(length=length),
            )
    sizes = [10 ** (length - len(prefix)) for prefix in prefixes]

    def spellings(number: int) -> tuple[str, ...]:
        for prefix, size in zip(prefixes, sizes, strict=True):
            if number < size:
                free = length - len(prefix)
                return spell(prefix + (f"{number:0{free}d}" if free else ""))
            number -= size
        raise IndexError(number)

    return Space(name, sum(sizes), spellings)


def _my_number_spellings(digits: str) -> tuple[str, ...]:
    """Add the check digit (ordinance 85 of 2014, Art. 5) and write the number in two ways."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    remainder = total % 11
    whole = digits + str(0 if remainder <= 1 else 11 - remainder)
    return (whole, f"{whole[:4]}-{whole[4:8]}-{whole[8:]}")
