# SPDX-License-Identifier: Apache-2.0
"""A stream of the cells that could hold an identifier: the gate runs where the data live.

See ``duckdb.texts`` for the gate; here, too, most cells never leave the engine. Rows are numbered
as they come: a table of a database has no order of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shirube.engines.queried.number_texts import number_text
from shirube.terms.cells import TextBatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.engines.queried.asking import Dialect
    from shirube.terms.source import TableColumn

COLUMNS_AT_ONCE = 200
_LONGEST_NUMBER = 10**19  # a payment card has 19 digits at most
_FRACTIONS = ("FLOAT", "DOUBLE", "DECIMAL")
BYTES = ("BLOB", "bytea", "binary")
"""Types whose values are no text, by the names that engines give them."""

_WORDS = "[ぁ-ヺ一-鿿㐀-䶿々ｦ-ﾝ]|[A-Z][A-Za-z]+[ ,]+[A-Z]"


@dataclass(frozen=True)
class Gate:
    """A column whose cells can leave: ``cell`` is SQL, NULL for a cell that does not pass.

    A number with a fraction leaves as a number and becomes a text here, because engines print it
    differently; ``whole`` says that only whole ones pass.
    """

    column: TableColumn
    cell: str
    whole: bool = False

    def text(self, value: Any) -> str:
        """Return a cell that passed as text."""
        if isinstance(value, str):
            return value
        return number_text(self.column, int(value) if self.whole else value)


def gates(
    dialect: Dialect, columns: Sequence[TableColumn], *, digits: int, words: bool
) -> list[Gate]:
    """Return the gate of every column whose type can hold an identifier."""
    found = (_gate(dialect, column, digits, words) for column in columns)
    return [gate for gate in found if gate is not None]


def batches(
    gates: Sequence[Gate], rows: Sequence[tuple[Any, ...]], seen: int
) -> Iterator[TextBatch]:
    """Yield the cells of rows (number, cell of each gate), column by column."""
    for at, gate in enumerate(gates, start=1):
        passed = [(row[0], gate.text(row[at])) for row in rows if row[at] is not None]
        if passed:
            numbers, cells = zip(*passed, strict=True)
            yield TextBatch(gate.column.name, list(numbers), list(cells), seen)


def _gate(dialect: Dialect, column: TableColumn, digits: int, words: bool) -> Gate | None:
    """Return the gate of a column; None where no cell can pass."""
    name = dialect.name(column.name)
    fraction = column.type.startswith(_FRACTIONS)
    if column.type in BYTES:
        return None
    if digits == 0:
        return Gate(column, name if fraction else dialect.as_text(column))
    if column.kind in {"boolean", "time"} or column.type.lower() == "interval":
        return None
    if column.kind == "number":
        passes = f"{name} >= {10 ** (digits - 1)} AND {name} < {_LONGEST_NUMBER}"
        if fraction:
            passes += f" AND {name} = floor({name})"
        return Gate(column, f"CASE WHEN {passes} THEN {name} END", whole=True)
    some, other = "[0-9０-９]", "[^0-9０-９]*"
    pattern = other.join([some] * digits) + "|[@＠]" + (f"|{_WORDS}" if words else "")
    text = dialect.as_text(column)
    passes = dialect.matches(text, pattern)
    return Gate(column, f"CASE WHEN {passes} THEN {text} END")
