# SPDX-License-Identifier: Apache-2.0
"""What the templates show. Every text is written, every number is formatted: templates only place.

The records are plain, so that the page and the PDF are set from the same ones.
"""

from __future__ import annotations

import msgspec

from shirube.documents.charts import Panel


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A word that warns: its code (for the look) and its text."""

    code: str
    text: str
    meaning: str = ""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many findings have an outcome."""

    code: str
    symbol: str
    label: str
    count: int
    percent: float


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A name that leads to an anchor of the same document."""

    text: str
    anchor: str


class ActionView(msgspec.Struct, frozen=True, kw_only=True):
    """One next action: what, how long, for whom, and what it settles."""

    text: str
    effort: str
    outcome: str
    outcome_label: str
    symbol: str
    footing: str
    subjects: str
    settles: str
    rules: tuple[Link, ...]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A label and its text; ``mono`` for digests and identifiers."""

    label: str
    text: str
    mono: bool = False


class CitationView(msgspec.Struct, frozen=True, kw_only=True):
    """Instrument and provision with the canonical address."""

    text: str
    url: str


class JudgedView(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of evidence under a rule; ``figures`` leads to its values and pictures."""

    declared_id: str
    title: str
    entry: str
    anchor: str
    figures: str
    digest: str
    age: str
    outcome: str
    outcome_label: str
    symbol: str
    reason: str
    condition: str
    values: tuple[Field, ...]
    notes: tuple[Mark, ...]


class ThresholdView(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold: whose it is, since when, and why."""

    name: str
    value: str
    footing: str
    own_policy: bool
    since: str
    reason: str


class ExplanationView(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator says beside the measured fact."""

    reason: str
    signed: str
    expires: str


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """One finding: what a rule says about one subject, and what that rests on."""

    anchor: str
    subject: str
    subject_kind: str
    outcome: str
    outcome_label: str
    symbol: str
    reason: str
    condition: str
    condition_label: str
    condition_words: str
    missing: str
    judged: tuple[JudgedView, ...]
    attempts: str
    others: tuple[str, ...]
    explanation: ExplanationView | None
    open: bool


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, said once, and its findings; ``outcome`` is the gravest of them."""

    anchor: str
    ref: str
    title: str
    expectation: str
    outcome: str
    marks: tuple[Mark, ...]
    findings: tuple[FindingView, ...]
    next_step: str
    effort: str
    thresholds: tuple[ThresholdView, ...]
    footing: str
    citations: tuple[CitationView, ...]
    note: str


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """The findings under one pack, rule by rule."""

    anchor: str
    title: str
    issuer: str
    binding: str
    version: str
    url: str
    counts: tuple[Count, ...]
    rules: tuple[RuleView, ...]
    not_applicable: tuple[Field, ...]
    not_held: tuple[Field, ...]


class SubjectRow(msgspec.Struct, frozen=True, kw_only=True):
    """One finding in the overview of a subject."""

    title: str
    anchor: str
    outcome: str
    outcome_label: str
    symbol: str
    marks: tuple[Mark, ...]


class SubjectView(msgspec.Struct, frozen=True, kw_only=True):
    """A subject and its findings, in one table."""

    anchor: str
    name: str
    kind: str
    id: str
    notes: tuple[Mark, ...]
    counts: tuple[Count, ...]
    rows: tuple[SubjectRow, ...]


class DecidingView(msgspec.Struct, frozen=True, kw_only=True):
    """A measured rule because of which a category does not stay open, and where it fails."""

    title: str
    condition: str
    places: tuple[str, ...]
    figures: str


class CategoryView(msgspec.Struct, frozen=True, kw_only=True):
    """How one category of information stands for a data set; ``code`` is an outcome's colour."""

    id: str
    title: str
    meaning: str
    citation: CitationView
    standing: str
    code: str
    label: str
    symbol: str
    says: str
    deciding: tuple[DecidingView, ...]
    steps: tuple[Field, ...]
    questions: tuple[str, ...]


class DatasetCategories(msgspec.Struct, frozen=True, kw_only=True):
    """The categories of one data set."""

    anchor: str
    dataset: str
    name: str
    declared: str
    categories: tuple[CategoryView, ...]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a table; ``sub`` stands below, smaller: a name in the data, or an interval."""

    text: str
    number: bool
    sub: str = ""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A detail of a measurement: its pictures, and the table behind them."""

    title: str
    note: str
    marks: tuple[Mark, ...]
    panels: tuple[Panel, ...]
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


class MeasurementView(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement with its values, pictures, inputs and method."""

    anchor: str
    id: str
    title: str
    subject: str
    dataset: str
    measured: str
    failure: str
    marks: tuple[Mark, ...]
    value_head: tuple[Cell, ...]
    value_rows: tuple[tuple[Cell, ...], ...]
    figures: tuple[Figure, ...]
    method: str
    notes: tuple[str, ...]
    facts: tuple[Field, ...]
    inputs: tuple[Field, ...]


class EvidenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger entry."""

    index: int
    anchor: str
    kind: str
    what: str
    sealed: str
    digests: tuple[Field, ...]
    detail: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report."""

    lang: str
    title: str
    operator: str
    subtitle: str
    words: dict[str, str]
    facts: tuple[Field, ...]
    counts: tuple[Count, ...]
    found: tuple[str, ...]
    actions: tuple[ActionView, ...]
    more_actions: str
    subjects: tuple[SubjectView, ...]
    instruments: tuple[Instrument, ...]
    categories: tuple[DatasetCategories, ...]
    category_limits: tuple[str, ...]
    measurements: tuple[MeasurementView, ...]
    evidence: tuple[EvidenceRow, ...]
    outcome_legend: tuple[Mark, ...]
    mark_legend: tuple[Mark, ...]
    checkpoint: str
    verify: tuple[str, ...]
    limits: tuple[str, ...]
    generated_utc: str
