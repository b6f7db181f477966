# SPDX-License-Identifier: Apache-2.0
"""``shirube rules sign|trust|distrust|signers``: who answers for a pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from shirube.cli.options import command
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_operator_option: Final[Callable[[Callable[..., None]], Callable[..., None]]] = click.option(
    "--operator",
    "folder",
    type=_FOLDER,
    help=N_("The list of this operator's folder (default: your own, beside your keys)."),
)


@command(
    N_(
        "Sign every file of the pack in PACK_DIR with a key of your own; the signature is written "
        "into the folder. Only a pack that passes `shirube rules check` is signed."
    )
)
@click.argument("pack", metavar="PACK_DIR", type=_FOLDER)
@click.option("--key", required=True, help=N_("The name of the key in your key directory."))
@click.option("--create", is_flag=True, help=N_("Make the key if there is none of this name."))
def sign(pack: Path, key: str, create: bool, as_json: bool) -> None:
    """Sign a pack."""
    from shirube.api import operator

    signed = operator.sign_pack(pack, key, create=create)
    if as_json:
        print_json(signed)
        return
    told = _("Signed {pack} {version}: {files} files, digest {digest}.")
    click.echo(
        told.format(
            pack=signed.pack, version=signed.version, files=signed.files, digest=signed.sha256
        )
    )
    click.echo(_("The signature is in {file}.").format(file=signed.signature))
    click.echo(
        _("Tell whoever uses the pack your fingerprint by another way: {id}").format(
            id=signed.key_id
        )
    )


@command(
    N_(
        "Name the owner of a key, after comparing its fingerprint by another way. SOURCE is a "
        "public key, or the folder of a pack that the key signed."
    )
)
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--name", required=True, help=N_("Whose key it is."))
@click.option(
    "--fingerprint", required=True, help=N_("The key's id as its owner told it, 16 or more digits.")
)
@_operator_option
def trust(source: Path, name: str, fingerprint: str, folder: Path | None, as_json: bool) -> None:
    """Take in a signer."""
    from shirube.api import operator

    signer = operator.trust_signer(source, name, fingerprint, folder)
    if as_json:
        print_json(signer)
        return
    told = _("Packs signed with the key {id} are now told as signed by {name}.")
    click.echo(told.format(id=signer.key_id[:16], name=signer.name))


@command(N_("Take a signer off the list of those known."))
@click.argument("name", metavar="NAME")
@_operator_option
def distrust(name: str, folder: Path | None, as_json: bool) -> None:
    """Take a signer off the list."""
    from shirube.api import operator

    signer = operator.distrust_signer(name, folder)
    if as_json:
        print_json(signer)
        return
    told = _("{name} with the key {id} is no longer known.")
    click.echo(told.format(name=signer.name, id=signer.key_id[:16]))


@command(N_("List the signers of packs that are known."))
@_operator_option
def signers(folder: Path | None, as_json: bool) -> None:
    """List the known signers."""
    from shirube.api import operator

    found = operator.known_signers(folder)
    if as_json:
        print_json(found)
        return
    for signer in found:
        click.echo(f"{signer.key_id}  {signer.name}  {signer.added_at.date()}")
    if not found:
        click.echo(_("No signer is known. Packs that came with Shirube need none."))


commands: Final = (sign, trust, distrust, signers)
