# SPDX-License-Identifier: Apache-2.0
"""The period of a row: as a key of a GROUP BY, and as a small number for counting by look-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import sql
from shirube.engines.duckdb.blocks import blocks
from shirube.engines.periods import check, index
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
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31


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
        there = _there(valid, len(found))
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


def of_rows(
    session: Session, relation: str, table: Table, period: str
) -> tuple[tuple[str, ...], NDArray[np.int64]] | None:
    """Return the names of the periods, sorted, and which of them each row has.

    None where a row's period is no date or whole number; those are read as the numbers they are.
    """
    described = table.column(period)
    kind = "" if described is None else described.type
    dates = kind == "DATE" or kind.startswith("TIMESTAMP")
    if not dates and kind not in _WHOLE:
        return None
    key = expression(table, period) if dates else sql.cast(sql.name(period), "BIGINT")
    with session.watched(""):
        read = [
            (part.values.astype(np.int64), _there(part.valid, len(part.values)))
            for (part,) in blocks(session.connection.sql(f"SELECT {key} AS p FROM {relation}"))
        ]
    if not read:
        return (), np.zeros(0, np.int64)
    number, there = (np.concatenate(each) for each in zip(*read, strict=True))
    if dates and not ((number >= _FIRST_DAY) & (number <= _LAST_DAY))[there].all():
        return None  # a day that is not written with four digits of a year, or has no end
    # A log is in the order of its periods, so that its rows are a few runs.
    begins = np.flatnonzero(np.append(True, (np.diff(number) != 0) | (np.diff(there) != 0)))
    some = there[begins]
    values, codes = np.unique(number[begins][some], return_inverse=True)
    names = [str(np.datetime64(n, "D")) if dates else str(n) for n in values.tolist()]
    periods, places = index([*names, ""] if not some.all() else names)
    own = np.full(len(begins), places[-1])
    own[some] = places[codes]
    return periods, np.repeat(own, np.diff(begins, append=len(number)))


def _there(valid: NDArray[np.uint8], size: int) -> NDArray[np.bool_]:
    """Return a bit per row as a truth value; without bits all are there."""
    if not len(valid):
        return np.ones(size, bool)
    return np.unpackbits(valid, count=size, bitorder="little").view(bool)


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
