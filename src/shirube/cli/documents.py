# SPDX-License-Identifier: Apache-2.0
"""Kinds of documents, and the documents that were declared, on a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from shirube.cli.output import console, print_json
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.api.operator import Approved, DocumentState
    from shirube.documents import Written
    from shirube.terms.drafting import Kind


def tell_written(written: Written, *, as_json: bool) -> None:
    """Name the files that were written, and what was left out and why."""
    if as_json:
        print_json(written)
        return
    for file in written.files:
        click.echo(_("Wrote {file}").format(file=file))
    for reason in written.skipped:
        click.echo(_("Left out: {reason}").format(reason=reason), err=True)


def tell_kinds(kinds: Sequence[Kind]) -> None:
    """Show the kinds under the pack that asks for them, each with its title and how many ask."""
    group: object = ""
    for each in kinds:
        if each.group != group:
            group = each.group
            unasked = _("No rule asks for these")
            click.echo(f"\n{group or unasked}")
        count = len(each.rules)
        told = _("1 rule") if count == 1 else _("{count} rules").format(count=count)
        own = "; " + _("own form") if each.special else ""
        click.echo(f"  {each.kind}  {each.title} ({told}{own})")


def tell_documents(states: Sequence[DocumentState]) -> None:
    """Show the declared documents, then the kinds of each and what stands against its approval."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_("Document"), no_wrap=True)
    table.add_column(_("Owner"), overflow="fold")
    table.add_column(_("Date"), no_wrap=True)
    for heading in (_("Expires"), _("Review by"), _("Approved as is")):
        table.add_column(heading, overflow="fold", min_width=10)
    table.add_column(_("Seal"), overflow="fold", min_width=12)
    seals = _seals()
    for each in states:
        table.add_row(
            each.id,
            each.owner or "–",
            str(each.date or "–"),
            _expiry(each),
            str(each.review_due or "–"),
            _answer(each.approved_as_is),
            _("declared absent") if each.absent else seals[each.seal],
        )
    out = console()
    out.print(table)
    for each in states:
        out.print(f"{each.id}: {', '.join(each.kinds)}", markup=False)
        # That nobody has approved it stands in the table already.
        if each.why and (each.approvals or each.seal == "unreadable"):
            out.print(f"  {each.why}", markup=False)


def _expiry(state: DocumentState) -> str:
    """Return the day on which a document ends, and how many days are left or have passed."""
    if state.expires is None or state.days_left is None:
        return "–"
    told = _("{count} days left") if state.days_left >= 0 else _("{count} days ago")
    return f"{state.expires}\n" + told.format(count=abs(state.days_left))


def tell_approval(approved: Approved) -> None:
    """Show the lines that a person enters into the manifest."""
    given = approved.approval
    parts = [f"by: {_quoted(given.by)}"]
    parts += [f"role: {_quoted(given.role)}"] if given.role else []
    parts += [f"date: {given.date}", f"sha256: {given.sha256}"]
    told = _("Enter these lines under the document {id} (line {line} of shirube.yaml):")
    if approved.further:
        told = _("Add this line to the approvals of the document {id} (line {line}):")
    click.echo(told.format(id=approved.document, line=approved.line or "?"))
    if not approved.further:
        click.echo("    approvals:")
    click.echo("      - {" + ", ".join(parts) + "}")
    click.echo(_("Nothing was written. The approval counts once `shirube check` has sealed it."))


def _quoted(text: str) -> str:
    """Return a text as YAML in quotes: JSON's strings are YAML."""
    return json.dumps(text, ensure_ascii=False)


def _answer(known: bool | None) -> str:
    if known is None:
        return _("not known")
    return _("yes") if known else _("no")


def _seals() -> dict[str, str]:
    return {
        "as_sealed": _("as sealed"),
        "file_changed": _("file changed since"),
        "declaration_changed": _("declaration changed since"),
        "not_sealed": _("not sealed yet"),
        "unreadable": _("cannot be read"),
    }
