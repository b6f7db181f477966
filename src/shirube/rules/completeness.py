# SPDX-License-Identifier: Apache-2.0
"""Ask for the cases that a rule lacks: each outcome, and both sides of every threshold and date."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shirube.rules.judging import judge
from shirube.rules.language import COMPARISONS
from shirube.rules.names import evidence_prefix, thresholds
from shirube.rules.rendering import render
from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shirube.rules.cases import Case
    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Node, Rule

Row = dict[str, "Scalar"]


def missing_cases(rule: Rule, cases: Sequence[Case], file: Path) -> tuple[Problem, ...]:
    """Return what the cases of a rule leave untried; empty when they are complete."""
    asked = [_outcomes, _dates, _edges] if _comes_into_force(rule) else [_outcomes]
    return tuple(
        Problem(found, where=Place(str(file)), remedy=_("Add such a case to cases.yaml."))
        for ask in asked
        for found in ask(rule, cases)
    )


def _comes_into_force(rule: Rule) -> bool:
    return rule.status in ("in-force", "superseded")


def _in_force(rule: Rule, on: dt.date) -> bool:
    return rule.start <= on and (rule.end is None or on < rule.end)


def _outcomes(rule: Rule, cases: Sequence[Case]) -> Iterator[str]:
    had = {case.outcome for case in cases}
    if not _comes_into_force(rule):
        if "not_applicable" not in had:
            yield _("No case says that the rule is not in force yet.")
        return
    for outcome in ("shown", "not_shown"):
        if outcome not in had:
            yield _("No case has the outcome {outcome}.").format(outcome=outcome)
    if not any(case.outcome == "could_not_be_judged" and _is_bare(rule, case) for case in cases):
        yield _("No case says that the rule could not be judged where evidence is missing.")
    outside = [case for case in cases if case.outcome == "not_applicable"]
    always = rule.applies_tree == ("value", True)
    if not always and not any(_in_force(rule, case.on) for case in outside):
        yield _("No case has a subject to which the rule does not apply.")


def _is_bare(rule: Rule, case: Case) -> bool:
    """Tell whether the case lacks the evidence itself (not only one value of it)."""
    return rule.wanted.kind == "manifest" or not case.runs


def _dates(rule: Rule, cases: Sequence[Case]) -> Iterator[str]:
    if not any(case.on < rule.start for case in cases):
        yield _("No case stands before the rule begins ({date}).").format(date=rule.start)
    if rule.end is not None and not any(case.on >= rule.end for case in cases):
        yield _("No case stands after the rule ends ({date}).").format(date=rule.end)
    tried = [case.on for case in cases if _in_force(rule, case.on)]
    for name, dated in rule.values.items():
        for value in dated:
            if value.start <= rule.start:
                continue
            if not (
                any(on < value.start for on in tried) and any(on >= value.start for on in tried)
            ):
                yield _(
                    "No two cases stand on both sides of {date}, when “{name}” changes."
                ).format(date=value.start, name=name)


def _edges(rule: Rule, cases: Sequence[Case]) -> Iterator[str]:
    """Ask for both answers of every comparison with a threshold, and for its very edge."""
    rows = [row for case in cases for row in _rows(rule, case)]
    profiles = [
        {**case.profile, **thresholds(rule, case.on)} for case in cases if _in_force(rule, case.on)
    ]
    for tree, given in ((rule.shown_tree, rows), (rule.applies_tree, profiles)):
        for comparison in _comparisons(tree):
            answers = {judge(comparison, row) for row in given}
            text = render(comparison)
            for answer in (True, False):
                if answer not in answers:
                    yield (
                        _("No case fulfils “{text}”.") if answer else _("No case fails “{text}”.")
                    ).format(text=text)
            edge = _edge(comparison)
            if edge is not None and not any(judge(edge, row) for row in given):
                yield _("No case stands exactly at the threshold of “{text}”.").format(text=text)


def _rows(rule: Rule, case: Case) -> Iterator[Row]:
    if not _in_force(rule, case.on):
        return
    known = {**case.profile, **thresholds(rule, case.on)}
    if rule.wanted.kind == "manifest":
        yield known
    prefix = evidence_prefix(rule.wanted)
    for run in case.runs:
        yield {**known, **{f"{prefix}.{name}": value for name, value in run.values.items()}}


def _comparisons(tree: Node) -> Iterator[Node]:
    if tree[0] in COMPARISONS or tree[0] == "between":
        if _has_threshold(tree):
            if tree[0] == "between":
                yield (">=", tree[1], tree[2])
                yield ("<=", tree[1], tree[3])
            else:
                yield tree
    elif tree[0] not in ("name", "value", "date"):
        for part in tree[1:]:
            yield from _comparisons(cast("Node", part))


def _has_threshold(tree: Node) -> bool:
    if tree[0] == "name":
        return str(tree[1]).startswith("value.")
    if tree[0] == "value":
        return isinstance(tree[1], int | float) and not isinstance(tree[1], bool)
    return any(_has_threshold(cast("Node", part)) for part in tree[1:])


def _edge(comparison: Node) -> Node | None:
    return None if comparison[0] in ("=", "<>") else ("=", comparison[1], comparison[2])
