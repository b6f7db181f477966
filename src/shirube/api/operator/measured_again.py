# SPDX-License-Identifier: Apache-2.0
"""A released table is measured as any table is, from its file: the search is not asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shirube.api.operator.measure import measure
from shirube.terms.errors import InternalError, ShirubeError

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.deidentification import Solution, Wish
    from shirube.terms.source import Progress


def hits(out: Path, progress: Progress | None) -> dict[str, int | None]:
    """Count identifiers in what was written; None where that failed."""
    try:
        made = measure("personal_data", [out], {}, progress=progress)
    except ShirubeError:
        return {}
    return {each.name: cast("int | None", each.value) for each in made.values}


def linked(
    out: Path, table: Path, encoding: str | None, progress: Progress | None
) -> tuple[str, ...] | None:
    """Return the columns of what was written that hold codes of the source; None if that failed."""
    return _columns_with(
        "linking_codes", out, "original_column", {}, {"original": table}, encoding, progress
    )


def features(out: Path, encoding: str | None, progress: Progress | None) -> tuple[str, ...] | None:
    """Return the columns that could hold features of the body; None if that failed."""
    return _columns_with("body_features", out, "records", {}, {}, encoding, progress)


def extremes(
    out: Path, k: int, encoding: str | None, progress: Progress | None
) -> tuple[str, ...] | None:
    """Return the columns whose smallest or largest value fewer than k rows have; None as above."""
    return _columns_with(
        "rare_values", out, "extreme_records", {"floor": k}, {}, encoding, progress
    )


def _columns_with(
    name: str,
    out: Path,
    told_by: str,
    arguments: dict[str, object],
    further: dict[str, Path | str],
    encoding: str | None,
    progress: Progress | None,
) -> tuple[str, ...] | None:
    """Return the columns in whose row of the measure's table something is told."""
    try:
        made = measure(
            name, [out], arguments, further=further, encoding=encoding, progress=progress
        )
    except ShirubeError:
        return None
    (detail,) = made.details[:1] or (None,)
    if detail is None:
        return ()
    at = [column.name for column in detail.columns].index(told_by)
    return tuple(str(row[0]) for row in detail.rows if row[at])


def models(
    out: Path, solution: Solution, wish: Wish, progress: Progress | None
) -> tuple[dict[str, float | None], str]:
    """Measure anonymity on what was written, by the measure's own way, not the search's.

    Returns the values, or why there are none.
    """
    arguments: dict[str, object] = {"quasi_identifiers": list(solution.attributes)}
    if wish.sensitive:
        arguments["sensitive"] = list(wish.sensitive)
    try:
        made = measure("anonymity", [out], arguments, progress=progress)
    except ShirubeError as error:
        return {}, str(error)
    found = {
        each.name: cast("float | None", each.value)
        for each in made.values
        if each.name in ("k", "l_distinct", "l_entropy", "t_equal", "average_class_size")
    }
    k = found.get("k")
    if k is not None and k < wish.requirement.k and not wish.keep_suppressed:
        raise InternalError(f"the written table has k = {k}, asked was {wish.requirement.k}")
    return found, ""
