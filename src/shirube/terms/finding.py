# SPDX-License-Identifier: Apache-2.0
"""A finding: rule x subject x date -> outcome, with the reason and the evidence."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from shirube.terms.manifest import Explanation
from shirube.terms.measurement import Scalar
from shirube.terms.subject import Subject
from shirube.terms.text import Text


class Outcome(StrEnum):
    """The five outcomes; soft law is never violated, and absent evidence is never a pass."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"
    NOT_JUDGED = "could_not_be_judged"
    EXPLAINED = "explained"
    NOT_APPLICABLE = "not_applicable"


class Reason(StrEnum):
    """Why a finding has its outcome."""

    CONDITION_HOLDS = "condition_holds"
    CONDITION_FAILS = "condition_fails"
    EXPLAINED = "explained"
    NO_EVIDENCE = "no_evidence"
    EVIDENCE_EXPIRED = "evidence_expired"
    NOT_ESTIMABLE = "not_estimable"
    MEASUREMENT_FAILED = "measurement_failed"
    APPLICABILITY_UNKNOWN = "applicability_unknown"
    FACT_UNKNOWN = "fact_unknown"
    DOES_NOT_APPLY = "does_not_apply"
    NOT_IN_FORCE = "not_in_force"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence under one rule: what it showed, how old it is, where it lies."""

    declared_id: str
    index: int
    sha256: str
    date: dt.date
    age_days: int
    outcome: Outcome
    reason: Reason
    condition: str  # the condition with the actual values put in
    values: dict[str, Scalar] = msgspec.field(default_factory=dict)
    reasons: dict[str, Text] = msgspec.field(default_factory=dict)


class OtherRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that did not decide: superseded, withdrawn, expired, or with other arguments."""

    declared_id: str
    index: int
    date: dt.date
    why: str  # "superseded", "withdrawn", "expired", "other_arguments", "not_yet_known"
    detail: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of one rule for one subject on one date.

    ``condition`` is the condition with the actual values of the piece of evidence that decided;
    ``attempts`` counts every run, also those in ``others``; ``missing`` names the facts that nobody
    has given yet; ``values`` are the manifest's facts that the condition used.
    """

    rule: str
    subject: Subject
    on: dt.date
    outcome: Outcome
    reason: Reason
    condition: str = ""
    judged: tuple[Judged, ...] = ()
    others: tuple[OtherRun, ...] = ()
    attempts: int = 0
    missing: tuple[str, ...] = ()
    thresholds: dict[str, Scalar] = msgspec.field(default_factory=dict)
    explanation: Explanation | None = None
    values: dict[str, Scalar] = msgspec.field(default_factory=dict)
