# SPDX-License-Identifier: Apache-2.0
"""A verified dossier on a terminal: who, about what, what is in it and what is not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from shirube.cli.moments import shown
from shirube.cli.stamping import tell_stamps
from shirube.documents import wording
from shirube.documents.findings_text import headline, plain
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import proof as proofs
from shirube.terms.finding import Outcome
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.terms.dossier import DossierVerified
    from shirube.terms.receipt import Receipt

_MOST_FOUND = 12
"""How many findings are named; `dossier open` writes all of them."""


def tell_verified(verified: DossierVerified) -> None:
    """Say what holds, what was removed or left out, and what was not checked."""
    head = verified.head
    click.echo(
        _("The dossier of {name} ({id}, corporate number {number}) holds.").format(
            name=plain(head.operator_name),
            id=plain(head.operator_id),
            number=head.corporate_number or "–",
        )
    )
    click.echo(_("Signed with the key {id}; compare it.").format(id=verified.key_id))
    click.echo(
        _("{count} of {leaves} entries of the ledger are in it, judged on {date}:").format(
            count=len(verified.evidence), leaves=head.leaves, date=head.on
        )
    )
    found = Counter(line.outcome for line in verified.findings)
    for outcome in Outcome:
        if found[outcome.value]:
            click.echo(f"  {wording.outcome(outcome)}: {found[outcome.value]:,}")
    _tell_not_shown(verified)
    for one in head.left_out:
        told = {
            "not_chosen": _("Left out: entry {index} ({kind}) {id} {measure}"),
            "erased": _("Erased: entry {index} ({kind}) {id} {measure}"),
            "key_revoked": _(
                "Left out, its key was revoked before: entry {index} ({kind}) {id} {measure}"
            ),
        }[one.why]
        line = told.format(index=one.index, kind=one.kind, id=one.declared_id, measure=one.measure)
        click.echo(line.rstrip())
    for name in verified.removed:
        click.echo(_("Removed by redaction: {name}").format(name=name))
    for witness in verified.witnessed:
        click.echo(
            _("The witness “{name}” saw this head on {at}.").format(
                name=witness.name, at=witness.at.strftime("%Y-%m-%d %H:%M %Z")
            )
        )
    for name in verified.unchecked:
        click.echo(_("Signature of “{name}”: present, not checked here.").format(name=name))
    for key in head.keys:
        if key.revoked_from:
            click.echo(
                _("The key {key} was revoked from {at} on: {reason}").format(
                    key=key.key_id[:16],
                    at=shown(key.revoked_from),
                    reason=key.reason,
                )
            )
    for index in verified.undated:
        click.echo(
            _(
                "Entry {index} is signed with a revoked key; nothing shows it was there before."
            ).format(index=index)
        )
    tell_stamps(verified.stamped)
    if verified.stamps and not verified.stamped:
        click.echo(
            _("Time stamps: {count} present, not checked here.").format(count=verified.stamps)
        )


def _tell_not_shown(verified: DossierVerified) -> None:
    """Name what is not shown, each with its footing and marks."""
    found = [line for line in verified.findings if line.outcome == Outcome.NOT_SHOWN.value]
    for line in found[:_MOST_FOUND]:
        footing = f" [{wording.footing(line.told.footing)}]" if line.told else ""
        click.echo(f"    ✗{footing} {headline(line)}")
    if len(found) > _MOST_FOUND:
        click.echo(
            _("    … and {count} more: `shirube dossier open` writes all as text").format(
                count=len(found) - _MOST_FOUND
            )
        )


def tell_receipt(receipt: Receipt) -> None:
    """Say what an authority vouches for, or why it does not, and where its answer is entered."""
    _tell_answer(receipt)
    if receipt.entered:
        proof = proofs.parse(receipt.entered.proof)
        click.echo(
            _("The answer is entry {index} of {leaves} in the authority's own ledger.").format(
                index=proof.index, leaves=checkpoints.parse(proof.checkpoint)[0].size
            )
        )


def _tell_answer(receipt: Receipt) -> None:
    if receipt.refusal:
        click.echo(
            _("{authority} refused the dossier: {reason}").format(
                authority=receipt.authority, reason=receipt.refusal
            )
        )
        return
    click.echo(
        _("{authority} received the dossier of {operator} on {at} and cosigned its head.").format(
            authority=receipt.authority,
            operator=receipt.operator_id,
            at=receipt.at.strftime("%Y-%m-%d %H:%M %Z"),
        )
    )
    told = {
        "SHIRUBE_SIGNED_BY_REGISTERED_KEY": _("signed with the registered key"),
        "SHIRUBE_EVIDENCE_IN_LEDGER": _("every piece of evidence is in the ledger"),
        "SHIRUBE_EVERY_ENTRY_ACCOUNTED_FOR": _(
            "every entry is in the dossier or named as left out"
        ),
        "SHIRUBE_CHECKPOINT_COSIGNED": _("the authority cosigned the ledger's head"),
        "SHIRUBE_EXTENDS_HEAD_HELD": _("the ledger extends the head that the authority held"),
        "SHIRUBE_NOTHING_REDACTED": _("nothing was redacted"),
    }
    for name in receipt.properties:
        click.echo(f"  {told.get(name, name)}")
    click.echo(_("It names {count} rule packs by digest.").format(count=len(receipt.packs)))
