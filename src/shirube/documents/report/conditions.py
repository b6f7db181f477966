# SPDX-License-Identifier: Apache-2.0
"""A rule's condition for people: in words, with the actual values, and what of it decided."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from shirube.documents import formats
from shirube.documents.report.names import Names
from shirube.rules import evidence_prefix, judge, names_in, words
from shirube.terms.finding import Finding, Judged, Outcome, Reason
from shirube.terms.measurement import Scalar
from shirube.terms.rule import Node, Rule
from shirube.terms.text import Text

_ABOUT_REACH = (Reason.APPLICABILITY_UNKNOWN, Reason.DOES_NOT_APPLY)
_THRESHOLD = "value."


class Titles(Protocol):
    """Knows what people call a name in a condition."""

    def title(self, name: str) -> str:
        """Return the title of a name; a name that nobody described stays as it is."""
        ...


def in_words(rule: Rule, finding: Finding, judged: Judged | None, names: Titles) -> str:
    """Return the condition in words with its values; empty where the values are not at hand."""
    tree = rule.applies_tree if finding.reason in _ABOUT_REACH else rule.shown_tree
    known = _known(rule, finding, judged)
    if not tree or not set(names_in(tree)) <= known.keys():
        return ""
    titles = {name: _title(name, names) for name in names_in(tree)}
    return words(tree, known, titles)


def values_used(
    rule: Rule, finding: Finding, judged: Judged, names: Names
) -> list[tuple[str, str]]:
    """Return title and value of what the condition took from this piece of evidence."""
    used = names_in(rule.shown_tree) if rule.shown_tree else judged.values
    return _told(used, rule, finding, judged, names)


def what_decided(
    rule: Rule, finding: Finding, judged: Judged, names: Names
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the measured values and the thresholds of the parts that do not hold.

    ``a and b`` has two parts, and a reader wants to hear of the one that failed.
    """
    known = _known(rule, finding, judged)
    parts = [part for part in _parts(rule.shown_tree) if judge(part, known) is False]
    used = list(dict.fromkeys(name for part in parts for name in names_in(part)))
    limits = [formats.scalar(known.get(name)) for name in used if name.startswith(_THRESHOLD)]
    return _told(used or judged.values, rule, finding, judged, names), limits


def reasons_used(rule: Rule, judged: Judged) -> list[tuple[str, str]]:
    """Return why values are absent, of those that the condition asks for."""
    asked = names_in(rule.shown_tree) if rule.shown_tree else ()
    used = {re.sub(r"\.(low|high|n)$", "", name) for name in asked}
    given = {full_name(name, rule): why for name, why in judged.reasons.items() if why}
    return [(name, str(why)) for name, why in given.items() if name in used or not used]


def full_name(name: str, rule: Rule) -> str:
    """Return ``anonymity.k`` for ``k``; names with a source stay."""
    prefix = f"{evidence_prefix(rule.wanted)}."
    return name if name.startswith(prefix) or not prefix.strip(".") else f"{prefix}{name}"


def _told(
    used: Iterable[str], rule: Rule, finding: Finding, judged: Judged, names: Names
) -> list[tuple[str, str]]:
    prefix = f"{evidence_prefix(rule.wanted)}."
    known = _known(rule, finding, judged)
    return [
        (names.title(name), formats.scalar(known.get(name), names.unit(name)))
        for name in used
        if name.startswith(prefix)
    ]


def _known(rule: Rule, finding: Finding, judged: Judged | None) -> dict[str, Scalar]:
    own = judged.values if judged else {}
    limits = {
        name if name.startswith(_THRESHOLD) else f"{_THRESHOLD}{name}": value
        for name, value in finding.thresholds.items()
    }
    return {
        **finding.values,
        **limits,
        **{full_name(name, rule): value for name, value in own.items()},
    }


def _parts(tree: Node) -> list[Node]:
    if not tree:
        return []
    if tree[0] == "and":
        return [part for child in tree[1:] if isinstance(child, tuple) for part in _parts(child)]
    return [tree]


def _title(name: str, names: Titles) -> Text:
    if name.startswith(_THRESHOLD):
        bare = name.removeprefix(_THRESHOLD)
        return Text(f"しきい値 {bare}", f"threshold {bare}")
    title = names.title(name)
    return Text(title, title)


def decisive(finding: Finding) -> Judged | None:
    """Return the piece of evidence that decided a finding of *not shown* or *explained*."""
    return next((one for one in finding.judged if one.outcome is Outcome.NOT_SHOWN), None)
