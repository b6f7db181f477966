# SPDX-License-Identifier: Apache-2.0
"""The language refuses whatever could pass in silence, and says what it found."""

from __future__ import annotations

import json

import pytest
import rule_worlds as worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube import rules
from shirube.rules import ConditionError

NAMES = {**worlds.NAMES, **worlds.DOCUMENT}


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        # Each of these passes, or half passes, in plain SQL.
        ("gauge.k >= 5 -- and gauge.clean", "comment"),
        ("gauge.k >= 5 /* and gauge.clean */", "comment"),
        ("gauge.k >= 5 # and gauge.clean", "comment"),
        ("greatest(gauge.k, 5) >= 5", "function “greatest”"),
        ("coalesce (gauge.k, 5) >= 5", "function “coalesce”"),
        ("gauge.k / 0 >= 5", "Division"),
        ("gauge.k is null", "is null” is not allowed"),
        ("gauge.k is not null", "is null” is not allowed"),
        ("gauge.clean is true", "only null is allowed"),
        ("gauge.clean is not distinct from true", "not part"),
        ("gauge.k >= 'nan'", "number and a text"),
        ("gauge.k >= 1e999", "too large"),
        ("gauge.k in (select 1)", "query"),
        ("exists (select 1)", "exists"),
        ("gauge.k::text = '5'", "not part"),
        ("cast(gauge.k as text) = '5'", "function “cast”"),
        ("case when true then true end", "not part"),
        ("gauge.k between symmetric 5 and 1", "symmetric"),
        ("gauge.k >= 5; drop table x", "not part"),
        ("gauge.k >= 5 or", "cannot be read"),
        ("", "empty"),
        ("  ", "empty"),
        ("true = null", "not part"),
        ('"gauge".k >= 5', "not part"),
        ("gauge.k >= 5 and gauge.nothing > 1", "name “gauge.nothing” is not known"),
        ("gauge.gaps > 1", "Did you mean “gauge.gap”"),
        ("k >= 5", "not known"),
        ("(gauge.k >= 5) = gauge.clean", "compares an answer"),
        ("gauge.clean in (gauge.k >= 5, true)", "compares an answer"),
        ("gauge.clean = (not gauge.clean)", "compares an answer"),
        ("gauge.k", "where true or false is needed"),
        ("gauge.clean >= true", "only be compared with = and <>"),
        ("gauge.worst > 'a'", "only be compared with = and <>"),
        ("gauge.clean = 1", "true-or-false and a number"),
        ("gauge.clean and 1", "where true or false is needed"),
        ("gauge.k + gauge.clean > 1", "number and a true-or-false"),
        # A comparison is no operand: nothing could judge it once it was let in.
        ("gauge.k = 5 = true", "compares an answer"),
        ("(gauge.k, 1) = (5, 1)", "not part"),
        ("gauge.k like '5'", "not part"),
        ("gauge.worst = e'a'", "not part"),
        ("dataset.route = 'anonymized'", "never 'anonymized'"),
        ("not " * 80 + "gauge.clean", "nested too deeply"),
        ("gauge.clean and " * 400 + "gauge.clean", "longer than"),
    ],
)
def test_what_is_not_in_the_language_is_refused(condition: str, found: str) -> None:
    with pytest.raises(ConditionError) as error:
        _compiled(condition)
    assert found in str(error.value)


@pytest.mark.parametrize(
    ("condition", "tree"),
    [
        ("true", ("value", True)),
        ("gauge.k >= value.limit", (">=", ("name", "gauge.k"), ("name", "value.limit"))),
        ("gauge.gap.high < 0.2", ("<", ("name", "gauge.gap.high"), ("value", 0.2))),
        (
            "gauge.worst = '-- it''s /* fine'",
            ("=", ("name", "gauge.worst"), ("value", "-- it's /* fine")),
        ),
        ("gauge.k > -1", (">", ("name", "gauge.k"), ("value", -1))),
        ("gauge.k != 1", ("<>", ("name", "gauge.k"), ("value", 1))),
        (
            "gauge.clean and (gauge.k = 1 and gauge.k = 2)",
            (
                "and",
                ("name", "gauge.clean"),
                ("=", ("name", "gauge.k"), ("value", 1)),
                ("=", ("name", "gauge.k"), ("value", 2)),
            ),
        ),
        (
            "gauge.k + 1 * 2 - gauge.gap not between 1 and 2",
            (
                "not",
                (
                    "between",
                    (
                        "-",
                        ("+", ("name", "gauge.k"), ("*", ("value", 1), ("value", 2))),
                        ("name", "gauge.gap"),
                    ),
                    ("value", 1),
                    ("value", 2),
                ),
            ),
        ),
        (
            "dataset.route is not null or dataset.personal IN (true)",
            (
                "or",
                ("not", ("is_null", ("name", "dataset.route"))),
                ("in", ("name", "dataset.personal"), ("value", True)),
            ),
        ),
    ],
)
def test_what_is_in_the_language_becomes_a_tree(condition: str, tree: object) -> None:
    assert _compiled(condition) == tree


@given(tree=worlds.trees(NAMES, nullable=True))
@settings(max_examples=60, deadline=None)
def test_a_rendered_condition_reads_back_as_itself(tree: tuple[object, ...]) -> None:
    once = rules.compile_condition(rules.render(tree), NAMES, nullable=frozenset(NAMES))
    again = rules.compile_condition(rules.render(once), NAMES, nullable=frozenset(NAMES))
    assert again == once
    row = {"gauge.k": 5, "gauge.clean": True, "gauge.worst": "a"}
    assert rules.judge(once, row) is rules.judge(tree, row)


@given(text=st.text(alphabet=" ()'.-/*;=<>kgaue1andort", max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        tree = _compiled(text)
    except ConditionError as error:
        assert str(error)
    else:
        assert json.loads(json.dumps(tree)) is not None


def _compiled(condition: str) -> object:
    return rules.compile_condition(
        condition,
        NAMES,
        nullable=frozenset({"dataset.route"}),
        choices={"dataset.route": ("anonymised", "consent")},
    )
