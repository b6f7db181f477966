# SPDX-License-Identifier: Apache-2.0
"""``shirube dossier seal|verify|open|redact|reproduce|reproduction|receipt``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.lazy import Group
from shirube.cli.options import (
    engine_option,
    json_option,
    lang_option,
    on_option,
    packs_option,
)
from shirube.cli.output import print_json
from shirube.cli.stamping import roots_option
from shirube.terms.errors import ExitCode
from shirube.texts import N_, _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from typing import Any

    from shirube.terms.dossier import DossierVerified
    from shirube.terms.reproduction import Reproduction

command = Group(
    "dossier",
    help=N_("Seal, verify, open, redact and measure again the file handed to an authority."),
)

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_NEW = click.Path(path_type=Path, dir_okay=False)


def _key_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--public-key",
        type=_FILE,
        required=True,
        help=N_("The operator's public key, from a source that you trust."),
    )(function)


@command.command(
    "seal",
    help=N_(
        "Judge what is sealed and write one file with findings, evidence, proofs and digests, "
        "signed with the operator's key. What is left out is listed in it."
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("out", type=_NEW)
@click.option(
    "--evidence",
    "indexes",
    multiple=True,
    type=click.IntRange(min=0),
    help=N_("An entry of the ledger that goes along (repeatable; default: all)."),
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    help=N_("A document whose file goes along (repeatable); the digests of all do."),
)
@click.option(
    "--stamp",
    "stamps",
    multiple=True,
    type=_FILE,
    help=N_("A file with a time stamp (RFC 3161) on the checkpoint (repeatable)."),
)
@click.option(
    "--authority",
    help=N_("For whom it is, when more than one authority has cosigned your ledger."),
)
@on_option
@packs_option
@json_option
@lang_option
def seal(
    folder: Path,
    out: Path,
    indexes: tuple[int, ...],
    documents: tuple[str, ...],
    stamps: tuple[Path, ...],
    authority: str | None,
    on: dt.date | None,
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Seal a dossier."""
    from shirube.api import operator

    verified = operator.seal_dossier(
        folder,
        out,
        indexes=indexes,
        documents=documents,
        stamps=stamps,
        on=on,
        further_packs=packs,
        authority=authority,
    )
    _tell(verified, as_json, _("The dossier is in {file}.").format(file=out))


