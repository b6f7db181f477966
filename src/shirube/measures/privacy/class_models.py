# SPDX-License-Identifier: Apache-2.0
"""Privacy models of equivalence classes, computed from class cells with numpy.

In every formula a class e holds n_e rows, n_es of them with the sensitive value s; the table holds
N rows, N_s of them with s; q_es = n_es / n_e and p_s = N_s / N. Work goes block by block over
classes, so memory beyond the cells stays small however many classes there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.privacy.class_distances import (
    equal_distances,
    ordered_distances,
    tree_distances,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.measures.privacy.class_distances import Tree
    from shirube.terms.cells import ClassCells

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_BLOCK = 1 << 20
"""Cells per block."""


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


def class_sizes(cells: ClassCells) -> Ints:
    """Return the number of rows of every class."""
    classes = int(cells.class_id[-1]) + 1 if cells.class_id.size else 0
    sizes = np.zeros(classes, np.int64)
    for start in range(0, cells.class_id.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        first = int(cells.class_id[start])
        counted = np.bincount(cells.class_id[part] - first, weights=cells.count[part])
        sizes[first : first + counted.size] += counted.astype(np.int64)
    return sizes


def sensitive_models(
    cells: ClassCells, column: str, sizes: Ints, asked: Asked | None = None
) -> SensitiveModels:
    """Return the models of one sensitive column of a table with at least one row."""
    asked = asked or Asked()
    class_id, code, count = _margin(cells, column)
    share = _shares(code, count)
    distinct = int(np.bincount(class_id).min())
    worst = [
        _block_models(*block, share, distinct, asked)
        for block in _blocks(class_id, code, count, sizes)
    ]
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
        outside=sum(block.outside for block in worst) / cells.rows,
    )


def _margin(cells: ClassCells, column: str) -> tuple[Ints, Ints, Ints]:
    """Return the cells of class x one sensitive column, summed over the other columns."""
    if column in cells.margins:
        margin = cells.margins[column]
        return margin.class_id, margin.code, margin.count
    code = cells.sensitive[column]
    if len(cells.sensitive) == 1:
        return cells.class_id, code, cells.count
    order = np.lexsort((code, cells.class_id))
    class_id, code = cells.class_id[order], code[order]
    new = np.ones(order.size, bool)
    new[1:] = (class_id[1:] != class_id[:-1]) | (code[1:] != code[:-1])
    starts = np.flatnonzero(new)
    return class_id[starts], code[starts], np.add.reduceat(cells.count[order], starts)


def _shares(code: Ints, count: Ints) -> Floats:
    """Return p_s. Counts stay below 2**53, so that float sums are exact."""
    rows = np.bincount(code, weights=count).astype(np.float64)
    shares: Floats = rows / rows.sum()
    return shares


def _blocks(
    class_id: Ints, code: Ints, count: Ints, sizes: Ints
) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """Cut at borders of classes; class ids start at 0 within each block."""
    start = 0
    while start < class_id.size:
        end = min(start + _BLOCK, class_id.size)
        end = int(np.searchsorted(class_id, class_id[end - 1], side="right"))
        first, last = int(class_id[start]), int(class_id[end - 1])
        yield (
            class_id[start:end] - first,
            code[start:end],
            count[start:end],
            sizes[first : last + 1],
        )
        start = end


def _block_models(
    class_id: Ints,
    code: Ints,
    count: Ints,
    sizes: Ints,
    share: Floats,
    distinct: int,
    asked: Asked,
) -> SensitiveModels:
    """Return the worst of every model over the classes of one block; ``outside`` in records."""
    q, p = count / sizes[class_id], share[code]
    ratio = q / p
    entropy = np.bincount(class_id, weights=-q * np.log(q))
    most = np.maximum.reduceat(q, np.flatnonzero(np.diff(class_id, prepend=-1)))
    outside = sizes[(sizes < asked.k) | (most > asked.alpha)]
    in_order = ordered_distances(class_id, code, q, share).max() if asked.ordered else None
    by_tree = (
        tree_distances(class_id, code, count, sizes, share, asked.tree).max()
        if asked.tree
        else None
    )
    return SensitiveModels(
        distinct=distinct,
        entropy=float(np.exp(entropy.min())),
        recursive_c=_recursive_c(class_id, count, distinct) if distinct >= 2 else None,
        equal_t=float(equal_distances(class_id, q, p).max()),
        delta=float(np.abs(np.log([ratio.min(), ratio.max()])).max()),
        beta=float(max(ratio.max() - 1.0, 0.0)),
        enhanced_beta=0.0,
        alpha=float(q.max()),
        ordered_t=in_order,
        tree_t=by_tree,
        outside=float(outside.sum()),
    )


def _recursive_c(class_id: Ints, count: Ints, distinct: int) -> float:
    """Return max_e r_1 / (r_l + ... + r_m), counts of a class from large to small."""
    width = int(count.max()) + 1
    # Sorting values costs a tenth of sorting places, and the classes keep theirs.
    base = class_id * width + (width - 1)
    count = base - np.sort(base - count)
    first = np.searchsorted(class_id, np.arange(class_id[-1] + 1))
    rank = np.arange(class_id.size) - first[class_id]
    tail = np.bincount(class_id, weights=np.where(rank >= distinct - 1, count, 0))
    return float((count[first] / tail).max())
