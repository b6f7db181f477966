# SPDX-License-Identifier: Apache-2.0
"""Coming dates of an operator or of the law alone, and deadlines in working days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from shirube import assessment, calendar, manifest
from shirube.api.clock import now
from shirube.api.operator.rules import load_packs
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.store.files import write_whole
from shirube.terms.errors import Problem
from shirube.terms.fact import Facts
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.upcoming import Deadline, Upcoming


def coming_dates(
    folder: Path | None,
    *,
    on: dt.date | None = None,
    until: dt.date | None = None,
    further_packs: Sequence[Path] = (),
) -> tuple[Upcoming, ...]:
    """Return what changes by time alone, by default in the two years to come.

    Without a folder that has a manifest, only the dates of the rules and their facts.
    """
    moment = now()
    day = on or moment.date()
    last = until or _in_two_years(day)
    if last <= day:
        raise Problem(
            _("The last day {last} does not lie after {day}.").format(last=last, day=day),
            remedy=_("Give a later day with --until."),
        )
    packs = load_packs(further_packs, folder)
    facts = Facts(profiles=(), rows=())
    if folder is not None:
        place = Workspace.at(folder)
        declared = manifest.load(place.manifest, today=moment.date())
        with Sealing(place.folder, declared.operator.id) as sealing:
            facts = assessment.facts(declared, sealing.evidence)
    return assessment.upcoming(facts, packs, day, last)


def write_calendar(coming: Sequence[Upcoming], file: Path) -> None:
    """Write the dates as an iCalendar file; an existing one is replaced whole."""
    name = _("Shirube: coming dates")
    written = calendar.icalendar(coming, name=name, now=now())
    try:
        write_whole(file, written)
    except OSError as error:
        raise Problem(
            _("The file cannot be written."),
            where=str(file),
            why=str(error.strerror or error),
            remedy=_("Name a file in a folder in which you may write."),
        ) from error


def deadline(start: dt.date, working_days: int) -> Deadline:
    """Return the last of so many working days after an event, with every day that was counted."""
    return calendar.deadline(start, working_days)


def _in_two_years(day: dt.date) -> dt.date:
    return dt.date(day.year + 2, day.month, min(day.day, 28))
