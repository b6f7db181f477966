# SPDX-License-Identifier: Apache-2.0
"""The measure ``anonymity``: how well the rows of a table hide the people behind them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from shirube.measures.privacy.anonymity_names import METHOD, PRODUCES
from shirube.measures.privacy.class_tables import class_sizes_table, notes, sensitive_table
from shirube.measures.privacy.named_columns import (
    below_one,
    problems_of,
    refuse,
    without_quasi_identifiers,
)
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Result, Value
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shirube.measures.privacy.class_models import Asked, SensitiveModels
    from shirube.terms.cells import ClassProfiles
    from shirube.terms.source import Progress, Source

_OF_CLASSES, _OF_SENSITIVE = PRODUCES[4:12], PRODUCES[12:]

_UNITS: dict[str, Literal["count", "ratio", "distance", "share"]] = {
    "l_distinct": "count",
    "l_recursive_c": "ratio",
    "t_equal": "distance",
    "alpha": "share",
    "t_ordered": "distance",
    "t_hierarchical": "distance",
    "alpha_k_outside": "share",
}
_SINGLE = N_("A class holds a single sensitive value, so no c makes it recursive (c, 2)-diverse.")
_NO_ORDER = N_("No sensitive column has numbers or dates, and none is named in ordered.")
_NO_TREE = N_("No hierarchy is given.")


@measure(
    name="anonymity",
    version="3",
    subject="dataset",
    title=Text(
        "匿名性（k-匿名性、l-多様性、t-近接性など）", "Anonymity: k, l, t and their relatives"
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
    ordered: tuple[str, ...] | None = None,
    hierarchy: Source | None = None,
    hierarchy_of: str | None = None,
    max_alpha: float = 0.5,
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
    t_ordered           :math:`\max_e \frac{1}{m-1}\sum_i|Q_{ei}-P_i|`, the m values in their order,
                        Q and P cumulated; never above t_equal
    t_hierarchical      earth mover's distance where two values are as far apart as their lowest
                        common node is high, over the height of the tree; never above t_equal
    alpha_k_outside     share of records in classes with :math:`n_e` < ``floor`` or some
                        :math:`q_{es}` > ``max_alpha``; 0: the table is (α, k)-anonymous
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
        Classes with fewer rows count as small; also the k of (α, k).
    population
        Number of people from whom the table is a random sample, needed for the journalist's risk.
    ordered
        Sensitive columns whose values have an order. Left out: those of numbers and dates. Texts
        that are named here are ordered by their characters; a missing value stands last.
    hierarchy
        A further table with the groups of a sensitive column's values: the column of that name and
        beside it the value's group, the group's group and so on.
    hierarchy_of
        The sensitive column that the hierarchy speaks of; may be left out where there is only one.
    max_alpha
        The largest share that one sensitive value may have in a class under (α, k).
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
        When a column does not exist or is named twice, a number is out of range, or the hierarchy
        misses a value or contradicts itself.

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
    _check_models(source, sensitive, ordered, hierarchy, hierarchy_of, max_alpha)
    # Drawn for this comparison and thrown away: who held it could try out values.
    key = secrets.token_hex(16) if hierarchy is not None else None
    cells = source.class_profiles(quasi_identifiers, sensitive, digest_key=key)
    if population is not None and population < cells.rows:
        raise Problem(
            _("The population ({population}) is smaller than the table ({rows} rows).").format(
                population=population, rows=cells.rows
            ),
            remedy=_("Give the number of people from whom the rows were drawn."),
        )
    from shirube.measures.privacy.class_models import Asked
    from shirube.measures.privacy.value_tree import tree_of

    in_order = _ordered(source) if ordered is None else ordered
    asked = {name: Asked(name in in_order, None, floor, max_alpha) for name in sensitive}
    if hierarchy is not None and key is not None and cells.rows:
        column = hierarchy_of or sensitive[0]
        tree = tree_of(hierarchy, column, key, cells.digests[column])
        asked[column] = replace(asked[column], tree=tree)
    models = _models(cells, asked)
    return Result(
        values=(
            *_class_values(cells, floor, population),
            *_model_values(cells, models),
        ),
        sample_size=cells.rows,
        method=METHOD,
        details=(
            class_sizes_table(cells),
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
    """Raise everything that is wrong with the columns and the numbers at once."""
    problems = [
        *without_quasi_identifiers(quasi_identifiers),
        *problems_of(source, [*quasi_identifiers, *sensitive]),
        *below_one(floor=floor, population=population),
    ]
    refuse(problems)


def _check_models(
    source: Source,
    sensitive: tuple[str, ...],
    ordered: tuple[str, ...] | None,
    hierarchy: Source | None,
    hierarchy_of: str | None,
    max_alpha: float,
) -> None:
    """Raise everything that is wrong with what is asked of the sensitive columns."""
    problems = [
        Problem(
            _("The column {name} is not among the sensitive ones.").format(name=repr(name)),
            where=source.table.dataset,
            remedy=_("Name it in sensitive as well."),
        )
        for name in (*(ordered or ()), *([hierarchy_of] if hierarchy_of else []))
        if name not in sensitive
    ]
    if hierarchy is not None and not hierarchy_of and len(sensitive) != 1:
        problems.append(
            Problem(
                _("It is not clear of which sensitive column the hierarchy speaks."),
                remedy=_("Name it in hierarchy_of."),
            )
        )
    if not 0 < max_alpha <= 1:
        problems.append(
            Problem(
                _("max_alpha is {number}; it is a share above 0 and up to 1.").format(
                    number=max_alpha
                ),
                remedy=_("Give for instance 0.5."),
            )
        )
    refuse(problems)


def _ordered(source: Source) -> tuple[str, ...]:
    """Return the columns whose values have an order of their own."""
    return tuple(each.name for each in source.table.columns if each.kind in ("number", "time"))


def _models(cells: ClassProfiles, asked: dict[str, Asked]) -> dict[str, SensitiveModels | Text]:
    """Return per sensitive column its models, or the reason why there are none."""
    from shirube.measures.privacy.class_models import sensitive_models

    found: dict[str, SensitiveModels | Text] = {}
    for column, wanted in asked.items():
        if cells.rows < 2:
            found[column] = _too_few(cells.rows)
        elif cells.nulls.get(column) == cells.rows:
            found[column] = Text.of(N_("The column {name} has no value at all."), name=repr(column))
        else:
            found[column] = _no_class(cells) or sensitive_models(cells.sensitive[column], wanted)
    return found


def _too_few(rows: int) -> Text:
    """Say why a table of no row or one row tells nothing."""
    if rows == 0:
        return Text.of(N_("The table has no rows."))
    return Text.of(N_("The table has one row; there is no distribution to compare with."))


def _no_class(cells: ClassProfiles) -> Text | None:
    """Return why there are no classes to speak of; None when there are."""
    if cells.rows == 0:
        return Text.of(N_("The table has no rows."))
    empty = [name for name in cells.quasi_identifiers if cells.nulls.get(name) == cells.rows]
    if empty:
        none = N_("The quasi-identifier {names} has no value at all.")
        return Text.of(none, names=", ".join(empty))
    return None


def _class_values(cells: ClassProfiles, floor: int, population: int | None) -> list[Value]:
    """Return the values that need no sensitive column."""
    rows, classes = cells.rows, int(cells.classes.sum())
    counted = [
        Value(name="rows", value=rows, unit="count", sample_size=rows),
        Value(name="classes", value=classes, unit="count", sample_size=rows),
        Value(name="quasi_identifiers", value=len(cells.quasi_identifiers), unit="count"),
        Value(name="sensitive", value=len(cells.sensitive), unit="count"),
    ]
    reason = _no_class(cells)
    if reason:
        return counted + [Value(name=each.name, value=None, reason=reason) for each in _OF_CLASSES]
    k = int(cells.size[0])
    unique = int(cells.classes[cells.size == 1].sum())
    small = int((cells.size * cells.classes)[cells.size < floor].sum())
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


def _model_values(cells: ClassProfiles, models: dict[str, SensitiveModels | Text]) -> list[Value]:
    """Return the worst of each model over the sensitive columns."""
    names = [name.name for name in _OF_SENSITIVE]
    reasons = [model for model in models.values() if isinstance(model, Text)]
    known = [model for model in models.values() if not isinstance(model, Text)]
    if reasons or not known:
        reason = reasons[0] if reasons else Text.of(N_("No sensitive column is named."))
        return [Value(name=name, value=None, reason=reason) for name in names]
    flat = any(model.recursive_c is None for model in known)
    worst: dict[str, int | float | None] = {
        "l_distinct": min(model.distinct for model in known),
        "l_entropy": min(model.entropy for model in known),
        "l_recursive_c": None if flat else _largest(model.recursive_c for model in known),
        "t_equal": max(model.equal_t for model in known),
        "delta_disclosure": max(model.delta for model in known),
        "beta_basic": max(model.beta for model in known),
        "beta_enhanced": max(model.enhanced_beta for model in known),
        "alpha": max(model.alpha for model in known),
        "t_ordered": _largest(model.ordered_t for model in known),
        "t_hierarchical": _largest(model.tree_t for model in known),
        "alpha_k_outside": max(model.outside for model in known),
    }
    absent = {"l_recursive_c": _SINGLE, "t_ordered": _NO_ORDER, "t_hierarchical": _NO_TREE}
    return [
        Value(
            name=name,
            value=value,
            unit=_UNITS.get(name, ""),
            sample_size=cells.rows,
            reason=Text.of(absent[name]) if value is None else None,
        )
        for name, value in worst.items()
    ]


def _largest(numbers: Iterable[float | None]) -> float | None:
    """Return the largest of the numbers that there are."""
    return max((number for number in numbers if number is not None), default=None)
