# SPDX-License-Identifier: Apache-2.0
"""The measure ``closest_records``: whether synthetic rows repeat people of their original."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.privacy.named_columns import below_one, refuse
from shirube.measures.registry import measure
from shirube.terms.codes import TABLES, called
from shirube.terms.measurement import Column, Detail, Interval, Result, Scalar, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shirube.measures.privacy.attacks.closest import Closest
    from shirube.measures.privacy.attacks.rates import Rate
    from shirube.terms.records import Records
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "公開する表から無作為に選んだ行ごとに、元の表と対照の表で最も近い行を調べました。距離はガワーの距離を列の数で"
    "割ったもので、0は全列が等しいこと、1は全列が最大限に異なることを表します。元の表の人と対照の人が入れ替え可能で"
    "あれば、最も近い行が元の表にある割合は、両表の行数に占める元の表の割合になります（基準）。記憶の割合は"
    "（割合−基準）÷（1−基準）です。区間はウィルソンの区間で、公開する表から行を選ぶことによる誤差だけを表します。",
    "For each of the rows drawn from the released table the nearest row of the original and of the "
    "control was looked up. The distance is Gower's over the number of columns: 0 where all "
    "of them are equal, 1 where all differ as far as they can. If people of original and control "
    "are exchangeable, the nearest row of all is one of the original as often as the original has "
    "rows among both (baseline); what is remembered is (share - baseline) / (1 - baseline). "
    "Intervals are Wilson's and tell the error of drawing rows of the release alone.",
)

_LEFT_OUT = Text("用いていない列の数", "columns of the release that are not used")
_RATIO = Text("最近傍と第二近傍の距離の比", "nearest over second nearest distance")


def _names(name: str, ja: str, en: str) -> tuple[Name, ...]:
    """Name what is told of the distances to one table."""
    told = (
        ("copied_share", "の行と等しい行の割合", "share of records equal to one", "share"),
        ("distance_low", "への距離（下位5%）", "distance, 5th percentile", "distance"),
        ("distance_median", "への距離（中央値）", "distance, median", "distance"),
        ("ratio_low", "での距離の比（下位5%）", "ratio of distances, 5th percentile", "ratio"),
    )
    return tuple(
        Name(f"{name}{each}", "number", Text(f"{ja}{here}", f"{en}: {there}"), unit)
        for each, here, there, unit in told
    )


PRODUCES = (
    Name("rows", "number", Text("公開する表の行数", "rows of the released table"), "count"),
    Name("rows_original", "number", Text("元の表の行数", "rows of the original table"), "count"),
    Name("rows_control", "number", Text("対照の行数", "rows of the control table"), "count"),
    Name("compared", "number", Text("比べた行の数", "records compared"), "count"),
    Name("columns", "number", Text("用いた列の数", "columns that are used"), "count"),
    Name("columns_left_out", "number", _LEFT_OUT, "count"),
    *_names("", "元の表", "original"),
    *_names("control_", "対照", "control"),
    Name(
        "nearer_share",
        "number",
        Text("対照より元の表に近い行の割合", "share nearer to the original than to the control"),
        "share",
    ),
    Name("remembered", "number", Text("記憶の割合", "share remembered beyond chance"), "share"),
)

_NO_CONTROL = N_(
    "No control table is given, so nobody can tell what lies near its own people from what lies "
    "near people in general."
)
_NO_ROWS = N_("A table of the comparison has no rows.")
_ONE_ROW = N_("The table has one row; there is no second nearest.")
_QUANTILES = (5, 25, 50, 75, 95)


@measure(
    name="closest_records",
    version="1",
    subject="dataset",
    title=Text(
        "最も近い行までの距離（合成データ）", "Distance to the closest record (synthetic data)"
    ),
    description=Text(
        "合成データの行が、元の表の人を写していないか、対照の人と比べてどれほど元の表に近いかを測ります。",
        "Whether rows of a synthetic table repeat people of its original, and how much nearer they "
        "lie to them than to people it does not know.",
    ),
    produces=PRODUCES,
)
def closest_records(
    source: Source,
    *,
    original: Source,
    control: Source | None = None,
    columns: tuple[str, ...] = (),
    categories: tuple[str, ...] = (),
    compared: int = 2000,
    most_rows: int = 200_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Measure how near the rows of a synthetic table lie to those it was made from.

    With Gower's distance :math:`d(r, T) = \min_{t\in T} \frac1m \sum_j \delta_j(r, t)` over m
    columns, where :math:`\delta_j` is 0 or 1 for a category and :math:`|r_j-t_j|/range_j` for a
    number:

    ===============  =========================================================================
    copied_share     share of records with d = 0. Where columns are few or coarse people repeat
                     each other too: hold it against ``control_copied_share``
    distance_low     5th percentile of d; 0: that many are copies, 1: nothing alike
    distance_median  median of d
    ratio_low        5th percentile of d over the distance to the second nearest row (NNDR): near 0
                     one person of the table stands out as the model, near 1 there is none
    nearer_share     share of records whose nearest row of both tables together is the original's;
                     its baseline is rows_original / (rows_original + rows_control)
    remembered       (nearer_share - baseline) / (1 - baseline): 0 the original lies no nearer than
                     the control, 1 every record is nearest to a person it was made from
    ===============  =========================================================================

    The distances to the control (``control_...``) are the same numbers; to a smaller table they are
    larger by themselves. ``remembered`` takes the sizes into account.

    Parameters
    ----------
    source
        The released, synthetic table.
    original
        The table from which it was made, with its columns in the form of the release.
    control
        People of the same population whom the release does not know.
    columns
        Columns that are compared; all that the tables share when left out.
    categories
        Columns of numbers that are codes, so that 3 is not nearer to 4 than to 9.
    compared
        Records of the release that are compared, drawn at random.
    most_rows
        Of a larger original or control so many rows are drawn; the notes say so.
    seed
        Draws rows, and among rows that are equally near.
    progress
        Told what is looked at.

    Returns
    -------
    Result
        Shares with 95 % intervals over the records drawn; not for the division of people into
        original and control. Without a control ``nearer_share`` and ``remembered`` are None with
        their reason: near to somebody is not near to *its* people.

    Raises
    ------
    Problems
        When a column is missing in a table, no column is shared, or a number is out of range.

    References
    ----------
    Gower (1971), doi:10.2307/2528823. Park et al. (2018), doi:10.14778/3231751.3231757 (distance
    to the closest record). Zhao et al. (2021), arXiv:2102.08369 (nearest-neighbour ratio). Platzer
    and Reutterer (2021), doi:10.3389/fdata.2021.679939 (both beside a holdout). Wilson (1927),
    doi:10.1080/01621459.1927.10502953.
    """
    import numpy as np

    from shirube.measures.privacy.attacks.chosen_columns import columns_of_attack
    from shirube.measures.privacy.attacks.closest import closest, nearer_to_original
    from shirube.measures.privacy.attacks.tables import coded

    refuse([*below_one(compared=compared, most_rows=most_rows)])
    tables = {"release": source, "original": original, **({"control": control} if control else {})}
    chosen, left_out = columns_of_attack(list(tables.values()), columns, categories=categories)
    if progress:
        progress(_("Drawing rows"), None)
    drawn = {
        name: table.records(chosen, limit=most_rows, seed=seed) for name, table in tables.items()
    }
    known = dict(zip(tables, coded(list(drawn.values()), categories), strict=True))
    release = known.pop("release").first(compared)
    found: dict[str, Closest] = {}
    nearer = None
    if release.rows and all(table.rows for table in known.values()):
        for at, (name, table) in enumerate(known.items()):
            if progress:
                progress(_("Looking for the nearest rows"), at / 3)
            found[name] = closest(release, table)
        if control is not None:
            rng = np.random.default_rng([seed, 0])
            nearer = int(
                nearer_to_original(release, known["original"], known["control"], rng).sum()
            )
    return Result(
        values=_values(drawn, found, release.rows, nearer, left_out),
        sample_size=release.rows,
        method=METHOD,
        details=(_table(found),) if found else (),
        notes=_notes(drawn, left_out),
    )


