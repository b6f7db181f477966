# SPDX-License-Identifier: Apache-2.0
"""Judge: facts and packs and a date in, findings out. No clock, no disk, no chance.

For each rule and subject:

1. Is the rule in force on that day? Else *not applicable*.
2. Does it apply? NULL: *could not be judged*, and the names of the facts that nobody has given.
3. Which runs count (``selecting``)? A run that was repeated, withdrawn, has expired or was made
   with other arguments is listed and does not decide; what a declared measurement lacks thereby
   stays a gap.
4. Each run that counts is judged. For ``every``: *not shown* before *could not be judged* before
   *shown*; for ``any`` (documents only) the other way round.
5. An explanation in force turns *not shown*, and nothing else, into *explained*.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from shirube.assessment.selecting import Selection, select
from shirube.rules import (
    evidence_prefix,
    judge,
    names_in,
    render,
    thresholds,
    unknown_names,
)
from shirube.terms.finding import Finding, Judged, Outcome, Reason

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from shirube.terms.fact import FactRow, Facts, Profile
    from shirube.terms.manifest import Explanation
    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Node, Pack, Rule
    from shirube.terms.subject import Subject
    from shirube.terms.text import Text

_EVERY = (Outcome.NOT_SHOWN, Outcome.NOT_JUDGED, Outcome.SHOWN)
_ANY = (Outcome.SHOWN, Outcome.NOT_JUDGED, Outcome.NOT_SHOWN)
_OUTCOMES = {True: Outcome.SHOWN, False: Outcome.NOT_SHOWN, None: Outcome.NOT_JUDGED}


def assess(facts: Facts, packs: Sequence[Pack], on: dt.date) -> tuple[Finding, ...]:
    """Judge every rule of the packs for every subject, by what was known and expected on a date.

    Parameters
    ----------
    facts
        Profiles, rows and explanations of one operator.
    packs
        The rules.
    on
        The date: rules and thresholds in force, evidence known and not expired on it.

    Returns
    -------
    tuple of Finding
        One for each rule and each subject of its kind, in the order of packs, rules and profiles.
    """
    rows: dict[tuple[Subject, str, str], list[FactRow]] = {}
    for row in facts.rows:
        rows.setdefault((row.subject, row.kind, row.source), []).append(row)
    return tuple(
        _explained(_finding(rule, profile, rows, on), facts.explanations)
        for pack in packs
        for rule in pack.rules
        for profile in facts.profiles
        if profile.subject.kind == rule.subject
    )


def in_force(rule: Rule, on: dt.date) -> bool:
    """Tell whether a rule stands on a date; what is only promulgated or drafted does not."""
    stands = rule.start <= on and (rule.end is None or on < rule.end)
    return stands and rule.status in ("in-force", "superseded")


def _finding(
    rule: Rule,
    profile: Profile,
    rows: Mapping[tuple[Subject, str, str], list[FactRow]],
    on: dt.date,
) -> Finding:
    blank = Finding(
        rule=rule.ref,
        subject=profile.subject,
        on=on,
        outcome=Outcome.NOT_APPLICABLE,
        reason=Reason.NOT_IN_FORCE,
    )
    if not in_force(rule, on):
        return blank
    limits = thresholds(rule, on)
    known = {**profile.facts, **limits}
    found = msgspec.structs.replace(blank, thresholds=limits)
    applies = judge(rule.applies_tree, known)
    if applies is not True:
        return _outside(found, rule, known, applies)
    if rule.wanted.kind == "manifest":
        return _by_manifest(found, rule, known)
    own = rows.get((profile.subject, rule.wanted.kind, rule.wanted.source), [])
    return _by_evidence(found, rule, known, select(rule, own, on))


def _outside(
    found: Finding, rule: Rule, known: Mapping[str, Scalar], applies: bool | None
) -> Finding:
    unknown = applies is None
    return msgspec.structs.replace(
        found,
        outcome=Outcome.NOT_JUDGED if unknown else Outcome.NOT_APPLICABLE,
        reason=Reason.APPLICABILITY_UNKNOWN if unknown else Reason.DOES_NOT_APPLY,
        condition=render(rule.applies_tree, known),
        missing=unknown_names(rule.applies_tree, known),
        values=_used(rule.applies_tree, known),
    )


def _by_manifest(found: Finding, rule: Rule, known: Mapping[str, Scalar]) -> Finding:
    answer = judge(rule.shown_tree, known)
    reasons = {
        True: Reason.CONDITION_HOLDS,
        False: Reason.CONDITION_FAILS,
        None: Reason.FACT_UNKNOWN,
    }
    return msgspec.structs.replace(
        found,
        outcome=_OUTCOMES[answer],
        reason=reasons[answer],
        condition=render(rule.shown_tree, known),
        missing=unknown_names(rule.shown_tree, known),
        values=_used(rule.shown_tree, known),
    )


def _used(tree: Node, known: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return the facts of the profile that a condition names."""
    return {name: known.get(name) for name in names_in(tree) if not name.startswith("value.")}


