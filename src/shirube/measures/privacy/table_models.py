# SPDX-License-Identifier: Apache-2.0
"""The models of ``class_models`` where each class has a count for each value, and most are there.

The same definitions, computed for many classes at once, value by value: no cell is looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.measures.privacy.class_models import SensitiveModels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from shirube.measures.privacy.class_distances import Tree
    from shirube.measures.privacy.class_models import Asked
    from shirube.terms.cells import SensitiveTable

    Floats = NDArray[np.float64]

_BLOCK = 1 << 16
"""Counts per block: what is computed of them stays in the processor's cache."""


def models_of_table(found: SensitiveTable, asked: Asked) -> SensitiveModels:
    """Return the models of one sensitive column of a table with at least one row."""
    rows, distinct = _rows_and_distinct(found)
    worst = _Worst(rows / rows.sum(), distinct, asked)
    for block in _blocks(found):
        worst.add(block)
    return worst.models(float(rows.sum()))


def _blocks(found: SensitiveTable) -> Iterator[NDArray[Any]]:
    """Yield the counts of some classes at a time: values down, classes across."""
    step = max(1, _BLOCK // found.count.shape[1])
    for start in range(0, len(found.count), step):
        yield found.count[start : start + step].T


def _rows_and_distinct(found: SensitiveTable) -> tuple[Floats, int]:
    """Return N_s, and how many different values each class has at least."""
    distinct = found.count.shape[1]
    rows = np.zeros(distinct)
    for block in _blocks(found):
        rows += block.sum(axis=1, dtype=np.int64)
        distinct = min(distinct, int(_how_many(block > 0).min()))
    return rows, distinct


def _how_many(there: NDArray[np.bool_]) -> NDArray[Any]:
    """Return how many values each class has."""
    # Added up in bytes where a byte holds them: counting truths costs six times as much.
    kind = np.min_scalar_type(len(there))
    return np.asarray(np.add.reduce(there.view(np.uint8), axis=0, dtype=kind))


class _Worst:
    """The worst of every model over the classes so far."""

    def __init__(self, share: Floats, distinct: int, asked: Asked) -> None:
        self._share, self._distinct, self._asked = share, distinct, asked
        self._entropy = self._least = np.inf
        self._recursive = self._most = self._alpha = self._outside = 0.0
        self._equal = self._ordered = self._tree = 0.0

    def add(self, block: NDArray[Any]) -> None:
        """Look at some classes: values down, classes across."""
        asked, share = self._asked, self._share
        count = block.astype(np.float64, order="C")
        size, there = count.sum(axis=0), block > 0
        q = np.divide(count, size, out=count)
        alpha = block.max(axis=0) / size  # as the largest share is rounded
        # The share of a value that a class does not have stands as 1, which changes neither the
        # logarithms nor the smallest share of the value: some class has it.
        here = q.copy()
        np.copyto(here, 1.0, where=~there)
        self._least = min(self._least, float((here.min(axis=1) / share).min()))
        self._most = max(self._most, float((q.max(axis=1) / share).max()))
        self._alpha = max(self._alpha, float(alpha.max()))
        self._outside += float(size[(size < asked.k) | (alpha > asked.alpha)].sum())
        if self._distinct >= 2:
            tail = _how_many(there).astype(np.int64) - (self._distinct - 1)
            self._look_at_tails(block, alpha / (tail * here.min(axis=0)))
        np.log(here, out=here)
        here *= q
        self._entropy = min(self._entropy, float(np.exp(-here.sum(axis=0).max())))
        q -= share[:, None]
        self._equal = max(self._equal, float(np.abs(q, out=here).sum(axis=0).max() / 2))
        if asked.tree:
            self._tree = max(self._tree, _in_tree(q, asked.tree))
        if asked.ordered and len(q) > 1:
            moved = np.abs(np.cumsum(q, axis=0)).sum(axis=0) / (len(q) - 1)
            self._ordered = max(self._ordered, float(moved.max()))

    def _look_at_tails(self, block: NDArray[Any], most: Floats) -> None:
        """Sort the counts of the classes whose r_1 / (r_l + ... + r_m) can be the largest."""
        for found in (most == most.max(), most > self._recursive):
            counts = np.sort(block[:, found & (most > self._recursive)].T.astype(np.int64), axis=1)
            if len(counts):
                tails = counts[:, : counts.shape[1] - self._distinct + 1].sum(axis=1)
                self._recursive = max(self._recursive, float((counts[:, -1] / tails).max()))

    def models(self, rows: float) -> SensitiveModels:
        """Return the models of all classes of so many rows."""
        beta = max(self._most - 1.0, 0.0)
        return SensitiveModels(
            distinct=self._distinct,
            entropy=round(self._entropy, 12),  # as ``class_models`` has it
            recursive_c=self._recursive if self._distinct >= 2 else None,
            equal_t=self._equal,
            delta=float(np.abs(np.log([self._least, self._most])).max()),
            beta=beta,
            enhanced_beta=min(beta, float(-np.log(self._share.min()))),
            alpha=self._alpha,
            ordered_t=min(self._ordered, 1.0) if self._asked.ordered else None,
            tree_t=self._tree if self._asked.tree else None,
            outside=self._outside / rows,
        )


def _in_tree(off: Floats, tree: Tree) -> float:
    """Return the largest mean, over the levels, of the equal distance between a level's nodes.

    ``off`` is q - p of each value; that of a node is the sum over its values.
    """
    found = np.zeros(off.shape[1])
    for nodes in tree.levels:
        moved = np.zeros((int(nodes.max()) + 1, off.shape[1]))
        np.add.at(moved, nodes, off)
        found += np.abs(moved).sum(axis=0) / 2
    return float(found.max() / len(tree.levels))
