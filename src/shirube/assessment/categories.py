# SPDX-License-Identifier: Apache-2.0
"""Which categories of information the measurements rule out, and which stay open.

A category is tested by judging its rules *as if* the data set were declared under its legal route:
what the manifest declares is a claim, and a claim must not choose the test. The answer is never
that data are anonymised information. Law decides that, from facts that no measurement gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube.assessment.judging import assess
from shirube.terms.category import Category, CategoryStanding, Standing
from shirube.terms.finding import Finding, Outcome, Reason
from shirube.terms.subject import Subject

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from shirube.terms.fact import Facts
    from shirube.terms.rule import Pack, Rule

_ROUTE = "dataset.legal_route"
_OURS = ("own-policy", "commentary")
_UNREACHED = (Reason.NOT_IN_FORCE, Reason.DOES_NOT_APPLY)


def standings(
    facts: Facts, packs: Sequence[Pack], categories: Sequence[Category], dataset: str, on: dt.date
) -> tuple[CategoryStanding, ...]:
    """Return how each category stands for one data set on a date.

    Parameters
    ----------
    facts, packs
        As for ``assess``; explanations are left aside.
    categories
        The categories, in the order in which they are told.
    dataset
        Id of the data set.
    on
        The date.

    Returns
    -------
    tuple of CategoryStanding
        One for each category; ``Standing`` says what each answer means.
    """
    return tuple(_standing(facts, packs, category, dataset, on) for category in categories)


def _standing(
    facts: Facts, packs: Sequence[Pack], category: Category, dataset: str, on: dt.date
) -> CategoryStanding:
    rules = {rule.ref: rule for pack in packs for rule in pack.rules}
    findings = _as_if(facts, packs, category, dataset, on)
    measured = [one for one in findings if _is_measured(one, rules)]
    deciding = tuple(one for one in measured if one.outcome is Outcome.NOT_SHOWN)
    return CategoryStanding(
        category=category,
        dataset=dataset,
        on=on,
        standing=_answer(category, measured, deciding, rules),
        deciding=deciding,
        findings=findings,
    )


def _answer(
    category: Category,
    measured: Sequence[Finding],
    deciding: Sequence[Finding],
    rules: dict[str, Rule],
) -> Standing:
    if category.found_by:
        if deciding:
            return Standing.FOUND
        looked = measured and all(one.outcome is Outcome.SHOWN for one in measured)
        return Standing.NO_SIGN if looked else Standing.OPEN
    if any(not _is_ours(one, rules[one.rule]) for one in deciding):
        return Standing.RULED_OUT
    return Standing.AGAINST if deciding else Standing.OPEN


def _is_ours(finding: Finding, rule: Rule) -> bool:
    """Tell whether a finding rests on a figure or a rule that no statute fixes."""
    if rule.footing in _OURS:
        return True
    return any(
        max((one for one in dated if one.start <= finding.on), key=lambda one: one.start).footing
        in _OURS
        for dated in rule.values.values()
        if any(one.start <= finding.on for one in dated)
    )


def _as_if(
    facts: Facts, packs: Sequence[Pack], category: Category, dataset: str, on: dt.date
) -> tuple[Finding, ...]:
    subject = Subject("dataset", dataset)
    profiles = tuple(
        msgspec.structs.replace(profile, facts={**profile.facts, _ROUTE: category.route})
        for profile in facts.profiles
        if profile.subject == subject
    )
    supposed = msgspec.structs.replace(facts, profiles=profiles, explanations=())
    wanted = {*category.rules, *category.found_by}
    chosen = [
        msgspec.structs.replace(
            pack,
            rules=tuple(
                rule for rule in pack.rules if pack.id in category.packs or rule.ref in wanted
            ),
        )
        for pack in packs
    ]
    found = assess(supposed, chosen, on)
    return tuple(one for one in found if one.reason not in _UNREACHED)


def _is_measured(finding: Finding, rules: dict[str, Rule]) -> bool:
    return rules[finding.rule].wanted.kind == "measurement"