def _values(
    drawn: Mapping[str, Records],
    found: Mapping[str, Closest],
    compared: int,
    nearer: int | None,
    left_out: list[str],
) -> tuple[Value, ...]:
    """Return every value that the measure declares, in its order."""
    no_control = Text.of(_NO_CONTROL)
    control = drawn.get("control")
    counts: dict[str, int | None] = {
        "rows": drawn["release"].rows,
        "rows_original": drawn["original"].rows,
        "rows_control": control.rows if control else None,
        "compared": compared,
        "columns": len(drawn["release"].columns),
        "columns_left_out": len(left_out),
    }
    told = [
        Value(
            name=name, value=count, unit="count", reason=None if count is not None else no_control
        )
        for name, count in counts.items()
    ]
    missing = no_control if control is None else Text.of(_NO_ROWS)
    for name, prefix in (("original", ""), ("control", "control_")):
        reason = missing if name == "control" else Text.of(_NO_ROWS)
        told += _of_distances(prefix, found.get(name), reason)
    return (*told, *_remembered(drawn, compared, nearer, missing))


def _of_distances(prefix: str, found: Closest | None, reason: Text) -> list[Value]:
    """Return what is told of the distances to one table."""
    if found is None:
        return [Value(name=name.name, value=None, reason=reason) for name in _names(prefix, "", "")]
    import numpy as np

    from shirube.measures.privacy.attacks.rates import wilson

    n = len(found.distance)
    copied = int((found.distance == 0).sum())
    low, median = (float(each) for each in np.quantile(found.distance, [0.05, 0.5]))
    ratio = float(np.quantile(found.ratio, 0.05)) if len(found.ratio) else None
    return [
        _share(f"{prefix}copied_share", copied / n, wilson(copied, n), n),
        Value(name=f"{prefix}distance_low", value=low, unit="distance", sample_size=n),
        Value(name=f"{prefix}distance_median", value=median, unit="distance", sample_size=n),
        Value(
            name=f"{prefix}ratio_low",
            value=ratio,
            unit="ratio",
            sample_size=n,
            reason=None if ratio is not None else Text.of(_ONE_ROW),
        ),
    ]


