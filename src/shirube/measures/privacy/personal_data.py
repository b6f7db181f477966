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
    from shirube.terms.source import Progress, Source, Table, TableColumn

METHOD = Text(
    "15種類の識別子について、書式、検査用数字、前後の語と列名を全セルで調べ、氏名、住所、生年月日と、"
    "要配慮個人情報に当たる語を、敬称、見出し、文法、辞書と前後の語によって調べました"
    "（全数調査のため信頼区間はありません）。「確認済み」は、語又は列名が示すもの、その種類に固有の書き方のもの、"
    "検査用数字が合うもの、又は姓と名がそろうものです。検査用数字は無作為な数字の約10%でも合います"
    "（12桁の個人番号では9.98%）。そのため、同じ書式の異なる番号が列に5個以上ある場合は、偶然では千列に"
    "一列未満しか起こらないほど合うときに限って確認済みとします。氏名などの記述には書式がないため、"
    "見落としと誤りがあります。検出した文字列は保存も表示もしません。",
    "Every cell was searched for fifteen kinds of identifiers by format, check digit, words nearby "
    "and the column's name; names, addresses, dates of birth and words of special care were looked "
    "for by honorific, label, grammar, dictionary and the words around. This is a census, so there "
    "is no interval. Confirmed is what a word or the column's name announces, what only this kind "
    "is written like, what has a valid check digit, or a family name with a given name. About 10 % "
    "of random numbers have a valid check digit too (9.98 % of 12-digit numbers pass as My "
    "Number), so where a column holds five or more different numbers of a format, check digits "
    "confirm only if as many would fit by chance in less than one column in a thousand. Names and "
    "other descriptions have no format: some are missed, and some are mistaken. No text that was "
    "found is stored or shown.",
)

NOTE_WITHOUT_DICTIONARY = Text(
    "辞書（追加機能 names）がないため、よくある姓の短い一覧だけで氏名を調べました。"
    "見落としが多くなります。",
    "Names were looked for with a short list of common family names only, since the dictionary "
    "(the extra names) is not installed: more are missed.",
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
        "iic_hits",
        "number",
        Text("確認済みの個人識別符号の数", "individual identification codes"),
        "count",
    ),
    Name("my_number_hits", "number", Text("確認済みの個人番号の数", "My Numbers"), "count"),
    Name(
        "money_hits",
        "number",
        Text("財産的被害のおそれのある記述の数", "usable for loss of money"),
        "count",
    ),
    Name(
        "contact_hits",
        "number",
        Text("確認済みの連絡先などの数", "contacts and online identifiers"),
        "count",
    ),
    Name("weak_hits", "number", Text("書式のみ一致した数", "format only, not confirmed"), "count"),
    Name(
        "description_hits",
        "number",
        Text("確認済みの氏名・住所・生年月日の数", "confirmed names, addresses, dates of birth"),
        "count",
    ),
    Name("name_hits", "number", Text("確認済みの氏名の数", "names of people"), "count"),
    Name("address_hits", "number", Text("確認済みの住所の数", "addresses"), "count"),
    Name("birth_date_hits", "number", Text("確認済みの生年月日の数", "dates of birth"), "count"),
    Name(
        "special_care_hits",
        "number",
        Text("要配慮個人情報に当たる記述の数", "descriptions that need special care"),
        "count",
    ),
    Name(
        "weak_description_hits",
        "number",
        Text("確認できない記述の数", "descriptions not confirmed"),
        "count",
    ),
    Name(
        "columns_with_hits",
        "number",
        Text("検出した列の数", "columns with confirmed hits"),
        "count",
    ),
)

GUESSED = (
    Name("ner_cells", "number", Text("モデルが読んだセルの数", "cells a model read"), "count"),
    Name(
        "ner_hits",
        "number",
        Text("氏名らしい語のあるセルの数（推定）", "cells with a possible name (guessed)"),
        "count",
    ),
    Name(
        "ner_share",
        "number",
        Text(
            "氏名らしい語のあるセルの割合（推定）", "share of cells with a possible name (guessed)"
        ),
        "share",
    ),
)
"""What is there only where a model was asked for."""

_UNNAMED_DIGITS, _NAMED_DIGITS, _TEXT_DIGITS = 12, 4, 6


