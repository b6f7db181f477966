# SPDX-License-Identifier: Apache-2.0
"""Categories of personal information on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.cli.output import console
from shirube.documents.categories import category_limits
from shirube.texts import _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from shirube.documents.categories import CategoryView, DatasetCategories

_STYLES = {"not_shown": "bold red", "could_not_be_judged": "yellow", "not_applicable": "dim"}
_STEPS = 3


def tell_categories(found: Sequence[DatasetCategories]) -> None:
    """Show each data set's categories: how they stand, because of what, and what is missing."""
    out = console()
    if not found:
        out.print(_("No data set has been measured for this yet."))
    for dataset in found:
        out.print(f"[bold]{dataset.name}[/bold]  [dim]{dataset.dataset}[/dim]")
        out.print(_("Declared legal route") + _(" – ") + dataset.declared, markup=False)
        for one in dataset.categories:
            _tell(out, one)
        out.print()
    for sentence in category_limits():
        out.print(sentence, style="dim", markup=False, soft_wrap=True)


def _tell(out: Console, one: CategoryView) -> None:
    out.print()
    out.print(f"  {one.symbol} {one.label}", style=_STYLES.get(one.code, ""), end="  ")
    out.print(one.title, style="bold", markup=False)
    _indent(out, one.says)
    for rule in one.deciding:
        _indent(out, f"· {rule.title}: {rule.condition}")
        if rule.places:
            where = _("Columns and cells")
            _indent(out, f"  {where}: {' · '.join(rule.places)}")
    for step in one.steps[:_STEPS]:
        _indent(out, "→ " + bracketed(step.text, step.label))
    if len(one.steps) > _STEPS:
        more = _("… {count} more steps (--json has all of them)")
        _indent(out, more.format(count=len(one.steps) - _STEPS), style="dim")
    for question in one.questions:
        _indent(out, f"? {question}", style="dim")


def _indent(out: Console, text: str, style: str = "") -> None:
    out.print(f"      {text}", markup=False, style=style, soft_wrap=True)
