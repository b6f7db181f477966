# SPDX-License-Identifier: Apache-2.0
"""Processing records as a page shows them: the five standards, utility, pictures, the certificate.

A record stands among the measurements, in the same form: it is what was measured on a release while
it was made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from shirube.documents import formats
from shirube.documents.certificates import certificate
from shirube.documents.content import Processed, ReportContent
from shirube.documents.report import context as show
from shirube.documents.report.measurements_view import figure
from shirube.documents.report.names import Names, anchor
from shirube.terms.deidentification import ColumnUtility, ProcessingRecord
from shirube.terms.measurement import Column, Detail
from shirube.terms.text import Text
from shirube.texts import _

_PARTS = {
    "done": Text("行ったこと", "done"),
    "measured": Text("測定したこと", "measured"),
    "remains": Text("人の判断に残ること", "left to a person"),
}


def processing(content: ReportContent, names: Names) -> tuple[show.MeasurementView, ...]:
    """Return one view for each processing record that is sealed and at hand."""
    return tuple(_view(one, names) for one in content.processed)


def _view(one: Processed, names: Names) -> show.MeasurementView:
    record, title = one.record, _("Processing record")
    subjects = [names.dataset(name) for name in one.document.datasets]
    subject = _(", ").join(str(each.title) for each in subjects if each and each.title)
    marks = names.data_marks(*one.document.datasets)
    details = (_standards(record), *record.figures)
    return show.MeasurementView(
        anchor=anchor("processing", str(one.index)),
        id=one.document.id,
        title=title,
        subject=subject or record.out,
        dataset=record.out,
        measured=formats.moment(dt.datetime.fromisoformat(record.made_at)),
        failure="",
        marks=marks,
        value_head=tuple(show.Cell(text=text, number=at > 0) for at, text in enumerate(_heads())),
        value_rows=tuple(_column(each) for each in record.columns),
        figures=tuple(figure(each, f"{title}, {record.out}", marks) for each in details),
        method=" ".join(certificate(record.solution.certificate, record.solution.value)),
        notes=(*_of_columns(record), *(str(note) for note in record.notes)),
        facts=tuple(_facts(one)),
        inputs=tuple(
            show.Field(label=label, text=sha256, mono=True) for label, sha256 in _bound(record)
        ),
    )


def _heads() -> tuple[str, ...]:
    return (
        _("Column"), _("Level"), _("Values before"), _("after"), _("Information kept"), _("Shift"),
        _("Rarest"),
    )  # fmt: skip


def _column(one: ColumnUtility) -> tuple[show.Cell, ...]:
    kept, shift = one.information_kept, one.distribution_shift
    numbers = (
        f"{one.level} / {one.height - 1}",
        f"{one.values_before:,}",
        f"{one.values_after:,}",
        "–" if kept is None else formats.percent(kept),
        "–" if shift is None else formats.number(shift),
        "–" if one.rarest is None else f"{one.rarest:,}",
    )
    name = show.Cell(text=one.name, number=False)
    return (name, *(show.Cell(text=text, number=True) for text in numbers))


def _of_columns(record: ProcessingRecord) -> Iterator[str]:
    """Say why a column has no shift, once for each reason."""
    reasons: dict[str, list[str]] = {}
    for each in record.columns:
        if each.not_compared is not None:
            reasons.setdefault(str(each.not_compared), []).append(each.name)
    for reason, columns in reasons.items():
        yield _("No shift for {names}. {reason}").format(names=", ".join(columns), reason=reason)


def _standards(record: ProcessingRecord) -> Detail:
    """Return what the record says for each standard as a table."""
    return Detail(
        name="standards",
        title=Text("五つの基準ごとの記録", "The five standards, one by one"),
        columns=(
            Column("standard", Text("基準", "standard")),
            Column("part", Text("区分", "what")),
            Column("told", Text("内容", "content")),
        ),
        rows=tuple(
            (f"{one.number} {one.title}", str(title), str(sentence))
            for one in record.standards
            for part, title in _PARTS.items()
            for sentence in getattr(one, part)
        ),
    )


def _facts(one: Processed) -> Iterator[show.Field]:
    record = one.record
    solution = record.solution
    levels = zip(solution.attributes, solution.levels, strict=True)
    told = (
        (_("Ledger entry"), str(one.index)),
        (_("Rows in"), f"{record.rows:,}"),
        (_("Rows released"), f"{record.released_rows:,}"),
        (_("Rows suppressed"), f"{solution.suppressed_records:,}"),
        (_("Transformation"), ", ".join(f"{name} {level}" for name, level in levels)),
        (_("Information loss"), f"{solution.information_loss:.6f}"),
    )
    yield from (show.Field(label=label, text=text) for label, text in told)
    model = record.model
    if model is not None:
        accuracy = _("{before} before, {after} after, {baseline} without any column").format(
            before=formats.percent(model.before),
            after=formats.percent(model.after),
            baseline=formats.percent(model.baseline),
        )
        label = _("Accuracy of a model for {target}").format(target=model.target)
        yield show.Field(label=label, text=accuracy)


def _bound(record: ProcessingRecord) -> Iterator[tuple[str, str]]:
    """Return the files that the record binds, and their digests."""
    yield _("Table: {file}").format(file=record.table), record.table_sha256
    yield _("Result: {file}").format(file=record.out), record.out_sha256
    for name, sha256 in record.hierarchies.items():
        yield _("Hierarchy of {name}").format(name=name), sha256
