# SPDX-License-Identifier: Apache-2.0
"""How far the columns of a window lie from those of the reference, and since when."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from shirube.measures.monitoring.tables import (
    DIFFERENCES,
    Compared,
    columns_detail,
    method,
    notes,
    over_time_detail,
)
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Interval, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shirube.measures.monitoring.spans import Series
    from shirube.terms.source import Progress, Source

_BOUND = "guaranteed bound of the bucket counts: the statistic of the raw values lies inside"


@measure(
    name="drift",
    version="3",
    subject="any",
    title=Text("データの変化", "Drift of the data"),
    description=Text(
        "基準期間と対象期間の分布の差を列ごとに測り、期間を追って示します。",
        "Measures per column how far a window lies from a reference, and follows it over time.",
    ),
    produces=(
        Name("rows_reference", "number", Text("基準期間の行数", "rows of the reference")),
        Name("rows_window", "number", Text("対象期間の行数", "rows of the window")),
        Name(
            "rows_both",
            "number",
            Text("基準期間と対象期間の両方に入る行数", "rows in reference and window alike"),
        ),
        Name("columns", "number", Text("列の数", "columns")),
        Name(
            "max_missing_difference",
            "number",
            Text("欠損割合の最大差", "largest difference of the missing share"),
            "difference",
        ),
        Name("max_psi", "number", Text("PSIの最大値", "largest PSI"), "distance"),
        Name("max_psi_column", "text", Text("PSIが最大の列", "column with the largest PSI")),
        Name(
            "max_js",
            "number",
            Text("JS距離の最大値", "largest Jensen-Shannon distance"),
            "distance",
        ),
        Name("max_ks", "number", Text("KS統計量の最大値", "largest KS statistic"), "distance"),
        Name("max_ks_column", "text", Text("KSが最大の列", "column with the largest KS")),
        Name(
            "max_wasserstein",
            "number",
            Text("ワッサースタイン距離の最大値", "largest Wasserstein distance"),
            "distance",
        ),
        Name("min_chi2_p", "number", Text("カイ二乗検定の最小p値", "smallest chi-squared p")),
    ),
)
def drift(
    source: Source,
    *,
    columns: tuple[str, ...],
    period: str,
    reference: tuple[str, ...],
    window: tuple[str, ...] = ("latest",),
    binning: Literal["deciles", "fixed"] = "deciles",
    progress: Progress | None = None,
) -> Result:
    r"""Compare a window of time with the reference, column by column.

    With shares :math:`p` of the reference and :math:`q` of the window: missing share;
    :math:`PSI=\sum (q-p)\ln(q/p)` over the named bins; Jensen-Shannon distance (base 2) over the
    same bins; :math:`KS=\sup|F-G|`; Wasserstein distance :math:`\int|F-G|\,dx` in standard
    deviations of the reference; for texts :math:`\chi^2` over the categories. Everything is 0 (and
    p is near 1) when nothing changed; KS and Jensen-Shannon are 1 when no value is shared. Shares
    are of the values that are not missing.

    Parameters
    ----------
    columns
        The columns to compare; numbers by value, everything else by category.
    period
        The column with the date, month or other period of a row; times count by day.
    reference
        The first and the last period of the reference. A shorter text stands for all periods that
        begin with it: "2026-04" is the whole month.
    window
        The first and the last period that is compared, or "latest".
    binning
        The bins of PSI and Jensen-Shannon for numbers: "deciles" of the reference, or "fixed" bins
        of a factor of e that do not depend on any data.

    Returns
    -------
    Result
        Maxima over the columns. KS has an interval that holds for certain: buckets hide where
        inside them a value lies. Wasserstein takes the middle of a bucket's smallest and largest
        value, so a value is off by at most half of that range (about 1.6 %). ``baseline`` is what
        samples of these sizes show on average when nothing changed.

    References
    ----------
    Yurdakul, B. and Naranjo, J. (2020), Statistical Properties of the Population Stability Index.
    doi:10.21314/JRMV.2020.227.
    Lin, J. (1991), Divergence Measures Based on the Shannon Entropy. doi:10.1109/18.61115.
    Massey, F. J. (1951), The Kolmogorov-Smirnov Test for Goodness of Fit.
    doi:10.1080/01621459.1951.10500769.
    Pearson, K. (1900), On the Criterion that a Given System of Deviations … can be Reasonably
    Supposed to have Arisen from Random Sampling. doi:10.1080/14786440009463897.
    """
    from shirube.measures.monitoring.spans import chosen, periods_of, series_of

    if not columns:
        raise Problem(_("At least one column is needed to compare."))
    cells = source.bucket_cells(columns, period=period)
    periods = periods_of(cells)
    before = chosen(periods, reference, "reference")
    after = chosen(periods, window, "window")
    rows = [sum(cells.rows[p] for p, is_in in zip(periods, each, strict=True) if is_in)
            for each in (before, after, before & after)]  # fmt: skip
    found = []
    for number, series in enumerate(series_of(cells, periods)):
        if progress is not None:
            progress(_("Comparing {column}").format(column=series.name), number / len(columns))
        found.append(_compared(series, before, after, binning))
    return Result(
        values=(
            Value(name="rows_reference", value=rows[0], unit="count", sample_size=sum(rows[:2])),
            Value(name="rows_window", value=rows[1], unit="count", sample_size=sum(rows[:2])),
            Value(name="rows_both", value=rows[2], unit="count", sample_size=sum(rows[:2])),
            Value(name="columns", value=len(columns), unit="count", sample_size=sum(rows[:2])),
            *_maxima(found, sum(rows[:2])),
        ),
        sample_size=sum(rows[:2]),
        method=method(binning),
        details=(columns_detail(found), over_time_detail(found, periods)),
        notes=notes(
            before & after,
            before_after=(periods_in(periods, before), periods_in(periods, after)),
            without=cells.rows.get("", 0),
        ),
    )


def periods_in(periods: list[str], inside: NDArray[np.bool_]) -> str:
    """Return the first and the last period that lie inside, as people write a span."""
    names = [period for period, is_in in zip(periods, inside, strict=True) if is_in]
    return names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"


def _compared(
    series: Series, before: NDArray[np.bool_], after: NDArray[np.bool_], binning: str
) -> Compared:
    """Return all statistics of one column."""
    import numpy as np

    from shirube.measures.monitoring import distances
    from shirube.measures.monitoring.spans import binned, of

    reference, window = of(series.count, before).sum(0), of(series.count, after).sum(0)
    bins = binned(series, reference, binning)
    p, q = of(bins, before).sum(0), of(bins, after).sum(0)
    n, m = float(reference.sum()), float(window.sum())
    missing = [
        float(series.missing[each].sum() / max(series.missing[each].sum() + size, 1.0))
        for each, size in ((before, n), (after, m))
    ]
    known = n > 0 and m > 0
    ks = ks_bound = wasserstein = chi2 = psi_over = ks_over = None
    if known and series.numeric:
        ranges = (*series.spread(before), *series.spread(after))
        ks_bound = distances.kolmogorov_smirnov_bound(reference, window, ranges)
        ks = ks_bound[0]
        wasserstein = _wasserstein(reference, window, ranges)
        ks_over = distances.kolmogorov_smirnov(reference, series.count)
    elif known:
        chi2 = distances.chi_squared_p(reference, window)
    if known:
        psi_over = distances.psi(p, bins)
    used = int(np.count_nonzero(p + q))
    return Compared(
        name=series.name,
        numeric=series.numeric,
        missing_reference=missing[0],
        missing_window=missing[1],
        psi=float(distances.psi(p, q)) if known else None,
        psi_baseline=(used - 1) * (1 / n + 1 / m) if known else None,
        js=float(distances.jensen_shannon(p, q)) if known else None,
        ks=ks,
        ks_high=ks_bound[1] if ks_bound else None,
        # The mean of the Kolmogorov distribution is sqrt(pi / 2) ln 2.
        ks_baseline=math.sqrt(math.pi / 2 * (1 / n + 1 / m)) * math.log(2) if known else None,
        wasserstein=wasserstein,
        chi2_p=chi2,
        psi_over=psi_over,
        ks_over=ks_over,
    )


def _wasserstein(
    reference: NDArray[np.float64],
    window: NDArray[np.float64],
    ranges: tuple[NDArray[np.float64], ...],
) -> float | None:
    """Return the scaled distance over finite values; None with infinities among them."""
    import numpy as np

    from shirube.measures.monitoring import distances

    used = (reference + window) > 0
    low = np.fmin(ranges[0], ranges[2])[used]
    high = np.fmax(ranges[1], ranges[3])[used]
    place = low / 2 + high / 2
    if not np.isfinite(place).all():
        return None
    distance = distances.wasserstein(reference[used], window[used], place)
    return distance if math.isfinite(distance) else None


def _maxima(found: list[Compared], rows: int) -> list[Value]:
    """Return the largest of each statistic, and the column that has it."""
    missing = max(abs(each.missing_window - each.missing_reference) for each in found)
    values = [
        Value(
            name="max_missing_difference",
            value=missing,
            unit="difference",
            sample_size=rows,
            baseline=0.0,
        )
    ]
    for name, of, baseline in DIFFERENCES:
        having = [each for each in found if getattr(each, of) is not None]
        largest = max(having, key=lambda each, of=of: getattr(each, of), default=None)  # type: ignore[misc]
        interval = None
        if largest is not None and of == "ks":
            most = max(each.ks_high for each in having if each.ks_high is not None)
            interval = Interval(largest.ks or 0.0, most, _BOUND, 1.0)
        values.append(
            Value(
                name=name,
                value=None if largest is None else getattr(largest, of),
                unit="distance",
                interval=interval,
                sample_size=rows,
                baseline=getattr(largest, baseline) if largest is not None and baseline else None,
                reason=None if largest is not None else _no_column(of),
            )
        )
        if of in ("psi", "ks"):
            values.append(
                Value(
                    name=f"{name}_column",
                    value=None if largest is None else largest.name,
                    sample_size=rows,
                    reason=None if largest is not None else _no_column(of),
                )
            )
    return [*values, _smallest_p(found, rows)]


def _smallest_p(found: list[Compared], rows: int) -> Value:
    """Return the smallest p-value over the columns of texts."""
    ps = [each.chi2_p for each in found if each.chi2_p is not None and math.isfinite(each.chi2_p)]
    none = N_("No column of texts has two categories and rows on both sides.")
    reason = None if ps else Text.of(none)
    return Value(name="min_chi2_p", value=min(ps, default=None), sample_size=rows, reason=reason)


def _no_column(of: str) -> Text:
    """Return why no column has this statistic."""
    if of in ("psi", "js"):
        return Text.of(N_("No column has values on both sides."))
    return Text.of(N_("No column of numbers has values on both sides."))
