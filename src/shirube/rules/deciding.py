# SPDX-License-Identifier: Apache-2.0
"""The part of a condition that decides its answer, so that a reason is short and true."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shirube.rules.judging import judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Node


def deciding(tree: Node, row: Mapping[str, Scalar]) -> Node:
    """Return the smallest part of a condition that gives its answer.

    One false part decides an *and*, one true part an *or*; where the answer is open, the open parts
    are what it hangs on. Everything else stands as it is.

    Parameters
    ----------
    tree
        A compiled condition.
    row
        Name -> value; a name that is absent is NULL.
    """
    if tree[0] not in ("and", "or"):
        return tree
    answer = judge(tree, row)
    parts = [part for part in cast("tuple[Node, ...]", tree[1:]) if judge(part, row) is answer]
    one_is_enough = answer is (tree[0] == "or")
    kept = [deciding(part, row) for part in (parts[:1] if one_is_enough else parts)]
    return kept[0] if len(kept) == 1 else (tree[0], *kept)
