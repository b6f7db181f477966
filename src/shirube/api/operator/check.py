# SPDX-License-Identifier: Apache-2.0
"""From a folder to sealed, explained findings: the main job.

1. Read the manifest.
2. Find the tables, their columns and their digests.
3. Seal every document that is new or has changed.
4. Measure what is new or due, sealing each measurement as soon as it is made.
5. Judge everything that is sealed against the rules in force.

What was measured before with the same data, arguments, seed and method is not measured again.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube import catalogue, engines, evidence, manifest, measures
from shirube.api.clock import now
from shirube.api.operator.judge import Judgement, judge_book
from shirube.api.operator.rules import load_packs
from shirube.api.operator.workspace import Workspace
from shirube.terms.evidence import DocumentSeal
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.engines import Engine
    from shirube.terms.manifest import Declaration, Manifest
    from shirube.terms.measurement import Measurement
    from shirube.terms.rule import Pack
    from shirube.terms.source import Progress, Table

_SCHEDULE_DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement, and what had to be done for it."""

    judgement: Judgement
    measured: tuple[str, ...]
    reused: tuple[str, ...]
    failed: tuple[str, ...]
    documents_sealed: tuple[str, ...]


def check(
    folder: Path,
    *,
    on: dt.date | None = None,
    further_packs: Sequence[Path] = (),
    progress: Progress | None = None,
    memory_limit: str = "512MB",
) -> Checked:
    """Measure what is new, seal it, and judge it; see the module for the five steps."""
    place = Workspace.at(folder)
    moment = now()
    told = progress or (lambda step, share: None)
    # 1. The manifest, with every problem in it at once.
    declared = manifest.load(place.manifest, today=moment.date())
    packs = load_packs(further_packs)
    with (
        engines.open_engine(memory_limit=memory_limit) as engine,
        evidence.open_book(place.folder, operator=declared.operator.id, create=True) as book,
    ):
        # 2. The tables.
        told(_("Reading the tables"), None)
        tables = catalogue.resolve(declared, place.folder, engine, progress=told)
        # 3. The documents.
        documents = _seal_documents(book, declared, place, moment)
        # 4. The measurements.
        journey = _Measuring(place, declared, packs, engine, book, moment, told)
        measured, reused, failed = journey.run(tables)
        # 5. The findings.
        told(_("Judging"), None)
        judgement = judge_book(book, declared, packs, on or moment.date(), moment)
    return Checked(
        judgement=judgement,
        measured=measured,
        reused=reused,
        failed=failed,
        documents_sealed=documents,
    )


def _seal_documents(
    book: evidence.Book, declared: Manifest, place: Workspace, moment: dt.datetime
) -> tuple[str, ...]:
    changed = [
        seal
        for seal in catalogue.seal_documents(declared, place.folder)
        if book.document(seal.document.id) != seal
    ]
    # A document that left the manifest is no longer declared: its absence is sealed as well, so
    # that an old copy does not go on counting in silence.
    kept = {document.id for document in declared.documents}
    for known in book.documents():
        if known.document.id not in kept and not known.document.absent:
            gone = msgspec.structs.replace(known.document, absent=True, file=None, url=None)
            changed.append(DocumentSeal(document=gone))
    if changed:
        book.seal(changed, now=moment)
    return tuple(seal.document.id for seal in changed)


class _Measuring:
    """One pass over the declared measurements."""

    def __init__(
        self,
        place: Workspace,
        declared: Manifest,
        packs: Sequence[Pack],
        engine: Engine,
        book: evidence.Book,
        moment: dt.datetime,
        told: Progress,
    ) -> None:
        self.place, self.declared, self.packs = place, declared, packs
        self.engine, self.book, self.moment, self.told = engine, book, moment, told

    def run(
        self, tables: dict[str, Table]
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Measure what is due; return the ids measured, reused and failed."""
        measured, reused, failed = [], [], []
        total = len(self.declared.measurements)
        for position, declaration in enumerate(self.declared.measurements):
            table = tables[declaration.dataset]
            if self._held(declaration, table):
                reused.append(declaration.id)
                continue
            made = self._measure(declaration, table, position / total)
            (failed if made.failure else measured).append(declaration.id)
        return tuple(measured), tuple(reused), tuple(failed)

    def _held(self, declaration: Declaration, table: Table) -> bool:
        """Tell whether an equal measurement is sealed and still young enough."""
        key = measures.key_of(declaration, table)
        held = self.book.by_key(key, declaration.id)
        if held is None or held.measurement is None:
            return False
        age = (self.moment.date() - held.measurement.measured_at.date()).days
        return age <= self._days(declaration)

    def _days(self, declaration: Declaration) -> int:
        """Return for how many days a measurement counts: its schedule, or a rule's lifetime."""
        limits = [
            rule.lifetime_days
            for pack in self.packs
            for rule in pack.rules
            if rule.wanted.source == declaration.measure and rule.lifetime_days is not None
        ]
        if declaration.schedule in _SCHEDULE_DAYS:
            limits.append(_SCHEDULE_DAYS[declaration.schedule])
        return min(limits, default=10**6)

    def _measure(self, declaration: Declaration, table: Table, share: float) -> Measurement:
        label = _("Measuring {id} ({measure})").format(
            id=declaration.id, measure=declaration.measure
        )
        self.told(label, share)

        def inner(step: str, part: float | None) -> None:
            total = len(self.declared.measurements)
            self.told(f"{label}: {step}" if step else label, share + (part or 0.0) / total)

        source = self.engine.source(table, progress=inner, cache=self.place.cache)
        made = measures.run(
            declaration,
            source,
            engine=f"{self.engine.name} {self.engine.version}",
            now=now(),
            progress=inner,
        )
        # Sealed at once: what was measured is kept even when the next measurement is interrupted.
        self.book.seal([made], now=now())
        return made
