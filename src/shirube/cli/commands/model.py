# SPDX-License-Identifier: Apache-2.0
"""``shirube model sign|verify``: models bound by their files, signed as OpenSSF describes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.lazy import Group
from shirube.cli.options import folder_argument, json_option, lang_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    from shirube.api.operator import ModelChecked

command = Group(
    "model", help=N_("Sign the files of a model, or compare them with what was sealed.")
)


@command.command(
    "sign",
    help=N_(
        "Sign the files of MODEL (OpenSSF model signing, a Sigstore bundle) and seal the signature "
        "in the ledger. A key over P-256 is made when it is first needed."
    ),
)
@click.argument("model")
@folder_argument
@json_option
@lang_option
def sign(model: str, folder: Path, as_json: bool) -> None:
    """Sign a model."""
    from shirube.api import operator

    sealed, file = operator.sign_model(folder, model)
    files = sealed.model.files if sealed.model else ()
    if as_json:
        print_json({"model": model, "index": sealed.index, "signature": file, "files": files})
        return
    click.echo(
        _("{model} is signed (files: {count}; ledger entry {index}).").format(
            count=len(files), model=model, index=sealed.index
        )
    )
    click.echo(_("Signature: {file}").format(file=file))
    click.echo(_("Public key: {file}").format(file=file.parent / "public_key.pem"))


@command.command(
    "verify",
    help=N_(
        "Compare the models' files with their latest seals and check the signatures. Exit code 1 "
        "when something changed."
    ),
)
@folder_argument
@click.option("--model", "models", multiple=True, help=N_("Only this model; can be repeated."))
@json_option
@lang_option
@click.pass_context
def verify(context: click.Context, folder: Path, models: tuple[str, ...], as_json: bool) -> None:
    """Verify sealed models."""
    from shirube.api import operator

    checked = operator.verify_models(folder, models)
    if as_json:
        print_json([_record(one) for one in checked])
    else:
        _tell(checked)
    if not all(one.stands for one in checked):
        context.exit(1)


def _record(one: ModelChecked) -> dict[str, object]:
    import msgspec

    return {**msgspec.structs.asdict(one), "stands": one.stands}


def _tell(checked: tuple[ModelChecked, ...]) -> None:
    states = {
        "as_sealed": _("as sealed"),
        "changed": _("changed since it was sealed"),
        "missing": _("missing"),
        "not_sealed": _("declared, not sealed"),
    }
    signatures = {
        "": _("not signed"),
        "holds": _("the signature holds"),
        "does_not_hold": _("the signature does not hold"),
    }
    if not checked:
        click.echo(_("No model files were sealed; `shirube check` seals declared models."))
    for one in checked:
        head = _("{model} (ledger entry {index}): {signature}")
        click.echo(
            head.format(model=one.model, index=one.index, signature=signatures[one.signature])
        )
        if one.reason:
            click.echo(f"  {one.reason}")
        for file in one.files:
            click.echo(f"  {file.name}: {states[file.state]}")
