# SPDX-License-Identifier: Apache-2.0
"""How Spark writes values so that they equal DuckDB's: the dialect of ``queried.asking``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.source import TableColumn

NUMBER_TEXT = "shirube_number_text"
"""The function that writes a double: Java's own differs from one version to the next."""

MOMENT = "TIMESTAMP WITH TIME ZONE"
_OFFSET = "+09"  # of the session's time zone, which Spark leaves out of a moment's text


class SparkDialect:
    """Spark's SQL in ANSI mode."""

    double = "DOUBLE"
    text = "STRING"

    def name(self, identifier: str) -> str:
        """Return an identifier in backquotes."""
        return "`" + identifier.replace("`", "``") + "`"

    def literal(self, text: str) -> str:
        """Return a text literal; a backslash escapes in Spark."""
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def as_key(self, column: TableColumn) -> str:
        """Return what rows are grouped and ordered by."""
        return self.name(column.name)

    def as_double(self, column: TableColumn) -> str:
        """Return a number as a double."""
        return f"CAST({self.name(column.name)} AS DOUBLE)"

    def as_text(self, column: TableColumn) -> str:
        """Return the canonical text."""
        text = f"CAST({self.name(column.name)} AS STRING)"
        return f"({text} || {self.literal(_OFFSET)})" if column.type == MOMENT else text

    def as_number_text(self, double: str) -> str:
        """Return a double as Python writes it, by Python."""
        return f"{NUMBER_TEXT}({double})"

    def as_tenths(self, column: TableColumn) -> str:
        """Return floor(x * 10) in the arithmetic of the column's type."""
        ten = f"CAST(10 AS {column.type})" if column.type in {"FLOAT", "DOUBLE"} else "10"
        return f"CAST(floor({self.name(column.name)} * {ten}) AS INT)"

    def as_units(self, double: str, units: int) -> str:
        """Return whole units; Spark's cast would cut off, and its sum of BIGINT overflow."""
        return f"CAST(CAST(rint({double} * {float(units)!r}D) AS BIGINT) AS DECIMAL(28, 0))"

    def md5(self, text: str) -> str:
        """Return the MD5 over the text in UTF-8."""
        return f"md5({text})"

    def sha256(self, text: str) -> str:
        """Return the SHA-256 over the text in UTF-8."""
        return f"sha2({text}, 256)"

    def matches(self, text: str, pattern: str) -> str:
        """Return the condition that a text holds the pattern."""
        return f"{text} RLIKE {self.literal(pattern)}"

    def turned(self, kept: Sequence[str], values: Sequence[str], relation: str) -> str:
        """Return a relation with a row per row and value."""
        listed = ", ".join(f"{at}, {value}" for at, value in enumerate(values))
        columns = ", ".join([*kept, "shirube_c AS c", "shirube_x AS x"])
        return (
            f"(SELECT {columns} FROM {relation} LATERAL VIEW"
            f" stack({len(values)}, {listed}) turned AS shirube_c, shirube_x) t"
        )

    def repeated(self, kept: Sequence[str], times: str, relation: str) -> str:
        """Return each row as often as ``times`` says."""
        columns = ", ".join([*kept, "occurrence"])
        return (
            f"SELECT {columns} FROM {relation}"
            f" LATERAL VIEW explode(sequence(CAST(0 AS BIGINT), {times} - 1)) o AS occurrence"
        )
