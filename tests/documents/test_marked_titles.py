# SPDX-License-Identifier: Apache-2.0
"""What only a commentary claims, or what is our own number, is labelled wherever it is told."""

from __future__ import annotations

import pytest

from shirube.api import operator
from shirube.documents import wording
from shirube.texts import using


@pytest.mark.parametrize(
    ("ref", "label"),
    [
        ("ai_promotion_act/naming_decision", "commentary"),
        ("tiered_cooperation/wide_briefing", "own-policy threshold"),
    ],
)
def test_a_title_carries_the_label_of_its_footing(ref: str, label: str) -> None:
    _pack, rule = operator.find_rule(ref, operator.load_packs())
    with using("en"):
        told = wording.marked(rule)
    assert told.startswith(f"{rule.title.en} (commentary")
    assert label in told


def test_a_rule_of_a_statute_read_in_full_carries_none() -> None:
    rules = [rule for pack in operator.load_packs() for rule in pack.rules]
    plain = next(rule for rule in rules if not wording.marks(rule))
    with using("ja"):
        assert wording.marked(plain) == plain.title.ja
