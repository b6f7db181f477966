# SPDX-License-Identifier: Apache-2.0
"""How far a record lies out: alone in one column, or in how its columns go together.

*Alone in a column* is Knorr and Ng's distance-based outlier: fewer than ``floor`` rows lie within a
reach of the value, and the reach is a robust standard deviation of the column. A long tail that
many share is none; the one person of 116 years is.

*Columns together* takes each column as its normal scores, the normal quantiles of its ranks, so
that units, skewness and the size of an extreme do not matter; the covariance of these scores is the
Gaussian rank estimator, which a few odd rows cannot bend. The score of a record is its Mahalanobis
distance, squared: a child with a pension, though both values are common.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ENDS, _BETWEEN = 1 << 15, 1 << 16
"""Sorted values of a long column that are kept: that many at each end, that many between."""

_NORMAL, _MEAN = 1.482602218505602, 1.2533141373155001
"""Standard deviation of a normal variable by its median and by its mean absolute deviation."""

_SINGULAR = 1e-9


@dataclass(frozen=True)
class Alone:
    """One column: rows with a number, those alone, and the farthest in robust deviations."""

    rows: int
    alone: int
    farthest: float


def alone_in(ordered: NDArray[np.float64], floor: int, reach: float) -> Alone:
    """Count the rows of a sorted column of finite numbers that are alone.

    The robust deviation is 1.4826 times the median distance from the median; where more than half
    of the rows have one value, 1.2533 times the mean distance (Iglewicz and Hoaglin).
    """
    if not ordered.size:
        return Alone(0, 0, 0.0)
    middle = float(np.median(ordered))
    distance = np.abs(ordered - middle)
    deviation = _NORMAL * float(np.median(distance)) or _MEAN * float(distance.mean())
    if deviation == 0.0 or not math.isfinite(deviation):
        return Alone(ordered.size, 0, 0.0)
    values, count = np.unique(ordered, return_counts=True)
    near = np.searchsorted(ordered, values + reach * deviation, side="right")
    near -= np.searchsorted(ordered, values - reach * deviation, side="left")
    return Alone(ordered.size, int(count[near < floor].sum()), float(distance.max()) / deviation)


@dataclass(frozen=True)
class NormalScores:
    """The normal score of each value of a column; of a long column, of a dense choice of values.

    The choice is by rank, the ends complete, so that scores depend on the order of the values and
    on nothing else.
    """

    values: NDArray[np.float64]
    scores: NDArray[np.float64]

    def of(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scores of numbers of the column; NaN for what is no finite number.

        A number that was not chosen has the mean score of its neighbours.
        """
        finite = np.isfinite(numbers)
        at = np.searchsorted(self.values, np.where(finite, numbers, self.values[-1]))
        exact = self.values[at] == numbers
        found = np.where(exact, self.scores[at], (self.scores[at - 1] + self.scores[at]) / 2)
        return np.where(finite, found, np.nan)


def normal_scores(ordered: NDArray[np.float64]) -> NormalScores | None:
    """Return the scores of a sorted column of finite numbers; None where all values are one."""
    n = ordered.size
    if not n or ordered[0] == ordered[-1]:
        return None
    chosen = np.arange(n)
    if n > 2 * _ENDS + _BETWEEN:
        between = np.linspace(0, n - 1, _BETWEEN).astype(np.int64)
        chosen = np.concatenate((chosen[:_ENDS], between, chosen[-_ENDS:]))
    values = np.unique(ordered[chosen])
    below = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    quantile = NormalDist().inv_cdf
    return NormalScores(values, np.array([quantile(each / (2 * n)) for each in below + upto]))


@dataclass(frozen=True)
class Together:
    """Centre and whitening of the scores of several columns; ``rank`` is what is left of them.

    Columns that say the same leave fewer directions than there are columns.
    """

    centre: NDArray[np.float64]
    whitening: NDArray[np.float64]

    @property
    def rank(self) -> int:
        """How many directions the records spread in."""
        return int(self.whitening.shape[1])

    def distances(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the squared distance of each row of scores from the centre."""
        found = (scores - self.centre) @ self.whitening
        squared: NDArray[np.float64] = np.einsum("ij,ij->i", found, found)
        return squared


@dataclass
class Moments:
    """Sums over rows of scores; sums of blocks add up."""

    rows: int
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    def add(self, scores: NDArray[np.float64]) -> None:
        """Add the rows of a block, of which none lacks a score."""
        self.rows += scores.shape[0]
        self.first += scores.sum(axis=0)
        self.second += scores.T @ scores

    def together(self) -> Together:
        """Return centre and whitening of what was added."""
        centre = self.first / self.rows
        covariance = self.second / self.rows - np.outer(centre, centre)
        length, direction = np.linalg.eigh(covariance)
        kept = length > _SINGULAR * max(float(length.max()), 0.0)
        return Together(centre, direction[:, kept] / np.sqrt(length[kept]))


def beyond(squared: float, directions: int) -> float:
    """Return P(chi-square with so many degrees of freedom > squared), by its finite series."""
    # Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1) up to a = directions / 2, x = squared / 2; it
    # begins with Q(0, x) = 0 or Q(1/2, x) = erfc(sqrt(x)).
    x, a = squared / 2, directions % 2 / 2
    total = math.erfc(math.sqrt(x)) if a else 0.0
    term = math.exp(-x) * (2 * math.sqrt(x / math.pi) if a else 1.0)
    for _step in range(directions // 2):
        total += term
        a += 1
        term *= x / a
    return total


def limit_of(directions: int, probability: float) -> float:
    """Return the squared distance that is exceeded with this probability, by bisection."""
    low, high = 0.0, 16.0
    while beyond(high, directions) > probability:
        high *= 2
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle, directions) > probability else (low, middle)
    return high
