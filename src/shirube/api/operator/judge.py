# SPDX-License-Identifier: Apache-2.0
"""Judge what is sealed, without measuring: the answer for a date, today's or an earlier one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube import assessment, manifest
from shirube.api.clock import now
from shirube.api.operator.adopting import refuse_unadopted
from shirube.api.operator.rules import load_packs, refuse_unknown_rules
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.terms.evidence import Evidence
from shirube.terms.finding import Finding
from shirube.terms.manifest import Manifest
from shirube.terms.rule import Pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """Findings on a date, and all that they rest on."""

    on: dt.date
    judged_at: dt.datetime
    manifest: Manifest
    packs: tuple[Pack, ...]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    checkpoint: str
    key_id: str


def judge(
    folder: Path, *, on: dt.date | None = None, further_packs: Sequence[Path] = ()
) -> Judgement:
    """Judge the sealed evidence of a folder against the rules in force on a date."""
    place = Workspace.at(folder)
    moment = now()
    declared = manifest.load(place.manifest, today=moment.date())
    packs = load_packs(further_packs, place.folder)
    refuse_unknown_rules(declared, packs)
    with Sealing(place.folder, declared.operator.id) as sealing:
        refuse_unadopted(packs, sealing.evidence, place.folder)
        return judge_sealed(sealing, declared, packs, on or moment.date(), moment)


def judge_sealed(
    sealing: Sealing,
    declared: Manifest,
    packs: tuple[Pack, ...],
    on: dt.date,
    moment: dt.datetime,
) -> Judgement:
    """Judge what an open book holds."""
    sealed = sealing.evidence
    facts = assessment.facts(declared, sealed)
    return Judgement(
        on=on,
        judged_at=moment,
        manifest=declared,
        packs=packs,
        evidence=sealed,
        findings=assessment.assess(facts, packs, on),
        checkpoint=sealing.checkpoint,
        key_id=sealing.key_id,
    )
