# SPDX-License-Identifier: Apache-2.0
"""How far decisions and their errors differ between groups, with intervals for the maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shirube.measures.fairness import tables
from shirube.measures.fairness.tables import RATES
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Interval, Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shirube.measures.fairness.bootstrap import Band
    from shirube.measures.fairness.rates import Counts
    from shirube.terms.source import Progress, Source

_MOST_GROUPS = 2000
_SIMULTANEOUS = "multinomial bootstrap of the cells, studentised max-|t|, simultaneous over groups"


@measure(
    name="group_fairness",
    version="1",
    subject="system",
    title=Text("集団間の公平性", "Fairness between groups"),
    description=Text(
        "属性ごと、及び属性の組合せごとの選択率・誤り率・較正を比べます。",
        "Compares selection, error rates and calibration by attribute and by intersection.",
    ),
    produces=(
        Name("rows", "number", Text("予測のある行の数", "rows with a prediction")),
        Name("groups", "number", Text("集団の数", "groups")),
        Name("groups_estimable", "number", Text("推定できる集団の数", "groups large enough")),
        Name(
            "max_selection_rate_difference",
            "number",
            Text("選択率の最大差", "largest difference of selection rates"),
            "difference",
        ),
        Name(
            "min_selection_rate_ratio",
            "number",
            Text("選択率の最小比", "smallest ratio of selection rates"),
            "ratio",
        ),
        Name(
            "max_tpr_difference",
            "number",
            Text("真陽性率の最大差", "largest difference of true positive rates"),
            "difference",
        ),
        Name(
            "max_fpr_difference",
            "number",
            Text("偽陽性率の最大差", "largest difference of false positive rates"),
            "difference",
        ),
        Name(
            "max_precision_difference",
            "number",
            Text("適合率の最大差", "largest difference of precisions"),
            "difference",
        ),
        Name(
            "max_equalized_odds_difference",
            "number",
            Text("均等化オッズの最大差", "largest difference of equalised odds"),
            "difference",
        ),
        Name(
            "max_calibration_gap",
            "number",
            Text("較正の最大のずれ", "largest calibration gap"),
            "difference",
        ),
    ),
)
def group_fairness(
    source: Source,
    *,
    attributes: tuple[str, ...],
    prediction: str,
    label: str | None = None,
    score: str | None = None,
    favourable: int = 1,
    replicates: int = 1000,
    min_group: int = 30,
    level: float = 0.95,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Compare the decisions on groups of people, and the errors in them.

    For a group :math:`g` with prediction :math:`\hat y` and outcome :math:`y`, where 1 is the
    favourable value: selection rate :math:`P(\hat y=1|g)`, true positive rate
    :math:`P(\hat y=1|y=1,g)`, false positive rate :math:`P(\hat y=1|y=0,g)`, precision
    :math:`P(y=1|\hat y=1,g)`, calibration gap :math:`E[s|g]-P(y=1|g)`. Groups are the values of
    each attribute and the intersections of all attributes. A difference is the largest minus the
    smallest rate within one grouping, the ratio is the smallest over the largest; the largest
    difference (smallest ratio) over all groupings is told. A difference of 0 and a ratio of 1 mean
    that no group is treated differently; a difference of 1 and a ratio of 0 that one group always
    and another never gets the favourable decision. Missing values of an attribute are a group.

    Parameters
    ----------
    attributes
        The columns that make the groups; their intersections are groups as well.
    prediction
        The column with the decision, 0 or 1; rows without one are left out.
    label
        The column with what happened, 0 or 1. Without it there are no error rates.
    score
        The column with the probability of the value 1, between 0 and 1, for calibration.
    favourable
        Which value of prediction and label is good for the person: 1 or 0.
    replicates
        The number of bootstrap replicates.
    min_group
        A rate whose group has fewer rows (for an error rate: fewer rows with that outcome) is not
        estimable, and takes no part in any maximum.
    level
        The coverage of the intervals.
    seed
        The seed of the bootstrap.

    Returns
    -------
    Result
        Maxima with simultaneous intervals: with probability ``level`` all rates lie in their bands
        at once (studentised max-\|t\| bootstrap), and the interval of a maximum is what the bands
        allow. Groups have percentile intervals of their own. ``baseline`` is the mean of the
        maximum when all groups share one rate: what chance alone would show.

    References
    ----------
    Efron, B. (1979), Bootstrap Methods: Another Look at the Jackknife. doi:10.1214/aos/1176344552.
    Romano, J. P. and Wolf, M. (2005), Stepwise Multiple Testing as Formalized Data Snooping.
    doi:10.1111/j.1468-0262.2005.00615.x.
    Hardt, M., Price, E. and Srebro, N. (2016), Equality of Opportunity in Supervised Learning.
    doi:10.48550/arXiv.1610.02413.
    Agresti, A. and Coull, B. A. (1998), Approximate is Better than "Exact" for Interval Estimation
    of Binomial Proportions. doi:10.1080/00031305.1998.10480550.
    """
    import numpy as np

    from shirube.measures.fairness import estimates
    from shirube.measures.fairness.rates import counts_of

    _check(attributes, favourable, replicates, min_group, level)
    cells = source.group_cells(attributes, prediction=prediction, label=label, score=score)
    counts = counts_of(cells, favourable=favourable)
    if len(counts.names) > _MOST_GROUPS:
        raise Problem(
            _("The attributes make {groups} groups; at most {limit} can be compared.").format(
                groups=len(counts.names), limit=_MOST_GROUPS
            ),
            remedy=_("Name fewer attributes, or bands of values."),
        )
    if progress is not None:
        progress(_("Drawing {number} resamples").format(number=replicates), None)
    rng = np.random.default_rng(seed)
    bands = estimates.bands_of(counts, replicates, min_group, level, rng)
    null = {name: estimates.null_of(counts, name, bands[name], replicates, rng) for name in RATES}
    gap = estimates.calibration_of(cells, counts, favourable, min_group, replicates, level, rng)
    rows = int(counts.count.sum())
    size = counts.summed(counts.count.sum((1, 2)))
    values = (
        Value(name="rows", value=rows, unit="count", sample_size=rows),
        Value(name="groups", value=len(counts.names), unit="count", sample_size=rows),
        Value(
            name="groups_estimable",
            value=int((size >= min_group).sum()),
            unit="count",
            sample_size=rows,
        ),
        *_maxima(counts, bands, null, rows, level, None if label else _why(label, score)),
        _gap_value(gap, rows, level, _why(label, score)),
    )
    return Result(
        values=values,
        sample_size=rows,
        method=tables.method(replicates, level),
        details=(tables.groups(counts, bands, gap, size, min_group),),
        notes=tables.notes(cells, size, min_group),
    )


