# SPDX-License-Identifier: Apache-2.0
"""The bootstrap over rows, done in the cells: counts of a resample are a multinomial draw.

Drawing n rows with replacement and counting them gives counts that are multinomial with the shares
of the cells, so a replicate costs the number of cells, whatever the number of rows. It holds for
rows that stand for themselves; several rows of one person need another method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_NUMBERS_AT_ONCE = 2_000_000
_MOST_ABSENT = 0.05


@dataclass(frozen=True, eq=False)
class Band:
    """Estimates with a standard error each, and the factor that covers all of them at once.

    With the level's probability, every true value lies within ``estimate ± factor * error``.
    ``low`` and ``high`` are the percentile interval of each estimate by itself.
    """

    estimate: NDArray[np.float64]
    error: NDArray[np.float64]
    factor: float
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def all_low(self, floor: float = 0.0) -> NDArray[np.float64]:
        """Return the lower ends of the simultaneous band."""
        return np.maximum(self.estimate - self.factor * self.error, floor)

    def all_high(self, ceiling: float = 1.0) -> NDArray[np.float64]:
        """Return the upper ends of the simultaneous band."""
        return np.minimum(self.estimate + self.factor * self.error, ceiling)

    def split(self, parts: int) -> list[Band]:
        """Return equal parts of the band; they keep the factor that covers all of them."""
        each = zip(
            *(np.split(array, parts) for array in (self.estimate, self.error, self.low, self.high)),
            strict=True,
        )
        return [Band(part[0], part[1], self.factor, part[2], part[3]) for part in each]


def replicates(
    count: NDArray[np.float64], number: int, rng: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """Yield resampled counts, shape (*count.shape, some), ``number`` of them in all."""
    flat = count.reshape(-1)
    total = int(flat.sum())
    if total == 0:
        yield np.zeros((*count.shape, number))
        return
    # An empty cell stays empty; only the others are drawn.
    filled = np.flatnonzero(flat)
    shares = flat[filled] / total
    at_once = max(1, _NUMBERS_AT_ONCE // max(len(flat), 1))
    for start in range(0, number, at_once):
        size = min(at_once, number - start)
        drawn = np.zeros((len(flat), size))
        drawn[filled] = rng.multinomial(total, shares, size=size).T
        yield drawn.reshape(*count.shape, size)


def band(
    estimate: NDArray[np.float64],
    drawn: NDArray[np.float64],
    denominator: NDArray[np.float64],
    level: float,
) -> Band:
    """Return percentile intervals, and the studentised max-t band over all estimates.

    Parameters
    ----------
    estimate
        Shape (groups,), NaN where a group is not estimable.
    drawn
        Shape (groups, replicates); NaN where a group is absent from a resample.
    denominator
        Shape (groups,), for the error of a rate that no resample moves (all or none).
    level
        Coverage, for example 0.95.
    """
    replicates = drawn.shape[1]
    absent = np.isnan(drawn).sum(axis=1)
    usable = ~np.isnan(estimate) & (absent / replicates <= _MOST_ABSENT)
    error = np.full(len(estimate), np.nan)
    low, high = error.copy(), error.copy()
    if not usable.any():
        return Band(estimate, error, float("nan"), low, high)
    kept, centre = drawn[usable], estimate[usable, np.newaxis]
    whole = not absent[usable].any()
    # numpy looks for NaN line by line, many times slower, so only where there is one.
    error[usable] = (np.std if whole else np.nanstd)(kept, axis=1, ddof=1)
    spread = np.where(error[usable] > 0, error[usable], np.inf)[:, np.newaxis]
    distance = np.abs(kept - centre)
    distance /= spread
    factor = float(np.quantile(np.fmax.reduce(distance, axis=0, initial=0.0), level))
    low[usable], high[usable] = _percentiles(kept, replicates - absent[usable], level)
    # A rate of exactly 0 or 1 never moves in a resample, yet is not known exactly: "plus four".
    still = usable & ~(error > 0)
    around = (estimate[still] * denominator[still] + 2) / (denominator[still] + 4)
    error[still] = np.sqrt(around * (1 - around) / (denominator[still] + 4))
    return Band(estimate, error, max(factor, 1.96) if still.any() else factor, low, high)


def _percentiles(
    drawn: NDArray[np.float64], present: NDArray[np.int64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the percentile interval of each line; NaN is left out.

    A sort puts NaN last and is faster than numpy's quantiles, most of all where there is NaN.
    """
    ordered = np.sort(drawn, axis=1)
    lines = np.arange(len(ordered))

    def at(share: float) -> NDArray[np.float64]:
        place = share * (present - 1)
        below = np.floor(place).astype(np.int64)
        lower = ordered[lines, below]
        upper = ordered[lines, np.minimum(below + 1, present - 1)]
        return np.asarray(lower + (upper - lower) * (place - below))

    return at((1 - level) / 2), at((1 + level) / 2)
