# SPDX-License-Identifier: Apache-2.0
"""``shirube draft``: a document, begun from what the manifest says."""

from __future__ import annotations

from pathlib import Path

import click

from shirube.cli.documents import tell_kinds
from shirube.cli.options import command, packs_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

HELP = N_(
    "Draft a document that a rule asks for, in both languages, from the manifest of FOLDER and "
    "what is sealed. What is not known stays blank. Without KIND, list the kinds."
)


@command(HELP, name="draft")
@click.argument("kind", required=False)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--dataset", help=N_("The data set that the document is about."))
@click.option("--system", help=N_("The system that the document is about."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Where the files go (default: FOLDER/drafts)."),
)
@packs_option
def draft(
    kind: str | None,
    folder: Path,
    dataset: str | None,
    system: str | None,
    out: Path | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Draft a document, or list the kinds."""
    from shirube.api import operator

    if kind is None:
        kinds = operator.draft_kinds(packs)
        print_json(kinds) if as_json else tell_kinds(kinds)
        return
    written = operator.draft(
        kind,
        folder,
        out or folder / "drafts",
        dataset=dataset,
        system=system,
        further_packs=packs,
    )
    if as_json:
        print_json(written)
        return
    for file in written:
        click.echo(_("Wrote {file}").format(file=file))


command = draft
