# SPDX-License-Identifier: Apache-2.0
"""What a reader sees of drift: a line per column, a line per period, the method in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shirube.terms.measurement import Column, Detail, Scalar
from shirube.terms.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIFFERENCES = (
    ("max_psi", "psi", "psi_baseline"),
    ("max_js", "js", ""),
    ("max_ks", "ks", "ks_baseline"),
    ("max_wasserstein", "wasserstein", ""),
)
"""Name of the maximum, the statistic of a column, and its baseline."""

_MOST_ROWS = 5000


@dataclass(frozen=True, eq=False)
class Compared:
    """All statistics of one column; None where it has none."""

    name: str
    numeric: bool
    missing_reference: float
    missing_window: float
    psi: float | None
    psi_baseline: float | None
    js: float | None
    ks: float | None
    ks_high: float | None
    ks_baseline: float | None
    wasserstein: float | None
    chi2_p: float | None
    psi_over: NDArray[np.float64] | None
    ks_over: NDArray[np.float64] | None


def columns_detail(found: list[Compared]) -> Detail:
    """Return one line per column with all its statistics."""
    rows: list[tuple[Scalar, ...]] = [
        (
            each.name,
            each.psi,
            each.js,
            each.ks,
            each.ks,
            each.ks_high,
            each.wasserstein,
            each.chi2_p,
            each.missing_reference,
            each.missing_window,
        )
        for each in found
    ]
    return Detail(
        name="columns",
        title=Text("列ごとの変化", "Drift by column"),
        columns=(
            Column("column", Text("列", "column")),
            Column("psi", Text("PSI", "PSI"), "distance"),
            Column("js", Text("JS距離", "Jensen-Shannon"), "distance"),
            Column("ks", Text("KS", "KS"), "distance"),
            Column("ks_low", Text("KS（下限）", "KS, low"), "distance"),
            Column("ks_high", Text("KS（上限）", "KS, high"), "distance"),
            Column("wasserstein", Text("ワッサースタイン", "Wasserstein"), "distance"),
            Column("chi2_p", Text("カイ二乗p値", "chi-squared p")),
            Column("missing_reference", Text("欠損割合（基準）", "missing, reference"), "share"),
            Column("missing_window", Text("欠損割合（対象）", "missing, window"), "share"),
        ),
        rows=tuple(rows),
        chart="bars",
    )


def over_time_detail(found: list[Compared], periods: list[str]) -> Detail:
    """Return one line per period and column: the latest periods when there are very many."""
    kept = max(1, _MOST_ROWS // max(len(found), 1))
    rows: list[tuple[Scalar, ...]] = []
    for number, period in list(enumerate(periods))[-kept:]:
        for each in found:
            psi = None if each.psi_over is None else float(each.psi_over[number])
            ks = None if each.ks_over is None else float(each.ks_over[number])
            rows.append((period, each.name, psi, ks))
    return Detail(
        name="over_time",
        title=Text("期間を追った変化", "Drift over time"),
        columns=(
            Column("period", Text("期間", "period")),
            Column("column", Text("列", "column")),
            Column("psi", Text("PSI", "PSI"), "distance"),
            Column("ks", Text("KS", "KS"), "distance"),
        ),
        rows=tuple(rows),
        chart="lines",
        note=Text(
            "各期間を基準期間と比べています。KSは区間の下限です。",
            "Each period against the reference; KS is the lower end of its interval.",
        ),
    )


def method(binning: str) -> Text:
    """Return the method in a sentence; it names the binning, without which PSI says little."""
    bins = {
        "deciles": Text("基準期間の十分位", "deciles of the reference"),
        "fixed": Text("データに依存しないe倍ごとの固定区間", "fixed bins of a factor of e"),
    }[binning]
    return Text(
        f"全行の対数区間の集計から計算。PSIとJSの区間:{bins.ja}。KSには保証された区間があります。",
        f"Computed from counts of all rows in logarithmic buckets. Bins of PSI and JS: {bins.en}. "
        "KS has a guaranteed interval.",
    )


def notes(
    both: NDArray[np.bool_], *, before_after: tuple[str, str], without: int
) -> tuple[Text, ...]:
    """Say which periods were compared, and what a reader could overlook."""
    before, after = before_after
    told = [Text(f"基準:{before}、対象:{after}。", f"Reference: {before}; window: {after}.")]
    if both.any():
        told.append(
            Text(
                "対象期間は基準期間と重なっています。",
                "The window overlaps the reference.",
            )
        )
    if without:
        told.append(
            Text(
                f"期間のない{without}行は除きました。",
                f"{without} rows without a period were left out.",
            )
        )
    return tuple(told)
