# SPDX-License-Identifier: Apache-2.0
"""A stream of the cells that could hold an identifier, as texts with their row numbers.

A cheap gate runs inside DuckDB, so that most cells never become Python texts: a text passes with
enough digits (ASCII or full width) or an at sign, or where words are asked for with a Japanese
letter; a number with a whole value of enough digits. A date, a time and a boolean pass only where
every value does. Memory stays at one batch, whatever the table: batches have fewer rows where the
texts are long. Who does not need the rows gets each value of a column with few values once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.terms.cells import TextBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from duckdb import DuckDBPyConnection

_FIRST_BATCH, _MOST_ROWS = 512, 8192
_BATCH_CHARACTERS = 1 << 21
_COLUMNS_AT_ONCE = 512
_LONGEST_NUMBER = 10**19  # a payment card has 19 digits at most
_LOOKED_AT = 50_000
"""Rows at the start of a table by which a column is said to repeat its values."""
_OFTEN = 10
"""How many times each value of a column that repeats itself stands there, at least."""
_PARSED_APART = 4
"""So many columns are written in columnar form for less than parsing the file for each costs."""
_WORDS = "[ぁ-ヺ一-鿿㐀-䶿々ｦ-ﾝ]|[A-Z][A-Za-z]+[ ,]+[A-Z]"

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_INTEGERS = frozenset([*_WHOLE, *(f"U{each}" for each in _WHOLE)])
_FRACTIONS = frozenset(["FLOAT", "DOUBLE", "DECIMAL"])
_NEVER = frozenset(["BOOLEAN", "DATE", "TIME", "INTERVAL"])

_Gate = tuple[str, str, str]
"""A column, the condition under which a cell passes, and the cell as text."""


def texts(
    connection: DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    *,
    digits: int = 2,
    words: bool = False,
) -> Iterator[TextBatch]:
    """Yield the cells of ``columns`` that pass the gate.

    Parameters
    ----------
    connection, relation
        An open connection, which is busy until the last batch, and the SQL of what stands after
        ``FROM``.
    columns
        Names of existing columns, of any type.
    digits
        How many digits a cell needs to pass without an at sign; 0 lets every value pass.
    words
        Whether a text also passes with a Japanese letter or two words with capitals.

    Yields
    ------
    TextBatch
        Cells of one column in the order of the file; ``rows_seen`` is the last row looked at.
        A whole number in a column of fractions is written without its ``.0``.
    """
    gates = _gates(connection, relation, columns, digits, words)
    for start in range(0, len(gates), _COLUMNS_AT_ONCE):
        yield from _stream(connection, relation, gates[start : start + _COLUMNS_AT_ONCE])


def distinct_texts(
    connection: DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    *,
    digits: int = 2,
    words: bool = False,
    columnar: Callable[[Sequence[str]], str] | None = None,
) -> Iterator[TextBatch]:
    """Yield the same cells, those of columns that repeat their values once with their weight.

    ``columnar`` gives the relation of some columns, cheap to read one by one: each column that
    repeats its values is read by itself, and a text format would be parsed as often.
    """
    gates = _gates(connection, relation, columns, digits, words)
    repeated = _repeated(connection, relation, gates)
    values = relation
    if columnar is not None and len(repeated) >= _PARSED_APART:
        values = columnar([column for column, _condition, _text in repeated])
    for gate in repeated:
        yield from _values(connection, values, gate)
    rest = [gate for gate in gates if gate not in repeated]
    for start in range(0, len(rest), _COLUMNS_AT_ONCE):
        yield from _stream(connection, relation, rest[start : start + _COLUMNS_AT_ONCE])


def _gates(
    connection: DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    digits: int,
    words: bool,
) -> list[_Gate]:
    """Return (column, condition, text) of every column whose type can hold an identifier."""
    listed = ", ".join(sql.name(column) for column in columns)
    if not listed:
        return []
    described = connection.execute(f"DESCRIBE SELECT {listed} FROM {relation}").fetchall()
    found = []
    for column, row in zip(columns, described, strict=True):
        gate = _gate(sql.name(column), str(row[1]), digits, words)
        if gate:
            found.append((column, *gate))
    return found


def _gate(cell: str, type: str, digits: int, words: bool) -> tuple[str, str] | None:
    """Return the condition that lets a cell through and the cell as text; None for no cell."""
    base = type.partition("(")[0].partition(" ")[0]
    nested = type.endswith("]")
    if digits == 0:
        return f"{cell} IS NOT NULL", _cast(cell)
    if not nested and (base in _NEVER or base.startswith("TIMESTAMP")):
        return None
    if nested or base not in _INTEGERS | _FRACTIONS:
        some, other = "[0-9０-９]", "[^0-9０-９]*"
        pattern = other.join([some] * digits) + "|[@＠]" + (f"|{_WORDS}" if words else "")
        return f"regexp_matches(CAST({cell} AS VARCHAR), {sql.text(pattern)})", _cast(cell)
    condition = f"{cell} >= {10 ** (digits - 1)} AND {cell} < {_LONGEST_NUMBER}"
    if base in _INTEGERS:
        return condition, _cast(cell)
    return f"{condition} AND {cell} = trunc({cell})", _cast(f"CAST({cell} AS HUGEINT)")


def _cast(expression: str) -> str:
    return f"CAST({expression} AS VARCHAR)"


def _repeated(connection: DuckDBPyConnection, relation: str, gates: list[_Gate]) -> list[_Gate]:
    """Return the columns that hold each of their values many times, judged by their start."""
    if not gates or len(gates) > _COLUMNS_AT_ONCE:
        return []
    names = ", ".join(dict.fromkeys(sql.name(column) for column, _condition, _text in gates))
    counts = ", ".join(
        f"approx_count_distinct({sql.name(column)})" for column, _condition, _text in gates
    )
    row = connection.execute(
        f"SELECT count(*), {counts} FROM (SELECT {names} FROM {relation} LIMIT {_LOOKED_AT})"
    ).fetchall()[0]
    return [gate for gate, values in zip(gates, row[1:], strict=True) if values * _OFTEN <= row[0]]


def _values(connection: DuckDBPyConnection, relation: str, gate: _Gate) -> Iterator[TextBatch]:
    """Yield each value of a column once, with the number of rows that hold it."""
    column, condition, text = gate
    stream = connection.execute(
        f"SELECT {text} AS cell, count(*) FROM {relation} WHERE {condition} GROUP BY cell"
    )
    first, seen = 1, 0
    while rows := stream.fetchmany(_MOST_ROWS):
        cells, weights = zip(*rows, strict=True)
        seen += sum(weights)
        numbers = list(range(first, first + len(rows)))
        yield TextBatch(column, numbers, list(cells), seen, list(weights))
        first += len(rows)


def _stream(
    connection: DuckDBPyConnection, relation: str, gates: list[_Gate]
) -> Iterator[TextBatch]:
    """Go over the table once for these columns."""
    cells = ", ".join(
        f"CASE WHEN {condition} THEN {text} END AS c{at}"
        for at, (_column, condition, text) in enumerate(gates)
    )
    # Without an order, row_number() counts in the order of the file while rows stream by.
    numbered = f"SELECT {cells}, row_number() OVER () AS row FROM {relation}"
    names = [f"c{at}" for at in range(len(gates))]
    stream = connection.execute(
        f"SELECT row, {', '.join(names)} FROM ({numbered})"
        f" WHERE {' OR '.join(f'{name} IS NOT NULL' for name in names)}"
    )
    size = _FIRST_BATCH
    while rows := stream.fetchmany(size):
        characters = 0
        for at, (column, _condition, _text) in enumerate(gates, start=1):
            passed = [(row[0], row[at]) for row in rows if row[at] is not None]
            if passed:
                numbers, cells_of_column = zip(*passed, strict=True)
                characters += sum(map(len, cells_of_column))
                yield TextBatch(column, list(numbers), list(cells_of_column), rows[-1][0])
        size = max(1, min(_MOST_ROWS, len(rows) * _BATCH_CHARACTERS // max(characters, 1)))
