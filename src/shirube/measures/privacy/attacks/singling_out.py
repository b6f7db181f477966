# SPDX-License-Identifier: Apache-2.0
"""Singling out: a predicate made from the release that fits exactly one person of the original.

*Univariate*: every value that stands once in the release, and the smallest and largest number of
each column. *Multivariate*: a random row of the release gives its values in a few random columns;
numbers become bounds, on the side of the median where the row stands. Only predicates that fit
exactly one row of the release are guesses. The baseline draws columns, questions and values at
random.

Whether a predicate fits exactly one row depends on how many rows there are, so the original and the
control are compared at the size of the smaller one (``rates.expected_uniques``).

References
----------
Giomi et al. (2023), doi:10.56553/popets-2023-0055, section 5.1. Cohen, A. and Nissim, K. (2020).
*Towards Formalizing the GDPR's Notion of Singling Out*. doi:10.1073/pnas.1914598117
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.privacy.attacks import predicates as ask
from shirube.measures.privacy.attacks.outcome import Outcome
from shirube.measures.privacy.attacks.predicates import Predicates, joined, matches
from shirube.measures.privacy.attacks.rates import expected_uniques
from shirube.measures.privacy.attacks.tables import MISSING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.measures.privacy.attacks.tables import Coded

_BATCH = 4096
_TRIES_PER_GUESS = 500
_FRUITLESS = 32
"""A release that hides everybody yields no predicate: so many batches without a new one show it."""

_OF_NUMBERS = np.array([ask.EQUAL, ask.UNEQUAL, ask.ABOVE, ask.BELOW, ask.AT_LEAST, ask.AT_MOST])
_OF_CATEGORIES = np.array([ask.EQUAL, ask.UNEQUAL])
_OF_NOTHING = np.array([ask.ABSENT, ask.PRESENT])


def univariate(
    release: Coded, original: Coded, control: Coded | None, guesses: int, rng: np.random.Generator
) -> Outcome:
    """Single out with one condition; at most ``guesses`` of all that the release offers."""
    found = joined([_of_column(release, at) for at in range(len(release.columns))])
    found = found.take(rng.permutation(len(found))[:guesses])
    return _outcome("univariate", found, release, original, control, 1, rng)


def multivariate(
    release: Coded,
    original: Coded,
    control: Coded | None,
    guesses: int,
    columns: int,
    rng: np.random.Generator,
) -> Outcome:
    """Single out with conditions on ``columns`` columns at once."""
    columns = min(columns, len(release.columns))
    medians = [
        _median(column) if numeric else 0.0
        for column, numeric in zip(release.values, release.numeric, strict=True)
    ]
    found, seen = [_none(columns)], set[bytes]()
    tries, fruitless = 0, 0
    while len(seen) < guesses and tries < guesses * _TRIES_PER_GUESS and fruitless < _FRUITLESS:
        tried = _from_rows(release, np.asarray(medians), columns, rng)
        tries += len(tried)
        single = tried.take(matches(tried, release, enough=2) == 1)
        before = len(seen)
        first = {key: place for place, key in enumerate(single.keys()) if key not in seen}
        seen |= first.keys()
        found.append(single.take(np.fromiter(first.values(), np.int64, len(first))))
        fruitless = 0 if len(seen) > before else fruitless + 1
    everything = joined(found)
    chosen = everything.take(np.arange(min(guesses, len(everything))))
    return _outcome("multivariate", chosen, release, original, control, columns, rng)


def _outcome(
    attack: str,
    guesses: Predicates,
    release: Coded,
    original: Coded,
    control: Coded | None,
    columns: int,
    rng: np.random.Generator,
) -> Outcome:
    """Try the guesses, and as many random ones."""
    size = min(original.rows, control.rows) if control else original.rows
    random = _random(release, len(guesses), columns, rng)
    return Outcome(
        attack=attack,
        guesses=len(guesses),
        successes=_uniques(guesses, original, size),
        baseline_guesses=len(random),
        baseline=_uniques(random, original, size),
        control_guesses=len(guesses) if control else None,
        control=_uniques(guesses, control, size) if control else None,
    )


def _uniques(guesses: Predicates, table: Coded, size: int) -> float:
    """Return how many predicates fit exactly one row, at the size of the comparison."""
    enough = 2 if size == table.rows else None
    return expected_uniques(matches(guesses, table, enough=enough).tolist(), table.rows, size)


def _of_column(release: Coded, at: int) -> Predicates:
    """Return what one column offers: values that stand once, and ends of numbers that do."""
    column = release.values[at]
    numeric = release.numeric[at]
    present = column[~np.isnan(column)]
    values, counts = np.unique(present, return_counts=True)
    once = values[counts == 1]
    asks, wanted = [ask.EQUAL] * len(once), once.tolist()
    for asked, end in ((ask.AT_MOST, 0), (ask.AT_LEAST, -1)) if numeric and len(values) else ():
        if counts[end] == 1:
            asks, wanted = [*asks, asked], [*wanted, values[end]]
    if len(column) - len(present) == 1:
        asks, wanted = [*asks, ask.ABSENT], [*wanted, 0.0]
    return Predicates(
        np.full((len(asks), 1), at, np.int32),
        np.asarray(asks, np.int8).reshape(-1, 1),
        np.asarray(wanted, np.float64).reshape(-1, 1),
    )


def _from_rows(
    release: Coded, medians: NDArray[np.float64], columns: int, rng: np.random.Generator
) -> Predicates:
    """Return a batch of predicates, each describing one row in some of its columns."""
    chosen = _columns(release, columns, _BATCH, rng)
    row = rng.integers(release.rows, size=_BATCH)
    value = release.values[chosen, row[:, None]]
    numeric = np.asarray(release.numeric)[chosen]
    bound = np.where(value > medians[chosen], ask.AT_LEAST, ask.AT_MOST)
    asks = np.where(numeric, np.where(np.isnan(value), ask.ABSENT, bound), ask.EQUAL)
    return Predicates(chosen, asks.astype(np.int8), np.nan_to_num(value, nan=0.0))


def _random(release: Coded, guesses: int, columns: int, rng: np.random.Generator) -> Predicates:
    """Return predicates that know the values of the release, and nothing of its rows."""
    if not guesses:
        return _none(columns)
    chosen = _columns(release, columns, guesses, rng)
    value, asks = np.zeros(chosen.shape), np.zeros(chosen.shape, np.int8)
    for at, (column, numeric) in enumerate(zip(release.values, release.numeric, strict=True)):
        here = chosen == at
        drawn = rng.choice(np.unique(column), size=int(here.sum()))
        value[here] = np.nan_to_num(drawn, nan=0.0)
        asked = rng.choice(_OF_NUMBERS if numeric else _OF_CATEGORIES, size=len(drawn))
        asks[here] = np.where(np.isnan(drawn), rng.choice(_OF_NOTHING, size=len(drawn)), asked)
    return Predicates(chosen, asks, value)


def _columns(
    release: Coded, columns: int, many: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Draw columns without repetition, in ascending order, so that equal predicates look equal."""
    everyone = np.tile(np.arange(len(release.columns), dtype=np.int32), (many, 1))
    return np.sort(rng.permuted(everyone, axis=1)[:, :columns], axis=1)


def _median(column: NDArray[np.float64]) -> float:
    present = column[~np.isnan(column)]
    return float(np.median(present)) if len(present) else MISSING


def _none(columns: int) -> Predicates:
    return Predicates(
        np.zeros((0, columns), np.int32), np.zeros((0, columns), np.int8), np.zeros((0, columns))
    )
