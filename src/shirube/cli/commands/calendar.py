# SPDX-License-Identifier: Apache-2.0
"""``shirube calendar dates|deadline``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.lazy import Group
from shirube.cli.options import Date, json_option, lang_option, on_option, packs_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    import datetime as dt

command = Group("calendar", help=N_("Coming dates, and deadlines in Japan's working days."))


@command.command(
    "dates",
    help=N_(
        "List what changes by time alone: rules, thresholds, evidence and explanations that "
        "expire. Without FOLDER, only the dates of the rules."
    ),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--until", type=Date(), help=N_("The last day to look at (default: in two years)."))
@click.option(
    "--ics",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Also write an iCalendar file."),
)
@on_option
@packs_option
@json_option
@lang_option
def dates(
    folder: Path | None,
    until: dt.date | None,
    ics: Path | None,
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """List the coming dates."""
    from shirube.api import operator

    coming = operator.coming_dates(folder, on=on, until=until, further_packs=packs)
    if ics is not None:
        operator.write_calendar(coming, ics)
    if as_json:
        print_json(coming)
        return
    from shirube.cli.dates import tell_dates

    tell_dates(coming)
    if ics is not None:
        click.echo(_("Wrote {file}").format(file=ics))


@command.command(
    "deadline",
    help=N_("Count DAYS working days of Japan's administrative organs from the day after DATE."),
)
@click.argument("date", type=Date())
@click.argument("days", type=int)
@json_option
@lang_option
def deadline(date: dt.date, days: int, as_json: bool) -> None:
    """Count a deadline."""
    from shirube.api import operator

    found = operator.deadline(date, days)
    if as_json:
        print_json(found)
        return
    from shirube.cli.dates import tell_deadline

    tell_deadline(found)
