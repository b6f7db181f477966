# SPDX-License-Identifier: Apache-2.0
"""Several columns of a row as one whole number, made where the columns are still dictionaries.

Each column becomes a *field*: a few bits that say which of its values the row has, in the order of
the values, NULL last. DuckDB computes a function of one column once per entry of a Parquet
dictionary, not once per row; so whole numbers, dates and truths are counted from their smallest,
and texts by their place in the list of texts. Joining the fields by ``|`` is the only work per row.
What has too many texts for a list comes along as its hash and is looked up. Values never stand in
the query: a list of texts is a parameter.

A table that cannot be packed (too many bits, or too many values of a type without a range) is left
to the queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import sql
from shirube.terms.errors import InternalError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

_NARROW = ("TINYINT", "SMALLINT", "UTINYINT", "USMALLINT")
_WHOLE = (*_NARROW, "INTEGER", "BIGINT", "UINTEGER", "UBIGINT")
_RANGED = (*_WHOLE, "BOOLEAN", "DATE")
_SAMPLE, _FEW_ROWS = 1_024, 100_000
_LISTED, _HASHED = 128, 2_048  # values of a column that are found in a list, or by their hash
_MOST_BITS = 62
_LONGEST_LIST = 256
_EPOCH = "CAST('1970-01-01' AS DATE)"


class UnknownValue(Exception):
    """A row has a value that the first rows did not show."""


@dataclass(frozen=True, eq=False)
class Field:
    """A column as bits of the key.

    Attributes
    ----------
    column, type
        Its name and the type of its values.
    size
        The number in the field is below it.
    null
        The number of NULL, which is the last; None where no row is without a value.
    expression
        The SQL of the number, for values with a range.
    first
        The value whose number is 0, for whole numbers and days since 1970.
    values
        The texts (and NULL) whose numbers are 1, 2, and so on.
    hashes
        The hashes of the values whose numbers are 0, 1, and so on.
    """

    column: str
    type: str
    size: int
    null: int | None
    expression: str = ""
    first: int = 0
    values: tuple[str | None, ...] | None = None
    hashes: NDArray[np.uint64] | None = None

    @property
    def bits(self) -> int:
        """How many bits hold the number."""
        return max(1, (self.size - 1).bit_length())


@dataclass(frozen=True, eq=False)
class Packing:
    """The fields of a key, first field in the highest bits, and where each begins."""

    fields: tuple[Field, ...]
    shifts: tuple[int, ...]
    bits: int
    rows: int
    nulls: dict[str, int]

    def number(self, keys: NDArray[Any], at: int) -> NDArray[Any]:
        """Return the number that a field has in each key."""
        mask = keys.dtype.type((1 << self.fields[at].bits) - 1)
        shifted = keys >> keys.dtype.type(self.shifts[at]) if self.shifts[at] else keys
        return np.asarray(shifted & mask)


def packing(
    session: Session,
    relation: str,
    table: Table,
    columns: Sequence[str],
    *,
    sampled: bool,
) -> Packing | None:
    """Return how the columns are packed; None where they cannot be.

    With ``sampled`` the texts of a column are taken from the first rows, and a row with another
    text raises ``UnknownValue`` when the keys are read; without it the column is read for them.
    """
    types = {each.name: each.type for each in table.columns}
    try:
        rows, facts = _facts(session, relation, {name: types[name] for name in columns})
    except Problem:  # a date without end has no distance from 1970
        return None
    nulls = {name: rows - int(fact[0]) for name, fact in facts.items()}
    texts = [name for name in columns if types[name] == "VARCHAR"]
    listed = _listed(session, relation, texts, rows=rows, sampled=sampled)
    fields = []
    for name in columns:
        field, missing = None, bool(nulls[name])
        if types[name] in _RANGED:
            field = _ranged(name, types[name], *facts[name][1:], missing=missing)
        elif name in listed:
            field = _in_list(name, listed[name], missing=missing)
        field = field or _hashed(session, relation, name, types[name], missing=missing)
        if field is None:
            return None
        fields.append(field)
    _narrowed(session, relation, fields, missing=nulls)
    ends = np.cumsum([field.bits for field in reversed(fields)])[::-1].tolist()
    if not fields or ends[0] > _MOST_BITS or rows >= 2**31:
        return None
    shifts = tuple(end - field.bits for end, field in zip(ends, fields, strict=True))
    return Packing(tuple(fields), shifts, ends[0], rows, nulls)


def keys(session: Session, relation: str, packed: Packing) -> Iterator[NDArray[Any]]:
    """Yield the keys of the rows, block by block; an array lives until the next block.

    Raises
    ------
    UnknownValue
        When a row has a text that the sample did not show.
    """
    from shirube.engines.duckdb.blocks import blocks

    wide = packed.bits > 31
    type, kind = _kind_of(packed.bits)
    terms, lookups = [], []
    asked: list[tuple[str, str]] = []
    lists: list[list[Any]] = []
    for field, shift in zip(packed.fields, packed.shifts, strict=True):
        if field.hashes is not None:
            asked.append((f"hash({sql.name(field.column)})", f"h{len(asked)}"))
            lookups.append((_Lookup(field.hashes, kind), kind(shift)))
            continue
        if field.values is not None:
            terms.append(_listed_place(field, shift, lists, wide=wide))
            continue
        terms.append(_shifted(field.expression, shift, wide=wide))
    key = sql.cast(" | ".join(terms) or "0", type)
    query = sql.select([(key, "k"), *asked], relation)
    found = session.connection.sql(query, params=lists) if lists else session.connection.sql(query)
    for block in blocks(found):
        if len(block[0].valid):
            raise UnknownValue
        part = block[0].values
        for (lookup, shift), hashes in zip(lookups, block[1:], strict=True):
            part = part | (lookup.number(hashes.values) << shift)
        yield part


def _kind_of(bits: int) -> tuple[str, Any]:
    """Return the smallest type that holds a key: as SQL and as numpy have it."""
    if bits <= 16:
        return "USMALLINT", np.uint16
    return ("INTEGER", np.int32) if bits <= 31 else ("BIGINT", np.int64)


def _listed_place(field: Field, shift: int, lists: list[list[Any]], *, wide: bool) -> str:
    """Return the place of a text in its list, already shifted where that is done per entry.

    A function of a column that cannot fail is computed once per entry of a dictionary; multiplying
    can fail, and is done once per row. So the list has gaps, where it stays short; or the places
    are looked up in a map, which does not know NULL.
    """
    values, x = list(field.values or ()), sql.name(field.column)
    if shift and None not in values:
        if len(values) << shift <= _LONGEST_LIST:
            space: list[str | None] = [None] * ((1 << shift) - 1)
            lists.append([each for value in values for each in (*space, value)])
            return _shifted(f"list_position(${len(lists)}, {x})", 0, wide=wide)
        lists += [values, [place << shift for place in range(1, len(values) + 1)]]
        return _shifted(f"map(${len(lists) - 1}, ${len(lists)})[{x}]", 0, wide=wide)
    lists.append(values)
    return _shifted(f"list_position(${len(lists)}, {x})", shift, wide=wide)


def _shifted(expression: str, shift: int, *, wide: bool) -> str:
    """Return the number in its place; multiplied, because that is done per entry as well."""
    kind = "BIGINT" if wide else "INTEGER"
    if shift:
        return f"{expression} * {sql.cast(str(1 << shift), kind)}"
    return sql.cast(expression, kind) if wide else expression


def _facts(
    session: Session, relation: str, types: dict[str, str]
) -> tuple[int, dict[str, tuple[Any, ...]]]:
    """Return the rows, and per column its values and the ends of its range: footers know them."""
    asked = [("count(*)", "n")]
    for at, (name, kind) in enumerate(types.items()):
        ends = ["NULL", "NULL"]
        if kind in _RANGED:
            ends = [f"{end}({sql.name(name)})" for end in ("min", "max")]
        if kind == "DATE":
            ends = [f"{end} - {_EPOCH}" for end in ends]
        asked += [(f"count({sql.name(name)})", f"n{at}"), (ends[0], f"l{at}"), (ends[1], f"h{at}")]
    found = session.rows(sql.select(asked, relation))[0]
    parts = zip(found[1::3], found[2::3], found[3::3], strict=True)
    return int(found[0]), dict(zip(types, parts, strict=True))


def _ranged(name: str, kind: str, low: Any, high: Any, *, missing: bool) -> Field | None:
    """Return a field that counts from the smallest value; None where the range is too wide."""
    first, last = (0, -1) if low is None else (int(low), int(high))
    span = last - first + 1
    if span.bit_length() > _MOST_BITS or max(abs(first), abs(last)) >= 2**62:
        return None
    x, start = sql.name(name), f"({first})"
    if kind == "DATE":
        expression = f"({x} - {_EPOCH} - {start})"
    elif kind in ("BOOLEAN", *_NARROW):
        expression = f"({sql.cast(x, 'INTEGER')} - {start})"
    elif kind == "INTEGER" and abs(first) < 2**30:
        expression = x if first == 0 else f"({x} - {start})"
    else:
        expression = f"({sql.cast(x, 'BIGINT')} - {start})"
    if span < 2**31 and kind != "INTEGER":
        expression = sql.cast(expression, "INTEGER")
    if missing:
        expression = f"coalesce({expression}, {span})"
    null = span if missing else None
    return Field(name, kind, span + missing, null, expression, first=first)


def _listed(
    session: Session, relation: str, texts: Sequence[str], *, rows: int, sampled: bool
) -> dict[str, tuple[str, ...]]:
    """Return the texts of the columns that have few, in the order of their bytes."""
    few = {name: set[str]() for name in texts}
    if few and (sampled or rows > _FEW_ROWS):  # a column that shows many at once has too many
        few = _first_texts(session, relation, few)
    if few and not sampled:
        few = _texts_in(session, relation, few)
    # Code points stand in the order of UTF-8.
    return {name: tuple(sorted(values)) for name, values in few.items()}


def _first_texts(session: Session, relation: str, columns: Iterable[str]) -> dict[str, set[str]]:
    """Return the texts in the first rows of each column that has few of them there."""
    # Rows as they are: DuckDB takes three times as long to find distinct ones.
    asked = ", ".join(map(sql.name, columns))
    found = session.arrays(f"SELECT {asked} FROM {relation} LIMIT {_SAMPLE}")
    texts = {name: set(found[name].tolist()) - {None} for name in columns}
    return {name: values for name, values in texts.items() if len(values) <= _LISTED}


def _texts_in(session: Session, relation: str, columns: Iterable[str]) -> dict[str, set[str]]:
    """Return the texts of each column of a relation that has few of them."""
    found: dict[str, set[str]] = {name: set() for name in columns}
    listed = list(found)
    # A query for each column: several sets of distinct values in one cost four times as much.
    parts = [
        f"(SELECT {at} AS at, x FROM (SELECT DISTINCT {sql.name(name)} AS x FROM {relation}"
        f" WHERE {sql.name(name)} IS NOT NULL LIMIT {_LISTED + 1}))"
        for at, name in enumerate(listed)
    ]
    for at, text in session.rows(" UNION ALL ".join(parts)):
        found[listed[at]].add(text)
    return {name: values for name, values in found.items() if len(values) <= _LISTED}


def _in_list(name: str, values: tuple[str, ...], *, missing: bool) -> Field:
    """Return a field that says where in the list a text stands, and nothing for another text."""
    null = len(values) + 1 if missing else None
    whole = (*values, None) if missing else values
    return Field(name, "VARCHAR", len(whole) + 1, null, values=whole)


def _narrowed(
    session: Session, relation: str, fields: list[Field], *, missing: dict[str, int]
) -> None:
    """Look the widest ranges up by hash where all fields together are too wide."""
    for field in sorted(fields, key=lambda each: -each.bits):
        if sum(each.bits for each in fields) <= _MOST_BITS or field.hashes is not None:
            return
        short = _hashed(
            session, relation, field.column, field.type, missing=bool(missing[field.column])
        )
        if short is not None:
            fields[fields.index(field)] = short


def _hashed(
    session: Session, relation: str, name: str, kind: str, *, missing: bool
) -> Field | None:
    """Return a field that is looked up by hash; None where there are too many values for that."""
    x = sql.name(name)
    distinct = f"(SELECT DISTINCT {x} AS x FROM {relation} LIMIT {_HASHED + 1})"
    query = f"SELECT hash(x) AS h FROM {distinct} ORDER BY x NULLS LAST"
    hashes = np.asarray(session.arrays(query)["h"], np.uint64)
    if len(hashes) > _HASHED or _spread(hashes) is None:
        return None
    return Field(
        name, kind, max(1, len(hashes)), len(hashes) - 1 if missing else None, hashes=hashes
    )


class _Lookup:
    """From hashes to numbers: bits of the hash that tell all values apart index a table."""

    def __init__(self, hashes: NDArray[np.uint64], kind: Any) -> None:
        spread = _spread(hashes)
        if spread is None:
            raise InternalError("hashes cannot be told apart")
        self._shift, bits = np.uint64(spread[0]), spread[1]
        self._mask = np.uint64((1 << bits) - 1)
        self._table = np.zeros(1 << bits, kind)
        self._table[(hashes >> self._shift) & self._mask] = np.arange(len(hashes))

    def number(self, hashes: NDArray[np.uint64]) -> NDArray[Any]:
        """Return the number of each value."""
        return np.asarray(self._table[(hashes >> self._shift) & self._mask])


def _spread(hashes: NDArray[np.uint64]) -> tuple[int, int] | None:
    """Return a shift and a number of bits that tell the hashes apart; None where none does."""
    bits = min(21, 2 * max(4, len(hashes).bit_length()))
    for shift in range(65 - bits):
        part = (hashes >> np.uint64(shift)) & np.uint64((1 << bits) - 1)
        if len(np.unique(part)) == len(hashes):
            return shift, bits
    return None
