# SPDX-License-Identifier: Apache-2.0
"""The measure ``rare_words``: words inside texts that very few records have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from shirube.measures.privacy.named_columns import below_one, problems_of, refuse
from shirube.measures.registry import measure
from shirube.terms.measurement import Column, Detail, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.terms.source import Progress, Source

METHOD = Text(
    "文字列の列ごとに、語（漢字、片仮名、英字など、数字のそれぞれの連なり。全角と半角、大文字と小文字は区別せず、"
    "平仮名の連なりは語としません）の現れる行数を数え、下限より少ない行にしか現れない語、又は続けて現れる語の並びを、"
    "まれな語としました。数え方は正確で、標本は用いていません。語そのものは記録しません。",
    "Per column of texts the rows were counted in which each word stands: a run of kanji, of "
    "katakana, of letters or of digits, whatever its width and case; a run of hiragana is no word. "
    "A word, or a sequence of words, that fewer rows hold than the floor is rare. Counting is "
    "exact and nothing is sampled. No word is recorded.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("columns", "number", Text("調べた文字列の列の数", "columns of texts looked at"), "count"),
    Name(
        "columns_left_out",
        "number",
        Text("調べていない文字列の列の数", "columns of texts not looked at"),
        "count",
    ),
    Name(
        "rare_columns", "number", Text("まれな語のある列の数", "columns with rare words"), "count"
    ),
    Name(
        "rare_records",
        "number",
        Text("まれな語を含む行数（最大の列）", "records with a rare word, worst column"),
        "count",
    ),
    Name(
        "rare_share",
        "number",
        Text(
            "まれな語を含む行の割合（最大の列）", "share of records with a rare word, worst column"
        ),
        "share",
    ),
)


class _Column(NamedTuple):
    """One column: rows with a text, those with a rare word, rare and frequent words."""

    name: str
    texts: int
    with_rare: int
    rare: int
    frequent: int


@measure(
    name="rare_words",
    version="1",
    subject="dataset",
    title=Text("文章の中のまれな語", "Rare words inside texts"),
    description=Text(
        "自由記述などの文字列の中に、ごく少数の行にしか現れない語があるかを、列ごとに数えます。",
        "Counts per column of texts the records that hold a word which very few records hold.",
    ),
    produces=PRODUCES,
)
def rare_words(
    source: Source,
    *,
    columns: tuple[str, ...] | None = None,
    floor: int = 5,
    words: int = 1,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    """Count the records whose texts hold a rare word.

    A sequence of ``words`` words that follow each other in a text is rare when fewer than ``floor``
    rows of the column hold it. ``rare_share`` is the share of rows with at least one, in the worst
    column: 0 means that no word leads to a few people, 1 that every text has a word of its own.

    Parameters
    ----------
    source
        The table.
    columns
        Columns of texts to look at; all of them when left out.
    floor
        Rows that must share a word.
    words
        How many words in a row are looked at as one: 1 for words, 2 for pairs.
    seed, progress
        Nothing is random. Progress is told per column.

    Returns
    -------
    Result
        A census: no interval. Memory is 64 MiB and 16 bytes per word that is not rare. Two words
        meet in one hash with a probability of about (words)^2 / 2**65.

    Raises
    ------
    Problems
        When a column does not exist or is named twice, or a number is below 1.

    References
    ----------
    Enforcement Rules for the Act on the Protection of Personal Information, Art. 34, item 4.
    """
    del seed
    known = [each.name for each in source.table.columns if each.kind == "text"]
    chosen = known if columns is None else list(columns)
    refuse([*problems_of(source, chosen), *below_one(floor=floor, words=words)])
    found = list(_look(source, chosen, floor, words, progress))
    rows = source.table.rows or 0
    left_out = len(set(known) - set(chosen))
    return Result(
        values=_values(found, rows, left_out),
        sample_size=rows,
        method=METHOD,
        details=(_table(found),),
    )


def _look(
    source: Source, columns: Sequence[str], floor: int, words: int, progress: Progress | None
) -> Iterator[_Column]:
    """Look at one column after the other, three times each."""
    from shirube.measures.privacy import word_counts

    count = partial(word_counts.count, length=words)
    for at, name in enumerate(columns):
        if progress:
            progress(_("Counting words"), at / len(columns))
        buckets, tallies = word_counts.Buckets(floor), word_counts.Tallies()
        for counted in source.map_texts(count, [name], digits=0):
            buckets.add(counted)
        for counted in source.map_texts(count, [name], digits=0):
            tallies.add(buckets.perhaps(counted))
        frequent = tallies.frequent(floor)
        look = partial(word_counts.look, length=words, frequent=frequent)
        seen = list(source.map_texts(look, [name], digits=0))
        yield _Column(
            name=name,
            texts=sum(each.rows for each in seen),
            with_rare=sum(each.with_rare for each in seen),
            rare=sum(each.rare for each in seen),
            frequent=int(frequent.size),
        )


def _values(found: Sequence[_Column], rows: int, left_out: int) -> tuple[Value, ...]:
    """Return the values; none where the table has no rows."""
    worst = max((each.with_rare for each in found), default=0)
    counted: dict[str, int | float] = {
        "rows": rows,
        "columns": len(found),
        "columns_left_out": left_out,
        "rare_columns": sum(each.with_rare > 0 for each in found),
        "rare_records": worst,
        "rare_share": worst / rows if rows else 0.0,
    }
    reason = Text.of(N_("The table has no rows."))
    return tuple(
        Value(
            name=name,
            value=value if rows else None,
            unit="share" if name == "rare_share" else "count",
            sample_size=rows,
            reason=None if rows else reason,
        )
        for name, value in counted.items()
    )


def _table(found: Sequence[_Column]) -> Detail:
    """Return one row per column; never a word."""
    rows = [
        (
            each.name,
            each.texts,
            each.with_rare,
            each.with_rare / each.texts if each.texts else None,
            each.rare,
            each.frequent,
        )
        for each in found
    ]
    rows.sort(key=lambda row: (-row[2], row[0]))
    return Detail(
        name="columns",
        title=Text("列ごとのまれな語", "Rare words per column"),
        columns=(
            Column("column", Text("列", "column")),
            Column("texts", Text("値のある行", "rows with a text"), "count"),
            Column("records", Text("まれな語を含む行", "records with a rare word"), "count"),
            Column("share", Text("その割合", "share of them"), "share"),
            Column("rare", Text("まれな語の出現数", "times a rare word stands"), "count"),
            Column("frequent", Text("まれでない語の種類", "words that are not rare"), "count"),
        ),
        rows=tuple(rows),
    )
