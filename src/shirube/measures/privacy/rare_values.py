# SPDX-License-Identifier: Apache-2.0
"""The measure ``rare_values``: values that few records have, and extremes that stand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shirube.measures.privacy.named_columns import below_one, problems_of, refuse
from shirube.measures.registry import measure
from shirube.terms.measurement import Column, Detail, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.source import Progress, Source, TableColumn

METHOD = Text(
    "列ごとに値の度数を数え、下限より少ない行にしか現れない値を、まれな値としました（欠損は値として数えません）。"
    "値の種類が多く平均の度数が下限に満たない数値の列では、度数は判定せず、最小値と最大値だけを調べます。数値と日付の列で、"
    "最小値又は最大値を持つ行が下限より少なければ、極端な値があるとします。値そのものは記録しません。",
    "The frequency of every value was counted column by column; a value in fewer rows than the "
    "floor is rare, and a missing value is none. In a column of numbers with so many different "
    "values that their average frequency lies below the floor, frequencies are not judged, only "
    "the smallest and the largest value. A column of numbers or dates has an extreme where fewer "
    "rows than the floor have its smallest or its largest value. No value is recorded.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("columns", "number", Text("調べた列の数", "columns looked at"), "count"),
    Name(
        "columns_left_out", "number", Text("調べていない列の数", "columns not looked at"), "count"
    ),
    Name(
        "rare_columns", "number", Text("まれな値のある列の数", "columns with rare values"), "count"
    ),
    Name("rare_values", "number", Text("まれな値の数", "rare values"), "count"),
    Name(
        "rare_share",
        "number",
        Text("まれな値を持つ行の割合（最大の列）", "records with a rare value, worst column"),
        "share",
    ),
    Name(
        "extreme_columns",
        "number",
        Text("極端な値のある列の数", "columns with an extreme"),
        "count",
    ),
    Name(
        "fine_columns",
        "number",
        Text("度数を判定しない数値の列の数", "columns of numbers too fine for frequencies"),
        "count",
    ),
)


@dataclass(frozen=True)
class Frequencies:
    """What the frequencies of one column say; counts of rows, never a value."""

    name: str
    distinct: int
    rare: int
    rare_rows: int
    extreme_rows: int
    fine: bool


@measure(
    name="rare_values",
    version="1",
    subject="dataset",
    title=Text("まれな値と極端な値", "Rare values and extremes"),
    description=Text(
        "ごく少数の行にしか現れない値や、一部の人だけが持つ最小・最大の値を、列ごとに数えます。",
        "Counts per column the values that very few rows have, and smallest and largest values "
        "that belong to few people.",
    ),
    produces=PRODUCES,
)
def rare_values(
    source: Source,
    *,
    columns: tuple[str, ...] | None = None,
    floor: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    """Count rare values and extremes.

    A value is rare when fewer than ``floor`` rows have it. A column is *fine* when it holds numbers
    and its values occur fewer than ``floor`` times on average, for instance exact amounts: nearly
    every value is rare there, which says nothing about the person, so only its ends are judged. An
    end is extreme when fewer than ``floor`` rows have the smallest or the largest value: the column
    has no top or bottom code. 0 everywhere means that no value alone leads to a few people.

    Parameters
    ----------
    source
        The table.
    columns
        Columns to look at; all of them when left out.
    floor
        Rows that must share a value.
    seed, progress
        Nothing is random. Progress is told per column.

    Returns
    -------
    Result
        A census: no interval. A table without rows has no values.

    Raises
    ------
    Problems
        When a column does not exist or is named twice, or the floor is below 1.

    References
    ----------
    Enforcement Rules for the Act on the Protection of Personal Information, Art. 34, item 4.
    Hundepool et al. (2012), *Statistical Disclosure Control*, doi:10.1002/9781118348239 (top and
    bottom coding).
    """
    del seed
    known = source.table.columns
    wanted = [column.name for column in known] if columns is None else list(columns)
    refuse([*problems_of(source, wanted), *below_one(floor=floor)])
    found = []
    for at, name in enumerate(wanted):
        if progress:
            progress(_("Looking at columns"), at / len(wanted))
        column = source.table.column(name)
        if column is not None:
            found.append(_frequencies(source, column, floor))
    rows = source.table.rows or 0
    return Result(
        values=_values(found, rows, len(known) - len(wanted)),
        sample_size=rows,
        method=METHOD,
        details=(_table(found, rows),),
    )


def _frequencies(source: Source, column: TableColumn, floor: int) -> Frequencies:
    """Count one column; classes come in the order of the values, a missing one last."""
    cells = source.class_cells([column.name], codes=True)
    counts = cells.count[:-1] if cells.nulls.get(column.name) else cells.count
    has_order = column.kind in ("number", "time")
    fine = column.kind == "number" and counts.size * floor > counts.sum()
    rare = counts[counts < floor]
    ends = counts[[0, -1]] if counts.size > 1 else counts
    return Frequencies(
        name=column.name,
        distinct=int(counts.size),
        rare=0 if fine else int(rare.size),
        rare_rows=0 if fine else int(rare.sum()),
        extreme_rows=int(ends[ends < floor].sum()) if has_order else 0,
        fine=bool(fine),
    )


def _values(found: Sequence[Frequencies], rows: int, left_out: int) -> tuple[Value, ...]:
    """Return the values; none where the table has no rows."""
    if rows == 0:
        reason = Text.of(N_("The table has no rows."))
        return tuple(Value(name=name.name, value=None, reason=reason) for name in PRODUCES)
    counted: dict[str, int | float] = {
        "rows": rows,
        "columns": len(found),
        "columns_left_out": left_out,
        "rare_columns": sum(each.rare > 0 for each in found),
        "rare_values": sum(each.rare for each in found),
        "rare_share": max((each.rare_rows for each in found), default=0) / rows,
        "extreme_columns": sum(each.extreme_rows > 0 for each in found),
        "fine_columns": sum(each.fine for each in found),
    }
    return tuple(
        Value(
            name=name,
            value=value,
            unit="share" if name == "rare_share" else "count",
            sample_size=rows,
        )
        for name, value in counted.items()
    )


def _table(found: Sequence[Frequencies], rows: int) -> Detail:
    """Return one row per column; an end can count among the rare values as well."""
    listed = [
        (
            each.name,
            max(each.rare_rows, each.extreme_rows),
            each.rare,
            each.rare_rows / rows if rows else None,
            each.extreme_rows,
            each.distinct,
            each.fine,
        )
        for each in found
    ]
    listed.sort(key=lambda row: (-row[1], row[0]))
    return Detail(
        name="columns",
        title=Text("列ごとのまれな値", "Rare values per column"),
        columns=(
            Column("column", Text("列", "column")),
            Column("records", Text("該当する行", "records concerned"), "count"),
            Column("rare_values", Text("まれな値の数", "rare values"), "count"),
            Column("rare_share", Text("まれな値の行の割合", "share of records"), "share"),
            Column("extreme_records", Text("極端な値の行", "records at an extreme"), "count"),
            Column("distinct", Text("値の種類", "distinct values"), "count"),
            Column("fine", Text("度数は判定しない", "frequencies not judged")),
        ),
        rows=tuple(listed),
    )
