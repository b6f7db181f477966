# SPDX-License-Identifier: Apache-2.0
"""From findings to exit codes."""

from __future__ import annotations

import datetime as dt

import pytest

from shirube.cli.exits import exit_code
from shirube.terms.finding import Finding, Outcome, Reason
from shirube.terms.subject import Subject

SHOWN, NOT_SHOWN = Outcome.SHOWN, Outcome.NOT_SHOWN
NOT_JUDGED, EXPLAINED = Outcome.NOT_JUDGED, Outcome.EXPLAINED
NOT_APPLICABLE = Outcome.NOT_APPLICABLE


def _finding(outcome: Outcome) -> Finding:
    return Finding(
        rule="pack/rule",
        subject=Subject("system", "s"),
        on=dt.date(2026, 11, 22),
        outcome=outcome,
        reason=Reason.CONDITION_HOLDS,
    )


@pytest.mark.parametrize(
    ("outcomes", "fail_on", "code"),
    [
        ((), (), 0),
        ((SHOWN, EXPLAINED, NOT_APPLICABLE), (), 0),
        ((SHOWN, NOT_SHOWN), (), 1),
        ((SHOWN, NOT_JUDGED), (), 3),
        # Not shown comes before could not be judged.
        ((NOT_JUDGED, NOT_SHOWN), (), 1),
        ((NOT_JUDGED, NOT_SHOWN), ("not_judged",), 3),
        ((NOT_JUDGED,), ("not_shown",), 0),
        ((EXPLAINED,), ("explained",), 1),
        ((EXPLAINED, NOT_JUDGED), ("explained", "not_judged"), 1),
    ],
)
def test_the_gravest_outcome_asked_about_gives_the_code(
    outcomes: tuple[Outcome, ...], fail_on: tuple[str, ...], code: int
) -> None:
    assert exit_code(map(_finding, outcomes), fail_on) == code
