# SPDX-License-Identifier: Apache-2.0
"""What changes by time alone: rules that begin or end, values, evidence that expires."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from shirube.assessment.judging import assess
from shirube.terms.text import Text
from shirube.terms.upcoming import Coming, Upcoming
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.terms.fact import FactRow, Facts
    from shirube.terms.finding import Finding
    from shirube.terms.rule import Pack, Rule

_STANDING = ("in-force", "promulgated")
_STARTS = N_("Applies from this day: {title}")
_ENDS = N_("Applies for the last time the day before: {title}")
_CHANGES = N_("A threshold changes: {title}")
_EXPIRES = N_("Evidence counts for the last time: {name}")
_EXPLAINED = N_("An explanation counts for the last time: {title}")


def upcoming(
    facts: Facts, packs: Sequence[Pack], on: dt.date, until: dt.date
) -> tuple[Upcoming, ...]:
    """Return every date after ``on`` and up to ``until`` on which something changes by itself.

    Parameters
    ----------
    facts
        What is known; without profiles and rows only the law's own dates are returned.
    packs
        The rules and the dated facts, also those that are promulgated and not yet in force.
    on, until
        The days in between are looked at. A yearly fact is returned once, with its next date.

    Returns
    -------
    tuple of Upcoming
        In the order of their dates.
    """
    found = [
        *_of_rules(packs),
        *_of_facts(packs, on),
        *_of_evidence(facts, packs, on),
        *_of_explanations(facts, packs),
    ]
    return tuple(
        sorted(
            (one for one in found if on < one.date <= until),
            key=lambda one: (one.date, one.kind, one.refs),
        )
    )


def _of_rules(packs: Sequence[Pack]) -> Iterator[Upcoming]:
    for pack in packs:
        for rule in (one for one in pack.rules if one.status in _STANDING):
            yield _rule(pack, rule, Coming.RULE_STARTS, rule.start, _STARTS)
            if rule.end is not None:
                yield _rule(pack, rule, Coming.RULE_ENDS, rule.end, _ENDS)
            for dated in rule.values.values():
                for value in dated[1:]:
                    yield _rule(pack, rule, Coming.VALUE_CHANGES, value.start, _CHANGES)


def _rule(pack: Pack, rule: Rule, kind: Coming, date: dt.date, words: str) -> Upcoming:
    ja, en = (Text.of(words, title=title) for title in (rule.title.ja, rule.title.en))
    return Upcoming(
        date=date, kind=kind, title=Text(ja.ja, en.en), detail=pack.title, refs=(rule.ref,)
    )


def _of_facts(packs: Sequence[Pack], on: dt.date) -> Iterator[Upcoming]:
    for pack in packs:
        for fact in pack.facts:
            if fact.start is not None:
                yield Upcoming(
                    date=_next(fact.start, on) if fact.yearly else fact.start,
                    kind=Coming.FACT,
                    title=fact.title,
                    detail=fact.provision,
                    refs=(f"{pack.id}/{fact.id}",),
                    yearly=fact.yearly,
                )


def _next(start: dt.date, on: dt.date) -> dt.date:
    """Return the first anniversary after a day; a leap day falls on 1 March where it is missing."""
    year = max(start.year, on.year)
    while True:
        try:
            date = start.replace(year=year)
        except ValueError:
            date = dt.date(year, 3, 1)
        if date > on:
            return date
        year += 1


def _of_evidence(facts: Facts, packs: Sequence[Pack], on: dt.date) -> Iterator[Upcoming]:
    rules = {rule.ref: rule for pack in packs for rule in pack.rules}
    rows = {(row.index, row.declared_id): row for row in facts.rows}
    concerned: dict[tuple[dt.date, str], list[str]] = {}
    for finding in assess(facts, packs, on):
        for name, last in _last_days(finding, rules[finding.rule], rows):
            refs = concerned.setdefault((last, name), [])
            if finding.rule not in refs:
                refs.append(finding.rule)
    for (last, name), refs in concerned.items():
        yield Upcoming(
            date=last,
            kind=Coming.EVIDENCE_EXPIRES,
            title=Text.of(_EXPIRES, name=name),
            detail=Text.of(N_("Rules that rest on it: {count}."), count=len(refs)),
            refs=(name, *refs),
        )


def _last_days(
    finding: Finding, rule: Rule, rows: dict[tuple[int, str], FactRow]
) -> Iterator[tuple[str, dt.date]]:
    for judged in finding.judged:
        row = rows[judged.index, judged.declared_id]
        ends = [row.expires] if row.expires else []
        if rule.lifetime_days is not None:
            ends.append(judged.date + dt.timedelta(rule.lifetime_days))
        if ends:
            yield judged.declared_id, min(ends)


def _of_explanations(facts: Facts, packs: Sequence[Pack]) -> Iterator[Upcoming]:
    rules = {rule.ref: rule for pack in packs for rule in pack.rules}
    for given in facts.explanations:
        rule = rules.get(given.rule)
        if rule is not None:
            ja, en = (Text.of(_EXPLAINED, title=name) for name in (rule.title.ja, rule.title.en))
            yield Upcoming(
                date=given.expires,
                kind=Coming.EXPLANATION_EXPIRES,
                title=Text(ja.ja, en.en),
                detail=given.reason,
                refs=(given.rule, str(given.subject)),
            )
