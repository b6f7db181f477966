# SPDX-License-Identifier: Apache-2.0
"""Findings as SARIF 2.1.0, so that a code host shows them at the line of the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from shirube.__about__ import __version__
from shirube.documents import wording
from shirube.terms.finding import Finding, Outcome
from shirube.terms.manifest import Manifest
from shirube.terms.rule import Pack, Rule
from shirube.terms.subject import Subject
from shirube.texts import LANGUAGES, using

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Outcome.NOT_SHOWN: "error", Outcome.NOT_JUDGED: "warning", Outcome.EXPLAINED: "note"}
_SECTIONS = {
    "system": "systems", "dataset": "datasets", "model": "models", "supplier": "suppliers",
}  # fmt: skip


def sarif(findings: Sequence[Finding], packs: Sequence[Pack], manifest: Manifest) -> str:
    """Write every finding that somebody should look at, with its line in the manifest.

    *Not shown* is an error, *could not be judged* a warning, *explained* a note; what is shown or
    does not apply is no result. Messages are in both languages, since whoever reads them did not
    choose one.
    """
    rules = {rule.ref: rule for pack in packs for rule in pack.rules}
    told = [finding for finding in findings if finding.outcome in _LEVELS]
    named = list(dict.fromkeys(finding.rule for finding in told))
    run = {
        "tool": {"driver": {
            "name": "Shirube",
            "semanticVersion": __version__,
            "rules": [_rule(rules[ref]) for ref in named],
        }},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, rules[finding.rule], named.index(finding.rule), manifest)
            for finding in told
        ],
    }  # fmt: skip
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.ref,
        "name": rule.id,
        "shortDescription": {"text": f"{rule.title.ja} / {rule.title.en}"},
        "fullDescription": {"text": f"{rule.expectation.ja}\n{rule.expectation.en}"},
        "help": {"text": f"{rule.next_step.ja}\n{rule.next_step.en}"},
        "properties": {
            "footing": rule.footing,
            "status": rule.status,
            "confidence": rule.confidence,
            "textHeld": rule.text_held,
            "effort": rule.effort,
        },
    }
    if rule.citations:
        described["helpUri"] = rule.citations[0].url
    return described


def _result(finding: Finding, rule: Rule, index: int, manifest: Manifest) -> dict[str, Any]:
    return {
        "ruleId": rule.ref,
        "ruleIndex": index,
        "level": _LEVELS[finding.outcome],
        "message": {"text": _message(finding, rule)},
        "locations": [_location(finding.subject, manifest)],
        "partialFingerprints": {"ruleAndSubject/v1": _fingerprint(finding)},
        "properties": {
            "subject": str(finding.subject),
            "outcome": finding.outcome.value,
            "reason": finding.reason.value,
            "on": finding.on.isoformat(),
            "evidence": [judged.sha256 for judged in finding.judged],
        },
    }


def _message(finding: Finding, rule: Rule) -> str:
    lines = []
    for language in LANGUAGES:
        with using(language):
            outcome, reason = wording.outcome(finding.outcome), wording.reason(finding.reason)
            lines.append(f"{wording.marked(rule)}: {outcome} – {reason}")
    if finding.condition:
        lines.append(finding.condition)
    return "\n".join(lines)


def _location(subject: Subject, manifest: Manifest) -> dict[str, Any]:
    place = manifest.place(_key(subject))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.file)},
            "region": {"startLine": place.line or 1},
        },
        "logicalLocations": [{"fullyQualifiedName": str(subject), "kind": "resource"}],
    }


def _key(subject: Subject) -> str:
    if subject.kind == "operator":
        return "operator"
    return f"{_SECTIONS[subject.kind]}.{subject.id}"


def _uri(file: str) -> str:
    """Return the manifest's path in its repository; of an absolute path only the name is kept."""
    path = PurePath(file)
    return path.name if path.is_absolute() else path.as_posix()


def _fingerprint(finding: Finding) -> str:
    named = f"{finding.rule}\n{finding.subject}"
    return hashlib.sha256(named.encode()).hexdigest()
