# SPDX-License-Identifier: Apache-2.0
"""Rates with their bands, what chance alone would show, and calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.fairness import bootstrap
from shirube.measures.fairness.rates import finest_groups, fractions
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

    def rate(counted: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        numerator, denominator = fractions(counted, name)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((numerator @ counts.member.T) / (denominator @ counts.member.T))

    drawn: dict[str, list[NDArray[np.float64]]] = {name: [] for name in RATES}
    for counted in bootstrap.replicates(counts.count, replicates, rng):
        for name in RATES:
            drawn[name].append(rate(counted, name))
    bands: dict[str, Band] = {}
    # Equalised odds speak of two rates, so these two share one band.
    for names in (("selection_rate",), ("tpr", "fpr"), ("precision",)):
        denominator = np.concatenate(
            [counts.member @ fractions(counts.count, name)[1] for name in names]
        )
        observed = np.concatenate([rate(counts.count, name) for name in names])
        estimate = np.where(denominator >= min_group, observed, np.nan)
        resampled = np.concatenate([np.concatenate(drawn[name]) for name in names], axis=1)
        shared = bootstrap.band(estimate, resampled, denominator, level)
        bands |= dict(zip(names, shared.split(len(names)), strict=True))
    return bands


def null_of(
    counts: Counts, name: str, band: Band, replicates: int, rng: np.random.Generator
) -> float:
    """Return the mean largest difference when every group has the rate of all."""
    numerator, denominator = fractions(counts.count, name)
    usable = ~np.isnan(band.error)
    if not usable.any() or denominator.sum() == 0:
        return float("nan")
    sizes = np.rint(counts.member @ denominator)[usable].astype(np.int64)
    drawn = rng.binomial(sizes, numerator.sum() / denominator.sum(), (replicates, len(sizes)))
    rates = drawn / sizes
    grouping = counts.grouping[usable]
    spans = [np.ptp(rates[:, grouping == each], axis=1) for each in np.unique(grouping)]
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
    kept = (cells.prediction >= 0) & (cells.label >= 0) & (cells.score_bin >= 0)
    member = counts.member[:, finest_groups(cells)[1][kept]]
    count = cells.count[kept].astype(np.float64)
    # A cell's rows share a bin of the score: its mean score stands for them in every resample.
    error = cells.score_sum[kept] / count - cells.label[kept]
    error = -error if favourable == 0 else error
    drawn = []
    for counted in bootstrap.replicates(count, replicates, rng):
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn.append((counted * error) @ member.T / (counted @ member.T))
    size = member @ count
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.where(size >= min_group, member @ (count * error) / size, np.nan)
    return bootstrap.band(estimate, np.concatenate(drawn), size, level)
