# SPDX-License-Identifier: Apache-2.0
"""Privacy models of equivalence classes, computed from their profiles with numpy.

In every formula a class e holds n_e rows, n_es of them with the sensitive value s; the table holds
N rows, N_s of them with s; q_es = n_es / n_e and p_s = N_s / N. Work goes block by block over
classes, so memory beyond the cells stays small however many classes there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.measures.privacy.class_distances import (
    equal_distances,
    ordered_distances,
    tree_distances,
)
from shirube.terms.cells import SensitiveTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.measures.privacy.class_distances import Tree
    from shirube.terms.cells import SensitiveProfiles

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_BLOCK = 1 << 15
"""Cells per block: what is computed of them stays in the processor's cache."""


@dataclass(frozen=True)
class SensitiveModels:
    """The models of one sensitive column: the worst over all classes.

    Attributes
    ----------
    distinct, entropy
        l of distinct l-diversity and of entropy l-diversity, min_e exp(H(q_e)).
    recursive_c
        Smallest c of recursive (c, l)-diversity at l = ``distinct``; None where l < 2.
    equal_t, delta, beta, enhanced_beta, alpha
        t (equal distance), δ, basic and enhanced β, α.
    ordered_t, tree_t
        t by the order of the values and by a hierarchy; None where there is none.
    outside
        Share of records in classes that are smaller than k or in which one value exceeds α.
    """

    distinct: int
    entropy: float
    recursive_c: float | None
    equal_t: float
    delta: float
    beta: float
    enhanced_beta: float
    alpha: float
    ordered_t: float | None
    tree_t: float | None
    outside: float


@dataclass(frozen=True)
class Asked:
    """What is asked about a sensitive column beside its values.

    Attributes
    ----------
    ordered, tree
        Whether the codes follow an order that means something; the hierarchy, if there is one.
    k, alpha
        The class size and the share of (α, k)-anonymity.
    """

    ordered: bool = False
    tree: Tree | None = None
    k: int = 5
    alpha: float = 0.5


def sensitive_models(
    found: SensitiveProfiles | SensitiveTable, asked: Asked | None = None
) -> SensitiveModels:
    """Return the models of one sensitive column of a table with at least one row."""
    asked = asked or Asked()
    if isinstance(found, SensitiveTable):
        from shirube.measures.privacy.table_models import models_of_table

        return models_of_table(found, asked)
    rows = _rows(found)
    share = rows / rows.sum()
    distinct = int(np.diff(found.first, append=np.int32(len(found.code))).min())
    worst = [_block_models(block, share, distinct, asked) for block in _blocks(found)]
    beta = max(block.beta for block in worst)
    return SensitiveModels(
        distinct=distinct,
        # Twelve decimals: a class of l equally frequent values has l, not l minus rounding.
        entropy=round(min(block.entropy for block in worst), 12),
        recursive_c=None if distinct < 2 else max(block.recursive_c or 0.0 for block in worst),
        equal_t=max(block.equal_t for block in worst),
        delta=max(block.delta for block in worst),
        beta=beta,
        enhanced_beta=min(beta, float(-np.log(share.min()))),
        alpha=max(block.alpha for block in worst),
        ordered_t=max(block.ordered_t or 0.0 for block in worst) if asked.ordered else None,
        tree_t=max(block.tree_t or 0.0 for block in worst) if asked.tree else None,
        outside=sum(block.outside for block in worst) / float(rows.sum()),
    )


@dataclass(frozen=True, eq=False)
class _Block:
    """Profiles looked at together: where the cells of each begin, and how many they are."""

    first: Ints
    cells: Ints
    code: Ints
    count: Ints
    classes: Ints

    def of_cells(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return what each profile has for each of its cells."""
        return np.repeat(values, self.cells)


def _blocks(found: SensitiveProfiles) -> Iterator[_Block]:
    """Cut between profiles."""
    start = 0
    while start < len(found.first):
        cell = int(found.first[start])
        # Of the type of the array, which would be copied to be compared with another one.
        bound = found.first.dtype.type(min(cell + _BLOCK, len(found.code)))
        end = int(np.searchsorted(found.first, bound))
        last = int(found.first[end]) if end < len(found.first) else len(found.code)
        first = found.first[start:end].astype(np.int64) - cell
        yield _Block(
            first=first,
            cells=np.diff(first, append=last - cell),
            code=found.code[cell:last].astype(np.int64),
            count=found.count[cell:last].astype(np.int64),
            classes=found.classes[start:end].astype(np.int64),
        )
        start = end


def _rows(found: SensitiveProfiles) -> Floats:
    """Return N_s. Counts stay below 2**53, so that float sums are exact."""
    rows = np.zeros(int(found.code.max()) + 1)
    for block in _blocks(found):
        weights = (block.count * block.of_cells(block.classes)).astype(np.float64)
        rows += np.bincount(block.code, weights=weights, minlength=len(rows))
    return rows


def _block_models(block: _Block, share: Floats, distinct: int, asked: Asked) -> SensitiveModels:
    """Return the worst of every model over the profiles of one block; ``outside`` in records."""
    first, code, count = block.first, block.code, block.count
    size = np.add.reduceat(count, first)
    q, p = count / block.of_cells(size), share[code]
    ratio = q / p
    entropy = np.add.reduceat(q * np.log(q), first)
    largest = np.maximum.reduceat(count, first)
    most = largest / size
    outside = (size * block.classes)[(size < asked.k) | (most > asked.alpha)]
    in_order = by_tree = None
    if asked.ordered or asked.tree:
        owner = block.of_cells(np.arange(len(first)))
        if asked.ordered:
            in_order = ordered_distances(owner, code, q, share).max()
        if asked.tree:
            by_tree = tree_distances(owner, code, count, size, share, asked.tree).max()
    return SensitiveModels(
        distinct=distinct,
        entropy=float(np.exp(-entropy.max())),
        recursive_c=(float((largest / _tails(block, distinct)).max()) if distinct >= 2 else None),
        equal_t=float(equal_distances(first, q, p).max()),
        delta=float(np.abs(np.log([ratio.min(), ratio.max()])).max()),
        beta=float(max(ratio.max() - 1.0, 0.0)),
        enhanced_beta=0.0,
        alpha=float(most.max()),
        ordered_t=in_order,
        tree_t=by_tree,
        outside=float(outside.sum()),
    )


def _tails(block: _Block, distinct: int) -> Ints:
    """Return r_l + ... + r_m, l = ``distinct``, counts of a class from large to small."""
    width = int(block.count.max()) + 1
    # Sorting values costs a tenth of sorting places, and the classes keep theirs.
    kind: Any = np.int32 if width * (len(block.first) + 1) < 2**31 else np.int64
    ends = block.of_cells(np.arange(1, len(block.first) + 1, dtype=kind) * kind(width))
    key = ends - block.count.astype(kind)
    key.sort()
    descending = ends - key
    # From the l-th count of a class to the next class, and from there to its l-th count.
    bounds = np.repeat(block.first, 2)
    bounds[::2] += distinct - 1
    bounds[1:-1:2] = block.first[1:]
    return np.asarray(np.add.reduceat(descending, bounds[:-1])[::2], np.int64)
