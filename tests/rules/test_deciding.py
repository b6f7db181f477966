# SPDX-License-Identifier: Apache-2.0
"""The part of a condition that decides: small, and with the same answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.rules import compile_condition, deciding, judge, render

NAMES = {"a": "boolean", "b": "boolean", "c": "boolean"}


@pytest.mark.parametrize(
    ("condition", "row", "kept"),
    [
        # One false part decides an "and": the first of them is enough.
        ("a and b and c", {"a": True, "b": False, "c": False}, "b"),
        # All parts of a true "and" are needed, one of a true "or".
        ("a and b", {"a": True, "b": True}, "a and b"),
        ("a or b or c", {"a": False, "b": True, "c": True}, "b"),
        ("a or b", {"a": False, "b": False}, "a or b"),
        # An open answer hangs on the open parts only.
        ("a and b and c", {"a": True, "b": None, "c": None}, "b and c"),
        ("a and (b or c)", {"a": True, "b": False, "c": None}, "c"),
        ("not a", {"a": True}, "not a"),
    ],
)
def test_the_deciding_part_is_the_smallest(
    condition: str, row: dict[str, bool | None], kept: str
) -> None:
    tree = compile_condition(condition, NAMES)  # type: ignore[arg-type]
    assert render(deciding(tree, row)) == kept


_LEAVES = st.sampled_from(list(NAMES)).map(lambda name: ("name", name))
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=8,
)
_ROWS = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in NAMES})


@given(_TREES, _ROWS)
def test_the_deciding_part_has_the_answer_of_the_whole(
    tree: tuple[object, ...], row: dict[str, bool | None]
) -> None:
    assert judge(deciding(tree, row), row) is judge(tree, row)
