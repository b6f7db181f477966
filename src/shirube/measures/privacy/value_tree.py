# SPDX-License-Identifier: Apache-2.0
"""A hierarchy over the values of a column, read from a further table.

The table has one row per value: the column that bears the name of the column it speaks of, and
beside it the value's group, the group's group and so on, in the order of the table's columns. The
root stands above the last column; a last column with a single label is the root itself. Values of
the two tables meet by keyed digests, so that none is read.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from shirube.measures.privacy.class_distances import Tree
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.terms.source import Source

    Ints = NDArray[np.int64]


def levels_of(hierarchy: Source, column: str) -> tuple[str, ...]:
    """Return the columns above the values, or refuse a table that is no hierarchy of the column."""
    names = [each.name for each in hierarchy.table.columns]
    if column not in names or len(names) < 2:
        raise Problem(
            _("The hierarchy has no column {name} with further columns beside it.").format(
                name=repr(column)
            ),
            where=hierarchy.table.dataset or None,
            why=_("It needs one row per value: the value, its group, the group's group and so on."),
            remedy=_("Its columns are: {names}.").format(names=", ".join(names[:30])),
        )
    return tuple(name for name in names if name != column)


def tree_of(hierarchy: Source, column: str, key: str, digests: NDArray[np.uint64]) -> Tree:
    """Return the tree over the codes of a column.

    Parameters
    ----------
    hierarchy, column
        The table, and the column whose values it groups.
    key, digests
        The digest key of this comparison, and the digest of the value of each code (0 for NULL).

    Raises
    ------
    Problem
        When a value is missing, stands twice with different groups, or a group has two parents.
        Neither the value nor the group is told: it can belong to one person.
    """
    names = levels_of(hierarchy, column)
    cells = hierarchy.class_cells([column], names, codes=True, digest_key=key)
    leaf = cells.digests[column][cells.codes[column]]
    if leaf.size != cells.class_id.size:
        raise _contradiction(hierarchy, _("a value stands in two groups"))
    order = np.argsort(leaf)
    at = np.minimum(np.searchsorted(leaf[order], digests), max(leaf.size - 1, 0))
    absent = leaf[order][at] != digests if leaf.size else np.ones(digests.size, bool)
    if absent.any():
        raise _missing(hierarchy, column, int(absent.sum()))
    rows = order[at]
    levels = [cells.class_id, *(cells.sensitive[name] for name in names)]
    for below, above in pairwise(levels[1:]):
        if len(np.unique(below)) != len(np.unique(np.stack((below, above)), axis=1).T):
            raise _contradiction(hierarchy, _("a group stands in two groups above it"))
    if len(np.unique(levels[-1])) == 1:
        levels.pop()  # a last column with a single label is the root
    return Tree(levels=tuple(level[rows] for level in levels))


def _contradiction(hierarchy: Source, what: str) -> Problem:
    return Problem(
        _("The hierarchy contradicts itself: {what}.").format(what=what),
        where=hierarchy.table.dataset or None,
        remedy=_("Give every value one row, and every group one group above it."),
    )


def _missing(hierarchy: Source, column: str, count: int) -> Problem:
    return Problem(
        _("Values of the column {name} that the hierarchy does not hold: {count}.").format(
            name=repr(column), count=count
        ),
        where=hierarchy.table.dataset or None,
        why=_("Which values is not told: a rare value can belong to one person."),
        remedy=_("Add a row for every value, also for an empty cell where the column has any."),
    )
