# SPDX-License-Identifier: Apache-2.0
"""What the manifest says about one subject, as a person reads it; what it lacks, as a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shirube import manifest
from shirube.api.operator.reaching import titles_of_names
from shirube.terms.choices import meaning
from shirube.terms.drafting import Described
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from shirube.terms.manifest import Manifest
    from shirube.terms.subject import Subject

_FIELDS = {
    "operator": ("kind", "size", "roles", "country"),
    "system": (
        "purpose", "sector", "roles", "stage", "autonomy", "oversight", "generative",
        "affected_people", "models", "datasets", "suppliers",
    ),
    "dataset": (
        "purpose", "role", "personal_data", "legal_route", "source", "retention", "location",
        "synthetic", "injected",
    ),
    "model": ("version", "kind", "supplier", "training_data", "training_data_origins"),
    "supplier": ("layer", "component", "country", "fallback", "fallback_drill"),
}  # fmt: skip
"""What a draft tells of a subject of each kind, in this order."""

_LINKS = {
    "models": "models",
    "datasets": "datasets",
    "suppliers": "suppliers",
    "supplier": "suppliers",
    "training_data": "datasets",
}
_YES, _NO = N_("yes"), N_("no")
_OPEN = N_("What holds for “{title}”?")
_CHOICES = (
    "affected_people", "size", "roles", "stage", "autonomy", "oversight", "role", "legal_route",
    "layer",
)  # fmt: skip
"""The fields whose values are such choices; a model's kind is free text."""


def described(declared: Manifest, subject: Subject) -> Described:
    """Return what is declared of a subject, and the question of the schema for what is not."""
    item = _item(declared, subject)
    facts: list[tuple[Text, Text]] = []
    lacking: list[tuple[Text, Text]] = []
    for field in _FIELDS[subject.kind]:
        whole = subject.kind == "operator"
        key = f"operator.{field}" if whole else f"{subject.kind}s.{subject.id}.{field}"
        asked = manifest.ask(declared, key)
        value = getattr(item, field)
        if asked is None:
            continue
        title, wanted = asked
        if value is not None and value != ():
            facts.append((title, _words(declared, field, value)))
        elif wanted:
            lacking.append((title, wanted))
    return Described(
        subject=subject,
        name=getattr(item, "name", None) or item.title,
        facts=tuple(facts),
        open=tuple(lacking),
    )


def question(declared: Manifest, key: str, name: str = "") -> Text:
    """Return the question of the schema for a key; for a derived fact, one with its title."""
    asked = manifest.ask(declared, key)
    if asked and asked[1]:
        return asked[1]
    title = titles_of_names().get(name)
    if title is None:
        return Text.of(_OPEN, title=key)
    return Text(Text.of(_OPEN, title=title.ja).ja, Text.of(_OPEN, title=title.en).en)


def _item(declared: Manifest, subject: Subject) -> Any:
    if subject.kind == "operator":
        return declared.operator
    listed = getattr(declared, f"{subject.kind}s")
    return next(each for each in listed if each.id == subject.id)


def _words(declared: Manifest, field: str, value: object) -> Text:
    """Return what is declared in words; several of them as one list in each language."""
    given = value if isinstance(value, tuple) else (value,)
    words = [_word(declared, field, each) for each in given]
    return Text("、".join(each.ja for each in words), ", ".join(each.en for each in words))


def _word(declared: Manifest, field: str, value: object) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return Text.of(_YES if value else _NO)
    if field in _LINKS:
        return _name(declared, _LINKS[field], str(value))
    if field in _CHOICES or field == "kind":
        return meaning(str(value)) or Text(str(value), str(value))
    return Text(str(value), str(value))


def _name(declared: Manifest, kind: str, name: str) -> Text:
    """Return what a thing is called that another one refers to by its id."""
    for each in getattr(declared, kind):
        if each.id == name:
            found: Text = getattr(each, "name", None) or each.title
            return found
    return Text(name, name)
