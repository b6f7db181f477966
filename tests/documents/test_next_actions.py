# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import msgspec
import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st

from shirube.documents import next_actions
from shirube.terms.errors import InternalError
from shirube.terms.finding import Finding, Outcome, Reason
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.texts import using

EFFORTS = ("hours", "days", "weeks", "months")


def test_the_sample_gives_five_actions_cheapest_first() -> None:
    # hours: publication (statute), open questions (commentary); days: k (statute, not shown),
    # monitoring (guideline, not shown); weeks: fairness (could not be judged).
    actions = next_actions(sample.findings(), sample.packs())
    assert [(action.effort, action.outcome, action.findings) for action in actions] == [
        ("hours", Outcome.NOT_JUDGED, 1),
        ("hours", Outcome.NOT_JUDGED, 2),
        ("days", Outcome.NOT_SHOWN, 1),
        ("days", Outcome.NOT_SHOWN, 2),
        ("weeks", Outcome.NOT_JUDGED, 1),
    ]


def test_one_step_for_two_systems_is_one_action() -> None:
    (action,) = [
        action
        for action in next_actions(sample.findings(), sample.packs())
        if action.rules == ("hq_guideline_2025/monitoring",)
    ]
    assert action.subjects == (sample.CREDIT, sample.FASHION)
    assert action.text.en.startswith("Look into the columns")


def test_open_questions_are_one_action_that_names_three_and_counts_the_rest() -> None:
    asked = ("system.sector", "system.stage", "system.autonomy", "system.oversight", "system.risks")
    findings = [
        Finding(
            rule="hq_guideline_2025/training_data_origin",
            subject=Subject("system", f"s{place}"),
            on=sample.ON,
            outcome=Outcome.NOT_JUDGED,
            reason=Reason.APPLICABILITY_UNKNOWN,
            missing=(name,),
        )
        for place, name in enumerate(asked)
    ]
    (action,) = next_actions(findings, sample.packs())
    assert action.findings == 5
    assert action.missing == asked
    assert action.text == Text(
        "マニフェストで「不明」となっている事実を確認して記入してください"
        "（「分野」「ライフサイクルの段階」「自律の程度」ほか2件）。",
        "Find out and fill in the facts that the manifest leaves unknown "
        "(“sector”, “life-cycle stage”, “autonomy” and 2 more).",
    )


def test_what_is_shown_explained_or_out_of_reach_asks_for_nothing() -> None:
    calm = (Outcome.SHOWN, Outcome.EXPLAINED, Outcome.NOT_APPLICABLE)
    findings = [finding for finding in sample.findings() if finding.outcome in calm]
    assert next_actions(findings, sample.packs()) == ()


def test_not_shown_stands_before_could_not_be_judged_at_equal_effort() -> None:
    pack = sample.packs()[0]
    steps = [
        msgspec.structs.replace(rule, next_step=Text(rule.id, rule.id), effort="days")
        for rule in pack.rules
    ]
    one = msgspec.structs.replace(pack, rules=tuple(steps))
    actions = next_actions(
        [one for one in sample.findings() if one.subject == sample.RELEASE], [one]
    )
    assert [action.text.en for action in actions] == ["small_classes", "publication"]


def test_a_finding_of_an_unknown_rule_is_a_mistake_of_ours() -> None:
    with pytest.raises(InternalError):
        next_actions(sample.findings(), ())


@given(st.permutations(sample.findings()), st.integers(0, 8))
def test_the_order_never_depends_on_the_order_of_the_findings(
    findings: list[Finding], limit: int
) -> None:
    with using("en"):
        told = next_actions(findings, sample.packs(), limit)
    efforts = [EFFORTS.index(action.effort) for action in told]
    assert efforts == sorted(efforts)
    assert len(told) == min(limit, 5)
    expected = next_actions(sample.findings(), sample.packs(), limit)
    assert [action.effort for action in told] == [action.effort for action in expected]
    assert [set(action.subjects) for action in told] == [
        set(action.subjects) for action in expected
    ]
