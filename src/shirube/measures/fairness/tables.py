# SPDX-License-Identifier: Apache-2.0
"""What a reader sees of the groups: the table, the method and what was left out, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.measurement import Column, Detail
from shirube.terms.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shirube.measures.fairness.bootstrap import Band
    from shirube.measures.fairness.rates import Counts
    from shirube.terms.cells import GroupCells

RATES = {
    "selection_rate": Text("選択率", "selection rate"),
    "tpr": Text("真陽性率", "true positive rate"),
    "fpr": Text("偽陽性率", "false positive rate"),
    "precision": Text("適合率", "precision"),
}
"""Every rate that is compared, with its name."""


FEWEST_TOLD = 5
"""A group of fewer people never stands in the table, whatever ``min_group`` says: the table is
sealed and handed on, and a rate of one person is that person's."""


def groups(
    counts: Counts, bands: dict[str, Band], gap: Band | None, size: NDArray[np.float64], least: int
) -> Detail:
    """Return the table of all groups that are large enough to be told."""
    columns = [
        Column("group", Text("集団", "group")),
        Column("n", Text("行数", "rows"), "count"),
    ]
    series: list[tuple[str, Text, Band]] = [(name, RATES[name], bands[name]) for name in RATES]
    if gap is not None:
        series.append(("calibration_gap", Text("較正のずれ", "calibration gap"), gap))
    for name, title, _band in series:
        unit = "difference" if name == "calibration_gap" else "share"
        columns += [
            Column(name, title, unit),
            Column(f"{name}_low", Text(f"{title.ja}（下限）", f"{title.en}, low"), unit),
            Column(f"{name}_high", Text(f"{title.ja}（上限）", f"{title.en}, high"), unit),
        ]
    rows = []
    for n, group in enumerate(counts.names):
        if size[n] >= max(least, FEWEST_TOLD):
            row: list[float | int | str | None] = [group, int(size[n])]
            for _name, _title, band in series:
                row += [float(band.estimate[n]), float(band.low[n]), float(band.high[n])]
            rows.append(tuple(row))
    return Detail(
        name="groups",
        title=Text("集団ごとの率", "Rates by group"),
        columns=tuple(columns),
        rows=tuple(rows),
        chart="intervals",
        note=Text(
            "区間は集団ごとのパーセンタイル区間です。小さすぎる集団は載せません。",
            "Intervals are percentile intervals per group; groups that are too small are left out.",
        ),
    )


def method(replicates: int, level: float) -> Text:
    """Return the method in a sentence."""
    share = f"{level:.0%}"
    return Text(
        f"集計表（セル）からの多項ブートストラップ{replicates}回。最大差の{share}区間は、"
        "全集団の率を同時に覆う標準化max-|t|帯から導きます。",
        f"{replicates} multinomial bootstrap replicates of the cells; the {share} interval of a "
        "maximum follows from a studentised max-|t| band that covers the rates of all groups.",
    )


def notes(cells: GroupCells, size: NDArray[np.float64], least: int) -> tuple[Text, ...]:
    """Say what was left out."""
    told = []
    undecided = int(cells.count[cells.prediction < 0].sum())
    if undecided:
        told.append(
            Text(
                f"予測のない{undecided}行は除きました。",
                f"{undecided} rows without a prediction were left out.",
            )
        )
    small = int((size < least).sum())
    if small:
        told.append(
            Text(
                f"{least}行未満の{small}集団は推定できません。",
                f"{small} groups with fewer than {least} rows are not estimable.",
            )
        )
    return tuple(told)
