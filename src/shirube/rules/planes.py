# SPDX-License-Identifier: Apache-2.0
"""Judging a condition for many rows at once, in bit planes; equal to ``judge`` row by row.

An answer is a pair of planes, one bit a row: where it is TRUE, and where it is FALSE; where neither
bit stands it is NULL. So Kleene's AND is one ``&`` and one ``|`` for 64 rows. Numbers are compared
here; questions about texts, dates and true-or-false names are asked of the database beforehand
(``questions``) and come in as planes. Each part of a condition is answered once, whichever rules
ask it: trees are the keys.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from shirube.rules.language import ARITHMETIC, names_in
from shirube.terms.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Node

Plane = NDArray[np.uint64]
Numbers = NDArray[np.float64]

_JUNCTIONS = ("and", "or", "not")
_CALCULATE = {"+": np.add, "-": np.subtract, "*": np.multiply}
_COMPARE = {
    "=": np.equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


class Answers(NamedTuple):
    """Where a condition is TRUE and where it is FALSE."""

    true: Plane
    false: Plane


class Rows:
    """Facts of many subjects side by side, and the answers already found.

    Parameters
    ----------
    count
        The number of rows.
    numbers
        Name -> a value for each row; NaN where it is not known or not finite.
    answers
        The questions of ``questions`` with what the database answered.
    """

    def __init__(
        self, count: int, numbers: Mapping[str, Numbers], answers: Mapping[Node, Answers]
    ) -> None:
        self.count = count
        self.all = plane(np.ones(count, np.bool_))
        self.none = np.zeros_like(self.all)
        self._numbers: dict[Node, Numbers] = {("name", n): each for n, each in numbers.items()}
        self._known: dict[Node, Plane] = {}
        self._answers = dict(answers)

    def judge(self, tree: Node) -> Answers:
        """Return where a condition is TRUE and where FALSE; a name that is nowhere is NULL."""
        found = self._answers.get(tree)
        if found is None:
            found = self._answers[tree] = self._judge(tree)
        return found

    def _judge(self, tree: Node) -> Answers:
        head, parts = str(tree[0]), cast("tuple[Node, ...]", tree[1:])
        if head in _JUNCTIONS:
            return self._junction(head, [self.judge(part) for part in parts])
        if head == "in":
            return self.judge(("or", *(("=", parts[0], item) for item in parts[1:])))
        if head == "between":
            return self.judge(("and", (">=", parts[0], parts[1]), ("<=", parts[0], parts[2])))
        if head in ("name", "value"):
            return Answers(*(self.all if tree[1] is each else self.none for each in (True, False)))
        if head == "is_null":
            known = self._is_known(parts[0])
            return Answers(self.all & ~known, known)
        return self._comparison(head, parts[0], parts[1])

    def _junction(self, head: str, parts: list[Answers]) -> Answers:
        if head == "not":
            return Answers(parts[0].false, parts[0].true)
        one, every = np.bitwise_or, np.bitwise_and
        true, false = [part.true for part in parts], [part.false for part in parts]
        if head == "and":
            return Answers(reduce(every, true), reduce(one, false))
        return Answers(reduce(one, true), reduce(every, false))

    def _comparison(self, sign: str, left: Node, right: Node) -> Answers:
        """Compare two numbers; a comparison with NaN is false, so that it is TRUE nowhere."""
        known = self._is_known(left) & self._is_known(right)
        one, other = self._operand(left), self._operand(right)
        held = np.broadcast_to(_COMPARE["=" if sign == "<>" else sign](one, other), self.count)
        true = plane(held)
        if sign == "<>":
            return Answers(known & ~true, true)
        return Answers(true, known & ~true)

    def _is_known(self, tree: Node) -> Plane:
        if tree not in self._known:
            finite = np.broadcast_to(np.isfinite(self._operand(tree)), self.count)
            self._known[tree] = plane(finite)
        return self._known[tree]

    def _operand(self, tree: Node) -> Numbers | float:
        found = self._numbers.get(tree)
        if found is not None:
            return found
        if tree[0] == "value" and not isinstance(tree[1], str | bool):
            return np.nan if tree[1] is None else float(cast("float", tree[1]))
        if tree[0] in ARITHMETIC:
            return self._calculated(tree)
        if tree[0] != "name":
            raise InternalError(f"no number: {tree}")
        return np.nan

    def _calculated(self, tree: Node) -> Numbers | float:
        """Return a sum, a difference or a product, NaN where it overflows.

        ``+ - *`` never turn infinity or NaN into a finite number again.
        """
        left, right = (self._operand(cast("Node", part)) for part in tree[1:3])
        with np.errstate(over="ignore", invalid="ignore"):
            result = _CALCULATE[str(tree[0])](left, right)
        finite = np.where(np.isfinite(result), result, np.nan)
        if finite.ndim == 0:
            return float(finite)
        self._numbers[tree] = finite
        return finite


def plane(flags: NDArray[np.bool_]) -> Plane:
    """Return one bit for each flag, in words of 64."""
    packed = np.zeros((flags.size + 63) // 64 * 8, np.uint8)
    packed[: (flags.size + 7) // 8] = np.packbits(flags, bitorder="little")
    return packed.view(np.uint64)


def flags(bits: Plane, count: int) -> NDArray[np.bool_]:
    """Return a flag for each row again."""
    return np.unpackbits(bits.view(np.uint8), count=count, bitorder="little").view(np.bool_)


def count(bits: Plane) -> int:
    """Return how many bits stand."""
    return int(np.bitwise_count(bits).sum())


def counts(bits: Plane, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many bits stand between each two edges, which are numbers of rows, ascending."""
    before = np.zeros(len(bits) + 1, np.int64)
    np.cumsum(np.bitwise_count(bits), out=before[1:])
    word, bit = edges >> 6, (edges & 63).astype(np.uint64)
    parts = np.append(bits, np.uint64(0))[word] & ((np.uint64(1) << bit) - np.uint64(1))
    found: NDArray[np.int64] = np.diff(before[word] + np.bitwise_count(parts))
    return found


def with_values(tree: Node, values: Mapping[str, Scalar]) -> Node:
    """Return the condition with thresholds put in, so that equal conditions are equal trees."""
    if tree[0] == "name" and str(tree[1]) in values:
        return ("value", values[str(tree[1])])
    if tree[0] in ("name", "value", "date"):
        return tuple(tree)
    return (tree[0], *(with_values(cast("Node", part), values) for part in tree[1:]))


def questions(tree: Node, kinds: Mapping[str, str]) -> Iterator[Node]:
    """Yield the parts of a condition that are no comparison of numbers: a database answers them.

    ``kinds`` tells which names there are, with their types.
    """
    head, parts = tree[0], cast("tuple[Node, ...]", tree[1:])
    if head in _JUNCTIONS:
        for part in parts:
            yield from questions(part, kinds)
    elif head != "value" and not _numeric(tree, kinds):
        yield tree


def numbers_in(tree: Node, kinds: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of numbers that a condition uses."""
    return tuple(name for name in names_in(tree) if kinds.get(name) == "number")


def _numeric(tree: Node, kinds: Mapping[str, str]) -> bool:
    """Tell whether only numbers are looked at, and names that are not there."""
    if tree[0] == "name":
        return kinds.get(str(tree[1]), "number") == "number"
    if tree[0] == "value":
        return not isinstance(tree[1], str | bool)
    if tree[0] == "date":
        return False
    return all(_numeric(cast("Node", part), kinds) for part in tree[1:])
