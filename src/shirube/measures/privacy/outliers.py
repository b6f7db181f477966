# SPDX-License-Identifier: Apache-2.0
"""The measure ``outliers``: records that numbers set apart, alone or in how they go together."""

from __future__ import annotations

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

    import numpy as np
    from numpy.typing import NDArray

    from shirube.measures.privacy.outlier_scores import Alone, NormalScores
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "数値の列ごとに、値からロバストな標準偏差の一定倍以内にある行が下限より少ない値を、孤立した値としました"
    "（距離に基づく外れ値）。また、各列の値を順位から求めた正規得点に置き換え、その共分散によるマハラノビス距離の二乗が、"
    "ごくまれにしか超えない限界を超え、かつ同じ値の組合せを持つ行が下限より少ない記録を、特異な組合せとしました。"
    "限界は、列の関係が正規分布に従う表であれば、一件でも超える確率が有意水準以下となる値です。全数調査であり、値は記録しません。",
    "In every column of numbers a value is alone when fewer rows than the floor lie within a "
    "number of robust standard deviations of it (a distance-based outlier). Besides, each column "
    "was taken as the normal scores of its ranks; a record is an unusual combination when the "
    "squared Mahalanobis distance by the covariance of these scores exceeds a limit, and fewer "
    "rows than the floor have the same values. The limit is the one that any record of a table "
    "whose columns go together as in a normal distribution exceeds with at most the probability "
    "of the level of significance. This is a census; no value is recorded.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("columns", "number", Text("調べた数値の列の数", "columns of numbers looked at"), "count"),
    Name(
        "columns_left_out",
        "number",
        Text("調べていない数値の列の数", "columns of numbers not looked at"),
        "count",
    ),
    Name("lone_values", "number", Text("孤立した値の数", "values that are alone"), "count"),
    Name(
        "lone_columns",
        "number",
        Text("孤立した値のある列の数", "columns with a value that is alone"),
        "count",
    ),
    Name(
        "judged_records",
        "number",
        Text("組合せを判定した行数", "records whose combination was judged"),
        "count",
    ),
    Name(
        "unusual_records",
        "number",
        Text("特異な組合せの行数", "records with an unusual combination"),
        "count",
    ),
    Name(
        "unusual_share",
        "number",
        Text("特異な組合せの行の割合", "share of unusual combinations"),
        "share",
    ),
)


class _Looked(NamedTuple):
    """One column: its name, the values alone in it, and its scores where it has two values."""

    name: str
    alone: Alone
    scores: NormalScores | None


class _Unusual(NamedTuple):
    """Combinations: records judged, unusual ones, and those whose score is due to each column."""

    judged: int
    found: int
    by_column: dict[str, int]


