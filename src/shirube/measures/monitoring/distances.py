# SPDX-License-Identifier: Apache-2.0
"""Distances between two distributions that are known as counts in the same ordered bins.

Every function takes counts of the reference, shape (bins,), and of one or many windows, shape
(..., bins), and returns one number per window. Without rows on one side the answer is NaN.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST_SHARE = 1e-4
"""A bin's share is never taken as less than this in PSI, which would otherwise be infinite."""

_LEAST_EXPECTED = 5.0


def shares(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return counts as shares of their sum."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(count / count.sum(-1, keepdims=True))


def _distribution(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distribution function at the ends of the bins.

    Counts are added before they are divided: sums of whole numbers are exact, and the last is 1.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(count.cumsum(-1) / count.sum(-1, keepdims=True))


def psi(reference: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return the population stability index :math:`\sum (q-p)\ln(q/p)`; 0 means equal shares."""
    p = np.maximum(shares(reference), SMALLEST_SHARE)
    q = np.maximum(shares(window), SMALLEST_SHARE)
    return np.asarray(((q - p) * np.log(q / p)).sum(-1))


def jensen_shannon(
    reference: NDArray[np.float64], window: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the Jensen-Shannon distance, base 2: 0 equal, 1 without a bin in common."""
    p, q = shares(reference), shares(window)
    middle = (p + q) / 2

    def divergence(part: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore", divide="ignore"):
            terms = np.where(part > 0, part * np.log2(part / middle), 0.0 * part)
        return np.asarray(terms.sum(-1))

    return np.sqrt(np.clip((divergence(p) + divergence(q)) / 2, 0.0, 1.0))


def kolmogorov_smirnov(
    reference: NDArray[np.float64], window: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the largest difference of the distribution functions at the ends of the bins."""
    return np.asarray(np.abs(_distribution(reference) - _distribution(window)).max(-1))


def kolmogorov_smirnov_bound(
    reference: NDArray[np.float64],
    window: NDArray[np.float64],
    ranges: tuple[NDArray[np.float64], ...],
) -> tuple[float, float]:
    """Return an interval in which the exact statistic of the raw values lies for certain.

    Parameters
    ----------
    reference, window
        Counts, shape (bins,).
    ranges
        Smallest and largest value of the reference's and of the window's rows in each bin: four
        arrays, NaN where there is none.

    Notes
    -----
    Inside a bin in which the reference goes from F to F + p and the window from G to G + q, no
    difference exceeds max(F + p - G, G + q - F). Where one side's values all lie below the other's
    the difference is reached, and where both have one and the same value there is none inside.
    """
    p, q = shares(reference), shares(window)
    after_p, after_q = _distribution(reference), _distribution(window)
    before_p, before_q = (np.append(0.0, each[:-1]) for each in (after_p, after_q))
    low_p, high_p, low_q, high_q = ranges
    ahead, behind = after_p - before_q, after_q - before_p
    least = float(np.abs(after_p - after_q).max(initial=0.0))
    first, second = high_p < low_q, high_q < low_p
    least = max(least, float(ahead[first].max(initial=0.0)), float(behind[second].max(initial=0.0)))
    point = (low_p == high_p) & (low_q == high_q) & (low_p == low_q)
    open_ = (p > 0) & (q > 0) & ~(first | second | point)
    most = np.maximum(ahead, behind)[open_].max(initial=0.0)
    return least, min(1.0, max(least, float(most)))


def wasserstein(
    reference: NDArray[np.float64], window: NDArray[np.float64], place: NDArray[np.float64]
) -> float:
    """Return the area between the distribution functions, in standard deviations of the reference.

    ``place`` is the value that stands for each bin, ascending.
    """
    p = shares(reference)
    apart = np.abs(_distribution(reference) - _distribution(window))[:-1]
    mean = float((p * place).sum())
    deviation = math.sqrt(max(float((p * (place - mean) ** 2).sum()), 0.0))
    area = float((apart * np.diff(place)).sum())
    if deviation == 0:
        return 0.0 if area == 0 else math.nan
    return area / deviation


def chi_squared_p(reference: NDArray[np.float64], window: NDArray[np.float64]) -> float:
    """Return the p-value of the test that both have the same shares of categories.

    Categories with an expected count below five are taken together; NaN without two categories.
    """
    table = np.stack([reference, window])
    total = table.sum()
    if total == 0 or (table.sum(1) == 0).any():
        return math.nan
    expected = np.outer(table.sum(1), table.sum(0)) / total
    rare = expected.min(0) < _LEAST_EXPECTED
    table = np.column_stack([table[:, ~rare], table[:, rare].sum(1)])
    table = table[:, table.sum(0) > 0]
    if table.shape[1] < 2:
        return math.nan
    expected = np.outer(table.sum(1), table.sum(0)) / total
    statistic = float(((table - expected) ** 2 / expected).sum())
    return _upper_gamma((table.shape[1] - 1) / 2, statistic / 2)


def _upper_gamma(a: float, x: float) -> float:
    """Return the regularised upper incomplete gamma function Q(a, x) (DLMF 8.7.1 and 8.9.2)."""
    if x <= 0:
        return 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        step = a
        while abs(term) > abs(total) * 1e-16:
            step += 1
            term *= x / step
            total += term
        return max(0.0, 1 - total * front)
    # Continued fraction, evaluated from the front after Lentz.
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    value = d
    for step_number in range(1, 10_000):
        numerator = -step_number * (step_number - a)
        b += 2
        d = 1 / (numerator * d + b or tiny)
        c = b + numerator / c or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * value
