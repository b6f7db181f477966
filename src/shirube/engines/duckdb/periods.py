# SPDX-License-Identifier: Apache-2.0
"""The period of a row: as a key of a GROUP BY, and as a small number for counting by look-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import sql
from shirube.engines.periods import check
from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

NONE = "0"
"""The expression of a table whose rows belong to no period."""

_MOST_SLOTS = 1_000
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_TYPE = "shirube_period"


@dataclass(frozen=True)
class Slots:
    """Periods numbered from 0; a row without a period has the last number.

    Attributes
    ----------
    expression
        A 32 bit integer (or date) per row, ``first`` for the first slot; empty without a period.
    first
        What to subtract from it.
    names
        The name of each slot.
    """

    expression: str
    first: int
    names: tuple[str, ...]

    def of(self, found: NDArray[np.int32], valid: NDArray[np.uint8]) -> NDArray[np.int32]:
        """Return the slot of each row; ``valid`` has a bit per row, or is empty for all."""
        slot = found - np.int32(self.first)
        if not len(valid):
            return slot
        there = np.unpackbits(valid, count=len(found), bitorder="little").astype(bool)
        return np.where(there, slot, np.int32(len(self.names) - 1))


def expression(table: Table, period: str | None) -> str:
    """Return the expression by which rows belong to a period: a date where there is a time."""
    if period is None:
        return NONE
    described = table.column(period)
    if described is not None and described.type.startswith("TIMESTAMP"):
        return sql.cast(sql.name(period), "DATE")
    return sql.name(period)


def slots(session: Session, relation: str, table: Table, period: str | None) -> Slots | None:
    """Return numbers for the periods; None when they are too many, or of a type without any."""
    if period is None:
        return Slots("", 0, ("",))
    described = table.column(period)
    kind = "" if described is None else described.type
    if kind == "VARCHAR":
        return _slots_of_texts(session, relation, sql.name(period))
    dates = kind == "DATE" or kind.startswith("TIMESTAMP")
    if not dates and kind not in _WHOLE:
        return None
    key = sql.name(period)
    ends = [f"min({key})", f"max({key})"]
    if dates:  # days since 1970, as the stream of rows has them
        ends = [f"CAST({end} AS DATE) - CAST('1970-01-01' AS DATE)" for end in ends]
    asked = [(end, f"end{n}") for n, end in enumerate(ends)]
    try:
        first, last = session.rows(sql.select(asked, relation))[0]
    except Problem:  # a date without end has no distance from 1970
        return None
    if first is None or last - first >= _MOST_SLOTS or max(abs(first), abs(last)) >= 2**31:
        return None
    numbers = range(int(first), int(last) + 1)
    names = [str(np.datetime64(n, "D")) if dates else str(n) for n in numbers]
    return Slots(
        expression(table, period) if dates else sql.cast(key, "INTEGER"), int(first), (*names, "")
    )


def _slots_of_texts(session: Session, relation: str, key: str) -> Slots | None:
    """Return the numbers that texts have in a type of their own."""
    distinct = f"SELECT DISTINCT {key} AS p FROM {relation} WHERE {key} IS NOT NULL"
    found = sorted(str(row[0]) for row in session.rows(f"{distinct} LIMIT {_MOST_SLOTS + 1}"))
    if not 0 < len(found) <= _MOST_SLOTS:
        return None
    session.rows(f"DROP TYPE IF EXISTS {_TYPE}")
    session.rows(f"CREATE TEMP TYPE {_TYPE} AS ENUM ({distinct})")
    names = [str(row[0]) for row in session.rows(f"SELECT unnest(enum_range(NULL::{_TYPE}))")]
    code = sql.cast(f"enum_code({sql.cast(key, _TYPE)})", "INTEGER")
    return Slots(code, 0, (*names, ""))


def named(found: NDArray[Any], key: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the periods as sorted texts, and which of them each cell has ("" for none)."""
    if key == NONE:
        return ("",), np.zeros(len(found), np.int64)
    hidden, data = np.ma.getmaskarray(found), np.ma.getdata(found)
    values, codes = np.unique(data[~hidden], return_inverse=True)
    names = [_text(value) for value in values]
    periods = tuple(sorted({"", *names} if hidden.any() else set(names)))
    check(periods)
    place = {name: n for n, name in enumerate(periods)}
    indexes = np.full(len(found), place.get("", 0), np.int64)
    indexes[~hidden] = np.asarray([place[name] for name in names] or [0], np.int64)[codes]
    return periods, indexes


def _text(value: Any) -> str:
    """Return a period as text: a date as YYYY-MM-DD."""
    return str(value.astype("datetime64[D]")) if isinstance(value, np.datetime64) else str(value)
