# SPDX-License-Identifier: Apache-2.0
"""Keyed digests of values, so that equal values of two tables meet and no value leaves.

The digest of a value is the first eight bytes of SHA-256 over key and text. A whole number has one
text whatever its type, so that ``12`` in a CSV file meets ``12.0`` in another; a date has its ISO
text. A decimal that is whole keeps all its digits: a code may have more than a double holds.
Whoever holds the key could try candidates: it is drawn for a comparison and thrown away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

_FRACTIONS = ("FLOAT", "DOUBLE", "DECIMAL")
_WHOLE = float(2**63)  # below it, a whole number of any type has one text


def digests_of(
    connection: DuckDBPyConnection, relation: str, column: str, key: str
) -> NDArray[np.uint64]:
    """Return the digest of each value of a column, in the order of the values; 0 for NULL."""
    described = connection.execute(f"DESCRIBE SELECT {sql.name(column)} FROM {relation}").fetchall()
    # Only names and literals of our own stand in the query; the key goes as a parameter.
    of_value = digest("value", str(described[0][1]), "?")
    found = connection.execute(
        f"SELECT {of_value} AS digest FROM (SELECT DISTINCT {sql.name(column)} AS value"
        f" FROM {relation}) ORDER BY value NULLS LAST",
        [key],
    ).fetchnumpy()
    return np.asarray(found["digest"], np.uint64)


def digest(value: str, type: str, key: str) -> str:
    """Return the SQL of a value's digest, 0 for NULL; ``key`` is SQL as well."""
    hexadecimal = f"substr(sha256({key} || {_text(value, type)}), 1, 16)"
    return f"coalesce(CAST('0x' || {hexadecimal} AS UBIGINT), 0)"


def _text(value: str, type: str) -> str:
    """Return the text of a value that does not depend on the type it has in this table."""
    if not type.startswith(_FRACTIONS):
        return sql.cast(value, "VARCHAR")
    number = sql.cast(value, "DOUBLE")
    if type.startswith("DECIMAL"):
        exact = sql.cast(sql.cast(value, "DECIMAL(38, 0)"), "VARCHAR")
        whole = f"{value} = trunc({value})"
        return sql.case((whole, exact), otherwise=sql.cast(number, "VARCHAR"))
    whole = f"abs({number}) < {sql.number(_WHOLE)} AND {number} = trunc({number})"
    as_whole = sql.cast(sql.cast(number, "BIGINT"), "VARCHAR")
    return sql.case((whole, as_whole), otherwise=sql.cast(number, "VARCHAR"))
