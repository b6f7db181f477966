# SPDX-License-Identifier: Apache-2.0
"""Which rules reach whom, and what changed for whom between two days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shirube import assessment
from shirube.rules import compile_condition, render
from shirube.terms.fact import Profile
from shirube.terms.reaching import Changing, Reaching
from shirube.terms.rule import Citation, DatedValue, HeldFact, Pack, Rule, Wanted
from shirube.terms.subject import Subject
from shirube.terms.text import Text

WORDS = Text("語", "words")
NAMES = {"system.generative": "boolean", "system.users": "number", "value.many": "number"}
SHOP = Subject("system", "shop")
BOT = Subject("system", "bot")
SHY = Subject("system", "shy")
PROFILES = (
    Profile(subject=SHOP, facts={"system.generative": False, "system.users": 10}),
    Profile(subject=BOT, facts={"system.generative": True, "system.users": 10}),
    Profile(subject=SHY, facts={"system.generative": None, "system.users": 10}),
)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _rule(name: str, applies: str = "system.generative", **more: Any) -> Rule:
    given: dict[str, Any] = {
        "status": "in-force",
        "start": _day("2026-01-01"),
        "end": None,
        **more,
    }
    return Rule(
        id=name,
        pack="pack",
        title=WORDS,
        expectation=WORDS,
        citations=(Citation(instrument=WORDS, provision=WORDS, url="https://example.com"),),
        addressee="operator",
        footing="guideline",
        confidence="high",
        subject="system",
        applies=applies,
        wanted=Wanted(kind="manifest", source="manifest"),
        over="every",
        shown="true",
        next_step=WORDS,
        effort="hours",
        applies_tree=compile_condition(applies, NAMES),  # type: ignore[arg-type]
        **given,
    )


def _pack(*rules: Rule, facts: tuple[HeldFact, ...] = ()) -> Pack:
    return Pack(
        id="pack",
        title=WORDS,
        issuer=WORDS,
        version="1",
        instrument_url="https://example.com",
        start=_day("2020-01-01"),
        rules=rules,
        facts=facts,
    )


def test_a_rule_reaches_does_not_reach_or_nobody_knows() -> None:
    found = assessment.reaching(PROFILES, (_pack(_rule("one")),), _day("2026-06-01"))
    assert [(one.subject, one.reaching, one.missing) for one in found] == [
        (SHOP, Reaching.OUTSIDE, ()),
        (BOT, Reaching.REACHES, ()),
        (SHY, Reaching.UNKNOWN, ("system.generative",)),
    ]


def test_the_reason_is_the_part_that_decides_with_its_facts() -> None:
    rule = _rule("one", "system.generative and system.users >= 10")
    (outside, reached, _open) = assessment.reaching(PROFILES, (_pack(rule),), _day("2026-06-01"))
    assert render(outside.because) == "system.generative"
    assert outside.values == {"system.generative": False}
    assert render(reached.because) == "system.generative and system.users >= 10"


def test_a_rule_that_is_not_in_force_says_so_to_those_whom_it_would_reach() -> None:
    rules = (
        _rule("coming", start=_day("2027-01-01")),
        _rule("promulgated", status="promulgated"),
        _rule("ended", end=_day("2026-06-01"), status="superseded"),
    )
    found = assessment.reaching(PROFILES, (_pack(*rules),), _day("2026-06-01"))
    told = {(one.rule, one.subject): one.reaching for one in found}
    assert told["pack/coming", BOT] is Reaching.NOT_YET
    assert told["pack/promulgated", BOT] is Reaching.NOT_YET
    assert told["pack/ended", BOT] is Reaching.NO_LONGER
    assert told["pack/coming", SHOP] is Reaching.OUTSIDE


def test_changes_lie_after_the_first_day_and_up_to_the_last() -> None:
    rules = (
        _rule("begins", start=_day("2026-03-01"), end=_day("2026-09-01")),
        _rule("on_the_first_day", start=_day("2026-01-01")),
    )
    fact = HeldFact(id="fact", title=WORDS, provision=WORDS, start=_day("2026-03-01"))
    packs = (_pack(*rules, facts=(fact,)),)
    found = assessment.changes(packs, _day("2026-01-01"), _day("2026-09-01"))
    assert [(str(one.date), one.change, one.ref) for one in found] == [
        ("2026-03-01", Changing.BEGINS, "pack/begins"),
        ("2026-03-01", Changing.FACT, "pack/fact"),
        ("2026-09-01", Changing.ENDS, "pack/begins"),
    ]


def test_a_change_names_whom_it_touches_and_whom_perhaps() -> None:
    (found,) = assessment.changes(
        (_pack(_rule("one")),), _day("2025-12-31"), _day("2026-01-01"), PROFILES
    )
    assert (found.touches, found.may_touch, found.pending) == ((BOT,), (SHY,), False)


def test_a_threshold_that_changes_is_judged_by_its_new_value() -> None:
    def value(date: str, number: float) -> DatedValue:
        return DatedValue(start=_day(date), value=number, footing="own-policy", reason=WORDS)

    # With many = 20 the ten users do not reach it; from June, with many = 5, they do.
    values = {"many": (value("2026-01-01", 20), value("2026-06-01", 5))}
    rule = _rule("one", "system.users >= value.many", values=values)
    found = assessment.changes((_pack(rule),), _day("2025-12-31"), _day("2026-12-31"), PROFILES)
    assert [(one.change, one.before, one.after, len(one.touches)) for one in found] == [
        (Changing.BEGINS, None, None, 0),
        (Changing.THRESHOLD, 20, 5, 3),
    ]


def test_what_is_only_promulgated_is_marked() -> None:
    packs = (_pack(_rule("one", status="promulgated")),)
    (found,) = assessment.changes(packs, _day("2025-12-31"), _day("2026-01-01"))
    assert found.pending
