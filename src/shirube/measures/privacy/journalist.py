# SPDX-License-Identifier: Apache-2.0
"""The journalist's risk: an attacker who does not know whether the person is in the table."""

from __future__ import annotations

import math


def journalist_risk(smallest_class: int, rows: int, population: int) -> float:
    """Return the journalist's risk for a class of the sample, expected over its population.

    The attacker does not know whether the person is in the table. A class with f rows in a simple
    random sample of share π = rows / population stands for F people, F - f negative binomial. The
    risk is E(1/F | f) = π ∫₀¹ u^(f-1) / (π + (1-π)u) du, which is 1/f when the table is the whole
    population and falls towards π/f in large classes.

    References
    ----------
    Franconi, L. and Polettini, S. (2004). *Individual Risk Estimation in µ-Argus: A Review*.
    doi:10.1007/978-3-540-25955-8_20
    """
    sampled = rows / population
    if sampled == 1.0:
        return 1.0 / smallest_class
    if sampled <= 0.5 and smallest_class <= 1000:
        return sampled * _by_recursion(smallest_class, sampled)
    return sampled * _by_series(smallest_class, sampled)


def _by_recursion(f: int, sampled: float) -> float:
    """Return the integral by I(f+1) = (1/f - π I(f)) / (1-π), stable for π <= 1/2."""
    integral = -math.log(sampled) / (1.0 - sampled)
    for step in range(1, f):
        integral = (1.0 / step - sampled * integral) / (1.0 - sampled)
    return integral


def _by_series(f: int, sampled: float) -> float:
    """Return the integral as Σ (1-π)^m B(m+1, f), quick for large π or large f."""
    term, total, m = 1.0 / f, 0.0, 0
    while term > 1e-17 * total:
        total += term
        m += 1
        term *= (1.0 - sampled) * m / (m + f)
    return total
