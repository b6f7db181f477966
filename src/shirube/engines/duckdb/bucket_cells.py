# SPDX-License-Identifier: Apache-2.0
"""Bucket cells on DuckDB: period x column x bucket -> count, smallest, largest value.

1. One GROUP BY per column over a columnar file: each column is read once, and grouping by two keys
   is cheaper than any single query over all columns. A text format is first parsed once, into a
   columnar file in the temporary folder.
2. Buckets with a value beyond their literal edges are recounted by comparison with the edges.
3. A column of texts has one bucket per text; with more than ``TEXT_LIMIT`` texts, per hash.
4. Numbers are counted by look-up instead where numba is, and pays (``looked_up``); else those of a
   table that is not large are sorted (``sorted_columns``).
5. With a cache, each file is counted by itself and only when it is new; counts add up.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import bucket_queries, buckets, sql
from shirube.engines.cell_cache import cache_key, load, load_sum, save, save_sum
from shirube.engines.cell_sums import ColumnCells, assemble, merge
from shirube.engines.duckdb import periods
from shirube.engines.duckdb.looked_up import looked_up
from shirube.engines.duckdb.sorted_columns import sorted_columns
from shirube.terms.errors import InternalError
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from shirube.engines.duckdb.relations import Relations
    from shirube.engines.duckdb.session import Session
    from shirube.terms.cells import BucketCells
    from shirube.terms.source import Table

_PROBE = 4_096
"""Rows in which very many texts show themselves before all of them are grouped."""

_MANY_CELLS = 1_000_000

_PARTS = 8
"""So many cached parts are added up each time; with more, their sum is kept instead."""


def bucket_cells(
    session: Session,
    relations: Relations,
    table: Table,
    columns: Sequence[str],
    *,
    period: str | None,
    cache: Path | None,
) -> BucketCells:
    """Count the rows of the table per period, column and bucket."""
    if cache is None or len(table.digests) != len(table.files):
        return assemble([_counted(session, relations, None, table, columns, period)], columns)
    keys = [cache_key(digest, table, columns, period) for digest in table.digests]
    summed, first = load_sum(cache, keys)
    parts = [summed] if summed is not None else []
    for position, key in enumerate(keys[first:], first):
        cells = load(cache, key)
        if cells is None:
            here, calm = session.of(position), _calm(parts)
            counted = _counted(here, relations, position, table, columns, period, calm=calm)
            cells = {column: merge([part]) for column, part in counted.items()}
            save(cache, key, cells)
        parts.append(cells)
    if len(parts) > _PARTS:
        whole = {column: merge([part[column] for part in parts]) for column in columns}
        save_sum(cache, keys, whole, kept=first)
        parts = [whole]
    return assemble(parts, columns)


def _counted(
    session: Session,
    relations: Relations,
    file: int | None,
    table: Table,
    columns: Sequence[str],
    period: str | None,
    *,
    calm: Collection[str] = (),
) -> dict[str, ColumnCells]:
    """Count one file of the table, or all of them at once.

    Columns that are ``calm`` had few texts in other files and are not probed for very many.
    """
    wanted = [*columns, *([period] if period is not None else [])]
    relation = relations.columnar(wanted, file)
    key = periods.expression(table, period)
    files = 1 if file is None else len(table.files)

    def tell(column: str, position: float) -> None:
        if session.progress is not None:
            share = ((file or 0) + position / len(columns)) / files
            session.progress(_("Counting {column}").format(column=column), share)

    rows = (table.rows or 0) // files
    cells: dict[str, ColumnCells] = {}
    for way in (looked_up, sorted_columns):
        cells = cells or way(session, relation, table, columns, period, rows=rows, tell=tell)
    others = [each for each in columns if each not in cells]
    ranges = _ranges(session, relation, table, others)
    probed = [each for each in others if each not in ranges and each not in calm]
    crowded = _crowded(session, relation, probed)
    for position, column in enumerate(others, len(cells)):
        tell(column, position)
        if column in ranges:
            cells[column] = _numbers(session, relation, column, key, ranges[column])
        else:
            cells[column] = _texts(session, relation, column, key, many=column in crowded)
    return cells


def _calm(parts: Sequence[dict[str, ColumnCells]]) -> set[str]:
    """Return the columns whose texts had buckets of their own in all parts so far."""
    return {
        column
        for column in (parts[0] if parts else ())
        if not any(part[column].hashed for part in parts)
    }


def _ranges(
    session: Session, relation: str, table: Table, columns: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """Return smallest and largest value of each numeric column; a file's footer knows them.

    NaN is the largest of all in DuckDB, so a finite largest value means that there is none.
    """
    kinds = {each.name: each.kind for each in table.columns}
    numeric = [column for column in columns if kinds.get(column) == "number"]
    if not numeric:
        return {}
    asked = [
        (f"CAST({end}({sql.name(column)}) AS DOUBLE)", f"{end}{n}")
        for n, column in enumerate(numeric)
        for end in ("min", "max")
    ]
    found = session.rows(sql.select(asked, relation))[0]
    ends = [math.nan if value is None else float(value) for value in found]
    return dict(zip(numeric, zip(ends[::2], ends[1::2], strict=True), strict=True))


def _numbers(
    session: Session, relation: str, column: str, period: str, ends: tuple[float, float]
) -> ColumnCells:
    """Count a numeric column by logarithmic bucket."""
    x = sql.name(column)
    cells = _grouped(session, relation, period, _bucket(x, *ends), x)
    wrong = buckets.beyond_edges(cells.bucket, cells.low, cells.high)
    if not wrong:
        return cells
    # Only the buckets on both sides of an offending edge are counted again, by exact comparison.
    double = sql.cast(x, "DOUBLE")
    exactly = {bucket: bucket_queries.within(double, bucket) for bucket in wrong}
    inside = sql.case(*((each, str(bucket)) for bucket, each in exactly.items()), otherwise="NULL")
    somewhere = " OR ".join(exactly.values())
    exact = _grouped(session, f"(SELECT * FROM {relation} WHERE {somewhere})", period, inside, x)
    moved = merge([cells.where(~np.isin(cells.bucket, wrong)), exact])
    if moved.count.sum() != cells.count.sum():
        raise InternalError("recounting at the edges of buckets lost or doubled rows")
    return moved


def _bucket(x: str, least: float, most: float) -> str:
    """Return the bucket's number, NULL for NULL, with no more cases than the range calls for."""
    x = sql.cast(x, "DOUBLE")
    tiny = sql.number(buckets.SMALLEST)
    if least >= buckets.SMALLEST and most <= buckets.LARGEST:
        return bucket_queries.above(x)
    if least >= -buckets.LARGEST and most <= buckets.LARGEST:
        return sql.case(
            (f"{x} >= {tiny}", bucket_queries.above(x)),
            (f"{x} <= -{tiny}", bucket_queries.below(x)),
            (f"{x} IS NULL", "NULL"),
            otherwise=str(buckets.ZERO),
        )
    return bucket_queries.bucket(x)


