# SPDX-License-Identifier: Apache-2.0
"""What a document is written from, and what came of writing it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec

from shirube.terms.category import CategoryStanding
from shirube.terms.deidentification import ProcessingRecord
from shirube.terms.document import Document
from shirube.terms.evidence import Evidence
from shirube.terms.finding import Finding
from shirube.terms.manifest import Manifest
from shirube.terms.rule import Pack, Rule, Vocabulary
from shirube.terms.text import Text


class Processed(msgspec.Struct, frozen=True, kw_only=True):
    """A processing record that a ledger entry binds: the document as declared, and the record."""

    index: int
    document: Document
    record: ProcessingRecord


class ReportContent(msgspec.Struct, frozen=True, kw_only=True):
    """All that a report says; nothing is looked up while it is written.

    Attributes
    ----------
    manifest, findings, packs, evidence
        What was declared, what was found, by which rules, on which sealed statements.
    on
        The date that the findings answer for.
    generated_at
        When the report is written; the only clock a report shows, and the time stamp of the PDF.
    tool_version
        Version of Shirube.
    checkpoint
        The signed checkpoint of the ledger, as text; empty without a ledger.
    public_key_id
        Identifier of the key that signed evidence and checkpoint.
    vocabulary
        Titles of the names that conditions use; names are printed as they stand without it.
    measure_titles
        Titles of the measures by name; names are printed as they stand without it.
    categories
        How each category of personal information stands, data set by data set.
    processed
        The processing records among the sealed documents, read from files that have not changed.
    """

    manifest: Manifest
    findings: tuple[Finding, ...]
    packs: tuple[Pack, ...]
    evidence: tuple[Evidence, ...]
    on: dt.date
    generated_at: dt.datetime
    tool_version: str
    checkpoint: str = ""
    public_key_id: str = ""
    vocabulary: Vocabulary | None = None
    measure_titles: dict[str, Text] = msgspec.field(default_factory=dict)
    categories: tuple[CategoryStanding, ...] = ()
    processed: tuple[Processed, ...] = ()

    def rules(self) -> dict[str, Rule]:
        """Return every rule of the packs by ``pack/id``."""
        return {rule.ref: rule for pack in self.packs for rule in pack.rules}


class Written(msgspec.Struct, frozen=True):
    """The files that were written, and why others were not."""

    files: tuple[Path, ...] = ()
    skipped: tuple[str, ...] = ()
