# SPDX-License-Identifier: Apache-2.0
"""``shirube new rule|measure|document``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.lazy import Group
from shirube.cli.options import json_option, lang_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

command = Group("new", help=N_("Write a new rule, measure or document, complete and passing."))


@command.command("rule", help=N_("Write a rule with its cases, and the pack when it is new."))
@click.argument("ref", metavar="PACK/RULE")
@click.option(
    "--packs",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("A folder of packs of your own (default: the shipped ones)."),
)
@json_option
@lang_option
def rule(ref: str, packs: Path | None, as_json: bool) -> None:
    """Write a rule."""
    from shirube.api import developer

    _tell(developer.new_rule(ref, packs), as_json)


@command.command("measure", help=N_("Write a measure with its test."))
@click.argument("ref", metavar="FIELD/NAME")
@json_option
@lang_option
def measure(ref: str, as_json: bool) -> None:
    """Write a measure."""
    from shirube.api import developer

    _tell(developer.new_measure(ref), as_json)


@command.command("document", help=N_("Write a document: schema, both templates, an example."))
@click.argument("kind")
@json_option
@lang_option
def document(kind: str, as_json: bool) -> None:
    """Write a document."""
    from shirube.api import developer

    _tell(developer.new_document(kind), as_json)


def _tell(written: Sequence[Path], as_json: bool) -> None:
    if as_json:
        print_json(written)
        return
    for file in written:
        click.echo(_("Wrote {file}").format(file=file))
