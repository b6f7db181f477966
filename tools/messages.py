# SPDX-License-Identifier: Apache-2.0
"""The message catalogue: collect the messages of the code, and refuse an incomplete translation.

``update`` merges what the code says into ``locales/ja/LC_MESSAGES/shirube.po`` and compiles it;
``check`` fails when a message has no Japanese, loses a placeholder or is no longer used.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CODE = ROOT / "src" / "shirube"
PO = CODE / "locales" / "ja" / "LC_MESSAGES" / "shirube.po"
IN_F_STRING = re.compile(r"\{_\(")
"""A message inside an f-string is not found by the extraction before Python 3.12."""
PLACEHOLDER = re.compile(r"\{([a-z_]*)[^}]*\}")


def collect() -> Catalog:
    """Return every message of the code, and every help text of a measure's parameters."""
    from shirube import measures

    found = Catalog(domain="shirube", project="shirube")
    for name, line, message, comments, _context in extract_from_dir(
        CODE, method_map=[("**.py", "python")], keywords={"_": None, "N_": None}
    ):
        found.add(message, locations=[(f"src/shirube/{name}", line)], auto_comments=comments)
    for name in measures.names():
        for parameter in measures.get(name).parameters:
            if parameter.help:
                found.add(parameter.help, locations=[(f"measure {name}", 1)])
    return found


def read() -> Catalog:
    """Return the Japanese catalogue."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="ja")


def update() -> int:
    """Merge the code's messages into the catalogue; keep translations, drop what is unused."""
    catalogue = read()
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with PO.open("wb") as stream:
        write_po(stream, catalogue, width=100, sort_output=True, no_location=True)
    compile_all()
    missing = [message.id for message in catalogue if message.id and not message.string]
    print(f"{len(catalogue)} messages, {len(missing)} without Japanese")
    return 0


def compile_all() -> None:
    """Compile each catalogue, as the build does."""
    for source in PO.parent.glob("*.po"):
        with source.open("rb") as stream:
            catalogue = read_po(stream)
        with source.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)


def check() -> int:
    """Return 1 when the catalogue is not complete, 0 when it is."""
    wanted = {message.id for message in collect() if message.id}
    with PO.open("rb") as stream:
        held = {message.id: message for message in read_po(stream, locale="ja") if message.id}
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: a message inside an f-string is not collected"
        for path in sorted(CODE.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if IN_F_STRING.search(line)
    ]
    wrong += [f"no Japanese: {text!r}" for text in sorted(wanted) if not _said(held.get(text))]
    wrong += [f"no longer used: {text!r}" for text in sorted(held.keys() - wanted)]
    wrong += [
        f"placeholders differ: {text!r}"
        for text, message in sorted(held.items())
        if _said(message) and sorted(_names(text)) != sorted(_names(str(message.string)))
    ]
    print("\n".join(wrong) or f"messages: all {len(wanted)} are in Japanese")
    return 1 if wrong else 0


def _said(message: object) -> bool:
    return bool(message is not None and message.string and not message.fuzzy)  # type: ignore[attr-defined]


def _names(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


if __name__ == "__main__":
    sys.exit({"update": update, "check": check}[sys.argv[1]]())
