# SPDX-License-Identifier: Apache-2.0
"""From a folder to sealed, explained findings: the main job.

1. Read the manifest.
2. Find the models' files, and the tables with their columns and digests.
3. Seal every document and every model that is new or has changed.
4. Measure what is new or due, sealing each measurement as soon as it is made.
5. Judge everything that is sealed against the rules in force.

What was measured before with the same data, arguments, seed and method is not measured again.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube import catalogue, engines, manifest, measures
from shirube.api.clock import now
from shirube.api.operator.adopting import refuse_unadopted
from shirube.api.operator.judge import Judgement, judge_sealed
from shirube.api.operator.models import seal_changed_models
from shirube.api.operator.rules import load_packs, refuse_unknown_rules
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.terms.errors import Problem, Problems
from shirube.terms.evidence import DocumentSeal
from shirube.terms.japan import JAPAN
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.engines.choosing import Engines
    from shirube.terms.manifest import Declaration, Manifest
    from shirube.terms.measurement import Measurement
    from shirube.terms.rule import Pack
    from shirube.terms.source import Progress, Source, Table

# The shortest month, quarter and year, so that a check on each first of the month skips none.
_SCHEDULE_DAYS = {"daily": 1, "weekly": 7, "monthly": 28, "quarterly": 89, "yearly": 365}
_NEVER = 10**6


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement, and what had to be done for it."""

    judgement: Judgement
    measured: tuple[str, ...]
    reused: tuple[str, ...]
    failed: tuple[str, ...]
    why_failed: dict[str, str]
    documents_sealed: tuple[str, ...]
    models_sealed: tuple[str, ...]


def check(
    folder: Path,
    *,
    on: dt.date | None = None,
    further_packs: Sequence[Path] = (),
    progress: Progress | None = None,
    memory_limit: str = "512MB",
    engine: str | None = None,
) -> Checked:
    """Measure what is new, seal it, and judge it; see the module for the five steps.

    ``engine`` names the engine that must count; None takes the one where the data are.
    """
    place = Workspace.at(folder)
    moment = now()
    told = progress or (lambda step, share: None)
    # 1. The manifest, with every problem in it at once.
    declared = manifest.load(place.manifest, today=moment.date())
    packs = load_packs(further_packs, place.folder)
    refuse_unknown_rules(declared, packs)
    _refuse_unknown_tables(declared)
    with (
        engines.open_engine(engine, memory_limit=memory_limit) as counting,
        Sealing(place.folder, declared.operator.id) as sealing,
    ):
        refuse_unadopted(packs, sealing.evidence, place.folder)
        place.keep_cache_private()
        # 2. The tables.
        told(_("Reading the tables"), None)
        describing = catalogue.Remembering(
            counting, f"{counting.name} {counting.version}", place.cache
        )
        catalogue.find_models(declared, place.folder)
        tables = catalogue.resolve(
            declared,
            place.folder,
            describing,
            progress=told,
            unchanged=catalogue.Unchanged(place.cache),
        )
        # 3. The documents and the models.
        documents = _seal_documents(sealing, declared, place, moment)
        models = seal_changed_models(sealing, catalogue.seal_models(declared, place.folder), moment)
        # 4. The measurements.
        journey = _Measuring(place, declared, packs, counting, sealing, moment, told)
        measured, reused, failed = journey.run(tables)
        # 5. The findings.
        told(_("Judging"), None)
        judgement = judge_sealed(sealing, declared, packs, on or moment.date(), moment)
    return Checked(
        judgement=judgement,
        measured=measured,
        reused=reused,
        failed=tuple(failed),
        why_failed=failed,
        documents_sealed=documents,
        models_sealed=models,
    )


def _refuse_unknown_tables(declared: Manifest) -> None:
    """Refuse a further table of a measurement that is no data set with files."""
    known = {each.id for each in declared.datasets if each.files or each.database}
    problems = [
        Problem(
            _("There is no data set {name} with files.").format(name=dataset),
            where=declared.place(f"measurements.{declaration.id}.arguments.{parameter}"),
            why=_("The measure compares its table with this one."),
            remedy=did_you_mean(dataset, known) or _("Declare it under datasets:, with its files."),
        )
        for declaration in declared.measurements
        for parameter, dataset in measures.further_tables(declaration).items()
        if dataset not in known
    ]
    if problems:
        raise Problems(problems)


