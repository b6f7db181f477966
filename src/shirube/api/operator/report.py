# SPDX-License-Identifier: Apache-2.0
"""Write what was found as documents that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube import assessment, documents, measures, rules
from shirube.__about__ import __version__
from shirube.api.operator.judge import Judgement, judge
from shirube.api.operator.processed import processing_records
from shirube.texts import LANGUAGES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shirube.documents import Written
    from shirube.documents.content import Processed
    from shirube.documents.pages import Format
    from shirube.texts import Language


def report(
    folder: Path,
    out: Path,
    *,
    on: dt.date | None = None,
    formats: Sequence[Format] = ("html", "pdf"),
    languages: Sequence[Language] = LANGUAGES,
    further_packs: Sequence[Path] = (),
    judgement: Judgement | None = None,
    charts: Path | None = None,
) -> Written:
    """Write the report of a folder, or of a judgement that is already at hand.

    With ``charts``, the pictures of the last run of every measurement, and of every processing
    record, are also written to that folder, as SVG and PNG.
    """
    told = judgement or judge(folder, on=on, further_packs=further_packs)
    processed = processing_records(told, folder)
    content = msgspec.structs.replace(content_of(told), processed=processed)
    written = documents.report(content, out, formats=tuple(formats), languages=tuple(languages))
    drawn = _draw(told, processed, charts) if charts else ()
    return msgspec.structs.replace(written, files=(*written.files, *drawn))


def _draw(told: Judgement, processed: Sequence[Processed], out: Path) -> Iterator[Path]:
    last = {one.measurement.id: one.measurement for one in told.evidence if one.measurement}
    for made in last.values():
        yield from documents.charts.write(made.details, out, prefix=f"{made.id}_")
    for one in processed:
        yield from documents.charts.write(one.record.figures, out, prefix=f"{one.document.id}_")


def content_of(told: Judgement) -> documents.ReportContent:
    """Return all that a report says about a judgement."""
    facts = assessment.facts(told.manifest, told.evidence)
    categories = rules.categories(told.packs)
    return documents.ReportContent(
        manifest=told.manifest,
        findings=told.findings,
        packs=told.packs,
        evidence=told.evidence,
        checkpoint=told.checkpoint,
        public_key_id=told.key_id,
        vocabulary=measures.vocabulary(),
        measure_titles={name: measures.get(name).title for name in measures.names()},
        on=told.on,
        generated_at=told.judged_at,
        tool_version=__version__,
        categories=tuple(
            standing
            for dataset in told.manifest.datasets
            for standing in assessment.standings(facts, told.packs, categories, dataset.id, told.on)
        ),
    )


def junit(told: Judgement) -> str:
    """Return the findings as JUnit XML, for build servers."""
    return documents.junit(told.findings, told.packs)


def sarif(told: Judgement) -> str:
    """Return the findings as SARIF 2.1.0, with the manifest's lines as places."""
    return documents.sarif(told.findings, told.packs, told.manifest)
