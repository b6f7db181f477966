# SPDX-License-Identifier: Apache-2.0
"""The ledger's status and a proof on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shirube.cli.measurements import kind_names
from shirube.cli.output import console
from shirube.cli.stamping import tell_stamps
from shirube.texts import _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    from shirube.terms.ledger import LedgerStatus, Proven


def tell_status(found: LedgerStatus) -> None:
    """Show the ledger at a glance, one fact a line."""
    from rich.table import Table

    names = kind_names()
    held = _(", ").join(f"{names.get(kind, kind)} {count:,}" for kind, count in found.kinds.items())
    remembered = "–" if found.remembered is None else f"{found.remembered:,}"
    facts = {
        _("Log"): found.origin or "–",
        _("Entries"): bracketed(f"{found.leaves:,}", held) if held else f"{found.leaves:,}",
        _("Root"): found.root,
        _("Signed up to entry"): f"{found.signed:,}",
        _("Remembered by the key"): remembered,
        _("Key"): found.key_id,
        _("Verifier key"): found.verifier_key or "–",
        _("Size of the database"): f"{found.bytes / 1024:,.0f} KiB",
    }
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts.items():
        table.add_row(name, text)
    console().print(table, markup=False)
    tell_stamps(found.stamps)
    if found.hindrance:
        click.echo(_("Nothing can be sealed here: {reason}").format(reason=found.hindrance))


def tell_proven(proven: Proven) -> None:
    """Say what the proof shows, and what it does not."""
    click.echo(
        _(
            "Entry {index} ({kind}, sealed {at}) is in the log “{origin}” of {leaves} entries."
        ).format(
            index=proven.index,
            kind=kind_names()[proven.kind],
            at=proven.sealed_at.strftime("%Y-%m-%d %H:%M %Z"),
            origin=proven.origin,
            leaves=proven.leaves,
        )
    )
    click.echo(_("Signed with the key {id}; compare it.").format(id=proven.key_id))
    if proven.evidence_shown:
        click.echo(_("The evidence is what the entry commits to, signed with the same key."))
    else:
        click.echo(_("It commits to evidence of the digest {digest}.").format(digest=proven.sha256))
    for witness in proven.witnessed:
        click.echo(
            _("The witness “{name}” saw this head on {at}.").format(
                name=witness.name, at=witness.at.strftime("%Y-%m-%d %H:%M %Z")
            )
        )
