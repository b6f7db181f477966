# SPDX-License-Identifier: Apache-2.0
"""The measure ``release_overlap``: what two releases of overlapping data give away together."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from shirube.measures.privacy.named_columns import (
    below_one,
    problems_of,
    refuse,
    without_quasi_identifiers,
)
from shirube.measures.registry import measure
from shirube.terms.measurement import Column, Detail, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shirube.measures.privacy.matched_classes import Matched
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "準識別子と機微な列の値の組合せごとに、二つの提供データの行数の差を数えました。差が1以上で下限に満たない"
    "組合せは、少数の人の出入りとその値を明らかにします。また、双方でほぼ一意の列に共通の値があれば、提供をまたいで"
    "同じ人を追える符号とします。照合には、この比較のためだけの鍵による要約値を用い、値そのものは読み出していません。",
    "For every combination of quasi-identifiers and sensitive values the difference between the "
    "rows of two releases was counted. A difference of at least one and fewer than the floor shows "
    "the coming or going of a few people, and their values. A column that is nearly unique in both "
    "and shares values is a code that follows a person from release to release. Values were "
    "matched by digests under a key of this comparison alone, and none was read out.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name(
        "earlier_rows",
        "number",
        Text("以前の提供データの行数", "rows of the earlier release"),
        "count",
    ),
    Name("cells", "number", Text("値の組合せの数", "combinations of values"), "count"),
    Name(
        "shared_cells",
        "number",
        Text("双方にある組合せの数", "combinations in both releases"),
        "count",
    ),
    Name(
        "overlap_share",
        "number",
        Text("双方に共通する行の割合", "share of records matched in the earlier release"),
        "share",
    ),
    Name(
        "small_differences",
        "number",
        Text("差が小さい組合せの数", "combinations with a small difference"),
        "count",
    ),
    Name(
        "exposed_records",
        "number",
        Text("小さな差で明らかになる行数", "records that small differences expose"),
        "count",
    ),
    Name(
        "stable_codes",
        "number",
        Text("提供をまたいで同じ符号の列の数", "columns of codes that are stable across releases"),
        "count",
    ),
)
_BINS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 9), (10, 99), (100, None))


@measure(
    name="release_overlap",
    version="1",
    subject="dataset",
    title=Text("重なり合う提供データの差分", "Differencing between overlapping releases"),
    description=Text(
        "以前の提供データと比べたとき、少数の人の出入りや、同じ人を追える符号が現れないかを調べます。",
        "Looks whether two releases, held against each other, show the coming and going of a few "
        "people, or a code that follows a person.",
    ),
    produces=PRODUCES,
)
def release_overlap(
    source: Source,
    *,
    earlier: Source,
    quasi_identifiers: tuple[str, ...],
    sensitive: tuple[str, ...] = (),
    floor: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Measure what the difference of two releases shows.

    A cell is a combination of quasi-identifiers and sensitive values, with :math:`n_c` rows here
    and :math:`m_c` in the earlier release. It exposes :math:`|n_c-m_c|` people when that lies
    between 1 and ``floor`` - 1, however large the cell is in either release. 0 means that no few
    people can be told by subtracting.

    Parameters
    ----------
    source
        The release.
    earlier
        A further table: an earlier release of overlapping data, with the same columns.
    quasi_identifiers
        Columns that together could single out a person, in both tables.
    sensitive
        Columns whose value must not become known about a person, in both tables.
    floor
        Fewer people than this are few.
    seed, progress
        Nothing is random. Progress is told per step.

    Returns
    -------
    Result
        A census: no interval. Where a table is empty, nothing is estimated.

    Raises
    ------
    Problems
        When a column is missing in either table or named twice, or the floor is below 1.

    References
    ----------
    Denning and Denning (1979), doi:10.1145/356778.356782 (trackers and differencing). Ganta,
    Kasiviswanathan and Smith (2008), doi:10.1145/1401890.1401926 (composition).
    """
    del seed
    columns = [*quasi_identifiers, *sensitive]
    refuse(
        [
            *without_quasi_identifiers(quasi_identifiers),
            *problems_of(source, columns),
            *problems_of(earlier, columns),
            *below_one(floor=floor),
        ]
    )
    from shirube.measures.privacy.matched_classes import match

    if progress:
        progress(_("Comparing releases"), None)
    matched = match(source, earlier, columns)
    stable = _stable_codes(source, earlier)
    return Result(
        values=_values(matched, floor, len(stable)),
        sample_size=matched.rows_here,
        method=METHOD,
        details=(_differences(abs(matched.here - matched.there)), _codes(stable)),
        notes=_notes(matched),
    )


