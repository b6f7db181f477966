# SPDX-License-Identifier: Apache-2.0
"""A new version of a pack on small worlds: what changes, and what goes on counting."""

from __future__ import annotations

import datetime as dt

import msgspec
import rule_worlds as worlds
from hypothesis import given
from hypothesis import strategies as st

from shirube import assessment
from shirube.terms.finding import Outcome
from shirube.terms.manifest import Explanation
from shirube.terms.rule import HeldFact, Wanted
from shirube.terms.text import Text
from shirube.terms.upgrade import Attachment, FindingMove, PartChange, Question, RuleUpgrade

MANIFEST = Wanted(kind="manifest", source="manifest")
PAPER = Wanted(kind="document", source="paper")


def _explanation(rule: str) -> Explanation:
    return Explanation(
        rule=rule,
        subject=worlds.SUBJECT,
        reason=worlds.WORDS,
        author="Board",
        date=dt.date(2026, 10, 1),
        expires=dt.date(2027, 1, 1),
    )


def test_the_same_pack_changes_nothing() -> None:
    facts = worlds.world(worlds.run(values={"k": 9}), route="a")
    found = assessment.upgrade(
        facts, worlds.pack(worlds.rule()), worlds.pack(worlds.rule()), worlds.ON
    )
    assert (found.rules, found.moves, found.stay, found.questions) == ((), (), 1, ())


def test_a_stricter_threshold_is_told_with_the_findings_that_it_moves() -> None:
    # k = 7 meets the floor of 5 and not that of 10.
    facts = worlds.world(worlds.run(values={"k": 7}))
    found = assessment.upgrade(
        facts, worlds.pack(worlds.rule()), worlds.pack(worlds.rule(limit=10)), worlds.ON
    )
    part = PartChange(part="value.limit (2026-01-01)", old="5", new="10")
    assert found.rules == (
        RuleUpgrade(ref="p/r", title=worlds.WORDS, change="changed", parts=(part,)),
    )
    assert found.moves == (
        FindingMove(
            rule="p/r",
            subject=worlds.SUBJECT,
            old=Outcome.SHOWN,
            new=Outcome.NOT_SHOWN,
            before="gauge.k (7) >= value.limit (5)",
            after="gauge.k (7) >= value.limit (10)",
        ),
    )
    assert found.stay == 0


def test_a_changed_sentence_is_told_in_both_languages_and_moves_nothing() -> None:
    other = Text("別の文", "other words")
    new = worlds.pack(msgspec.structs.replace(worlds.rule(), expectation=other))
    found = assessment.upgrade(worlds.world(), worlds.pack(worlds.rule()), new, worlds.ON)
    (changed,) = found.rules
    assert changed.parts == (PartChange(part="expectation", old=worlds.WORDS, new=other),)
    assert found.moves == ()


def test_rules_and_facts_that_come_and_go_are_told() -> None:
    fact = HeldFact(id="heading", title=worlds.WORDS, provision=worlds.WORDS)
    old = msgspec.structs.replace(worlds.pack(worlds.rule(id="gone")), facts=(fact,))
    new = worlds.pack(worlds.rule(id="come"))
    facts = worlds.world(worlds.run(values={"k": 7}))
    found = assessment.upgrade(facts, old, new, worlds.ON)
    assert [(one.ref, one.change) for one in found.rules] == [
        ("p/come", "added"), ("p/gone", "removed"), ("p#heading", "removed"),
    ]  # fmt: skip
    assert [(one.rule, one.old, one.new) for one in found.moves] == [
        ("p/come", None, Outcome.SHOWN),
        ("p/gone", Outcome.SHOWN, None),
    ]


def test_what_was_given_is_told_with_the_rules_under_which_it_counts() -> None:
    facts = worlds.world(
        worlds.run(0, values={"k": 3}),
        worlds.run(1, "policy", kind="document", source="paper", values={"present": True}),
        explanations=(_explanation("p/k"), _explanation("p/elsewhere")),
        route="a",
    )
    by_k = worlds.rule(id="k", applies="dataset.route = 'a'")
    by_paper = worlds.rule("document.present", id="paper", wanted=PAPER)
    found = assessment.upgrade(
        facts, worlds.pack(by_k), worlds.pack(msgspec.structs.replace(by_k, id="k2"), by_paper),
        worlds.ON,
    )  # fmt: skip
    about = worlds.SUBJECT
    assert found.attachments == (
        # Its rule is gone by that name; nobody guesses that k2 is meant.
        Attachment(
            kind="explanation", name=f"p/k@{about}", subject=about, before=("p/k",), after=()
        ),
        Attachment(kind="measurement", name="m", subject=about, before=("p/k",), after=("p/k2",)),
        Attachment(kind="document", name="policy", subject=about, before=(), after=("p/paper",)),
        Attachment(
            kind="answer", name="dataset.route", subject=about, before=("p/k",), after=("p/k2",)
        ),
    )


def test_a_fact_that_only_the_new_rules_ask_for_is_a_question() -> None:
    old = worlds.rule("dataset.size >= value.limit", wanted=MANIFEST)
    new = worlds.rule("dataset.size >= value.limit and dataset.personal", wanted=MANIFEST)
    found = assessment.upgrade(worlds.world(), worlds.pack(old), worlds.pack(new), worlds.ON)
    assert found.questions == (
        Question(name="dataset.personal", subject=worlds.SUBJECT, rules=("p/r",)),
    )


def test_a_pack_that_is_not_there_yet_adds_all_its_rules() -> None:
    found = assessment.upgrade(worlds.world(), None, worlds.pack(worlds.rule()), worlds.ON)
    assert found.old is None
    assert [one.change for one in found.rules] == ["added"]
    assert [(one.old, one.new) for one in found.moves] == [(None, Outcome.NOT_JUDGED)]


@given(old=st.integers(0, 9), new=st.integers(0, 9), k=st.none() | st.integers(0, 9))
def test_the_way_back_undoes_the_way(old: int, new: int, k: int | None) -> None:
    facts = worlds.world(worlds.run(values={"k": k}))
    packs = worlds.pack(worlds.rule(limit=old)), worlds.pack(worlds.rule(limit=new))
    there = assessment.upgrade(facts, *packs, worlds.ON)
    back = assessment.upgrade(facts, *reversed(packs), worlds.ON)
    assert there.stay == back.stay
    assert {(one.old, one.new) for one in there.moves} == {(one.new, one.old) for one in back.moves}
