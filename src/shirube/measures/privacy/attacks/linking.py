# SPDX-License-Identifier: Apache-2.0
"""Linkability and inference: what the nearest rows of a release give away about a target.

*Linkability*: two tables know different columns of the same people. The attacker looks up the
nearest rows of the release for both halves of a person and says that they belong together when they
have a row in common. Equally near rows stand in one (random) order for both halves: where the
nearest rows are a set A for one half and B for the other, they agree with probability
|A and B| / |A or B|. The baseline draws rows of the release at random.

*Inference*: the attacker knows some columns of a person and guesses one more, as it stands in the
nearest row of the release. A category must be met exactly, a number to a share of its value. The
baseline takes the value of a random row.

References
----------
Giomi et al. (2023), doi:10.56553/popets-2023-0055, sections 5.2 and 5.3
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.privacy.attacks.nearest import nearest
from shirube.measures.privacy.attacks.outcome import Outcome
from shirube.measures.privacy.attacks.tables import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.measures.privacy.attacks.tables import Coded


def linkability(
    release: Coded,
    original: Coded,
    control: Coded | None,
    halves: tuple[Sequence[int], Sequence[int]],
    neighbours: int,
    rng: np.random.Generator,
) -> Outcome:
    """Link the two halves of every target.

    Parameters
    ----------
    release
        The released rows.
    original, control
        The targets: people of the original table, and people outside it.
    halves
        Positions of the columns that either side knows.
    neighbours
        How many nearest rows are compared on each side.
    rng
        Draws the baseline.
    """
    neighbours = min(neighbours, release.rows)

    def links(targets: Coded) -> int:
        left, right = (nearest(targets, release, half, neighbours)[0] for half in halves)
        return _in_common(left, right)

    size = (original.rows, neighbours)
    left, right = (_distinct(rng, release.rows, *size) for _side in halves)
    return Outcome(
        attack="linkability",
        guesses=original.rows,
        successes=links(original),
        baseline_guesses=original.rows,
        baseline=_in_common(left, right),
        control_guesses=control.rows if control else None,
        control=links(control) if control else None,
    )


def inference(
    release: Coded,
    original: Coded,
    control: Coded | None,
    known: Sequence[int],
    secret: int,
    tolerance: float,
    rng: np.random.Generator,
) -> Outcome:
    """Guess the column ``secret`` of every target from the columns ``known``.

    Parameters
    ----------
    release
        The released rows.
    original, control
        The targets: people of the original table, and people outside it.
    known, secret
        Positions of the columns.
    tolerance
        A guessed number is right within this share of the true one.
    rng
        Draws the baseline.
    """
    held = release.values[secret]

    def right(targets: Coded, rows: NDArray[np.int64]) -> int:
        true = targets.values[secret]
        met = _equal(held[rows], true, tolerance if release.numeric[secret] else None)
        return int(np.count_nonzero(met))

    def guessed(targets: Coded) -> int:
        return right(targets, nearest(targets, release, known, 1)[0][:, 0])

    return Outcome(
        attack="inference",
        target=release.columns[secret],
        guesses=original.rows,
        successes=guessed(original),
        baseline_guesses=original.rows,
        baseline=right(original, rng.integers(release.rows, size=original.rows)),
        control_guesses=control.rows if control else None,
        control=guessed(control) if control else None,
    )


def _equal(
    guesses: NDArray[np.float64], true: NDArray[np.float64], tolerance: float | None
) -> NDArray[np.bool_]:
    """Say which guesses are right; nobody learns anything from a guess at a missing value."""
    met: NDArray[np.bool_]
    if tolerance is None:
        met = (guesses == true) & (true != MISSING)
    else:
        met = np.abs(guesses - true) <= tolerance * np.abs(true)
    return met


def _in_common(left: NDArray[np.int64], right: NDArray[np.int64]) -> int:
    """Return how many targets have a row in common on both sides."""
    return int(np.count_nonzero((left[:, :, None] == right[:, None, :]).any(axis=(1, 2))))


def _distinct(rng: np.random.Generator, rows: int, targets: int, many: int) -> NDArray[np.int64]:
    """Draw ``many`` different rows for each target."""
    if many == 1:
        return rng.integers(rows, size=(targets, 1))
    return np.stack([rng.choice(rows, size=many, replace=False) for _target in range(targets)])
