# SPDX-License-Identifier: Apache-2.0
"""Which rules reach which subject, and why; and what changed for whom between two days.

Pure functions of profiles and packs, as an assessment is; no evidence is looked at.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from shirube.rules import deciding, judge, names_in, thresholds, unknown_names
from shirube.terms.reaching import Changing, Reaching, RuleChange, RuleReach

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.terms.fact import Profile
    from shirube.terms.rule import Pack, Rule
    from shirube.terms.subject import Subject

_ANSWERS = {True: Reaching.REACHES, False: Reaching.OUTSIDE, None: Reaching.UNKNOWN}


def reaching(
    profiles: Sequence[Profile], packs: Sequence[Pack], on: dt.date
) -> tuple[RuleReach, ...]:
    """Return for every rule and every subject of its kind whether it reaches it on a date, and why.

    A rule that is not in force but would not reach the subject either is *outside*.
    """
    return tuple(
        _reach(rule, profile, on)
        for profile in profiles
        for pack in packs
        for rule in pack.rules
        if rule.subject == profile.subject.kind
    )


def _reach(rule: Rule, profile: Profile, on: dt.date) -> RuleReach:
    known = {**profile.facts, **thresholds(rule, max(on, rule.start))}
    answer = judge(rule.applies_tree, known)
    because = deciding(rule.applies_tree, known)
    return RuleReach(
        rule=rule.ref,
        subject=profile.subject,
        reaching=_ANSWERS[answer] if answer is False else _standing(rule, on) or _ANSWERS[answer],
        because=because,
        values={name: known.get(name) for name in names_in(because)},
        missing=unknown_names(rule.applies_tree, known),
    )


def _standing(rule: Rule, on: dt.date) -> Reaching | None:
    if rule.end is not None and rule.end <= on:
        return Reaching.NO_LONGER
    if on < rule.start or rule.status not in ("in-force", "superseded"):
        return Reaching.NOT_YET
    return None


def changes(
    packs: Sequence[Pack], start: dt.date, end: dt.date, profiles: Sequence[Profile] = ()
) -> tuple[RuleChange, ...]:
    """Return what changed in the rules after one day and up to another, in the order of days.

    Parameters
    ----------
    packs
        The rules, their thresholds and their dated facts.
    start, end
        What came after ``start``, up to and including ``end``.
    profiles
        The subjects of an operator, for whom it is told which changes touch them.
    """
    found = [
        one
        for pack in packs
        for one in (*_of_rules(pack, profiles), *_of_facts(pack))
        if start < one.date <= end
    ]
    return tuple(sorted(found, key=lambda one: (one.date, one.change, one.pack)))


def _of_rules(pack: Pack, profiles: Sequence[Profile]) -> Iterator[RuleChange]:
    for rule in pack.rules:
        yield _change(rule, rule.start, Changing.BEGINS, profiles)
        if rule.end is not None:
            yield _change(rule, rule.end, Changing.ENDS, profiles)
        for name, dated in rule.values.items():
            for old, new in pairwise(dated):
                yield _change(
                    rule,
                    new.start,
                    Changing.THRESHOLD,
                    profiles,
                    name=name,
                    before=old.value,
                    after=new.value,
                )


def _change(
    rule: Rule,
    date: dt.date,
    change: Changing,
    profiles: Sequence[Profile],
    **more: str | float | bool,
) -> RuleChange:
    touched: dict[bool | None, list[Subject]] = {True: [], None: [], False: []}
    for profile in profiles:
        if profile.subject.kind == rule.subject:
            known = {**profile.facts, **thresholds(rule, date)}
            touched[judge(rule.applies_tree, known)].append(profile.subject)
    return RuleChange(
        date=date,
        change=change,
        pack=rule.pack,
        ref=rule.ref,
        title=rule.title,
        pending=rule.status in ("promulgated", "draft"),
        text_held=rule.text_held,
        touches=tuple(touched[True]),
        may_touch=tuple(touched[None]),
        **more,  # type: ignore[arg-type]
    )


def _of_facts(pack: Pack) -> Iterator[RuleChange]:
    for fact in pack.facts:
        if fact.start is not None:
            yield RuleChange(
                date=fact.start,
                change=Changing.FACT,
                pack=pack.id,
                ref=f"{pack.id}/{fact.id}",
                title=fact.title,
                text_held=fact.text_held,
            )
