# SPDX-License-Identifier: Apache-2.0
"""``shirube evidence list|documents|approve|withdraw|erase``."""

from __future__ import annotations

from pathlib import Path

import click

from shirube.cli.lazy import Group
from shirube.cli.options import folder_argument, json_option, lang_option, packs_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

command = Group("evidence", help=N_("List the sealed evidence, withdraw a run, or erase content."))


@command.command("list", help=N_("List everything that is sealed, in the ledger's order."))
@folder_argument
@json_option
@lang_option
def list_evidence(folder: Path, as_json: bool) -> None:
    """List the evidence."""
    from shirube.api import operator

    sealed = operator.list_evidence(folder)
    if as_json:
        print_json(sealed)
        return
    from shirube.cli.measurements import tell_evidence

    tell_evidence(sealed)


@command.command(
    "documents",
    help=N_(
        "List the declared documents: owner, dates, when a review is due, whether each stands as "
        "it was approved, and whether it changed since it was sealed."
    ),
)
@folder_argument
@packs_option
@json_option
@lang_option
def list_documents(folder: Path, packs: tuple[Path, ...], as_json: bool) -> None:
    """List the declared documents."""
    from shirube.api import operator

    states = operator.documents(folder, further_packs=packs)
    if as_json:
        print_json(states)
        return
    from shirube.cli.documents import tell_documents

    tell_documents(states)


@command.command(
    "approve",
    help=N_(
        "Print the lines that record the approval of a document as its file is now, with the "
        "digest. They are entered into the manifest by hand; nothing is written."
    ),
)
@click.argument("document")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--by", required=True, help=N_("Who approves; not the document's owner."))
@click.option("--role", help=N_("In which capacity."))
@json_option
@lang_option
def approve(document: str, folder: Path, by: str, role: str | None, as_json: bool) -> None:
    """Print the lines of an approval."""
    from shirube.api import operator

    approved = operator.approve(folder, document, by=by, role=role)
    if as_json:
        print_json(approved)
        return
    from shirube.cli.documents import tell_approval

    tell_approval(approved)


@command.command(
    "withdraw",
    help=N_("Withdraw a sealed run. It stays in the ledger and in reports, with the reason."),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("index", type=click.IntRange(min=0))
@click.option("--reason", required=True, help=N_("Why the run no longer counts."))
@click.option("--author", required=True, help=N_("Who decides this."))
@json_option
@lang_option
def withdraw(folder: Path, index: int, reason: str, author: str, as_json: bool) -> None:
    """Withdraw a run."""
    from shirube.api import operator

    sealed = operator.withdraw(folder, index, reason=reason, author=author)
    if as_json:
        print_json(sealed)
        return
    click.echo(
        _("Run {index} is withdrawn; the withdrawal is entry {entry} of the ledger.").format(
            index=index, entry=sealed.index
        )
    )


@command.command(
    "erase",
    help=N_(
        "Delete the content behind an entry, for example at a person's request. The entry stays, "
        "the ledger still verifies, and the erasure is an entry with its reason and legal basis."
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("index", type=click.IntRange(min=0))
@click.option("--reason", required=True, help=N_("Why the content must not be kept."))
@click.option("--legal-basis", required=True, help=N_("The article that this rests on."))
@click.option("--author", required=True, help=N_("Who decides this."))
@json_option
@lang_option
def erase(
    folder: Path, index: int, reason: str, legal_basis: str, author: str, as_json: bool
) -> None:
    """Erase the content behind an entry."""
    from shirube.api import operator

    remaining, sealed = operator.erase(
        folder, index, reason=reason, legal_basis=legal_basis, author=author
    )
    if as_json:
        print_json({"remaining": remaining, "erasure": sealed})
        return
    click.echo(
        _("The content of entry {index} is erased; the erasure is entry {entry}.").format(
            index=index, entry=sealed.index
        )
    )
    click.echo(_("Copies made before (backups, exports, dossiers) are not reached by this."))
