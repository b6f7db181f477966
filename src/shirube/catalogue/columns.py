# SPDX-License-Identifier: Apache-2.0
"""What the manifest says about columns, held against the columns that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from shirube.terms.manifest import Dataset, Declaration, Manifest
    from shirube.terms.source import Table

COLUMN_ARGUMENTS = (
    "quasi_identifiers", "sensitive", "attributes", "prediction", "label", "score",
    "columns", "period", "ordered", "hierarchy_of", "person", "point",
)  # fmt: skip
"""Arguments of measures whose values are names of columns."""

_TOLD = 10  # problems of one kind and data set that are told one by one


def check(manifest: Manifest, dataset: Dataset, table: Table) -> Iterator[Problem]:
    """Yield a problem for each declared or measured column that is not in the table."""
    used = dict(_used(manifest, dataset))
    known = {column.name for column in table.columns}
    missing = {key: name for key, name in used.items() if name not in known}
    for count, (key, name) in enumerate(missing.items()):
        if count == _TOLD:
            yield _more(manifest, dataset, len(missing) - _TOLD)
            break
        yield _absent(manifest, key, name, dataset, sorted(known))


def without_files(manifest: Manifest, only: Collection[str] | None) -> Iterator[Problem]:
    """Yield a problem for each measurement of a data set that names no files."""
    bare = {dataset.id for dataset in manifest.datasets if not (dataset.files or dataset.database)}
    for declared in manifest.measurements:
        if declared.dataset in bare and (only is None or declared.dataset in only):
            yield Problem(
                _("The data set {name} has no files to measure.").format(name=declared.dataset),
                where=manifest.place(f"measurements.{declared.id}.dataset"),
                remedy=_("Add files: to the data set, or take the measurement out."),
            )


def _used(manifest: Manifest, dataset: Dataset) -> Iterator[tuple[str, str]]:
    for column in dataset.columns:
        yield f"datasets.{dataset.id}.columns.{column.name}", column.name
    for declared in manifest.measurements:
        if declared.dataset == dataset.id:
            yield from _arguments(declared)


def _arguments(declared: Declaration) -> Iterator[tuple[str, str]]:
    for argument in COLUMN_ARGUMENTS:
        value = declared.arguments.get(argument)
        key = f"measurements.{declared.id}.arguments.{argument}"
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, list | tuple):
            yield from ((f"{key}.{name}", name) for name in value if isinstance(name, str))


def _absent(manifest: Manifest, key: str, name: str, dataset: Dataset, known: list[str]) -> Problem:
    shown = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    return Problem(
        _("There is no column {name} in the data set {dataset}.").format(
            name=name, dataset=dataset.id
        ),
        where=manifest.place(key),
        remedy=did_you_mean(name, known)
        or _("Columns of the table: {columns}.").format(columns=shown),
    )


def _more(manifest: Manifest, dataset: Dataset, count: int) -> Problem:
    return Problem(
        _("{count} more columns are not in the data set {dataset}.").format(
            count=count, dataset=dataset.id
        ),
        where=manifest.place(f"datasets.{dataset.id}"),
        remedy=_("Perhaps files: names another table than the one that was meant."),
    )
