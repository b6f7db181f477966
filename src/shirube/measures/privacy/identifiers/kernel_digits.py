# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: PLR0911, PLR0912 - compiled code; every call in it would cost
"""What digits, letters and words say, for the compiled search: check digits, plans, trees of words.

See ``kernel``, which is the search; a property test holds all of it to the plain search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., Any])


def jit(function: F) -> F:
    """Compile a function and keep it on disk from one run to the next."""
    return cast("F", njit(cache=True, boundscheck=False)(function))


FAILED, WORD_NEEDED, FORMAT, CHECK_DIGIT, SIGN, NEVER = -1, 0, 1, 2, 3, -9
WEAK, DOUBTED, CHECKED, ANNOUNCED, NOTHING = 0, 1, 2, 3, -1
BEFORE, AFTER = 24, 12

(
    MY_NUMBER, LICENCE, PASSPORT, RESIDENCE, INSURED, PENSION, EMPLOYMENT, RESIDENT, BANK, CARD,
    PHONE, ONLINE, INSURER, POSTAL, CORPORATE,
) = range(15)  # fmt: skip
LOOK_ALIKE = 15
ALNUM, DIGIT, SPACE = 1, 2, 4


@jit
def is_letter(c: int) -> Any:
    """Tell a letter of ASCII."""
    return 65 <= c <= 90 or 97 <= c <= 122


@jit
def is_plain(c: int) -> Any:
    """Tell a letter or digit of ASCII."""
    return 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122


@jit
def is_hex(c: int) -> Any:
    """Tell a hexadecimal digit."""
    return 48 <= c <= 57 or 65 <= c <= 70 or 97 <= c <= 102


@jit
def words_in(
    text: Any, low: int, high: int, root: Any, child: Any, sibling: Any, symbol: Any, mask: Any
) -> int:
    """Return which words stand in a stretch: a bit per kind; words in ASCII letters stand alone."""
    found = 0
    for at in range(low, high):
        c = text[at]
        if 65 <= c <= 90:
            c += 32
        node = root[c]
        if node == 0:
            continue
        alone = at == low or not 97 <= (text[at - 1] | 32) <= 122 or text[at - 1] >= 128
        after = at + 1
        while node:
            if mask[node, 0]:
                found |= mask[node, 0]
            if mask[node, 1] and alone:
                free = after >= high or text[after] >= 128 or not 97 <= (text[after] | 32) <= 122
                if free:
                    found |= mask[node, 1]
            if after >= high:
                break
            c = text[after]
            if 65 <= c <= 90:
                c += 32
            node = child[node]
            while node and symbol[node] != c:
                node = sibling[node]
            after += 1
    return found


@jit
def luhn(d: Any, n: int) -> Any:
    """See ``check_digits.luhn``."""
    total = 0
    for k in range(n):
        value = d[n - 1 - k] * (1 + k % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@jit
def my_number(d: Any) -> Any:
    """See ``check_digits.my_number``."""
    total = 0
    for k in range(11):
        n = 11 - k
        total += d[k] * (n + 1 if n <= 6 else n - 5)
    rest = total % 11
    return d[11] == (0 if rest <= 1 else 11 - rest)


@jit
def office(d: Any) -> Any:
    """See ``check_digits.licence_office``."""
    first, second = d[0], d[1]
    if first in (1, 2, 7):
        return second <= 4
    if first == 3:
        return second == 0
    if first == 4:
        return True
    if first in (5, 6):
        return second <= 5
    if first == 8:
        return second <= 3
    return first == 9 and second <= 7


@jit
def licence(d: Any) -> Any:
    """See ``check_digits.driving_licence``."""
    total = 0
    for k in range(10):
        total += d[k] * (5 - k if k < 4 else 11 - k)
    return office(d) and d[10] == (11 - total % 11) % 10


@jit
def corporate(d: Any) -> Any:
    """See ``check_digits.corporate_number``."""
    total = 0
    for k in range(12):
        total += d[12 - k] * (1 + k % 2)
    return d[0] == 9 - total % 9


@jit
def in_plan(d: Any, n: int) -> Any:
    """Tell whether digits are a number of the national numbering plan."""
    if n < 4 or d[0] != 0:
        return False
    if d[1] == 8 and d[2] == 0 and d[3] == 0:
        return n == 11
    if d[1] >= 5 and d[2] == 0:
        return n == 11
    second, third = d[1] * 100 + d[2] * 10 + d[3], n == 10
    if second in (120, 570, 990):
        return third
    return third and d[1] != 0


@jit
def filler(d: Any, n: int) -> Any:
    """Tell one digit over and over, or a date with a time."""
    same = True
    for k in range(1, n):
        if d[k] != d[0]:
            same = False
            break
    if same:
        return True
    if n not in (12, 14) or d[0] * 10 + d[1] not in (19, 20):
        return False
    month, day = d[4] * 10 + d[5], d[6] * 10 + d[7]
    hour, minute = d[8] * 10 + d[9], d[10] * 10 + d[11]
    return 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60


@jit
def score_of(kind: int, shape: int, groups: int, d: Any, n: int, sign: int, hyphens: bool) -> int:
    """Return what the digits alone say (``runs._score``)."""
    if kind == MY_NUMBER:
        return CHECK_DIGIT if my_number(d) else FAILED
    if kind == LICENCE:
        if not office(d):
            return NEVER
        return CHECK_DIGIT if licence(d) else FAILED
    if kind == CORPORATE:
        if d[0] == 0:
            return NEVER
        return CHECK_DIGIT if corporate(d) else FAILED
    if kind == CARD:
        four = ((d[0] * 10 + d[1]) * 10 + d[2]) * 10 + d[3]
        if not (3 <= d[0] <= 6 or 2221 <= four <= 2720):
            return NEVER
        if n < 14:
            return WORD_NEEDED if luhn(d, n) else NEVER
        return CHECK_DIGIT if luhn(d, n) else FAILED
    if kind == INSURER:
        return WORD_NEEDED if luhn(d, n) else NEVER
    if kind == PHONE:
        if not in_plan(d, n):
            return NEVER
        return SIGN if hyphens and groups == 3 else FORMAT
    if kind == POSTAL:
        if sign == 0x3012:
            return SIGN
        return FORMAT if hyphens else WORD_NEEDED
    if kind == BANK and shape != 4 | 3 << 5 | 7 << 10:
        return WORD_NEEDED
    return FORMAT


@jit
def mixed(value: int, length: int) -> Any:
    """Return a number's hash: under it numbers are told apart, and it never leaves the memory."""
    x = np.uint64(value) * np.uint64(32) + np.uint64(length)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@jit
