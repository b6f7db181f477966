# SPDX-License-Identifier: Apache-2.0
"""The measure ``trajectory_unicity``: how few points of a trail fix the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.privacy.named_columns import below_one, problems_of, refuse
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Column, Detail, Interval, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.measures.privacy.trails import Unicity
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "無作為に選んだ人ごとに、その人の軌跡から異なる点を無作為に選び、そのすべての点を含む軌跡が本人のものだけで"
    "あるかを数えました。点の数に満たない軌跡では、すべての点を用います。値の欠けた行は点として数えません。区間は"
    "Wilsonの信頼区間（95%）です。",
    "For each of the people drawn at random, different points of that person's trail were drawn "
    "and it was counted whether any other trail holds them all. Of a shorter trail all points were "
    "used; rows with a missing value are no points. The interval is Wilson's, at 95 %.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("people", "number", Text("軌跡の数（人数）", "trails (people)"), "count"),
    Name("distinct_points", "number", Text("点の種類", "distinct points"), "count"),
    Name("average_points", "number", Text("一人当たりの点の数", "points per person"), "count"),
    Name(
        "known_points", "number", Text("攻撃者が知る点の数", "points the attacker knows"), "count"
    ),
    Name("unicity", "number", Text("一意性", "unicity"), "share"),
)


@measure(
    name="trajectory_unicity",
    version="1",
    subject="dataset",
    title=Text("軌跡の一意性", "Unicity of trails"),
    description=Text(
        "移動や購買などの履歴について、無作為な数点を知るだけで一人に絞り込まれる人の割合を測ります。",
        "The share of people whose trail of places, purchases or the like is fixed by a few random "
        "points of it.",
    ),
    produces=PRODUCES,
)
def trajectory_unicity(
    source: Source,
    *,
    person: str,
    point: tuple[str, ...],
    known_points: int = 4,
    draws: int = 2500,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Measure the unicity of trails.

    Unicity :math:`\varepsilon_p` is the probability that :math:`p` points drawn from a random
    person's trail stand together in no other trail: 0 means that nobody is fixed, 1 that everybody
    is. A point is a combination of values, such as an antenna and an hour.

    Parameters
    ----------
    source
        The table, one row per person and point.
    person
        The column that tells whose point it is; it may be a random number.
    point
        The columns that make a point, such as place and time.
    known_points
        Points that the attacker knows, p.
    draws
        People drawn; everybody where there are no more.
    seed
        Seed of the draws of people and of points.
    progress
        Told once per number of points.

    Returns
    -------
    Result
        ``unicity`` with Wilson's interval at 95 % over the people drawn. None where there are not
        at least two people with a point.

    Raises
    ------
    Problems
        When a column does not exist or is named twice, or a number is out of range.

    References
    ----------
    de Montjoye et al. (2013), *Unique in the Crowd*, doi:10.1038/srep01376.
    """
    problems = [
        *problems_of(source, [person, *point]),
        *below_one(known_points=known_points, draws=draws),
    ]
    if not point:
        problems.append(
            Problem(
                _("No column makes a point."),
                remedy=_("Name for instance the columns of place and time in point."),
            )
        )
    refuse(problems)
    from shirube.measures.privacy.trails import trails_of, unicity

    cells = source.class_cells([person], point, codes=True)
    trails = trails_of(cells)
    found = []
    for number in range(1, known_points + 1):
        if progress:
            progress(_("Drawing points"), (number - 1) / known_points)
        if trails.people > 1:
            found.append(unicity(trails, number, draws=draws, seed=seed))
    counted: dict[str, int | float | None] = {
        "rows": cells.rows,
        "people": trails.people,
        "distinct_points": trails.points,
        "average_points": trails.owner.size / trails.people if trails.people else None,
        "known_points": known_points,
    }
    nobody = Text.of(N_("Fewer than two people have a point."))
    values = [
        Value(
            name=name,
            value=value,
            unit="count",
            sample_size=cells.rows,
            reason=nobody if value is None else None,
        )
        for name, value in counted.items()
    ]
    return Result(
        values=(*values, _unicity(found, nobody)),
        sample_size=found[-1].drawn if found else 0,
        method=METHOD,
        details=(_by_points(found),),
    )


def _unicity(found: Sequence[Unicity], nobody: Text) -> Value:
    """Return the value for all known points."""
    if not found:
        return Value(name="unicity", value=None, unit="share", reason=nobody)
    last = found[-1]
    return Value(
        name="unicity",
        value=last.share,
        unit="share",
        interval=Interval(last.low, last.high, "wilson"),
        sample_size=last.drawn,
    )


def _by_points(found: Sequence[Unicity]) -> Detail:
    """Return the unicity for one, two ... known points."""
    return Detail(
        name="unicity_by_points",
        title=Text("知られた点の数と一意性", "Unicity by the number of known points"),
        columns=(
            Column("known_points", Text("知られた点の数", "known points")),
            Column("unicity", Text("一意性", "unicity"), "share"),
            Column("unicity_low", Text("下限", "low"), "share"),
            Column("unicity_high", Text("上限", "high"), "share"),
            Column("drawn", Text("調べた人数", "people drawn"), "count"),
        ),
        rows=tuple(
            (str(number), each.share, each.low, each.high, each.drawn)
            for number, each in enumerate(found, start=1)
        ),
        chart="intervals",
    )
