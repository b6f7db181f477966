# SPDX-License-Identifier: Apache-2.0
"""The key by which rows are drawn: the same on every engine, whatever the order of the rows.

A row's place in the draw is the MD5 of the seed, the key text of each column, and its number among
equal rows: so rows that are equal are drawn independently of each other. The key text of a number
is made with exact arithmetic only (scaling by a power of two and rounding down), because engines
print fractions differently. Numbers closer than 2**-52 below 1, 2**-20 above, 1 beyond 2**33 share
a key text; they are then drawn in the order of their values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = "chr(31)"
_NONE = "chr(30)"
_SCALES = ((1, 52), (2**33, 20), (2**53, 0))


def key_text(column: str, *, number: bool, text: str = "VARCHAR", double: str = "DOUBLE") -> str:
    """Return the SQL of a column's key text; ``text`` and ``double`` name the engine's types.

    ``column`` is a quoted name: a double where ``number`` is true, else of any type.
    """
    if not number:
        return f"coalesce({sql.cast(column, text)}, {_NONE})"

    def scaled(below: int, bits: int) -> tuple[str, str]:
        whole = f"floor({column} * {sql.number(float(2**bits), double=double)})"
        condition = f"abs({column}) < {sql.number(float(below), double=double)}"
        return condition, sql.cast(sql.cast(whole, "BIGINT"), text)

    beyond = sql.case((f"{column} > 0", "'+'"), otherwise="'-'")
    return sql.case(
        (f"{column} IS NULL", _NONE), *(scaled(*each) for each in _SCALES), otherwise=beyond
    )


def row_key(texts: Sequence[str], occurrence: str, seed: int) -> str:
    """Return the SQL of a row's place in the draw, a hexadecimal text."""
    return f"md5({row_text(texts, occurrence, seed)})"


def row_text(texts: Sequence[str], occurrence: str, seed: int, *, text: str = "VARCHAR") -> str:
    """Return the SQL of the text whose MD5 over UTF-8 is the row's key."""
    parts = [f"'{int(seed)}'", *texts, sql.cast(occurrence, text)]
    return f"concat_ws({_BETWEEN}, {', '.join(parts)})"
