# SPDX-License-Identifier: Apache-2.0
"""Judging a condition: three-valued as in SQL, in pure Python, and never a silent pass.

NULL is unknown and stays unknown; NaN, infinity and overflow are NULL; a value of another type
than the one it is compared with is NULL. TRUE needs every fact that the answer hangs on.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Node

Answer = bool | None
_Operand = float | str | bool | dt.date | None


def judge(tree: Node, row: Mapping[str, Scalar]) -> Answer:
    """Return True, False, or None where the facts do not decide.

    Parameters
    ----------
    tree
        A compiled condition.
    row
        Name -> value; a name that is absent is NULL.
    """
    head, parts = tree[0], cast("tuple[Node, ...]", tree[1:])
    if head in ("and", "or", "not"):
        return _junction(str(head), tuple(judge(part, row) for part in parts))
    if head in ("name", "value"):
        value = _operand(tree, row)
        return value if isinstance(value, bool) else None
    return _question(str(head), tuple(_operand(part, row) for part in parts))


def unknown_names(tree: Node, row: Mapping[str, Scalar]) -> tuple[str, ...]:
    """Return the names without which the answer stays open; empty when it is decided."""
    if judge(tree, row) is not None:
        return ()
    found: dict[str, None] = {}
    _collect(tree, row, found)
    return tuple(found)


def _junction(head: str, answers: tuple[Answer, ...]) -> Answer:
    if head == "not":
        return _not(answers[0])
    return _all(answers) if head == "and" else _any(answers)


def _question(head: str, operands: tuple[_Operand, ...]) -> Answer:
    """Answer a comparison, a membership, a range, or whether a name is NULL."""
    if head == "is_null":
        return operands[0] is None
    if head == "in":
        return _any(tuple(_compare("=", operands[0], item) for item in operands[1:]))
    if head == "between":
        item, low, high = operands
        return _all((_compare(">=", item, low), _compare("<=", item, high)))
    return _compare(head, operands[0], operands[1])


def _collect(tree: Node, row: Mapping[str, Scalar], found: dict[str, None]) -> None:
    if tree[0] == "name":
        if _operand(tree, row) is None:
            found[str(tree[1])] = None
    elif tree[0] in ("and", "or", "not"):
        for part in cast("tuple[Node, ...]", tree[1:]):
            if judge(part, row) is None:
                _collect(part, row, found)
    elif tree[0] not in ("value", "date"):
        for part in cast("tuple[Node, ...]", tree[1:]):
            _collect(part, row, found)


def _all(answers: tuple[Answer, ...]) -> Answer:
    """Kleene's AND: one False decides, else one None leaves it open."""
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def _any(answers: tuple[Answer, ...]) -> Answer:
    """Kleene's OR: one True decides, else one None leaves it open."""
    return _not(_all(tuple(_not(answer) for answer in answers)))


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _operand(tree: Node, row: Mapping[str, Scalar]) -> _Operand:
    head = tree[0]
    if head == "name":
        return _clean(row.get(str(tree[1])))
    if head == "value":
        return _clean(cast("Scalar", tree[1]))
    if head == "date":
        return dt.date.fromisoformat(str(tree[1]))
    left, right = (_operand(cast("Node", part), row) for part in tree[1:3])
    return _calculate(str(head), left, right)


def _clean(value: Scalar | dt.date) -> _Operand:
    """Numbers become finite doubles; what is not finite is not known."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _calculate(sign: str, left: _Operand, right: _Operand) -> _Operand:
    if not (_is_number(left) and _is_number(right)):
        return None
    one, other = cast("float", left), cast("float", right)
    result = {"+": one + other, "-": one - other, "*": one * other}[sign]
    return result if math.isfinite(result) else None


def _is_number(value: _Operand) -> bool:
    return isinstance(value, float) and not isinstance(value, bool)


def _compare(sign: str, left: _Operand, right: _Operand) -> Answer:
    if left is None or right is None or type(left) is not type(right):
        return None
    if sign == "=":
        return left == right
    if sign == "<>":
        return left != right
    if isinstance(left, str | bool):
        return None
    return _ordered(sign, left, right)


def _ordered(sign: str, left: float | dt.date, right: _Operand) -> bool:
    other = cast("float", right)
    one = cast("float", left)
    if sign in ("<", "<="):
        return one < other if sign == "<" else one <= other
    return one > other if sign == ">" else one >= other