@measure(
    name="outliers",
    version="1",
    subject="dataset",
    title=Text("外れ値", "Outliers"),
    description=Text(
        "数値の列で孤立した値と、個々の値は普通でも組合せが特異な記録を数えます。",
        "Counts values that are alone in a column of numbers, and records whose numbers are common "
        "one by one but unusual together.",
    ),
    produces=PRODUCES,
)
def outliers(
    source: Source,
    *,
    columns: tuple[str, ...] | None = None,
    floor: int = 5,
    reach: float = 1.0,
    significance: float = 0.01,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Count values that are alone, and unusual combinations of values.

    A value :math:`v` is alone when :math:`|\{i: |x_i-v|\le r s\}|` is below ``floor``, :math:`r`
    being the reach and :math:`s` the robust deviation of the column. A record is unusual when
    :math:`(z-\bar z)^T\Sigma^{-1}(z-\bar z)` of its normal scores exceeds the quantile of
    chi-square at :math:`1-\alpha/n`, :math:`\alpha` being the significance, and fewer than
    ``floor`` records have the same numbers. 0 means that no number, and no combination, sets few
    people apart. Scores do not change with units or any other increasing transformation of a
    column; the first count does.

    Parameters
    ----------
    source
        The table.
    columns
        Columns of numbers to look at; all of them when left out.
    floor
        Rows that must be near a value, or share a combination.
    reach
        How near that is, in robust standard deviations of the column.
    significance
        Probability that a table without unusual combinations is said to have one.
    seed, progress
        Nothing is random. Progress is told per column.

    Returns
    -------
    Result
        A census: no interval. Rows that lack a number are judged column by column only; a value
        that is not finite is none. Memory is 24 bytes per row of one column, then that of a block.

    Raises
    ------
    Problems
        When a column does not exist, is named twice or holds no numbers, or a number is out of
        range.

    References
    ----------
    Enforcement Rules for the Act on the Protection of Personal Information, Art. 34, item 4.
    Knorr, E. M. and Ng, R. T. (1998), *Algorithms for mining distance-based outliers in large
    datasets*, VLDB. Boudt, K., Cornelissen, J. and Croux, C. (2012), doi:10.1007/s11222-011-9237-0
    (Gaussian rank correlation). Iglewicz, B. and Hoaglin, D. (1993), *How to detect and handle
    outliers*.
    """
    del seed
    numeric = [each.name for each in source.table.columns if each.kind == "number"]
    chosen = numeric if columns is None else list(columns)
    _check(source, chosen, numeric, floor, reach, significance)
    looked = list(_look(source, chosen, floor, reach, progress))
    scored = {each.name: each.scores for each in looked if each.scores is not None}
    if progress and scored:
        progress(_("Looking at combinations"), None)
    unusual = _unusual(source, scored, floor, significance)
    rows = source.table.rows or 0
    return Result(
        values=_values(looked, unusual, rows, len(numeric) - len(chosen)),
        sample_size=rows,
        method=METHOD,
        details=(_table(looked, unusual),),
    )


def _check(
    source: Source,
    columns: Sequence[str],
    numeric: Sequence[str],
    floor: int,
    reach: float,
    significance: float,
) -> None:
    """Raise everything that is wrong with the arguments at once."""
    problems = [*problems_of(source, columns), *below_one(floor=floor)]
    known = {each.name for each in source.table.columns}
    problems += [
        Problem(
            _("The column {name} holds no numbers.").format(name=repr(name)),
            where=source.table.dataset,
            remedy=_("Its columns are: {names}.").format(names=", ".join(numeric[:30])),
        )
        for name in dict.fromkeys(columns)
        if name in known and name not in numeric
    ]
    if not reach > 0:
        problems.append(
            Problem(
                _("reach is {number}; it is a distance above 0.").format(number=reach),
                remedy=_("Give for instance 1.0."),
            )
        )
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


def _look(
    source: Source, columns: Sequence[str], floor: int, reach: float, progress: Progress | None
) -> Iterator[_Looked]:
    """Sort one column after the other; none is held longer."""
    import numpy as np

    from shirube.measures.privacy.outlier_scores import alone_in, normal_scores

    for at, name in enumerate(columns):
        if progress:
            progress(_("Looking at columns"), at / len(columns))
        blocks = [block.numbers[name] for block in source.rows([name])]
        values = np.concatenate(blocks) if blocks else np.zeros(0)
        del blocks
        values = values[np.isfinite(values)]
        values.sort()
        yield _Looked(name, alone_in(values, floor, reach), normal_scores(values))


def _unusual(
    source: Source, scored: dict[str, NormalScores], floor: int, significance: float
) -> _Unusual:
    """Score every record that lacks no number, in two passes over blocks of rows."""
    import numpy as np

    from shirube.measures.privacy.outlier_scores import Moments, limit_of

    names = list(scored)
    if len(names) < 2:
        return _Unusual(0, 0, {})
    moments = Moments(0, np.zeros(len(names)), np.zeros((len(names), len(names))))
    for scores, _numbers in _scores(source, scored):
        moments.add(scores)
    if moments.rows < 2:
        return _Unusual(moments.rows, 0, {})
    together = moments.together()
    if not together.rank:
        return _Unusual(moments.rows, 0, {})
    limit = limit_of(together.rank, significance / moments.rows)
    far, due = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for scores, numbers in _scores(source, scored):
        out = together.distances(scores) > limit
        far.append(_combination(numbers[out]))
        due.append(np.abs(scores[out] - together.centre).argmax(axis=1))
    # Records with the same numbers have the same score, so all that share one are here.
    _same, where, count = np.unique(np.concatenate(far), return_inverse=True, return_counts=True)
    few = count[where] < floor
    counted = np.bincount(np.concatenate(due)[few], minlength=len(names)).tolist()
    return _Unusual(moments.rows, int(few.sum()), dict(zip(names, counted, strict=True)))


def _scores(
    source: Source, scored: dict[str, NormalScores]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Yield scores and numbers of the records that lack none, block by block."""
    import numpy as np

    for block in source.rows(list(scored)):
        numbers = np.column_stack([block.numbers[name] for name in scored])
        numbers = numbers[np.isfinite(numbers).all(axis=1)] + 0.0  # there is one zero
        columns = [scores.of(numbers[:, at]) for at, scores in enumerate(scored.values())]
        yield np.column_stack(columns), numbers


def _combination(numbers: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return one digest per record; equal numbers have equal ones (see ``matched_classes``)."""
    import numpy as np

    found = np.zeros(numbers.shape[0], np.uint64)
    for column in np.ascontiguousarray(numbers.T).view(np.uint64):
        found = (found ^ (found >> np.uint64(29)) ^ column) * np.uint64(0x9E3779B97F4A7C15)
        found ^= found >> np.uint64(32)
    return found


def _values(
    looked: Sequence[_Looked], unusual: _Unusual, rows: int, left_out: int
) -> tuple[Value, ...]:
    """Return the values; none where the table has no rows."""
    judged = unusual.judged
    counted: dict[str, int | float | None] = {
        "rows": rows,
        "columns": len(looked),
        "columns_left_out": left_out,
        "lone_values": sum(each.alone.alone for each in looked),
        "lone_columns": sum(each.alone.alone > 0 for each in looked),
        "judged_records": judged,
        "unusual_records": unusual.found,
        "unusual_share": unusual.found / judged if judged else None,
    }
    nothing = Text.of(N_("The table has no rows."))
    alone = Text.of(N_("No record has numbers in two columns."))
    return tuple(
        Value(
            name=name,
            value=value if rows else None,
            unit="share" if name == "unusual_share" else "count",
            sample_size=rows,
            reason=nothing if not rows else alone if value is None else None,
        )
        for name, value in counted.items()
    )


def _table(looked: Sequence[_Looked], unusual: _Unusual) -> Detail:
    """Return one row per column; never a value of it."""
    rows = [
        (
            each.name,
            each.alone.rows,
            each.alone.alone,
            round(each.alone.farthest, 1),
            unusual.by_column.get(each.name, 0),
        )
        for each in looked
    ]
    rows.sort(key=lambda row: (-row[2], -row[4], row[0]))
    return Detail(
        name="columns",
        title=Text("列ごとの外れ値", "Outliers per column"),
        columns=(
            Column("column", Text("列", "column")),
            Column("values", Text("数値のある行", "rows with a number"), "count"),
            Column("lone_values", Text("孤立した値", "values alone"), "count"),
            Column(
                "farthest",
                Text(
                    "中央値からの最大の距離（標準偏差の倍数）",
                    "farthest from the median, deviations",
                ),
            ),
            Column(
                "unusual_records",
                Text("この列が最も離れた特異な組合せ", "unusual records farthest out in it"),
                "count",
            ),
        ),
        rows=tuple(rows),
    )
