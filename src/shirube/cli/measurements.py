# SPDX-License-Identifier: Apache-2.0
"""Measurements and sealed evidence on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.cli.moments import shown
from shirube.cli.output import console
from shirube.documents import formats
from shirube.terms import codes
from shirube.texts import _
from shirube.texts.bracketed import bracketed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.measures import Measure
    from shirube.terms.evidence import Evidence, KeyChange
    from shirube.terms.measurement import Detail, Measurement, Scalar, Value

_DETAIL_ROWS = 20


def tell_measurement(made: Measurement, measure: Measure) -> None:
    """Show the values with their intervals, then the tables behind them, then the method."""
    from rich.table import Table

    titles = {name.name: str(name.title) for name in measure.produces}
    out = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    intervals = any(value.interval for value in made.values)
    table.add_column(_("Value"))
    table.add_column("", justify="right")
    if intervals:
        table.add_column(_("95% interval"))
    table.add_column("n", justify="right")
    table.add_column(_("Note"), overflow="fold")
    for value in made.values:
        size = "" if value.sample_size is None else f"{value.sample_size:,}"
        cells = [titles.get(value.name, value.name), _number(value.value, value.unit)]
        cells += [_interval(value)] if intervals else []
        table.add_row(*cells, size, str(value.reason or ""))
    out.print(f"[bold]{measure.title}[/bold]  {', '.join(item.name for item in made.inputs)}")
    out.print(table)
    for detail in made.details:
        out.print()
        _tell_detail(detail)
    if made.method:
        out.print()
        out.print(_("Method") + f": {made.method}", markup=False)
    for note in made.notes:
        out.print(f"  {note}", markup=False)


def _tell_detail(detail: Detail) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    first = detail.columns[0]
    for column in detail.columns:
        # Japanese has no spaces to break at: folded, a heading keeps all its characters.
        table.add_column(
            str(column.title), justify="left" if column is first else "right", overflow="fold"
        )
    for row in detail.rows[:_DETAIL_ROWS]:
        read = map(codes.read, detail.columns, row)
        units = (column.unit for column in detail.columns)
        table.add_row(*map(_number, read, units))
    out = console()
    out.print(f"[bold]{detail.title}[/bold]")
    out.print(table)
    if detail.note:
        out.print(f"  {detail.note}", markup=False, style="dim")
    if len(detail.rows) > _DETAIL_ROWS:
        more = _("… {count} more rows (--json has all of them)")
        out.print(f"[dim]{more.format(count=len(detail.rows) - _DETAIL_ROWS)}[/dim]")


def tell_evidence(sealed: Sequence[Evidence]) -> None:
    """Show what is sealed, one line each."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (_("Index"), _("Sealed"), _("Kind"), _("What"), _("Digest")):
        table.add_column(heading)
    kinds = kind_names()
    for item in sealed:
        table.add_row(
            str(item.index),
            item.sealed_at.strftime("%Y-%m-%d %H:%M"),
            kinds[item.kind],
            _what(item),
            item.sha256[:12],
        )
    console().print(table)


def kind_names() -> dict[str, str]:
    """Return what each kind of evidence is called, in the language in use."""
    return {
        "measurement": _("measurement"),
        "document": _("document"),
        "model": _("model"),
        "withdrawal": _("withdrawal"),
        "erasure": _("erasure"),
        "key_change": _("change of keys"),
        "adoption": _("adoption of rules"),
        "registration": _("entry in the register"),
        "answer": _("answer to a dossier"),
    }


def _what(item: Evidence) -> str:
    told = _record(item)
    if item.erased_by is not None:
        told = bracketed(told, _("erased by {index}").format(index=item.erased_by))
    if item.refused:
        told = bracketed(told, _("does not count: its key was revoked"))
    return told


def _record(item: Evidence) -> str:
    if item.measurement:
        made = item.measurement
        told = f"{made.id}  {made.measure}  {made.subject}"
        return bracketed(told, _("failed")) if made.failure else told
    if item.document:
        return item.document.document.id
    if item.model:
        name = item.model.model.id
        return bracketed(name, _("signed")) if item.model.signature else name
    if item.withdrawal:
        return _("of {index}: {reason}").format(
            index=item.withdrawal.index, reason=item.withdrawal.reason
        )
    if item.erasure:
        return _("of {index}: {reason}").format(
            index=item.erasure.index, reason=item.erasure.reason
        )
    return _governing(item)


def _governing(item: Evidence) -> str:
    """Tell of a change of what the ledger rests on: its keys, its rules."""
    if item.adoption:
        one = item.adoption
        told = _("{pack} {version}: {reason}")
        return told.format(pack=one.pack, version=one.version, reason=one.reason)
    if item.registration:
        entered = item.registration
        return f"{entered.operator_id}  {entered.action}  {entered.key_id[:16]}"
    if item.answer:
        return f"{item.answer.operator_id}  {item.answer.dossier_sha256[:16]}"
    return _change(item.key_change) if item.key_change else ""


def _change(change: KeyChange) -> str:
    told = {
        "rotated": _("{key} hands over to {successor}: {reason}"),
        "revoked": _("{key} is revoked from {at} on: {reason}"),
    }[change.action]
    return told.format(
        key=change.key_id[:16],
        successor=change.successor_id[:16],
        at=shown(change.at),
        reason=change.reason,
    )


def _number(value: Scalar, unit: str = "") -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if unit == "share" and not isinstance(value, str):
        return formats.percent(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        # People read 503,812; only what no column could hold is told with a power of ten.
        return f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"
    return value


def _interval(value: Value) -> str:
    if value.interval is None:
        return ""
    return f"{_number(value.interval.low, value.unit)} – {_number(value.interval.high, value.unit)}"
