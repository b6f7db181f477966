# SPDX-License-Identifier: Apache-2.0
"""Dates on which something changes by itself: found from the rules and the evidence alone."""

from __future__ import annotations

import datetime as dt

import msgspec
import rule_worlds as worlds

from shirube import assessment
from shirube.terms.fact import Facts
from shirube.terms.finding import Outcome
from shirube.terms.rule import DatedValue, HeldFact
from shirube.terms.upcoming import Coming

ON, UNTIL = dt.date(2026, 11, 1), dt.date(2029, 11, 1)
NOBODY = Facts(profiles=(), rows=())


def coming(facts, *rules, held=()):
    pack = msgspec.structs.replace(worlds.pack(*rules), facts=tuple(held))
    found = assessment.upcoming(facts, [pack], ON, UNTIL)
    return [(one.date, one.kind) for one in found]


def test_a_promulgated_rule_starts_and_a_draft_does_not() -> None:
    start = dt.date(2027, 1, 17)
    promulgated = worlds.rule(id="a", status="promulgated", start=start)
    draft = worlds.rule(id="b", status="draft", start=start)
    assert coming(NOBODY, promulgated, draft) == [(start, Coming.RULE_STARTS)]


def test_a_rule_ends_and_a_threshold_changes() -> None:
    first, then = (
        DatedValue(start=start, value=5, footing="own-policy", reason=worlds.WORDS)
        for start in (dt.date(2026, 1, 1), dt.date(2027, 4, 1))
    )
    rule = worlds.rule(end=dt.date(2028, 4, 1), values={"limit": (first, then)})
    assert coming(NOBODY, rule) == [
        (dt.date(2027, 4, 1), Coming.VALUE_CHANGES),
        (dt.date(2028, 4, 1), Coming.RULE_ENDS),
    ]


def test_a_yearly_fact_comes_once_with_its_next_date() -> None:
    leap = HeldFact(id="leap", title=worlds.WORDS, provision=worlds.WORDS,
                    start=dt.date(2024, 2, 29), yearly=True)  # fmt: skip
    assert coming(NOBODY, held=[leap]) == [(dt.date(2027, 3, 1), Coming.FACT)]


def test_evidence_expires_on_the_last_day_that_it_counts() -> None:
    # Measured on 1 October 2026 and good for 100 days: 9 January 2027 is the hundredth day.
    facts = worlds.world(worlds.run(values={"k": 9}))
    rules = [worlds.rule(id=name, lifetime_days=100) for name in ("a", "b")]
    pack = worlds.pack(*rules)
    (found,) = assessment.upcoming(facts, [pack], ON, UNTIL)
    last = dt.date(2027, 1, 9)
    assert (found.date, found.kind) == (last, Coming.EVIDENCE_EXPIRES)
    assert found.refs == ("m", "p/a", "p/b")  # one piece of evidence, two rules
    # The oracle: the finding itself counts it on that day and no longer on the next.
    outcomes = [
        assessment.assess(facts, [pack], day)[0].outcome for day in (last, last + dt.timedelta(1))
    ]
    assert outcomes == [Outcome.SHOWN, Outcome.NOT_JUDGED]
