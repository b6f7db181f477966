# SPDX-License-Identifier: Apache-2.0
"""Which encoding a text file is in: the declared one, else UTF-8, else CP932; never a mixture.

Bytes of UTF-8 Japanese often pass as CP932 (as gibberish), so a file that is not UTF-8 as a whole
is looked at line by line before it may be called CP932.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from shirube.catalogue.digests import CHUNK, Digest, text_digest
from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from shirube.catalogue.files import Found

ASCII = "ascii"
_KNOWN = ("utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "ascii")
_UNUSED = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
"""What Python's codec makes of the bytes 80, A0 and FD to FF, which CP932 does not use."""
_PERHAPS_UTF8 = re.compile(
    rb"(?:^|\n)([\x00-\x09\x0b-\x7f]*(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})[^\n]*)"
)
"""A line whose first character beyond ASCII could be UTF-8: cheap, since every line is asked."""
_BEYOND_LATIN = "\u0800"  # from here UTF-8 takes three bytes: no accident of another encoding


def declared(name: str, where: Place) -> str:
    """Return the codec's own name for a declared encoding."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise Problem(
            _("There is no encoding called {name}.").format(name=name),
            where=where,
            remedy=did_you_mean(name, _KNOWN)
            or _("Encodings in use in Japan: {names}.").format(names=", ".join(_KNOWN)),
        ) from None


def check(
    file: Found, encoding: str | None, tell: Callable[[int], None] | None = None
) -> tuple[str, Digest]:
    """Return encoding and digest of a text file.

    Parameters
    ----------
    encoding
        As declared, else None; then the file tells: a BOM, UTF-8, or CP932.

    Returns
    -------
    tuple
        The encoding (``ascii`` when no other byte occurs and none was declared) and the digest.

    Raises
    ------
    Problem
        The file is not in the declared encoding, or mixes encodings; names the line.
    """
    wanted = encoding or _marked(file) or "utf-8"
    found = text_digest(file.path, wanted, tell)
    if found.failed_at is None:
        plain = encoding is None and found.ascii and wanted == "utf-8"
        return (ASCII if plain else wanted), found.digest
    if encoding is not None:
        raise _not_as_declared(file, encoding, found.failed_at)
    _refuse_mixture(file, found.failed_at)
    return "cp932", found.digest


def together(encodings: set[str]) -> str | None:
    """Return the one encoding of several files, or None when they cannot be read as one."""
    kinds = encodings - {ASCII}
    if kinds == {"utf-8", "utf-8-sig"}:
        return "utf-8-sig"
    if len(kinds) > 1:
        return None
    return next(iter(kinds), "utf-8")


def _marked(file: Found) -> str | None:
    with file.path.open("rb") as opened:
        start = opened.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _not_as_declared(file: Found, encoding: str, position: int) -> Problem:
    with file.path.open("rb") as opened:
        line = opened.read(position).count(b"\n") + 1
    return Problem(
        _("This line is not {encoding}, as the manifest says.").format(encoding=encoding),
        where=Place(file.name, line),
        remedy=_("Correct encoding: in the manifest; left out, it is found by reading."),
    )


def _refuse_mixture(file: Found, failed_at: int) -> None:
    """Refuse a file that is CP932 in some lines only; ``failed_at`` is no UTF-8."""
    line, position = 1, 0
    cp932: int | None = None
    utf8: int | None = None
    with file.path.open("rb") as opened:
        while block := opened.read(CHUNK) + opened.readline():
            if position <= failed_at < position + len(block):
                cp932 = line + block.count(b"\n", 0, failed_at - position)
            if utf8 is None and (found := _first_utf8(block)) is not None:
                utf8 = line + block.count(b"\n", 0, found)
            if cp932 and utf8:
                raise _mixture(file, utf8, cp932)
            bad = _first_neither(block)
            if bad is not None:
                raise _neither(file, line + bad)
            position, line = position + len(block), line + block.count(b"\n")


def _first_utf8(block: bytes) -> int | None:
    """Return where the first line stands that can be nothing but UTF-8."""
    for candidate in _PERHAPS_UTF8.finditer(block):
        try:
            text = candidate[1].decode("utf-8")  # a BOM counts as UTF-8
        except UnicodeDecodeError:
            continue
        if max(text) >= _BEYOND_LATIN:
            return candidate.start(1)
    return None


def _first_neither(block: bytes) -> int | None:
    """Return the number of the first line, from 0, that is neither UTF-8 nor CP932."""
    if _is("cp932", block):
        return None
    for number, line in enumerate(block.split(b"\n")):
        if not _is("cp932", line) and not _is("utf-8", line):
            return number
    return None


def _is(encoding: str, data: bytes) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return encoding != "cp932" or not _UNUSED.search(text)


def _mixture(file: Found, utf8: int, cp932: int) -> Problem:
    return Problem(
        _("The file mixes encodings: line {utf8} is UTF-8, line {cp932} is CP932.").format(
            utf8=utf8, cp932=cp932
        ),
        where=Place(file.name, max(utf8, cp932)),
        why=_("One of the two would be read as gibberish, and equal values would count apart."),
        remedy=_("Write the whole file in one encoding, best UTF-8."),
    )


def _neither(file: Found, line: int) -> Problem:
    return Problem(
        _("This line is neither UTF-8 nor CP932."),
        where=Place(file.name, line),
        remedy=_("Say which it is with encoding: in the manifest ({names}), or convert it.").format(
            names=", ".join(_KNOWN)
        ),
    )
