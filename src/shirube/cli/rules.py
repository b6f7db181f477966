# SPDX-License-Identifier: Apache-2.0
"""Rules on a terminal, in words for a person who is not a lawyer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.cli.output import console
from shirube.documents import wording
from shirube.rules import document_titles, words
from shirube.texts import _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from shirube.terms.rule import GoalTree, Node, Pack, Rule
    from shirube.terms.text import Text


def tell_list(packs: Sequence[Pack], on: dt.date | None) -> None:
    """List the rules by instrument; with a date, those in force on it."""
    out = console()
    for pack in packs:
        rules = [rule for rule in pack.rules if on is None or _in_force(rule, on)]
        if not rules:
            continue
        out.print(f"[bold]{pack.title}[/bold]  [dim]{pack.issuer} · {pack.version}[/dim]")
        if remark := wording.remark(pack):
            out.print(f"  {remark}", style="yellow", markup=False, soft_wrap=True)
        for rule in rules:
            marks = "".join(f" [{words}]" for _code, words in wording.marks(rule))
            out.print(f"  {rule.ref}", style="cyan", soft_wrap=True)
            out.print(f"      {rule.title}{marks}", markup=False, soft_wrap=True)
        for fact in pack.facts:
            held = "" if fact.text_held else "  [" + _("text not held") + "]"
            told = bracketed(fact.title, fact.provision)
            out.print(f"  · {told}{held}", markup=False, soft_wrap=True)
        out.print()


def tell_checked_packs(packs: Sequence[Pack]) -> None:
    """Say that every rule holds, and who answers for the packs that did not come with Shirube."""
    out = console()
    for pack in packs:
        if remark := wording.remark(pack):
            out.print(f"{pack.id}: {remark}", style="yellow", markup=False, soft_wrap=True)
    count = sum(len(pack.rules) for pack in packs)
    told = _("All {count} rules hold on all their cases.").format(count=count)
    out.print(told, markup=False, soft_wrap=True)


def tell_rule(pack: Pack, rule: Rule, titles: Mapping[str, Text]) -> None:
    """Show one rule: what is expected, of whom, how binding, and what would show it.

    ``titles`` say what the names of conditions mean; without one, the name stands for itself.
    """
    out = console()
    out.print(f"[bold]{rule.title}[/bold]")
    out.print(str(rule.expectation), markup=False)
    if rule.note:
        out.print(str(rule.note), markup=False, style="dim")
    out.print()
    for name, text in _lines(pack, rule, titles):
        out.print(f"[bold]{name}[/bold]  ", end="")
        out.print(text, markup=False)
    _tell_thresholds(out, rule)
    if rule.goal_tree:
        _tell_goals(out, rule.goal_tree)
    out.print()
    out.print(_("When it is not shown"), style="bold", end="  ")
    out.print(bracketed(rule.next_step, wording.effort(rule.effort)), markup=False)


def _tell_goals(out: Console, tree: GoalTree) -> None:
    """Show how the issuer takes the expectation apart, and whose weights these are."""
    out.print()
    out.print(_("What the issuer looks at, and its weight"), style="bold")
    for part in tree.parts:
        line = _("{weight} %  {title} (goals: {goals})").format(
            weight=f"{100 * part.weight:3g}", title=part.title, goals=part.goals
        )
        out.print(f"    {line}", markup=False, soft_wrap=True)
    told = _("Tested by the issuer’s tool itself: {share} % of the weight; people answer the rest.")
    out.print(f"    {told.format(share=f'{100 * tree.automatic:g}')}", markup=False, soft_wrap=True)
    out.print(
        f"    {tree.source} ({tree.on}) <{tree.url}>", style="dim", markup=False, soft_wrap=True
    )


def _lines(pack: Pack, rule: Rule, titles: Mapping[str, Text]) -> list[tuple[str, str]]:
    cited = "; ".join(
        f"{citation.instrument} {citation.provision} <{citation.url}>"
        for citation in rule.citations
    )
    until = f" – {rule.end}" if rule.end else ""
    marks = ", ".join(words for _code, words in wording.marks(rule))
    lifetime = (
        _("{days} days").format(days=rule.lifetime_days) if rule.lifetime_days else _("no limit")
    )
    return [
        (_("Rule"), bracketed(rule.ref, pack.title)),
        (_("Pack"), f"{pack.version}, {wording.origin(pack.provenance)}"),
        (_("Source"), cited),
        (_("Addressed to"), wording.addressee(rule.addressee)),
        (_("Binding force"), wording.footing(rule.footing)),
        (_("In force"), bracketed(f"{rule.start}{until}", wording.status(rule.status))),
        (_("Marks"), marks or _("none")),
        (_("Speaks about"), wording.subject_kind(rule.subject)),
        (_("Applies when"), _condition(rule.applies_tree, rule.applies, titles)),
        (_("Shown by"), _shown_by(rule)),
        (_("Shown when"), _condition(rule.shown_tree, rule.shown, titles)),
        (_("Evidence counts for"), lifetime),
    ]


def _condition(tree: Node, signs: str, titles: Mapping[str, Text]) -> str:
    """Return a condition in words and, where signs say more, in signs below."""
    if tree == ("value", True):
        return _("always")
    said = words(tree, None, titles)
    return said if said == signs else f"{said}\n    {signs}"


def _shown_by(rule: Rule) -> str:
    if rule.wanted.kind == "manifest":
        return _("the manifest")
    if rule.wanted.kind == "measurement":
        return _("measurement {name}").format(name=rule.wanted.source)
    title, description = document_titles().get(rule.wanted.source, (rule.wanted.source, ""))
    return _("document: {title} ({kind})").format(title=title, kind=rule.wanted.source) + (
        f"\n    {description}" if description else ""
    )


def _tell_thresholds(out: Console, rule: Rule) -> None:
    for name, dated in rule.values.items():
        for value in dated:
            out.print(
                f"  value.{name} = {value.value}  {value.start} –"
                f"  [{wording.footing(value.footing)}] {value.reason}",
                markup=False,
            )


def _in_force(rule: Rule, on: dt.date) -> bool:
    return rule.start <= on and (rule.end is None or on < rule.end)
