# SPDX-License-Identifier: Apache-2.0
"""The bucket of a value as SQL that every engine reads alike: by logarithm, and by literal edges.

Comparison, CASE, FLOOR and LN only. NaN is greater than every number in DuckDB, PostgreSQL and
Spark, and equal to itself.
"""

from __future__ import annotations

from shirube.engines import buckets, sql


def bucket(x: str, *, double: str = "DOUBLE", integer: str = "INTEGER") -> str:
    """Return the number of the bucket of the double ``x``, NULL for NULL.

    ``double`` and ``integer`` are the engine's names of the types. The bucket of a value near an
    edge may be off by one: ``buckets.beyond_edges`` finds these, ``within`` counts them again.
    """
    tiny = sql.number(buckets.SMALLEST, double=double)
    huge = sql.number(buckets.LARGEST, double=double)
    infinity = sql.cast(sql.text("Infinity"), double)
    return sql.case(
        (f"{x} >= {tiny} AND {x} <= {huge}", above(x, integer=integer)),
        (f"{x} <= -{tiny} AND {x} >= -{huge}", below(x, integer=integer)),
        (f"{x} > -{tiny} AND {x} < {tiny}", str(buckets.ZERO)),
        (f"{x} IS NULL", "NULL"),
        (f"{x} < 0", str(buckets.NEGATIVE_INFINITY)),
        (f"{x} = {infinity}", str(buckets.POSITIVE_INFINITY)),
        otherwise=str(buckets.NAN),
    )


def above(x: str, *, integer: str = "INTEGER") -> str:
    """Return the bucket of a finite ``x`` above 0."""
    return f"{buckets.CENTRE} + {_steps(x, integer)}"


def below(x: str, *, integer: str = "INTEGER") -> str:
    """Return the bucket of a finite ``x`` below 0: the mirrored one."""
    return f"{-buckets.CENTRE} - {_steps(f'(-{x})', integer)}"


def within(x: str, number: int, *, double: str = "DOUBLE") -> str:
    """Return the exact condition for the double ``x`` to lie in a bucket of finite numbers."""
    step = buckets.step_of(number)
    size = x if number > 0 else f"(-{x})"
    near, far = max(buckets.edge(step), buckets.SMALLEST), buckets.edge(step + 1)
    least = f"{size} >= {sql.number(near, double=double)}"
    if far <= buckets.LARGEST:
        return f"({least} AND {size} < {sql.number(far, double=double)})"
    return f"({least} AND {size} <= {sql.number(buckets.LARGEST, double=double)})"


def _steps(size: str, integer: str) -> str:
    return sql.cast(f"floor(ln({size}) * {buckets.K})", integer)
