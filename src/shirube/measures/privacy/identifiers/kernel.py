# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: PLR0911, PLR0912, PLR0915 - one compiled loop; every call in it would cost
"""The same search compiled: one pass over a block's characters, judged where a candidate stands.

``runs``, ``signs`` and ``judging`` say in Python what an identifier is; this file says it again for
the compiler, step by step, and a property test holds the two together on every text. It is imported
only where a lot of text is looked through and the extra ``fast`` is there.

1. fold the block to one width; 2. at signs and UUIDs; 3. runs of digits, their shape, their check
digits; 4. words before and after; 5. hits and tested numbers go into arrays. No text is copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., Any])


def _jit(function: F) -> F:
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


@_jit
def fold(raw: Any, narrow: Any, folded: Any) -> None:
    """Fold a block of UTF-16 units; a long mark between digits is a hyphen."""
    n = len(raw)
    for i in range(n):
        folded[i] = narrow[raw[i]]
    for i in range(1, n - 1):
        c = raw[i]
        if c in (0x30FC, 0xFF70, 0x2500, 0x2501) and (
            48 <= folded[i - 1] <= 57 and 48 <= folded[i + 1] <= 57
        ):
            folded[i] = 45


@_jit
def _letter(c: int) -> Any:
    return 65 <= c <= 90 or 97 <= c <= 122


@_jit
def _plain(c: int) -> Any:
    """Tell a letter or digit of ASCII."""
    return 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122


@_jit
def _hex(c: int) -> Any:
    return 48 <= c <= 57 or 65 <= c <= 70 or 97 <= c <= 102


@_jit
def _words(
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


@_jit
def _luhn(d: Any, n: int) -> Any:
    total = 0
    for k in range(n):
        value = d[n - 1 - k] * (1 + k % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@_jit
def _my_number(d: Any) -> Any:
    total = 0
    for k in range(11):
        n = 11 - k
        total += d[k] * (n + 1 if n <= 6 else n - 5)
    rest = total % 11
    return d[11] == (0 if rest <= 1 else 11 - rest)


@_jit
def _office(d: Any) -> Any:
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


@_jit
def _licence(d: Any) -> Any:
    total = 0
    for k in range(10):
        total += d[k] * (5 - k if k < 4 else 11 - k)
    return _office(d) and d[10] == (11 - total % 11) % 10


@_jit
def _corporate(d: Any) -> Any:
    total = 0
    for k in range(12):
        total += d[12 - k] * (1 + k % 2)
    return d[0] == 9 - total % 9


@_jit
def _in_plan(d: Any, n: int) -> Any:
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


@_jit
def _filler(d: Any, n: int) -> Any:
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


@_jit
def _score(kind: int, shape: int, groups: int, d: Any, n: int, sign: int, hyphens: bool) -> int:
    """Return what the digits alone say (``runs._score``)."""
    if kind == MY_NUMBER:
        return CHECK_DIGIT if _my_number(d) else FAILED
    if kind == LICENCE:
        if not _office(d):
            return NEVER
        return CHECK_DIGIT if _licence(d) else FAILED
    if kind == CORPORATE:
        if d[0] == 0:
            return NEVER
        return CHECK_DIGIT if _corporate(d) else FAILED
    if kind == CARD:
        four = ((d[0] * 10 + d[1]) * 10 + d[2]) * 10 + d[3]
        if not (3 <= d[0] <= 6 or 2221 <= four <= 2720):
            return NEVER
        if n < 14:
            return WORD_NEEDED if _luhn(d, n) else NEVER
        return CHECK_DIGIT if _luhn(d, n) else FAILED
    if kind == INSURER:
        return WORD_NEEDED if _luhn(d, n) else NEVER
    if kind == PHONE:
        if not _in_plan(d, n):
            return NEVER
        return SIGN if hyphens and groups == 3 else FORMAT
    if kind == POSTAL:
        if sign == 0x3012:
            return SIGN
        return FORMAT if hyphens else WORD_NEEDED
    if kind == BANK and shape != 4 | 3 << 5 | 7 << 10:
        return WORD_NEEDED
    return FORMAT


@_jit
def mixed(value: int, length: int) -> Any:
    """Return a number's hash: under it numbers are told apart, and it never leaves the memory."""
    x = np.uint64(value) * np.uint64(32) + np.uint64(length)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@_jit
