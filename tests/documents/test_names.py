# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import msgspec
import sample

from shirube.documents.report.names import Names, TitlesOfNames
from shirube.terms.finding import Outcome
from shirube.terms.text import Text
from shirube.texts import using


def test_an_action_points_at_a_finding_that_is_open_and_not_at_one_out_of_reach() -> None:
    # Two rules share an action; one of them reaches the second subject only.
    finding = sample.findings()[0]
    outside = msgspec.structs.replace(
        finding, subject=sample.CREDIT, outcome=Outcome.NOT_APPLICABLE
    )
    inside = msgspec.structs.replace(finding, subject=sample.FASHION, outcome=Outcome.NOT_JUDGED)
    names = Names(sample.content(findings=(outside, inside)))
    assert names.first(finding.rule, (sample.CREDIT, sample.FASHION)) == sample.FASHION


def test_a_title_is_found_for_the_ends_of_an_interval_as_well() -> None:
    titles = TitlesOfNames({"anonymity.k": Text("最小のクラス", "smallest class")})
    with using("en"):
        assert titles.title("anonymity.k.high") == "smallest class (high end)"
        assert titles.title("anonymity.k") == "smallest class"
    assert titles.title("nobody.knows.low") == "nobody.knows.low"
