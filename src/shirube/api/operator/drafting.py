# SPDX-License-Identifier: Apache-2.0
"""Draft a document from what the manifest already says and what is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shirube import catalogue, engines, manifest
from shirube.api.clock import now
from shirube.api.operator.draft_material import kinds, material
from shirube.api.operator.workspace import Workspace
from shirube.documents import any_kind, forms
from shirube.terms.errors import Problem
from shirube.texts import LANGUAGES, _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.drafting import Kind
    from shirube.terms.manifest import Dataset, Manifest


def draft_kinds(further_packs: Sequence[Path] = ()) -> tuple[Kind, ...]:
    """Return every kind of document, those of one pack beside each other."""
    return kinds(forms.kinds(), further_packs)


def draft(
    kind: str,
    folder: Path,
    out: Path,
    *,
    dataset: str | None = None,
    system: str | None = None,
    further_packs: Sequence[Path] = (),
) -> tuple[Path, ...]:
    """Write ``out/<kind>.<language>.md`` in both languages; an existing file is left alone.

    A kind with a form of its own is written by that, every other one by the general form.
    ``dataset`` and ``system`` narrow what the document is about.
    """
    found = _kind(kind, kinds(forms.kinds(), further_packs, folder))
    declared = manifest.load(Workspace.at(folder).manifest, today=now().date())
    if found.special:
        texts = _by_own_form(kind, declared, dataset, folder)
    else:
        known = material(found, folder, declared, dataset, system, further_packs)
        texts = {chosen: any_kind.draft(known, chosen) for chosen in LANGUAGES}
    wanted = {out / f"{kind}.{chosen}.md": text for chosen, text in texts.items()}
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


def _kind(kind: str, known: Sequence[Kind]) -> Kind:
    for each in known:
        if each.kind == kind:
            return each
    names = [each.kind for each in known]
    raise Problem(
        _("There is no document named {kind}.").format(kind=kind),
        remedy=did_you_mean(kind, names) or _("`shirube draft` lists the kinds."),
    )


def _by_own_form(
    kind: str, declared: Manifest, dataset: str | None, folder: Path
) -> dict[Any, str]:
    known, asked = _facts(declared, dataset), forms.asked(kind)
    if "items" in asked and dataset:
        _check_items(declared, _find(declared, dataset), folder)
    facts = {name: fact for name, fact in known.items() if name in asked}
    return {chosen: forms.draft(kind, facts, chosen) for chosen in LANGUAGES}


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


def _check_items(declared: Manifest, found: Dataset, folder: Path) -> None:
    """Refuse to list the items of a table as long as one of its columns would be left out."""
    with engines.open_engine() as engine:
        table = catalogue.resolve(declared, folder, engine, only=(found.id,)).get(found.id)
    meant = {column.name for column in found.columns if column.meaning}
    there = [column.name for column in (table.columns if table else found.columns)]
    nameless = [name for name in there if name not in meant]
    if nameless:
        raise Problem(
            _("Columns of {dataset} have no meaning in the manifest: {names}.").format(
                dataset=found.id, names=", ".join(nameless[:50])
            ),
            where=declared.place(f"datasets.{found.id}"),
            why=_("What is published has to name every item that the information contains."),
            remedy=_("Give each of them a meaning in both languages, then draft again."),
        )


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
