# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import msgspec
import sample

from shirube.documents.report.conditions import (
    in_words,
    reasons_used,
    values_used,
    what_decided,
)
from shirube.documents.report.names import Names
from shirube.terms.finding import Finding, Judged, Outcome, Reason
from shirube.terms.rule import Rule
from shirube.terms.text import Text
from shirube.texts import using

NAMES = Names(sample.content())


def world() -> tuple[Rule, Finding, Judged]:
    """k = 1 where 5 is asked, and 3 hits where none is allowed; unique_share plays no part.

    Both parts of ``anonymity.k >= value.min_k and anonymity.unique_share <= 0.9`` are known:
    the first fails (1 < 5), the second holds (0.81 <= 0.9).
    """
    (finding, *_) = sample.findings()
    rule = msgspec.structs.replace(
        NAMES.rule(finding.rule),
        shown_tree=(
            "and",
            (">=", ("name", "anonymity.k"), ("name", "value.min_k")),
            ("<=", ("name", "anonymity.unique_share"), ("value", 0.9)),
        ),
    )
    values = {"anonymity.k": 1, "anonymity.unique_share": 0.81, "anonymity.rows": 30_000}
    judged = msgspec.structs.replace(
        finding.judged[0],
        values=values,
        reasons={"t_equal": Text("列なし", "no column"), "k": Text("行なし", "no rows")},
    )
    return rule, finding, judged


def test_only_the_part_that_fails_is_told_with_its_threshold() -> None:
    rule, finding, judged = world()
    with using("en"):
        told = what_decided(rule, finding, judged, NAMES)
    assert told == ([("k (people in the smallest class)", "1")], ["5"])


def test_values_that_the_condition_does_not_ask_for_are_left_out() -> None:
    rule, finding, judged = world()
    with using("en"):
        assert values_used(rule, finding, judged, NAMES) == [
            ("k (people in the smallest class)", "1"),
            ("share of people alone in their class", "81.0%"),
        ]
        assert reasons_used(rule, judged) == [("anonymity.k", "no rows")]


def test_words_hold_the_titles_and_the_values() -> None:
    rule, finding, judged = world()
    with using("en"):
        told = in_words(rule, finding, judged, NAMES)
    assert "k (people in the smallest class)" in told
    assert "threshold min_k" in told
    with using("ja"):
        assert "しきい値 min_k" in in_words(rule, finding, judged, NAMES)


def test_without_the_values_there_are_no_words() -> None:
    (finding,) = [
        one
        for one in sample.findings()
        if one.reason is Reason.APPLICABILITY_UNKNOWN and one.outcome is Outcome.NOT_JUDGED
    ]
    rule = NAMES.rule(finding.rule)
    assert in_words(rule, finding, None, NAMES) == ""
    known = msgspec.structs.replace(finding, values={"system.generative": None})
    with using("en"):
        assert "is generative" in in_words(rule, known, None, NAMES)