def mrz(c: int) -> int:
    """Return the value of a character of a machine-readable zone."""
    if c == 60:
        return 0
    return c - 48 if c <= 57 else c - 55


@jit
def icao(text: Any, at: int, length: int) -> int:
    """See ``check_digits.icao``."""
    total = 0
    for k in range(length):
        total += mrz(text[at + k]) * (7 if k % 3 == 0 else 3 if k % 3 == 1 else 1)
    return total % 10


@jit
def passport_line(text: Any, at: int) -> Any:
    """Tell whether 44 characters are the second line of a passport's machine-readable zone."""
    if at < 0 or at + 44 > len(text):
        return False
    for k in range(44):
        c = text[at + k]
        digit, capital, fill = 48 <= c <= 57, 65 <= c <= 90, c == 60
        if k == 9 or 13 <= k <= 19 or 21 <= k <= 27 or k == 43:
            fits = digit
        elif 10 <= k <= 12:
            fits = capital or fill
        elif k == 20:
            fits = c in (77, 70, 60)
        elif k == 42:
            fits = digit or fill
        else:
            fits = digit or capital or fill
        if not fits:
            return False
    if icao(text, at, 9) != text[at + 9] - 48:
        return False
    if icao(text, at + 13, 6) != text[at + 19] - 48:
        return False
    if icao(text, at + 21, 6) != text[at + 27] - 48:
        return False
    total, k = 0, 0
    for each in range(43):
        if each < 10 or 13 <= each < 20 or each >= 21:
            total += mrz(text[at + each]) * (7 if k % 3 == 0 else 3 if k % 3 == 1 else 1)
            k += 1
    return total % 10 == text[at + 43] - 48
