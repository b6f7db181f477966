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

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    """

    distinct: int
    entropy: float
    recursive_c: float | None
    equal_t: float
    delta: float
    beta: float
    enhanced_beta: float
    alpha: float


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


def sensitive_models(cells: ClassCells, column: str, sizes: Ints) -> SensitiveModels:
    """Return the models of one sensitive column of a table with at least one row."""
    class_id, code, count = _margin(cells, column)
    share = _shares(code, count)
    distinct = int(np.bincount(class_id).min())
    worst = [
        _block_models(*block, share, distinct) for block in _blocks(class_id, code, count, sizes)
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
    )


def _margin(cells: ClassCells, column: str) -> tuple[Ints, Ints, Ints]:
    """Return the cells of class x one sensitive column, summed over the other columns."""
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
    class_id: Ints, code: Ints, count: Ints, sizes: Ints, share: Floats, distinct: int
) -> SensitiveModels:
    """Return the worst of every model over the classes of one block."""
    q, p = count / sizes[class_id], share[code]
    ratio = q / p
    entropy = np.bincount(class_id, weights=-q * np.log(q))
    # Values absent from a class differ by p_s; written over the values that are present, the sum
    # of |q - p| over all values is 1 + Σ(|q - p| - p).
    distance = 0.5 * (1.0 + np.bincount(class_id, weights=np.abs(q - p) - p))
    return SensitiveModels(
        distinct=distinct,
        entropy=float(np.exp(entropy.min())),
        recursive_c=_recursive_c(class_id, count, distinct) if distinct >= 2 else None,
        equal_t=float(max(distance.max(), 0.0)),
        delta=float(np.abs(np.log(ratio)).max()),
        beta=float(max(ratio.max() - 1.0, 0.0)),
        enhanced_beta=0.0,
        alpha=float(q.max()),
    )


def _recursive_c(class_id: Ints, count: Ints, distinct: int) -> float:
    """Return max_e r_1 / (r_l + ... + r_m), counts of a class from large to small."""
    order = np.lexsort((-count, class_id))
    count = count[order]
    first = np.searchsorted(class_id, np.arange(class_id[-1] + 1))
    rank = np.arange(class_id.size) - first[class_id]
    tail = np.bincount(class_id, weights=np.where(rank >= distinct - 1, count, 0))
    return float((count[first] / tail).max())