@command.command(
    "verify",
    help=N_(
        "Verify a dossier from public keys alone: signatures, digests, proofs, checkpoint and "
        "cosignatures. It is read in a process of its own that can do no harm. Ends with 3 when "
        "nothing shows that an entry of a revoked key was there before."
    ),
)
@click.argument("file", type=_FILE)
@_key_option
@click.option(
    "--witness",
    multiple=True,
    help=N_("A witness's verifier key, whose cosignature must be there (repeatable)."),
)
@click.option(
    "--clock",
    multiple=True,
    help=N_("A witness's verifier key, whose word about older heads counts (repeatable)."),
)
@roots_option
@json_option
@lang_option
def verify(
    file: Path,
    public_key: Path,
    witness: tuple[str, ...],
    clock: tuple[str, ...],
    roots: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Verify a dossier."""
    from shirube.api import operator

    verified = operator.verify_dossier(
        file, public_key, witnesses=witness, clocks=clock, roots=roots
    )
    _tell(verified, as_json, "")
    return ExitCode.NOT_JUDGED if verified.undated else ExitCode.OK


@command.command(
    "open",
    help=N_("Verify a dossier and write its parts into a new folder, each with its proof."),
)
@click.argument("file", type=_FILE)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@_key_option
@json_option
@lang_option
def open_(file: Path, out: Path, public_key: Path, as_json: bool) -> None:
    """Open a dossier."""
    from shirube.api import operator

    verified = operator.open_dossier(file, public_key, out)
    _tell(verified, as_json, _("The parts are in {folder}.").format(folder=out))


@command.command(
    "redact",
    help=N_(
        "Write a dossier without some of its parts. The holes are seen, and what remains verifies "
        "against the same root and the same signature."
    ),
)
@click.argument("file", type=_FILE)
@click.argument("out", type=_NEW)
@_key_option
@click.option(
    "--remove",
    "names",
    multiple=True,
    required=True,
    metavar="PART",
    help=N_("A part to remove, such as evidence/12, findings/3 or documents/DIGEST (repeatable)."),
)
@json_option
@lang_option
def redact(file: Path, out: Path, public_key: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Redact a dossier."""
    from shirube.api import operator

    verified = operator.redact_dossier(file, public_key, out, names)
    _tell(verified, as_json, _("The redacted dossier is in {file}.").format(file=out))


@command.command(
    "reproduce",
    help=N_(
        "Verify a dossier, and measure again what it says was measured, with its arguments and "
        "seeds, on the files found in a folder. Says of each measurement whether it is equal, "
        "within its interval, or different, and the first cause. The folder is only read."
    ),
)
@click.argument("file", type=_FILE)
@_key_option
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help=N_("The folder with the files; they are found by digest, then by name."),
)
@click.option(
    "--evidence",
    "indexes",
    multiple=True,
    type=click.IntRange(min=0),
    help=N_("An entry to measure again (repeatable; default: every measurement)."),
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help=N_("Another seed than those recorded: it shows whether a number hangs on its seed."),
)
@click.option(
    "--key",
    "signer",
    metavar="ID",
    help=N_("Sign the result with the key of this id, as an authority files it; with --record."),
)
@click.option("--record", type=_NEW, help=N_("The file for the signed result; with --key."))
@click.option(
    "--memory-limit", default="512MB", show_default=True, help=N_("Memory of the engine.")
)
@click.option(
    "--time-limit",
    "seconds",
    type=click.FloatRange(min=1),
    default=3600,
    show_default=True,
    help=N_("How many seconds one measurement may take."),
)
@engine_option
@click.option("--quiet", "-q", is_flag=True, help=N_("No progress."))
@json_option
@lang_option
def reproduce(
    file: Path,
    public_key: Path,
    data: Path,
    indexes: tuple[int, ...],
    seed: int | None,
    signer: str | None,
    record: Path | None,
    memory_limit: str,
    seconds: float,
    engine: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Measure a dossier again."""
    from shirube.api import operator
    from shirube.cli.progress import progress
    from shirube.cli.reproduction import exit_code

    if (signer is None) != (record is None):
        raise click.UsageError(_("A signed result needs both --key and --record."))
    with progress(quiet=quiet or as_json) as told:
        made = operator.reproduce(
            file,
            public_key,
            data,
            indexes=indexes,
            seed=seed,
            engine=engine,
            memory_limit=memory_limit,
            seconds=seconds,
            progress=told,
        )
    if signer is not None and record is not None:
        operator.sign_reproduction(made, signer, record)
    _tell_reproduction(made, as_json, record)
    return exit_code(made)


@command.command(
    "reproduction",
    help=N_("Check the signed record of a reproduction of a dossier, and show what it says."),
)
@click.argument("record", type=_FILE)
@click.option("--dossier", "file", type=_FILE, required=True, help=N_("What was measured again."))
@click.option(
    "--public-key",
    type=_FILE,
    required=True,
    help=N_("The public key of who signed the record, from a source that you trust."),
)
@json_option
@lang_option
def reproduction(record: Path, file: Path, public_key: Path, as_json: bool) -> int:
    """Show a record of a reproduction."""
    from shirube.api import operator
    from shirube.cli.reproduction import exit_code

    made = operator.read_reproduction(record, public_key, file)
    _tell_reproduction(made, as_json, None)
    return exit_code(made)


@command.command(
    "receipt",
    help=N_(
        "Check the receipt that an authority gave for a dossier, and keep it with the head that "
        "the authority cosigned."
    ),
)
@click.argument("receipt_file", metavar="RECEIPT", type=_FILE)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--dossier", "file", type=_FILE, required=True, help=N_("What was handed over."))
@click.option(
    "--authority-key",
    type=_FILE,
    required=True,
    help=N_("The authority's public key, from a source that you trust."),
)
@json_option
@lang_option
def receipt(
    receipt_file: Path, folder: Path, file: Path, authority_key: Path, as_json: bool
) -> None:
    """Keep a receipt."""
    from shirube.api import operator
    from shirube.cli.dossier import tell_receipt

    kept = operator.keep_receipt(folder, receipt_file, file, authority_key)
    if as_json:
        print_json(kept)
        return
    tell_receipt(kept)
    click.echo(_("The receipt and the cosigned head are kept in {folder}.").format(folder=folder))


def _tell_reproduction(made: Reproduction, as_json: bool, record: Path | None) -> None:
    if as_json:
        print_json(made)
        return
    from shirube.cli.reproduction import tell_reproduction

    tell_reproduction(made)
    if record is not None:
        click.echo(_("The signed result is in {file}.").format(file=record))


def _tell(verified: DossierVerified, as_json: bool, last: str) -> None:
    if as_json:
        print_json(verified)
        return
    from shirube.cli.dossier import tell_verified

    tell_verified(verified)
    if last:
        click.echo(last)
