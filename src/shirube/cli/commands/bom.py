# SPDX-License-Identifier: Apache-2.0
"""``shirube bom write|diff``: what a system is made of, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.lazy import Group
from shirube.cli.options import folder_argument, json_option, lang_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    from shirube.terms.bom import Bom

command = Group(
    "bom", help=N_("Write a system's AI bill of materials (CycloneDX), or compare two.")
)

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@command.command(
    "write",
    help=N_(
        "Write what a system is made of as a CycloneDX 1.7 ML-BOM: models, data sets, licences, "
        "suppliers, digests, sealed figures, and the packages of the lock files in FOLDER. Facts "
        "that nobody has given are left out and listed as questions. Equal input gives equal bytes."
    ),
)
@click.argument("system")
@folder_argument
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=N_("The file to write, for example SYSTEM.cdx.json."),
)
@json_option
@lang_option
def write(system: str, folder: Path, out: Path, as_json: bool) -> None:
    """Write the bill of materials."""
    from shirube.api import operator

    written = operator.bom(folder, system, out)
    if as_json:
        print_json(
            {
                "file": out,
                "serial_number": written.serial_number,
                "components": written.components,
                "questions": written.questions,
                "notes": written.notes,
            }
        )
        return
    click.echo(_("Wrote {file}").format(file=out))
    _tell(written)


@command.command(
    "diff",
    help=N_(
        "Tell in words what changed between two bills of materials (CycloneDX JSON): components "
        "added and removed, versions, digests, licences, suppliers, figures."
    ),
)
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@json_option
@lang_option
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Compare two bills of materials."""
    from shirube.api import operator

    changes = operator.bom_difference(old, new)
    if as_json:
        print_json(changes)
        return
    for change in changes:
        click.echo(str(change.said))
    if not changes:
        click.echo(_("Nothing changed."))


def _tell(written: Bom) -> None:
    click.echo(_("{count} components; serial number {serial}").format(
        count=written.components, serial=written.serial_number
    ))  # fmt: skip
    for head, said in (
        (_("Left out because nobody has said it:"), written.questions),
        (_("Worth knowing:"), written.notes),
    ):
        if said:
            click.echo(head)
        for text in said:
            click.echo(f"  {text}")
