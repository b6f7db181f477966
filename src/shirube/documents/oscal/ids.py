# SPDX-License-Identifier: Apache-2.0
"""Names that are the same in every export: UUIDs from what they name, tokens, plain strings."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from shirube.__about__ import __version__

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from shirube.terms.text import Text

NAMESPACE: Final = "https://github.com/shirube-governance/shirube/ns/oscal"
OSCAL_VERSION: Final = "1.2.1"
_ROOT: Final = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)


def named(*parts: object) -> str:
    """Return the UUID (version 5) of what the parts name; equal parts, equal UUID."""
    return str(uuid.uuid5(_ROOT, "\x1f".join(map(str, parts))))


def control_id(ref: str) -> str:
    """Return the id of a rule's control: ``pack.rule``, because a token holds no slash."""
    return ref.replace("/", ".")


def line(text: object) -> str:
    """Return a text as one line without white space at its ends."""
    return " ".join(str(text).split())


def both(text: Text) -> str:
    """Return both languages as one line."""
    return line(text.ja) if text.ja == text.en else f"{line(text.ja)} / {line(text.en)}"


def props(pairs: Iterable[tuple[str, object]]) -> list[dict[str, str]]:
    """Return properties in our namespace; those without a value are left out."""
    return [
        {"name": name, "ns": NAMESPACE, "value": said}
        for name, value in pairs
        if value is not None and (said := line(value))
    ]


def metadata(title: str, version: str, moment: dt.datetime) -> dict[str, Any]:
    """Return the head that every OSCAL document has."""
    return {
        "title": title,
        "last-modified": moment.isoformat(),
        "version": line(version),
        "oscal-version": OSCAL_VERSION,
        "props": props([("tool", f"shirube {__version__}")]),
    }
