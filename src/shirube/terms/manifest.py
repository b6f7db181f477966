# SPDX-License-Identifier: Apache-2.0
"""What an operator declares: the frozen form of ``shirube.yaml``.

None means that a fact was not given or is ``unknown``; the keys of the latter are listed in
``Manifest.unknown`` and become questions for whoever knows. A fact is never guessed.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.document import Document
from shirube.terms.place import Place
from shirube.terms.subject import Subject
from shirube.terms.text import Text

Role = Literal["developer", "provider", "user"]
Level = Literal["low", "medium", "high"]
LegalRoute = Literal[
    "consent", "anonymised", "pseudonymised", "statistics", "public", "no_personal_data", "other"
]
ColumnKind = Literal[
    "identifier", "quasi_identifier", "sensitive", "attribute", "feature",
    "label", "prediction", "score", "time", "free_text", "other",
]  # fmt: skip


Designation = Literal[
    "digital_platform", "large_platform", "core_infrastructure", "model_risk_principles"
]
Commitment = Literal["principle_code", "hiroshima_code_of_conduct", "hiroshima_reporting"]
Provision = Literal["none", "consent", "exception", "entrustment", "joint_use", "opt_out"]
ForeignTransfer = Literal["none", "consent", "adequate_country", "framework"]


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """The organisation that answers for the systems."""

    id: str
    name: Text
    corporate_number: str | None = None
    kind: (
        Literal[
            "company",
            "research_institution",
            "headquarters",
            "ministry",
            "local_government",
            "other",
        ]
        | None
    )
    size: Literal["large", "medium", "small", "startup"] | None = None
    roles: tuple[Role, ...] = ()
    country: str | None = None
    designations: tuple[Designation, ...] = ()
    commitments: tuple[Commitment, ...] = ()


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """Who may be harmed and how, how likely and how grave, and what is done about it."""

    id: str
    harmed: Text
    how: Text
    likelihood: Level | None = None
    severity: Level | None = None
    treatment: Literal["avoid", "reduce", "transfer", "accept"] | None = None
    measures: Text | None = None


class RiskRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The risk-and-benefit record of a system."""

    benefits: Text | None = None
    risks: tuple[Risk, ...] = ()
    decided_by: str | None = None
    decided_on: dt.date | None = None


class System(msgspec.Struct, frozen=True, kw_only=True):
    """An AI system."""

    id: str
    name: Text
    purpose: Text | None = None
    sector: str | None = None
    roles: tuple[Role, ...] = ()
    users_per_month: int | None = None
    autonomy: Literal["advice", "human_approves", "automatic", "agent"] | None = None
    generative: bool | None = None
    profiling: bool | None = None
    affected_people: tuple[str, ...] = ()
    oversight: Literal["human_in_the_loop", "human_on_the_loop", "none"] | None = None
    stage: Literal["design", "development", "operation", "retired"] | None = None
    offered_to_others: bool | None = None
    models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    risk_record: RiskRecord | None = None
    advanced: bool | None = None
    physical: bool | None = None
    recommender: bool | None = None
    learns_in_operation: bool | None = None
    government_procurement: bool | None = None
    external_transmission: bool | None = None
    medical_device: Literal["no", "class_ii", "class_iii", "class_iv"] | None = None


class DatasetColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A declared column: its role in the system, and what it means."""

    name: str
    kind: ColumnKind | None = None
    meaning: Text | None = None


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """Files or a table of a database, with source, licence and legal route."""

    id: str
    title: Text
    files: tuple[str, ...] = ()
    database: str | None = None
    table: str | None = None
    format: Literal["parquet", "csv", "jsonl", "text"] | None = None
    encoding: str | None = None
    role: Literal["training", "log", "release", "reference", "other"] | None = None
    personal_data: bool | None = None
    legal_route: LegalRoute | None = None
    source: Text | None = None
    licence: str | None = None
    location: str | None = None
    derived_from: tuple[str, ...] = ()
    earlier_releases: tuple[str, ...] = ()
    population: str | None = None
    sample: bool | None = None
    trajectories: bool | None = None
    counts: bool | None = None
    injected: Text | None = None
    synthetic: bool = False
    columns: tuple[DatasetColumn, ...] = ()
    special_care: bool | None = None
    my_number: bool | None = None
    face_features: bool | None = None
    purpose: Text | None = None
    retention: Text | None = None
    provision: Provision | None = None
    foreign_transfer: ForeignTransfer | None = None
    crawled: bool | None = None
    works: bool | None = None
    works_basis: Literal["licence", "article_30_4", "public_domain", "own"] | None = None


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model: its files or its supplier, and where its training data came from."""

    id: str
    name: Text
    version: str | None = None
    kind: str | None = None
    files: tuple[str, ...] = ()
    supplier: str | None = None
    training_data: tuple[str, ...] = ()
    training_data_origins: Text | None = None
    licence: str | None = None


class Supplier(msgspec.Struct, frozen=True, kw_only=True):
    """Who supplies a layer, from which country, and what stands in when it fails."""

    id: str
    name: Text
    layer: Literal["compute", "cloud", "model", "data", "software", "other"] | None = None
    component: str | None = None
    country: str | None = None
    fallback: Text | None = None
    fallback_drill: dt.date | None = None
    processes_personal_data: bool | None = None
    trains_on_inputs: bool | None = None


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Where people turn to."""

    id: str
    purpose: Literal["rights_holders", "personal_data", "complaints", "security", "general"]
    name: Text
    email: str | None = None
    url: str | None = None


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement that the operator declares, under an id that stays."""

    id: str
    measure: str
    dataset: str
    system: str | None = None
    arguments: dict[str, object] = msgspec.field(default_factory=dict)
    schedule: Literal["daily", "weekly", "monthly", "quarterly", "yearly", "on_change"] | None = (
        None
    )
    seed: int = 0

    @property
    def subject(self) -> Subject:
        """The system where one is named, else the data set."""
        return Subject("system", self.system) if self.system else Subject("dataset", self.dataset)


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Comply or explain: why an expectation is not met, signed and dated, and until when."""

    rule: str
    subject: Subject
    reason: Text
    author: str
    date: dt.date
    expires: dt.date


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All that an operator declares."""

    file: str
    operator: Operator
    systems: tuple[System, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    models: tuple[Model, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    contacts: tuple[Contact, ...] = ()
    documents: tuple[Document, ...] = ()
    measurements: tuple[Declaration, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    unknown: tuple[str, ...] = ()
    lines: dict[str, int] = msgspec.field(default_factory=dict)

    def place(self, key: str) -> Place:
        """Return where a key (``datasets.log.columns.SEX``) or its nearest parent stands."""
        part = key
        while part and part not in self.lines:
            part = part.rpartition(".")[0]
        return Place(self.file, self.lines.get(part), key)

    def subjects(self) -> tuple[Subject, ...]:
        """Return every subject that a rule can speak about."""
        return (
            Subject("operator", self.operator.id),
            *(Subject("system", item.id) for item in self.systems),
            *(Subject("dataset", item.id) for item in self.datasets),
            *(Subject("model", item.id) for item in self.models),
            *(Subject("supplier", item.id) for item in self.suppliers),
        )
