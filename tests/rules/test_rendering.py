# SPDX-License-Identifier: Apache-2.0
"""A condition with the actual values put in, in signs and in words of two languages."""

from __future__ import annotations

import rule_worlds as worlds

from shirube import rules, texts
from shirube.terms.text import Text

NAMES = {**worlds.NAMES, **worlds.DOCUMENT}
TITLES = {"gauge.k": Text("最小の同値類", "smallest class"), "value.limit": Text("下限", "floor")}


def test_signs_hold_the_values() -> None:
    tree = worlds.tree("gauge.k >= value.limit and not gauge.clean", NAMES)
    values = {"gauge.k": 1, "value.limit": 5.0}
    assert rules.render(tree, values) == "gauge.k (1) >= value.limit (5) and not gauge.clean (?)"


def test_numbers_that_differ_never_look_the_same() -> None:
    tree = worlds.tree("gauge.gap >= 0.2", NAMES)
    assert rules.render(tree, {"gauge.gap": 0.123456789}) == "gauge.gap (0.123457) >= 0.2"
    assert rules.render(tree, {"gauge.gap": 0.19999999}) == "gauge.gap (0.19999999) >= 0.2"


def test_brackets_stand_where_they_are_needed() -> None:
    condition = "(gauge.clean or gauge.k = 1) and gauge.k - (1 - gauge.gap) > 2 * (gauge.k + 1)"
    assert rules.render(worlds.tree(condition, NAMES)) == condition


def test_words_use_titles_and_the_language_in_use() -> None:
    tree = worlds.tree("gauge.k >= value.limit", NAMES)
    values = {"gauge.k": 1, "value.limit": 5}
    assert rules.words(tree, values, TITLES) == "smallest class [1] ≥ floor [5]"
    with texts.using("ja"):
        said = rules.words(tree, values, TITLES)
    assert [word in said for word in ("最小の同値類", "1", "≥", "下限", "5")] == [True] * 5


def test_words_without_values_name_the_facts_alone() -> None:
    tree = worlds.tree("gauge.k >= value.limit and gauge.clean", NAMES)
    assert rules.words(tree, None, TITLES) == "smallest class ≥ floor and gauge.clean"


def test_words_say_what_a_code_stands_for() -> None:
    tree = ("<>", ("name", "system.stage"), ("value", "retired"))
    titles = {"system.stage": Text("段階", "stage")}
    with texts.using("ja"):
        assert rules.words(tree, {"system.stage": "operation"}, titles) == "段階［運用］ ≠ 廃止"
    with texts.using("en"):
        assert rules.words(tree, {"system.stage": "x"}, titles) == "stage [x] ≠ retired"
