# SPDX-License-Identifier: Apache-2.0
"""``shirube ledger verify|prove|export|status|stamp|cosign|backup|restore``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.cosigning import cosign
from shirube.cli.lazy import Group
from shirube.cli.options import folder_argument, json_option, lang_option
from shirube.cli.output import print_json
from shirube.cli.stamping import roots_option, stamp, tell_stamps
from shirube.terms.errors import ExitCode
from shirube.texts import N_, _

if TYPE_CHECKING:
    from shirube.terms.ledger import Proven
    from shirube.terms.verification import Verification

command = Group("ledger", help=N_("Verify, prove, export, back up and restore the ledger."))
command.add_command(stamp)
command.add_command(cosign)

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@command.command(
    "verify",
    help=N_(
        "Recompute every leaf, the root, the checkpoint and every signature, and name the first "
        "thing that does not hold. Takes an operator's folder, an export, or with --proof the "
        "proof of one entry."
    ),
)
@folder_argument
@click.option(
    "--public-key",
    type=_FILE,
    help=N_("The operator's public key, when you hold it from elsewhere."),
)
@click.option(
    "--held",
    type=_FILE,
    help=N_("A checkpoint that you received before; the ledger must extend it."),
)
@click.option("--proof", type=_FILE, help=N_("Check this proof of one entry instead."))
@click.option("--evidence", type=_FILE, help=N_("With --proof: the evidence file of the entry."))
@click.option(
    "--witness",
    multiple=True,
    help=N_(
        "With --proof: a witness's verifier key, whose cosignature must be there (repeatable)."
    ),
)
@roots_option
@json_option
@lang_option
def verify(
    folder: Path,
    public_key: Path | None,
    held: Path | None,
    proof: Path | None,
    evidence: Path | None,
    witness: tuple[str, ...],
    roots: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Verify the ledger, or a proof."""
    from shirube.api import operator

    if proof is None and (evidence or witness):
        raise click.UsageError(_("--evidence and --witness belong to --proof."))
    if proof:
        proven = operator.verify_proof(
            proof, folder=folder, public_key=public_key, shown=evidence, witnesses=witness
        )
        if as_json:
            print_json(proven)
        else:
            _tell_proven(proven)
        return ExitCode.OK
    verification = operator.verify(folder, public_key=public_key, held=held, roots=roots)
    if as_json:
        from shirube.cli.summary import verification_record

        print_json(verification_record(verification))
    else:
        _tell(verification)
    return ExitCode.NOT_SHOWN if verification.problems else ExitCode.OK


@command.command(
    "prove", help=N_("Write the proof that one entry is in the ledger (C2SP tlog-proof).")
)
@click.argument("folder", type=_FOLDER)
@click.argument("index", type=click.IntRange(min=0))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The file to write; without it the proof is printed."),
)
@json_option
@lang_option
def prove(folder: Path, index: int, out: Path | None, as_json: bool) -> None:
    """Prove an entry."""
    from shirube.api import operator

    proof = operator.prove(folder, index)
    if out:
        out.write_text(proof, encoding="utf-8")
    if as_json:
        print_json({"index": index, "proof": proof, "file": out})
    elif out:
        click.echo(_("The proof of entry {index} is in {file}.").format(index=index, file=out))
    else:
        click.echo(proof, nl=False)


@command.command(
    "export",
    help=N_(
        "Write the ledger as static files (C2SP tlog-tiles) that any web server or USB stick "
        "serves. Entries are salted commitments; the evidence goes along only when asked for."
    ),
)
@click.argument("folder", type=_FOLDER)
@click.argument("out", type=_FOLDER)
@click.option(
    "--evidence", is_flag=True, help=N_("Write the evidence as well; it may be confidential.")
)
@json_option
@lang_option
def export(folder: Path, out: Path, evidence: bool, as_json: bool) -> None:
    """Export the ledger."""
    from shirube.api import operator

    written = operator.export(folder, out, with_evidence=evidence)
    if as_json:
        print_json(written)
        return
    click.echo(
        _("The log of {leaves} entries is in {folder}; {written} tiles are new.").format(
            leaves=written.leaves, folder=written.folder, written=written.written
        )
    )
    if evidence:
        click.echo(_("With it went {count} pieces of evidence.").format(count=written.evidence))


@command.command("status", help=N_("Show the ledger at a glance; nothing is verified."))
@folder_argument
@json_option
@lang_option
def status(folder: Path, as_json: bool) -> None:
    """Show the status."""
    from shirube.api import operator

    found = operator.status(folder)
    if as_json:
        print_json(found)
        return
    from shirube.cli.ledger import tell_status

    tell_status(found)


@command.command("backup", help=N_("Copy the ledger to a new folder and verify the copy."))
@click.argument("folder", type=_FOLDER)
@click.argument("out", type=_FOLDER)
@json_option
@lang_option
def backup(folder: Path, out: Path, as_json: bool) -> None:
    """Back the ledger up."""
    from shirube.api import operator

    verification = operator.backup(folder, out)
    if as_json:
        from shirube.cli.summary import verification_record

        print_json(verification_record(verification))
        return
    click.echo(
        _("The backup in {folder} holds {leaves} entries and verifies.").format(
            folder=out, leaves=verification.leaves
        )
    )
    click.echo(_("The signing key is not in it; keep a copy of the key in another place."))


@command.command(
    "restore",
    help=N_(
        "Bring a backup back. Refused when the key has signed more than the backup holds; what "
        "stood in its place is moved aside, never deleted."
    ),
)
@click.argument("saved", metavar="BACKUP", type=_FOLDER)
@click.argument("folder", type=_FOLDER)
@json_option
@lang_option
def restore(saved: Path, folder: Path, as_json: bool) -> None:
    """Restore the ledger."""
    from shirube.api import operator

    verification, aside = operator.restore(saved, folder)
    if as_json:
        from shirube.cli.summary import verification_record

        print_json({**verification_record(verification), "moved_aside": aside})
        return
    click.echo(
        _("The ledger in {folder} holds {leaves} entries again and verifies.").format(
            folder=folder, leaves=verification.leaves
        )
    )
    if aside:
        click.echo(_("What stood there before is in {folder}.").format(folder=aside))


def _tell(verification: Verification) -> None:
    for problem in verification.problems:
        click.echo(str(problem), err=True)
    if verification.problems:
        return
    click.echo(
        _("The ledger holds: {leaves} entries, root {root}.").format(
            leaves=verification.leaves, root=verification.root
        )
    )
    for remark in verification.remarks:
        click.echo(remark)
    tell_stamps(verification.stamps)


def _tell_proven(proven: Proven) -> None:
    from shirube.cli.ledger import tell_proven

    tell_proven(proven)
