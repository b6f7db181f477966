# SPDX-License-Identifier: Apache-2.0
"""Help in columns of a terminal, where a Japanese character takes two of them.

Click counts characters and breaks lines at spaces only: Japanese help would run far over the edge.
Here lines break between Japanese characters, but not before a closing mark or after an opening one
(JIS X 4051). Text without a wide character is left to Click.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDE = "\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
_PIECES = re.compile(rf"\s+|[^\s{_WIDE}]+|[{_WIDE}]")
_NOT_FIRST = "、。，．・：；？！‐ー）」』】〕〉》々ゝヽぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
_NOT_LAST = "（「『【〔〈《"
_NARROWEST = 10


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def wrapped(text: str, columns: int) -> list[str]:
    """Break a paragraph into lines that fit; a piece that cannot fit is cut."""
    lines = [""]
    for piece in _unbreakable(text):
        for part in _cut(piece, columns):
            if width(lines[-1] + part.rstrip()) > columns and lines[-1]:
                lines[-1] = lines[-1].rstrip()
                lines.append(part.lstrip())
            else:
                lines[-1] += part
    return [line.rstrip() for line in lines]


def _unbreakable(text: str) -> list[str]:
    """Return what no line may break: words, and characters with the marks that belong to them."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        closes = piece[0] in _NOT_FIRST and pieces and not pieces[-1].isspace()
        if closes or (pieces and pieces[-1][-1] in _NOT_LAST):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _cut(piece: str, columns: int) -> list[str]:
    parts = [""]
    for each in piece:
        if width(parts[-1] + each) > columns:
            parts.append("")
        parts[-1] += each
    return parts


class Formatter(click.HelpFormatter):
    """Click's formatter, which sets Japanese by the columns that it takes."""

    def write_text(self, text: str) -> None:
        """Write paragraphs, indented as the section is."""
        if width(text) == len(text):
            super().write_text(text)
            return
        indent = " " * self.current_indent
        columns = max(self.width - self.current_indent, _NARROWEST)
        paragraphs = (" ".join(each.split()) for each in text.split("\n\n"))
        told = ("\n".join(indent + line for line in wrapped(each, columns)) for each in paragraphs)
        self.write("\n\n".join(told) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean, side by side."""
        listed = list(rows)
        if all(width(text) == len(text) for row in listed for text in row):
            super().write_dl(listed, col_max, col_spacing)
            return
        term = min(max(width(name) for name, _text in listed), col_max)
        left = self.current_indent + term + col_spacing
        for name, text in listed:
            head = " " * self.current_indent + name
            first, *others = wrapped(text, max(self.width - left, _NARROWEST))
            beside = width(name) <= term
            gap = " " * (left - width(head)) if beside else "\n" + " " * left
            self.write(f"{head}{gap}{first}".rstrip() + "\n")
            self.write("".join(" " * left + line + "\n" for line in others))


class Context(click.Context):
    """Click's context, which formats help as above."""

    formatter_class = Formatter
