# SPDX-License-Identifier: Apache-2.0
"""A stream of the cells that could hold an identifier, as texts with their row numbers.

A cheap gate runs inside DuckDB, so that most cells never become Python texts: a text passes with
enough digits (ASCII or full width) or an at sign, a number with a whole value of enough digits. A
date, a time and a boolean never pass. Memory stays at one batch, whatever the table: batches have
fewer rows where the texts are long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.terms.cells import TextBatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

_FIRST_BATCH, _MOST_ROWS = 512, 8192
_BATCH_CHARACTERS = 1 << 21
_COLUMNS_AT_ONCE = 512
_LONGEST_NUMBER = 10**19  # a payment card has 19 digits at most

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_INTEGERS = frozenset([*_WHOLE, *(f"U{each}" for each in _WHOLE)])
_FRACTIONS = frozenset(["FLOAT", "DOUBLE", "DECIMAL"])
_NEVER = frozenset(["BOOLEAN", "DATE", "TIME", "INTERVAL"])


def texts(
    connection: DuckDBPyConnection, relation: str, columns: Sequence[str], *, digits: int = 2
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
        How many digits a cell needs to pass without an at sign.

    Yields
    ------
    TextBatch
        Cells of one column in the order of the file; ``rows_seen`` is the last row looked at.
        A whole number in a column of fractions is written without its ``.0``.
    """
    gates = _gates(connection, relation, columns, digits)
    for start in range(0, len(gates), _COLUMNS_AT_ONCE):
        yield from _stream(connection, relation, gates[start : start + _COLUMNS_AT_ONCE])


def _gates(
    connection: DuckDBPyConnection, relation: str, columns: Sequence[str], digits: int
) -> list[tuple[str, str, str]]:
    """Return (column, condition, text) of every column whose type can hold an identifier."""
    listed = ", ".join(sql.name(column) for column in columns)
    if not listed:
        return []
    described = connection.execute(f"DESCRIBE SELECT {listed} FROM {relation}").fetchall()
    found = []
    for column, row in zip(columns, described, strict=True):
        gate = _gate(sql.name(column), str(row[1]), digits)
        if gate:
            found.append((column, *gate))
    return found


def _gate(cell: str, type: str, digits: int) -> tuple[str, str] | None:
    """Return the condition that lets a cell through and the cell as text; None for no cell."""
    base = type.partition("(")[0].partition(" ")[0]
    nested = type.endswith("]")
    if not nested and (base in _NEVER or base.startswith("TIMESTAMP")):
        return None
    if nested or base not in _INTEGERS | _FRACTIONS:
        some, other = "[0-9０-９]", "[^0-9０-９]*"
        pattern = other.join([some] * digits) + "|[@＠]"
        return f"regexp_matches(CAST({cell} AS VARCHAR), {sql.text(pattern)})", _cast(cell)
    condition = f"{cell} >= {10 ** (digits - 1)} AND {cell} < {_LONGEST_NUMBER}"
    if base in _INTEGERS:
        return condition, _cast(cell)
    return f"{condition} AND {cell} = trunc({cell})", _cast(f"CAST({cell} AS HUGEINT)")


def _cast(expression: str) -> str:
    return f"CAST({expression} AS VARCHAR)"


def _stream(
    connection: DuckDBPyConnection, relation: str, gates: list[tuple[str, str, str]]
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
