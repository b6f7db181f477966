# SPDX-License-Identifier: Apache-2.0
"""``shirube check``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.exits import FAIL_ON, exit_code
from shirube.cli.options import (
    command,
    engine_option,
    folder_argument,
    on_option,
    packs_option,
)
from shirube.cli.output import print_json
from shirube.texts import N_

if TYPE_CHECKING:
    import datetime as dt

    from shirube.api.operator import Checked

HELP = N_(
    "Measure what is new or due in the operator's FOLDER, seal it in the ledger, and judge it "
    "against the rules in force. What has not changed is not measured again."
)


@command(HELP, name="check")
@folder_argument
@on_option
@packs_option
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(FAIL_ON),
    help=N_("End with an error code for these outcomes only (default: not_shown, not_judged)."),
)
@click.option("--all", "show_all", is_flag=True, help=N_("Show every finding, not a summary."))
@click.option(
    "--junit", type=click.Path(path_type=Path, dir_okay=False), help=N_("Also write JUnit XML.")
)
@click.option(
    "--sarif", type=click.Path(path_type=Path, dir_okay=False), help=N_("Also write SARIF.")
)
@click.option(
    "--memory-limit", default="512MB", show_default=True, help=N_("Memory of the engine.")
)
@engine_option
@click.option("--quiet", "-q", is_flag=True, help=N_("No progress."))
def check(
    folder: Path,
    on: dt.date | None,
    packs: tuple[Path, ...],
    fail_on: tuple[str, ...],
    show_all: bool,
    junit: Path | None,
    sarif: Path | None,
    memory_limit: str,
    engine: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run the main job and exit by its findings."""
    from shirube.api import operator
    from shirube.cli.progress import progress

    with progress(quiet=quiet) as told:
        checked = operator.check(
            folder,
            on=on,
            further_packs=packs,
            progress=told,
            memory_limit=memory_limit,
            engine=engine,
        )
    _write_interchange(checked, junit, sarif)
    if as_json:
        from shirube.cli.summary import as_record

        print_json(as_record(checked))
    else:
        from shirube.cli.findings import tell_checked

        tell_checked(checked, folder, show_all=show_all)
    return exit_code(checked.judgement.findings, fail_on)


def _write_interchange(checked: Checked, junit: Path | None, sarif: Path | None) -> None:
    from shirube.api import operator

    told = checked.judgement
    if junit:
        junit.write_text(operator.junit(told), encoding="utf-8")
    if sarif:
        sarif.write_text(operator.sarif(told), encoding="utf-8")


command = check
