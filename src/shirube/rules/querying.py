# SPDX-License-Identifier: Apache-2.0
"""A question about texts, dates or true-or-false names as SQL; equal to ``judge`` row by row.

Comparisons of numbers are judged in ``planes``; every database answers these ones alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shirube.terms.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Node


def sql(question: Node, columns: Mapping[str, str], text: Callable[[str], str]) -> str:
    """Return the question as an SQL expression that is TRUE, FALSE or NULL.

    Parameters
    ----------
    question
        A part of a condition, as ``planes.questions`` gives it.
    columns
        Name -> the SQL that holds its value; a name that is not among them is NULL.
    text
        How the database writes a text.
    """
    head = str(question[0])
    parts = cast("tuple[Node, ...]", question[1:])
    if head == "name":
        return _operand(question, columns, text)
    operands = [_operand(part, columns, text) for part in parts]
    if head == "is_null":
        return f"({operands[0]} is null)"
    if head == "in":
        return f"({operands[0]} in ({', '.join(operands[1:])}))"
    if head == "between":
        return f"({operands[0]} between {operands[1]} and {operands[2]})"
    return f"({operands[0]} {head} {operands[1]})"


def _operand(tree: Node, columns: Mapping[str, str], text: Callable[[str], str]) -> str:
    if tree[0] == "name":
        return columns.get(str(tree[1]), "null")
    if tree[0] == "date":
        return f"date '{tree[1]}'"
    if tree[0] != "value":
        raise InternalError(f"no text, date or truth: {tree}")
    value = cast("Scalar", tree[1])
    if isinstance(value, bool):
        return "true" if value else "false"
    return text(value) if isinstance(value, str) else "null"
