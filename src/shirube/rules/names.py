# SPDX-License-Identifier: Apache-2.0
"""The names that a condition may use, with their types: what a word can mean is decided here.

``<measure>.<value>`` with ``.low``, ``.high`` and ``.n`` for numbers, ``document.<name>``, the
names of the subject's profile, and ``value.<threshold>``.
"""

from __future__ import annotations

import typing
from functools import cache
from typing import TYPE_CHECKING

from shirube.terms import manifest
from shirube.terms.vocabulary import DOCUMENT_NAMES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from shirube.rules.language import Kind
    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Name, Rule, Vocabulary, Wanted

ENDS = ("low", "high", "n")
"""What hangs on a number: both ends of its interval and its sample size."""

_CHOICE_FIELDS = {
    "operator.kind": (manifest.Operator, "kind"),
    "operator.size": (manifest.Operator, "size"),
    "system.autonomy": (manifest.System, "autonomy"),
    "system.oversight": (manifest.System, "oversight"),
    "system.stage": (manifest.System, "stage"),
    "system.medical_device": (manifest.System, "medical_device"),
    "dataset.provision": (manifest.Dataset, "provision"),
    "dataset.foreign_transfer": (manifest.Dataset, "foreign_transfer"),
    "dataset.works_basis": (manifest.Dataset, "works_basis"),
    "dataset.role": (manifest.Dataset, "role"),
    "dataset.legal_route": (manifest.Dataset, "legal_route"),
    "supplier.layer": (manifest.Supplier, "layer"),
}


def profile_kinds(vocabulary: Vocabulary, subject: str) -> dict[str, Kind]:
    """Return the names of a kind of subject, with their types."""
    return {name.name: name.type for name in vocabulary.profile.get(subject, ())}


def documents_or_values(vocabulary: Vocabulary, wanted: Wanted) -> dict[str, Kind]:
    """Return the names of the evidence that a rule wants, without the source before the dot."""
    if wanted.kind == "document":
        return {name.name.partition(".")[2]: name.type for name in DOCUMENT_NAMES}
    if wanted.kind == "measurement":
        return with_ends(vocabulary.sources.get(wanted.source, ()))
    return {}


def with_ends(names: Iterable[Name]) -> dict[str, Kind]:
    """Return the names of a measure's values, with ``.low``, ``.high`` and ``.n``."""
    found: dict[str, Kind] = {}
    for name in names:
        found[name.name] = name.type
        if name.type == "number":
            found.update({f"{name.name}.{end}": "number" for end in ENDS})
    return found


def evidence_prefix(wanted: Wanted) -> str:
    """Return what stands before the dot in the names of this evidence."""
    return "document" if wanted.kind == "document" else wanted.source


def evidence_kinds(vocabulary: Vocabulary, wanted: Wanted) -> dict[str, Kind]:
    """Return the names of the evidence that a rule wants, as a condition writes them."""
    prefix = evidence_prefix(wanted)
    return {
        f"{prefix}.{name}": kind for name, kind in documents_or_values(vocabulary, wanted).items()
    }


def thresholds(rule: Rule, on: dt.date) -> dict[str, Scalar]:
    """Return ``value.<threshold>`` -> the value in force on a date; None before the first."""
    found: dict[str, Scalar] = {}
    for name, dated in rule.values.items():
        standing = [item for item in dated if item.start <= on]
        latest = max(standing, key=lambda item: item.start, default=None)
        found[f"value.{name}"] = latest.value if latest else None
    return found


def fits(value: Scalar, kind: Kind) -> bool:
    """Tell whether a value is of a type; true and false are not numbers."""
    return kind_of(value) == kind


def kind_of(value: Scalar) -> Kind:
    """Return the type of a value that is not NULL."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text"


@cache
def choices() -> Mapping[str, tuple[str, ...]]:
    """Return, for names that hold one of a few words, those words: a misspelt one never applies."""
    return {name: _words(record, field) for name, (record, field) in _CHOICE_FIELDS.items()}


def _words(record: type, field: str) -> tuple[str, ...]:
    hint = typing.get_type_hints(record)[field]
    parts = typing.get_args(hint)
    words = [word for part in parts for word in typing.get_args(part) if isinstance(word, str)]
    direct = [part for part in parts if isinstance(part, str)]
    return tuple(words or direct)
