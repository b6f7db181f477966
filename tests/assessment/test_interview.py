# SPDX-License-Identifier: Apache-2.0
"""An interview asks only what decides something, and ends when nothing is open any more."""

from __future__ import annotations

import random

import rule_worlds as worlds
from hypothesis import given
from hypothesis import strategies as st

from shirube import assessment, measures, rules
from shirube.terms.interview import NONE_OF_THESE
from shirube.terms.rule import Name
from shirube.terms.text import Text

NAMES = {name.name: name for name in worlds.VOCABULARY.profile["dataset"]}
PERSONAL, ROUTE, SIZE = "dataset.personal", "dataset.route", "dataset.size"


def rule(name: str, applies: str):
    return worlds.rule("true", id=name, applies=applies, values={})


def ask(own, known=None, declined=()):
    return assessment.next_question(own, known or {}, NAMES, worlds.ON, declined=declined)


def test_the_question_that_settles_most_comes_first() -> None:
    # "personal" alone settles a and b whatever the answer, and c when the answer is no:
    # (2 + 3) / 2 = 2.5. "route" settles c only when it is another one: 1 of 3 rules in one of two.
    own = [
        rule("a", PERSONAL),
        rule("b", f"not {PERSONAL}"),
        rule("c", f"{PERSONAL} and {ROUTE} = 'release'"),
    ]
    question = ask(own)
    assert (question.name, question.decides) == (PERSONAL, 2.5)
    assert question.concerns == ("p/a", "p/b", "p/c")
    # Once it is no, nothing hangs on the route any more.
    assert ask(own, {PERSONAL: False}) is None
    following = ask(own, {PERSONAL: True})
    assert (following.name, following.choices) == (ROUTE, ("release", NONE_OF_THESE))


def test_what_nobody_can_answer_is_not_asked_again() -> None:
    own = [rule("a", f"{PERSONAL} and {SIZE} >= 5")]
    first = ask(own)
    second = ask(own, declined={first.name})
    assert {first.name, second.name} == {PERSONAL, SIZE}
    assert ask(own, declined={PERSONAL, SIZE}) is None


def test_what_is_not_in_force_asks_nothing() -> None:
    later = worlds.rule("true", applies=PERSONAL, values={}, status="promulgated")
    assert ask([later]) is None


def test_reach_tells_reached_not_reached_and_open() -> None:
    own = [rule("a", PERSONAL), rule("b", f"not {PERSONAL}"), rule("c", f"{SIZE} > 5")]
    found = assessment.reach(own, {PERSONAL: True}, worlds.ON)
    assert (found.reached, found.not_reached, found.open) == (("p/a",), ("p/b",), ("p/c",))


CONDITIONS = st.sampled_from(
    [PERSONAL, f"not {PERSONAL}", f"{ROUTE} = 'release'", f"{ROUTE} in ('release', 'log')",
     f"{SIZE} >= 5", f"{SIZE} < 9", f"{PERSONAL} and {SIZE} > 3", f"{PERSONAL} or {ROUTE} <> 'log'"]
)  # fmt: skip


@given(st.lists(CONDITIONS, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_an_interview_ends_with_everything_decided(conditions, chance: random.Random) -> None:
    own = [rule(f"r{at}", condition) for at, condition in enumerate(conditions)]
    truth = {
        PERSONAL: chance.random() < 0.5,
        ROUTE: chance.choice(["release", "log", "else"]),
        SIZE: chance.choice([0.0, 4.0, 5.0, 9.0, 12.0]),
    }
    known: dict = {}
    asked = []
    while (question := ask(own, known)) is not None:
        asked.append(question.name)
        known[question.name] = truth[question.name]
    assert len(asked) == len(set(asked)) <= 3
    assert assessment.reach(own, known, worlds.ON) == assessment.reach(own, truth, worlds.ON)
    assert assessment.reach(own, known, worlds.ON).open == ()


def test_the_shipped_rules_are_settled_by_fewer_questions_than_there_are_facts() -> None:
    vocabulary = measures.vocabulary()
    own = [
        each
        for pack in rules.load(None, vocabulary)
        for each in pack.rules
        if each.subject in ("operator", "system")
    ]
    kinds = (*vocabulary.profile["operator"], *vocabulary.profile["system"])
    names: dict[str, Name] = {name.name: name for name in kinds}
    truth = {
        name.name: {"boolean": False, "text": NONE_OF_THESE}.get(name.type, 0) for name in kinds
    }
    known: dict = {}
    while question := assessment.next_question(
        own, known, names, worlds.ON, choices=rules.choices()
    ):
        assert isinstance(question.title, Text)
        known[question.name] = truth[question.name]
    assert assessment.reach(own, known, worlds.ON).open == ()
    named = {name for each in own for name in rules.names_in(each.applies_tree)}
    assert len(known) < len(named & names.keys())
