# SPDX-License-Identifier: Apache-2.0
"""What a system is made of, as an AI bill of materials; and what changed between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube import catalogue, documents, manifest
from shirube.__about__ import __version__
from shirube.api.clock import now
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.bom import Bom, BomChange
    from shirube.terms.manifest import Manifest, System

_LARGEST = 64 * 1024 * 1024


def bom(folder: Path, system: str, out: Path) -> Bom:
    """Write the CycloneDX 1.7 bill of materials of a system; nothing is measured or sealed.

    Raises
    ------
    Problem, Problems
        There is no such system, or a declared file is missing.
    """
    place = Workspace.at(folder)
    declared = manifest.load(place.manifest, today=now().date())
    chosen = named_system(declared, system)
    models = [one for one in declared.models if one.id in chosen.models]
    datasets = {*chosen.datasets, *(data for one in models for data in one.training_data)}
    held = catalogue.contents(declared, place.folder, [one.id for one in models], sorted(datasets))
    with Sealing(place.folder, declared.operator.id) as sealing:
        written = documents.bom(declared, chosen, held, sealing.evidence, __version__)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(written.text, encoding="utf-8")
    return written


def bom_difference(old: Path, new: Path) -> tuple[BomChange, ...]:
    """Tell what changed between two bills of materials."""
    return documents.bom_difference(_read(old), _read(new), names=(str(old), str(new)))


def named_system(declared: Manifest, name: str) -> System:
    """Return the declared system of this id; raises ``Problem`` that names those there are."""
    systems = {one.id: one for one in declared.systems}
    if name not in systems:
        raise Problem(
            _("The manifest declares no system {name}.").format(name=name),
            where=declared.file,
            remedy=did_you_mean(name, systems)
            or _("Systems are: {names}.").format(names=", ".join(systems)),
        )
    return systems[name]


def _read(file: Path) -> bytes:
    if file.stat().st_size > _LARGEST:
        raise Problem(
            _("{file} is too large to be read.").format(file=file.name),
            where=str(file),
            remedy=_("A bill of materials of 64 MiB holds about 100,000 components."),
        )
    return file.read_bytes()
