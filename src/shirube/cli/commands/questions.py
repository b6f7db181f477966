# SPDX-License-Identifier: Apache-2.0
"""``shirube questions out|in``: the sheet for whoever knows."""

from __future__ import annotations

from pathlib import Path

import click

from shirube.cli.lazy import Group
from shirube.cli.options import json_option, lang_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

command = Group(
    "questions", help=N_("Hand out the open questions as a sheet, and take the answers back in.")
)
_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
_SHEET = click.argument("sheet", type=click.Path(path_type=Path, dir_okay=False))


@command.command("out", help=N_("Write the questions as XLSX or Markdown, by the file's ending."))
@_FOLDER
@_SHEET
@json_option
@lang_option
def out(folder: Path, sheet: Path, as_json: bool) -> None:
    """Hand the questions out."""
    from shirube.api import operator

    asked = operator.hand_out_questions(folder, sheet)
    if as_json:
        print_json(asked)
        return
    click.echo(
        _("Wrote {count} questions to {file}.").format(count=len(asked.questions), file=asked.file)
    )


@command.command("in", help=N_("Read the answers from the sheet into the manifest."))
@_FOLDER
@_SHEET
@json_option
@lang_option
def take(folder: Path, sheet: Path, as_json: bool) -> None:
    """Take the answers in."""
    from shirube.api import operator

    taken = operator.take_answers(folder, sheet)
    if as_json:
        print_json(taken)
        return
    click.echo(
        _("{count} answers went into the manifest; {open} questions stay open.").format(
            count=len(taken.answered), open=taken.open
        )
    )
