# SPDX-License-Identifier: Apache-2.0
"""The little SQL that counting needs, built from an allow-list; no query is ever pasted together.

Allowed are SELECT, CASE, FLOOR, LN, CAST, comparison, COUNT, SUM, MIN, MAX, GROUP BY: nodes that
every engine has and means alike, so that another engine can take the same queries. Names are
quoted here and nowhere else.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shirube.terms.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def name(identifier: str) -> str:
    """Return an identifier in double quotes, which makes any text a harmless name."""
    if "\x00" in identifier:
        raise InternalError("an identifier holds a NUL character")
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text literal in single quotes; for names of files, never for values of rows."""
    if "\x00" in value:
        raise InternalError("a text literal holds a NUL character")
    return "'" + value.replace("'", "''") + "'"


def texts(values: Sequence[str]) -> str:
    """Return a list of text literals."""
    return "[" + ", ".join(text(value) for value in values) + "]"


def number(value: float, *, double: str = "DOUBLE") -> str:
    """Return a number literal that every engine reads as exactly this double.

    ``double`` is the engine's name of the type.
    """
    if not math.isfinite(value):
        raise InternalError("a number literal must be finite")
    return repr(value) if isinstance(value, int) else f"CAST({text(repr(value))} AS {double})"


def cast(expression: str, kind: str) -> str:
    """Return ``CAST(expression AS kind)``."""
    return f"CAST({expression} AS {kind})"


def case(*branches: tuple[str, str], otherwise: str) -> str:
    """Return ``CASE WHEN condition THEN value ... ELSE otherwise END``."""
    whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value in branches)
    return f"CASE {whens} ELSE {otherwise} END"


def select(
    expressions: Sequence[tuple[str, str]],
    relation: str,
    *,
    where: str = "",
    quoted: Callable[[str], str] = name,
) -> str:
    """Return ``SELECT expression AS "alias", ... FROM relation``; ``quoted`` quotes an alias."""
    listed = ", ".join(f"{expression} AS {quoted(alias)}" for expression, alias in expressions)
    return f"SELECT {listed} FROM {relation}" + (f" WHERE {where}" if where else "")


def count_by(
    keys: Sequence[tuple[str, str]],
    aggregates: Sequence[tuple[str, str]],
    relation: str,
    *,
    quoted: Callable[[str], str] = name,
) -> str:
    """Return a ``SELECT keys, aggregates ... GROUP BY keys`` (over everything without keys)."""
    query = select([*keys, *aggregates], relation, quoted=quoted)
    positions = ", ".join(str(position + 1) for position in range(len(keys)))
    return f"{query} GROUP BY {positions}" if keys else query