def _check(
    attributes: tuple[str, ...], favourable: int, replicates: int, min_group: int, level: float
) -> None:
    """Refuse arguments that no measurement can have."""
    wrong = [
        sentence
        for sentence, holds in (
            (_("At least one attribute is needed to make groups."), bool(attributes)),
            (_("favourable must be 0 or 1."), favourable in (0, 1)),
            (_("replicates must be at least 2."), replicates >= 2),
            (_("min_group must be at least 1."), min_group >= 1),
            (_("level must lie between 0 and 1."), 0 < level < 1),
        )
        if not holds
    ]
    if wrong:
        raise Problem(" ".join(wrong))


def _maxima(
    counts: Counts,
    bands: dict[str, Band],
    null: dict[str, float],
    rows: int,
    level: float,
    why: Text | None,
) -> list[Value]:
    """Return differences, ratio and equalised odds."""
    spans = {name: _span(counts, bands[name]) for name in RATES}
    names = {
        "selection_rate": "max_selection_rate_difference",
        "tpr": "max_tpr_difference",
        "fpr": "max_fpr_difference",
        "precision": "max_precision_difference",
    }
    values = [
        _value(names[name], "difference", spans[name], rows, level, None, null[name])
        if name == "selection_rate"
        else _value(names[name], "difference", spans[name], rows, level, why, null[name])
        for name in RATES
    ]
    ratio = _value(
        "min_selection_rate_ratio", "ratio", _ratio(counts, bands["selection_rate"]), rows, level
    )
    errors = [spans[name] for name in ("tpr", "fpr") if spans[name] is not None]
    odds = None
    if len(errors) == 2:
        odds = tuple(max(span[end] for span in errors if span) for end in range(3))
    values.insert(1, ratio)
    values.append(_value("max_equalized_odds_difference", "difference", odds, rows, level, why))
    return values


