# SPDX-License-Identifier: Apache-2.0
"""What evidence carries an item: worked out by hand on three rules."""

from __future__ import annotations

import datetime as dt

import pytest

from shirube import assessment, measures, rules
from shirube.terms.crosswalk import Carried, Crosswalk, CrosswalkItem, Pointer
from shirube.terms.finding import Finding, Outcome, Reason
from shirube.terms.subject import Subject
from shirube.terms.text import Text

PACKS = rules.load(None, measures.vocabulary())
ON = dt.date(2026, 11, 22)
FIRST, SECOND = (f"ai_guidelines_for_business/{name}" for name in ("c8_education", "c7_5_contact"))
TEXT = Text("一", "one")
ITEM = CrosswalkItem(
    id="one",
    title=TEXT,
    provision=TEXT,
    held="summary",
    pointers=(Pointer(rule=FIRST, extent="covers"), Pointer(rule=SECOND, extent="touches")),
)
ABOUT = Crosswalk(
    id="other", title=TEXT, version="1", url="", confidence="high", nature=TEXT, items=(ITEM,)
)


def found(rule: str, *outcomes: Outcome) -> list[Finding]:
    return [
        Finding(
            rule=rule,
            subject=Subject("system", f"s{number}"),
            on=ON,
            outcome=outcome,
            reason=Reason.CONDITION_HOLDS,
        )
        for number, outcome in enumerate(outcomes)
    ]


@pytest.mark.parametrize(
    ("first", "second", "carried"),
    [
        ([Outcome.SHOWN, Outcome.SHOWN], [Outcome.SHOWN], Carried.ALL),
        ([Outcome.SHOWN, Outcome.NOT_APPLICABLE], [Outcome.SHOWN], Carried.ALL),
        ([Outcome.SHOWN, Outcome.NOT_SHOWN], [Outcome.SHOWN], Carried.SOME),
        ([Outcome.SHOWN, Outcome.NOT_JUDGED], [Outcome.NOT_SHOWN], Carried.NONE),
        ([Outcome.SHOWN], [Outcome.NOT_APPLICABLE], Carried.SOME),
        ([Outcome.EXPLAINED], [Outcome.EXPLAINED], Carried.NONE),
        ([], [], Carried.NONE),
    ],
)
def test_an_item_is_carried_by_rules_that_are_shown_for_all_whom_they_reach(
    first, second, carried
) -> None:
    findings = found(FIRST, *first) + found(SECOND, *second)
    (item,) = assessment.follow_crosswalk(ABOUT, PACKS, findings, ON).items
    assert item.carried is carried
    assert sum(item.pointers[0].outcomes.values()) == len(first)


def test_without_a_folder_nothing_is_carried() -> None:
    standing = assessment.follow_crosswalk(ABOUT, PACKS, None, ON)
    assert not standing.judged
    assert [item.carried for item in standing.items] == [Carried.NONE]
