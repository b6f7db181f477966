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
