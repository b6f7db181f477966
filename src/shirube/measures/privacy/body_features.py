# SPDX-License-Identifier: Apache-2.0
"""The measure ``body_features``: columns that could hold features of the body as numbers."""

from __future__ import annotations

from collections import Counter
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
    "列名が身体の特徴(顔、虹彩、声紋、歩容、静脈、指紋・掌紋、DNA)を示す列、セルが同じ個数の数値の列挙である列、"
    "連番の名を持つ小数の列の組、256文字以上の16進又はBase64の符号の列、及びバイト列の列を数えました。"
    "数値や符号の形だけからは、それが身体の特徴か、文章や商品の特徴かは分かりません。整数の画素の列や、"
    "32個未満の数値は見つかりません。値は保存も表示もしません。",
    "Counted were columns whose name announces a feature of the body (face, iris, voice, gait, "
    "vein, finger or palm print, DNA), columns whose cells list equally many numbers, sets of "
    "columns of fractions with running numbers, columns of codes of 256 and more characters in "
    "hexadecimal or Base64, and columns of bytes. The form alone does not tell a feature of a body "
    "from one of a text or a product. Pixels in columns of whole numbers, and fewer than 32 "
    "numbers, are not found. No value is stored or shown.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("columns", "number", Text("調べた列の数", "columns looked at"), "count"),
    Name(
        "columns_left_out", "number", Text("調べていない列の数", "columns not looked at"), "count"
    ),
    Name(
        "announced_columns",
        "number",
        Text("列名が身体の特徴を示す列の数", "columns that announce a feature of the body"),
        "count",
    ),
    Name("vector_columns", "number", Text("ベクトルの列の数", "columns of vectors"), "count"),
    Name(
        "code_columns",
        "number",
        Text("長い符号やバイト列の列の数", "columns of long codes or bytes"),
        "count",
    ),
    Name(
        "suspected_columns",
        "number",
        Text("いずれかに当たる列の数", "columns that are any of these"),
        "count",
    ),
)
_EQUALLY_LONG = 0.9


@measure(
    name="body_features",
    version="1",
    subject="dataset",
    title=Text("身体の特徴を変換した符号", "Features of the body as numbers"),
    description=Text(
        "顔や声などの特徴を数値や符号に変換したもの（個人識別符号）があり得る列を探します。",
        "Looks for columns that could hold features of a face, a voice and the like as numbers or "
        "codes (individual identification codes).",
    ),
    produces=PRODUCES,
)
def body_features(
    source: Source,
    *,
    columns: tuple[str, ...] | None = None,
    least: int = 32,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    """Count the columns that could hold features of the body turned into numbers.

    A column of *vectors* has cells that list at least ``least`` numbers, nine tenths of them
    equally many; or it is one of at least ``least`` columns of fractions with running numbers
    (``emb_0``, ``emb_1``). A column of *codes* has cells of 256 characters or more in hexadecimal
    or Base64, or bytes. 0 everywhere means that nothing of this form is there, not that no body is
    described.

    Parameters
    ----------
    source
        The table.
    columns
        Columns to look at; all of them when left out.
    least
        Numbers that make a vector.
    seed, progress
        Nothing is random, so the seed is not used. Progress is told per batch.

    Returns
    -------
    Result
        A census: no interval. A table without rows has no counts, only reasons.

    Raises
    ------
    Problems
        When a column does not exist or is named twice, or ``least`` is below 2.

    References
    ----------
    Act on the Protection of Personal Information, Art. 2(2), item 1; Cabinet Order, Art. 1, item 1.
    Enforcement Rules, Art. 34, item 2. Schroff, Kalenichenko and Philbin (2015),
    doi:10.1109/CVPR.2015.7298682 (a face as 128 numbers). Daugman (2004),
    doi:10.1109/TCSVT.2003.818350 (an iris as 256 bytes).
    """
    del seed
    known = source.table.columns
    wanted = [each.name for each in known] if columns is None else list(columns)
    refuse([*problems_of(source, wanted), *below_one(least=least - 1)])
    chosen = [each for each in known if each.name in wanted]
    from shirube.measures.privacy.vectors import announced, holds_bytes, spread_vectors

    vectors, codes = _seen(source, chosen, least, progress)
    vectors |= {name: len(group) for group in spread_vectors(chosen, least) for name in group}
    codes |= {each.name for each in chosen if holds_bytes(each)}
    named = {each.name: announced(each.name) for each in chosen if announced(each.name)}
    rows = source.table.rows or 0
    return Result(
        values=_values(rows, len(chosen), len(known) - len(chosen), named, vectors, codes),
        sample_size=rows,
        method=METHOD,
        details=(_table([each.name for each in chosen], named, vectors, codes, rows),),
    )


def _seen(
    source: Source, columns: Sequence[TableColumn], least: int, progress: Progress | None
) -> tuple[dict[str, int], set[str]]:
    """Return column -> numbers per cell for columns of vectors, and the columns of long codes."""
    from shirube.measures.privacy.vectors import Look

    texts = [each.name for each in columns if each.kind in ("text", "other")]
    sizes: dict[str, Counter[int]] = {name: Counter() for name in texts}
    codes: set[str] = set()
    for seen in source.map_texts(Look(least), texts) if texts else ():
        if progress:
            progress(_("Looking for features of the body"), None)
        sizes[seen.column] += seen.vectors
        if seen.codes:
            codes.add(seen.column)
    vectors = {}
    for name, counted in sizes.items():
        if counted:
            ((size, rows),) = counted.most_common(1)
            if rows >= _EQUALLY_LONG * counted.total():
                vectors[name] = size
    return vectors, codes


def _values(
    rows: int,
    columns: int,
    left_out: int,
    named: dict[str, str],
    vectors: dict[str, int],
    codes: set[str],
) -> tuple[Value, ...]:
    """Return the values; none where the table has no rows."""
    if rows == 0:
        reason = Text.of(N_("The table has no rows."))
        return tuple(Value(name=name.name, value=None, reason=reason) for name in PRODUCES)
    counted = {
        "rows": rows,
        "columns": columns,
        "columns_left_out": left_out,
        "announced_columns": len(named),
        "vector_columns": len(vectors),
        "code_columns": len(codes),
        "suspected_columns": len({*named, *vectors, *codes}),
    }
    return tuple(
        Value(name=name, value=value, unit="count", sample_size=rows)
        for name, value in counted.items()
    )


def _table(
    columns: Sequence[str],
    named: dict[str, str],
    vectors: dict[str, int],
    codes: set[str],
    rows: int,
) -> Detail:
    """Return the columns that are told, with what tells them; never a value."""
    return Detail(
        name="columns",
        title=Text("身体の特徴があり得る列", "Columns that could hold features of the body"),
        columns=(
            Column("column", Text("列", "column")),
            Column("records", Text("行", "records"), "count"),
            Column("feature", Text("列名が示す特徴", "announced feature")),
            Column("numbers", Text("数値の個数", "numbers"), "count"),
            Column("code", Text("長い符号又はバイト列", "long code or bytes")),
        ),
        rows=tuple(
            (name, rows, named.get(name), vectors.get(name), name in codes)
            for name in columns
            if name in named or name in vectors or name in codes
        ),
    )
