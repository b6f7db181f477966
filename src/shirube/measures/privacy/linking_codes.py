# SPDX-License-Identifier: Apache-2.0
"""The measure ``linking_codes``: columns of a release that lead back to its original."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from shirube.measures.privacy.named_columns import problems_of, refuse
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Column, Detail, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.measures.privacy.code_columns import Held
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "加工後の表の各列の値の集合を、元の表の符号の列（値の半数以上が異なる列、又は指定した列）の値の集合と照合しました。"
    "共通の値が元の列の値の一定割合以上であるか、双方がほぼ一意の列で共通の値が一つでもあれば、連結する列とします。"
    "照合には、この比較のためだけの鍵による要約値を用い、値そのものは読み出していません。値を変換した符号（ハッシュ値など）は"
    "見つかりません。",
    "The values of every column of the release were held against those of the original's columns "
    "of codes (columns in which at least half of the values differ, or those named). Columns link "
    "when they share at least the given part of the original's values, or when both are nearly "
    "unique and share any. Values were matched by digests under a key of this comparison alone. "
    "Codes that were transformed, such as hashes, are not found.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("columns", "number", Text("調べた列の数", "columns looked at"), "count"),
    Name(
        "columns_left_out", "number", Text("調べていない列の数", "columns not looked at"), "count"
    ),
    Name(
        "key_columns",
        "number",
        Text("元の表の符号の列の数", "columns of codes in the original"),
        "count",
    ),
    Name(
        "linked_columns",
        "number",
        Text("元の表と連結する列の数", "columns that link to the original"),
        "count",
    ),
    Name(
        "shared_codes", "number", Text("共通する値の数（最大）", "values shared, the most"), "count"
    ),
    Name(
        "unique_columns",
        "number",
        Text("全行の値が異なる列の数", "columns with a value of its own in every row"),
        "count",
    ),
)


@measure(
    name="linking_codes",
    version="1",
    subject="dataset",
    title=Text("元のデータと連結する符号", "Codes that link to the original"),
    description=Text(
        "加工後の表に、元の表の符号（顧客番号など）と同じ値を持つ列がないかを調べます。",
        "Looks for columns of a release that hold the codes of its original, such as numbers of "
        "customers.",
    ),
    produces=PRODUCES,
)
def linking_codes(
    source: Source,
    *,
    original: Source,
    keys: tuple[str, ...] | None = None,
    columns: tuple[str, ...] | None = None,
    share: float = 0.05,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    """Count the columns of a release that hold the codes of its original.

    A column links when its values include at least ``share`` of the different values of one of the
    original's columns of codes, or when both are nearly unique (at least half as many values as
    rows) and share any value. 0 means that no code was carried over as it is.

    Parameters
    ----------
    source
        The release.
    original
        A further table: the one from which the release was made.
    keys
        Columns of the original that hold codes; left out, those in which at least half of the rows
        have a value of their own.
    columns
        Columns of the release to look at; all of them when left out.
    share
        Part of the original's codes that a column must hold to count as linking.
    seed, progress
        Nothing is random. Progress is told per table.

    Returns
    -------
    Result
        A census: no interval. Where the original has no column of codes, ``linked_columns`` is None
        with its reason. Memory is 8 bytes for each value of the original's columns of codes, and up
        to 24 for each of one column more.

    Raises
    ------
    Problems
        When a column does not exist or is named twice, or the share is out of range.

    References
    ----------
    Enforcement Rules for the Act on the Protection of Personal Information, Art. 34, item 3.
    """
    del seed
    known = [column.name for column in source.table.columns]
    chosen = known if columns is None else list(columns)
    _check(source, chosen, original, keys or (), share)
    from shirube.measures.privacy.code_columns import held_against, nearly_unique

    if progress:
        progress(_("Comparing codes"), None)
    secret = secrets.token_hex(16)
    candidates = [each.name for each in original.table.columns] if keys is None else keys
    codes = [
        each
        for each in original.value_digests(candidates, digest_key=secret)
        if keys is not None or nearly_unique(each)
    ]
    own = []
    for at, column in enumerate(held_against(source, chosen, codes, share, secret), start=1):
        own.append(column)
        if progress:
            progress(_("Comparing codes"), at / len(chosen))
    rows = source.table.rows or 0
    return Result(
        values=_values(own, len(codes), rows, len(known) - len(chosen)),
        sample_size=rows,
        method=METHOD,
        details=(_table(own),),
    )


def _check(
    source: Source, columns: Sequence[str], original: Source, keys: Sequence[str], share: float
) -> None:
    """Raise everything that is wrong with the arguments at once."""
    problems = [*problems_of(source, columns), *problems_of(original, keys)]
    if not 0 < share <= 1:
        problems.append(
            Problem(
                _("share is {number}; it is a share above 0 and up to 1.").format(number=share),
                remedy=_("Give for instance 0.05."),
            )
        )
    refuse(problems)


def _values(own: Sequence[Held], codes: int, rows: int, left_out: int) -> tuple[Value, ...]:
    """Return the values; None where there was nothing to compare."""
    reason = None
    if rows == 0:
        reason = Text.of(N_("The table has no rows."))
    elif not codes:
        reason = Text.of(N_("The original has no column of codes; name them in keys."))
    shared = [link.shared for each in own for link in each.links]
    counted = {
        "rows": rows,
        "columns": len(own),
        "columns_left_out": left_out,
        "key_columns": codes,
        "linked_columns": None if reason else sum(bool(each.links) for each in own),
        "shared_codes": None if reason else max(shared, default=0),
        "unique_columns": None if rows == 0 else sum(each.unique for each in own),
    }
    return tuple(
        Value(
            name=name,
            value=value,
            unit="count",
            sample_size=rows,
            reason=reason if value is None else None,
        )
        for name, value in counted.items()
    )


def _table(own: Sequence[Held]) -> Detail:
    """Return one row per column: the strongest link, by name and number; never a code."""
    rows = []
    for each in own:
        best = max(each.links, key=lambda link: link.shared, default=None)
        rows.append(
            (
                each.name,
                best.shared if best else 0,
                best.other if best else None,
                best.shared / best.of_other if best else None,
                each.distinct,
                each.unique,
            )
        )
    rows.sort(key=lambda row: (-row[1], row[0]))
    return Detail(
        name="columns",
        title=Text("列ごとの連結", "Links per column"),
        columns=(
            Column("column", Text("列", "column")),
            Column("shared", Text("共通する値の数", "values shared"), "count"),
            Column("original_column", Text("元の表の列", "column of the original")),
            Column(
                "of_original", Text("元の値に占める割合", "part of the original's values"), "share"
            ),
            Column("distinct", Text("値の種類", "distinct values"), "count"),
            Column("unique", Text("全行で異なる", "differs in every row")),
        ),
        rows=tuple(rows),
    )