def _mrz(c: int) -> int:
    if c == 60:
        return 0
    return c - 48 if c <= 57 else c - 55


@_jit
def _icao(text: Any, at: int, length: int) -> int:
    total = 0
    for k in range(length):
        total += _mrz(text[at + k]) * (7 if k % 3 == 0 else 3 if k % 3 == 1 else 1)
    return total % 10


@_jit
def _passport_line(text: Any, at: int) -> Any:
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
    if _icao(text, at, 9) != text[at + 9] - 48:
        return False
    if _icao(text, at + 13, 6) != text[at + 19] - 48:
        return False
    if _icao(text, at + 21, 6) != text[at + 27] - 48:
        return False
    total, k = 0, 0
    for each in range(43):
        if each < 10 or 13 <= each < 20 or each >= 21:
            total += _mrz(text[at + each]) * (7 if k % 3 == 0 else 3 if k % 3 == 1 else 1)
            k += 1
    return total % 10 == text[at + 43] - 48


@_jit
def _email(text: Any, at: int, span: Any) -> Any:
    """Read an address around the at sign; ``span`` takes its start and end."""
    n = len(text)
    ends = np.empty(9, np.int64)
    count, p = 0, at + 1
    while count < 8 and p < n and _plain(text[p]):
        q = p
        while q < n and (_plain(text[q]) or text[q] == 45):
            q += 1
        if q - p > 63 or q >= n or text[q] != 46:
            break
        count += 1
        p = q + 1
        ends[count] = p
    while count > 0:
        p = ends[count]
        q = p
        while q < n and _letter(text[q]):
            q += 1
        if 2 <= q - p <= 24 and not (q < n and _plain(text[q])):
            break
        count -= 1
    if count == 0:
        return False
    start, other = at, False
    while start > 0 and at - start < 64:
        c = text[start - 1]
        if not (_plain(c) or c in (46, 95, 37, 43, 45)):
            break
        other = other or c != 46
        start -= 1
    span[0], span[1] = start, q
    return other


@_jit
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
        elif not _hex(c):
            return False
    if start > 0 and (_plain(text[start - 1]) or text[start - 1] == 45):
        return False
    if start + 36 < n and (_plain(text[start + 36]) or text[start + 36] == 45):
        return False
    span[0], span[1] = start, start + 36
    return True


@_jit
def _uuid_middle(text: Any, at: int) -> Any:
    if at + 16 > len(text):
        return False
    for k in range(16):
        c = text[at + k]
        if k % 5 == 0:
            if c != 45:
                return False
        elif not _hex(c):
            return False
    return True


@_jit
def _skip(text: Any, at: int, most: int, marks: tuple[int, int, int, int]) -> int:
    """Return where at most so many of the marks end."""
    stop = min(len(text), at + most)
    while at < stop and text[at] in marks:
        at += 1
    return at


@_jit
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


@_jit
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


@_jit
def _is_part(text: Any, start: int, end: int, flags: Any) -> Any:
    """Tell whether the run is a piece of something longer (``runs._is_part``)."""
    n = len(text)
    if start >= 2:
        c, b = text[start - 1], text[start - 2]
        if c in (45, 95) and flags[b] & ALNUM:
            return True
        if c == 46 and flags[b] & DIGIT:
            return True
    if end >= n or text[end] >= 128:
        return False
    c = text[end]
    if _letter(c) or c == 95:
        return True
    if end + 1 >= n:
        return False
    b = text[end + 1]
    if c == 45:
        return _plain(b)
    return bool(c == 46 and flags[b] & DIGIT)


