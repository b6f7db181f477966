# SPDX-License-Identifier: Apache-2.0
"""The tables behind the pictures of a de-identification: classes, the search, loss against k."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.measurement import Column, Detail
from shirube.terms.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from shirube.deidentification.transforming import Transformed
    from shirube.terms.measurement import Scalar

_BINS = (1, 2, 3, 5, 10, 20, 50, 100, 1000)


def figures(transformed: Transformed, losses: Mapping[int, float | None]) -> tuple[Detail, ...]:
    """Return all of them; loss against k where there are losses."""
    always = (class_sizes(transformed), search_path(transformed))
    return (*always, loss_against_k(losses)) if losses else always


def class_sizes(transformed: Transformed) -> Detail:
    """Return the share of rows per range of class sizes, before and after."""
    classes = transformed.classes
    before, after = transformed.original.size, classes.size[~classes.broken]
    rows: list[tuple[Scalar, ...]] = []
    for low, following in zip(_BINS, (*_BINS[1:], None), strict=True):
        label = f"{low}+" if following is None else f"{low}–{following - 1}"
        label = str(low) if following == low + 1 else label
        rows.append((label, _share(before, low, following), _share(after, low, following)))
    return Detail(
        name="class_sizes_before_and_after",
        title=Text("クラスの大きさの分布（加工前と加工後）", "Class sizes before and after"),
        columns=(
            Column("class_size", Text("クラスの行数", "rows in the class")),
            Column("before", Text("加工前の行の割合", "share of rows, before"), "share"),
            Column("after", Text("加工後の行の割合", "share of rows, after"), "share"),
        ),
        rows=tuple(rows),
        chart="histogram",
    )


def _share(sizes: NDArray[np.int64], low: int, following: int | None) -> float | None:
    """Return the share of rows in classes of a range of sizes."""
    inside = sizes[(sizes >= low) & ((sizes < following) if following else (sizes > 0))]
    return int(inside.sum()) / int(sizes.sum()) if sizes.size else None


def search_path(transformed: Transformed) -> Detail:
    """Return the best objective so far and the bound on all others, as the search went."""
    path = transformed.solution.certificate.path
    return Detail(
        name="search_path",
        title=Text("最適解までの探索", "The search towards the optimum"),
        columns=(
            Column("nodes_checked", Text("数えた組合せの数", "combinations counted"), "count"),
            Column("line", Text("線", "line")),
            Column("value", Text("目的関数の値", "objective")),
        ),
        rows=tuple(
            row
            for counted, value, lowest in path
            for row in ((counted, "best", value), (counted, "bound", max(lowest, 0.0)))
        ),
        chart="lines",
    )


def loss_against_k(losses: Mapping[int, float | None]) -> Detail:
    """Return the information loss of the best release for each k; nothing where there is none."""
    return Detail(
        name="loss_against_k",
        title=Text("kと情報損失", "Information loss against k"),
        columns=(
            Column("k", Text("k", "k"), "count"),
            Column("information_loss", Text("情報損失", "information loss")),
        ),
        rows=tuple(sorted(losses.items())),
        chart="lines",
    )
