# SPDX-License-Identifier: Apache-2.0
"""One width and one hyphen: ``０９０ー１２３４ー５６７８`` becomes ``090-1234-5678``.

Every character becomes exactly one, so that places in the text stay the same. Only the runs of
characters that need it are touched; ASCII text costs one look.
"""

from __future__ import annotations

import re

_DIGITS = "0123456789"
_WIDE = {0xFF01 + at: 0x21 + at for at in range(94)}
_HYPHENS = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE63, 0xFF0D], ord("-"))
_SPACES = dict.fromkeys([0x3000, 0x00A0, 0x2007, 0x202F, 0x0009], ord(" "))
_TABLE = _WIDE | _HYPHENS | _SPACES
_RUN = re.compile("[\uff01-\uff5e\u2010-\u2015\u2212\ufe63\u3000\u00a0\u2007\u202f\t]+")
# These are hyphens between digits only; elsewhere they belong to words.
_LONG = re.compile(r"[ーｰ─━](?=[0-9])")


def fold(text: str) -> str:
    """Return the text with full-width characters, hyphens and spaces unified, at equal length."""
    if text.isascii():
        return text
    return _LONG.sub(_hyphen, _RUN.sub(_narrow, text))


def _narrow(match: re.Match[str]) -> str:
    return match[0].translate(_TABLE)


def _hyphen(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    return "-" if before in _DIGITS and before else match[0]
