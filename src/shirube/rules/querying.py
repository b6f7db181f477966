# SPDX-License-Identifier: Apache-2.0
"""A condition as DuckDB SQL, for a register of many subjects; equal to ``judge`` row by row.

Sums and products are taken as DOUBLE and are NULL when they overflow: ``+ - *`` never turn
infinity or NaN into a finite number again, so it is enough to look at the outermost result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shirube.rules.language import ARITHMETIC
from shirube.terms.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Node


def sql(tree: Node, columns: Mapping[str, str]) -> str:
    """Return the condition as a DuckDB expression that is TRUE, FALSE or NULL.

    Parameters
    ----------
    tree
        A compiled condition.
    columns
        Name -> the SQL that holds its value: a quoted column or a literal. Columns of numbers are
        DOUBLE and hold no NaN and no infinity.
    """
    head = str(tree[0])
    parts = cast("tuple[Node, ...]", tree[1:])
    if head in ("and", "or"):
        return "(" + f" {head} ".join(sql(part, columns) for part in parts) + ")"
    if head == "not":
        return f"(not {sql(parts[0], columns)})"
    if head in ("name", "value"):
        return _operand(tree, columns)
    return _comparison(head, [_operand(part, columns) for part in parts])


def _comparison(head: str, operands: list[str]) -> str:
    if head == "is_null":
        return f"({operands[0]} is null)"
    if head == "in":
        return f"({operands[0]} in ({', '.join(operands[1:])}))"
    if head == "between":
        return f"({operands[0]} between {operands[1]} and {operands[2]})"
    return f"({operands[0]} {head} {operands[1]})"


def literal(value: Scalar) -> str:
    """Return a value as SQL; numbers as DOUBLE, texts quoted."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        text = repr(float(value))
        return text if "e" in text else f"{text}e0"
    return "'" + value.replace("'", "''") + "'"


def _operand(tree: Node, columns: Mapping[str, str]) -> str:
    if tree[0] not in ARITHMETIC:
        return _plain(tree, columns)
    text = _plain(tree, columns)
    return f"case when isfinite({text}) then {text} end"


def _plain(tree: Node, columns: Mapping[str, str]) -> str:
    head = str(tree[0])
    if head == "name":
        if str(tree[1]) not in columns:
            raise InternalError(f"no column for {tree[1]}")
        return columns[str(tree[1])]
    if head == "value":
        return literal(cast("Scalar", tree[1]))
    if head == "date":
        return f"date '{tree[1]}'"
    left, right = (_plain(cast("Node", part), columns) for part in tree[1:3])
    return f"({left} {head} {right})"
