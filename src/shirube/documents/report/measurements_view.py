# SPDX-License-Identifier: Apache-2.0
"""Measurements as a page shows them: values, pictures with their tables, inputs, method."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from shirube.documents import formats
from shirube.documents.charts import intervals, once, panels
from shirube.documents.content import ReportContent
from shirube.documents.report import context as show
from shirube.documents.report.names import Names, anchor
from shirube.terms import codes
from shirube.terms.evidence import Evidence
from shirube.terms.measurement import Column, Detail, Input, Measurement, Scalar, Value
from shirube.texts import _
from shirube.texts.bracketed import bracketed

_MOST_ROWS = 60


def measurements(content: ReportContent, names: Names) -> tuple[show.MeasurementView, ...]:
    """Return the last run of every declared measurement; the list of evidence has all runs."""
    return tuple(_view(evidence, one, names) for evidence, one in _last_runs(content))


def measurement_anchor(index: int, content: ReportContent) -> str:
    """Return where the measurement of a ledger entry stands; empty where it is not shown."""
    shown = any(evidence.index == index for evidence, _made in _last_runs(content))
    return anchor("measurement", str(index)) if shown else ""


def _last_runs(content: ReportContent) -> Iterator[tuple[Evidence, Measurement]]:
    withdrawn = {one.withdrawal.index for one in content.evidence if one.withdrawal}
    last: dict[str, tuple[Evidence, Measurement]] = {}
    for evidence in content.evidence:
        measured = evidence.measurement
        if measured is None or evidence.index in withdrawn:
            continue
        if measured.measured_at.date() <= content.on:
            last[f"{measured.id} {_compact(measured.arguments)}"] = (evidence, measured)
    yield from last.values()


def _compact(arguments: dict[str, object]) -> str:
    return json.dumps(arguments, sort_keys=True, default=str, ensure_ascii=False)


def _view(evidence: Evidence, measured: Measurement, names: Names) -> show.MeasurementView:
    dataset = names.dataset(measured.dataset)
    title, subject = names.measure(measured.measure), names.subject(measured.subject)
    marks = names.data_marks(measured.dataset)
    value_head, *value_rows = _values(measured, names)
    return show.MeasurementView(
        anchor=anchor("measurement", str(evidence.index)),
        id=measured.id,
        title=title,
        subject=subject,
        dataset=str(dataset.title) if dataset else measured.dataset,
        measured=formats.moment(measured.measured_at),
        failure=measured.failure,
        marks=marks,
        value_head=value_head,
        value_rows=tuple(value_rows),
        figures=tuple(figure(one, f"{title}, {subject}", marks) for one in measured.details),
        method=str(measured.method) if measured.method else "",
        notes=(*(str(note) for note in measured.notes), *names.ancestry_notes(measured.dataset)),
        facts=_facts(evidence, measured),
        inputs=tuple(
            show.Field(label=_input(file), text=file.sha256, mono=True) for file in measured.inputs
        ),
    )


def _values(measured: Measurement, names: Names) -> tuple[tuple[show.Cell, ...], ...]:
    """Return head and rows of the values; a column that is empty for all of them is left out."""
    heads = (
        (_("What"), False), (_("Value"), True), (_("95% interval"), True),
        (_("Sample size"), True), (_("Baseline"), True), (_("Remark"), False),
    )  # fmt: skip
    rows = [_value(value, measured.measure, names) for value in measured.values]
    kept = [
        place for place in range(len(heads)) if place < 2 or any(row[place].text for row in rows)
    ]
    head = tuple(show.Cell(text=heads[place][0], number=heads[place][1]) for place in kept)
    return (head, *(tuple(row[place] for place in kept) for row in rows))


def _value(value: Value, measure: str, names: Names) -> tuple[show.Cell, ...]:
    known = names.value(f"{measure}.{value.name}")
    ends = value.interval
    numbers = (
        formats.scalar(value.value, value.unit),
        formats.interval(ends.low, ends.high, value.unit) if ends else "",
        f"{value.sample_size:,}" if value.sample_size is not None else "",
        formats.scalar(value.baseline, value.unit) if value.baseline is not None else "",
    )
    title = str(known.title) if known else value.name.replace("_", " ")
    return (
        show.Cell(text=title, number=False, sub=value.name),
        *(show.Cell(text=text, number=True) for text in numbers),
        show.Cell(text=str(value.reason or ""), number=False),
    )


def figure(detail: Detail, subject: str, marks: tuple[show.Mark, ...]) -> show.Figure:
    """Return the pictures of a detail and its table."""
    everything = once(detail)
    rows = everything[:_MOST_ROWS]
    note = str(detail.note) if detail.note else ""
    if len(everything) > len(rows):
        cut = _("The first {shown} of {all} rows are printed.")
        note = f"{note} {cut.format(shown=len(rows), all=len(everything))}".strip()
    return show.Figure(
        title=str(detail.title),
        note=note,
        marks=marks if detail.chart != "none" else (),
        panels=panels(detail, subject),
        head=tuple(
            show.Cell(text=_head(detail.columns[index]), number=_numeric(detail, index))
            for index in _kept(detail)
        ),
        rows=tuple(tuple(_cell(detail, row, index) for index in _kept(detail)) for row in rows),
    )


def _kept(detail: Detail) -> list[int]:
    """Leave out columns without a value, and the ends that stand below their number."""
    ends = {index for pair in intervals(detail).values() for index in pair}
    return [
        index
        for index in range(len(detail.columns))
        if index not in ends and (index == 0 or any(row[index] is not None for row in detail.rows))
    ]


def _head(column: Column) -> str:
    units = {"bits": _("bits"), "days": _("days")}
    unit = units.get(column.unit, "")
    return bracketed(column.title, unit) if unit else str(column.title)


def _numeric(detail: Detail, index: int) -> bool:
    values = [row[index] for row in detail.rows if row[index] is not None]
    return bool(values) and all(_is_number(value) for value in values)


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(detail: Detail, row: tuple[Scalar, ...], index: int) -> show.Cell:
    value = row[index]
    if value is None:
        return show.Cell(text="–", number=index > 0)
    unit = detail.columns[index].unit if detail.columns[index].unit == "share" else ""
    low, high = (row[end] for end in intervals(detail).get(index, (index, index)))
    ends = ""
    if index in intervals(detail) and _is_number(low) and _is_number(high):
        ends = formats.interval(cast("float", low), cast("float", high), unit)
    told = codes.read(detail.columns[index], value)
    return show.Cell(text=formats.scalar(told, unit), number=_is_number(value), sub=ends)


def _facts(evidence: Evidence, measured: Measurement) -> tuple[show.Field, ...]:
    return (
        show.Field(label=_("Ledger entry"), text=str(evidence.index)),
        show.Field(label=_("Measure and version"), text=f"{measured.measure} {measured.version}"),
        show.Field(label=_("Arguments"), text=_compact(measured.arguments), mono=True),
        show.Field(label=_("Seed"), text=str(measured.seed)),
        show.Field(label=_("Engine"), text=measured.engine),
        show.Field(label=_("Rows measured"), text=f"{measured.sample_size:,}"),
        show.Field(label=_("Key of the measurement"), text=measured.key, mono=True),
    )


def _input(file: Input) -> str:
    named = f"{file.role}: {file.name}" if file.role else file.name
    told = bracketed(named, formats.byte_size(file.bytes))
    return _("{file}, {rows} rows").format(file=told, rows=f"{file.rows:,}") if file.rows else told
