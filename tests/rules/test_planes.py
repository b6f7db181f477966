# SPDX-License-Identifier: Apache-2.0
"""Many rows judged in bit planes give the answers of ``judge``, row by row."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import rule_worlds as worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube import rules
from shirube.rules import planes

if TYPE_CHECKING:
    from shirube.terms.rule import Node

NAMES = {**worlds.NAMES, **worlds.DOCUMENT}
ABSENT = "gauge.gap.high"
"""A name that the register has no column for."""


def judged(tree: Node, rows: list[dict[str, Any]]) -> list[bool | None]:
    """Judge rows in planes; ``judge`` stands in for the database, question by question."""
    kinds = {name: kind for name, kind in NAMES.items() if name != ABSENT}
    numbers = {
        name: np.array([finite(row.get(name)) for row in rows], np.float64)
        for name in planes.numbers_in(tree, kinds)
    }
    answers = {}
    for question in planes.questions(tree, kinds):
        told = [rules.judge(question, row) for row in rows]
        answers[question] = planes.Answers(
            *(
                planes.plane(np.array([one is each for one in told], np.bool_))
                for each in (True, False)
            )
        )
    found = planes.Rows(len(rows), numbers, answers).judge(tree)
    true, false = (planes.flags(bits, len(rows)) for bits in found)
    assert not (true & false).any()
    return [True if t else False if f else None for t, f in zip(true, false, strict=True)]


def finite(value: Any) -> float:
    number = float("nan") if value is None or abs(value) > 1e300 * 1e8 else float(value)
    return number if np.isfinite(number) else float("nan")


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_planes_answer_as_each_row_alone(data: st.DataObject) -> None:
    tree = data.draw(worlds.trees(NAMES, nullable=True))
    few = [
        {n: data.draw(worlds.VALUES[kind]) for n, kind in NAMES.items() if n != ABSENT}
        for _row in range(3)
    ]
    rows = (few * 22)[:65]  # one more than a word holds
    assert judged(tree, rows) == [rules.judge(tree, row) for row in rows]


def test_three_values_in_one_plane() -> None:
    # k is 7, 3 and not known, under a floor of 5.
    tree = worlds.tree("gauge.k >= 5", NAMES)
    rows: list[dict[str, Any]] = [{"gauge.k": 7}, {"gauge.k": 3}, {"gauge.k": None}]
    assert judged(tree, rows) == [True, False, None]
    # Its negation turns true and false, and leaves open what is open.
    assert judged(("not", tree), rows) == [False, True, None]


def test_no_rows_have_no_answers() -> None:
    assert judged(worlds.tree("gauge.k >= 5 and gauge.clean", NAMES), []) == []


@pytest.mark.parametrize("edges", [[0, 3, 64, 64, 70], [0, 70], [0, 0, 70]])
def test_bits_are_counted_between_edges(edges: list[int]) -> None:
    flags = np.arange(70) % 3 == 0
    expected = [int(flags[a:b].sum()) for a, b in pairwise(edges)]
    bits = planes.plane(flags)
    assert planes.counts(bits, np.array(edges)).tolist() == expected
    assert planes.count(bits) == 24  # 0, 3, …, 69


def test_equal_conditions_are_equal_trees_once_thresholds_are_put_in() -> None:
    one = worlds.tree("gauge.k >= value.limit", NAMES)
    other = worlds.tree("gauge.k >= 5", NAMES)
    assert planes.with_values(one, {"value.limit": 5}) == planes.with_values(other, {})