def _seal_documents(
    sealing: Sealing, declared: Manifest, place: Workspace, moment: dt.datetime
) -> tuple[str, ...]:
    held = sealing.documents()
    changed = [
        seal
        for seal in catalogue.seal_documents(declared, place.folder)
        if held.get(seal.document.id) != seal
    ]
    # A document that left the manifest is sealed as absent, so that its old copy does not go on
    # counting in silence (docs/decisions/0005).
    kept = {document.id for document in declared.documents}
    changed += [
        DocumentSeal(
            document=msgspec.structs.replace(seal.document, absent=True, file=None, url=None)
        )
        for name, seal in held.items()
        if name not in kept and not seal.document.absent
    ]
    if changed:
        sealing.seal(changed, now=moment)
    return tuple(seal.document.id for seal in changed)


class _Measuring:
    """One pass over the declared measurements."""

    def __init__(
        self,
        place: Workspace,
        declared: Manifest,
        packs: Sequence[Pack],
        engine: Engines,
        sealing: Sealing,
        moment: dt.datetime,
        told: Progress,
    ) -> None:
        self.place, self.declared, self.packs = place, declared, packs
        self.engine, self.sealing, self.moment, self.told = engine, sealing, moment, told

    def run(
        self, tables: dict[str, Table]
    ) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
        """Measure what is due; return the ids measured and reused, and why others failed."""
        due: list[Declaration] = []
        reused: list[Declaration] = []
        for declaration in self.declared.measurements:
            held = self._held(declaration, tables)
            (reused if held else due).append(declaration)
        if due:
            self.sealing.prepare()
        made = [
            self._measure(declaration, tables, position, len(due))
            for position, declaration in enumerate(due)
        ]
        return (
            tuple(run.id for run in made if not run.failure),
            tuple(declaration.id for declaration in reused),
            {run.id: run.failure for run in made if run.failure},
        )

    def _held(self, declaration: Declaration, tables: dict[str, Table]) -> bool:
        """Tell whether an equal measurement is sealed and still young enough."""
        further = measures.further_tables(declaration)
        key = measures.key_of(
            declaration,
            tables[declaration.dataset],
            {name: tables[dataset] for name, dataset in further.items()},
        )
        run = self.sealing.measurement(declaration.id, key)
        if run is None:
            return False
        # The key says what was counted; for whom it speaks may have been declared anew since.
        if (run.subject, run.dataset) != (declaration.subject, declaration.dataset):
            return False
        # Days of the calendar, as findings count them: a run is due on the day it stops counting.
        age = (_day(self.moment) - _day(run.measured_at)).days
        return age <= self._lifetime(declaration) and age < _period(declaration)

    def _lifetime(self, declaration: Declaration) -> int:
        """Return for how many days a run counts under the rules that look at it."""
        limits = [
            rule.lifetime_days
            for pack in self.packs
            for rule in pack.rules
            if rule.wanted.source == declaration.measure and rule.lifetime_days is not None
        ]
        return min(limits, default=_NEVER)

    def _measure(
        self, declaration: Declaration, tables: dict[str, Table], position: int, count: int
    ) -> Measurement:
        label = _("Measuring {id} ({measure})").format(
            id=declaration.id, measure=declaration.measure
        )

        def told(step: str, share: float | None) -> None:
            self.told(f"{label}: {step}" if step else label, (position + (share or 0.0)) / count)

        told("", 0.0)

        def source(dataset: str) -> Source:
            return self.engine.source(tables[dataset], progress=told, cache=self.place.cache)

        made = measures.run(
            declaration,
            source(declaration.dataset),
            engine=self.engine.told(tables[declaration.dataset]),
            now=now(),
            further={
                name: source(dataset)
                for name, dataset in measures.further_tables(declaration).items()
            },
            progress=told,
        )
        # Sealed at once: what was measured is kept even when the next measurement is interrupted.
        self.sealing.seal([made], now=now())
        return made


def _period(declaration: Declaration) -> int:
    """Return after how many days the declaration asks for a new run."""
    return _SCHEDULE_DAYS.get(declaration.schedule or "", _NEVER)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(JAPAN).date()
