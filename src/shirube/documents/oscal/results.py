# SPDX-License-Identifier: Apache-2.0
"""Findings as OSCAL assessment results.

OSCAL has two states. *Shown* is ``satisfied``, *not shown* ``not-satisfied``; *explained* is
``not-satisfied`` for another reason, with the explanation. *Could not be judged* has no state: it
is an observation without a finding, never a silent pass. *Not applicable* is counted and not
listed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shirube.documents.oscal.catalog import statement_id
from shirube.documents.oscal.ids import both, control_id, line, metadata, named, props
from shirube.terms.finding import Finding, Outcome
from shirube.terms.japan import JAPAN
from shirube.terms.rule import Pack
from shirube.terms.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shirube.terms.finding import Judged
    from shirube.terms.rule import Rule
    from shirube.terms.subject import Subject

_STATES: Final = {
    Outcome.SHOWN: {"state": "satisfied", "reason": "pass"},
    Outcome.NOT_SHOWN: {"state": "not-satisfied", "reason": "fail"},
    Outcome.EXPLAINED: {"state": "not-satisfied", "reason": "other"},
}


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """What assessment results are made of."""

    operator: str
    name: Text
    on: dt.date
    judged_at: dt.datetime
    checkpoint: str
    packs: tuple[Pack, ...]
    findings: tuple[Finding, ...]

    @property
    def origin(self) -> str:
        """The name of the ledger: the first line of its checkpoint."""
        return self.checkpoint.partition("\n")[0]


def assessment_results(told: Assessed) -> dict[str, Any]:
    """Return the findings of one folder as assessment results."""
    rules = {rule.ref: rule for pack in told.packs for rule in pack.rules}
    listed = [one for one in told.findings if one.outcome is not Outcome.NOT_APPLICABLE]
    counts = Counter(one.outcome for one in told.findings)
    plan = named("plan", told.operator)
    result: dict[str, Any] = {
        "uuid": named("result", told.operator, told.on, told.checkpoint),
        "title": f"{both(told.name)} {told.on}",
        "description": "Findings of Shirube: rule x subject x date, resting on sealed evidence.",
        "start": told.judged_at.isoformat(),
        "props": props([("on", told.on), *((one.value, counts[one]) for one in Outcome)]),
        "reviewed-controls": {"control-selections": [_selection(told)]},
    }
    if listed:
        result["local-definitions"] = {"components": _components(listed, told)}
        result["observations"] = [_observation(one, rules[one.rule], told) for one in listed]
    found = [_finding(one, rules[one.rule], told) for one in listed if one.outcome in _STATES]
    if found:
        result["findings"] = found
    return {
        "assessment-results": {
            "uuid": named("assessment-results", told.operator, told.on, told.checkpoint),
            "metadata": metadata(both(told.name), str(told.on), told.judged_at),
            "import-ap": {"href": f"#{plan}"},
            "results": [result],
            "back-matter": {
                "resources": [
                    {
                        "uuid": plan,
                        "title": "shirube.yaml",
                        "description": "The operator's manifest declares what is measured, on "
                        "which data and how often. There is no OSCAL assessment plan.",
                    }
                ]
            },
        }
    }


def _selection(told: Assessed) -> dict[str, Any]:
    refs = sorted({one.rule for one in told.findings})
    if not refs:
        return {"include-all": {}}
    return {"include-controls": [{"control-id": control_id(ref)} for ref in refs]}


def _components(listed: list[Finding], told: Assessed) -> list[dict[str, Any]]:
    subjects: Mapping[str, Subject] = {str(one.subject): one.subject for one in listed}
    return [
        {
            "uuid": named("subject", told.operator, name),
            "type": subject.kind,
            "title": subject.id,
            "description": name,
            "status": {"state": "other"},
        }
        for name, subject in sorted(subjects.items())
    ]


def _name(one: Finding, told: Assessed) -> tuple[object, ...]:
    return told.operator, one.rule, one.subject, one.on


def _observation(one: Finding, rule: Rule, told: Assessed) -> dict[str, Any]:
    made: dict[str, Any] = {
        "uuid": named("observation", *_name(one, told)),
        "title": both(rule.title),
        "description": line(one.condition) or one.reason.value,
        "props": props(
            [
                ("rule", one.rule),
                ("outcome", one.outcome.value),
                ("reason", one.reason.value),
                ("attempts", one.attempts),
                *((f"missing-{number}", name) for number, name in enumerate(one.missing, 1)),
            ]
        ),
        "methods": ["TEST" if rule.wanted.kind == "measurement" else "EXAMINE"],
        "subjects": [
            {"subject-uuid": named("subject", told.operator, one.subject), "type": "component"}
        ],
        "collected": _collected(one, told).isoformat(),
    }
    if one.judged:
        made["relevant-evidence"] = [_evidence(judged, told.origin) for judged in one.judged]
    return made


def _collected(one: Finding, told: Assessed) -> dt.datetime:
    """Return the day of the newest evidence, or when its absence was seen."""
    days = [judged.date for judged in one.judged]
    return dt.datetime.combine(max(days), dt.time(), JAPAN) if days else told.judged_at


def _evidence(judged: Judged, origin: str) -> dict[str, Any]:
    return {
        "href": f"tlog:{origin}#{judged.index}",
        "description": line(f"{judged.declared_id} {judged.date}: {judged.condition}"),
        "props": props([("sha256", judged.sha256), ("leaf", judged.index)]),
    }


def _finding(one: Finding, rule: Rule, told: Assessed) -> dict[str, Any]:
    status: dict[str, Any] = dict(_STATES[one.outcome])
    if one.explanation:
        status["remarks"] = f"{one.explanation.reason.ja}\n\n{one.explanation.reason.en}"
    return {
        "uuid": named("finding", *_name(one, told)),
        "title": both(rule.title),
        "description": line(one.condition) or one.reason.value,
        "target": {
            "type": "statement-id",
            "target-id": statement_id(one.rule),
            "status": status,
        },
        "related-observations": [{"observation-uuid": named("observation", *_name(one, told))}],
    }
