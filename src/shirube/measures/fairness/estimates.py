# SPDX-License-Identifier: Apache-2.0
"""Rates with their bands, what chance alone would show, and calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.fairness import bootstrap
from shirube.measures.fairness.rates import finest_groups, fractions, sums
from shirube.measures.fairness.tables import RATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.measures.fairness.bootstrap import Band
    from shirube.measures.fairness.rates import Counts
    from shirube.terms.cells import GroupCells


def bands_of(
    counts: Counts, replicates: int, min_group: int, level: float, rng: np.random.Generator
) -> dict[str, Band]:
    """Return rates with their band; the band of each rate holds for all groups at once."""
    drawn = {name: np.empty((len(counts.names), replicates)) for name in RATES}
    done = 0
    for counted in bootstrap.replicates(counts.count, replicates, rng):
        some = slice(done, done + counted.shape[-1])
        by_group = counts.summed(counted)
        for name in RATES:
            drawn[name][:, some] = _rate(*fractions(by_group, name))
        done = some.stop
    bands: dict[str, Band] = {}
    observed = {name: fractions(counts.summed(counts.count), name) for name in RATES}
    # Equalised odds speak of two rates, so these two share one band.
    for names in (("selection_rate",), ("tpr", "fpr"), ("precision",)):
        denominator = np.concatenate([observed[name][1] for name in names])
        rates = np.concatenate([_rate(*observed[name]) for name in names])
        estimate = np.where(denominator >= min_group, rates, np.nan)
        resampled = np.concatenate([drawn.pop(name) for name in names])
        shared = bootstrap.band(estimate, resampled, denominator, level)
        bands |= dict(zip(names, shared.split(len(names)), strict=True))
    return bands


def _rate(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a rate, NaN where nobody could have had it."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(numerator / denominator)


def null_of(
    counts: Counts, name: str, band: Band, replicates: int, rng: np.random.Generator
) -> float:
    """Return the mean largest difference when every group has the rate of all."""
    numerator, denominator = fractions(counts.count, name)
    usable = ~np.isnan(band.error)
    if not usable.any() or denominator.sum() == 0:
        return float("nan")
    sizes = counts.summed(denominator)[usable].astype(np.int64)[:, np.newaxis]
    shared = numerator.sum() / denominator.sum()
    rates = rng.binomial(sizes, shared, (len(sizes), replicates)) / sizes
    grouping = counts.grouping[usable]
    spans = [np.ptp(rates[grouping == each], axis=0) for each in np.unique(grouping)]
    return float(np.max(spans, axis=0).mean())


def calibration_of(
    cells: GroupCells,
    counts: Counts,
    favourable: int,
    min_group: int,
    replicates: int,
    level: float,
    rng: np.random.Generator,
) -> Band | None:
    """Return mean score minus share of outcomes per group; None without score or label."""
    if cells.score_sum is None or cells.score_bin is None or not (cells.label >= 0).any():
        return None
    group = finest_groups(cells)[1]
    # Engines count in any order; equal seeds give equal resamples only where cells stand in one.
    order = np.lexsort((cells.score_bin, cells.prediction, cells.label, group))
    kept = order[((cells.prediction >= 0) & (cells.label >= 0) & (cells.score_bin >= 0))[order]]
    group = group[kept]
    count = cells.count[kept].astype(np.float64)
    # A cell's rows share a bin of the score: its mean score stands for them in every resample.
    error = cells.score_sum[kept] / count - cells.label[kept]
    error = -error if favourable == 0 else error

    def by_group(counted: NDArray[np.float64]) -> NDArray[np.float64]:
        return counts.summed(sums(counted, group, len(counts.count)))

    def gap(counted: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(by_group((counted.T * error).T) / by_group(counted))

    drawn = [gap(counted) for counted in bootstrap.replicates(count, replicates, rng)]
    size = by_group(count)
    estimate = np.where(size >= min_group, gap(count), np.nan)
    return bootstrap.band(estimate, np.concatenate(drawn, axis=1), size, level)
