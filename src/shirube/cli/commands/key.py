# SPDX-License-Identifier: Apache-2.0
"""``shirube key rotate|revoke|list``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from shirube.cli.lazy import Group
from shirube.cli.moments import Moment, shown
from shirube.cli.options import folder_argument, json_option, lang_option
from shirube.cli.output import print_json
from shirube.texts import N_, _

if TYPE_CHECKING:
    import datetime as dt

    from shirube.api.operator.keys import LedgerKey

command = Group("key", help=N_("Hand the ledger over to a new key, or revoke a former one."))

_FOLDER = click.Path(path_type=Path, file_okay=False)


@command.command(
    "rotate",
    help=N_(
        "Make a new key and let the one in use sign it into the ledger. What was sealed stays as "
        "it is; run again, it finishes what was interrupted."
    ),
)
@folder_argument
@click.option("--reason", required=True, help=N_("Why the key changes."))
@click.option("--author", required=True, help=N_("Who decides this."))
@click.option(
    "--algorithm",
    type=click.Choice(("ed25519", "p256")),
    default="ed25519",
    help=N_("The kind of the new key."),
)
@json_option
@lang_option
def rotate(
    folder: Path, reason: str, author: str, algorithm: Literal["ed25519", "p256"], as_json: bool
) -> None:
    """Hand over."""
    from shirube.api import operator

    made = operator.rotate_key(folder, reason=reason, author=author, algorithm=algorithm)
    if as_json:
        print_json(made)
        return
    click.echo(
        _("The ledger has passed to the key {key} with entry {index}.").format(
            key=made.key_id, index=made.entry.index
        )
    )
    click.echo(
        _(
            "Give authorities {file}, which the former key signed; tell the new id by another way."
        ).format(file=made.handed_over)
    )
    if made.kept:
        click.echo(
            _(
                "The former key is kept in {file}. Destroy it when nothing needs it any more."
            ).format(file=made.kept)
        )


@command.command(
    "revoke",
    help=N_(
        "Revoke a former key from a time on, because it may be in other hands. What it signed "
        "before stays; runs that it signed since are withdrawn and must be measured again."
    ),
)
@click.argument("key_id", metavar="KEY")
@folder_argument
@click.option(
    "--from",
    "since",
    type=Moment(),
    required=True,
    help=N_("From when its signatures count no more: 2026-11-22 or 2026-11-22T09:00+09:00."),
)
@click.option("--reason", required=True, help=N_("Why it is revoked."))
@click.option("--author", required=True, help=N_("Who decides this."))
@json_option
@lang_option
def revoke(
    key_id: str, folder: Path, since: dt.datetime, reason: str, author: str, as_json: bool
) -> None:
    """Revoke."""
    from shirube.api import operator

    sealed = operator.revoke_key(folder, key_id, since=since, reason=reason, author=author)
    if as_json:
        print_json(sealed)
        return
    click.echo(
        _("The key is revoked with entry {index}; {count} runs are withdrawn.").format(
            index=sealed[0].index, count=len(sealed) - 1
        )
    )
    click.echo(_("Run `shirube check`, and tell the authorities that know the key."))


@command.command("list", help=N_("List the keys that the ledger passed through."))
@folder_argument
@json_option
@lang_option
def list_keys(folder: Path, as_json: bool) -> None:
    """List the keys."""
    from shirube.api import operator

    found = operator.list_keys(folder)
    if as_json:
        print_json(found)
        return
    for key in found:
        _tell(key)


def _tell(key: LedgerKey) -> None:
    last = (
        _("in use")
        if key.last is None
        else _("handed over with entry {index}").format(index=key.last)
    )
    click.echo(
        _("{key}: from entry {first} on, {last}").format(key=key.key_id, first=key.first, last=last)
    )
    if key.revoked_from:
        click.echo(
            _("  revoked from {at} on: {reason}").format(
                at=shown(key.revoked_from), reason=key.reason
            )
        )
    for index in key.refused:
        click.echo(
            _("  entry {index} does not count: it was sealed after that").format(index=index)
        )
