# SPDX-License-Identifier: Apache-2.0
"""Draft a document from what the manifest already says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shirube import manifest
from shirube.api.clock import now
from shirube.api.operator.workspace import Workspace
from shirube.documents import forms
from shirube.terms.errors import Problem
from shirube.texts import LANGUAGES, _

if TYPE_CHECKING:
    from shirube.terms.manifest import Dataset, Manifest


def draft_names() -> tuple[str, ...]:
    """Return the kinds of documents that can be drafted."""
    return forms.kinds()


def draft(kind: str, folder: Path, out: Path, *, dataset: str | None = None) -> tuple[Path, ...]:
    """Write ``out/<kind>.<language>.md`` in both languages; an existing file is left alone."""
    declared = manifest.load(Workspace.at(folder).manifest)
    known, asked = _facts(declared, dataset), forms.asked(kind)
    facts = {name: fact for name, fact in known.items() if name in asked}
    wanted = {out / f"{kind}.{chosen}.md": forms.draft(kind, facts, chosen) for chosen in LANGUAGES}
    for file in wanted:
        if file.exists():
            raise Problem(
                _("The file exists already; nothing is overwritten."),
                where=str(file),
                remedy=_("Move it away first, or choose another folder with --out."),
            )
    out.mkdir(parents=True, exist_ok=True)
    for file, text in wanted.items():
        file.write_text(text, encoding="utf-8")
    return tuple(wanted)


def _facts(declared: Manifest, dataset: str | None) -> dict[str, Any]:
    """Return what the manifest knows, in the names that the schemas of documents use."""
    facts: dict[str, Any] = {
        "operator": msgspec.to_builtins(declared.operator.name),
        "date": now().date().isoformat(),
    }
    contact = next((item for item in declared.contacts if item.purpose == "personal_data"), None)
    if contact and (contact.url or contact.email):
        facts["contact"] = {
            "name": msgspec.to_builtins(contact.name),
            "address": contact.url or contact.email,
        }
    if dataset:
        facts |= _dataset_facts(_find(declared, dataset))
    return facts


def _dataset_facts(found: Dataset) -> dict[str, Any]:
    items = [
        {"name": column.name, "meaning": msgspec.to_builtins(column.meaning)}
        for column in found.columns
        if column.meaning
    ]
    return {"dataset": msgspec.to_builtins(found.title), "items": items}


def _find(declared: Manifest, dataset: str) -> Dataset:
    for found in declared.datasets:
        if found.id == dataset:
            return found
    raise Problem(
        _("The manifest has no data set named {name}.").format(name=dataset),
        where=declared.file,
        remedy=_("Data sets are: {names}.").format(
            names=", ".join(item.id for item in declared.datasets)
        ),
    )
