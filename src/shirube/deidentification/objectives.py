# SPDX-License-Identifier: Apache-2.0
"""What is minimised: ARX's Loss, the average class size, or discernibility; each with its bounds.

A bound never exceeds the objective of a node that satisfies the requirement. Bounds come from three
places: from the marginal counts alone, before anything was checked (*first*); from a checked node
for all that lie below it (*below*: what is surely suppressed there is suppressed here); and from a
checked node for all that lie above it (*above*: classes only grow).

References
----------
Iyengar, Transforming data to satisfy privacy constraints, 2002, doi:10.1145/775047.775089 (loss).
LeFevre, DeWitt, Ramakrishnan, Mondrian, 2006, doi:10.1109/ICDE.2006.101 (average class size).
Bayardo, Agrawal, Data privacy through optimal k-anonymization, 2005, doi:10.1109/ICDE.2005.42
(discernibility).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import numpy as np

from shirube.deidentification.checking import histograms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.deidentification.checking import Classes
    from shirube.deidentification.coding import Attribute, Fields
    from shirube.deidentification.rolling import Levels
    from shirube.terms.deidentification import ObjectiveName

    Floats = NDArray[np.float64]

_LAST_DECIMAL = 1e-10
"""The loss of each attribute is cut after ten decimals before they are combined, as ARX does."""


class Objective(Protocol):
    """A number to be minimised over the lattice."""

    needs_no_failures: bool
    """Whether a node that fails says nothing about the objective of those above it."""

    def first(self, low: Levels, high: Levels) -> Floats:
        """Return the bound of each node of a box of the lattice, in the order of levels."""
        ...

    def below(self, levels: Levels, classes: Classes, low: Levels) -> Floats | None:
        """Return bounds for the box from ``low`` up to a checked node; None where it has none."""
        ...

    def above(self, levels: Levels, classes: Classes) -> float | None:
        """Return one bound for all nodes above a checked one; None where it has none."""
        ...

    def value(self, levels: Levels, classes: Classes) -> float:
        """Return the objective of a checked node that satisfies the requirement."""
        ...


class Loss:
    """ARX's Loss: per attribute the mean share of the hierarchy that a released value stands for.

    For attribute j at level g, ``v = (mean(leaves under the value / leaves) - 1/leaves) /
    (1 - 1/leaves)``; a suppressed row counts as 1. All attributes together:
    ``(prod(1 + v_j)) ** (1/d) - 1``. 0 keeps everything, 1 keeps nothing.
    """

    name: ObjectiveName = "loss"
    needs_no_failures = True

    def __init__(
        self,
        attributes: Sequence[Attribute],
        marginals: Sequence[NDArray[np.int64]],
        layout: Fields,
    ) -> None:
        self._attributes, self._layout = tuple(attributes), layout
        self._rows = int(marginals[0].sum()) if marginals else 0
        # Per attribute and level: the sum of shares over all rows.
        self._sums = [
            [
                float(np.bincount(codes, weights=counted, minlength=len(share)) @ share)
                for codes, share in zip(each.codes, each.shares, strict=True)
            ]
            for each, counted in zip(self._attributes, marginals, strict=True)
        ]

    def first(self, low: Levels, high: Levels) -> Floats:
        """Return the loss that each node would have if nothing were suppressed."""
        return self._box(low, high, None)

    def below(self, levels: Levels, classes: Classes, low: Levels) -> Floats | None:
        """Return bounds: what is surely suppressed costs 1 instead of at most a known share."""
        if not classes.certain.any():
            return None
        counted = self._histograms(levels, classes, classes.certain)
        more = [
            [
                float(rows @ (1.0 - each.greatest_share_below(top, level)))
                for level in range(bottom, top + 1)
            ]
            for each, rows, top, bottom in zip(self._attributes, counted, levels, low, strict=True)
        ]
        return self._box(low, levels, more)

    def above(self, levels: Levels, classes: Classes) -> float | None:
        """Return None: the marginals say all that this could."""
        del levels, classes
        return None

    def value(self, levels: Levels, classes: Classes) -> float:
        """Return the loss of a node."""
        return self.combine(self.by_attribute(levels, classes))

    def by_attribute(self, levels: Levels, classes: Classes) -> tuple[float, ...]:
        """Return the loss of each attribute, rounded."""
        counted = self._histograms(levels, classes, classes.broken)
        return tuple(
            _rounded(self._scaled(at, sums[level] + float(rows @ (1.0 - each.shares[level]))))
            for at, (each, sums, rows, level) in enumerate(
                zip(self._attributes, self._sums, counted, levels, strict=True)
            )
        )

    @staticmethod
    def combine(losses: Sequence[float]) -> float:
        """Return the geometric mean of (1 + loss), minus 1."""
        if not losses:
            return 0.0
        return math.prod(1.0 + each for each in losses) ** (1.0 / len(losses)) - 1.0

    def _histograms(
        self, levels: Levels, classes: Classes, chosen: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], ...]:
        widths = [len(each.labels[at]) for each, at in zip(self._attributes, levels, strict=True)]
        return histograms(classes, chosen, self._layout, widths)

    def _scaled(self, at: int, total: float) -> float:
        """Rescale a sum of shares from [1/leaves, 1] to [0, 1]."""
        least = 1.0 / self._attributes[at].leaves
        if least == 1.0:
            return 0.0
        return min(1.0, max(0.0, (total / self._rows - least) / (1.0 - least)))

    def _box(self, low: Levels, high: Levels, more: list[list[float]] | None) -> Floats:
        """Combine sums of shares over a box; rounding is left out, and allowed for."""
        product = np.ones(1)
        for at, (bottom, top) in enumerate(zip(low, high, strict=True)):
            line = [
                1.0
                + self._scaled(
                    at, self._sums[at][level] + (more[at][level - bottom] if more else 0.0)
                )
                for level in range(bottom, top + 1)
            ]
            product = (product[:, np.newaxis] * np.asarray(line)).reshape(-1)
        return np.asarray(product ** (1.0 / max(len(low), 1)) - 1.0 - _LAST_DECIMAL)


class AverageClassSize:
    """Rows divided by classes; all suppressed rows are one class more. Lower is better."""

    name: ObjectiveName = "average_class_size"
    needs_no_failures = False

    def __init__(self, rows: int, k: int) -> None:
        self._rows, self._k = rows, k

    def first(self, low: Levels, high: Levels) -> Floats:
        """Return the bound that k sets: there are at most rows/k classes beside the suppressed."""
        return np.full(_nodes(low, high), self._rows / (self._rows // self._k + 1))

    def below(self, levels: Levels, classes: Classes, low: Levels) -> Floats | None:
        """Return bounds: what is surely suppressed makes no class but one."""
        kept = self._rows - classes.surely_suppressed
        return np.full(_nodes(low, levels), self._rows / (kept // self._k + 1))

    def above(self, levels: Levels, classes: Classes) -> float | None:
        """Return the bound for all nodes above: they have no more classes than this one."""
        del levels
        return self._rows / (int((classes.size > 0).sum()) + 1)

    def value(self, levels: Levels, classes: Classes) -> float:
        """Return the average class size of a node."""
        del levels
        kept = int(((classes.size > 0) & ~classes.broken).sum())
        return self._rows / max(kept + bool(classes.suppressed), 1)


class Discernibility:
    """Sum over rows of the rows they cannot be told from; a suppressed row counts all rows."""

    name: ObjectiveName = "discernibility"
    needs_no_failures = False

    def __init__(self, rows: int, k: int) -> None:
        self._rows, self._k = rows, k

    def first(self, low: Levels, high: Levels) -> Floats:
        """Return the bound that k sets: every row lies among k."""
        return np.full(_nodes(low, high), float(self._rows * self._k))

    def below(self, levels: Levels, classes: Classes, low: Levels) -> Floats | None:
        """Return bounds: what is surely suppressed counts all rows."""
        gone = classes.surely_suppressed
        least = gone * self._rows + (self._rows - gone) * self._k
        return np.full(_nodes(low, levels), float(least))

    def above(self, levels: Levels, classes: Classes) -> float | None:
        """Return the bound for all nodes above: every row lies among at least as many."""
        del levels
        return float((classes.size * np.maximum(classes.size, self._k)).sum())

    def value(self, levels: Levels, classes: Classes) -> float:
        """Return the discernibility of a node."""
        del levels
        kept = classes.size[~classes.broken]
        return float((kept * kept).sum() + classes.suppressed * self._rows)


def _nodes(low: Levels, high: Levels) -> int:
    return math.prod(top - bottom + 1 for bottom, top in zip(low, high, strict=True))


def _rounded(loss: float) -> float:
    """Cut a loss after ten decimals, as ARX does."""
    return math.floor(loss * 1e10) / 1e10