@_jit
def _unit(text: Any, end: int, units: Any) -> Any:
    """Tell whether a unit follows that no kanji continues."""
    if end >= len(text) or not units[text[end]]:
        return False
    return not (end + 1 < len(text) and 0x4E00 <= text[end + 1] <= 0x9FA5)


@_jit
def judge(
    text: Any, cell_ends: Any, announced: int, doubted: bool, signs: Any,
    flags: Any, units: Any, shape_codes: Any, shape_kinds: Any,
    root: Any, child: Any, sibling: Any, symbol: Any, mask: Any,
    out: Any, tests: Any, hashes: Any,
) -> tuple[int, int]:  # fmt: skip
    """Judge every candidate of a folded block.

    ``out`` takes (cell, kind, start, end, level) per hit, ``tests`` (kind, level, passed) and
    ``hashes`` the number of each check digit that was looked at. Returns how many of both.
    """
    n = len(text)
    hits = tested = 0
    signed = len(signs)
    d = np.zeros(64, np.int64)
    # Parts of a run with spaces: start, end, whether a hyphen or bracket holds it to the next.
    room = 64
    parts = np.empty((room, 3), np.int64)
    window_start = np.empty(room, np.int64)
    window_end = np.empty(room, np.int64)
    window_shape = np.empty(room, np.int64)
    window_held = np.empty(room, np.bool_)
    cell = 0
    for at in range(signed):
        start, end = signs[at, 0], signs[at, 1]
        while cell_ends[cell] <= start:
            cell += 1
        floor = cell_ends[cell - 1] if cell else 0
        low, high = max(floor, start - BEFORE), min(cell_ends[cell] - 1, end + AFTER)
        kind, score = signs[at, 2], signs[at, 3]
        words = _words(text, low, start, root, child, sibling, symbol, mask)
        words |= _words(text, end, high, root, child, sibling, symbol, mask)
        level = _level(kind, score, announced, doubted, False, words)
        if level != NOTHING:
            out[hits, 0], out[hits, 1], out[hits, 2] = cell, kind, start
            out[hits, 3], out[hits, 4] = end, level
            hits += 1
    cell = previous = i = sign = 0
    while i < n:
        c = text[i]
        if c < 48 or c > 57:
            i += 1
            continue
        start, end, digits = i, i + 1, 1
        while end < n:
            p, skipped = end, 0
            while p < n and skipped < 2 and text[p] in (45, 40, 41, 32):
                p += 1
                skipped += 1
            if p < n and 48 <= text[p] <= 57:
                end = p + 1
                digits += 1
            else:
                break
        i = end
        if digits < 6:
            continue
        before, previous = previous, end
        while sign < signed and signs[sign, 0] <= start:
            sign += 1
        if sign and signs[sign - 1, 1] > start:
            continue
        while cell_ends[cell] <= start:
            cell += 1
        floor = cell_ends[cell - 1] if cell else 0
        roof = cell_ends[cell] - 1
        letters = 0
        while letters < 3 and start - letters > 0 and _letter(text[start - letters - 1]):
            letters += 1
        kind, score, value, length = NEVER, NEVER, 0, 0
        first, last = start, end
        if letters in (1, 2):
            stop = start
            while stop < end and 48 <= text[stop] <= 57:
                stop += 1
            count = stop - start
            closed = not (stop < n and _plain(text[stop]))
            c = text[start - 1]
            alone = start < 2 or not _plain(text[start - 2])
            capitals = (
                letters == 2
                and 65 <= c <= 90
                and 65 <= text[start - 2] <= 90
                and (start < 3 or not _plain(text[start - 3]))
            )
            if c == 84 and alone:
                if digits == 13:
                    k = 0
                    for p in range(start, end):
                        if 48 <= text[p] <= 57:
                            d[k] = text[p] - 48
                            k += 1
                    if _corporate(d):
                        kind, score, first = CORPORATE, SIGN, start - 1
            elif capitals and count == 7 and closed:
                kind, score, first, last = PASSPORT, FORMAT, start - 2, stop
            elif capitals and count == 8:
                if _passport_line(text, start - 2):
                    kind, score, first, last = PASSPORT, SIGN, start - 2, start + 42
                elif closed:
                    kind, first, last = PASSPORT, start - 2, stop
                    right = _icao(text, first, 9) == text[first + 9] - 48
                    score = CHECK_DIGIT if right else FAILED
                    for p in range(first, first + 10):
                        value = value * 36 + _mrz(text[p])
                    length = 10
                elif (
                    stop + 1 < n
                    and 65 <= text[stop] <= 90
                    and 65 <= text[stop + 1] <= 90
                    and not (stop + 2 < n and _plain(text[stop + 2]))
                ):
                    kind, score, first, last = RESIDENCE, FORMAT, start - 2, stop + 2
        elif _is_part(text, start, end, flags):
            continue
        elif (
            start > 0
            and text[start - 1] == 43
            and text[start] == 56
            and start + 1 < end
            and text[start + 1] == 49
        ):
            d[0], k, seen = 0, 1, 0
            for p in range(start, end):
                if 48 <= text[p] <= 57:
                    seen += 1
                    if seen > 2 and (k > 1 or text[p] != 48) and k < 60:
                        d[k] = text[p] - 48
                        k += 1
            if _in_plan(d, k):
                kind, score = PHONE, SIGN
        else:
            priced = start > 0 and text[start - 1] in (0xA5, 36, 0x20AC, 0xA3, 35)
            unlikely = priced or _unit(text, end, units)
            if end - start > room:  # a line of numbers: as many parts as it has digits, at most
                room = 2 * (end - start)
                parts = np.empty((room, 3), np.int64)
                window_start = np.empty(room, np.int64)
                window_end = np.empty(room, np.int64)
                window_shape = np.empty(room, np.int64)
                window_held = np.empty(room, np.bool_)
            windows = _windows(
                text, start, end, shape_codes, parts,
                window_start, window_end, window_shape, window_held,
            )  # fmt: skip
            for w in range(windows):
                first, last = window_start[w], window_end[w]
                shape = shape_codes[window_shape[w]]
                k = 0
                value = 0
                for p in range(first, last):
                    if 48 <= text[p] <= 57:
                        d[k] = text[p] - 48
                        value = value * 10 + d[k]
                        k += 1
                groups = 1 + (shape >> 5 > 0) + (shape >> 10 > 0) + (shape >> 15 > 0)
                mark = text[start - 1] if first == start and start > 0 else 0
                odd = unlikely or _filler(d, k)
                low, high = max(floor, before, first - BEFORE), min(roof, last + AFTER)
                words = -1
                best, best_kind = NOTHING, NEVER
                for each in range(3):
                    kind = shape_kinds[window_shape[w], each]
                    if kind < 0:
                        break
                    score = _score(kind, shape, groups, d, k, mark, window_held[w])
                    if score == NEVER:
                        continue
                    if words < 0:
                        words = _words(text, low, first, root, child, sibling, symbol, mask)
                        words |= _words(text, last, high, root, child, sibling, symbol, mask)
                    level = _level(kind, score, announced, doubted, odd, words)
                    if level in (DOUBTED, CHECKED):
                        tests[tested, 0], tests[tested, 1] = kind, level
                        tests[tested, 2] = score == CHECK_DIGIT
                        hashes[tested] = mixed(value, k)
                        tested += 1
                    if level > best and score != FAILED:
                        best, best_kind = level, kind
                if best != NOTHING:
                    out[hits, 0], out[hits, 1], out[hits, 2] = cell, best_kind, first
                    out[hits, 3], out[hits, 4] = last, best
                    hits += 1
            continue
        if kind == NEVER:
            continue
        low, high = max(floor, before, first - BEFORE), min(roof, last + AFTER)
        words = _words(text, low, first, root, child, sibling, symbol, mask)
        words |= _words(text, last, high, root, child, sibling, symbol, mask)
        level = _level(kind, score, announced, doubted, False, words)
        if level in (DOUBTED, CHECKED):
            tests[tested, 0], tests[tested, 1] = kind, level
            tests[tested, 2] = score == CHECK_DIGIT
            hashes[tested] = mixed(value, length)
            tested += 1
        if level != NOTHING and score != FAILED:
            out[hits, 0], out[hits, 1], out[hits, 2] = cell, kind, first
            out[hits, 3], out[hits, 4] = last, level
            hits += 1
    return hits, tested


