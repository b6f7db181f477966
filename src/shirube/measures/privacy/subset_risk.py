# SPDX-License-Identifier: Apache-2.0
"""The measure ``subset_risk``: which columns single people out, and which nobody declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.privacy.named_columns import below_one, problems_of, refuse
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from shirube.measures.privacy.subsets import Search
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "列を一つから最大の数まで組み合わせ、すべての組合せについて、値が同じ行を数えました（欠損も一つの値として"
    "扱います）。一列だけで半数以上の行を一意にする列は、組合せからは除いて別に数えます。ある列を加えると一意に"
    "なる行の割合の最大値が基準以上の列を、準識別子の候補として提案します。攻撃者がその列の値を知り得るかは"
    "人が判断することであり、測定は示しません。",
    "Rows with equal values were counted for every set of one column up to the largest size; a "
    "missing value is a value of its own. A column that leaves at least half of the records alone "
    "by itself is told and left out of the sets. Proposed as quasi-identifiers are columns whose "
    "joining a set leaves at least the given share of records alone. Whether an attacker can know "
    "a column is for people to judge; the measurement does not show it.",
)

_BOUNDED = Text("組合せを調べていない列の数", "columns looked at only by themselves")
_IDENTIFYING = Text("一列で過半を一意にする列の数", "columns that identify by themselves")
_SMALLEST = Text("一意な行を生む最小の列数", "columns of the smallest set with a record alone")
_PROPOSED = Text("準識別子として提案する列の数", "columns proposed as quasi-identifiers")
_UNDECLARED = Text("提案する列のうち宣言にない列の数", "proposed columns that nobody declared")
_WORST = Text("一意な行の割合の最大値", "largest share of records alone")
PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("columns", "number", Text("調べた列の数", "columns looked at"), "count"),
    Name("subsets", "number", Text("調べた列の組合せの数", "sets of columns counted"), "count"),
    Name(
        "largest_subset",
        "number",
        Text("最大の組合せの列数", "columns of the largest set"),
        "count",
    ),
    Name("columns_bounded", "number", _BOUNDED, "count"),
    Name(
        "columns_left_out",
        "number",
        Text("まったく調べていない列の数", "columns not looked at"),
        "count",
    ),
    Name("identifying_alone", "number", _IDENTIFYING, "count"),
    Name(
        "minimal_uniques", "number", Text("極小な一意の記録の数", "minimal sample uniques"), "count"
    ),
    Name("smallest_unique_set", "number", _SMALLEST, "count"),
    Name("worst_alone_share", "number", _WORST, "share"),
    Name("proposed", "number", _PROPOSED, "count"),
    Name("risky_left_out", "number", _UNDECLARED, "count"),
)


@measure(
    name="subset_risk",
    version="2",
    subject="dataset",
    title=Text("列の組合せごとのリスク（SUDA）", "Risk of every few columns (SUDA)"),
    description=Text(
        "一つから四つまでの列のすべての組合せについて、個人がどの程度まで絞り込まれるかを測り、準識別子とすべき列を"
        "提案します。",
        "How far every set of one to four columns narrows down to a person; proposes which columns "
        "should count as quasi-identifiers.",
    ),
    produces=PRODUCES,
)
def subset_risk(
    source: Source,
    *,
    quasi_identifiers: tuple[str, ...] = (),
    sensitive: tuple[str, ...] = (),
    columns: tuple[str, ...] | None = None,
    most: int = 4,
    limit: float = 0.01,
    max_subsets: int = 800,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Measure how far every few columns single out records.

    For a set :math:`S` of columns, :math:`a(S)` is the share of records that no other record equals
    in all of them. The gain of a column is :math:`\max_{S,|S|<m} a(S\cup\{c\})-a(S)`: 0 means that
    it never helps to single anybody out. A *minimal sample unique* is a record together with a set
    in which it is alone while it is in no part of that set.

    Parameters
    ----------
    source
        The table.
    quasi_identifiers
        The columns that were declared as quasi-identifiers.
    sensitive
        The columns that were declared as sensitive.
    columns
        Columns to look at; all of them when left out.
    most
        Largest number of columns in a set, at most 4.
    limit
        A column is proposed when its gain reaches this share of the records.
    max_subsets
        At most so many sets are counted: with more columns, those that distinguish most.
    seed, progress
        Nothing is random. Progress is told per column.

    Returns
    -------
    Result
        A census: no interval. ``risky_left_out`` is None, never 0, where an undeclared column was
        only looked at by itself. A table without rows has no values.

    Raises
    ------
    Problems
        When a column does not exist or is named twice, or a number is out of range.

    References
    ----------
    Elliot, Manning and Ford (2002), doi:10.1142/S0218488502001600 (special uniques). Manning,
    Haglin and Keane (2008), doi:10.1007/s10618-007-0078-6 (SUDA2). Motwani and Xu (2007),
    *Efficient algorithms for masking and finding quasi-identifiers*.
    """
    del seed
    known = tuple(column.name for column in source.table.columns)
    chosen = known if columns is None else columns
    _check(source, quasi_identifiers, sensitive, chosen, most, limit, max_subsets)
    from shirube.measures.privacy.subset_tables import (
        columns_table,
        minimal_table,
        pairs_table,
        sets_table,
    )
    from shirube.measures.privacy.subsets import gains, search

    def tell(done: int) -> None:
        if progress:
            progress(_("Looking at columns"), done / len(chosen))

    found = search(source, chosen, most=most, max_subsets=max_subsets, tell=tell)
    cells = found.cells
    gain = gains(cells) if cells else {}
    risky = {*found.identifying, *(name for name, more in gain.items() if more >= limit)}
    declared = dict.fromkeys(quasi_identifiers, "quasi_identifier")
    declared |= dict.fromkeys(sensitive, "sensitive")
    rows = source.table.rows or 0 if cells is None else cells.rows
    return Result(
        values=_values(found, rows, len(known) - len(set(chosen)), risky, set(declared)),
        sample_size=rows,
        method=METHOD,
        details=(
            columns_table(found, frozenset(risky), declared),
            *(
                [minimal_table(cells), sets_table(cells), pairs_table(found, cells)]
                if cells
                else []
            ),
        ),
        notes=_notes(found),
    )


