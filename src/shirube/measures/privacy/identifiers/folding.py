# SPDX-License-Identifier: Apache-2.0
"""One width and one hyphen: ``０９０ー１２３４ー５６７８`` becomes ``090-1234-5678``.

Every character becomes exactly one, so that places in the text stay the same. Text that has none of
these characters is only looked through, each time at the speed of a character search.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DIGITS = "0123456789"
# Written twice, because a pattern that begins with a plain class is searched twice as fast.
_LETTERS = re.compile("[０-９Ａ-Ｚａ-ｚ＠][０-９Ａ-Ｚａ-ｚ＠]*")
_NARROW = {0xFF01 + at: 0x21 + at for at in range(94)}
_MARKS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63－", "-"),
    **dict.fromkeys("\u3000\u00a0\u2007\u202f\t", " "),
    **dict(zip("（）：．，＋＃＿％／", "():.,+#_%/", strict=True)),
    "\u212a": "K",  # the sign of the kelvin, the one other character whose small form is ASCII
}
# These are hyphens between digits only; elsewhere they belong to words. One pattern for each: one
# that begins with a single character is searched much faster than one with several.
_LONG = {mark: re.compile(f"{mark}(?=[0-9])") for mark in "ーｰ─━"}


def fold(text: str) -> str:
    """Return the text with full-width characters, hyphens and spaces unified, at equal length."""
    if "\t" in text:
        text = text.replace("\t", " ")
    if text.isascii():
        return text
    text = _LETTERS.sub(_narrow, text)
    for mark, plain in _MARKS.items():
        text = text.replace(mark, plain)
    for mark, pattern in _LONG.items():
        if mark in text:
            text = pattern.sub(_hyphen, text)
    return text


def table() -> NDArray[np.uint16]:
    """Return the same rules, but for the long marks, as a look-up table over UTF-16 units."""
    import numpy as np

    narrow = np.arange(1 << 16, dtype=np.uint16)
    narrow[ord("\t")] = ord(" ")
    for wide, code in _NARROW.items():
        if _LETTERS.match(chr(wide)):
            narrow[wide] = code
    for mark, plain in _MARKS.items():
        narrow[ord(mark)] = ord(plain)
    return narrow


def _narrow(match: re.Match[str]) -> str:
    return match[0].translate(_NARROW)


def _hyphen(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    return "-" if before and before in _DIGITS else match[0]
