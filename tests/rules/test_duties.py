# SPDX-License-Identifier: Apache-2.0
"""Both languages of a rule say the same duty: for whom, how strongly, with which numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shirube.rules import differing_duties
from shirube.rules.duties import modality, numbers
from shirube.terms.rule import Citation, DatedValue, Rule, Wanted
from shirube.terms.text import Text

WORDS = Text("題", "Title")


def _rule(ja: str, en: str, **more: Any) -> Rule:
    given: dict[str, Any] = {
        "title": WORDS,
        "next_step": Text("記してください。", "Write it down."),
        **more,
    }
    return Rule(
        id="one",
        pack="pack",
        expectation=Text(ja, en),
        citations=(Citation(instrument=WORDS, provision=WORDS, url="https://example.com"),),
        addressee="operator",
        footing="guideline",
        status="in-force",
        confidence="high",
        start=dt.date(2026, 1, 1),
        end=None,
        subject="operator",
        applies="true",
        wanted=Wanted(kind="manifest", source="manifest"),
        over="every",
        shown="operator.role_user",
        effort="hours",
        **given,
    )


@pytest.mark.parametrize(
    ("ja", "en", "told"),
    [
        ("協力しなければなりません。", "The operator must cooperate.", "must"),
        ("提供してはなりません。", "It must not be provided.", "must"),
        ("施策を実施する責務を有します。", "It is responsible for measures.", "must"),
        ("公表するものとされています。", "It is to publish the plan.", "must"),
        ("普及に努めるものとされています。", "They try to spread results.", "try"),
        ("消去するよう努めなければなりません。", "The operator must try to delete them.", "try"),
        ("示すことが期待されます。", "Users are told about limits.", "should"),
        ("防止に努めることが期待されます。", "It should try to prevent this.", "should"),
        ("協力を求めることができます。", "It may call on others for cooperation.", "may"),
        ("誤りがあり得ることを示すことが望まれます。", "That it may be wrong is told.", "should"),
    ],
)
def test_a_modality_is_read_from_its_signs(ja: str, en: str, told: str) -> None:
    assert (modality(ja, "ja"), modality(en, "en")) == (told, told)


def test_a_must_that_became_a_should_is_told() -> None:
    rule = _rule("公表しなければなりません。", "The policy should be published.")
    assert list(differing_duties(rule)) == ["expectation: Japanese says must, English says should."]


def test_an_addressee_that_got_lost_is_told() -> None:
    rule = _rule("開発者は示すことが期待されます。", "Operators should show it.")
    assert list(differing_duties(rule)) == ["expectation: only the Japanese names developer."]
    rule = _rule("示すことが期待されます。", "Local governments should show it.")
    assert list(differing_duties(rule)) == [
        "expectation: only the English names local governments."
    ]


def test_the_state_is_not_any_state_and_a_foreign_country_is_not_the_state() -> None:
    rule = _rule("外国の制度を把握することが期待されます。", "Its operating state should be known.")
    assert list(differing_duties(rule)) == []


@pytest.mark.parametrize(
    ("ja", "en", "found"),
    [
        ("2026年8月25日", "25 August 2026", {"2026-08-25"}),
        ("令和7年12月19日", "19 December 2025", {"2025-12-19"}),
        ("１，０００人を超える", "more than 1,000 people", {"1000"}),
        ("月間100万人", "a million users a month", {"1000000"}),
        ("23.1兆円", "23.1 trillion yen", {"23100000000000"}),
        ("0.50", "0.5", {"0.5"}),
        ("9月", "September", {"9"}),
        ("二つの原則", "two principles", set()),
    ],
)
def test_numbers_and_dates_have_one_form(ja: str, en: str, found: set[str]) -> None:
    assert numbers(ja, "ja") == numbers(en, "en") == found


def test_a_number_that_differs_is_told_with_its_place() -> None:
    reason = Text("5件とします。", "Six are wanted.")
    value = DatedValue(start=dt.date(2026, 1, 1), value=5, footing="own-policy", reason=reason)
    rule = _rule(
        "30日以内に示すことが期待されます。",
        "It should be shown within 60 days.",
        values={"least": (value,)},
    )
    assert list(differing_duties(rule)) == [
        "expectation: the numbers differ: Japanese has 30, English has 60.",
        "values.least: the numbers differ: Japanese has 5, English has –.",
    ]


def test_a_small_number_may_be_spelled_out_in_one_language() -> None:
    rule = _rule("12か月ごとに示すことが期待されます。", "It should be shown every twelve months.")
    assert list(differing_duties(rule)) == []
    rule = _rule("四つの場合を示すことが期待されます。", "The 4 cases should be shown.")
    assert list(differing_duties(rule)) == []
