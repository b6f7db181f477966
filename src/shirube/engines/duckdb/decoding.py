# SPDX-License-Identifier: Apache-2.0
"""Japanese encodings: Python's codecs turn them into UTF-8, piece by piece.

DuckDB's own encodings are an extension that would have to be fetched. A file in another encoding is
written once, as UTF-8, into the engine's temporary folder (readable by its owner only); counting it
several times, in parallel, then costs the transcoding once.
"""

from __future__ import annotations

import codecs
import errno
import os
from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shirube.terms.source import Progress

_CHUNK = 1 << 20
_UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})


def is_utf8(encoding: str) -> bool:
    """Return whether a file of this encoding can be read as it is."""
    return _codec(encoding).name in _UTF8


def decoded(file: Path, encoding: str, progress: Progress | None = None) -> Iterator[str]:
    """Yield the text of a file in pieces of about a megabyte.

    Raises
    ------
    Problem
        At the first byte that the encoding does not know; it names the byte offset and the line.
    """
    decoder = _codec(encoding).incrementaldecoder()
    size = max(file.stat().st_size, 1)
    doing = _("Reading {file} as {encoding}").format(file=file.name, encoding=encoding)
    consumed, line = 0, 1
    with file.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                piece = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                seen = error.object[: error.start].count(b"\n")
                raise _undecodable(
                    file, encoding, consumed - pending + error.start, line + seen, error
                ) from None
            consumed += len(chunk)
            line += piece.count("\n")
            if piece:
                yield piece
            if not chunk:
                return
            if progress is not None:
                progress(doing, consumed / size)


def transcode(file: Path, encoding: str, target: Path, progress: Progress | None = None) -> None:
    """Write the file as UTF-8 to ``target``, which must not exist; complete when this returns."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            for piece in decoded(file, encoding, progress):
                out.write(piece.encode("utf-8"))
    except OSError as error:
        target.unlink(missing_ok=True)
        if error.errno != errno.ENOSPC:
            raise
        raise Problem(
            _("The disk is full."),
            where=str(target.parent),
            why=_("A table in another encoding is written there as UTF-8 before it is counted."),
            remedy=_("Free some space, or name another temporary folder."),
        ) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def first_undecodable(files: Sequence[Path]) -> Problem | None:
    """Return the first place in these files that is not UTF-8, or None."""
    for file in files:
        try:
            for _piece in decoded(file, "utf-8"):
                pass
        except Problem as problem:
            return problem
    return None


def _codec(encoding: str) -> codecs.CodecInfo:
    """Return the codec; an unknown one, or one that is not for text, is the user's problem."""
    try:
        codec = codecs.lookup(encoding)
    except LookupError:
        codec = None
    if codec is None or not codec._is_text_encoding:
        raise Problem(
            _("There is no encoding named {name}.").format(name=repr(encoding)),
            remedy=_("Name one such as utf-8, cp932, euc_jp or shift_jisx0213."),
        )
    return codec


def _undecodable(
    file: Path, encoding: str, offset: int, line: int, error: UnicodeDecodeError
) -> Problem:
    """Name the byte and the line."""
    return Problem(
        _("Byte {byte} at offset {offset} is not {encoding}.").format(
            byte=f"0x{error.object[error.start]:02X}", offset=offset, encoding=encoding
        ),
        where=Place(str(file), line),
        why=_("A table that cannot be read to its end cannot be counted."),
        remedy=_("State the encoding in which the file was written: utf-8, cp932, euc_jp, …"),
    )
