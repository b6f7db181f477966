# SPDX-License-Identifier: Apache-2.0
"""Which classes of a node break the requirement: k, l, t and δ in any combination.

A class that breaks any of them is suppressed as a whole. The distribution that t-closeness compares
with is that of the whole table, before anything is suppressed.

References
----------
Sweeney, k-anonymity, 2002, doi:10.1142/S0218488502001648. Machanavajjhala et al., l-diversity,
2007, doi:10.1145/1217299.1217302. Li, Li, Venkatasubramanian, t-closeness, 2007,
doi:10.1109/ICDE.2007.367856. Nergiz, Atzori, Clifton, δ-presence, 2007,
doi:10.1145/1247480.1247554.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shirube.deidentification.rolling import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.deidentification.coding import Fields
    from shirube.deidentification.rolling import Tuples
    from shirube.terms.deidentification import Closeness, Diversity, Requirement

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_SLACK = 1e-9
"""A class exactly at a limit is not lost to rounding: exp(H) of two equal shares is 2."""


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes of a node, and which of them break the requirement.

    Attributes
    ----------
    words
        Shape (words, classes), packed codes without what is sensitive.
    size
        Shape (classes,), rows of the table.
    broken
        Shape (classes,): the class breaks the requirement.
    certain
        Shape (classes,): so does every class beneath it, at every more special node. Classes that
        are too small are so, and those with too few different sensitive values; the other models
        are not monotone as soon as a class may be suppressed.
    """

    words: NDArray[np.uint64]
    size: Ints
    broken: NDArray[np.bool_]
    certain: NDArray[np.bool_]

    @property
    def suppressed(self) -> int:
        """Rows of the classes that break the requirement."""
        return int(self.size[self.broken].sum())

    @property
    def surely_suppressed(self) -> int:
        """Rows that are suppressed here and at every more special node."""
        return int(self.size[self.certain].sum())


class Checker:
    """Holds the classes of nodes against a requirement.

    Parameters
    ----------
    requirement
        The models and their limits.
    layout
        Where codes lie; sensitive fields follow the attributes in the order of ``sensitive``.
    shares
        Per sensitive column, the share of each code in the whole table; codes follow the order of
        the values, so that the ordered distance is meant.
    """

    def __init__(
        self, requirement: Requirement, layout: Fields, shares: dict[str, Floats], rows: int
    ) -> None:
        self.requirement, self._layout, self._shares = requirement, layout, shares
        self._field = {name: layout.attributes + at for at, name in enumerate(shares)}
        self.budget = int(requirement.suppression_limit * rows + _SLACK)
        # Without suppression a node is good or not as a whole: then l and t are monotone too.
        # A lower limit of presence is not: a class can lose share to people who are not released.
        self.monotone = self.budget == 0 and not (
            requirement.presence and requirement.presence.low > 0
        )
        self.only_sizes = not shares and requirement.presence is None
        self._fewest = max([requirement.k, *(int(np.ceil(d.l)) for d in requirement.diversities)])

    def classes(self, table: Tuples) -> Classes:
        """Return the classes of a node."""
        if not self._shares and table.population is None:
            small = table.count < self.requirement.k
            return Classes(table.words, table.count, small, small)
        words = self._layout.classes(table.words)
        order, starts = runs(words)
        size = np.add.reduceat(table.count[order], starts)
        class_of = np.zeros(len(order), np.int64)
        class_of[starts[1:]] = 1
        class_of = np.cumsum(class_of)
        certain = size < self._fewest
        broken = size < self.requirement.k
        present = table.count[order] > 0
        for column in self._shares:
            code = self._layout.read(table.words, self._field[column])[order]
            cells = _Cells.of(class_of[present], code[present], table.count[order][present], size)
            for diversity in self.requirement.diversities:
                if diversity.column == column:
                    broken |= cells.breaks_diversity(diversity)
                    certain |= cells.distinct < np.ceil(diversity.l)
            for closeness in self.requirement.closenesses:
                if closeness.column == column:
                    broken |= cells.breaks_closeness(closeness, self._shares[column])
        broken |= certain
        if table.population is not None and self.requirement.presence is not None:
            people = np.add.reduceat(table.population[order], starts)
            share = size / np.maximum(people, 1)
            presence = self.requirement.presence
            broken |= (share < presence.low - _SLACK) | (share > presence.high + _SLACK)
        # A class without a released row has nothing to suppress and breaks nothing.
        released = size > 0
        return Classes(words[:, order[starts]], size, broken & released, certain & released)


