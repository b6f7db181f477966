# SPDX-License-Identifier: Apache-2.0
"""No measure without a rule that reads it, and no rule that reads what nobody measures."""

from __future__ import annotations

import pytest

from shirube import measures, rules


def _read() -> dict[str, set[str]]:
    """Return per measure the values that the conditions of shipped rules name."""
    found: dict[str, set[str]] = {}
    for pack in rules.load(None, measures.vocabulary()):
        for rule in pack.rules:
            for name in rules.names_in(rule.shown_tree):
                measure, _dot, value = name.partition(".")
                if rule.wanted.kind == "measurement" and measure == rule.wanted.source:
                    found.setdefault(measure, set()).add(value.partition(".")[0])
    return found


READ = _read()


@pytest.mark.parametrize("measure", measures.names())
def test_a_shipped_rule_reads_every_measure(measure: str) -> None:
    produced = {name.name for name in measures.get(measure).produces}
    assert READ.get(measure, set()) & produced


def test_every_rule_reads_a_measure_that_there_is() -> None:
    assert READ.keys() <= set(measures.names())
