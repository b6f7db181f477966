# SPDX-License-Identifier: Apache-2.0
"""A de-identified table, its record and proposed hierarchies on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.cli.output import console
from shirube.documents.certificates import certificate
from shirube.texts import _

if TYPE_CHECKING:
    from rich.console import Console

    from shirube.api.operator import Deidentified, Proposals
    from shirube.terms.deidentification import ProcessingRecord


def tell_deidentified(made: Deidentified) -> None:
    """Show the transformation, how good it is, and the record for the five standards."""
    out = console()
    record = made.record
    out.print(
        _("{rows} rows in, {released} out; {suppressed} suppressed.").format(
            rows=f"{made.rows:,}",
            released=f"{made.released_rows:,}",
            suppressed=f"{made.suppressed_records:,}",
        )
    )
    _tell_columns(out, record)
    out.print()
    out.print(_("Information loss: {loss}").format(loss=f"{made.information_loss:.6f}"))
    for line in certificate(record.solution.certificate, record.solution.value):
        out.print(line, markup=False)
    _tell_standards(out, record)
    out.print()
    for note in record.notes:
        out.print(str(note), markup=False)
    for k, loss in made.losses_by_k.items():
        told = _("nothing satisfies it") if loss is None else f"{loss:.6f}"
        out.print(f"k = {k}: {told}", markup=False)
    for file in (made.out, made.record_file, *made.charts):
        out.print(_("Wrote {file}").format(file=file), markup=False)
    if record.token_key is not None:
        sentence = (
            _("The new key of the tokens, {name}, lies in {file} (fingerprint {fingerprint}).")
            if record.token_key.is_new
            else _(
                "The tokens were made with the key {name} in {file} (fingerprint {fingerprint})."
            )
        )
        told = sentence.format(
            name=made.token_key,
            file=made.token_key_file,
            fingerprint=record.token_key.fingerprint,
        )
        out.print(told, markup=False)


def tell_proposed(made: Proposals) -> None:
    """Show which hierarchies were written, and for which columns there is none."""
    from rich.table import Table

    kinds = {
        "date": _("dates"),
        "postal_code": _("postal codes"),
        "address": _("addresses"),
        "prefecture": _("prefectures"),
        "age": _("ages"),
        "number": _("numbers"),
        "category": _("categories"),
        "none": _("nothing sensible to propose"),
    }
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (_("Column"), _("Taken for"), _("Levels"), _("Values"), _("File")):
        table.add_column(heading)
    for each in made.proposals:
        file = each.file or (_("kept: there is one already") if each.kept else "–")
        table.add_row(each.column, kinds[each.kind], str(each.levels), _number(each.values), file)
    out = console()
    out.print(table)
    out.print(
        _("These are proposals: look at each, mend it, and remove those of columns that are no"
          " quasi-identifiers.")
    )  # fmt: skip


def _number(values: int | None) -> str:
    return "> 100,000" if values is None else f"{values:,}"


def _tell_columns(out: Console, record: ProcessingRecord) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_("Column"))
    for heading in (
        _("Level"), _("Values before"), _("after"), _("Information kept"), _("Shift"), _("Rarest"),
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for each in record.columns:
        table.add_row(
            each.name,
            f"{each.level} / {each.height - 1}",
            f"{each.values_before:,}",
            f"{each.values_after:,}",
            "–" if each.information_kept is None else f"{each.information_kept:.1%}",
            "–" if each.distribution_shift is None else f"{each.distribution_shift:.4f}",
            "–" if each.rarest is None else f"{each.rarest:,}",
        )
    out.print(table)
    reasons: dict[str, list[str]] = {}
    for each in record.columns:
        if each.not_compared is not None:
            reasons.setdefault(str(each.not_compared), []).append(each.name)
    for reason, names in reasons.items():
        told = _("No shift for {names}. {reason}").format(names=", ".join(names), reason=reason)
        out.print(f"  {told}", markup=False, style="dim")


def _tell_standards(out: Console, record: ProcessingRecord) -> None:
    headings = {"done": _("Done"), "measured": _("Measured"), "remains": _("Left to a person")}
    for standard in record.standards:
        out.print()
        out.print(f"[bold]{standard.number}  {standard.title}[/bold]")
        for name, heading in headings.items():
            for sentence in getattr(standard, name):
                out.print(f"  {heading}: {sentence}", markup=False)
