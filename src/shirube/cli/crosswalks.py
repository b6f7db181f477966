# SPDX-License-Identifier: Apache-2.0
"""A crosswalk on a terminal: per item what is carried, by which rules, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.cli.output import console
from shirube.documents import wording
from shirube.terms.crosswalk import Carried
from shirube.texts import _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from shirube.terms.crosswalk import (
        Crosswalk,
        CrosswalkItem,
        CrosswalkStanding,
        ItemStanding,
        PointerStanding,
    )

_SIGNS = {Carried.ALL: "●", Carried.SOME: "◐", Carried.NONE: "○"}
_STYLES = {Carried.ALL: "green", Carried.SOME: "yellow", Carried.NONE: "bold red"}


def tell_crosswalk(found: CrosswalkStanding) -> None:
    """Show every item, then how many are carried, then what this does not say."""
    out = console()
    about = found.crosswalk
    out.print(f"[bold]{about.title}[/bold]  [dim]{about.version} · {found.on}[/dim]")
    out.print(str(about.nature), markup=False)
    _tell_sources(out, about)
    out.print(_whose(about), markup=False, soft_wrap=True)
    for one in found.items:
        out.print()
        _tell_item(out, one, found)
    out.print()
    if found.judged:
        counts = {kind: sum(one.carried is kind for one in found.items) for kind in Carried}
        told = _(
            "Of {items} items: for {all} every rule pointed to is shown, for {some} some, for "
            "{none} none."
        )
        numbers = {kind.value: count for kind, count in counts.items()}
        out.print(told.format(items=len(found.items), **numbers), style="bold", markup=False)
    out.print(
        _(
            "A crosswalk points at evidence. It does not say that another framework is met, and "
            "it is no legal advice."
        ),
        style="dim",
        markup=False,
    )


def _tell_sources(out: Console, about: Crosswalk) -> None:
    out.print(
        _("Sources: {confidence}.").format(confidence=wording.confidence(about.confidence)),
        markup=False,
    )
    for source in about.sources:
        held = "" if source.rows_held else "  [" + _("its rows are not held") + "]"
        when = f", {source.date}" if source.date else ""
        line = f"  · {source.title}{when} <{source.url}>{held}"
        out.print(line, style="dim", markup=False, soft_wrap=True)
    for basis in about.bases:
        out.print(f"  · {basis.title}: {basis.note}", style="dim", markup=False, soft_wrap=True)


def _whose(about: Crosswalk) -> str:
    """Say how many pointers are published ones, and that none is where no row is held."""
    pointers = [pointer for item in about.items for pointer in item.pointers]
    published = sum(bool(pointer.source) for pointer in pointers)
    if not published:
        return _(
            "No published mapping of Japan’s rules to this framework is held row by row: all "
            "{count} pointers are ours, and nobody else has confirmed them."
        ).format(count=len(pointers))
    told = _("{published} of {count} pointers are published ones; the others are ours.")
    return told.format(published=published, count=len(pointers))


def _tell_item(out: Console, one: ItemStanding, found: CrosswalkStanding) -> None:
    item = one.item
    sign = f"{_SIGNS[one.carried]} " if found.judged else ""
    style = _STYLES[one.carried] if found.judged else ""
    mark = _held_mark(item)
    out.print(f"{sign}{item.provision}", style=style, end="  ", markup=False)
    out.print(f"{item.title}", style="bold", end="", markup=False)
    out.print(f"  [{mark}]" if mark else "", markup=False)
    _tell_dates(out, item, found.crosswalk, found.on)
    for pointer in one.pointers:
        _tell_pointer(out, pointer, judged=found.judged)
    if item.left:
        _left(out, str(item.left))


def _held_mark(item: CrosswalkItem) -> str:
    if item.held == "summary":
        return ""
    return _("text not held, only its name") if item.held == "name" else _("text not held")


def _tell_dates(out: Console, item: CrosswalkItem, about: Crosswalk, on: dt.date) -> None:
    titles = {basis.id: basis.title for basis in about.bases}
    for dated in item.dates:
        when = _("since {date}") if dated.start <= on else _("from {date}")
        line = f"{titles[dated.basis]}: {bracketed(when.format(date=dated.start), dated.scope)}"
        out.print(f"      {line}", style="dim", markup=False, soft_wrap=True)


def _tell_pointer(out: Console, one: PointerStanding, *, judged: bool) -> None:
    words = {
        "covers": _("covers it"),
        "partly": _("covers it partly"),
        "touches": _("only touches it"),
    }
    source = one.pointer.source
    whose = _("published: {source}").format(source=source) if source else _("ours")
    line = f"      → {one.title} ({words[one.pointer.extent]}; {whose})  {one.pointer.rule}"
    out.print(line, markup=False, soft_wrap=True)
    if judged:
        out.print(f"        {_outcomes(one)}", style="dim", markup=False, soft_wrap=True)
    if one.pointer.left:
        _left(out, str(one.pointer.left), indent=8)


def _outcomes(one: PointerStanding) -> str:
    if not one.outcomes:
        return _("nothing was judged by this rule")
    return ", ".join(f"{wording.outcome(code)} {count}" for code, count in one.outcomes.items())


def _left(out: Console, text: str, indent: int = 6) -> None:
    out.print(" " * indent + _("Left: {text}").format(text=text), markup=False, soft_wrap=True)
