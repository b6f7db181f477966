# SPDX-License-Identifier: Apache-2.0
"""Which encoding a text file is in: the declared one, else UTF-8, else CP932; never a mixture.

Bytes of UTF-8 Japanese often pass as CP932 (as gibberish), so a file that is not UTF-8 as a whole
is looked at line by line before it may be called CP932.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from shirube.catalogue.digests import Digest, text_digest
from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from shirube.catalogue.files import Found

ASCII = "ascii"
_KNOWN = ("utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "ascii")
_UNUSED = frozenset("\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")
"""What Python's codec makes of the bytes 80, A0 and FD to FF, which CP932 does not use."""
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
    _refuse_mixture(file)
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


def _refuse_mixture(file: Found) -> None:
    utf8 = cp932 = None
    with file.path.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            if line.isascii():
                continue
            kind = _line_kind(line)
            if kind is None:
                raise _neither(file, number)
            if kind == "utf-8":
                utf8 = utf8 or number
            elif kind == "cp932":
                cp932 = cp932 or number
            if utf8 and cp932:
                raise _mixture(file, utf8, cp932)


def _line_kind(line: bytes) -> str | None:
    """Name the line's encoding: ``either`` where both would do, None where neither does."""
    try:
        text = line.decode("utf-8")  # a BOM counts as UTF-8
    except UnicodeDecodeError:
        try:
            text = line.decode("cp932")
        except UnicodeDecodeError:
            return None
        return None if _UNUSED & set(text) else "cp932"
    return "utf-8" if max(text) >= _BEYOND_LATIN else "either"


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
