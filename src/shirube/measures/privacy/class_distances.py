# SPDX-License-Identifier: Apache-2.0
"""How far a class lies from the table when some values are nearer to each other than others.

Both are earth mover's distances (Li et al. 2007): how much probability has to be moved how far to
turn the distribution q of a class into p of the table, where the largest distance is 1. They need
present cells only, like everything that is computed from class cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """A hierarchy over the values of a sensitive column.

    ``levels`` holds per level, from the values themselves upwards and without the root, the number
    of the node above each code.
    """

    levels: tuple[Ints, ...]


def equal_distances(first: Ints, q: Floats, p: Floats) -> Floats:
    """Return ½ Σ|q - p| of each class; ``first`` says where the cells of each begin.

    Values absent from a class differ by p; written over the values that are present, the sum of
    |q - p| over all values is 1 + Σ(|q - p| - p).
    """
    moved = np.add.reduceat(np.abs(q - p) - p, first)
    return np.asarray(np.maximum(0.5 * (1.0 + moved), 0.0), np.float64)


def ordered_distances(class_id: Ints, code: Ints, q: Floats, share: Floats) -> Floats:
    """Return Σ_i |Q_i - P_i| / (m - 1) of each class, Q and P cumulated in the order of codes.

    Two neighbours of m values are 1 / (m - 1) apart. Q is constant between two present values, so
    each stretch is summed at once from running sums of P.
    """
    values, classes = len(share), int(class_id[-1]) + 1
    if values < 2:
        return np.zeros(classes)
    up_to = np.cumsum(share)  # P_i
    running = np.concatenate(([0.0], np.cumsum(up_to)))
    first = np.searchsorted(class_id, np.arange(classes))
    total = np.cumsum(q)
    before = np.concatenate(([0.0], total))[first]
    reached = total - before[class_id]  # Q from this value up to the next one
    end = np.append(code[1:], values)
    end[np.append(first[1:] - 1, len(code) - 1)] = values
    stretches = _stretch(reached, code, end, up_to, running)
    found = np.asarray(np.bincount(class_id, weights=stretches), np.float64)
    found += running[code[first]]  # before the first present value Q is 0
    return np.clip(found / (values - 1), 0.0, 1.0)


def _stretch(level: Floats, start: Ints, end: Ints, up_to: Floats, running: Floats) -> Floats:
    """Return Σ |level - P_i| over start <= i < end."""
    crossing = np.clip(np.searchsorted(up_to, level), start, end)
    below = level * (crossing - start) - (running[crossing] - running[start])
    above = (running[end] - running[crossing]) - level * (end - crossing)
    found: Floats = below + above
    return found


def tree_distances(
    class_id: Ints, code: Ints, count: Ints, sizes: Ints, share: Floats, tree: Tree
) -> Floats:
    """Return the distance of each class where two values are as far apart as their common node.

    With the ground distance height(common node) / H, the sum of Li et al. over all nodes telescopes
    to the mean, over the levels below the root, of the equal distance between the level's nodes.
    """
    found = np.zeros(int(class_id[-1]) + 1)
    for nodes in tree.levels:
        at = nodes[code]
        mass = np.bincount(nodes, weights=share)
        key = class_id * len(mass) + at
        merged, where = np.unique(key, return_inverse=True)
        rows = np.bincount(where, weights=count)
        owner = merged // len(mass)
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        found += equal_distances(first, rows / sizes[owner], mass[merged % len(mass)])
    found /= len(tree.levels)
    return found
