# SPDX-License-Identifier: Apache-2.0
"""A file's SHA-256 and, in the same pass, the encoding of its text.

Every byte is read once for the digest anyhow; decoding it on the way finds the one line of another
encoding that a sample would miss.
"""

from __future__ import annotations

import codecs
import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHUNK = 1024 * 1024
_BLOCK = 256 * 1024  # stays in the processor's cache between being read and being added


class Digest(msgspec.Struct, frozen=True):
    """SHA-256 in hexadecimal digits, and the number of bytes."""

    sha256: str
    bytes: int


class TextDigest(msgspec.Struct, frozen=True):
    """A digest, and the byte where the text stops being of the encoding (None: it never does)."""

    digest: Digest
    failed_at: int | None
    ascii: bool


def digest(path: Path, tell: Callable[[int], None] | None = None) -> Digest:
    """Return the digest of a file, read in blocks; ``tell`` hears of each block's size."""
    sha, size = hashlib.sha256(), 0
    block = memoryview(bytearray(_BLOCK))
    with path.open("rb") as file:
        while read := file.readinto(block):
            sha.update(block[:read])
            size += read
            if tell:
                tell(read)
    return Digest(sha.hexdigest(), size)


def text_digest(path: Path, encoding: str, tell: Callable[[int], None] | None = None) -> TextDigest:
    """Return the digest, and whether the whole file is text of the encoding."""
    sha, size, failed, plain = hashlib.sha256(), 0, None, True
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk in _chunks(path):
        sha.update(chunk)
        pending = len(decoder.getstate()[0])
        plain = plain and chunk.isascii()
        if failed is None and not (plain and encoding in {"utf-8", "cp932"}):
            failed = _fails(decoder, chunk, size - pending)
        size += len(chunk)
        if tell:
            tell(len(chunk))
    if failed is None:
        failed = _fails(decoder, b"", size - len(decoder.getstate()[0]), final=True)
    return TextDigest(Digest(sha.hexdigest(), size), failed, plain)


def _fails(
    decoder: codecs.IncrementalDecoder, chunk: bytes, start: int, *, final: bool = False
) -> int | None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        return start + error.start
    return None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
