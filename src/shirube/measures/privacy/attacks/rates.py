# SPDX-License-Identifier: Apache-2.0
"""Rates of success with Wilson's interval, and the risk that remains beside the control."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Rate:
    """An estimate of a share and half the width of its interval, both before they are bounded."""

    estimate: float
    error: float

    @property
    def value(self) -> float:
        """The estimate, in [0, 1]."""
        return _bounded(self.estimate)

    @property
    def low(self) -> float:
        """The lower end, in [0, 1]."""
        return _bounded(self.estimate - self.error)

    @property
    def high(self) -> float:
        """The upper end, in [0, 1]."""
        return _bounded(self.estimate + self.error)


def wilson(successes: float, guesses: float, level: float = 0.95) -> Rate:
    """Return the centre and the half-width of Wilson's score interval.

    With k successes in n guesses and the normal quantile z the centre is (k + z²/2) / (n + z²), the
    half-width z √(k (n - k) / n + z²/4) / (n + z²). ``successes`` may be an expectation, hence a
    fraction.

    References
    ----------
    Wilson, E. B. (1927). *Probable Inference, the Law of Succession, and Statistical Inference*.
    doi:10.1080/01621459.1927.10502953
    """
    z = NormalDist().inv_cdf(0.5 * (1.0 + level))
    whole = guesses + z * z
    spread = successes * (guesses - successes) / guesses + z * z / 4
    return Rate((successes + z * z / 2) / whole, z * math.sqrt(spread) / whole)


def remaining_risk(main: Rate, control: Rate) -> Rate:
    """Return the risk (main - control) / (1 - control), its error by propagation.

    0 means that people of the table are guessed no better than people outside it; 1 that every
    guess about them is right although guesses about others are not. Below 0 it is told as 0.

    References
    ----------
    Giomi et al. (2023), doi:10.56553/popets-2023-0055, section 4
    """
    room = 1.0 - control.estimate
    spread = control.error * (1.0 - main.estimate) / room**2
    return Rate((main.estimate - control.estimate) / room, math.hypot(main.error / room, spread))


def expected_uniques(matches: list[int], rows: int, sample: int) -> float:
    """Return how many predicates fit exactly one row of a random sample, in expectation.

    A predicate that fits m of N rows fits exactly one of n rows drawn without replacement with
    probability m C(N-m, n-1) / C(N, n). So two tables of different size are compared at the size
    of the smaller one, without a model and without drawing anything.
    """
    if sample >= rows:
        return float(sum(match == 1 for match in matches))
    return sum(_one_of(match, rows, sample) for match in matches)


def _one_of(match: int, rows: int, sample: int) -> float:
    """Return the hypergeometric probability of exactly one."""
    if match == 0 or sample - 1 > rows - match:
        return 0.0
    return match * math.exp(_log_choose(rows - match, sample - 1) - _log_choose(rows, sample))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _bounded(share: float) -> float:
    return min(max(share, 0.0), 1.0)
