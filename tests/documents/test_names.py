# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import msgspec
import sample

from shirube.documents.report.names import Names
from shirube.terms.finding import Outcome


def test_an_action_points_at_a_finding_that_is_open_and_not_at_one_out_of_reach() -> None:
    # Two rules share an action; one of them reaches the second subject only.
    finding = sample.findings()[0]
    outside = msgspec.structs.replace(
        finding, subject=sample.CREDIT, outcome=Outcome.NOT_APPLICABLE
    )
    inside = msgspec.structs.replace(finding, subject=sample.FASHION, outcome=Outcome.NOT_JUDGED)
    names = Names(sample.content(findings=(outside, inside)))
    assert names.first(finding.rule, (sample.CREDIT, sample.FASHION)) == sample.FASHION
