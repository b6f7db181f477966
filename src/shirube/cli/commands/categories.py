# SPDX-License-Identifier: Apache-2.0
"""``shirube categories``: what measurements rule out under the APPI, and what stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shirube.cli.options import command as make
from shirube.cli.options import folder_argument, on_option, packs_option
from shirube.cli.output import print_json
from shirube.texts import N_

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

HELP = N_(
    "Say which categories of personal information the sealed measurements rule out, which stay "
    "open, and what only people can say. Never says that data are anonymised information."
)


@make(HELP, name="categories")
@folder_argument
@click.option("--dataset", help=N_("Only this data set."))
@on_option
@packs_option
def command(
    folder: Path, dataset: str | None, on: dt.date | None, packs: tuple[Path, ...], as_json: bool
) -> None:
    """Tell the categories."""
    from shirube.api import operator

    found = operator.categories(folder, dataset, on=on, further_packs=packs)
    if as_json:
        print_json(found)
        return
    from shirube.cli.categories import tell_categories

    tell_categories(found)
