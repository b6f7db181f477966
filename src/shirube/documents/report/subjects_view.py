# SPDX-License-Identifier: Apache-2.0
"""Findings by subject: an overview whose lines lead to the findings."""

from __future__ import annotations

from shirube.documents import wording
from shirube.documents.content import ReportContent
from shirube.documents.report import context as show
from shirube.documents.report.findings_view import finding_anchor
from shirube.documents.report.names import Names, anchor, counts, rule_marks, symbol, urgency
from shirube.terms.finding import Finding, Outcome
from shirube.terms.subject import Subject


def findings_by_subject(content: ReportContent, names: Names) -> tuple[show.SubjectView, ...]:
    """Return one part per subject that a rule reaches, in the order of the manifest."""
    parts = []
    for subject in dict.fromkeys((*names.subjects(), *(one.subject for one in content.findings))):
        own = [one for one in content.findings if one.subject == subject]
        reached = [one for one in own if one.outcome is not Outcome.NOT_APPLICABLE]
        if reached:
            parts.append(_subject(subject, own, reached, names))
    return tuple(parts)


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
            for one in sorted(reached, key=urgency)
        ),
    )
