# SPDX-License-Identifier: Apache-2.0
"""A rule without its cases is not finished: what is missing is named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import rule_worlds as worlds

from shirube import rules
from shirube.terms.rule import DatedValue, Wanted

FILE = Path("cases.yaml")
BEFORE, START, CHANGE, END = (
    dt.date(2025, 12, 31),
    dt.date(2026, 1, 1),
    dt.date(2026, 6, 1),
    dt.date(2027, 1, 1),
)


def _case(outcome: str, on: dt.date = START, **given: Any) -> rules.Case:
    values = given.pop("values", None)
    runs = () if values is None else (rules.Run(id="m", date=on, values=values),)
    return rules.Case(
        sentence=worlds.WORDS, on=on, outcome=outcome, profile=given.pop("profile", {}), runs=runs
    )


COMPLETE = [
    _case("shown", values={"k": 5}),
    _case("not_shown", values={"k": 4}),
    _case("could_not_be_judged"),
    _case("not_applicable", BEFORE, values={"k": 5}),
]


def _missing(rule: Any, cases: list[rules.Case]) -> list[str]:
    return [problem.found for problem in rules.missing_cases(rule, cases, FILE)]


def test_a_complete_set_lacks_nothing() -> None:
    assert _missing(worlds.rule(), COMPLETE) == []


def test_each_case_that_is_left_out_is_asked_for() -> None:
    asked = [_missing(worlds.rule(), COMPLETE[:at] + COMPLETE[at + 1 :]) for at in range(4)]
    assert asked == [
        [
            "No case has the outcome shown.",
            "No case fulfils “gauge.k >= value.limit”.",
            "No case stands exactly at the threshold of “gauge.k >= value.limit”.",
        ],
        ["No case has the outcome not_shown.", "No case fails “gauge.k >= value.limit”."],
        ["No case says that the rule could not be judged where evidence is missing."],
        ["No case stands before the rule begins (2026-01-01)."],
    ]


def test_the_very_edge_is_asked_for() -> None:
    far = [_case("shown", values={"k": 9}), *COMPLETE[1:]]
    assert _missing(worlds.rule(), far) == [
        "No case stands exactly at the threshold of “gauge.k >= value.limit”."
    ]


def test_an_end_and_a_changed_threshold_need_both_sides() -> None:
    dated = worlds.rule().values["limit"]
    later = DatedValue(start=CHANGE, value=6, footing="own-policy", reason=worlds.WORDS)
    rule = msgspec.structs.replace(worlds.rule(), end=END, values={"limit": (*dated, later)})
    assert _missing(rule, COMPLETE) == [
        "No case stands after the rule ends (2027-01-01).",
        "No two cases stand on both sides of 2026-06-01, when “limit” changes.",
    ]
    more = [_case("not_shown", CHANGE, values={"k": 5}), _case("not_applicable", END)]
    assert _missing(rule, COMPLETE + more) == []


def test_a_subject_to_which_the_rule_does_not_apply_is_asked_for() -> None:
    rule = worlds.rule(applies="dataset.personal")
    cases = [msgspec.structs.replace(case, profile={"dataset.personal": True}) for case in COMPLETE]
    assert _missing(rule, cases) == ["No case has a subject to which the rule does not apply."]


def test_a_rule_that_is_not_in_force_needs_one_case_that_says_so() -> None:
    rule = worlds.rule(status="promulgated")
    assert _missing(rule, []) == ["No case says that the rule is not in force yet."]
    assert _missing(rule, [_case("not_applicable")]) == []


def test_a_rule_on_the_manifest_alone_is_tried_on_profiles() -> None:
    rule = worlds.rule(
        "dataset.size between 1 and value.limit", wanted=Wanted(kind="manifest", source="manifest")
    )
    sizes = {"shown": 5, "not_shown": 6, "could_not_be_judged": None}
    cases = [_case(outcome, profile={"dataset.size": size}) for outcome, size in sizes.items()]
    cases.append(_case("not_applicable", BEFORE))
    assert _missing(rule, cases) == [
        "No case fails “dataset.size >= 1”.",
        "No case stands exactly at the threshold of “dataset.size >= 1”.",
    ]
    cases += [
        _case("shown", profile={"dataset.size": 1}),
        _case("not_shown", profile={"dataset.size": 0}),
    ]
    assert _missing(rule, cases) == []
