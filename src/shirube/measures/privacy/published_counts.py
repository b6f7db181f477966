# SPDX-License-Identifier: Apache-2.0
"""The measure ``published_counts``: what tables of counts tell of few people by subtraction."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from shirube.measures.privacy.named_columns import below_one, problems_of, refuse
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Column, Detail, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.measures.privacy.count_tables import CountTable
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "集計表の各セルの人数を読み、1人以上で下限に満たないセルを数えました。秘匿されたセルは、同じ行又は列の合計と"
    "他のセルがすべて分かれば引き算で求め、新たに分かるものがなくなるまで繰り返しました。以前の表が指定されていれば、"
    "共通する項目のあらゆる組合せについて両方の人数を比べ、差が1人以上で下限に満たないものを数えました。照合には、"
    "この比較のためだけの鍵による要約値を用い、項目の値は記録しません。",
    "The number of people of each cell was read, and cells of at least one and fewer than the "
    "floor were counted. A cell that is withheld was found by subtraction where the total and all "
    "other cells of its line are known, until nothing more followed. Where an earlier table is "
    "given, the numbers of both were compared over every set of the dimensions they share; "
    "differences of at least one and fewer than the floor were counted. Values were matched by "
    "digests under a key of this comparison alone, and none is recorded.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("cells", "number", Text("セルの数", "cells"), "count"),
    Name(
        "small_cells",
        "number",
        Text("人数が下限に満たないセルの数", "cells with fewer people than the floor"),
        "count",
    ),
    Name("withheld_cells", "number", Text("秘匿されたセルの数", "cells withheld"), "count"),
    Name(
        "recovered_cells",
        "number",
        Text(
            "引き算で求められた、人数の少ない秘匿セルの数",
            "small cells withheld in vain: subtraction finds them",
        ),
        "count",
    ),
    Name("sets", "number", Text("比べた項目の組の数", "sets of dimensions compared"), "count"),
    Name(
        "small_differences",
        "number",
        Text(
            "以前の表との差が小さいセルの数", "cells with a small difference to the earlier table"
        ),
        "count",
    ),
    Name(
        "exposed_people",
        "number",
        Text("小さな差で明らかになる人数", "people that small differences expose"),
        "count",
    ),
)
TOTALS = ("計", "合計", "総計", "総数", "小計", "全体", "total", "all", "sum")
MOST_CELLS, MOST_SHARED = 1_000_000, 8


class _Set(NamedTuple):
    """One set of dimensions: cells compared, small differences, people they expose."""

    dimensions: tuple[str, ...]
    cells: int
    small: int
    people: float


@measure(
    name="published_counts",
    version="1",
    subject="dataset",
    title=Text("集計表の人数と差分", "Counts of a published table and their differences"),
    description=Text(
        "集計表に少人数のセルがないか、秘匿したセルや少数の人の出入りが、合計や以前の表との引き算で分からないかを調べます。",
        "Looks for cells of few people in a table of counts, and whether subtracting totals or an "
        "earlier table shows withheld cells or the coming and going of few people.",
    ),
    produces=PRODUCES,
)
def published_counts(
    source: Source,
    *,
    count: str,
    dimensions: tuple[str, ...] | None = None,
    earlier: Source | None = None,
    earlier_count: str | None = None,
    totals: tuple[str, ...] = TOTALS,
    floor: int = 3,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Measure what the cells of a table of counts, and their differences, tell.

    A cell of :math:`1\le n<` ``floor`` people is small. With an earlier table of :math:`m` people
    in a cell of some shared dimensions, the difference :math:`|n-m|` is small under the same
    bounds, however large both numbers are: whoever holds both tables knows what these few people
    have in common. 0 means that neither the table nor subtraction shows few people.

    Parameters
    ----------
    source
        The table of counts, one row per cell.
    count
        Its column with the number of people; a text in place of a number withholds it, a dash is 0.
    dimensions
        Its columns that make a cell; all but ``count`` when left out.
    earlier
        A further table: an earlier table of counts, or a table with one row per person, about
        overlapping people.
    earlier_count
        The earlier table's column with the number of people; ``count`` when left out, if the table
        has such a column, and one person per row if it has not.
    totals
        Values that stand for all others of a dimension; an empty cell always does.
    floor
        Fewer people than this are few.
    seed, progress
        Nothing is random. Progress is told per step.

    Returns
    -------
    Result
        A census: no interval. What is recovered is a lower bound, for only one line is solved at a
        time. Differences are None without an earlier table or without a shared dimension.

    Raises
    ------
    Problem, Problems
        When a column does not exist or is named twice, the table has more than 1,000,000 rows, or
        the floor is below 1.

    References
    ----------
    Denning, D. E. and Denning, P. J. (1979), doi:10.1145/356778.356782. Hundepool et al. (2012),
    *Statistical Disclosure Control*, doi:10.1002/9781118348239, chapter 4 (tabular data).
    """
    del seed
    known = [each.name for each in source.table.columns]
    chosen = [name for name in known if name != count] if dimensions is None else list(dimensions)
    refuse([*problems_of(source, [*chosen, count]), *_problems(source, chosen, floor)])
    from shirube.measures.privacy.count_tables import published, recovered

    key = secrets.token_hex(16)
    if progress:
        progress(_("Reading cells"), None)
    folded = frozenset(each.casefold() for each in totals)
    table = published(source, chosen, count, folded, key)
    solved = recovered(table)
    sets: list[_Set] | None = None
    if earlier is not None:
        if progress:
            progress(_("Comparing tables"), None)
        sets = list(_compared(solved, earlier, earlier_count or count, folded, floor, key))
    rows = source.table.rows or 0
    return Result(
        values=_values(table, solved, sets, rows, floor),
        sample_size=rows,
        method=METHOD,
        details=(_table(sets or []),),
    )