@_jit
def _level(kind: int, score: int, announced: int, doubted: bool, odd: bool, words: int) -> int:
    """Return how far a candidate is believed (``judging.level``)."""
    checked = score in (FAILED, CHECK_DIGIT)
    if (announced | words) >> kind & 1:
        return ANNOUNCED
    if score == WORD_NEEDED:
        return NOTHING
    if doubted or odd or words >> LOOK_ALIKE & 1:
        return DOUBTED if checked else WEAK
    if checked:
        return CHECKED
    return ANNOUNCED if score == SIGN else WEAK


@_jit
def _known(code: int, shape_codes: Any) -> int:
    """Return the place of a shape in the sorted table, or -1."""
    low, high = 0, len(shape_codes)
    while low < high:
        middle = (low + high) // 2
        if shape_codes[middle] < code:
            low = middle + 1
        else:
            high = middle
    return low if low < len(shape_codes) and shape_codes[low] == code else -1


@_jit
def _windows(
    text: Any, start: int, end: int, shape_codes: Any, parts: Any,
    starts: Any, ends: Any, shapes: Any, held: Any,
) -> int:  # fmt: skip
    """Write the stretches of known shape in a run (``runs._windows``); return how many."""
    spaces, groups, code, size, wide = False, 0, 0, 0, False
    for p in range(start, end + 1):
        c = text[p] if p < end else 45
        if c in (32, 40, 41):
            spaces = True
            break
        if c == 45:
            wide = wide or size > 31 or groups > 3 or size == 0
            if not wide:
                code |= size << 5 * groups
            groups, size = groups + 1, 0
        else:
            size += 1
    if not spaces:
        at = -1 if wide else _known(code, shape_codes)
        if at < 0:
            return 0
        starts[0], ends[0], shapes[0], held[0] = start, end, at, groups > 1
        return 1
    count, p = 0, start
    while p < end:
        parts[count, 0] = p
        while p < end and 48 <= text[p] <= 57:
            p += 1
        parts[count, 1] = p
        bound = 0
        while p < end and not 48 <= text[p] <= 57:
            if text[p] != 32:
                bound = 1
            p += 1
        parts[count, 2] = bound
        count += 1
    written = at = 0
    while at < count:
        step = 1
        for last in range(min(count, at + 4), at, -1):
            if (at and parts[at - 1, 2]) or (last < count and parts[last - 1, 2]):
                continue
            code, bounds, wide = 0, 0, False
            for k in range(at, last):
                size = parts[k, 1] - parts[k, 0]
                wide = wide or size > 31
                code |= (size & 31) << 5 * (k - at)
                if k < last - 1:
                    bounds += parts[k, 2]
            if wide or (bounds and bounds != last - at - 1):
                continue
            shape = _known(code, shape_codes)
            if shape < 0:
                continue
            starts[written], ends[written] = parts[at, 0], parts[last - 1, 1]
            shapes[written], held[written] = shape, bounds > 0
            written += 1
            step = last - at
            break
        at += step
    return written