def _by_evidence(
    found: Finding, rule: Rule, known: Mapping[str, Scalar], selection: Selection
) -> Finding:
    pieces = [_piece(rule, known, row, found.on) for row in selection.counting]
    order = _EVERY if rule.over == "every" else _ANY
    gap = selection.gap
    had = {piece.outcome for piece in pieces} | ({Outcome.NOT_JUDGED} if gap else set())
    outcome = next((item for item in order if item in had), Outcome.NOT_JUDGED)
    decisive = next((piece for piece in pieces if piece.outcome is outcome), None)
    condition = decisive.condition if decisive else render(rule.shown_tree, known)
    return msgspec.structs.replace(
        found,
        outcome=outcome,
        reason=decisive.reason if decisive else gap or Reason.NO_EVIDENCE,
        condition=condition,
        judged=tuple(pieces),
        others=selection.others,
        attempts=len(pieces) + len(selection.others),
        missing=_missing(rule, known, selection.counting) if outcome is Outcome.NOT_JUDGED else (),
    )


def _piece(rule: Rule, known: Mapping[str, Scalar], row: FactRow, on: dt.date) -> Judged:
    own = _own(rule, row)
    values = {**known, **own}
    answer = None if row.failure else judge(rule.shown_tree, values)
    return Judged(
        declared_id=row.declared_id,
        index=row.index,
        sha256=row.sha256,
        date=row.date,
        age_days=(on - row.date).days,
        outcome=_OUTCOMES[answer],
        reason=_reason(rule, row, values, answer),
        condition=render(rule.shown_tree, values),
        values=own,
        reasons=_told(rule, row, answer),
    )


def _told(rule: Rule, row: FactRow, answer: bool | None) -> dict[str, Text]:
    """Return why values are missing; of a document also why one that the condition names is no."""
    if answer is None:
        return dict(row.reasons)
    if answer or row.kind != "document":
        return {}
    prefix, named = evidence_prefix(rule.wanted), names_in(rule.shown_tree)
    return {name: why for name, why in row.reasons.items() if f"{prefix}.{name}" in named}


def _own(rule: Rule, row: FactRow) -> dict[str, Scalar]:
    prefix = evidence_prefix(rule.wanted)
    return {
        f"{prefix}.{name}": None if row.failure else finite(value)
        for name, value in row.values.items()
    }


def finite(value: Scalar) -> Scalar:
    """Return the value, or None for NaN and infinity, which are not facts."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _reason(rule: Rule, row: FactRow, values: Mapping[str, Scalar], answer: bool | None) -> Reason:
    if row.failure:
        return Reason.MEASUREMENT_FAILED
    if answer is not None:
        return Reason.CONDITION_HOLDS if answer else Reason.CONDITION_FAILS
    prefix = f"{evidence_prefix(rule.wanted)}."
    unknown = unknown_names(rule.shown_tree, values)
    own = any(name.startswith(prefix) for name in unknown)
    return Reason.NOT_ESTIMABLE if own or not unknown else Reason.FACT_UNKNOWN


def _missing(
    rule: Rule, known: Mapping[str, Scalar], counting: Iterable[FactRow]
) -> tuple[str, ...]:
    """Return the manifest's facts without which the runs stay undecided."""
    found: dict[str, None] = {}
    for row in counting:
        if not row.failure:
            unknown = unknown_names(rule.shown_tree, {**known, **_own(rule, row)})
            found.update(dict.fromkeys(name for name in unknown if name in known))
    return tuple(found)


def _explained(found: Finding, explanations: Sequence[Explanation]) -> Finding:
    if found.outcome is not Outcome.NOT_SHOWN:
        return found
    valid = [item for item in explanations if _holds(item, found)]
    if not valid:
        return found
    return msgspec.structs.replace(
        found,
        outcome=Outcome.EXPLAINED,
        reason=Reason.EXPLAINED,
        explanation=max(valid, key=lambda item: item.date),
    )


def _holds(item: Explanation, found: Finding) -> bool:
    """Comply or explain: author, reason, date and expiry must all stand."""
    return (
        item.rule == found.rule
        and item.subject == found.subject
        and bool(item.author.strip())
        and bool(item.reason.ja.strip() and item.reason.en.strip())
        and item.date <= found.on <= item.expires
    )
