# SPDX-License-Identifier: Apache-2.0
"""A measurement can rule a category out or find what makes one; it never confirms one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import rule_worlds as worlds
from hypothesis import given
from hypothesis import strategies as st

from shirube import assessment
from shirube.terms.category import Category, Standing
from shirube.terms.manifest import Explanation
from shirube.terms.rule import Citation, DatedValue
from shirube.terms.subject import Subject

CITED = Citation(instrument=worlds.WORDS, provision=worlds.WORDS, url="https://example.com")
LAW = worlds.rule("gauge.clean", id="law", footing="rule", values={})
OURS = worlds.rule("gauge.k >= value.limit", id="ours", footing="rule")
PACK = worlds.pack(LAW, OURS)


def category(**given: Any) -> Category:
    named = {"id": "c", "title": worlds.WORDS, "meaning": worlds.WORDS, "citation": CITED}
    return Category(**named, route="anonymised", **given)


def standing(of: Category, *rows: Any, explanations: Any = ()) -> Standing:
    facts = worlds.world(*rows, explanations=explanations)
    (found,) = assessment.standings(facts, [PACK], [of], "d0", worlds.ON)
    return found.standing


SAFE, FOUND_BY = category(packs=("p",)), category(found_by=("p/law",))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"clean": False, "k": 9}, Standing.RULED_OUT),  # the law's own standard is not met
        ({"clean": True, "k": 4}, Standing.AGAINST),  # only our floor of five is not met
        ({"clean": False, "k": 4}, Standing.RULED_OUT),  # the law weighs more
        ({"clean": True, "k": 5}, Standing.OPEN),  # all met: still open, never "is"
        ({"clean": None, "k": 5}, Standing.OPEN),
    ],
)
def test_a_category_is_ruled_out_by_the_law_and_doubted_by_our_figures(values, expected) -> None:
    assert standing(SAFE, worlds.run(values=values)) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [({"clean": False}, Standing.FOUND), ({"clean": True}, Standing.NO_SIGN)],
)
def test_what_makes_a_category_is_found_or_gives_no_sign(values, expected) -> None:
    assert standing(FOUND_BY, worlds.run(values=values)) is expected


def test_without_a_measurement_every_category_stays_open() -> None:
    assert standing(SAFE) is Standing.OPEN
    assert standing(FOUND_BY) is Standing.OPEN


def test_an_explanation_does_not_take_a_hit_out_of_the_data() -> None:
    explained = Explanation(
        rule="p/law",
        subject=Subject("dataset", "d0"),
        reason=worlds.WORDS,
        author="somebody",
        date=dt.date(2026, 10, 1),
        expires=dt.date(2027, 10, 1),
    )
    row = worlds.run(values={"clean": False, "k": 9})
    assert standing(SAFE, row, explanations=(explained,)) is Standing.RULED_OUT


def test_a_figure_that_became_law_rules_out_from_that_day() -> None:
    since = dt.date(2026, 11, 1)
    own, law = (
        DatedValue(start=start, value=5, footing=footing, reason=worlds.WORDS)
        for start, footing in ((dt.date(2026, 1, 1), "own-policy"), (since, "statute"))
    )
    later = worlds.rule(id="ours", footing="rule", values={"limit": (own, law)})
    facts = worlds.world(worlds.run(values={"k": 4}))
    for on, expected in ((since - dt.timedelta(1), Standing.AGAINST), (since, Standing.RULED_OUT)):
        (found,) = assessment.standings(facts, [worlds.pack(later)], [SAFE], "d0", on)
        assert found.standing is expected


@given(
    st.lists(st.fixed_dictionaries({"clean": st.none() | st.booleans(), "k": st.integers(0, 9)}))
)
def test_more_runs_never_bring_a_category_that_is_ruled_out_back(drawn) -> None:
    rows = [worlds.run(at, f"m{at}", values=values) for at, values in enumerate(drawn)]
    worst = worlds.run(99, "worst", values={"clean": False, "k": 9})
    assert standing(SAFE, *rows, worst) is Standing.RULED_OUT
