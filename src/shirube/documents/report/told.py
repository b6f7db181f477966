# SPDX-License-Identifier: Apache-2.0
"""What was found, in the few sentences that a manager reads first."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from shirube.documents import wording
from shirube.documents.content import ReportContent
from shirube.documents.report.conditions import decisive, what_decided
from shirube.documents.report.names import Names
from shirube.terms.finding import Finding, Judged, Outcome
from shirube.terms.rule import Footing
from shirube.texts import _

_FOOTINGS: tuple[str, ...] = get_args(Footing)
_MEASURED = 4


def told(content: ReportContent, names: Names) -> tuple[str, ...]:
    """Tell the counts, the gravest measured facts, what is open, and what it all rests on."""
    sentences = [_counted(content), *_measured(content, names), _open(content), _rests_on(content)]
    return tuple(sentence for sentence in sentences if sentence)


def _counted(content: ReportContent) -> str:
    number = Counter(finding.outcome for finding in content.findings)
    reached = [one for one in content.findings if one.outcome is not Outcome.NOT_APPLICABLE]
    return _(
        "{total} findings on {subjects} subjects: {shown} shown, {not_shown} not shown, "
        "{not_judged} could not be judged, {explained} explained."
    ).format(
        total=len(reached),
        subjects=len({one.subject for one in reached}),
        shown=number[Outcome.SHOWN],
        not_shown=number[Outcome.NOT_SHOWN],
        not_judged=number[Outcome.NOT_JUDGED],
        explained=number[Outcome.EXPLAINED],
    )


def _measured(content: ReportContent, names: Names) -> list[str]:
    """Tell not-shown findings that rest on a number: one per measure, strongest footing first.

    What was found in real data comes before what was found in synthetic or changed data.
    """
    told: dict[str, str] = {}
    candidates = [one for one in content.findings if one.outcome is Outcome.NOT_SHOWN]
    for finding in sorted(candidates, key=lambda one: _strength(one, content, names)):
        rule = names.rule(finding.rule)
        judged = decisive(finding)
        if rule.wanted.kind == "measurement" and judged and rule.wanted.source not in told:
            told[rule.wanted.source] = _fact(finding, judged, content, names)
    return list(told.values())[:_MEASURED]


def _strength(finding: Finding, content: ReportContent, names: Names) -> tuple[bool, int, str]:
    judged = decisive(finding)
    marked = bool(judged and names.data_marks(*_datasets(judged, content)))
    return (marked, _FOOTINGS.index(names.rule(finding.rule).footing), finding.rule)


def _fact(finding: Finding, judged: Judged, content: ReportContent, names: Names) -> str:
    rule = names.rule(finding.rule)
    measured, limits = what_decided(rule, finding, judged, names)
    values = [
        _("{name} = {value}").format(name=title, value=value) for title, value in measured[:3]
    ]
    if limits:
        words = _("{subject}: “{rule}” is not shown. Measured: {values}; threshold: {limits}.")
    else:
        words = _("{subject}: “{rule}” is not shown. Measured: {values}.")
    sentence = words.format(
        subject=names.subject(finding.subject),
        rule=rule.title,
        values=_("; ").join(values),
        limits=_(", ").join(limits),
    )
    marks = [words for _code, words in wording.marks(rule)]
    marks += [mark.text for mark in names.data_marks(*_datasets(judged, content))]
    return sentence + "".join(_(" [{mark}]").format(mark=mark) for mark in marks)


def _datasets(judged: Judged, content: ReportContent) -> list[str]:
    return [
        one.measurement.dataset
        for one in content.evidence
        if one.index == judged.index and one.measurement is not None
    ]


def _open(content: ReportContent) -> str:
    reasons = Counter(
        one.reason for one in content.findings if one.outcome is Outcome.NOT_JUDGED
    ).most_common(1)
    if not reasons:
        return ""
    code, count = reasons[0]
    return _("Most often a finding could not be judged for this reason ({count}): {reason}").format(
        count=count, reason=wording.reason(code)
    )


def _rests_on(content: ReportContent) -> str:
    measured = [one.measurement for one in content.evidence if one.measurement is not None]
    rows = {(file.name, file.sha256): file.rows or 0 for one in measured for file in one.inputs}
    documents = sum(one.kind == "document" for one in content.evidence)
    if not content.evidence:
        return _("No evidence has been sealed yet.")
    return _(
        "The evidence, all sealed in a ledger that can be verified: runs of measurements: "
        "{measured} (over {rows} rows); documents: {documents}."
    ).format(measured=len(measured), rows=f"{sum(rows.values()):,}", documents=documents)
