# SPDX-License-Identifier: Apache-2.0
"""The lines of a text file in any encoding, in blocks of bounded size.

A block that is UTF-8 is decoded at once; where it is not, each line is: as UTF-8, as CP932, as
EUC-JP, and what is none of them byte by byte, so that its digits are still looked at and the line
is counted as broken. A line that is longer than a block comes in pieces.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 1 << 20
BYTES = "latin-1"
"""Under this encoding every byte is a character and comes back as it was."""

_MARGIN = 4096
_CUTS = (b" ", b"\t", "。".encode(), "、".encode(), b",", b";")
_UNUSED = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
"""What Python's codec makes of bytes that CP932 does not use."""
_KNOWN = ("utf-8", "cp932", "euc_jp")


class Block(NamedTuple):
    """Some lines: the number of the first, and the character at which it starts in its line."""

    first: int
    offset: int
    lines: list[str]
    broken: int
    """How many of them are in no known encoding."""
    ended: bool
    """Whether the last line ends here; otherwise the next block begins with its next piece."""
    codes: list[str] | None = None
    """The encoding of each line where they differ from the file's."""
    raw: dict[int, bytes] | None = None
    """The bytes of lines that their encoding writes in more than one way."""

    def encoded(self, lines: list[str], code: str) -> bytes:
        """Return lines as bytes again, those that did not change exactly as they were."""
        codes, raw = self.codes or [code] * len(lines), self.raw or {}
        written = [
            raw[at] if at in raw and line == self.lines[at] else line.encode(each)
            for at, (line, each) in enumerate(zip(lines, codes, strict=True))
        ]
        end = "\n".encode(code)
        return end.join(written) + (end if self.ended else b"")


def first_code(path: Path, encoding: str | None) -> tuple[str, bytes]:
    """Return the encoding of a file's ordinary lines, and the mark that it begins with."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8", codecs.BOM_UTF8
    for mark, code in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if start.startswith(mark):
            return code, mark
    return encoding or _KNOWN[0], b""


def blocks(path: Path, encoding: str | None = None) -> Iterator[Block]:
    """Yield the lines of a file; with an encoding, what is not of it counts as broken."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if encoding is None and wide:
            encoding = "utf-16"
        if encoding is not None and codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
            yield from _of_wide(path, encoding)
            return
        if start.startswith(codecs.BOM_UTF8):
            file.seek(3)
        known = _KNOWN if encoding is None else (encoding,)
        number, offset, rest = 1, 0, b""
        while chunk := file.read(BLOCK):
            data = rest + chunk
            end = data.rfind(b"\n") + 1
            if not end and len(data) < BLOCK:
                rest = data
                continue
            ended = bool(end)
            end = end or _cut(data)
            lines, codes, raw = _decoded(data[: end - ended], known)
            rest = data[end:]
            yield Block(number, offset, lines, _broken(codes), ended, codes, raw)
            last = 0 if ended else len(lines[-1]) + (offset if len(lines) == 1 else 0)
            number, offset = number + len(lines) - (not ended), last
        if rest:
            lines, codes, raw = _decoded(rest, known)
            yield Block(number, offset, lines, _broken(codes), False, codes, raw)


def _cut(data: bytes) -> int:
    """Return where a long line is cut: after a space or a mark, else between two characters."""
    low = max(0, len(data) - _MARGIN)
    best = max(
        (data.rfind(cut, low) + len(cut) for cut in _CUTS if data.rfind(cut, low) >= 0), default=0
    )
    if best > low:
        return best
    end = len(data)
    while end > low and data[end - 1] & 0xC0 == 0x80:
        end -= 1
    return end - 1 if end > low + 1 and data[end - 1] >= 0xC0 else len(data)


def _decoded(
    data: bytes, known: tuple[str, ...]
) -> tuple[list[str], list[str] | None, dict[int, bytes] | None]:
    """Return the lines, and where not all are of the first encoding theirs and what it cost."""
    try:
        return data.decode(known[0]).split("\n"), None, None
    except UnicodeDecodeError:
        pass
    lines, codes, raw = [], [], {}
    for at, line in enumerate(data.split(b"\n")):
        text, code = _line(line, known)
        lines.append(text)
        codes.append(code)
        if text.encode(code) != line:
            raw[at] = line
    return lines, codes, raw


def _line(line: bytes, known: tuple[str, ...]) -> tuple[str, str]:
    """Return a line and its encoding."""
    for code in known:
        try:
            text = line.decode(code)
        except UnicodeDecodeError:
            continue
        if code != "cp932" or not _UNUSED.search(text):
            return text, code
    return line.decode(BYTES), BYTES


def _broken(codes: list[str] | None) -> int:
    return codes.count(BYTES) if codes else 0


def _of_wide(path: Path, encoding: str) -> Iterator[Block]:
    """Read an encoding in which a line does not end with a byte."""
    with path.open(encoding=encoding, errors="replace", newline="\n") as file:
        number, offset, rest = 1, 0, ""
        while chunk := file.read(BLOCK):
            lines = (rest + chunk).split("\n")
            rest = lines.pop()
            ended = bool(lines) or len(rest) < BLOCK
            if not ended:
                lines, rest = [rest], ""
            if lines:
                broken = sum("\ufffd" in line for line in lines)
                yield Block(number, offset, lines, broken, ended)
                last = 0 if ended else len(lines[-1]) + offset
                number, offset = number + len(lines) - (not ended), last
        if rest:
            yield Block(number, offset, [rest], int("\ufffd" in rest), False)
