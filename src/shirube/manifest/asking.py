# SPDX-License-Identifier: Apache-2.0
"""Unknown facts as questions for whoever knows: their words and choices come from the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shirube.manifest import schema as schemas
from shirube.terms.question import Question
from shirube.terms.text import Text

if TYPE_CHECKING:
    from shirube.terms.manifest import Manifest

_LANGUAGES = {"ja": Text("（日本語で）", "(in Japanese)"), "en": Text("（英語で）", "(in English)")}


def questions(manifest: Manifest) -> tuple[Question, ...]:
    """Return a question for each unknown fact, in the order of the manifest.

    A fact that is a text in two languages becomes two questions, ``….ja`` and ``….en``, so that
    each answer has its own cell.
    """
    found: list[Question] = []
    for key in manifest.unknown:
        schema = schemas.of_key(key)
        asked = _asked(manifest, key, schema)
        if not is_text(schema):
            found.append(Question(key=key, question=asked, choices=schemas.choices(schema)))
            continue
        for language, note in _LANGUAGES.items():
            words = Text(f"{asked.ja}{note.ja}", f"{asked.en} {note.en}")
            found.append(Question(key=f"{key}.{language}", question=words))
    return tuple(found)


def ask(manifest: Manifest, key: str) -> tuple[Text, Text | None] | None:
    """Return a fact's title and the question that asks for it; None for a key that is no fact.

    ``key`` is a key by ids, for example ``systems.credit_screening.sector``; the fact need not
    stand in the manifest. Lists of ids have no question: what is not listed is not there.
    """
    schema = schemas.of_key(key)
    if "x-title-ja" not in schema:
        return None
    asked = _asked(manifest, key, schema) if "x-question" in schema else None
    return Text(schema["x-title-ja"], schema["title"]), asked


def is_text(schema: schemas.Schema) -> bool:
    """Say whether the fact is a text in both languages."""
    return schemas.resolve(schema) is schemas.published()["$defs"]["text"]


def _asked(manifest: Manifest, key: str, schema: schemas.Schema) -> Text:
    """Put what is asked about before the question: the name of the system, the column."""
    words = schema.get("x-question", {"ja": key, "en": key})
    about = _about(manifest, key)
    if about is None:
        return Text(words["ja"], words["en"])
    return Text(f"「{about.ja}」{words['ja']}", f"{about.en}: {words['en']}")


def _about(manifest: Manifest, key: str) -> Text | None:
    """Return the name of the thing that a key speaks about; None for the operator itself."""
    kind, _dot, rest = key.partition(".")
    items: Any = getattr(manifest, kind)
    if not isinstance(items, tuple):
        return None
    name, _dot, inner = rest.partition(".")
    item = next((item for item in items if item.id == name), None)
    called = getattr(item, "name", None) or getattr(item, "title", None) or Text(name, name)
    part = _part(inner)
    return Text(f"{called.ja}／{part}", f"{called.en} / {part}") if part else called


def _part(inner: str) -> str:
    """Return the column or the risk that stands between the thing and the fact."""
    parts = inner.split(".")
    for marker in ("columns", "risks"):
        if marker in parts[:-1]:
            return ".".join(parts[parts.index(marker) + 1 : -1])
    return ""
