# SPDX-License-Identifier: Apache-2.0
"""The measure ``population_uniqueness``: who is unique in the sample, and in the population."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.privacy.named_columns import (
    below_one,
    problems_of,
    refuse,
    without_quasi_identifiers,
)
from shirube.measures.registry import measure
from shirube.terms.errors import Problem
from shirube.terms.measurement import Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from shirube.measures.privacy.population_models import Sample
    from shirube.terms.cells import ClassProfiles
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "表を母集団からの単純無作為抽出とみなし、母集団で一意な人の数を三つのモデル（Zayatz、スライド負の二項、Pitman）で"
    "推定しました。採る推定値はDankarらの選択規則によります。抽出率が0.1以下ならPitman（当てはまらなければZayatz）、"
    "0.1を超えればZayatzとスライド負の二項の小さいほうです。モデルによる推定値であり、信頼区間はありません。"
    "三つの値の開きが不確かさの目安です。",
    "The table was taken as a simple random sample of the population, and the number of people who "
    "are unique in the population was estimated by three models (Zayatz, slide negative binomial, "
    "Pitman). Dankar's rule chooses: with a sampling fraction up to 0.1 Pitman, or Zayatz where "
    "that cannot be fitted; above 0.1 the smaller of Zayatz and slide negative binomial. These are "
    "estimates of models without an interval; how far the three lie apart tells how sure they are.",
)

_PEOPLE = Text("母集団の人数", "people in the population")
_CHOSEN = Text("採用したモデル", "model chosen")
_UNIQUES = Text("母集団で一意な人の推定数", "people unique in the population, estimate")
_SHARE = Text("母集団で一意な人の割合", "share of people unique in the population")
_REAL = Text(
    "標本で一意な行が母集団でも一意である割合", "sample uniques that are population uniques"
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("population", "number", _PEOPLE, "count"),
    Name("sampling_fraction", "number", Text("抽出率", "sampling fraction"), "share"),
    Name("sample_uniques", "number", Text("標本で一意な行の数", "sample uniques"), "count"),
    Name("sample_unique_share", "number", Text("同割合", "share of sample uniques"), "share"),
    Name("zayatz", "number", Text("Zayatzの推定値", "estimate of Zayatz"), "count"),
    Name("snb", "number", Text("スライド負の二項", "slide negative binomial"), "count"),
    Name("pitman", "number", Text("Pitmanの推定値", "estimate of Pitman"), "count"),
    Name("model", "text", _CHOSEN),
    Name("population_uniques", "number", _UNIQUES, "count"),
    Name("population_unique_share", "number", _SHARE, "share"),
    Name("unique_in_both", "number", _REAL, "share"),
)
_NO_FIT = N_("The model cannot be fitted to these class sizes.")


@measure(
    name="population_uniqueness",
    version="1",
    subject="dataset",
    title=Text("母集団における一意性", "Uniqueness in the population"),
    description=Text(
        "標本で一意な行のうち、母集団でもほかに同じ人がいないものがどれだけあるかを推定します。",
        "Estimates how many people who stand alone in a sample stand alone in the population too.",
    ),
    produces=PRODUCES,
)
def population_uniqueness(
    source: Source,
    *,
    quasi_identifiers: tuple[str, ...],
    population: int,
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Estimate how many people are unique in the population.

    With :math:`\hat U` the chosen estimate, N the population and n the rows:
    ``population_unique_share`` is :math:`\hat U/N`, which is also the expected share of records in
    the table that belong to such people; ``unique_in_both`` is :math:`\hat U n/(N S_1)` over the
    :math:`S_1` sample uniques. 0 means that nobody is expected to be unique, 1 everybody.

    Parameters
    ----------
    source
        The table, a random sample.
    quasi_identifiers
        Columns that together could single out a person.
    population
        Number of people from whom the table is a random sample.
    seed, progress
        Not used: nothing is random, and the engine tells how far its one query is.

    Returns
    -------
    Result
        A model that cannot be fitted is None with its reason. Where the table holds the whole
        population the count is exact and ``model`` is ``census``.

    Raises
    ------
    Problem, Problems
        When a column does not exist, or the population is smaller than the table.

    References
    ----------
    Dankar et al. (2012), doi:10.1186/1472-6947-12-66 (choice rule). Zayatz (1991), *Estimation of
    the number of unique population elements using a sample*. Chen and Keller-McNulty (1998),
    *Estimation of identification disclosure risk in microdata* (slide negative binomial). Hoshino
    (2001), *Applying Pitman's sampling formula to microdata disclosure risk assessment*.
    """
    del seed, progress
    refuse(
        [
            *without_quasi_identifiers(quasi_identifiers),
            *problems_of(source, quasi_identifiers),
            *below_one(population=population),
        ]
    )
    from shirube.measures.privacy.population_models import Sample

    cells = source.class_profiles(quasi_identifiers)
    if population < cells.rows:
        raise Problem(
            _("The population ({population}) is smaller than the table ({rows} rows).").format(
                population=population, rows=cells.rows
            ),
            remedy=_("Give the number of people from whom the rows were drawn."),
        )
    sample = Sample(cells.size, cells.classes, population)
    return Result(values=_values(cells, sample), sample_size=cells.rows, method=METHOD)


