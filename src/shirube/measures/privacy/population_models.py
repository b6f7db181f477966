# SPDX-License-Identifier: Apache-2.0
"""How many people are unique in the population, estimated from the class sizes of a sample.

Everywhere n is the number of rows, N the number of people in the population, π = n / N, u the
number of classes and S_j the number of classes with j rows. A model that cannot be fitted to these
numbers gives None: the estimate does not exist, which is not the same as none being unique.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_HALVINGS = 60  # of a range of at most 70 (a logarithm): below 1e-15
_GRID = 16


@dataclass(frozen=True)
class Sample:
    """Class sizes of a sample: ``size`` ascending, ``classes`` how many classes have it."""

    size: NDArray[np.int64]
    classes: NDArray[np.int64]
    population: int

    @property
    def rows(self) -> int:
        """Return n."""
        return int((self.size * self.classes).sum())

    @property
    def total(self) -> int:
        """Return u."""
        return int(self.classes.sum())

    @property
    def uniques(self) -> int:
        """Return S_1."""
        return int(self.classes[self.size == 1].sum())

    @property
    def fraction(self) -> float:
        """Return π."""
        return self.rows / self.population


def zayatz(sample: Sample) -> float:
    """Return the estimate of Zayatz (1991).

    Bayes: a sample unique stands for a population unique with the probability
    (S_1/u) π / Σ_j (S_j/u) P(1 | j), where P(1 | j) is hypergeometric and class sizes of the sample
    stand for those of the population. The estimate is that share of S_1, over π.
    """
    if not sample.uniques:
        return 0.0
    n, people = sample.rows, sample.population
    one_of = np.array([math.exp(_log_one_of(int(j), n, people)) for j in sample.size])
    share = sample.uniques * sample.fraction / float((sample.classes * one_of).sum())
    return sample.uniques * share / sample.fraction


def _log_one_of(size: int, n: int, people: int) -> float:
    """Return ln P that a sample of n holds exactly one of a class of that size."""
    if people - size < n - 1:
        return -math.inf
    return math.log(size) + _log_choose(people - size, n - 1) - _log_choose(people, n)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def slide_negative_binomial(sample: Sample) -> float | None:
    """Return the estimate of the slide negative binomial model (Chen, Keller-McNulty 1998).

    Population classes have 1 + X people, X negative binomial with shape α and mean αr. Then a class
    of the sample is empty with (1-π) Q, has one row with Q (π + (1-π) α πr / (1+πr)), where
    Q = (1+πr)^-α, and a population class is a unique one with (1+r)^-α. α and r solve the
    equations for the numbers of classes and of uniques that the sample has, with N people in all.
    """
    if not sample.uniques:
        return 0.0
    if sample.total >= sample.rows:
        return None  # all rows are unique: any class size of the population would do

    def at(r: float) -> tuple[float, float, float]:
        """Return classes K, shape α and E[S_1] of the model with that r and u classes."""
        excess = _bisect(lambda a: _classes(sample, a, r) - sample.total, 0.0, sample.population)
        classes, alpha = sample.population / (1 + excess), excess / r
        empty = math.exp(-alpha * math.log1p(sample.fraction * r))
        thin = sample.fraction * r / (1 + sample.fraction * r)
        one = sample.fraction + (1 - sample.fraction) * alpha * thin
        return classes, alpha, classes * empty * one

    r = _root(lambda log_r: at(math.exp(log_r))[2] - sample.uniques, -14.0, 14.0)
    if r is None:
        return None
    classes, alpha, _one = at(math.exp(r))
    return classes * math.exp(-alpha * math.log1p(math.exp(r)))


def _classes(sample: Sample, excess: float, r: float) -> float:
    """Return E[u] with a mean of 1 + excess people per class; it falls as that grows."""
    q = math.exp(-excess / r * math.log1p(sample.fraction * r))
    return sample.population * (1 - (1 - sample.fraction) * q) / (1 + excess)


def pitman(sample: Sample) -> float | None:
    """Return the estimate of Pitman's model (Hoshino 2001), fitted by maximum likelihood.

    The parameters θ and 0 < α < 1 maximise Σ_{i<u} ln(θ+iα) - Σ_{i<n} ln(θ+i)
    + Σ_j S_j Σ_{i<j} ln(i-α); then N Γ(θ+1) Γ(θ+α+N-1) / (Γ(θ+α) Γ(θ+N)) people are expected to be
    unique among N.
    """
    if not sample.uniques:
        return 0.0
    n, u = sample.rows, sample.total
    if not 1 < u < n:
        return None

    def theta_of(alpha: float) -> float:
        """Return the θ that maximises the likelihood for this α."""

        def slope(shifted: float) -> float:
            theta = math.exp(shifted) - alpha
            steps = (_digamma(theta / alpha + u) - _digamma(theta / alpha + 1)) / alpha
            return steps - (_digamma(theta + n) - _digamma(theta + 1))

        return math.exp(_bisect(slope, -25.0, 45.0)) - alpha

    def slope_of(alpha: float) -> float:
        """Return the slope of the likelihood along α, at the best θ."""
        theta = theta_of(alpha)
        steps = (_digamma(theta / alpha + u) - _digamma(theta / alpha + 1)) / alpha
        several = sample.size > 1
        inner = _digammas(np.asarray(sample.size[several] - alpha, np.float64)) - _digamma(
            1 - alpha
        )
        return ((u - 1) - theta * steps) / alpha - float((sample.classes[several] * inner).sum())

    alpha = _root(slope_of, 1e-3, 1 - 1e-6)
    if alpha is None:
        return None
    theta, people = theta_of(alpha), sample.population
    log_share = math.lgamma(theta + 1) - math.lgamma(theta + alpha)
    log_share += math.lgamma(theta + alpha + people - 1) - math.lgamma(theta + people)
    return people * math.exp(log_share)


def _bisect(falling: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function crosses zero, or the end it does not reach."""
    for _step in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def _root(function: Callable[[float], float], low: float, high: float) -> float | None:
    """Return the first place on a grid where a function changes its sign; None where it never does.

    Both functions that are asked fall all the way, or rise before they fall: either way the grid
    sees the crossing, which is then halved down.
    """
    places = np.linspace(low, high, _GRID).tolist()
    before = function(places[0])
    for left, right in pairwise(places):
        after = function(right)
        if before == 0:
            return float(left)
        if before * after < 0:
            sign = 1 if before > 0 else -1
            return _bisect(lambda x, sign=sign: sign * function(x), left, right)  # type: ignore[misc]
        before = after
    return None


def _digamma(x: float) -> float:
    return float(_digammas(np.array([x]))[0])


def _digammas(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ψ(x) for x > 0: up to x >= 8 by ψ(x) = ψ(x+1) - 1/x, then the asymptotic series."""
    x = np.asarray(x, np.float64).copy()
    found = np.zeros_like(x)
    while (small := x < 8).any():
        found[small] -= 1 / x[small]
        x[small] += 1
    square = 1 / (x * x)
    series = square * (
        1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132)))
    )
    return np.asarray(found + np.log(x) - 0.5 / x - series, np.float64)