def _problems(source: Source, dimensions: Sequence[str], floor: int) -> Iterator[Problem]:
    """Yield what is wrong beside the names."""
    yield from below_one(floor=floor)
    if not dimensions:
        yield Problem(
            _("No column makes a cell."),
            remedy=_("Name the columns by which people are counted in dimensions."),
        )
    rows = source.table.rows or 0
    if rows > MOST_CELLS:
        yield Problem(
            _("The table has {rows} rows; a table of counts has at most {most}.").format(
                rows=rows, most=MOST_CELLS
            ),
            where=source.table.dataset,
            remedy=_("A table with one row per person is measured by release_overlap."),
        )


def _compared(
    table: CountTable,
    earlier: Source,
    count: str,
    totals: frozenset[str],
    floor: int,
    key: str,
) -> Iterator[_Set]:
    """Compare both tables over every set of the dimensions they share."""
    from shirube.measures.privacy import count_tables as of

    shared = [name for name in table.dimensions if earlier.table.column(name) and name != count]
    if not shared:
        return
    if len(shared) > MOST_SHARED:
        raise Problem(
            _("The tables share {number} dimensions; at most {most} are compared.").format(
                number=len(shared), most=MOST_SHARED
            ),
            remedy=_("Name fewer of them in dimensions."),
        )
    if earlier.table.column(count):
        rest = [each.name for each in earlier.table.columns if each.name != count]
        other = of.recovered(of.published(earlier, rest, count, totals, key))
    else:
        other = of.counted(earlier, shared, key)
    pairs = zip(of.margins(table, shared), of.margins(other, shared), strict=True)
    for (names, cells, people), (_names, others, numbers) in pairs:
        apart = of.difference((cells, people), (others, numbers))
        small = (apart >= 1) & (apart < floor)
        yield _Set(names, int(apart.size), int(small.sum()), float(apart[small].sum()))


def _values(
    table: CountTable, solved: CountTable, sets: Sequence[_Set] | None, rows: int, floor: int
) -> tuple[Value, ...]:
    """Return the values; None where there was nothing to look at."""
    import numpy as np

    withheld = np.isnan(table.count)
    few = (solved.count >= 1) & (solved.count < floor)
    counted: dict[str, int | float | None] = {
        "rows": rows,
        "cells": int(table.count.size),
        "small_cells": int((few & ~withheld).sum()),
        "withheld_cells": int(withheld.sum()),
        "recovered_cells": int((few & withheld).sum()),
        "sets": len(sets) if sets else None,
        "small_differences": sum(each.small for each in sets) if sets else None,
        "exposed_people": max(each.people for each in sets) if sets else None,
    }
    alone = Text.of(N_("No earlier table is given."))
    if sets is not None:
        alone = Text.of(N_("The tables share no dimension."))
    reason = alone if rows else Text.of(N_("The table has no rows."))
    return tuple(
        Value(
            name=name,
            value=value if rows else None,
            unit="count",
            sample_size=rows,
            reason=reason if value is None or not rows else None,
        )
        for name, value in counted.items()
    )


def _table(sets: Sequence[_Set]) -> Detail:
    """Return one row per set of dimensions; never a value of one."""
    return Detail(
        name="sets",
        title=Text("項目の組ごとの差分", "Differences per set of dimensions"),
        columns=(
            Column("dimensions", Text("項目", "dimensions")),
            Column("cells", Text("比べたセル", "cells compared"), "count"),
            Column("small", Text("小さな差", "small differences"), "count"),
            Column("people", Text("明らかになる人数", "people exposed"), "count"),
        ),
        rows=tuple(
            (" + ".join(each.dimensions) or None, each.cells, each.small, each.people)
            for each in sets
        ),
    )
