# SPDX-License-Identifier: Apache-2.0
"""``shirube report``: documents that people read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.options import (
    command,
    folder_argument,
    on_option,
    packs_option,
    pages_options,
)
from shirube.texts import LANGUAGES, N_

if TYPE_CHECKING:
    import datetime as dt

HELP = N_(
    "Write the report of what is sealed in FOLDER: one self-contained HTML page and one PDF per "
    "language. Nothing is measured; run shirube check first."
)


@command(HELP, name="report")
@folder_argument
@pages_options
@click.option(
    "--charts",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Also write every chart as SVG and PNG into this folder."),
)
@on_option
@packs_option
def report(
    folder: Path,
    out: Path | None,
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    charts: Path | None,
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Write the report."""
    from shirube.api import operator
    from shirube.cli.documents import tell_written

    written = operator.report(
        folder,
        out or folder / "reports",
        on=on,
        formats=formats or ("html", "pdf"),  # type: ignore[arg-type]
        languages=languages or LANGUAGES,  # type: ignore[arg-type]
        further_packs=packs,
        charts=charts,
    )
    tell_written(written, as_json=as_json)


command = report