@measure(
    name="personal_data",
    version="3",
    subject="dataset",
    title=Text("個人に関する記述の検出", "Personal data found in the data"),
    description=Text(
        "個人番号、免許証番号、旅券番号、口座番号、電話番号など15種類の識別子と、氏名、住所、生年月日、"
        "要配慮個人情報に当たる記述を、すべての列と文章から探して数えます。検出した内容は記録しません。",
        "Looks through every column or text for fifteen kinds of identifiers, such as My Number, "
        "licence, passport, bank account and phone numbers, and for names, addresses, dates of "
        "birth and descriptions that need special care, and counts them. What was found is not "
        "kept.",
    ),
    produces=(*PRODUCES, *GUESSED),
    later=("ner",),
)
def personal_data(
    source: Source,
    *,
    columns: tuple[str, ...] | None = None,
    min_score: Literal["confirmed", "weak"] = "confirmed",
    ner: int = 0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    """Count identifiers and descriptions of people in a table or in texts.

    Each hit has a score: format (low), format and check digit (medium), announced by a word within
    24 characters before or 12 after, by the column's name, or by a sign that only this kind has
    (high). Words such as *order number* nearby lower it. Hits are *confirmed* or *weak* per column
    and kind, see ``identifiers.tally``; formats that fit nearly every number of six to eight digits
    count only when announced. Names, addresses, dates of birth and words of special care
    (``descriptions``) have the same scores. 0 hits means that nothing was found, not that the data
    are anonymous.

    Parameters
    ----------
    source
        The table.
    columns
        Columns to look at; all of them when left out.
    min_score
        ``confirmed`` counts confirmed hits; ``weak`` counts every hit whose format fits.
    ner
        Different cells of running text, at most, from which a model (the extra ``ner``) guesses the
        names that everything else missed; 0 leaves it out. It reads about a hundred a second.
    seed, progress
        Nothing is random, so the seed is not used. Progress is told per batch.

    Returns
    -------
    Result
        Counts of a census, without interval; corporate numbers (public) are listed in the details
        and counted nowhere else. An empty table has no counts, only reasons.

    References
    ----------
    Act on the Protection of Personal Information, Art. 2(1) to (3); Cabinet Order, Art. 2;
    Enforcement Rules, Art. 31, Art. 34.
    Ordinance 85 of 2014 of the Ministry of Internal Affairs and Communications, Art. 5 (My
    Number). ISO/IEC 7812-1 (Luhn). ICAO Doc 9303 (passports).
    """
    from shirube.measures.privacy.remaining_names import check_asked, with_guesses

    chosen = _chosen(source, columns)
    check_asked(ner)
    scan = scanned(source, chosen, progress)
    result = Result(
        values=_values(scan, source.table, len(chosen), min_score),
        sample_size=source.table.rows or 0,
        method=METHOD,
        details=(_table(scan, source.table),),
        notes=_notes(source.table, chosen),
    )
    if not ner:
        return result
    texts = next((names for names, digits, _n in _passes(chosen) if digits == _TEXT_DIGITS), [])
    return with_guesses(result, source, texts, ner, progress)


def scanned(source: Source, columns: Sequence[TableColumn], progress: Progress | None) -> Scan:
    """Look through the columns where the data live, and add up what was seen."""
    from shirube.measures.privacy.identifiers import Scan
    from shirube.measures.privacy.identifiers.partition import look, look_at_numbers

    scan, rows = Scan(), source.table.rows
    for names, digits, number in _passes(columns):
        if progress:
            progress(_("Looking for personal data"), None)
        kernel = look_at_numbers if number else look
        for seen in source.map_texts(kernel, names, digits=digits, words=digits == _TEXT_DIGITS):
            scan.add(seen.tallies)
            if progress:
                share = min(1.0, seen.rows_seen / rows) if rows else None
                progress(_("Looking for personal data"), share)
    return scan


def _notes(table: Table, columns: Sequence[TableColumn]) -> tuple[Text, ...]:
    """Say what limits the search."""
    from shirube.measures.privacy.descriptions.morphemes import available

    notes = [NOTE_NUMBERS] if any(column.kind == "number" for column in columns) else []
    broken = sum(bool(column.note) for column in columns) if table.format == "text" else 0
    if broken:
        said = N_(
            "{count} files have lines in no known encoding; these were searched byte by byte, "
            "which finds numbers and addresses of e-mail, but no names."
        )
        notes.append(Text.of(said, count=broken))
    return (*notes, *([] if available() else [NOTE_WITHOUT_DICTIONARY]))


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
    from shirube.measures.privacy.descriptions import announced_by_column
    from shirube.measures.privacy.identifiers import kinds
    from shirube.measures.privacy.identifiers.partition import lengths

    described = [
        column.name
        for column in columns
        if announced_by_column(column.name)
        or "insured_number" in kinds.announced_by_column(column.name)
    ]
    rest = [column for column in columns if column.name not in described]
    numbers = [column.name for column in rest if column.kind == "number"]
    named = [name for name in numbers if lengths(name)]
    texts = [column.name for column in rest if column.kind in ("text", "other")]
    unnamed = [name for name in numbers if name not in named]
    passes = (
        # What the column says by its name may have no digit, or be a date.
        (described, 0, False),
        (texts, _TEXT_DIGITS, False),
        (named, _NAMED_DIGITS, True),
        (unnamed, _UNNAMED_DIGITS, True),
    )
    return (each for each in passes if each[0])


def _values(scan: Scan, table: Table, columns: int, min_score: str) -> tuple[Value, ...]:
    """Return the values, or reasons where there was nothing to look at."""
    rows = table.rows
    cells = rows if rows is None or table.format == "text" else rows * columns
    counted = {"rows": rows, "cells": cells}
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
    found = _counts(scan, weak_too=min_score == "weak")
    return tuple(
        Value(name=name.name, value={**counted, **found}[name.name], unit="count", sample_size=rows)
        for name in PRODUCES
    )


def _counts(scan: Scan, *, weak_too: bool) -> dict[str, int]:
    """Add up the hits by their class in law, and by kind where a rule asks for one."""
    from shirube.measures.privacy.identifiers import ALL_KINDS, KINDS, LegalClass

    per_class = dict.fromkeys(LegalClass, 0)
    per_kind: dict[str, int] = {}
    weak, with_hits = {True: 0, False: 0}, set()
    for (column, kind), tally in scan.tallies.items():
        legal = ALL_KINDS[kind].legal
        if legal == LegalClass.PUBLIC:
            continue
        hits = tally.confirmed + (tally.weak if weak_too else 0)
        per_class[legal] += hits
        per_kind[kind] = per_kind.get(kind, 0) + hits
        weak[kind in KINDS] += tally.weak
        if hits:
            with_hits.add(column)
    described = (LegalClass.IDENTIFYING, LegalClass.SPECIAL)
    return {
        "hits": sum(hits for legal, hits in per_class.items() if legal not in described),
        "iic_hits": per_class[LegalClass.IIC],
        "my_number_hits": per_kind.get("my_number", 0),
        "money_hits": per_class[LegalClass.MONEY],
        "contact_hits": per_class[LegalClass.CONTACT],
        "weak_hits": weak[True],
        "columns_with_hits": len(with_hits),
        "description_hits": per_class[LegalClass.IDENTIFYING],
        "name_hits": per_kind.get("person_name", 0),
        "address_hits": per_kind.get("address", 0),
        "birth_date_hits": per_kind.get("birth_date", 0),
        "special_care_hits": per_class[LegalClass.SPECIAL],
        "weak_description_hits": weak[False],
    }


def _table(scan: Scan, table: Table) -> Detail:
    """Return column x kind with counts; never a text."""
    from shirube.measures.privacy.identifiers import ALL_KINDS

    order = list(ALL_KINDS)
    # A text has as many lines as it has; only a table has as many rows in every column.
    rows = None if table.format == "text" else table.rows
    listed: list[tuple[Scalar, ...]] = []
    for (column, kind), tally in sorted(
        scan.tallies.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
    ):
        if tally.confirmed or tally.weak:
            share = tally.confirmed_rows / rows if rows else None
            legal = str(ALL_KINDS[kind].legal)
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
            "個人に関しないものは、どの合計にも含みません。",
            "What is not about a person is in no total.",
        ),
    )
