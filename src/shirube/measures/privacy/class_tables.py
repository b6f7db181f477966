# SPDX-License-Identifier: Apache-2.0
"""The tables and notes beside the numbers of ``anonymity``: class sizes, sensitive columns."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from shirube.terms.measurement import Column, Detail, Scalar
from shirube.terms.text import Text

if TYPE_CHECKING:
    from shirube.measures.privacy.class_models import SensitiveModels
    from shirube.terms.cells import ClassProfiles
    from shirube.terms.rule import Name

_BINS = (1, 2, 3, 5, 10, 20, 50, 100, 1000)


def class_sizes_table(cells: ClassProfiles) -> Detail:
    """Return how many classes and records there are per range of class sizes."""
    rows, total = [], cells.rows
    size, classes = cells.size, cells.classes
    for low, following in zip(_BINS, (*_BINS[1:], None), strict=True):
        inside = (size >= low) & ((size < following) if following else (size > 0))
        high = following - 1 if following else None
        label = f"{low}+" if high is None else f"{low}\N{EN DASH}{high}"
        label = str(low) if high == low else label
        records = int((size * classes)[inside].sum())
        rows.append(
            (
                label,
                low,
                high,
                int(classes[inside].sum()),
                records,
                records / total if total else None,
            )
        )
    return Detail(
        name="class_sizes",
        title=Text("クラスの大きさの分布", "Distribution of class sizes"),
        columns=(
            Column("class_size", Text("クラスの行数", "rows in the class")),
            Column("low", Text("下端", "from"), "count"),
            Column("high", Text("上端", "to"), "count"),
            Column("classes", Text("クラスの数", "classes"), "count"),
            Column("records", Text("行数", "records"), "count"),
            Column("share", Text("行の割合", "share of records"), "share"),
        ),
        rows=tuple(rows),
        chart="histogram",
    )


def sensitive_table(
    cells: ClassProfiles, models: dict[str, SensitiveModels | Text], titles: tuple[Name, ...]
) -> Detail:
    """Return one row per sensitive column; empty cells where nothing could be estimated."""
    rows: list[tuple[Scalar, ...]] = []
    for name, model in models.items():
        numbers: tuple[Scalar, ...] = (None,) * len(titles)
        if not isinstance(model, Text):
            numbers = astuple(model)
        rows.append((name, cells.nulls.get(name), *numbers))
    return Detail(
        name="sensitive",
        title=Text("機微な列ごとの値", "Values per sensitive column"),
        columns=(
            Column("column", Text("列", "column")),
            Column("missing", Text("欠損の行数", "rows without a value"), "count"),
            *(Column(name.name, name.title, name.unit) for name in titles),
        ),
        rows=tuple(rows),
    )


def notes(cells: ClassProfiles, population: int | None) -> tuple[Text, ...]:
    """Say what a reader must know beside the numbers."""
    found = []
    missing = [name for name in cells.quasi_identifiers if cells.nulls.get(name)]
    if missing:
        names = ", ".join(missing)
        found.append(
            Text(
                f"欠損のある準識別子: {names}。欠損どうしは同じ値として数えました。",
                f"Quasi-identifiers with missing values: {names}. "
                "Missing values were counted as equal.",
            )
        )
    if population is not None:
        found.append(
            Text(
                "ジャーナリスト型リスクは、表が母集団からの単純無作為抽出であることを前提とします。",
                "The journalist's risk assumes that the table is a simple random sample of the "
                "population.",
            )
        )
    return tuple(found)
