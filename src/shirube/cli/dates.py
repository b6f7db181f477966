# SPDX-License-Identifier: Apache-2.0
"""Coming dates and deadlines on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.cli.output import console
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.upcoming import Deadline, Upcoming

_REFS = 3


def tell_dates(coming: Sequence[Upcoming]) -> None:
    """List the dates in order, each with what it concerns."""
    out = console()
    if not coming:
        out.print(_("Nothing changes by itself in this time."))
    for one in coming:
        yearly = " " + _("(every year)") if one.yearly else ""
        out.print(f"[bold]{one.date}[/bold]", end="  ")
        out.print(f"{one.title}{yearly}", markup=False, soft_wrap=True)
        out.print(f"            {one.detail}", markup=False, soft_wrap=True, style="dim")
        more = len(one.refs) - _REFS
        refs = ", ".join(one.refs[:_REFS])
        if more > 0:
            refs = _("{list} and {count} more").format(list=refs, count=more)
        out.print(f"            {refs}", markup=False, soft_wrap=True, style="dim")


def tell_deadline(found: Deadline) -> None:
    """Show the last day, and how it was counted day by day."""
    out = console()
    last = _("{count} working days after {start}: {end}")
    told = last.format(count=found.working_days, start=found.start, end=found.end)
    out.print(told, style="bold", markup=False)
    out.print(_("The day of the event itself is not counted."), style="dim")
    for day in found.days:
        counted = str(day.reason) if day.reason else _("day {number}").format(number=day.number)
        style = "dim" if day.reason else ""
        out.print(f"  {day.date}  {counted}", style=style, markup=False, soft_wrap=True)
