# SPDX-License-Identifier: Apache-2.0

"""E-mail addresses, UUIDs, symbols and numbers of insured persons, for the compiled search."""

from __future__ import annotations

from typing import Any

import numpy as np

from shirube.measures.privacy.identifiers.kernel_digits import (
    BANK,
    FORMAT,
    INSURED,
    NEVER,
    ONLINE,
    SIGN,
    SPACE,
    is_hex,
    is_letter,
    is_plain,
    jit,
)


@jit
def _email(text: Any, at: int, span: Any) -> Any:
    """Read an address around the at sign; ``span`` takes its start and end."""
    n = len(text)
    ends = np.empty(9, np.int64)
    count, p = 0, at + 1
    while count < 8 and p < n and is_plain(text[p]):
        q = p
        while q < n and (is_plain(text[q]) or text[q] == 45):
            q += 1
        if q - p > 63 or q >= n or text[q] != 46:
            break
        count += 1
        p = q + 1
        ends[count] = p
    while count > 0:
        p = ends[count]
        q = p
        while q < n and is_letter(text[q]):
            q += 1
        if 2 <= q - p <= 24 and not (q < n and is_plain(text[q])):
            break
        count -= 1
    if count == 0:
        return False
    start, other = at, False
    while start > 0 and at - start < 64:
        c = text[start - 1]
        if not (is_plain(c) or c in (46, 95, 37, 43, 45)):
            break
        other = other or c != 46
        start -= 1
    span[0], span[1] = start, q
    return other


@jit
def _uuid(text: Any, at: int, span: Any) -> Any:
    """Tell whether the hyphen ends the first group of a UUID; ``span`` takes start and end."""
    start, n = at - 8, len(text)
    if start < 0 or start + 36 > n:
        return False
    for k in range(36):
        c = text[start + k]
        if k in (8, 13, 18, 23):
            if c != 45:
                return False
        elif not is_hex(c):
            return False
    if start > 0 and (is_plain(text[start - 1]) or text[start - 1] == 45):
        return False
    if start + 36 < n and (is_plain(text[start + 36]) or text[start + 36] == 45):
        return False
    span[0], span[1] = start, start + 36
    return True


@jit
def _uuid_middle(text: Any, at: int) -> Any:
    if at + 16 > len(text):
        return False
    for k in range(16):
        c = text[at + k]
        if k % 5 == 0:
            if c != 45:
                return False
        elif not is_hex(c):
            return False
    return True


@jit
def _skip(text: Any, at: int, most: int, marks: tuple[int, int, int, int]) -> int:
    """Return where at most so many of the marks end."""
    stop = min(len(text), at + most)
    while at < stop and text[at] in marks:
        at += 1
    return at


@jit
def _insured(text: Any, at: int, flags: Any, span: Any) -> int:
    """Read a symbol and number after 記号 (``signs.insured``); return their kind or NEVER."""
    n = len(text)
    start = _skip(text, at + 2, 3, (32, 58, 32, 32))
    for size in range(1, 11):
        p = start + size
        if p >= n or flags[text[p - 1]] & SPACE or text[p - 1] == 58:
            return NEVER
        q = _skip(text, p, 3, (32, 0x30FB, 0x3001, 44))
        if q + 1 >= n or text[q] != 0x756A or text[q + 1] != 0x53F7:
            continue
        q = _skip(text, q + 2, 3, (32, 58, 32, 32))
        end = q
        while end < n and 48 <= text[end] <= 57:
            end += 1
        if not 1 <= end - q <= 8:
            continue
        postal = size in (5, 7) and text[start] == 49 and text[start + 4] == 48
        for k in range(1, 4):
            postal = postal and 48 <= text[start + k] <= 57
        if size == 7:
            postal = postal and text[start + 5] == 45 and 48 <= text[start + 6] <= 57
        branch = _skip(text, end, 3, (32, 40, 32, 32))
        if branch + 3 < n and text[branch] == 0x679D and text[branch + 1] == 0x756A:
            branch = _skip(text, branch + 2, 2, (32, 58, 32, 32))
            if branch + 1 < n and 48 <= text[branch] <= 57 and 48 <= text[branch + 1] <= 57:
                end = branch + 2
        span[0], span[1] = at, end
        return BANK if postal else INSURED
    return NEVER


@jit
def signs(text: Any, flags: Any, out: Any) -> int:
    """Write start, end, kind and score of addresses, UUIDs, symbols and numbers; return how many.

    A later sign can start before an earlier one only where an address begins far before its at
    sign, so ``out`` is nearly in order and is put in order by the caller.
    """
    count, middle, address, symbol = 0, 0, 0, 0
    span = np.empty(2, np.int64)
    n = len(text)
    for at in range(n):
        c = text[at]
        kind, score = NEVER, SIGN
        if c == 64:
            if at >= address and _email(text, at, span):
                address, kind = span[1], ONLINE
        elif c == 45:
            if at >= middle and _uuid_middle(text, at):
                middle = at + 16
                if _uuid(text, at, span):
                    kind, score = ONLINE, FORMAT
        elif c == 0x8A18 and at >= symbol and at + 1 < n and text[at + 1] == 0x53F7:
            kind = _insured(text, at, flags, span)
            if kind != NEVER:
                symbol = span[1]
        if kind != NEVER:
            out[count, 0], out[count, 1] = span[0], span[1]
            out[count, 2], out[count, 3] = kind, score
            count += 1
    return count
