# SPDX-License-Identifier: Apache-2.0
"""``shirube ledger stamp request|add|check``, and stamps on a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from shirube.cli.lazy import Group
from shirube.cli.options import folder_argument, json_option, lang_option
from shirube.cli.output import print_json
from shirube.terms.errors import ExitCode
from shirube.texts import N_, _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shirube.terms.ledger import Stamp

F = TypeVar("F", bound="Callable[..., Any]")

stamp = Group(
    "stamp",
    help=N_("Time stamps (RFC 3161) on the ledger's head. Files go out and come in; no network."),
)

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def roots_option(function: F) -> F:
    """Add ``--roots FILE``, repeatable."""
    return click.option(
        "--roots",
        multiple=True,
        type=_FILE,
        help=N_("Root certificates (PEM) that you trust for time stamps (repeatable)."),
    )(function)


@stamp.command(
    "request",
    help=N_(
        "Write a request (.tsq) for a stamp on the newest checkpoint. Send it to a time-stamping "
        "authority, as application/timestamp-query."
    ),
)
@folder_argument
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The file to write (default: checkpoint-ENTRIES.tsq in the folder)."),
)
@click.option(
    "--digest",
    type=click.Choice(("sha256", "sha512")),
    default="sha256",
    help=N_("The digest that the authority wants."),
)
@json_option
@lang_option
def request(
    folder: Path, out: Path | None, digest: Literal["sha256", "sha512"], as_json: bool
) -> None:
    """Write a request."""
    from shirube.api import operator

    file, leaves = operator.request_stamp(folder, out, digest=digest)
    if as_json:
        print_json({"file": file, "leaves": leaves})
        return
    click.echo(
        _("The request for a stamp over {leaves} entries is {file}.").format(
            leaves=leaves, file=file
        )
    )
    click.echo(_("Take the reply in with `shirube ledger stamp add`."))


@stamp.command("add", help=N_("Keep an authority's reply (.tsr), as it came, with its checkpoint."))
@click.argument("reply", type=_FILE)
@folder_argument
@json_option
@lang_option
def add(reply: Path, folder: Path, as_json: bool) -> None:
    """Take a reply in."""
    from shirube.api import operator

    kept = operator.add_stamp(folder, reply)
    if as_json:
        print_json(kept)
        return
    tell_stamps([kept])


@stamp.command(
    "check",
    help=N_(
        "Verify all stamps under the roots that you trust. Ends with 1 when one does not hold, "
        "with 3 when one could not be verified here."
    ),
)
@folder_argument
@roots_option
@json_option
@lang_option
def check(folder: Path, roots: tuple[Path, ...], as_json: bool) -> int:
    """Check the stamps."""
    from shirube.api import operator

    found = operator.check_stamps(folder, roots=roots)
    if as_json:
        print_json(found)
    elif found:
        tell_stamps(found)
    else:
        click.echo(_("No checkpoint of this ledger is stamped."))
    return _exit_code(found)


def tell_stamps(found: Sequence[Stamp]) -> None:
    """Say what each stamp shows, or why it shows nothing here."""
    told = {
        "verified": _("verified"),
        "present": _("present, not verified"),
        "unreadable": _("present, not verifiable by the strict parser"),
        "refused": _("does not hold"),
    }
    for one in found:
        at = one.at.strftime("%Y-%m-%d %H:%M:%S %Z") if one.at else _("at an unknown time")
        head = _("Time stamp over {leaves} entries, {at}: {state}").format(
            leaves=one.leaves, at=at, state=told[one.state]
        )
        click.echo(bracketed(head, one.reason) if one.reason else head)
        if one.at:
            click.echo(
                _("  by {authority}, policy {policy}, number {serial}").format(
                    authority=one.authority or "–", policy=one.policy, serial=one.serial
                )
            )
        if one.state == "unreadable":
            click.echo(
                _("  It is kept as it came in {file}; `openssl ts -verify` may read it.").format(
                    file=one.file
                )
            )


def _exit_code(found: Sequence[Stamp]) -> int:
    states = {one.state for one in found}
    if "refused" in states:
        return ExitCode.NOT_SHOWN
    return ExitCode.OK if states <= {"verified"} else ExitCode.NOT_JUDGED
