# SPDX-License-Identifier: Apache-2.0
"""Class cells by queries: only dense codes and counts come back, no value of a quasi-identifier.

1. One ``GROUP BY`` over quasi-identifiers and sensitive columns, kept on the engine's side.
2. The values of each column are numbered in their order there, and the cells written in numbers;
   NULL, which equals nothing in a join, comes back as -1 and is numbered last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.engines import sql
from shirube.engines.class_codes import classes_of
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.engines.queried.asking import Asked, Dialect
    from shirube.terms.cells import ClassCells
    from shirube.terms.source import TableColumn

_CELLS = "shirube_cells"
_WHOLE = float(2**63)
_DECIMALS = "1e38"
_FRACTIONS = ("FLOAT", "DOUBLE", "DECIMAL")


def class_cells(
    asked: Asked,
    relation: str,
    columns: Sequence[TableColumn],
    quasi_identifiers: Sequence[str],
    *,
    codes: bool,
    digest_key: str | None,
) -> ClassCells:
    """Count the rows of ``relation`` per combination of the columns, quasi-identifiers first."""
    keys = [f"c{at}" for at in range(len(columns))]
    grouped = sql.count_by(
        [(asked.dialect.as_key(each), key) for each, key in zip(columns, keys, strict=True)],
        [("count(*)", "n")],
        relation,
        quoted=asked.dialect.name,
    )
    *found, count = asked.integers(
        {_CELLS: grouped}, _numbered(keys), len(keys) + 1, doing=_("Counting classes")
    )
    nulls: dict[str, int] = {}
    numbers: dict[str, NDArray[np.int32]] = {}
    for each, column in zip(columns, found, strict=True):
        missing = column < 0
        nulls[each.name] = int(count[missing].sum())
        numbers[each.name] = np.where(missing, column.max(initial=-1) + 1, column).astype(np.int32)
    digests = {}
    if digest_key is not None:
        digests = {each.name: _digests(asked, relation, each, digest_key) for each in columns}
    return classes_of(numbers, count, quasi_identifiers, nulls=nulls, codes=codes, digests=digests)


def _numbered(keys: Sequence[str]) -> str:
    """Return the query over the kept cells that gives every value its number in the column."""
    listed = ", ".join(
        f"CAST(coalesce(v{key}.code, -1) AS BIGINT) AS k{at}" for at, key in enumerate(keys)
    )
    joins = " ".join(
        f"LEFT JOIN (SELECT {key} AS value, row_number() OVER (ORDER BY {key}) - 1 AS code"
        f" FROM (SELECT DISTINCT {key} FROM {_CELLS} WHERE {key} IS NOT NULL) d{key}) v{key}"
        f" ON c.{key} = v{key}.value"
        for key in keys
    )
    return f"SELECT {listed}, c.n AS k{len(keys)} FROM {_CELLS} c {joins}"


def _digests(
    asked: Asked, relation: str, column: TableColumn, digest_key: str
) -> NDArray[np.uint64]:
    """Return the digest of each value in their order, 0 for NULL; see ``duckdb.digests``."""
    dialect = asked.dialect
    key = dialect.as_key(column)
    distinct = f"SELECT {key} AS k, min({digested_text(dialect, column)}) AS x FROM {relation}"
    found = asked.rows(
        f"SELECT {digest_of_text(dialect, 'x', digest_key)} FROM ({distinct} GROUP BY 1) v"
        " ORDER BY k NULLS LAST",
        doing=_("Counting classes"),
    )
    return np.asarray([int(row[0] or "0", 16) for row in found], np.uint64)


def digest(dialect: Dialect, column: TableColumn, digest_key: str) -> str:
    """Return the SQL of the digest of a row's value: sixteen hexadecimal digits, or NULL."""
    return digest_of_text(dialect, digested_text(dialect, column), digest_key)


def digest_of_text(dialect: Dialect, text: str, digest_key: str) -> str:
    """Return the same for a text that ``digested_text`` has made."""
    salted = f"{dialect.literal(digest_key)} || {text}"
    return f"substr({dialect.sha256(salted)}, 1, 16)"


def digested_text(dialect: Dialect, column: TableColumn) -> str:
    """Return the text of a value that does not depend on the type it has in this table."""
    if not column.type.startswith(_FRACTIONS):
        return dialect.as_text(column)
    number = dialect.as_double(column)
    if column.type.startswith("DECIMAL"):
        # A numeric of PostgreSQL's may be larger than any decimal of DuckDB's.
        value = dialect.as_key(column)
        exact = sql.cast(sql.cast(value, "DECIMAL(38, 0)"), dialect.text)
        return sql.case(
            (f"abs({value}) < {_DECIMALS} AND {value} % 1 = 0", exact),
            otherwise=dialect.as_number_text(number),
        )
    below = sql.number(_WHOLE, double=dialect.double)
    whole = f"abs({number}) < {below} AND {number} = floor({number})"
    return sql.case(
        (whole, sql.cast(sql.cast(number, "BIGINT"), dialect.text)),
        otherwise=dialect.as_number_text(number),
    )
