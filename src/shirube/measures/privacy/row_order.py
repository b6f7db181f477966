# SPDX-License-Identifier: Apache-2.0
"""The measure ``row_order``: whether the order of a table's rows tells who they are."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Literal, NamedTuple

from shirube.measures.privacy.named_columns import problems_of, refuse
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Column, Detail, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.measures.privacy.order_tests import OrderTest
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "行の並びが、無作為に並べ替えた場合と区別できるかを検定しました。列ごとに、値の順位と行の位置との相関"
    "（並べ替えられた表を見つけます）と、値の順位と次の行の値の順位との相関（まとまりや、表にない項目の順を見つけます）を"
    "求め、無作為な並べ替えのもとでの正確な平均と分散により両側のp値を計算しました。元の表が指定されていれば、"
    "値がそのまま残った列の組合せによって元の行をたどり、元の行の位置と、残していない列の値の順についても同じ検定を"
    "行い、値が変わった列は、行数が同じであれば同じ位置の値どうしの相関を検定しました。p値は、検定の数を掛けて調整しています（Bonferroni）。照合には、この比較のためだけの鍵による要約値を用いました。",
    "Whether the order of the rows can be told from a shuffle was tested. Per column, the "
    "correlation of the rank of the value with the place of the row (which sees a sorted table), "
    "and with the rank of the next row's value (which sees groups, and the order of something "
    "that is not in the table), have exact means and variances under a shuffle, from which "
    "two-sided probabilities follow. Where the original is given, rows were traced to it by the "
    "columns whose values were carried over, and the same tests were made of the place of the "
    "original row and of the values of the columns that were not carried over; columns whose "
    "values changed were held against the original's value in the same place, if both tables have "
    "as many rows. Probabilities are multiplied by the number of tests (Bonferroni). Values were "
    "matched by digests under a key of this comparison alone.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("columns", "number", Text("調べた列の数", "columns looked at"), "count"),
    Name(
        "columns_left_out", "number", Text("調べていない列の数", "columns not looked at"), "count"
    ),
    Name(
        "p_value",
        "number",
        Text(
            "行が無作為に並ぶとする検定のp値（調整済み）", "p-value of a shuffled table, adjusted"
        ),
    ),
    Name(
        "ordered_columns",
        "number",
        Text("並びに順序が現れている列の数", "columns that show an order"),
        "count",
    ),
    Name("strongest", "number", Text("最も強い相関", "strongest correlation")),
    Name(
        "traced_share",
        "number",
        Text("元の行をたどれた行の割合", "share of rows traced to the original"),
        "share",
    ),
    Name(
        "original_p_value",
        "number",
        Text(
            "元の表の順と無関係とする検定のp値（調整済み）",
            "p-value of no order of the original's, adjusted",
        ),
    ),
    Name(
        "original_correlation",
        "number",
        Text("元の表の行の位置との相関", "correlation with the place in the original"),
    ),
)


_Unit = Literal["", "share", "count"]


class Tested(NamedTuple):
    """One sequence that was tested: the column, whose it is, and the result."""

    column: str
    of: str  # "release", "place", "original", "same_place"
    test: OrderTest


@measure(
    name="row_order",
    version="1",
    subject="dataset",
    title=Text("行の並び順", "Order of the rows"),
    description=Text(
        "行の並びに、元の表や特定の列の順序が残っていないかを、統計的な検定によって調べます。",
        "Tests whether the order of the rows still follows the original table or a column, or "
        "cannot be told from a shuffle.",
    ),
    produces=PRODUCES,
)
def row_order(
    source: Source,
    *,
    original: Source | None = None,
    columns: tuple[str, ...] | None = None,
    significance: float = 0.01,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    """Test whether the order of the rows could have come out of a shuffle.

    ``p_value`` is the probability that a shuffled table shows as much order in any of its columns:
    a table that was shuffled has one below 0.01 in one case of a hundred, one that is sorted or in
    groups has nearly 0. ``original_p_value`` is the same for the order of the original. A
    correlation of 0 means no order, 1 or -1 that the order is the same or the reverse.

    Parameters
    ----------
    source
        The release, whose files are in the order in which they are handed out.
    original
        A further table: the one from which the release was made. Left out, only the columns of the
        release are tested.
    columns
        Columns of the release to look at; all of them when left out.
    significance
        Adjusted p-value below which a column counts as showing an order.
    seed, progress
        Nothing is random. Progress is told per column.

    Returns
    -------
    Result
        Probabilities without interval. None where a table has fewer than 30 rows, where no
        original is given, or where no row can be traced to it. Memory is that of one column: about
        50 bytes per row, and as much again where all of its values are different texts.

    Raises
    ------
    Problem, Problems
        When a column does not exist or is named twice, the significance is out of range, or the
        engine does not know the order of the rows.

    References
    ----------
    Enforcement Rules for the Act on the Protection of Personal Information, Art. 34, item 1.
    Spearman, C. (1904), doi:10.2307/1412159. Wald, A. and Wolfowitz, J. (1943),
    doi:10.1214/aoms/1177731358.
    """
    del seed
    known = [column.name for column in source.table.columns]
    chosen = known if columns is None else list(columns)
    problems = list(problems_of(source, chosen))
    if not 0 < significance < 1:
        problems.append(
            Problem(
                _("significance is {number}; it is a probability between 0 and 1.").format(
                    number=significance
                ),
                remedy=_("Give for instance 0.01."),
            )
        )
    refuse(problems)
    key = secrets.token_hex(16)
    own = list(_of_release(source, chosen, key, progress))
    others, traced = _of_original(source, original, key, progress) if original else ([], 0)
    rows = source.table.rows or 0
    return Result(
        values=_values(own, others, rows, traced, len(known) - len(chosen), significance, original),
        sample_size=rows,
        method=METHOD,
        details=(_table([*own, *others]),),
    )


def _of_release(
    source: Source, columns: Sequence[str], key: str, progress: Progress | None
) -> Iterator[Tested]:
    """Test the columns of the release."""
    from shirube.measures.privacy.order_tests import order_of
    from shirube.measures.privacy.row_places import ranks_in_order

    for at, name in enumerate(columns):
        if progress:
            progress(_("Looking at the order of the rows"), at / len(columns))
        yield Tested(name, "release", order_of(ranks_in_order(source, name, key)))


def _of_original(
    source: Source, original: Source, key: str, progress: Progress | None
) -> tuple[list[Tested], int]:
    """Test the place of each row in the original and its columns that were not carried over."""
    import numpy as np

    from shirube.measures.privacy.order_tests import order_of
    from shirube.measures.privacy.row_places import ranks_in_order, trace

    if progress:
        progress(_("Tracing rows to the original"), None)
    traced = trace(source, original, key)
    found = list(_side_by_side(source, original, traced.carried, key))
    if not traced.rows:
        return found, 0
    place = traced.mean_of(np.arange(traced.of_original.size, dtype=np.float64))
    found.append(Tested("", "place", order_of(place)))
    rest = [each.name for each in original.table.columns if each.name not in traced.carried]
    for at, name in enumerate(rest):
        if progress:
            progress(_("Looking at the order of the rows"), at / len(rest))
        ranks = traced.mean_of(ranks_in_order(original, name, key))
        found.append(Tested(name, "original", order_of(ranks)))
    return found, traced.rows


def _side_by_side(
    source: Source, original: Source, carried: Sequence[str], key: str
) -> Iterator[Tested]:
    """Test the columns whose values changed, row by row, where no row was left out or added."""
    from shirube.measures.privacy.order_tests import agreement_of
    from shirube.measures.privacy.row_places import ranks_in_order

    if source.table.rows != original.table.rows:
        return
    for name in (each.name for each in source.table.columns if each.name not in carried):
        if original.table.column(name):
            ranks, before = (ranks_in_order(table, name, key) for table in (source, original))
            yield Tested(name, "same_place", agreement_of(ranks, before))


def _adjusted(tested: Sequence[Tested]) -> float | None:
    """Return the smallest probability times the number of tests; None without a test."""
    tests = sum(each.test.tests for each in tested)
    return min(1.0, tests * min(each.test.p for each in tested)) if tests else None


def _values(
    own: Sequence[Tested],
    others: Sequence[Tested],
    rows: int,
    traced: int,
    left_out: int,
    significance: float,
    original: Source | None,
) -> tuple[Value, ...]:
    """Return the values; None with a reason where nothing could be tested."""
    p, original_p = _adjusted(own), _adjusted(others)
    few = Text.of(N_("Too few rows, or no column with different values, to see an order."))
    reason = few
    if original is None:
        reason = Text.of(N_("No original is given."))
    elif rows:
        reason = Text.of(N_("No row can be traced to the original by values that were kept."))
    tests = sum(each.test.tests for each in own)
    ordered = sum(each.test.tests > 0 and tests * each.test.p < significance for each in own)
    place = next((each.test for each in others if each.of == "place"), None)
    counted: tuple[tuple[str, float | None, _Unit, Text | None], ...] = (
        ("rows", rows, "count", None),
        ("columns", len(own), "count", None),
        ("columns_left_out", left_out, "count", None),
        ("p_value", p, "", few),
        ("ordered_columns", None if p is None else ordered, "count", few),
        ("strongest", max((each.test.strength for each in own), default=0.0) if tests else None,
         "", few),
        ("traced_share", traced / rows if original and rows else None, "share", reason),
        ("original_p_value", original_p, "", reason),
        ("original_correlation", place.trend if place else None, "", reason),
    )  # fmt: skip
    return tuple(
        Value(
            name=name,
            value=value,
            unit=unit,
            sample_size=rows,
            reason=why if value is None else None,
        )
        for name, value, unit, why in counted
    )


def _table(tested: Sequence[Tested]) -> Detail:
    """Return one row per sequence, the strongest order first."""
    order = {"place": 0, "original": 1, "same_place": 2, "release": 3}
    rows = sorted(
        (
            (
                each.column or None,
                each.of,
                each.test.rows,
                each.test.trend,
                each.test.trend_p,
                each.test.neighbours,
                each.test.neighbours_p,
            )
            for each in tested
        ),
        key=lambda row: (order[row[1]], row[0] or ""),
    )
    return Detail(
        name="orders",
        title=Text("並びの検定", "Tests of the order"),
        columns=(
            Column("column", Text("列", "column")),
            Column("of", Text("対象", "whose order")),
            Column("rows", Text("判定した行", "rows judged"), "count"),
            Column("trend", Text("位置との相関", "correlation with the place")),
            Column("trend_p", Text("p値", "p-value")),
            Column("neighbours", Text("次の行との相関", "correlation with the next row")),
            Column("neighbours_p", Text("p値", "p-value")),
        ),
        rows=tuple(rows),
        note=Text(
            "元の表の順は、元の表にだけある値の順です。p値は調整前です。ごくまれな値しか違わない列では、次の行との相関は判定しません。",
            "The order of the original is that of values only the original has. The p-values are "
            "not adjusted. Where only very rare values differ, neighbours are not judged.",
        ),
    )
