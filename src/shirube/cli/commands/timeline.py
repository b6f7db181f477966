# SPDX-License-Identifier: Apache-2.0
"""``shirube timeline``: the file that an auditor reads when reasonable care is asked about."""

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
    "Write the timeline of SYSTEM: what was known, expected, measured, decided and done, in order, "
    "each line with its proof, as HTML and PDF. Nothing is measured; run shirube check first."
)


@command(HELP, name="timeline")
@click.argument("system")
@folder_argument
@pages_options
@on_option
@packs_option
def timeline(
    system: str,
    folder: Path,
    out: Path | None,
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Write the timeline."""
    from shirube.api import operator
    from shirube.cli.documents import tell_written

    written = operator.timeline(
        folder,
        system,
        out or folder / "reports",
        on=on,
        formats=formats or ("html", "pdf"),  # type: ignore[arg-type]
        languages=languages or LANGUAGES,  # type: ignore[arg-type]
        further_packs=packs,
    )
    tell_written(written, as_json=as_json)


command = timeline