def _check(
    source: Source,
    quasi_identifiers: tuple[str, ...],
    sensitive: tuple[str, ...],
    columns: tuple[str, ...],
    most: int,
    limit: float,
    max_subsets: int,
) -> None:
    """Raise everything that is wrong with the arguments at once."""
    problems = [
        *problems_of(source, [*quasi_identifiers, *sensitive]),
        *problems_of(source, columns),
        *below_one(max_subsets=max_subsets),
    ]
    if not 1 <= most <= 4:
        problems.append(
            Problem(
                _("most is {number}; sets have one to four columns.").format(number=most),
                remedy=_("Give a whole number from 1 to 4."),
            )
        )
    if not 0 < limit <= 1:
        problems.append(
            Problem(
                _("limit is {number}; it is a share above 0 and up to 1.").format(number=limit),
                remedy=_("Give for instance 0.01."),
            )
        )
    refuse(problems)


def _values(
    found: Search, rows: int, left_out: int, risky: set[str], declared: set[str]
) -> tuple[Value, ...]:
    """Return the values; None with a reason where nothing can be said."""
    if rows == 0:
        reason = Text.of(N_("The table has no rows."))
        return tuple(Value(name=name.name, value=None, reason=reason) for name in PRODUCES)
    from shirube.measures.privacy.subsets import alone_in

    cells = found.cells
    alone = {names: n for names, n in alone_in(cells).items() if names} if cells else {}
    sizes = [1] if found.identifying else [len(names) for names, n in alone.items() if n]
    unknown = [name for name in found.bounded if name not in declared]
    undeclared = len(risky - declared)
    bounded = Text.of(
        N_("Columns that nobody declared were only looked at by themselves: {count}."),
        count=len(unknown),
    )
    none_alone = Text.of(N_("No set of the columns searched leaves a record alone."))
    counts: dict[str, tuple[int | float | None, Text | None]] = {
        "rows": (rows, None),
        "columns": (len(found.singles), None),
        "subsets": (len(cells.subsets) if cells else 0, None),
        "largest_subset": (found.most, None),
        "columns_bounded": (len(found.bounded), None),
        "columns_left_out": (left_out, None),
        "identifying_alone": (len(found.identifying), None),
        "minimal_uniques": (int(cells.minimal.sum()) if cells else 0, None),
        "smallest_unique_set": (min(sizes, default=None), none_alone),
        "worst_alone_share": (max(alone.values(), default=0) / rows, None),
        "proposed": (len(risky), None),
        "risky_left_out": (None if unknown and not undeclared else undeclared, bounded),
    }
    units = {name.name: name.unit for name in PRODUCES}
    return tuple(
        Value(
            name=name,
            value=value,
            unit="share" if units[name] == "share" else "count",
            sample_size=rows,
            reason=reason if value is None else None,
        )
        for name, (value, reason) in counts.items()
    )


def _notes(found: Search) -> tuple[Text, ...]:
    """Say how far the search went, where it had to stop."""
    notes = []
    if found.identifying:
        names = ", ".join(found.identifying[:20])
        notes.append(
            Text(
                f"一列だけで半数以上の行を一意にする列: {names}。組合せからは除きました。",
                f"Columns that leave at least half of the records alone by themselves: {names}. "
                "They were left out of the sets.",
            )
        )
    if found.bounded:
        notes.append(
            Text(
                f"列の組合せが多すぎるため、識別力の高い{len(found.searched)}列だけを組み合わせました。"
                f"残る{len(found.bounded)}列は一列ずつ調べました。",
                f"There are too many sets of columns: the {len(found.searched)} columns that "
                f"distinguish most were combined, the other {len(found.bounded)} only looked at "
                "by themselves.",
            )
        )
    return tuple(notes)
