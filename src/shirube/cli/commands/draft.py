# SPDX-License-Identifier: Apache-2.0
"""``shirube draft``: a document, begun from what the manifest says."""

from __future__ import annotations

from pathlib import Path

import click

from shirube.cli.options import command
from shirube.cli.output import print_json
from shirube.terms.errors import Problem
from shirube.texts import N_, _

HELP = N_(
    "Draft a document that a rule asks for, in both languages, from what the manifest of FOLDER "
    "already says. Without KIND, list the kinds."
)


@command(HELP, name="draft")
@click.argument("kind", required=False)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--dataset", help=N_("The data set that the document is about."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Where the files go (default: FOLDER/drafts)."),
)
def draft(
    kind: str | None, folder: Path, dataset: str | None, out: Path | None, as_json: bool
) -> None:
    """Draft a document."""
    from shirube.api import operator

    names = operator.draft_names()
    if kind is None:
        print_json(names) if as_json else click.echo("\n".join(names))
        return
    if kind not in names:
        raise Problem(
            _("There is no document named {kind}.").format(kind=kind),
            remedy=_("Documents are: {names}.").format(names=", ".join(names)),
        )
    written = operator.draft(kind, folder, out or folder / "drafts", dataset=dataset)
    if as_json:
        print_json(written)
        return
    for file in written:
        click.echo(_("Wrote {file}").format(file=file))


command = draft
