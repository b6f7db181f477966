# SPDX-License-Identifier: Apache-2.0
"""The measure ``personal_data``: identifiers of people in any column, counted and never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Column, Detail, Result, Scalar, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.measures.privacy.identifiers import Scan
    from shirube.terms.source import Progress, Source, TableColumn

METHOD = Text(
    "15種類の識別子について、書式、検査用数字、前後の語と列名を全セルで調べました"
    "(全数調査のため信頼区間はありません)。「確認済み」は、語または列名が示すもの、その種類に固有の書き方のもの、"
    "または検査用数字が合うものです。検査用数字は無作為な数字の約10%でも合います(12桁の個人番号では"
    "9.98%)。そのため、同じ書式の異なる番号が列に5個以上ある場合は、偶然では千列に一列未満しか"
    "起こらないほど合うときに限って確認済みとします。検出した文字列は保存も表示もしません。"
    "氏名と住所は対象外です。",
    "Every cell was searched for fifteen kinds of identifiers by format, check digit, words nearby "
    "and the column's name; this is a census, so there is no interval. Confirmed is what a word or "
    "the column's name announces, what only this kind is written like, or what has a valid check "
    "digit. About 10 % of random numbers have one too (9.98 % of 12-digit numbers pass as My "
    "Number), so where a column holds five or more different numbers of a format, check digits "
    "confirm only if as many would fit by chance in less than one column in a thousand. No text "
    "that was found is stored or shown. Names and addresses are not looked for.",
)

NOTE_NUMBERS = Text(
    "数値の列: 列名が識別子を示す場合は、失われた先頭の0を補い、短い番号も調べました。"
    "示さない場合は12桁以上の整数のみを調べ、0は補っていません。",
    "Columns of numbers: where the name announces an identifier, lost leading zeros were filled up "
    "and short numbers looked at; elsewhere only whole numbers of 12 digits or more were looked "
    "at, without filling up.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("cells", "number", Text("調べたセルの数", "cells looked at"), "count"),
    Name("hits", "number", Text("確認済みの識別子の数", "confirmed identifiers"), "count"),
    Name(
        "iic_hits", "number", Text("うち個人識別符号", "individual identification codes"), "count"
    ),
    Name(
        "money_hits", "number", Text("うち財産的被害のおそれ", "usable for loss of money"), "count"
    ),
    Name(
        "contact_hits", "number", Text("うち連絡先など", "contacts and online identifiers"), "count"
    ),
    Name("weak_hits", "number", Text("書式のみ一致した数", "format only, not confirmed"), "count"),
    Name(
        "columns_with_hits",
        "number",
        Text("検出した列の数", "columns with confirmed hits"),
        "count",
    ),
)

_UNNAMED_DIGITS, _NAMED_DIGITS = 12, 4


@measure(
    name="personal_data",
    version="1",
    subject="dataset",
    title=Text("個人を識別する番号・連絡先の検出", "Identifiers of people found in the data"),
    description=Text(
        "個人番号、免許証番号、旅券番号、口座番号、電話番号など15種類の識別子を、"
        "すべての列から探して数えます。検出した内容は記録しません。",
        "Looks through every column for fifteen kinds of identifiers, such as My Number, licence, "
        "passport, bank account and phone numbers, and counts them. What was found is not kept.",
    ),
    produces=PRODUCES,
)
def personal_data(
    source: Source,
    *,
    columns: tuple[str, ...] | None = None,
    min_score: Literal["confirmed", "weak"] = "confirmed",
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    """Count identifiers of people in a table.

    Each hit has a score: format (low), format and check digit (medium), announced by a word within
    24 characters before or 12 after, by the column's name, or by a sign that only this kind has
    (high). Words such as *order number* nearby lower it. Hits are *confirmed* or *weak* per column
    and kind, see ``identifiers.tally``; formats that fit nearly every number of six to eight digits
    count only when announced. 0 hits means that none of the formats was found, not that the data
    are anonymous.

    Parameters
    ----------
    source
        The table.
    columns
        Columns to look at; all of them when left out.
    min_score
        ``confirmed`` counts confirmed hits; ``weak`` counts every hit whose format fits.
    seed, progress
        Nothing is random, so the seed is not used. Progress is told per batch.

    Returns
    -------
    Result
        Counts of a census, without interval; corporate numbers (public) are listed in the details
        and counted nowhere else. An empty table has no counts, only reasons.

    References
    ----------
    Act on the Protection of Personal Information, Art. 2(2); Enforcement Rules, Art. 31, Art. 34.
    Ordinance 85 of 2014 of the Ministry of Internal Affairs and Communications, Art. 5 (My
    Number). ISO/IEC 7812-1 (Luhn). ICAO Doc 9303 (passports).
    """
    from shirube.measures.privacy.identifiers import Scan

    chosen = _chosen(source, columns)
    scan = Scan()
    rows = source.table.rows
    for names, digits, number in _passes(chosen):
        if progress:
            progress(_("Looking for identifiers of people"), None)
        for batch in source.texts(names, digits=digits):
            cells = _filled(batch.column, batch.text) if number else batch.text
            scan.feed(batch.column, batch.row, cells)
            if progress:
                share = min(1.0, batch.rows_seen / rows) if rows else None
                progress(_("Looking for identifiers of people"), share)
    scan.close()
    return Result(
        values=_values(scan, rows, len(chosen), min_score),
        sample_size=rows or 0,
        method=METHOD,
        details=(_table(scan, rows),),
        notes=(NOTE_NUMBERS,) if any(column.kind == "number" for column in chosen) else (),
    )


def _chosen(source: Source, columns: tuple[str, ...] | None) -> tuple[TableColumn, ...]:
    """Return the columns to look at."""
    if columns is None:
        return source.table.columns
    missing = [name for name in columns if source.table.column(name) is None]
    if missing:
        known = ", ".join(column.name for column in source.table.columns[:30])
        raise Problem(
            _("The table has no column {names}.").format(names=", ".join(missing)),
            where=source.table.dataset,
            remedy=_("Its columns are: {names}.").format(names=known),
        )
    return tuple(column for column in source.table.columns if column.name in columns)


def _passes(columns: Sequence[TableColumn]) -> Iterator[tuple[list[str], int, bool]]:
    """Yield (columns, digits a cell needs, numbers or not): one pass over the table each."""
    numbers = [column.name for column in columns if column.kind == "number"]
    named = [name for name in numbers if _lengths(name)]
    texts = [column.name for column in columns if column.kind in ("text", "other")]
    unnamed = [name for name in numbers if name not in named]
    passes = ((texts, 2, False), (named, _NAMED_DIGITS, True), (unnamed, _UNNAMED_DIGITS, True))
    return (each for each in passes if each[0])


def _filled(column: str, cells: Sequence[str]) -> list[str]:
    """Give numbers back the leading zeros that a column of numbers cannot hold."""
    from shirube.measures.privacy.identifiers.kinds import announced_by_column

    if "phone" in announced_by_column(column):
        return ["0" + cell for cell in cells]
    lengths = _lengths(column)
    return [
        cell.zfill(next((length for length in lengths if length >= len(cell)), 0)) for cell in cells
    ]


def _lengths(column: str) -> list[int]:
    """Return how many digits the identifiers have that the name of a column announces."""
    from shirube.measures.privacy.identifiers.kinds import KINDS, announced_by_column

    return sorted(
        {length for kind in announced_by_column(column) for length in KINDS[kind].lengths}
    )


def _values(scan: Scan, rows: int | None, columns: int, min_score: str) -> tuple[Value, ...]:
    """Return the values, or reasons where there was nothing to look at."""
    from shirube.measures.privacy.identifiers import KINDS, LegalClass

    counted = {"rows": rows, "cells": None if rows is None else rows * columns}
    if not rows or not columns:
        none = N_("The table has no rows.") if columns else N_("There is no column to look at.")
        missing = {name.name: None for name in PRODUCES if name.name not in counted}
        return tuple(
            Value(
                name=name,
                value=value,
                unit="count",
                reason=Text.of(none) if value is None else None,
            )
            for name, value in {**counted, **missing}.items()
        )
    per_class = dict.fromkeys(LegalClass, 0)
    weak, with_hits = 0, set()
    for (column, kind), tally in scan.tallies.items():
        legal = KINDS[kind].legal
        if legal == LegalClass.PUBLIC:
            continue
        hits = tally.confirmed + (tally.weak if min_score == "weak" else 0)
        per_class[legal] += hits
        weak += tally.weak
        if hits:
            with_hits.add(column)
    found = {
        "hits": sum(per_class.values()),
        "iic_hits": per_class[LegalClass.IIC],
        "money_hits": per_class[LegalClass.MONEY],
        "contact_hits": per_class[LegalClass.CONTACT],
        "weak_hits": weak,
        "columns_with_hits": len(with_hits),
    }
    return tuple(
        Value(name=name, value=value, unit="count", sample_size=rows)
        for name, value in {**counted, **found}.items()
    )


def _table(scan: Scan, rows: int | None) -> Detail:
    """Return column x kind with counts; never a text."""
    from shirube.measures.privacy.identifiers import KINDS

    order = list(KINDS)
    listed: list[tuple[Scalar, ...]] = []
    for (column, kind), tally in sorted(
        scan.tallies.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
    ):
        if tally.confirmed or tally.weak:
            share = tally.confirmed_rows / rows if rows else None
            legal = str(KINDS[kind].legal)
            listed.append((column, kind, legal, tally.confirmed, tally.weak, share))
    return Detail(
        name="columns",
        title=Text("列と種類ごとの検出数", "Hits per column and kind"),
        columns=(
            Column("column", Text("列", "column")),
            Column("kind", Text("種類", "kind")),
            Column("legal_class", Text("法的な区分", "legal class")),
            Column("confirmed", Text("確認済み", "confirmed"), "count"),
            Column("weak", Text("書式のみ", "weak"), "count"),
            Column("row_share", Text("確認済みの行の割合", "share of rows"), "share"),
        ),
        rows=tuple(listed),
        chart="bars",
        note=Text(
            "IIC: 個人識別符号、MONEY: 財産的被害のおそれ、CONTACT: 連絡先など、"
            "QUASI: 準識別子、PUBLIC: 個人に関しないもの(合計外)。",
            "IIC: individual identification code, MONEY: usable for loss of money, CONTACT: "
            "reaches a person, QUASI: quasi-identifier, PUBLIC: not about a person, in no total.",
        ),
    )