def _values(cells: ClassProfiles, sample: Sample) -> tuple[Value, ...]:
    """Return the values; None with a reason where nothing can be estimated."""
    from shirube.measures.privacy import population_models as models

    reason = _nothing(cells)
    fits: dict[str, float | None] = dict.fromkeys(("zayatz", "snb", "pitman"))
    model, chosen = None, None
    if reason is None:
        if sample.rows == sample.population:
            fits = dict.fromkeys(fits, float(sample.uniques))
        else:
            fits = {
                "zayatz": models.zayatz(sample),
                "snb": models.slide_negative_binomial(sample),
                "pitman": models.pitman(sample),
            }
        model = choose(sample, fits)
        chosen = float(sample.uniques) if model in ("census", "none") else fits[model]
    found: dict[str, float | int | str | None] = {
        "rows": cells.rows,
        "population": sample.population,
        "sampling_fraction": sample.fraction,
        "sample_uniques": None if reason else sample.uniques,
        "sample_unique_share": None if reason else sample.uniques / sample.rows,
        **fits,
        "model": model,
        "population_uniques": chosen,
        "population_unique_share": None if chosen is None else chosen / sample.population,
        "unique_in_both": None
        if chosen is None or not sample.uniques
        else min(1.0, chosen * sample.fraction / sample.uniques),
    }
    units = {name.name: name.unit for name in PRODUCES}
    alone = Text.of(N_("No record is alone in the table."))
    missing = reason or Text.of(_NO_FIT)
    return tuple(
        Value(
            name=name,
            value=value,
            unit="share" if units[name] == "share" else "count" if units[name] else "",
            sample_size=cells.rows,
            reason=None
            if value is not None
            else (alone if name == "unique_in_both" and not reason else missing),
        )
        for name, value in found.items()
    )


def choose(sample: Sample, fits: dict[str, float | None]) -> str:
    """Return which model Dankar's rule takes; ``none`` without sample uniques."""
    if sample.rows == sample.population:
        return "census"
    if not sample.uniques:
        return "none"
    if sample.fraction <= 0.1:
        return "zayatz" if fits["pitman"] is None else "pitman"
    snb, zayatz = fits["snb"], fits["zayatz"]
    return "zayatz" if snb is None or (zayatz is not None and zayatz < snb) else "snb"


def _nothing(cells: ClassProfiles) -> Text | None:
    """Return why nothing can be estimated; None where it can."""
    if cells.rows == 0:
        return Text.of(N_("The table has no rows."))
    empty = [name for name in cells.quasi_identifiers if cells.nulls.get(name) == cells.rows]
    if empty:
        none = N_("The quasi-identifier {names} has no value at all.")
        return Text.of(none, names=", ".join(empty))
    return None
