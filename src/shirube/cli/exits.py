# SPDX-License-Identifier: Apache-2.0
"""From findings to an exit code: 0 all shown or explained, 1 not shown, 3 could not be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shirube.terms.finding import Finding

FAIL_ON = ("not_shown", "not_judged", "explained")
"""Outcomes that can end a run with an error code."""

_DEFAULT = ("not_shown", "not_judged")
_CODES = {
    "not_shown": ExitCode.NOT_SHOWN,
    "explained": ExitCode.NOT_SHOWN,
    "not_judged": ExitCode.NOT_JUDGED,
}
_OUTCOMES = {
    "not_shown": "not_shown",
    "could_not_be_judged": "not_judged",
    "explained": "explained",
}


def exit_code(findings: Iterable[Finding], fail_on: Sequence[str] = ()) -> ExitCode:
    """Return the code of the gravest outcome among those that are asked about (1 before 3)."""
    asked = tuple(fail_on) or _DEFAULT
    met = {_OUTCOMES.get(finding.outcome.value) for finding in findings}
    codes = {_CODES[outcome] for outcome in asked if outcome in met}
    return next(
        (code for code in (ExitCode.NOT_SHOWN, ExitCode.NOT_JUDGED) if code in codes), ExitCode.OK
    )