def _notes(matched: Matched) -> tuple[Text, ...]:
    """Say that nothing was compared where the two tables are written in different ways."""
    both = matched.rows_here and matched.rows_there
    if not both or bool(((matched.here > 0) & (matched.there > 0)).any()):
        return ()
    other = N_(
        "No combination of values stands in both releases: every row counts as a difference. If "
        "one of them is coarser, bring both to the coarser form and measure again."
    )
    return (Text.of(other),)


def _stable_codes(source: Source, earlier: Source) -> tuple[tuple[str, int], ...]:
    """Return the columns of both that are nearly unique and share values, with how many."""
    from shirube.measures.privacy.code_columns import in_both, nearly_unique

    secret = secrets.token_hex(16)
    shared = [each.name for each in source.table.columns if earlier.table.column(each.name)]
    now = {
        each.column: each.digests
        for each in source.value_digests(shared, digest_key=secret)
        if nearly_unique(each)
    }
    found = [
        (each.column, in_both(now[each.column], each.digests))
        for each in earlier.value_digests(list(now), digest_key=secret)
        if nearly_unique(each)
    ]
    return tuple((name, number) for name, number in found if number)


def _values(matched: Matched, floor: int, stable: int) -> tuple[Value, ...]:
    """Return the values; None where a table is empty."""
    here, there = matched.here, matched.there
    difference = abs(here - there)
    small = (difference > 0) & (difference < floor)
    both = matched.rows_here and matched.rows_there
    counted: dict[str, int | float | None] = {
        "rows": matched.rows_here,
        "earlier_rows": matched.rows_there,
        "cells": int(here.size),
        "shared_cells": int(((here > 0) & (there > 0)).sum()),
        "overlap_share": float(here.clip(max=there).sum()) / matched.rows_here if both else None,
        "small_differences": int(small.sum()) if both else None,
        "exposed_records": int(difference[small].sum()) if both else None,
        "stable_codes": stable if both else None,
    }
    return tuple(
        Value(
            name=name,
            value=value,
            unit="share" if name == "overlap_share" else "count",
            sample_size=matched.rows_here,
            reason=Text.of(N_("One of the releases has no rows.")) if value is None else None,
        )
        for name, value in counted.items()
    )


def _differences(difference: NDArray[np.int64]) -> Detail:
    """Return how many cells differ by how many rows."""
    rows = []
    for low, high in _BINS:
        inside = (difference >= low) & ((difference <= high) if high is not None else True)
        label = f"{low}+" if high is None else f"{low}\N{EN DASH}{high}"
        label = str(low) if low == high else label
        rows.append((label, low, high, int(inside.sum()), int(difference[inside].sum())))
    return Detail(
        name="differences",
        title=Text("行数の差の分布", "Distribution of differences"),
        columns=(
            Column("difference", Text("行数の差", "difference in rows")),
            Column("low", Text("下端", "from"), "count"),
            Column("high", Text("上端", "to"), "count"),
            Column("cells", Text("組合せの数", "combinations"), "count"),
            Column("records", Text("差の合計", "records in all"), "count"),
        ),
        rows=tuple(rows),
        chart="histogram",
    )


def _codes(stable: tuple[tuple[str, int], ...]) -> Detail:
    """Return the columns of codes that both releases share."""
    return Detail(
        name="stable_columns",
        title=Text("提供をまたいで同じ符号の列", "Codes that are stable across releases"),
        columns=(
            Column("column", Text("列", "column")),
            Column("shared", Text("共通する値の数", "values shared"), "count"),
        ),
        rows=stable,
    )
