# SPDX-License-Identifier: Apache-2.0
"""What to do next: one action for many findings, the cheapest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

import msgspec

from shirube.terms.errors import InternalError
from shirube.terms.finding import Finding, Outcome, Reason
from shirube.terms.rule import Effort, Footing, Pack, Rule
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.terms.vocabulary import PROFILE_NAMES

_EFFORTS: tuple[str, ...] = get_args(Effort)
_FOOTINGS: tuple[str, ...] = get_args(Footing)
_QUESTIONS = (Reason.APPLICABILITY_UNKNOWN, Reason.FACT_UNKNOWN)
_FACT_TITLES = {name.name: name.title for names in PROFILE_NAMES.values() for name in names}


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do, and every finding that it would settle.

    ``outcome`` is the gravest outcome among its findings, ``footing`` the strongest footing among
    its rules.
    """

    text: Text
    effort: Effort
    outcome: Outcome
    footing: Footing
    rules: tuple[str, ...]
    subjects: tuple[Subject, ...]
    findings: int
    missing: tuple[str, ...] = ()


def next_actions(
    findings: Sequence[Finding], packs: Sequence[Pack], limit: int | None = 5
) -> tuple[Action, ...]:
    """Return what to do next, the cheapest first.

    Findings with the same next step are one action, over all their subjects. Open questions about
    the manifest are one action together, so that they never become a wall. The order is effort,
    then *not shown* before *could not be judged*, then the strength of the footing, then how many
    findings the action would settle.

    Parameters
    ----------
    findings, packs
        The findings, and the packs that hold their rules.
    limit
        How many actions to return; None for all of them.
    """
    rules = {rule.ref: rule for pack in packs for rule in pack.rules}
    groups: dict[tuple[str, str], list[tuple[Finding, Rule]]] = {}
    for finding in findings:
        if finding.outcome not in (Outcome.NOT_SHOWN, Outcome.NOT_JUDGED):
            continue
        rule = _rule(rules, finding.rule)
        groups.setdefault(_group(finding, rule), []).append((finding, rule))
    actions = sorted((_action(key, members) for key, members in groups.items()), key=_rank)
    return tuple(actions[:limit])


def _rule(rules: dict[str, Rule], ref: str) -> Rule:
    try:
        return rules[ref]
    except KeyError:
        raise InternalError(f"finding of the rule {ref}, which no pack holds") from None


def _group(finding: Finding, rule: Rule) -> tuple[str, str]:
    if finding.reason in _QUESTIONS:
        return ("questions", "")
    return (rule.next_step.en, rule.next_step.ja)


def _action(key: tuple[str, str], members: list[tuple[Finding, Rule]]) -> Action:
    questions = key == ("questions", "")
    missing = _unique(name for finding, _ in members for name in finding.missing)
    shown = any(finding.outcome is Outcome.NOT_SHOWN for finding, _ in members)
    rules = [rule for _, rule in members]
    return Action(
        text=_ask(missing) if questions else members[0][1].next_step,
        effort="hours" if questions else max(rules, key=_effort).effort,
        outcome=Outcome.NOT_SHOWN if shown else Outcome.NOT_JUDGED,
        footing=min(rules, key=lambda rule: _FOOTINGS.index(rule.footing)).footing,
        rules=_unique(rule.ref for rule in rules),
        subjects=tuple(dict.fromkeys(finding.subject for finding, _ in members)),
        findings=len(members),
        missing=missing,
    )


def _ask(missing: tuple[str, ...]) -> Text:
    """Ask for the first three facts by name; the rest are counted."""
    titles = [_FACT_TITLES.get(name, Text(name, name)) for name in missing[:3]]
    rest = len(missing) - len(titles)
    ja = "".join(f"「{title.ja}」" for title in titles)
    en = ", ".join(f"“{title.en}”" for title in titles)
    if rest:
        ja, en = f"{ja}ほか{rest}件", f"{en} and {rest} more"
    return Text(
        f"マニフェストで「不明」となっている事実を確認して記入してください（{ja}）。",
        f"Find out and fill in the facts that the manifest leaves unknown ({en}).",
    )


def _rank(action: Action) -> tuple[int, bool, int, int, str]:
    return (
        _EFFORTS.index(action.effort),
        action.outcome is not Outcome.NOT_SHOWN,
        _FOOTINGS.index(action.footing),
        -action.findings,
        action.text.en,
    )


def _effort(rule: Rule) -> int:
    return _EFFORTS.index(rule.effort)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
