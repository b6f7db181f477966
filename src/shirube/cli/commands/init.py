# SPDX-License-Identifier: Apache-2.0
"""``shirube init``: draft a manifest, make the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shirube.cli.options import command, folder_argument
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.api.operator import Begun

HELP = N_(
    "Look at a folder (tables, models, notebooks, requirements, licences, model cards) and draft "
    "its manifest. Nothing is overwritten. The signing key goes into your own key directory."
)


@command(HELP, name="init")
@folder_argument
def init(folder: Path, as_json: bool) -> None:
    """Begin."""
    from shirube.api import operator

    begun = operator.init(folder)
    if as_json:
        print_json(begun)
    else:
        _tell(begun)


def _tell(begun: Begun) -> None:
    if begun.manifest_written:
        click.echo(
            _("Drafted {file}. Please read it: every guess says that it is one.").format(
                file=begun.manifest
            )
        )
    else:
        click.echo(_("{file} was there already and is unchanged.").format(file=begun.manifest))
    if begun.key_written:
        click.echo(
            _("Made the signing key {file}. Keep a copy in a safe place.").format(file=begun.key)
        )
    else:
        click.echo(_("The signing key {file} was there already.").format(file=begun.key))
    if begun.questions:
        click.echo(
            _(
                "{count} facts are unknown. Hand them to whoever knows: "
                "shirube questions out FOLDER questions.xlsx"
            ).format(count=begun.questions)
        )


command = init
