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

from typing import Any

import numpy as np

from shirube.measures.privacy.identifiers.kernel_digits import (
    AFTER,
    ALNUM,
    ANNOUNCED,
    BEFORE,
    CHECK_DIGIT,
    CHECKED,
    CORPORATE,
    DIGIT,
    DOUBTED,
    FAILED,
    FORMAT,
    LOOK_ALIKE,
    NEVER,
    NOTHING,
    PASSPORT,
    PHONE,
    RESIDENCE,
    SIGN,
    WEAK,
    WORD_NEEDED,
    corporate,
    filler,
    icao,
    in_plan,
    is_letter,
    is_plain,
    jit,
    mixed,
    mrz,
    passport_line,
    score_of,
    words_in,
)


@jit
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


@jit
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
    if is_letter(c) or c == 95:
        return True
    if end + 1 >= n:
        return False
    b = text[end + 1]
    if c == 45:
        return is_plain(b)
    return bool(c == 46 and flags[b] & DIGIT)


@jit
def _unit(text: Any, end: int, units: Any) -> Any:
    """Tell whether a unit follows that no kanji continues."""
    if end >= len(text) or not units[text[end]]:
        return False
    return not (end + 1 < len(text) and 0x4E00 <= text[end + 1] <= 0x9FA5)


@jit
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
        words = words_in(text, low, start, root, child, sibling, symbol, mask)
        words |= words_in(text, end, high, root, child, sibling, symbol, mask)
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
        while letters < 3 and start - letters > 0 and is_letter(text[start - letters - 1]):
            letters += 1
        kind, score, value, length = NEVER, NEVER, 0, 0
        first, last = start, end
        if letters in (1, 2):
            stop = start
            while stop < end and 48 <= text[stop] <= 57:
                stop += 1
            count = stop - start
            closed = not (stop < n and is_plain(text[stop]))
            c = text[start - 1]
            alone = start < 2 or not is_plain(text[start - 2])
            capitals = (
                letters == 2
                and 65 <= c <= 90
                and 65 <= text[start - 2] <= 90
                and (start < 3 or not is_plain(text[start - 3]))
            )
            if c == 84 and alone:
                if digits == 13:
                    k = 0
                    for p in range(start, end):
                        if 48 <= text[p] <= 57:
                            d[k] = text[p] - 48
                            k += 1
                    if corporate(d):
                        kind, score, first = CORPORATE, SIGN, start - 1
            elif capitals and count == 7 and closed:
                kind, score, first, last = PASSPORT, FORMAT, start - 2, stop
            elif capitals and count == 8:
                if passport_line(text, start - 2):
                    kind, score, first, last = PASSPORT, SIGN, start - 2, start + 42
                elif closed:
                    kind, first, last = PASSPORT, start - 2, stop
                    right = icao(text, first, 9) == text[first + 9] - 48
                    score = CHECK_DIGIT if right else FAILED
                    for p in range(first, first + 10):
                        value = value * 36 + mrz(text[p])
                    length = 10
                elif (
                    stop + 1 < n
                    and 65 <= text[stop] <= 90
                    and 65 <= text[stop + 1] <= 90
                    and not (stop + 2 < n and is_plain(text[stop + 2]))
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
            if in_plan(d, k):
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
                odd = unlikely or filler(d, k)
                low, high = max(floor, before, first - BEFORE), min(roof, last + AFTER)
                words = -1
                best, best_kind = NOTHING, NEVER
                for each in range(3):
                    kind = shape_kinds[window_shape[w], each]
                    if kind < 0:
                        break
                    score = score_of(kind, shape, groups, d, k, mark, window_held[w])
                    if score == NEVER:
                        continue
                    if words < 0:
                        words = words_in(text, low, first, root, child, sibling, symbol, mask)
                        words |= words_in(text, last, high, root, child, sibling, symbol, mask)
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
        words = words_in(text, low, first, root, child, sibling, symbol, mask)
        words |= words_in(text, last, high, root, child, sibling, symbol, mask)
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


@jit
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


@jit
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


@jit
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
