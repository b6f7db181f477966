# SPDX-License-Identifier: Apache-2.0
"""Which question to ask next, so that the reach of the rules is settled with few of them.

Pure functions: facts and rules in, the next question out. A command line asks it and so can a page;
what was answered is only the row of facts.

A question is asked only where its answer can still decide something. Of those the one comes first
that settles most rules on average over its possible answers; the possible answers are those that
the rules themselves tell apart.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast

from shirube.assessment.judging import in_force
from shirube.rules import judge, thresholds, unknown_names
from shirube.terms.interview import NONE_OF_THESE, InterviewQuestion, Reach

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Name, Node, Rule

_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=", "in", "between")


def next_question(
    rules: Sequence[Rule],
    known: Mapping[str, Scalar],
    names: Mapping[str, Name],
    on: dt.date,
    *,
    declined: Collection[str] = (),
    choices: Mapping[str, tuple[str, ...]] | None = None,
) -> InterviewQuestion | None:
    """Return the question whose answer decides most; None when no question decides anything.

    Parameters
    ----------
    rules
        The rules whose reach is asked about; those not in force on the date are left aside.
    known
        What is known so far: name -> value, None or absent for what is not.
    names
        The vocabulary of the profile: title and type of each name.
    on
        The date.
    declined
        Names that nobody here can answer; they are not asked again.
    choices
        For names that hold one of a few words, all of those words.
    """
    undecided = [rule for rule in rules if in_force(rule, on) and _reaches(rule, known, on) is None]
    concerned: dict[str, list[Rule]] = defaultdict(list)
    for rule in undecided:
        for name in unknown_names(rule.applies_tree, {**known, **thresholds(rule, on)}):
            if name in names and name not in declined:
                concerned[name].append(rule)
    told = _told_apart([rule for rule in rules if in_force(rule, on)], on)
    best: tuple[float, int, str] | None = None
    for name, own in concerned.items():
        answers = _answers(names[name], told[name], (choices or {}).get(name, ()))
        settled = sum(
            _reaches(rule, {**known, name: answer}, on) is not None
            for answer in answers
            for rule in own
        )
        # More settled first, then more concerned; the name only so that the order is one.
        rank = (-settled / len(answers), -len(own), name)
        best = min(best, rank) if best else rank
    if best is None:
        return None
    return _question(names[best[2]], concerned[best[2]], told, -best[0], choices or {})


def reach(rules: Sequence[Rule], known: Mapping[str, Scalar], on: dt.date) -> Reach:
    """Return which rules in force on a date reach a subject of which so much is known."""
    found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for rule in rules:
        if in_force(rule, on):
            found[_reaches(rule, known, on)].append(rule.ref)
    return Reach(
        reached=tuple(found[True]), not_reached=tuple(found[False]), open=tuple(found[None])
    )


def _reaches(rule: Rule, known: Mapping[str, Scalar], on: dt.date) -> bool | None:
    return judge(rule.applies_tree, {**known, **thresholds(rule, on)})


def _question(
    name: Name,
    concerned: Sequence[Rule],
    told: Mapping[str, set[Scalar]],
    decides: float,
    choices: Mapping[str, tuple[str, ...]],
) -> InterviewQuestion:
    words: tuple[str, ...] = ()
    if name.type == "text":
        apart = sorted(str(word) for word in told[name.name])
        words = choices.get(name.name, ()) or (*apart, NONE_OF_THESE)
    return InterviewQuestion(
        name=name.name,
        title=name.title,
        type=name.type,
        choices=words,
        concerns=tuple(rule.ref for rule in concerned),
        decides=round(decides, 3),
    )


def _answers(name: Name, told: set[Scalar], choices: tuple[str, ...]) -> list[Scalar]:
    """Return answers that stand for all: every word that is told apart, both sides of a number."""
    if name.type == "boolean":
        return [True, False]
    if name.type == "text":
        return [*choices] if choices else [*sorted(map(str, told)), NONE_OF_THESE]
    numbers = sorted({float(one) for one in told if isinstance(one, int | float)})
    return [side for one in numbers for side in (one - 1, one, one + 1)] or [0.0]


def _told_apart(rules: Sequence[Rule], on: dt.date) -> dict[str, set[Scalar]]:
    """Return, by name, the values that the rules' conditions compare it with."""
    found: dict[str, set[Scalar]] = defaultdict(set)
    for rule in rules:
        limits = thresholds(rule, on)
        for name, value in _compared(rule.applies_tree, limits):
            found[name].add(value)
    return found


def _compared(tree: Node, limits: Mapping[str, Scalar]) -> Iterator[tuple[str, Scalar]]:
    parts = [cast("Node", part) for part in tree[1:] if isinstance(part, tuple)]
    if tree and tree[0] in _COMPARISONS:
        named = [str(part[1]) for part in parts if part[0] == "name"]
        names = [name for name in named if name not in limits]
        values = [cast("Scalar", part[1]) for part in parts if part[0] == "value"]
        values += [limits[name] for name in named if name in limits]
        yield from ((name, value) for name in names for value in values)
    for part in parts:
        yield from _compared(part, limits)
