# SPDX-License-Identifier: Apache-2.0
"""``shirube rules upgrade``: what a new version of a pack changes, and to adopt it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.options import command, on_option, packs_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from rich.console import Console

    from shirube.terms.finding import Outcome
    from shirube.terms.upgrade import Attachment, Change, PackSide, RuleUpgrade, Upgrade

_MOST = 12


@command(
    N_(
        "Show what the pack in NEW_PACK changes for an operator: its rules, its findings, and "
        "which explanations, documents and answers go on counting. NEW_PACK is a folder, or the id "
        "of a shipped pack. Nothing is changed without --apply."
    )
)
@click.argument("new", metavar="NEW_PACK")
@click.option(
    "--operator",
    "folder",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=N_("The operator's folder."),
)
@click.option(
    "--apply",
    is_flag=True,
    help=N_("Adopt it: its files are copied into the folder, and the ledger says so."),
)
@click.option("--reason", default="", help=N_("Why it is adopted (with --apply)."))
@click.option("--author", default="", help=N_("Who decides this (with --apply)."))
@on_option
@packs_option
def upgrade(
    new: str,
    folder: Path,
    apply: bool,
    reason: str,
    author: str,
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Show or adopt a new version of a pack."""
    from shirube.api import operator
    from shirube.cli.output import console

    found = operator.upgrade_pack(
        new, folder, on=on, reason=reason, author=author, apply=apply, further_packs=packs
    )
    if as_json:
        print_json(found)
        return
    out = console()
    _tell_head(out, found)
    _tell_rules(out, found.rules)
    _tell_findings(out, found)
    _tell_given(out, found)
    _tell_end(out, found)


def _tell_head(out: Console, found: Upgrade) -> None:
    from shirube.documents import wording

    def side(one: PackSide) -> str:
        return _("version {version}, {rules} rules, {origin}").format(
            version=one.version, rules=one.rules, origin=wording.origin(one.provenance)
        )

    out.print(f"[bold]{found.title}[/bold]  {found.pack}  {found.on}", soft_wrap=True)
    stands = side(found.old) if found.old else _("no such pack so far")
    for name, told in ((_("It stands"), stands), (_("New"), side(found.new))):
        out.print(f"  {name}: {told}", markup=False, soft_wrap=True)
    out.print()


def _tell_rules(out: Console, rules: Sequence[RuleUpgrade]) -> None:
    words: dict[Change, str] = {
        "added": _("Added"),
        "removed": _("Removed"),
        "changed": _("Changed"),
    }
    counts = Counter(one.change for one in rules)
    if not rules:
        out.print(_("No rule is different."), style="bold", markup=False)
    for change, word in words.items():
        if counts[change]:
            out.print(f"{word}: {counts[change]}", style="bold", markup=False)
        for one in (one for one in rules if one.change == change):
            out.print(f"  {one.title}  [dim]{one.ref}[/dim]", soft_wrap=True)
            for part in one.parts:
                line = f"      {part.part}: {part.old or '–'} → {part.new or '–'}"
                out.print(line, markup=False, soft_wrap=True)
    out.print()


def _tell_findings(out: Console, found: Upgrade) -> None:
    told = _("{moved} findings change, {stay} stay as they are.")
    line = told.format(moved=len(found.moves), stay=found.stay)
    out.print(line, style="bold", markup=False)
    for move in found.moves[:_MOST]:
        head = f"  {move.subject}  {_word(move.old)} → {_word(move.new)}"
        out.print(f"{head}  [dim]{move.rule}[/dim]", soft_wrap=True)
        for told in (move.before, move.after if move.after != move.before else ""):
            if told:
                out.print(f"      {told}", style="dim", markup=False, soft_wrap=True)
    _more(out, len(found.moves))
    if found.questions:
        out.print(_("The new rules ask what nobody has answered yet:"), markup=False)
        for one in found.questions[:_MOST]:
            out.print(f"  {one.subject}  {one.name}", markup=False, soft_wrap=True)
        _more(out, len(found.questions))
    out.print()


def _tell_given(out: Console, found: Upgrade) -> None:
    """Tell of all that people gave whether it goes on counting; answers only by number."""
    out.print(_("What was given stays as it is. Under the new rules:"), style="bold", markup=False)
    kinds = {
        "explanation": _("explanations"),
        "document": _("documents"),
        "measurement": _("measurements"),
        "answer": _("answers of the manifest"),
    }
    for kind, name in kinds.items():
        own = [one for one in found.attachments if one.kind == kind]
        lost = [one for one in own if one.before and not one.after]
        told = _("{name}: {kept} go on counting, {new} count newly, {lost} count no longer")
        line = told.format(
            name=name,
            kept=sum(bool(one.before and one.after) for one in own),
            new=sum(not one.before for one in own),
            lost=len(lost),
        )
        out.print(f"  {line}", markup=False, soft_wrap=True)
        for one in lost[:_MOST]:
            out.print(f"      {_lost(one)}", markup=False, soft_wrap=True)
        _more(out, len(lost))
    out.print()


def _lost(one: Attachment) -> str:
    if one.kind == "explanation":
        told = _("{name}: its rule is gone; move it in the manifest before the next check")
        return told.format(name=one.name)
    return _("{name} of {subject}: no rule of the pack asks for it any more").format(
        name=one.name, subject=one.subject
    )


def _tell_end(out: Console, found: Upgrade) -> None:
    for told in found.hindrances:
        line = _("It cannot be adopted: {reason}").format(reason=told)
        out.print(line, style="bold red", markup=False, soft_wrap=True)
    if found.entry is not None:
        told = _("Adopted; this is entry {index} of the ledger.").format(index=found.entry)
    elif found.hindrances:
        return
    else:
        told = _("Nothing was changed. To adopt it: --apply --reason … --author …")
    out.print(told, markup=False, soft_wrap=True)


def _more(out: Console, count: int) -> None:
    if count > _MOST:
        told = _("… {count} more (--json has all of them)").format(count=count - _MOST)
        out.print(f"  {told}", style="dim", markup=False)


def _word(outcome: Outcome | None) -> str:
    from shirube.documents import wording

    return wording.outcome(outcome) if outcome else _("(no rule)")
