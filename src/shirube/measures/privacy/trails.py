# SPDX-License-Identifier: Apache-2.0
"""Trails: who was at which points, and how often a few random points fix one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.privacy.attacks.rates import wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.terms.cells import ClassCells

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Trails:
    """Pairs of person and point, each once.

    Attributes
    ----------
    owner, point
        Shape (pairs,), sorted by owner: dense numbers of people and of points.
    people, points
        How many of either there are.
    """

    owner: Ints
    point: Ints
    people: int
    points: int


@dataclass(frozen=True)
class Unicity:
    """The share of people fixed, with Wilson's interval and the number of people drawn."""

    share: float
    low: float
    high: float
    drawn: int


def trails_of(cells: ClassCells) -> Trails:
    """Return the trails of cells of person x columns of a point.

    A missing value has the last code of its column: those rows are no points, and a person without
    a name is nobody.
    """
    keep = np.ones(cells.class_id.size, bool)
    (person,) = cells.quasi_identifiers
    if cells.nulls.get(person) and cells.class_id.size:
        keep &= cells.class_id != cells.class_id[-1]
    for name, code in cells.sensitive.items():
        if cells.nulls.get(name):
            keep &= code != code.max()
    owner = cells.class_id[keep]
    columns = [code[keep] for code in cells.sensitive.values()]
    point = np.zeros(owner.size, np.int64)
    for code in columns:
        # Dense numbers of points and codes below 2**31 each: their pair fits into 63 bits.
        pair = point * (int(code.max(initial=0)) + 1) + code
        point = np.unique(pair, return_inverse=True)[1]
    owner = np.unique(owner, return_inverse=True)[1]
    return Trails(
        owner=owner,
        point=point,
        people=int(owner[-1]) + 1 if owner.size else 0,
        points=int(point.max()) + 1 if point.size else 0,
    )


def unicity(trails: Trails, known: int, *, draws: int, seed: int) -> Unicity:
    """Draw people and ``known`` points of each, and count whom the points fix.

    Draws follow the numbers of people and points, so equal tables give equal draws.
    """
    rng = np.random.default_rng([seed, known])
    first = np.searchsorted(trails.owner, np.arange(trails.people + 1))
    by_point = np.argsort(trails.point, kind="stable")
    visitors = trails.owner[by_point]
    at = np.searchsorted(trails.point[by_point], np.arange(trails.points + 1))
    drawn = rng.permutation(trails.people)[:draws]
    fixed = 0
    for person in drawn:
        own = trails.point[first[person] : first[person + 1]]
        chosen = rng.permutation(own)[:known]
        fixed += _alone([visitors[at[each] : at[each + 1]] for each in chosen])
    rate = wilson(fixed, len(drawn))
    return Unicity(fixed / len(drawn), rate.low, rate.high, len(drawn))


def _alone(visitors: list[Ints]) -> bool:
    """Tell whether only one person was at all of the points; rare points first."""
    visitors.sort(key=len)
    left = visitors[0]
    for other in visitors[1:]:
        if left.size == 1:
            break
        left = np.intersect1d(left, other, assume_unique=True)
    return left.size == 1
