# SPDX-License-Identifier: Apache-2.0
"""One finding as a page shows it: outcome, condition, evidence, other runs, explanation."""

from __future__ import annotations

import msgspec

from shirube.documents import formats, wording
from shirube.documents.content import ReportContent
from shirube.documents.report import context as show
from shirube.documents.report.conditions import decisive, in_words, reasons_used, values_used
from shirube.documents.report.measurements_view import measurement_anchor
from shirube.documents.report.names import Names, anchor, symbol
from shirube.terms.evidence import Evidence
from shirube.terms.finding import Finding, Judged, OtherRun, Outcome, Reason
from shirube.terms.rule import Rule
from shirube.texts import _

_OPEN = (Outcome.NOT_SHOWN, Outcome.EXPLAINED)


def finding_anchor(finding: Finding) -> str:
    """Return where a finding stands on the page."""
    return anchor("finding", finding.rule, str(finding.subject))


def finding_view(finding: Finding, content: ReportContent, names: Names) -> show.FindingView:
    """Return a finding with everything that it rests on."""
    rule = names.rule(finding.rule)
    return show.FindingView(
        anchor=finding_anchor(finding),
        subject=names.subject(finding.subject),
        subject_kind=wording.subject_kind(finding.subject.kind),
        outcome=finding.outcome.value,
        outcome_label=wording.outcome(finding.outcome),
        symbol=symbol(finding.outcome),
        reason=wording.reason(finding.reason),
        condition=finding.condition or rule.shown,
        condition_label=_condition_label(finding),
        condition_words=in_words(rule, finding, _told_by(finding), names),
        missing=_(", ").join(names.title(name) for name in finding.missing),
        judged=tuple(_judged(one, finding, rule, content, names) for one in finding.judged),
        attempts=_attempts(finding, rule),
        others=tuple(_other(run) for run in finding.others),
        explanation=_explanation(finding),
        open=finding.outcome in _OPEN,
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
    listed = [one for one in content.evidence if one.index == judged.index]
    datasets = [one.measurement.dataset for one in listed if one.measurement is not None]
    return show.JudgedView(
        declared_id=judged.declared_id,
        title=_title(listed, names),
        entry=f"{judged.index}" if sealed else "",
        anchor=anchor("evidence", str(judged.index)) if sealed and listed else "",
        figures=measurement_anchor(judged.index, content),
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


def _title(listed: list[Evidence], names: Names) -> str:
    """Return in words what the id stands for: the measure, or the document's title."""
    for one in listed:
        if one.measurement is not None:
            return names.measure(one.measurement.measure)
        if one.document is not None and one.document.document.title:
            return str(one.document.document.title)
    return ""


def _age(judged: Judged) -> str:
    if judged.age_days == 0:
        return _("{date} (the same day)").format(date=formats.day(judged.date))
    return _("{date} ({age} before this report's date)").format(
        date=formats.day(judged.date), age=formats.days(judged.age_days)
    )


def _because(judged: Judged, finding: Finding, rule: Rule, names: Names) -> str:
    """Say why, unless the finding has already said just that."""
    details = [
        _("{name}: {value}").format(name=names.title(name), value=why)
        for name, why in reasons_used(rule, judged)
    ]
    if not details and judged.reason is finding.reason:
        return ""
    return " ".join([wording.reason(judged.reason), _("; ").join(details)]).strip()


def _attempts(finding: Finding, rule: Rule) -> str:
    """Tell how often something was measured; of a document, only that there were several."""
    if not finding.attempts:
        return ""
    if rule.wanted.kind != "measurement":
        told = _("The document was sealed {count} times; each is an entry of the ledger.")
        return told.format(count=finding.attempts) if finding.attempts > 1 else ""
    if finding.attempts == 1:
        return _("1 run is on record.")
    return _("{count} runs are on record; each is an entry of the ledger.").format(
        count=finding.attempts
    )


def _other(run: OtherRun) -> str:
    told = _("{id}, entry {index}, {date}: {why}").format(
        id=run.declared_id, index=run.index, date=formats.day(run.date), why=wording.run(run.why)
    )
    if not run.detail:
        return told
    return _("{run} ({detail})").format(run=told, detail=_readable(run.detail))


def _readable(detail: str) -> str:
    """Write arguments, which come as JSON without a space to break a line at, as a list."""
    try:
        arguments = msgspec.json.decode(detail, type=dict[str, object])
    except msgspec.DecodeError:
        return detail
    return "; ".join(f"{name}: {_listed(value)}" for name, value in arguments.items())


def _listed(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _explanation(finding: Finding) -> show.ExplanationView | None:
    given = finding.explanation
    if given is None:
        return None
    return show.ExplanationView(
        reason=str(given.reason),
        signed=_("{author}, {date}").format(author=given.author, date=formats.day(given.date)),
        expires=_("Valid until {date}").format(date=formats.day(given.expires)),
    )
