# SPDX-License-Identifier: Apache-2.0
"""Findings as a page shows them: by instrument with everything, by subject as an overview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from shirube.documents import formats, wording
from shirube.documents.content import ReportContent
from shirube.documents.report import context as show
from shirube.documents.report.conditions import decisive, full_name, in_words, values_used
from shirube.documents.report.names import Names, anchor, counts, symbol
from shirube.terms.finding import Finding, Judged, OtherRun, Outcome, Reason
from shirube.terms.measurement import Scalar
from shirube.terms.rule import DatedValue, Pack, Rule
from shirube.terms.subject import Subject
from shirube.texts import _

_ORDER = {code: place for place, code in enumerate(wording.OUTCOMES)}


def findings_by_pack(content: ReportContent, names: Names) -> tuple[show.Instrument, ...]:
    """Return one part per pack that has findings or facts, in the order of the packs."""
    parts = []
    for pack in content.packs:
        refs = {rule.ref for rule in pack.rules}
        own = [finding for finding in content.findings if finding.rule in refs]
        if own or pack.facts:
            parts.append(_instrument(pack, own, content, names))
    return tuple(parts)


def findings_by_subject(content: ReportContent, names: Names) -> tuple[show.SubjectView, ...]:
    """Return one part per subject that a rule reaches, in the order of the manifest."""
    parts = []
    for subject in dict.fromkeys((*names.subjects(), *(one.subject for one in content.findings))):
        own = [one for one in content.findings if one.subject == subject]
        reached = [one for one in own if one.outcome is not Outcome.NOT_APPLICABLE]
        if reached:
            parts.append(_subject(subject, own, reached, names))
    return tuple(parts)


def _instrument(
    pack: Pack, findings: list[Finding], content: ReportContent, names: Names
) -> show.Instrument:
    reached = [one for one in findings if one.outcome is not Outcome.NOT_APPLICABLE]
    rest = [one for one in findings if one.outcome is Outcome.NOT_APPLICABLE]
    return show.Instrument(
        anchor=anchor("instrument", pack.id),
        title=str(pack.title),
        issuer=str(pack.issuer),
        binding=str(pack.binding) if pack.binding else "",
        version=pack.version,
        url=safe_url(pack.instrument_url),
        counts=counts(findings),
        findings=tuple(_finding(one, content, names) for one in sorted(reached, key=_urgency)),
        not_applicable=tuple(
            show.Field(
                label=str(names.rule(one.rule).title),
                text=_("{name}: {value}").format(
                    name=names.subject(one.subject), value=wording.reason(one.reason)
                ),
            )
            for one in rest
        ),
        not_held=tuple(
            show.Field(label=str(fact.title), text=str(fact.provision))
            for fact in pack.facts
            if not fact.text_held
        ),
    )


def _urgency(finding: Finding) -> tuple[int, str, Subject]:
    return (_ORDER[finding.outcome], finding.rule, finding.subject)


def _subject(
    subject: Subject, own: list[Finding], reached: list[Finding], names: Names
) -> show.SubjectView:
    return show.SubjectView(
        anchor=anchor("subject", str(subject)),
        name=names.subject(subject),
        kind=wording.subject_kind(subject.kind),
        id=subject.id,
        notes=names.data_marks(subject.id) if subject.kind == "dataset" else (),
        counts=counts(own),
        rows=tuple(
            show.SubjectRow(
                title=str(names.rule(one.rule).title),
                anchor=finding_anchor(one),
                outcome=one.outcome.value,
                outcome_label=wording.outcome(one.outcome),
                symbol=symbol(one.outcome),
                marks=rule_marks(names.rule(one.rule)),
            )
            for one in sorted(reached, key=_urgency)
        ),
    )


def finding_anchor(finding: Finding) -> str:
    """Return where a finding stands on the page."""
    return anchor("finding", finding.rule, str(finding.subject))


def rule_marks(rule: Rule) -> tuple[show.Mark, ...]:
    """Return the marks of a rule."""
    return tuple(show.Mark(code=code, text=text) for code, text in wording.marks(rule))


def _finding(finding: Finding, content: ReportContent, names: Names) -> show.FindingView:
    rule = names.rule(finding.rule)
    open_ = finding.outcome in (Outcome.NOT_SHOWN, Outcome.NOT_JUDGED)
    return show.FindingView(
        anchor=finding_anchor(finding),
        rule=finding.rule,
        title=str(rule.title),
        expectation=str(rule.expectation),
        outcome=finding.outcome.value,
        outcome_label=wording.outcome(finding.outcome),
        symbol=symbol(finding.outcome),
        reason=wording.reason(finding.reason),
        subject=names.subject(finding.subject),
        subject_kind=wording.subject_kind(finding.subject.kind),
        marks=rule_marks(rule),
        condition=finding.condition or rule.shown,
        condition_label=_condition_label(finding),
        condition_words=in_words(rule, finding, _told_by(finding), names),
        missing=_(", ").join(names.title(name) for name in finding.missing),
        judged=tuple(_judged(one, finding, rule, content, names) for one in finding.judged),
        attempts=_attempts(finding),
        others=tuple(_other(run) for run in finding.others),
        thresholds=_thresholds(finding, rule, content.on),
        explanation=_explanation(finding),
        next_step=str(rule.next_step) if open_ else "",
        effort=wording.effort(rule.effort) if open_ else "",
        footing=_footing(rule),
        citations=_citations(rule),
        note=str(rule.note) if rule.note else "",
        open=finding.outcome is not Outcome.SHOWN,
    )


def _told_by(finding: Finding) -> Judged | None:
    return decisive(finding) or next(iter(finding.judged), None)


def _condition_label(finding: Finding) -> str:
    if finding.reason is Reason.APPLICABILITY_UNKNOWN:
        return _("The rule applies when")
    return _("Condition with the actual values") if finding.condition else _("Condition")


def _judged(
    judged: Judged, finding: Finding, rule: Rule, content: ReportContent, names: Names
) -> show.JudgedView:
    sealed = judged.index >= 0 and bool(judged.sha256)
    datasets = [
        one.measurement.dataset
        for one in content.evidence
        if one.index == judged.index and one.measurement is not None
    ]
    return show.JudgedView(
        declared_id=judged.declared_id,
        entry=f"{judged.index}" if sealed else "",
        anchor=anchor("evidence", str(judged.index)) if sealed else "",
        digest=formats.short_digest(judged.sha256),
        age=_age(judged),
        outcome=judged.outcome.value,
        outcome_label=wording.outcome(judged.outcome),
        symbol=symbol(judged.outcome),
        reason=_because(judged, finding, rule, names),
        condition=judged.condition,
        values=tuple(
            show.Field(label=title, text=value)
            for title, value in values_used(rule, finding, judged, names)
        ),
        notes=names.data_marks(*datasets),
    )


def _age(judged: Judged) -> str:
    if judged.age_days == 0:
        return _("{date} (the same day)").format(date=formats.day(judged.date))
    return _("{date} ({age} before this report's date)").format(
        date=formats.day(judged.date), age=formats.days(judged.age_days)
    )


def _because(judged: Judged, finding: Finding, rule: Rule, names: Names) -> str:
    """Say why, unless the finding has already said just that."""
    details = [
        _("{name}: {value}").format(name=names.title(full_name(name, rule)), value=why)
        for name, why in judged.reasons.items()
        if why
    ]
    if not details and judged.reason is finding.reason:
        return ""
    return " ".join([wording.reason(judged.reason), *details])


def _attempts(finding: Finding) -> str:
    if not finding.attempts:
        return ""
    if finding.attempts == 1:
        return _("1 run is on record.")
    return _("{count} runs are on record; each is an entry of the ledger.").format(
        count=finding.attempts
    )


def _other(run: OtherRun) -> str:
    told = _("{id}, entry {index}, {date}: {why}").format(
        id=run.declared_id, index=run.index, date=formats.day(run.date), why=wording.run(run.why)
    )
    return _("{run} ({detail})").format(run=told, detail=run.detail) if run.detail else told


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


def _explanation(finding: Finding) -> show.ExplanationView | None:
    given = finding.explanation
    if given is None:
        return None
    return show.ExplanationView(
        reason=str(given.reason),
        signed=_("{author}, {date}").format(author=given.author, date=formats.day(given.date)),
        expires=_("Valid until {date}").format(date=formats.day(given.expires)),
    )


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
