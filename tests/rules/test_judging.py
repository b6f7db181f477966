# SPDX-License-Identifier: Apache-2.0
"""Three values as in SQL, and nothing that is not a fact ever leads to True."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import rule_worlds as worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

NAMES = {**worlds.NAMES, **worlds.DOCUMENT}
NOT_FACTS = [None, math.nan, math.inf, -math.inf, 10**400, "5", True]


def _judge(condition: str, **row: Any) -> bool | None:
    named = {name.replace("_", ".", 1): value for name, value in row.items()}
    return rules.judge(worlds.tree(condition, NAMES), named)


@pytest.fixture(scope="module")
def connection() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def test_unknown_stays_unknown_as_in_sql() -> None:
    # NULL and FALSE is FALSE, NULL or TRUE is TRUE, not NULL is NULL.
    assert _judge("gauge.clean and gauge.k = 1", gauge_k=2) is False
    assert _judge("gauge.clean and gauge.k = 1", gauge_k=1) is None
    assert _judge("gauge.clean or gauge.k = 1", gauge_k=1) is True
    assert _judge("gauge.clean or gauge.k = 1", gauge_k=2) is None
    assert _judge("not gauge.clean") is None
    # 3 in (1, NULL) is NULL, 1 in (1, NULL) is TRUE; 3 between 5 and NULL is FALSE.
    assert _judge("gauge.k in (1, gauge.gap)", gauge_k=3) is None
    assert _judge("gauge.k in (1, gauge.gap)", gauge_k=1) is True
    assert _judge("gauge.k not in (1, gauge.gap)", gauge_k=3) is None
    assert _judge("gauge.k between 5 and gauge.gap", gauge_k=3) is False
    assert _judge("gauge.k between 1 and gauge.gap", gauge_k=3) is None


@pytest.mark.parametrize(
    ("condition", "value"),
    [(condition, value) for value in NOT_FACTS for condition in (
        "gauge.k >= 5", "gauge.k <> 5", "not gauge.k < 5", "gauge.k * 0 = 0",
        "gauge.k = gauge.k * 1", "gauge.k not in (1)", "gauge.k not between 1 and 2",
        "gauge.k - gauge.k = 0",
    )],
)  # fmt: skip
def test_what_is_not_a_fact_never_passes(condition: str, value: object) -> None:
    assert _judge(condition, gauge_k=value) is None


def test_overflow_is_unknown_not_large() -> None:
    assert _judge("gauge.k * 10 > 5", gauge_k=1e308) is None
    assert _judge("gauge.k * 10 < 5", gauge_k=-1e308) is None
    assert _judge("gauge.k * 10 - gauge.k * 10 = 0", gauge_k=1e308) is None
    assert _judge("gauge.k * 10 = 50", gauge_k=5) is True


@given(data=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_judging_a_row_equals_duckdb(connection: DuckDBPyConnection, data: st.DataObject) -> None:
    tree = data.draw(worlds.trees(NAMES, nullable=True))
    row = {name: data.draw(worlds.VALUES[kind]) for name, kind in NAMES.items()}
    columns = {name: _as_sql(row[name], NAMES[name]) for name in NAMES}
    found = connection.execute(f"select {_sql(tree, columns)}").fetchone()
    assert found is not None
    assert found[0] is rules.judge(tree, row)


def _sql(tree: Any, columns: dict[str, str]) -> str:
    """Write a condition as plain SQL; a sum or product that overflows is NULL."""
    head, parts = tree[0], tree[1:]
    if head == "name":
        return columns[parts[0]]
    if head == "value":
        return _literal(parts[0])
    written = [_sql(part, columns) for part in parts]
    if head in "+-*":
        text = f"({written[0]} {head} {written[1]})"
        return f"(case when isfinite({text}) then {text} end)"
    if head == "in":
        return f"({written[0]} in ({', '.join(written[1:])}))"
    if head == "between":
        return f"({written[0]} between {written[1]} and {written[2]})"
    forms = {"is_null": "({} is null)", "not": "(not {})"}
    return forms.get(head, "({})").format(f" {head} ".join(written))


def _literal(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return f"'{float(value)!r}'::double"
    return "'" + value.replace("'", "''") + "'"


def _as_sql(value: Any, kind: str) -> str:
    if isinstance(value, int) and abs(value) > 1e300:
        value = None
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    types = {"number": "double", "text": "varchar", "boolean": "boolean"}
    return f"{_literal(value)}::{types[kind]}"


@given(tree=worlds.trees(NAMES, nullable=False), data=st.data())
@settings(max_examples=100, deadline=None)
def test_learning_a_fact_never_turns_an_answer_round(
    tree: tuple[object, ...], data: st.DataObject
) -> None:
    """Monotone in knowledge: True or False without a fact stays so, whatever the fact is."""
    row = {name: data.draw(worlds.VALUES[kind]) for name, kind in NAMES.items()}
    before = rules.judge(tree, row)
    hidden = data.draw(st.sampled_from(sorted(row)))
    less = rules.judge(tree, {**row, hidden: None})
    assert less is None or less is before


@given(tree=worlds.trees(NAMES, nullable=False), data=st.data())
@settings(max_examples=100, deadline=None)
def test_an_open_answer_names_the_facts_it_lacks(
    tree: tuple[object, ...], data: st.DataObject
) -> None:
    row = {name: data.draw(worlds.VALUES[kind]) for name, kind in NAMES.items()}
    names = rules.unknown_names(tree, row)
    if rules.judge(tree, row) is not None:
        assert names == ()
    for name in names:
        assert rules.judge(("is_null", ("name", name)), row) is True