def _remembered(
    drawn: Mapping[str, Records], compared: int, nearer: int | None, missing: Text
) -> tuple[Value, Value]:
    """Return the share that is nearer to the original, and what of it is beyond chance."""
    if nearer is None:
        reason = missing
        return (
            Value(name="nearer_share", value=None, unit="share", reason=reason),
            Value(name="remembered", value=None, unit="share", reason=reason),
        )
    from shirube.measures.privacy.attacks.rates import Rate, wilson

    here, there = drawn["original"].taken, drawn["control"].taken
    base = here / (here + there)
    rate = wilson(nearer, compared)
    beyond = Rate((rate.estimate - base) / (1 - base), rate.error / (1 - base))
    share = nearer / compared
    return (
        _share("nearer_share", share, rate, compared, base),
        _share("remembered", max(0.0, (share - base) / (1 - base)), beyond, compared),
    )


def _share(name: str, share: float, rate: Rate, n: int, baseline: float | None = None) -> Value:
    return Value(
        name=name,
        value=share,
        unit="share",
        interval=Interval(rate.low, rate.high, "Wilson score"),
        sample_size=n,
        baseline=baseline,
    )


def _table(found: Mapping[str, Closest]) -> Detail:
    """Return quantiles of the distances and of the ratios, table by table."""
    import numpy as np

    rows: list[tuple[Scalar, ...]] = []
    for name, each in found.items():
        for percent in _QUANTILES:
            ratio = float(np.percentile(each.ratio, percent)) if len(each.ratio) else None
            rows.append((percent, name, float(np.percentile(each.distance, percent)), ratio))
    return Detail(
        name="distance_quantiles",
        title=Text("最も近い行までの距離の分布", "Distances to the closest record"),
        columns=(
            Column("percentile", Text("百分位", "percentile"), "count"),
            Column("of", Text("表", "table")),
            Column("distance", Text("距離", "distance"), "distance"),
            Column("ratio", _RATIO, "ratio"),
        ),
        rows=tuple(rows),
        chart="lines",
        note=Text(
            "対照より元の表への距離が短いほど、元の表の人を写しています。",
            "The shorter the distances to the original are beside those to the control, the more "
            "the table repeats its people.",
        ),
    )


def _notes(drawn: Mapping[str, Records], left_out: list[str]) -> tuple[Text, ...]:
    """Say what a reader must know beside the numbers."""
    found = [
        Text.of(
            N_("Of the {rows} rows of the {table} table {taken} were drawn."),
            rows=records.rows,
            taken=records.taken,
            table=called(TABLES, name),
        )
        for name, records in drawn.items()
        if records.taken < records.rows
    ]
    if "control" not in drawn:
        found.append(Text.of(_NO_CONTROL))
    if left_out:
        missing = N_("Columns of the release that were not used: {names}.")
        found.append(Text.of(missing, names=", ".join(left_out[:30])))
    return tuple(found)