@dataclass(frozen=True, eq=False)
class _Cells:
    """Rows per class and sensitive code; classes are numbered and sorted."""

    class_of: Ints
    code: Ints
    count: Ints
    size: Ints

    @classmethod
    def of(cls, class_of: Ints, code: Ints, count: Ints, size: Ints) -> _Cells:
        """Add up cells that differ in another sensitive column only."""
        width = int(code.max(initial=0)) + 1
        keys, at = np.unique(class_of * width + code, return_inverse=True)
        added = np.bincount(at, weights=count).astype(np.int64)
        return cls(keys // width, keys % width, added, size)

    @property
    def distinct(self) -> Ints:
        """Different codes per class."""
        return np.bincount(self.class_of, minlength=len(self.size))

    def breaks_diversity(self, diversity: Diversity) -> NDArray[np.bool_]:
        """Return which classes are not l-diverse."""
        if diversity.kind == "distinct":
            return self.distinct < diversity.l
        if diversity.kind == "entropy":
            share = self.count / self.size[self.class_of]
            entropy = np.bincount(
                self.class_of, weights=-share * np.log(share), minlength=len(self.size)
            )
            return np.exp(entropy) < diversity.l - _SLACK
        return self._breaks_recursive(int(diversity.l), float(diversity.c or 0.0))

    def _breaks_recursive(self, least: int, c: float) -> NDArray[np.bool_]:
        """Recursive (c, l): the most frequent count is below c times the sum from the l-th on."""
        order = np.lexsort((-self.count, self.class_of))
        class_of, count = self.class_of[order], self.count[order]
        first = np.searchsorted(class_of, np.arange(len(self.size)))
        rank = np.arange(len(order)) - first[class_of]
        tail = np.bincount(
            class_of, weights=np.where(rank >= least - 1, count, 0), minlength=len(self.size)
        )
        most = np.bincount(
            class_of, weights=np.where(rank == 0, count, 0), minlength=len(self.size)
        )
        return most >= c * tail * (1 - _SLACK)

    def breaks_closeness(self, closeness: Closeness, share: Floats) -> NDArray[np.bool_]:
        """Return which classes are farther than t from the whole table."""
        distance = self._equal(share) if closeness.distance == "equal" else self._ordered(share)
        return distance > closeness.t + _SLACK

    def _equal(self, share: Floats) -> Floats:
        """Half the sum of absolute differences, from the cells that are present alone."""
        q, p = self.count / self.size[self.class_of], share[self.code]
        present = np.bincount(self.class_of, weights=np.abs(q - p) - p, minlength=len(self.size))
        return np.asarray(0.5 * (1.0 + present), np.float64)

    def _ordered(self, share: Floats) -> Floats:
        """Mean absolute difference of the cumulative shares, over the steps between values."""
        values = len(share)
        distance = np.zeros(len(self.size))
        if values < 2:
            return distance
        block = max(1, (1 << 22) // values)
        for start in range(0, len(self.size), block):
            stop = min(start + block, len(self.size))
            low, high = np.searchsorted(self.class_of, [start, stop])
            dense = np.zeros((stop - start, values))
            dense[self.class_of[low:high] - start, self.code[low:high]] = self.count[low:high]
            dense /= np.maximum(self.size[start:stop, np.newaxis], 1)
            apart = np.cumsum(dense - share, axis=1)
            distance[start:stop] = np.abs(apart[:, :-1]).sum(axis=1) / (values - 1)
        return distance


def histograms(
    classes: Classes, chosen: NDArray[np.bool_], layout: Fields, widths: Sequence[int]
) -> tuple[Ints, ...]:
    """Return per attribute the rows of the chosen classes by code."""
    words, size = classes.words[:, chosen], classes.size[chosen]
    return tuple(
        np.bincount(layout.read(words, at), weights=size, minlength=width).astype(np.int64)
        for at, width in enumerate(widths)
    )
