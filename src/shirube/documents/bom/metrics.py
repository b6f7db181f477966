# SPDX-License-Identifier: Apache-2.0
"""The sealed figures of a system and its data sets, as texts, with the entry that proves each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.evidence import Evidence
    from shirube.terms.manifest import Declaration, Manifest, System
    from shirube.terms.measurement import Value


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one declared measurement: its last run, which counts and did not fail."""

    declared: Declaration
    run: Evidence
    values: tuple[Value, ...]


def figures(
    manifest: Manifest, system: System, evidence: Sequence[Evidence]
) -> tuple[tuple[Figures, ...], tuple[Text, ...]]:
    """Return the figures of the system's declared measurements, and the questions left open.

    Only the last run speaks: an older one does not come back when it was withdrawn, erased or
    failed.
    """
    gone = {one.withdrawal.index for one in evidence if one.withdrawal}
    found: list[Figures] = []
    open_: list[Text] = []
    for declared in _of(manifest, system):
        runs = [one for one in evidence if _of_id(one) == declared.id]
        last = runs[-1] if runs else None
        made = last.measurement if last else None
        if last is None or made is None:
            open_.append(Text.of(N_("{id} has not been measured."), id=declared.id))
        elif made.failure or last.index in gone or last.erased_by is not None:
            open_.append(
                Text.of(
                    N_("The last run of {id} (entry {index}) failed, or was withdrawn or erased."),
                    id=declared.id, index=last.index,
                )
            )  # fmt: skip
        else:
            values = tuple(value for value in made.values if value.value is not None)
            found.append(Figures(declared=declared, run=last, values=values))
    return tuple(found), tuple(open_)


def _of(manifest: Manifest, system: System) -> list[Declaration]:
    return [
        one
        for one in manifest.measurements
        if one.system == system.id or (one.system is None and one.dataset in system.datasets)
    ]


def _of_id(one: Evidence) -> str | None:
    """Return the declared id of a run, also of one whose content was erased."""
    return one.measurement.id if one.measurement else None


def performance(found: Figures) -> list[dict[str, Any]]:
    """Return the figures as CycloneDX performance metrics."""
    return [_metric(found, value) for value in found.values]


def properties(found: Figures) -> list[dict[str, str]]:
    """Return the figures as properties, for what has no model card."""
    return [
        {"name": f"shirube:metric:{found.declared.id}.{value.name}", "value": told(value.value)}
        for value in found.values
    ]


def proof(found: Figures) -> dict[str, str]:
    """Return where the figures stand in the ledger."""
    return {"name": f"shirube:evidence:{found.declared.id}", "value": _place(found.run)}


def seal_of(model: str, evidence: Sequence[Evidence]) -> list[dict[str, str]]:
    """Return where the latest seal of a model's files stands, and the signature over them."""
    seals = [one for one in evidence if one.model and one.model.model.id == model]
    if not seals or seals[-1].model is None or seals[-1].erased_by is not None:
        return []
    told = [{"name": "shirube:evidence:files", "value": _place(seals[-1])}]
    signature = seals[-1].model.signature
    if signature:
        told.append({"name": "shirube:model_signature:sha256", "value": signature.sha256})
    return told


def _place(one: Evidence) -> str:
    return f"index={one.index}; sha256={one.sha256}; sealed={one.sealed_at.isoformat()}"


def _metric(found: Figures, value: Value) -> dict[str, Any]:
    metric: dict[str, Any] = {
        "type": f"{found.declared.id}.{value.name}",
        "value": told(value.value),
    }
    if value.interval:
        metric["confidenceInterval"] = {
            "lowerBound": told(value.interval.low),
            "upperBound": told(value.interval.high),
        }
    return metric


def told(value: object) -> str:
    """Return a value as text: the shortest decimal that reads back as the same number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)
