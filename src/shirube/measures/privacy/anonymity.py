# SPDX-License-Identifier: Apache-2.0
"""The measure ``anonymity``: how well the rows of a table hide the people behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shirube.measures.privacy.class_tables import class_sizes_table, notes, sensitive_table
from shirube.measures.registry import measure
from shirube.terms.errors import Problem, Problems
from shirube.terms.measurement import Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shirube.measures.privacy.class_models import SensitiveModels
    from shirube.terms.cells import ClassCells
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "準識別子の値の組合せが同じ行を一つのクラスとし、表の全行を数えました(欠損も一つの値として"
    "扱います)。全数調査のため信頼区間はありません。tは等距離、δは自然対数でクラスに現れる値のみ、"
    "再帰的(c,l)のlはl_distinctです。",
    "Rows with the same combination of quasi-identifiers form a class; every row of the table was "
    "counted, and a missing value is a value of its own. This is a census of the table, so there "
    "is no interval. t uses the equal distance, δ the natural logarithm over the values present in "
    "a class, and recursive (c, l) the l of l_distinct.",
)

_SMALL = Text("下限より小さいクラスにある行の割合", "share of records in classes below the floor")
_USED = Text("用いた準識別子の数", "quasi-identifiers used")
_TOLD = Text("調べた機微な列の数", "sensitive columns looked at")
_MOST = Text("α(最頻値の割合)", "α, share of the most frequent value")

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("classes", "number", Text("同値クラスの数", "equivalence classes"), "count"),
    Name("quasi_identifiers", "number", _USED, "count"),
    Name("sensitive", "number", _TOLD, "count"),
    Name("k", "number", Text("k(最小のクラスの行数)", "k, rows of the smallest class"), "count"),
    Name("unique_records", "number", Text("一意な行の数", "records alone in their class"), "count"),
    Name("unique_share", "number", Text("一意な行の割合", "share of unique records"), "share"),
    Name("small_class_share", "number", _SMALL, "share"),
    Name("average_class_size", "number", Text("クラスの平均行数", "average class size"), "count"),
    Name("prosecutor_risk", "number", Text("検察官型リスク(1/k)", "prosecutor risk, 1/k"), "share"),
    Name("journalist_risk", "number", Text("ジャーナリスト型リスク", "journalist risk"), "share"),
    Name("marketer_risk", "number", Text("マーケター型リスク", "marketer risk"), "share"),
    Name("l_distinct", "number", Text("l(値の種類)", "l, distinct values"), "count"),
    Name("l_entropy", "number", Text("l(エントロピー)", "l, entropy")),
    Name("l_recursive_c", "number", Text("再帰的(c,l)のc", "c of recursive (c, l)"), "ratio"),
    Name("t_equal", "number", Text("t(等距離)", "t, equal distance"), "distance"),
    Name("delta_disclosure", "number", Text("δ(開示)", "δ, disclosure")),
    Name("beta_basic", "number", Text("β(基本)", "β, basic likeness")),
    Name("beta_enhanced", "number", Text("β(強化)", "β, enhanced likeness")),
    Name("alpha", "number", _MOST, "share"),
)

_OF_CLASSES, _OF_SENSITIVE = PRODUCES[4:12], PRODUCES[12:]

_UNITS: dict[str, Literal["count", "ratio", "distance", "share"]] = {
    "l_distinct": "count",
    "l_recursive_c": "ratio",
    "t_equal": "distance",
    "alpha": "share",
}


@measure(
    name="anonymity",
    version="2",
    subject="dataset",
    title=Text(
        "匿名性(k-匿名性、l-多様性、t-近接性など)", "Anonymity: k, l, t and their relatives"
    ),
    description=Text(
        "準識別子の組合せによって個人がどの程度まで絞り込まれるか、また機微な値がどの程度推測されるかを"
        "測ります。",
        "How far a combination of quasi-identifiers narrows down to a person, and how much it "
        "gives away about sensitive values.",
    ),
    produces=PRODUCES,
)
def anonymity(
    source: Source,
    *,
    quasi_identifiers: tuple[str, ...],
    sensitive: tuple[str, ...] = (),
    floor: int = 5,
    population: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Measure the anonymity of a table over named quasi-identifiers.

    A class :math:`e` is the set of :math:`n_e` rows that agree in all quasi-identifiers;
    :math:`q_{es}` is the share of sensitive value :math:`s` in the class, :math:`p_s` its share in
    the table. With several sensitive columns each value is the worst over them.

    ==================  =====================================================================
    quasi_identifiers   how many columns made the classes: leaving one out only ever raises k
    sensitive           how many columns l, t and their relatives are the worst of
    k                   :math:`\min_e n_e`; 1 means that somebody stands alone
    prosecutor_risk     :math:`1/k`: the attacker knows that the person is in the table
    journalist_risk     the same where the table is a sample of ``population`` people
    marketer_risk       classes / rows: the share re-identified when all rows are matched
    l_distinct          :math:`\min_e |\{s: q_{es}>0\}|`
    l_entropy           :math:`\min_e \exp(-\sum_s q_{es}\ln q_{es})`, not rounded down
    l_recursive_c       :math:`\max_e r_1/(r_l+\dots+r_m)`, counts from large to small,
                        l = l_distinct: the table is recursive (c, l)-diverse for every larger c
    t_equal             :math:`\max_e \tfrac12\sum_s|q_{es}-p_s|`: 0 no gain, 1 full disclosure
    delta_disclosure    :math:`\max_{e,s: q_{es}>0} |\ln(q_{es}/p_s)|`
    beta_basic          :math:`\max_{e,s} (q_{es}-p_s)/p_s`
    beta_enhanced       :math:`\min(\beta_{basic}, \max_s -\ln p_s)`
    alpha               :math:`\max_{e,s} q_{es}`
    ==================  =====================================================================

    Definitions agree with pycanon with three exceptions, where pycanon departs from the papers: it
    rounds the entropy l down to a whole number, takes the counts of recursive (c, l) from small
    to large, and uses the ordered distance for a numeric sensitive column.

    Parameters
    ----------
    source
        The table.
    quasi_identifiers
        Columns that together could single out a person.
    sensitive
        Columns whose value must not become known about a person.
    floor
        Classes with fewer rows count as small.
    population
        Number of people from whom the table is a random sample, needed for the journalist's risk.
    seed, progress
        Not used: nothing is random, and the engine tells how far its one query is.

    Returns
    -------
    Result
        A census of the table: no interval. A value that cannot be estimated (no row, one row, a
        column without any value) is None with its reason, never a pass.

    Raises
    ------
    Problems
        When a column does not exist or is named twice, or a number is out of range.

    References
    ----------
    Sweeney (2002), doi:10.1142/S0218488502001648 (k). Machanavajjhala et al. (2007),
    doi:10.1145/1217299.1217302 (l). Li et al. (2007), doi:10.1109/ICDE.2007.367856 (t). Brickell
    and Shmatikov (2008), doi:10.1145/1401890.1401904 (δ). Cao and Karras (2012),
    doi:10.14778/2350229.2350255 (β). Wong et al. (2006), doi:10.1145/1150402.1150499 (α). El Emam
    and Dankar (2008), doi:10.1197/jamia.M2716 (prosecutor, journalist). Dankar and El Emam (2010),
    doi:10.1145/1754239.1754271 (marketer). Sáinz-Pardo Díaz and López García (2022),
    doi:10.1038/s41597-022-01894-2 (pycanon).
    """
    _check(source, quasi_identifiers, sensitive, floor, population)
    cells = source.class_cells(quasi_identifiers, sensitive)
    if population is not None and population < cells.rows:
        raise Problem(
            _("The population ({population}) is smaller than the table ({rows} rows).").format(
                population=population, rows=cells.rows
            ),
            remedy=_("Give the number of people from whom the rows were drawn."),
        )
    from shirube.measures.privacy.class_models import class_sizes

    sizes = class_sizes(cells)
    models = _models(cells, sizes)
    return Result(
        values=(
            *_class_values(cells, sizes, floor, population),
            *_model_values(cells, models),
        ),
        sample_size=cells.rows,
        method=METHOD,
        details=(
            class_sizes_table(sizes),
            *([sensitive_table(cells, models, _OF_SENSITIVE)] if sensitive else []),
        ),
        notes=notes(cells, population),
    )


