# SPDX-License-Identifier: Apache-2.0
"""``shirube ledger cosign request|add|ask``: an operator asks witnesses to vouch for its head."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from shirube.cli.lazy import Group
from shirube.cli.options import folder_argument, json_option, lang_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable

    from shirube.terms.ledger import Witnessed

F = TypeVar("F", bound="Callable[..., Any]")

cosign = Group("cosign", help=N_("Ask witnesses to cosign the ledger's head (C2SP tlog-witness)."))

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _witness_option(function: F) -> F:
    return click.option(
        "--witness",
        "witness_key",
        required=True,
        metavar="NAME+ID+KEY",
        help=N_("The witness's verifier key, from a source that you trust."),
    )(function)


@cosign.command("request", help=N_("Write the request as a file, to be sent by any means."))
@folder_argument
@_witness_option
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The file to write."),
)
@click.option(
    "--old",
    type=click.IntRange(min=0),
    help=N_("How many entries the head has that the witness holds, when it told you."),
)
@json_option
@lang_option
def request(folder: Path, witness_key: str, out: Path, old: int | None, as_json: bool) -> None:
    """Write a request."""
    from shirube.api import operator

    asked = operator.cosign_request(folder, out, witness_key=witness_key, old=old)
    if as_json:
        print_json({"file": out, "old": asked.old, "checkpoint": asked.checkpoint})
        return
    click.echo(_("The request, from {old} entries on, is {file}.").format(old=asked.old, file=out))
    click.echo(_("Take the answer in with `shirube ledger cosign add`."))


@cosign.command("add", help=N_("Check a witness's answer and keep the head that it cosigned."))
@click.argument("answer", type=_FILE)
@folder_argument
@_witness_option
@json_option
@lang_option
def add(answer: Path, folder: Path, witness_key: str, as_json: bool) -> None:
    """Take an answer in."""
    from shirube.api import operator

    _tell(operator.cosign_add(folder, answer, witness_key=witness_key), as_json)


@cosign.command(
    "ask",
    help=N_(
        "Ask the witness at this address now. This opens a connection, to this address and no "
        "other; what is sent is the signed head and hashes."
    ),
)
@click.argument("url")
@folder_argument
@_witness_option
@json_option
@lang_option
def ask(url: str, folder: Path, witness_key: str, as_json: bool) -> None:
    """Ask a witness."""
    from shirube.api import operator

    _tell(operator.cosign_ask(folder, url, witness_key=witness_key), as_json)


def _tell(kept: tuple[Witnessed, int], as_json: bool) -> None:
    seen, leaves = kept
    if as_json:
        print_json({"witness": seen, "leaves": leaves})
        return
    click.echo(
        _("The witness “{name}” saw the head of {leaves} entries on {at}; it is kept.").format(
            name=seen.name, leaves=leaves, at=seen.at.strftime("%Y-%m-%d %H:%M %Z")
        )
    )