def _span(counts: Counts, band: Band) -> tuple[float, ...] | None:
    """Return the largest difference within a grouping, and the least and most the band allows."""
    import numpy as np

    best: list[tuple[float, float, float]] = []
    for usable in _comparable(counts, band):
        rate, low, high = (
            each[usable] for each in (band.estimate, band.all_low(), band.all_high())
        )
        best.append((np.ptp(rate), max(0.0, low.max() - high.min()), high.max() - low.min()))
    return tuple(float(max(each)) for each in zip(*best, strict=True)) if best else None


def _ratio(counts: Counts, band: Band) -> tuple[float, ...] | None:
    """Return the smallest ratio within a grouping, and the least and most the band allows."""
    best: list[tuple[float, float, float]] = []
    for usable in _comparable(counts, band):
        rate, low, high = (
            each[usable] for each in (band.estimate, band.all_low(), band.all_high())
        )
        if rate.max() > 0:
            most = min(1.0, high.min() / low.max()) if low.max() > 0 else 1.0
            best.append((rate.min() / rate.max(), low.min() / high.max(), most))
    return tuple(float(min(each)) for each in zip(*best, strict=True)) if best else None


def _comparable(counts: Counts, band: Band) -> list[NDArray[np.bool_]]:
    """Return, per grouping with at least two estimable groups, which groups these are."""
    import numpy as np

    usable = ~np.isnan(band.estimate) & ~np.isnan(band.error)
    chosen = [usable & (counts.grouping == each) for each in np.unique(counts.grouping)]
    return [each for each in chosen if each.sum() >= 2]


def _value(
    name: str,
    unit: Literal["difference", "ratio"],
    found: tuple[float, ...] | None,
    rows: int,
    level: float,
    why: Text | None = None,
    baseline: float | None = None,
) -> Value:
    """Return a value with its simultaneous interval, or the reason why there is none."""
    if found is None:
        reason = why or Text.of(N_("Fewer than two groups are large enough."))
        return Value(name=name, value=None, unit=unit, sample_size=rows, reason=reason)
    return Value(
        name=name,
        value=found[0],
        unit=unit,
        interval=Interval(found[1], found[2], _SIMULTANEOUS, level),
        sample_size=rows,
        baseline=1.0 if unit == "ratio" else baseline,
    )


def _gap_value(gap: Band | None, rows: int, level: float, why: Text | None) -> Value:
    """Return the largest calibration gap over all groups."""
    import numpy as np

    usable = np.zeros(0, bool) if gap is None else ~np.isnan(gap.estimate) & ~np.isnan(gap.error)
    if gap is None or not usable.any():
        return _value("max_calibration_gap", "difference", None, rows, level, why)
    size, reach = np.abs(gap.estimate[usable]), gap.factor * gap.error[usable]
    low, high = np.maximum(size - reach, 0).max(), (size + reach).max()
    found = (float(size.max()), float(low), float(high))
    return _value("max_calibration_gap", "difference", found, rows, level, why, 0.0)


def _why(label: str | None, score: str | None) -> Text:
    """Return why an error rate or a calibration has no value."""
    if label is None:
        return Text.of(N_("No label was given."))
    if score is None:
        return Text.of(N_("No score was given."))
    return Text.of(N_("Fewer than two groups are large enough."))