def _check(
    source: Source,
    quasi_identifiers: tuple[str, ...],
    sensitive: tuple[str, ...],
    floor: int,
    population: int | None,
) -> None:
    """Raise everything that is wrong with the arguments at once."""
    problems = []
    if not quasi_identifiers:
        problems.append(
            Problem(
                _("No quasi-identifier is named."),
                why=_("Without one the whole table is one class and every number looks safe."),
                remedy=_("Name the columns that together could single out a person."),
            )
        )
    names = [*quasi_identifiers, *sensitive]
    known = [column.name for column in source.table.columns]
    problems += [
        Problem(
            _("There is no column {name}.").format(name=repr(name)),
            where=source.table.dataset,
            remedy=_("Its columns are: {names}.").format(names=", ".join(known[:30])),
        )
        for name in dict.fromkeys(names)
        if known and name not in known
    ]
    problems += [
        Problem(
            _("The column {name} is named twice.").format(name=repr(name)),
            where=source.table.dataset,
            why=_("A column is either a quasi-identifier or sensitive in one measurement."),
            remedy=_("Name it once."),
        )
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if floor < 1 or (population is not None and population < 1):
        problems.append(
            Problem(
                _("The floor and the population are numbers of people and start at 1."),
                remedy=_("Give a whole number of at least 1."),
            )
        )
    if problems:
        raise Problems(problems)


def _models(cells: ClassCells, sizes: NDArray[np.int64]) -> dict[str, SensitiveModels | Text]:
    """Return per sensitive column its models, or the reason why there are none."""
    from shirube.measures.privacy.class_models import sensitive_models

    found: dict[str, SensitiveModels | Text] = {}
    for column in cells.sensitive:
        if cells.rows < 2:
            found[column] = _too_few(cells.rows)
        elif cells.nulls.get(column) == cells.rows:
            found[column] = Text.of(N_("The column {name} has no value at all."), name=repr(column))
        else:
            found[column] = _no_class(cells) or sensitive_models(cells, column, sizes)
    return found


def _too_few(rows: int) -> Text:
    """Say why a table of no row or one row tells nothing."""
    if rows == 0:
        return Text.of(N_("The table has no rows."))
    return Text.of(N_("The table has one row; there is no distribution to compare with."))


def _no_class(cells: ClassCells) -> Text | None:
    """Return why there are no classes to speak of; None when there are."""
    if cells.rows == 0:
        return Text.of(N_("The table has no rows."))
    empty = [name for name in cells.quasi_identifiers if cells.nulls.get(name) == cells.rows]
    if empty:
        none = N_("The quasi-identifier {names} has no value at all.")
        return Text.of(none, names=", ".join(empty))
    return None


def _class_values(
    cells: ClassCells, sizes: NDArray[np.int64], floor: int, population: int | None
) -> list[Value]:
    """Return the values that need no sensitive column."""
    rows, classes = cells.rows, int(sizes.size)
    counted = [
        Value(name="rows", value=rows, unit="count", sample_size=rows),
        Value(name="classes", value=classes, unit="count", sample_size=rows),
        Value(name="quasi_identifiers", value=len(cells.quasi_identifiers), unit="count"),
        Value(name="sensitive", value=len(cells.sensitive), unit="count"),
    ]
    reason = _no_class(cells)
    if reason:
        return counted + [Value(name=each.name, value=None, reason=reason) for each in _OF_CLASSES]
    k = int(sizes.min())
    unique = int((sizes == 1).sum())
    small = int(sizes[sizes < floor].sum())
    return [
        *counted,
        Value(name="k", value=k, unit="count", sample_size=rows),
        Value(name="unique_records", value=unique, unit="count", sample_size=rows),
        Value(name="unique_share", value=unique / rows, unit="share", sample_size=rows),
        Value(name="small_class_share", value=small / rows, unit="share", sample_size=rows),
        Value(name="average_class_size", value=rows / classes, unit="count", sample_size=rows),
        Value(name="prosecutor_risk", value=1 / k, unit="share", sample_size=rows),
        _journalist(k, rows, population),
        Value(name="marketer_risk", value=classes / rows, unit="share", sample_size=rows),
    ]


def _journalist(k: int, rows: int, population: int | None) -> Value:
    """Return the journalist's risk, which needs to know the population."""
    if population is None:
        reason = Text.of(N_("No population is given; the prosecutor's risk is its upper bound."))
        return Value(name="journalist_risk", value=None, unit="share", reason=reason)
    from shirube.measures.privacy.journalist import journalist_risk

    risk = journalist_risk(k, rows, population)
    return Value(name="journalist_risk", value=risk, unit="share", sample_size=rows)


def _model_values(cells: ClassCells, models: dict[str, SensitiveModels | Text]) -> list[Value]:
    """Return the worst of each model over the sensitive columns."""
    names = [name.name for name in _OF_SENSITIVE]
    reasons = [model for model in models.values() if isinstance(model, Text)]
    known = [model for model in models.values() if not isinstance(model, Text)]
    if reasons or not known:
        reason = reasons[0] if reasons else Text.of(N_("No sensitive column is named."))
        return [Value(name=name, value=None, reason=reason) for name in names]
    recursive = [model.recursive_c for model in known]
    flat = None if None in recursive else max(c for c in recursive if c is not None)
    single = N_(
        "A class holds a single sensitive value, so no c makes it recursive (c, 2)-diverse."
    )
    worst: dict[str, int | float | None] = {
        "l_distinct": min(model.distinct for model in known),
        "l_entropy": min(model.entropy for model in known),
        "l_recursive_c": flat,
        "t_equal": max(model.equal_t for model in known),
        "delta_disclosure": max(model.delta for model in known),
        "beta_basic": max(model.beta for model in known),
        "beta_enhanced": max(model.enhanced_beta for model in known),
        "alpha": max(model.alpha for model in known),
    }
    return [
        Value(
            name=name,
            value=value,
            unit=_UNITS.get(name, ""),
            sample_size=cells.rows,
            reason=Text.of(single) if value is None else None,
        )
        for name, value in worst.items()
    ]
