# SPDX-License-Identifier: Apache-2.0
"""How PostgreSQL writes values so that they equal DuckDB's: the dialect of ``queried.asking``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import buckets, sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.source import TableColumn

UNLIMITED = "DECIMAL"
"""The type of a ``numeric`` without precision; others say theirs, as ``DECIMAL(10,2)``."""

_CUT = r"'^(-?[0-9])\.([0-9]{15})([0-9]*)e\+15$', '\1\2.\3'"


class PostgresDialect:
    """PostgreSQL's SQL.

    Parameters
    ----------
    utf8
        Whether the server keeps texts in UTF-8; if not, they are compared as if it did.
    """

    double = "double precision"
    text = "text"

    def __init__(self, *, utf8: bool = True) -> None:
        self._utf8 = utf8

    def name(self, identifier: str) -> str:
        """Return an identifier in double quotes."""
        return sql.name(identifier)

    def literal(self, text: str) -> str:
        """Return a text literal."""
        return sql.text(text)

    def as_key(self, column: TableColumn) -> str:
        """Return what rows are grouped and ordered by."""
        if column.kind != "text":
            return sql.name(column.name)
        if not self._utf8:
            return self._bytes(self.as_text(column))
        return f'{self.as_text(column)} COLLATE "C"'

    def as_double(self, column: TableColumn) -> str:
        """Return a number as a double; PostgreSQL refuses those beyond a double's range."""
        x = sql.name(column.name)
        as_double = sql.cast(x, self.double)
        if column.type != UNLIMITED:
            return as_double
        huge, tiny = f"{buckets.LARGEST!r}::numeric", f"{buckets.SMALLEST!r}::numeric"
        infinity = f"{sql.text('Infinity')}::{self.double}"
        return sql.case(
            (f"{x} = 'NaN'", as_double),
            (f"{x} > {huge}", infinity),
            (f"{x} < -{huge}", f"-{infinity}"),
            (f"abs({x}) < {tiny}", f"0::{self.double}"),
            otherwise=as_double,
        )

    def as_text(self, column: TableColumn) -> str:
        """Return the canonical text: settings of the session fix those of dates and times."""
        x = sql.name(column.name)
        return f"trim_scale({x})::text" if column.type == UNLIMITED else f"{x}::text"

    def as_number_text(self, double: str) -> str:
        """Return a double as Python writes it; PostgreSQL writes an exponent from 1e15 on."""
        x = f"({double})"
        whole = f"abs{x} < 1e16::double precision AND {x} = floor{x}"
        return sql.case(
            (f"{x} = 'NaN'", "'nan'"),
            (f"{x} = 'Infinity'", "'inf'"),
            (f"{x} = '-Infinity'", "'-inf'"),
            (whole, f"{x}::bigint::text || '.0'"),
            otherwise=f"regexp_replace({x}::text, {_CUT})",
        )

    def as_written(self, column: TableColumn) -> str:
        """Return the server's own text of any value."""
        return f"{sql.name(column.name)}::text"

    def as_tenths(self, column: TableColumn) -> str:
        """Return floor(x * 10) in the arithmetic of the column's type."""
        ten = {"FLOAT": "10::real", "DOUBLE": "10::double precision"}.get(column.type, "10")
        return f"floor({sql.name(column.name)} * {ten})::integer"

    def as_units(self, double: str, units: int) -> str:
        """Return whole units; a cast to a whole number rounds half to even."""
        return f"({double} * {float(units)!r}::double precision)::bigint"

    def md5(self, text: str) -> str:
        """Return the MD5 over the text in UTF-8."""
        return f"md5({self._bytes(text)})"

    def sha256(self, text: str) -> str:
        """Return the SHA-256 over the text in UTF-8."""
        return f"encode(sha256({self._bytes(text)}), 'hex')"

    def matches(self, text: str, pattern: str) -> str:
        """Return the condition that a text holds the pattern."""
        return f"{text} ~ {sql.text(pattern)}"

    def in_order(self, text: str) -> str:
        """Return the texts sorted and joined."""
        return f"string_agg({text}, '' ORDER BY {text} COLLATE \"C\")"

    def turned(self, kept: Sequence[str], values: Sequence[str], relation: str) -> str:
        """Return a relation with a row per row and value."""
        listed = ", ".join(f"({at}, {value})" for at, value in enumerate(values))
        columns = ", ".join([*kept, "shirube_c AS c", "shirube_x AS x"])
        values_of_row = f"(VALUES {listed}) turned(shirube_c, shirube_x)"
        return f"(SELECT {columns} FROM {relation} CROSS JOIN LATERAL {values_of_row}) t"

    def repeated(self, kept: Sequence[str], times: str, relation: str) -> str:
        """Return each row as often as ``times`` says."""
        columns = ", ".join([*kept, "occurrence"])
        return (
            f"SELECT {columns} FROM {relation}"
            f" CROSS JOIN LATERAL generate_series(0, {times} - 1) AS occurrence"
        )

    def _bytes(self, text: str) -> str:
        return f"convert_to({text}, 'UTF8')"