def _grouped(session: Session, relation: str, period: str, bucket: str, x: str) -> ColumnCells:
    """Run one GROUP BY of a numeric column."""
    counted = sql.count_by(
        [(period, "p"), (bucket, "b")],
        [("count(*)", "n"), (f"min({x})", "low"), (f"max({x})", "high")],
        relation,
    )
    out = [("p", "p"), ("b", "b"), ("n", "n")]
    out += [("CAST(low AS DOUBLE)", "low"), ("CAST(high AS DOUBLE)", "high")]
    found = session.arrays(sql.select(out, f"({counted})"))
    names, codes = periods.named(found["p"], period)
    return ColumnCells(
        periods=names,
        period=codes,
        bucket=np.ma.filled(np.ma.asarray(found["b"], np.int64), buckets.NULL),
        count=np.asarray(found["n"], np.int64),
        low=np.ma.filled(np.ma.asarray(found["low"], np.float64), np.nan),
        high=np.ma.filled(np.ma.asarray(found["high"], np.float64), np.nan),
    )


def _texts(session: Session, relation: str, column: str, period: str, *, many: bool) -> ColumnCells:
    """Count a column of texts (or dates, or booleans) by text, or by hash when there are many."""
    x = sql.cast(sql.name(column), "VARCHAR")
    if not many:
        found = _grouped_texts(session, relation, period, x, most=_MANY_CELLS)
        if len(found["n"]) == _MANY_CELLS:  # cut off, so ask before fetching all of it
            many = _many(session, f"(SELECT {x} AS x FROM {relation})")
            found = found if many else _grouped_texts(session, relation, period, x)
        texts = np.ma.getdata(found["b"])[~np.ma.getmaskarray(found["b"])]
        many = many or len(set(texts.tolist())) > buckets.TEXT_LIMIT
    if many:
        hashed = f"'{buckets.HASHED}' || substr(md5({x}), 1, 2)"
        found = _grouped_texts(session, relation, period, hashed)
    mask = np.ma.getmaskarray(found["b"])
    values = np.ma.getdata(found["b"])
    labels = tuple(sorted({str(text) for text in values[~mask]}))
    code = {text: position for position, text in enumerate(labels)}
    numbers = [
        buckets.TEXT_NULL if hidden else code[str(text)]
        for text, hidden in zip(values, mask, strict=True)
    ]
    nothing = np.full(len(numbers), np.nan)
    names, codes = periods.named(found["p"], period)
    return ColumnCells(
        periods=names,
        period=codes,
        bucket=np.asarray(numbers, np.int64),
        count=np.asarray(found["n"], np.int64),
        low=nothing,
        high=nothing,
        numeric=False,
        labels=labels,
        hashed=many,
    )


def _crowded(session: Session, relation: str, columns: Sequence[str]) -> set[str]:
    """Return the columns that show very many texts in their first rows already."""
    if not columns:
        return set()
    asked = [(sql.cast(sql.name(column), "VARCHAR"), f"t{n}") for n, column in enumerate(columns)]
    rows = session.rows(f"{sql.select(asked, relation)} LIMIT {_PROBE}")
    texts = [set(each) - {None} for each in zip(*rows, strict=True)]
    return {
        column
        for column, some in zip(columns, texts, strict=False)
        if len(some) > buckets.TEXT_LIMIT
    }


def _many(session: Session, values: str) -> bool:
    """Say whether there are more texts than have a bucket of their own."""
    distinct = f"(SELECT DISTINCT x FROM {values} LIMIT {buckets.TEXT_LIMIT + 2})"
    return bool(session.rows(f"SELECT count(x) FROM {distinct}")[0][0] > buckets.TEXT_LIMIT)


def _grouped_texts(
    session: Session, relation: str, period: str, value: str, *, most: int | None = None
) -> dict[str, NDArray[Any]]:
    """Run one GROUP BY of a column of texts; at most so many cells of it come back."""
    query = sql.count_by([(period, "p"), (value, "b")], [("count(*)", "n")], relation)
    return session.arrays(query if most is None else f"{query} LIMIT {most}")
