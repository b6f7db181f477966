# SPDX-License-Identifier: Apache-2.0
"""Whether a sequence of values could have come out of a shuffle.

Two rank statistics look at a sequence in two ways: *trend*, Spearman's correlation of the values
with their places, sees a table that is sorted; *neighbours*, Wald and Wolfowitz's serial
correlation of each value with the next, sees rows that stand in groups or in the order of something
that is not in the table. Under a shuffle every order of the values is equally likely; from that
alone follow the exact mean and variance of both, ties included.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 30
"""Rows below which nothing is judged: the statistics are not yet near a normal distribution."""

_LEAN = 0.1
"""How far a statistic may lean (skewness) or bulge (kurtosis) for its tail to be taken as normal:
at the fourth standard deviation it is then off by a factor of about three."""


class OrderTest(NamedTuple):
    """One sequence: rows judged, both correlations, and how likely a shuffle goes as far.

    A probability is None where it is not judged: too few rows, one value only, or for neighbours
    values so rare that they hardly ever meet.
    """

    rows: int
    trend: float | None = None
    trend_p: float | None = None
    neighbours: float | None = None
    neighbours_p: float | None = None

    @property
    def tests(self) -> int:
        """How many probabilities there are."""
        return (self.trend_p is not None) + (self.neighbours_p is not None)

    @property
    def p(self) -> float:
        """The smaller probability; 1 where none is judged."""
        return min(
            (each for each in (self.trend_p, self.neighbours_p) if each is not None), default=1.0
        )

    @property
    def strength(self) -> float:
        """The larger correlation without its sign."""
        return max(abs(self.trend or 0.0), abs(self.neighbours or 0.0))


def order_of(values: NDArray[np.float64]) -> OrderTest:
    r"""Test the values in the order in which they stand; NaN is left out.

    With midranks :math:`x_i`, centred, :math:`S_k=\sum x_i^k` and places :math:`t_i`, centred:
    the trend :math:`\sum t_i x_i/\sqrt{\sum t_i^2 S_2}` has mean 0 and variance
    :math:`1/(n-1)`. The circular sum :math:`\sum x_i x_{i+1}`, told as a share of :math:`S_2`,
    has mean :math:`-S_2/(n-1)` and variance
    :math:`(S_2^2-S_4)/(n-1)+(S_2^2-2S_4)/((n-1)(n-2))-S_2^2/(n-1)^2`.

    References
    ----------
    Wald, A. and Wolfowitz, J. (1943), *An exact test for randomness in the non-parametric case
    based on serial correlation*, doi:10.1214/aoms/1177731358.
    """
    x = midranks(values[~np.isnan(values)])
    n = x.size
    x -= x.mean() if n else 0.0
    square = x * x
    second, fourth = float(square.sum()), float((square * square).sum())
    if n < FEWEST or second == 0.0:
        return OrderTest(n)
    place = np.arange(n, dtype=np.float64) - (n - 1) / 2
    trend = float(place @ x) / math.sqrt(float(place @ place) * second)
    serial = float(x[:-1] @ x[1:] + x[-1] * x[0])
    mean, variance = serial_moments(n, second, fourth)
    skewness = float((square * x).sum()) / n / (second / n) ** 1.5
    kurtosis = n * fourth / second**2
    normal = skewness**2 / math.sqrt(n) <= _LEAN and kurtosis**2 / n <= _LEAN
    return OrderTest(
        rows=n,
        trend=trend,
        trend_p=_two_sided(trend * math.sqrt(n - 1)),
        neighbours=serial / second,
        neighbours_p=_two_sided((serial - mean) / math.sqrt(variance)) if normal else None,
    )


def agreement_of(values: NDArray[np.float64], others: NDArray[np.float64]) -> OrderTest:
    """Test whether two sequences go together place by place; NaN in either is left out.

    The trend is Spearman's correlation of the two, with the variance that it has when one of them
    is shuffled: 1/(n-1).
    """
    both = ~(np.isnan(values) | np.isnan(others))
    x, y = midranks(values[both]), midranks(others[both])
    n = x.size
    x, y = x - (n - 1) / 2, y - (n - 1) / 2
    spread = math.sqrt(float(x @ x) * float(y @ y))
    if n < FEWEST or spread == 0.0:
        return OrderTest(n)
    trend = float(x @ y) / spread
    return OrderTest(n, trend, _two_sided(trend * math.sqrt(n - 1)))


def serial_moments(n: int, second: float, fourth: float) -> tuple[float, float]:
    """Return mean and variance of the circular sum of ``n`` shuffled values whose sum is 0.

    ``second`` and ``fourth`` are the sums of their squares and fourth powers.
    """
    mean = -second / (n - 1)
    square = second**2
    meeting = (square - fourth) / (n - 1) + (square - 2 * fourth) / ((n - 1) * (n - 2))
    return mean, meeting - mean**2


def midranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rank of each value, equal values sharing the mean of their ranks."""
    if not values.size:
        return values
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    count = np.diff(begins, append=values.size)
    ranks = np.empty(values.size)
    ranks[order] = np.repeat(begins + (count - 1) / 2, count)
    return ranks


def _two_sided(z: float) -> float:
    """Return the probability that a normal variable lies as far out."""
    return math.erfc(abs(z) / math.sqrt(2))
