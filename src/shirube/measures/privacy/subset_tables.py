# SPDX-License-Identifier: Apache-2.0
"""The tables of ``subset_risk``: columns, their sets and pairs. Names, never values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.privacy.subsets import ALONE_BY_ITSELF, alone_in, gains
from shirube.terms.measurement import Column, Detail
from shirube.terms.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shirube.measures.privacy.subsets import Search
    from shirube.terms.cells import SubsetCells

_MOST_SETS = 1000
_COLUMN = Column("column", Text("列", "column"))
_ALONE = Column("alone_share", Text("一意な行の割合", "share of records alone"), "share")


def columns_table(search: Search, proposed: frozenset[str], declared: Mapping[str, str]) -> Detail:
    """Return one row per column: how far it singles out, and whether it was declared."""
    gain = gains(search.cells) if search.cells else {}
    needed = _minimal_per_column(search.cells) if search.cells else {}
    total = search.cells.rows if search.cells else 0
    rows = []
    for each in search.singles:
        by_itself = each.alone >= ALONE_BY_ITSELF
        share = each.alone if by_itself else gain.get(each.name)
        offends = each.name in proposed and each.name not in declared
        rows.append(
            (
                each.name,
                round((share or 0.0) * (total or each.classes)) if offends else 0,
                share,
                each.classes,
                each.alone,
                needed.get(each.name),
                each.name in proposed,
                declared.get(each.name, ""),
            )
        )
    rows.sort(key=lambda row: (-(row[2] or 0.0), row[0]))
    return Detail(
        name="columns",
        title=Text("列ごとの識別力", "How far each column singles out"),
        columns=(
            _COLUMN,
            Column(
                "undeclared",
                Text("宣言にない列が一意にする行", "records it singles out undeclared"),
                "count",
            ),
            Column("gain", Text("加えたときの増分（最大）", "largest gain when added"), "share"),
            Column("distinct", Text("値の種類", "distinct values"), "count"),
            _ALONE,
            Column("minimal", Text("極小な一意の記録", "minimal sample uniques"), "count"),
            Column("proposed", Text("準識別子として提案", "proposed as quasi-identifier")),
            Column("declared", Text("宣言", "declared as")),
        ),
        rows=tuple(rows),
    )


def sets_table(cells: SubsetCells) -> Detail:
    """Return the risk of every set of columns, those with most records alone first."""
    alone = alone_in(cells)
    starts = np.searchsorted(cells.subset, np.arange(len(cells.subsets) + 1))
    rows = []
    for at, names in enumerate(cells.subsets):
        part = slice(starts[at], starts[at + 1])
        classes = int(cells.classes[part].sum())
        rows.append(
            (
                " + ".join(names),
                len(names),
                classes,
                int(cells.size[part].min()),
                alone[frozenset(names)] / cells.rows,
                classes / cells.rows,
                int(cells.minimal[at]),
            )
        )
    rows.sort(key=lambda row: (-row[4], row[1], row[0]))
    return Detail(
        name="column_sets",
        title=Text("列の組合せごとのリスク", "Risk by set of columns"),
        columns=(
            Column("columns", Text("列の組合せ", "columns")),
            Column("size", Text("列の数", "how many"), "count"),
            Column("classes", Text("クラスの数", "classes"), "count"),
            Column("k", Text("最小のクラスの行数", "rows of the smallest class"), "count"),
            _ALONE,
            Column("marketer_risk", Text("マーケター型リスク", "marketer risk"), "share"),
            Column("minimal", Text("極小な一意の記録", "minimal sample uniques"), "count"),
        ),
        rows=tuple(rows[:_MOST_SETS]),
    )


def minimal_table(cells: SubsetCells) -> Detail:
    """Return the sets in which records are alone that no smaller part of the set leaves alone."""
    rows = [
        (" + ".join(names), len(names), int(minimal), int(minimal) / cells.rows)
        for names, minimal in zip(cells.subsets, cells.minimal, strict=True)
        if minimal
    ]
    rows.sort(key=lambda row: (row[1], -row[2], row[0]))
    return Detail(
        name="minimal_sets",
        title=Text(
            "極小な一意の組合せ（SUDA、列の少ない順）",
            "Minimal unique sets of columns (SUDA), the smallest first",
        ),
        columns=(
            Column("columns", Text("列の組合せ", "columns")),
            Column("size", Text("列の数", "how many"), "count"),
            Column("minimal", Text("極小な一意の記録", "minimal sample uniques"), "count"),
            Column("minimal_share", Text("行に占める割合", "share of the records"), "share"),
        ),
        rows=tuple(rows[:_MOST_SETS]),
    )


def pairs_table(search: Search, cells: SubsetCells) -> Detail:
    """Return the share alone in each pair of columns; on the diagonal stands one column."""
    alone = alone_in(cells)
    rows = [
        (one, two, alone[frozenset({one, two})] / cells.rows)
        for one in search.searched
        for two in search.searched
        if frozenset({one, two}) in alone
    ]
    return Detail(
        name="column_pairs",
        title=Text(
            "二つの列の組合せごとの一意な行の割合", "Share of records alone by pair of columns"
        ),
        columns=(
            Column("column_a", Text("列A", "column A")),
            Column("column_b", Text("列B", "column B")),
            _ALONE,
        ),
        rows=tuple(rows),
        chart="heatmap",
    )


def _minimal_per_column(cells: SubsetCells) -> dict[str, int]:
    """Return per column how many minimal sample uniques contain it (Elliot et al.)."""
    found: dict[str, int] = {}
    for names, minimal in zip(cells.subsets, cells.minimal, strict=True):
        for name in names:
            found[name] = found.get(name, 0) + int(minimal)
    return found
