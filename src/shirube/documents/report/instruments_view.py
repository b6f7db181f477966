# SPDX-License-Identifier: Apache-2.0
"""Findings by instrument: each rule is said once, with its findings below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from shirube.documents import formats, wording
from shirube.documents.content import ReportContent
from shirube.documents.report import context as show
from shirube.documents.report.findings_view import finding_view
from shirube.documents.report.names import Names, anchor, counts, rule_marks, urgency
from shirube.terms.finding import Finding, Outcome
from shirube.terms.measurement import Scalar
from shirube.terms.rule import DatedValue, Pack, Rule
from shirube.texts import _

_UNSETTLED = (Outcome.NOT_SHOWN, Outcome.NOT_JUDGED)


def findings_by_pack(content: ReportContent, names: Names) -> tuple[show.Instrument, ...]:
    """Return one part per pack that has findings or facts, in the order of the packs."""
    parts = []
    for pack in content.packs:
        refs = {rule.ref for rule in pack.rules}
        own = [finding for finding in content.findings if finding.rule in refs]
        if own or pack.facts:
            parts.append(_instrument(pack, own, content, names))
    return tuple(parts)


def _instrument(
    pack: Pack, findings: list[Finding], content: ReportContent, names: Names
) -> show.Instrument:
    reached: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=urgency):
        if finding.outcome is not Outcome.NOT_APPLICABLE:
            reached.setdefault(finding.rule, []).append(finding)
    return show.Instrument(
        anchor=anchor("instrument", pack.id),
        title=str(pack.title),
        issuer=str(pack.issuer),
        binding=str(pack.binding) if pack.binding else "",
        version=_(", ").join(filter(None, (pack.version, wording.remark(pack)))),
        url=safe_url(pack.instrument_url),
        counts=counts(findings),
        rules=tuple(_rule(names.rule(ref), own, content, names) for ref, own in reached.items()),
        not_applicable=_outside(findings, names),
        not_held=tuple(
            show.Field(label=str(fact.title), text=str(fact.provision))
            for fact in pack.facts
            if not fact.text_held
        ),
    )


def _outside(findings: list[Finding], names: Names) -> tuple[show.Field, ...]:
    """Return one line per rule for the subjects that it does not reach."""
    told: dict[str, list[str]] = {}
    for finding in findings:
        if finding.outcome is Outcome.NOT_APPLICABLE:
            told.setdefault(finding.rule, []).append(names.subject(finding.subject))
    return tuple(
        show.Field(label=str(names.rule(ref).title), text=_(", ").join(subjects))
        for ref, subjects in told.items()
    )


def _rule(
    rule: Rule, findings: list[Finding], content: ReportContent, names: Names
) -> show.RuleView:
    unsettled = any(finding.outcome in _UNSETTLED for finding in findings)
    return show.RuleView(
        anchor=anchor("rule", rule.ref),
        ref=rule.ref,
        title=str(rule.title),
        expectation=str(rule.expectation),
        outcome=findings[0].outcome.value,
        marks=rule_marks(rule),
        findings=tuple(finding_view(finding, content, names) for finding in findings),
        next_step=str(rule.next_step) if unsettled else "",
        effort=wording.effort(rule.effort) if unsettled else "",
        thresholds=_thresholds(findings[0], rule, content.on),
        footing=_footing(rule),
        citations=_citations(rule),
        note=str(rule.note) if rule.note else "",
    )


def _thresholds(finding: Finding, rule: Rule, on: dt.date) -> tuple[show.ThresholdView, ...]:
    views = []
    for name, dated in rule.values.items():
        value = _standing(dated, on)
        if value is None:
            continue
        views.append(
            show.ThresholdView(
                name=name,
                value=formats.scalar(_threshold(finding, name, value)),
                footing=wording.footing(value.footing),
                own_policy=value.footing == "own-policy",
                since=formats.day(value.start),
                reason=str(value.reason),
            )
        )
    return tuple(views)


def _threshold(finding: Finding, name: str, value: DatedValue) -> Scalar:
    return finding.thresholds.get(f"value.{name}", finding.thresholds.get(name, value.value))


def _standing(values: Sequence[DatedValue], on: dt.date) -> DatedValue | None:
    begun = [value for value in values if value.start <= on]
    return max(begun, key=lambda value: value.start) if begun else None


def _footing(rule: Rule) -> str:
    return _("{footing}; {status}; from {date}").format(
        footing=wording.footing(rule.footing),
        status=wording.status(rule.status),
        date=formats.day(rule.start),
    )


def _citations(rule: Rule) -> tuple[show.CitationView, ...]:
    return tuple(
        show.CitationView(text=f"{one.instrument} {one.provision}", url=safe_url(one.url))
        for one in rule.citations
    )


def safe_url(url: str) -> str:
    """Return an address that may become a link; anything but http and https may not."""
    return url if url.startswith(("https://", "http://")) else ""
