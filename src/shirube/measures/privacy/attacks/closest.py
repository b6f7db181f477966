# SPDX-License-Identifier: Apache-2.0
"""How near the rows of a release lie to those of its original, beside people it does not know.

Distances are Gower's over the number of columns: 0 where two rows are equal, 1 where they differ in
everything as far as can be. Which table is *nearer* is decided by the nearest row of both tables
together; among equally near rows one is drawn. Where people of the original and of the control are
exchangeable, a row of the release is then nearest to the original with the probability of the
original's share of all rows, ties and sizes included; one that remembers its people is nearer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.privacy.attacks.nearest import nearest
from shirube.measures.privacy.attacks.tables import Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Closest:
    """Distances of rows of a release to a table.

    Attributes
    ----------
    distance
        To the nearest row.
    ratio
        The same over the distance to the second nearest row: near 0 where one row stands out as
        the model of a released one. 1 where both are 0. Empty where the table has one row.
    """

    distance: Floats
    ratio: Floats


def closest(release: Coded, table: Coded) -> Closest:
    """Return the distances of each row of the release to the nearest rows of a table."""
    columns = range(len(release.columns))
    _places, found = nearest(release, table, columns, min(2, table.rows))
    distance = found[:, 0] / len(columns)
    if table.rows < 2:
        return Closest(distance, np.zeros(0))
    second = found[:, 1] / len(columns)
    ratio = np.divide(distance, second, out=np.ones(len(distance)), where=second > 0)
    return Closest(distance, ratio)


def nearer_to_original(
    release: Coded, original: Coded, control: Coded, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Say of each row of the release whether the nearest row of all is one of the original.

    Parameters
    ----------
    release, original, control
        Tables coded together.
    rng
        Draws among rows that are equally near.
    """
    both = np.concatenate([original.values, control.values], axis=1)
    order = rng.permutation(both.shape[1])  # of equally near rows the first is taken
    together = Coded(original.columns, original.numeric, both[:, order], original.ranges)
    places, _distances = nearest(release, together, range(len(release.columns)), 1)
    found: NDArray[np.bool_] = order[places[:, 0]] < original.rows
    return found
