# SPDX-License-Identifier: Apache-2.0
"""Records by a query: rows for an attack, drawn where they lie by the keys of ``row_keys``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import row_keys
from shirube.terms.records import Records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.queried.asking import Asked
    from shirube.terms.source import TableColumn

_BATCH = 8192


def records(
    asked: Asked,
    relation: str,
    columns: Sequence[TableColumn],
    *,
    rows: int,
    limit: int | None,
    seed: int,
) -> Records:
    """Return rows of ``relation``: at most ``limit``, those of the smallest keys, in order."""
    named = {f"c{at}": each for at, each in enumerate(columns)}
    found: list[tuple[Any, ...]] = []
    for batch in asked.stream(_query(asked, relation, named, limit, seed), batch=_BATCH):
        found.extend(batch)
    numbers, codes, labels = {}, {}, {}
    for at, column in enumerate(columns):
        values = [row[at] for row in found]
        if column.kind == "number":
            nan = [np.nan if value is None else value for value in values]
            numbers[column.name] = np.asarray(nan, np.float64)
            continue
        listed = tuple(sorted({value for value in values if value is not None}))
        code = {text: number for number, text in enumerate(listed)}
        labels[column.name] = listed
        codes[column.name] = np.asarray(
            [-1 if value is None else code[value] for value in values], np.int32
        )
    return Records(
        columns=tuple(column.name for column in columns),
        numbers=numbers,
        codes=codes,
        labels=labels,
        rows=rows,
    )


def _query(
    asked: Asked, relation: str, named: dict[str, TableColumn], limit: int | None, seed: int
) -> str:
    """Return the query: equal rows are counted, numbered, keyed, and the first of them taken."""
    dialect = asked.dialect
    chosen = ", ".join(
        f"{dialect.as_double(each) if each.kind == 'number' else dialect.as_text(each)} AS {key}"
        for key, each in named.items()
    )
    keys = ", ".join(named)
    counted = (
        f"SELECT {keys}, count(*) AS n FROM (SELECT {chosen} FROM {relation}) r GROUP BY {keys}"
    )
    each_row = dialect.repeated(list(named), "n", f"({counted}) g")
    texts = [
        row_keys.key_text(
            key, number=each.kind == "number", text=dialect.text, double=dialect.double
        )
        for key, each in named.items()
    ]
    key = dialect.md5(row_keys.row_text(texts, "occurrence", seed, text=dialect.text))
    order = ", ".join(f"{each} NULLS LAST" for each in named)
    most = "" if limit is None else f" LIMIT {int(limit)}"
    keyed = f"SELECT {keys}, {key} AS k FROM ({each_row}) o"
    return f"SELECT {keys} FROM ({keyed}) d ORDER BY k, {order}{most}"
