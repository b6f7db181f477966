# SPDX-License-Identifier: Apache-2.0
"""The bytes of ``shirube.yaml`` as text: UTF-8 with or without BOM, anything else named."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_text(path: Path) -> str:
    """Return the text of the file; raises ``Problem`` when it is absent or not UTF-8."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _absent(path) from None
    except OSError as error:
        raise Problem(
            _("The file cannot be read: {reason}.").format(reason=error.strerror),
            where=Place(str(path)),
            remedy=_("Check the path and the permissions of the file."),
        ) from error
    return decode(data, str(path))


def decode(data: bytes, file: str) -> str:
    """Decode UTF-8; for anything else say what was found and how to convert it."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise _wrong(file, name, None)
    if b"\x00" in data[:400]:
        raise _wrong(file, "UTF-16LE" if data[1:2] == b"\x00" else "UTF-16BE", None)
    if b"\x1b$" in data:
        raise _wrong(file, "ISO-2022-JP", data.count(b"\n", 0, data.index(b"\x1b$")) + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _wrong(file, _guess(data), line) from None


def _guess(data: bytes) -> str:
    """Name the Japanese encoding; EUC-JP read as CP932 turns into half-width katakana."""
    texts = {name: text for name in ("CP932", "EUC-JP") if (text := _as(data, name)) is not None}
    if len(texts) < 2:
        return next(iter(texts), "")
    beyond = [character for character in texts["CP932"] if not character.isascii()]
    katakana = sum("\uff61" <= character <= "\uff9f" for character in beyond)
    return "EUC-JP" if 2 * katakana > len(beyond) else "CP932"


def _as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wrong(file: str, found: str, line: int | None) -> Problem:
    known = _("The file is not UTF-8; it looks like {encoding}.").format(encoding=found)
    return Problem(
        known if found else _("The file is not UTF-8, nor any Japanese encoding as a whole."),
        where=Place(file, line),
        why=_("shirube.yaml is read as UTF-8, so that its text is the same on every machine."),
        remedy=_(
            "Save it as UTF-8 in your editor, or convert it: "
            "iconv -f {encoding} -t UTF-8 shirube.yaml > shirube.utf8.yaml"
        ).format(encoding=found or "CP932"),
    )


def _absent(path: Path) -> Problem:
    beside = path.with_suffix(".yml")
    if path.suffix == ".yaml" and beside.exists():
        return Problem(
            _("There is no such file, but a {name}.").format(name=beside.name),
            where=Place(str(path)),
            remedy=_("Rename it to {name}.").format(name=path.name),
        )
    return Problem(
        _("There is no such file."),
        where=Place(str(path)),
        why=_("Everything starts from the manifest: systems, data, documents, measurements."),
        remedy=_("Run `shirube init` in the folder to draft one, or name another folder."),
    )
