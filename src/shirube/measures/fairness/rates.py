# SPDX-License-Identifier: Apache-2.0
"""Rates of groups, counted from cells: a dense array of counts, and sums over it.

The array has the shape (groupings' cells, label, prediction): label 0, 1 or absent, prediction 0 or
1. Every rate is a sum over a sum, for the observed counts and for bootstrap replicates alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.terms.cells import GroupCells

NO, YES, ABSENT = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts by finest group, and which finest groups make each group.

    Attributes
    ----------
    count
        Shape (finest, 3, 2): label (0, 1, absent) x prediction (0, 1).
    coarse
        Per attribute, shape (finest,): which group of that attribute a finest group belongs to.
        Nothing where there is only one attribute: its groups are the finest.
    names, grouping
        Per group its name, and which grouping (one attribute, or all together) it belongs to: the
        coarse groups first, then the finest.
    """

    count: NDArray[np.float64]
    coarse: tuple[NDArray[np.int64], ...]
    names: tuple[str, ...]
    grouping: NDArray[np.int64]

    def summed(self, counted: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return sums by group, shape (groups, ...), of what is counted by finest group."""
        coarse = [sums(counted, group, int(group.max(initial=-1)) + 1) for group in self.coarse]
        return np.concatenate([*coarse, counted]) if coarse else counted


def sums(
    counted: NDArray[np.float64], group: NDArray[np.int64], groups: int
) -> NDArray[np.float64]:
    """Return sums over the first axis by group, shape (groups, ...).

    Group after group, and no product with a matrix of zeros and ones: for arrays of this size the
    threads of the linear algebra cost more in waiting than the sums themselves.
    """
    out = np.zeros((groups, *counted.shape[1:]))
    for each in range(groups):
        out[each] = counted[group == each].sum(axis=0)
    return out


def finest_groups(cells: GroupCells) -> tuple[list[tuple[str | None, ...]], NDArray[np.int64]]:
    """Return the combinations of attribute values, sorted, and which one each cell has."""
    values = list(zip(*cells.attributes.values(), strict=True))
    groups = sorted(set(values), key=lambda group: tuple((v is None, v or "") for v in group))
    place = {group: position for position, group in enumerate(groups)}
    return groups, np.asarray([place[value] for value in values], np.int64)


def counts_of(cells: GroupCells, *, favourable: int) -> Counts:
    """Return the counts of all groups: of each attribute alone, and of all attributes together."""
    groups, group = finest_groups(cells)
    flip = favourable == 0
    decided = cells.prediction >= 0
    prediction = np.where(flip, 1 - cells.prediction, cells.prediction)
    label = np.where(cells.label < 0, ABSENT, np.where(flip, 1 - cells.label, cells.label))
    count = np.zeros((len(groups), 3, 2))
    np.add.at(count, (group[decided], label[decided], prediction[decided]), cells.count[decided])
    names: list[str] = []
    grouping: list[int] = []
    coarse: list[NDArray[np.int64]] = []
    attributes = list(cells.attributes)
    for number, chosen in enumerate(_groupings(len(attributes))):
        keys = [tuple(values[position] for position in chosen) for values in groups]
        place = {key: n for n, key in enumerate(dict.fromkeys(keys))}
        names += [_name([attributes[position] for position in chosen], key) for key in place]
        grouping += [number] * len(place)
        if len(chosen) < len(attributes):
            coarse.append(np.asarray([place[key] for key in keys], np.int64))
    return Counts(count, tuple(coarse), tuple(names), np.asarray(grouping, np.int64))


def fractions(count: NDArray[np.float64], name: str) -> tuple[NDArray[np.float64], ...]:
    """Return numerator and denominator of a rate for counts of shape (finest, 3, 2, ...)."""
    if name == "selection_rate":
        return count[:, :, YES].sum(1), count.sum((1, 2))
    if name == "tpr":
        return count[:, YES, YES], count[:, YES].sum(1)
    if name == "fpr":
        return count[:, NO, YES], count[:, NO].sum(1)
    return count[:, YES, YES], count[:, :ABSENT, YES].sum(1)


def _groupings(attributes: int) -> list[tuple[int, ...]]:
    """Return each attribute by itself, then all of them together."""
    alone: list[tuple[int, ...]] = [(position,) for position in range(attributes)]
    return alone if attributes == 1 else [*alone, tuple(range(attributes))]


def _name(attributes: list[str], values: tuple[str | None, ...]) -> str:
    """Return ``sex=F & age=20s``."""
    return " & ".join(
        f"{attribute}={'∅' if value is None else value}"
        for attribute, value in zip(attributes, values, strict=True)
    )
