# SPDX-License-Identifier: Apache-2.0
"""The JSON forms: what a program reads instead of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shirube.terms.errors import Problem, Problems

if TYPE_CHECKING:
    from shirube.api.operator import Checked, Judgement
    from shirube.terms.errors import ShirubeError
    from shirube.terms.verification import Verification


def as_record(checked: Checked) -> dict[str, Any]:
    """Return a check as one record: findings whole, rules by name, next actions in order."""
    return {
        **judgement_record(checked.judgement),
        "measured": checked.measured,
        "reused": checked.reused,
        "failed": checked.failed,
        "why_failed": checked.why_failed,
        "documents_sealed": checked.documents_sealed,
        "models_sealed": checked.models_sealed,
    }


def judgement_record(told: Judgement) -> dict[str, Any]:
    """Return findings with the date they answer for, the counts and the next actions."""
    from shirube.documents import next_actions

    counts: dict[str, int] = {}
    for finding in told.findings:
        counts[finding.outcome.value] = counts.get(finding.outcome.value, 0) + 1
    return {
        "operator": told.manifest.operator.id,
        "on": told.on,
        "judged_at": told.judged_at,
        "counts": counts,
        "next_actions": next_actions(told.findings, told.packs),
        "findings": told.findings,
        "packs": {pack.id: pack.sha256 for pack in told.packs},
        "pack_origins": {pack.id: pack.provenance for pack in told.packs},
        "checkpoint": told.checkpoint,
        "key_id": told.key_id,
    }


def verification_record(verification: Verification) -> dict[str, Any]:
    """Return what verifying found, its problems as sentences."""
    return {
        "holds": not verification.problems,
        "leaves": verification.leaves,
        "root": verification.root,
        "checkpoint": verification.checkpoint,
        "key_id": verification.key_id,
        "problems": [str(problem) for problem in verification.problems],
        "remarks": verification.remarks,
        "stamps": verification.stamps,
    }


def problems_record(error: ShirubeError) -> dict[str, Any]:
    """Return what stopped a command, one entry per problem."""
    found = error.problems if isinstance(error, Problems) else (error,)
    return {"exit_code": int(error.exit_code), "problems": [_problem(each) for each in found]}


def _problem(error: ShirubeError) -> dict[str, str]:
    if not isinstance(error, Problem):
        return {"found": str(error), "where": "", "why": "", "remedy": ""}
    where = str(error.where) if error.where else ""
    return {"found": error.found, "where": where, "why": error.why, "remedy": error.remedy}
