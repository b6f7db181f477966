# SPDX-License-Identifier: Apache-2.0
"""Findings on a terminal: what to do next comes first, everything else on request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shirube.cli.output import console
from shirube.documents import next_actions, wording
from shirube.terms.finding import Finding, Outcome
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rich.console import Console

    from shirube.api.operator import Checked, Judgement
    from shirube.documents import Action
    from shirube.documents.report.names import TitlesOfNames
    from shirube.terms.rule import Rule

_MOST_FOUND = 12
"""How many findings a summary shows; the rest is one option or one report away."""

_STYLES = {
    Outcome.SHOWN: "green",
    Outcome.NOT_SHOWN: "bold red",
    Outcome.NOT_JUDGED: "yellow",
    Outcome.EXPLAINED: "cyan",
    Outcome.NOT_APPLICABLE: "dim",
}
_SIGNS = {
    Outcome.SHOWN: "✓",
    Outcome.NOT_SHOWN: "✗",
    Outcome.NOT_JUDGED: "?",
    Outcome.EXPLAINED: "≈",
    Outcome.NOT_APPLICABLE: "–",
}


def tell_checked(checked: Checked, folder: Path, *, show_all: bool) -> None:
    """Show a check: counts, what was found, what to do next, what was done."""
    out = console()
    told = checked.judgement
    _tell_head(out, told)
    _tell_found(out, told, show_all=show_all)
    _tell_actions(out, told)
    if show_all:
        _tell_all(out, told)
    _tell_work(out, checked, folder, show_all=show_all)


def _tell_head(out: Console, told: Judgement) -> None:
    out.print(f"[bold]{told.manifest.operator.name}[/bold]  {told.on.isoformat()}", soft_wrap=True)
    counts = Counter(finding.outcome for finding in told.findings)
    parts = [
        f"[{_STYLES[outcome]}]{_SIGNS[outcome]} {wording.outcome(outcome)} {counts[outcome]}[/]"
        for outcome in wording.OUTCOMES
        if counts[outcome]
    ]
    out.print("  ".join(parts), soft_wrap=True)
    for pack in told.packs:
        if remark := wording.remark(pack):
            line = _("Rules of “{title}”: {remark}.").format(title=pack.title, remark=remark)
            out.print(line, style="yellow", markup=False, soft_wrap=True)
    out.print()


def _tell_found(out: Console, told: Judgement, *, show_all: bool) -> None:
    """Show what is not shown, measured facts first, with the numbers in the condition."""
    rules = {rule.ref: rule for pack in told.packs for rule in pack.rules}
    titles = {ref: wording.marked(rule) for ref, rule in rules.items()}
    found = _of(told.findings, Outcome.NOT_SHOWN) + _of(told.findings, Outcome.EXPLAINED)
    if not found:
        return
    found.sort(key=lambda finding: rules[finding.rule].wanted.kind != "measurement")
    names = _names()
    out.print(_("What was found"), style="bold")
    for finding in found if show_all else found[:_MOST_FOUND]:
        style = _STYLES[finding.outcome]
        out.print(
            f"  [{style}]{_SIGNS[finding.outcome]}[/] {titles[finding.rule]}"
            f"  [dim]{finding.subject}  {finding.rule}[/dim]",
            soft_wrap=True,
        )
        if condition := _condition(rules[finding.rule], finding, names):
            out.print(f"      {condition}", markup=False, soft_wrap=True)
        if finding.explanation:
            given = finding.explanation
            line = _("Explained by {author} on {date}, until {expires}: {reason}").format(
                author=given.author, date=given.date, expires=given.expires, reason=given.reason
            )
            out.print(f"      {line}", markup=False, soft_wrap=True)
    if len(found) > _MOST_FOUND and not show_all:
        _tell_rest(out, len(found) - _MOST_FOUND)
    out.print()


def _names() -> TitlesOfNames:
    from shirube.api import operator
    from shirube.documents.report.names import TitlesOfNames

    return TitlesOfNames(operator.titles_of_names())


def _condition(rule: Rule, finding: Finding, names: TitlesOfNames) -> str:
    """Return the condition with its values in words; in signs where the words are not at hand."""
    from shirube.documents.report.conditions import decisive, in_words

    judged = decisive(finding) or next(iter(finding.judged), None)
    return in_words(rule, finding, judged, names) or finding.condition


def _tell_rest(out: Console, count: int) -> None:
    rest = _("… and {count} more (shirube check --all, or the report)").format(count=count)
    out.print(f"     [dim]{rest}[/dim]", soft_wrap=True)


def _tell_actions(out: Console, told: Judgement) -> None:
    every = next_actions(told.findings, told.packs, limit=None)
    if not every:
        return
    out.print(_("Next actions, cheapest first"), style="bold")
    for number, action in enumerate(every[:5], start=1):
        _tell_action(out, number, action)
    if len(every) > 5:
        _tell_rest(out, len(every) - 5)
    out.print()


def _tell_action(out: Console, number: int, action: Action) -> None:
    style = _STYLES[action.outcome]
    subjects = ", ".join(str(subject) for subject in action.subjects[:3])
    more = f" +{len(action.subjects) - 3}" if len(action.subjects) > 3 else ""
    weak = action.footing in ("commentary", "own-policy")
    whose = f" · {wording.footing(action.footing)}" if weak else ""
    out.print(
        f"  {number}. [{style}]{_SIGNS[action.outcome]}[/] {action.text}"
        f"  [dim]{wording.effort(action.effort)}{whose} · {subjects}{more}[/dim]",
        soft_wrap=True,
    )


def _tell_all(out: Console, told: Judgement) -> None:
    titles = {rule.ref: wording.marked(rule) for pack in told.packs for rule in pack.rules}
    for pack in told.packs:
        members = [finding for finding in told.findings if finding.rule.startswith(f"{pack.id}/")]
        if not members:
            continue
        out.print(f"[bold]{pack.title}[/bold]")
        for finding in members:
            out.print(
                f"  [{_STYLES[finding.outcome]}]{_SIGNS[finding.outcome]}"
                f" {wording.outcome(finding.outcome)}[/]"
                f"  {titles[finding.rule]}  [dim]{finding.subject}  {finding.rule}[/dim]",
                soft_wrap=True,
            )
            detail = finding.condition or wording.reason(finding.reason)
            out.print(f"      {detail}", markup=False, soft_wrap=True)
        out.print()


def _tell_work(out: Console, checked: Checked, folder: Path, *, show_all: bool) -> None:
    if checked.models_sealed:
        out.print(
            _("Sealed the files of the models: {names}.").format(
                names=", ".join(checked.models_sealed)
            ),
            soft_wrap=True,
        )
    if checked.measured or checked.failed or checked.documents_sealed:
        line = _("Measured {measured}, reused {reused}; documents sealed: {documents}.").format(
            measured=len(checked.measured),
            reused=len(checked.reused),
            documents=len(checked.documents_sealed),
        )
    else:
        line = _("Nothing has changed: all {reused} measurements were reused.").format(
            reused=len(checked.reused)
        )
    out.print(line, soft_wrap=True)
    for name in checked.failed:
        out.print(_("Could not be measured: {id}").format(id=name), style="yellow")
        for line in checked.why_failed[name].splitlines():
            out.print(f"    {line}", markup=False, soft_wrap=True)
    if not show_all:
        hint = _("Every finding: shirube check {folder} --all    Report: shirube report {folder}")
        out.print(f"[dim]{hint.format(folder=folder)}[/dim]", soft_wrap=True)


def _of(findings: Iterable[Finding], outcome: Outcome) -> list[Finding]:
    return [finding for finding in findings if finding.outcome is outcome]
