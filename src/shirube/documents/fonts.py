# SPDX-License-Identifier: Apache-2.0
"""Is there a Japanese font, and in which folder? None is shipped."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from shirube.texts import _

SANS = "Noto Sans CJK JP"
FAMILIES = (
    "Noto Sans JP", SANS, "Hiragino Sans", "Yu Gothic", "Meiryo", "IPAexGothic", "sans-serif",
)  # fmt: skip
"""Tried in this order, in the page, in the charts and in the PDF."""

_VARIABLE = "SHIRUBE_FONTS"
_KNOWN = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/Library/Fonts", "/System/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
_JAPANESE = re.compile(
    r"(noto(sans|serif)(mono)?(cjk|jp)|hiragino|ヒラギノ|yugoth|meiryo|ipaex?g|source ?han)", re.I
)
_SUFFIXES = (".otf", ".ttf", ".ttc")


def japanese_folders() -> tuple[Path, ...]:
    """Return the folders with a Japanese font; empty where there is none.

    ``SHIRUBE_FONTS`` (folders, separated like ``PATH``) is looked through instead of the known
    folders where it is set.
    """
    found: dict[Path, None] = {}
    for folder in _folders():
        for file in _fonts(folder):
            # macOS gives file names decomposed, so that ギ would be two characters.
            if _JAPANESE.search(unicodedata.normalize("NFC", file.name)):
                found[file.parent] = None
    return tuple(found)


def missing_message() -> str:
    """Return what to say when there is no Japanese font."""
    return _(
        "No Japanese font was found, so the PDF was not written; the HTML report is complete. "
        "Install one (Debian, Ubuntu: apt install fonts-noto-cjk) or name its folder in {variable}."
    ).format(variable=_VARIABLE)


def _folders() -> tuple[Path, ...]:
    named = os.environ.get(_VARIABLE, "")
    chosen = named.split(os.pathsep) if named else _KNOWN
    return tuple(Path(folder).expanduser() for folder in chosen)


def _fonts(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES)
