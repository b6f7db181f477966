# SPDX-License-Identifier: Apache-2.0
"""A tried change of rules on a terminal: what is different, who moves, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.cli.output import console
from shirube.documents import wording
from shirube.texts import _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    from rich.console import Console

    from shirube.terms.finding import Outcome
    from shirube.terms.trial import Group, Move, Trial

_MOVES = 12
_GROUPS = 5


def tell_trial(found: Trial) -> None:
    """Show the changed rules, then the moves, those that lose *shown* first."""
    out = console()
    size = ", ".join(
        f"{wording.subject_kind(kind)} {count:,}"  # type: ignore[arg-type]
        for kind, count in found.subjects.items()
        if count
    )
    out.print(f"[bold]{found.pack}[/bold]  {found.on}  {size}", soft_wrap=True)
    for change in found.changes:
        footing = wording.footing(change.footing)
        told = bracketed(change.title, footing)
        out.print(f"  {told}  [dim]{change.ref}[/dim]", soft_wrap=True)
        for part, old, new in change.parts:
            out.print(f"      {part}: {old or '–'} → {new or '–'}", markup=False, soft_wrap=True)
    if not found.changes:
        out.print("  " + _("No rule is different."))
    out.print()
    moved = sum(move.count for move in found.moves)
    told = _("{moved} findings move, {stay} stay as they are.")
    out.print(told.format(moved=f"{moved:,}", stay=f"{found.stay:,}"), style="bold", markup=False)
    for move in found.moves[:_MOVES]:
        _tell(out, move)
    if len(found.moves) > _MOVES:
        more = _("… {count} more (--json has all of them)").format(count=len(found.moves) - _MOVES)
        out.print(more, style="dim", markup=False)


def _tell(out: Console, move: Move) -> None:
    out.print()
    out.print(f"  {_word(move.old)} → {_word(move.new)}: {move.count:,}", style="bold", end="  ")
    out.print(move.rule, style="dim", markup=False, soft_wrap=True)
    groups = [_group(group) for group in move.by[:_GROUPS]]
    if groups:
        out.print(" " * 6 + _("; ").join(groups), markup=False, soft_wrap=True)
    for example in move.examples:
        for line in (f"      {example.subject}: {example.old}", f"        → {example.new}"):
            out.print(line, markup=False, soft_wrap=True, style="dim")


def _group(group: Group) -> str:
    unknown = _("not known")
    return f"{' / '.join(word or unknown for word in group.words)} {group.count:,}"


def _word(outcome: Outcome | None) -> str:
    return wording.outcome(outcome) if outcome else _("(no rule)")
