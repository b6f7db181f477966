# SPDX-License-Identifier: Apache-2.0
"""The measure ``delta_presence``: how surely a person of a population is in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.privacy.named_columns import (
    problems_of,
    refuse,
    without_quasi_identifiers,
)
from shirube.measures.registry import measure
from shirube.terms.measurement import Result, Value
from shirube.terms.rule import Name
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from shirube.measures.privacy.matched_classes import Matched
    from shirube.terms.source import Progress, Source

METHOD = Text(
    "準識別子の値の組合せごとに、表の行数を母集団の表の行数で割りました（欠損も一つの値として扱います）。"
    "値の照合には、この比較のためだけの鍵による要約値を用い、値そのものは読み出していません。全数調査のため信頼区間は"
    "ありません。",
    "For every combination of quasi-identifiers the rows of the table were divided by the rows of "
    "the population; a missing value is a value of its own. Values were matched by digests under a "
    "key of this comparison alone, and none was read out. A census: there is no interval.",
)

PRODUCES = (
    Name("rows", "number", Text("行数", "rows"), "count"),
    Name("population_rows", "number", Text("母集団の行数", "rows of the population"), "count"),
    Name("classes", "number", Text("母集団の同値クラスの数", "classes of the population"), "count"),
    Name("delta_min", "number", Text("δの下限", "δ, smallest"), "share"),
    Name("delta_max", "number", Text("δの上限", "δ, largest"), "share"),
    Name(
        "certain",
        "number",
        Text("在籍が確実に分かる人数", "people whose presence is certain"),
        "count",
    ),
    Name(
        "outside",
        "number",
        Text("母集団に見つからない行数", "records not found in the population"),
        "count",
    ),
)
_OUTSIDE = N_(
    "Records that the population does not hold: {count}. The population must hold everybody of the "
    "table, generalised in the same way."
)


@measure(
    name="delta_presence",
    version="1",
    subject="dataset",
    title=Text("δ-存在性", "δ-presence"),
    description=Text(
        "母集団の名簿を持つ者が、ある人が表に含まれることをどの程度確実に言えるかを測ります。",
        "How surely somebody with a list of the population can say that a person is in the table.",
    ),
    produces=PRODUCES,
)
def delta_presence(
    source: Source,
    *,
    population: Source,
    quasi_identifiers: tuple[str, ...],
    seed: int = 0,
    progress: Progress | None = None,
) -> Result:
    r"""Measure δ-presence against a table of the population.

    For a class with :math:`n` of the population's :math:`N` people in the table the probability of
    presence is :math:`n/N`. The table is :math:`(\delta_{min},\delta_{max})`-present when that lies
    between the two for every person of the population; 0 means surely absent, 1 surely present.

    Parameters
    ----------
    source
        The table.
    population
        A further table with everybody from whom the rows were taken, one row per person, with the
        quasi-identifiers generalised as in the table.
    quasi_identifiers
        Columns that together could single out a person; they have the same names in both tables.
    seed, progress
        Not used: nothing is random, and the engine tells how far it is.

    Returns
    -------
    Result
        A census: no interval. Where the population does not hold everybody of the table, δ is None
        with its reason.

    Raises
    ------
    Problems
        When no column is named, or one is missing in either table.

    References
    ----------
    Nergiz, Atzori and Clifton (2007), doi:10.1145/1247480.1247554.
    """
    del seed, progress
    refuse(
        [
            *without_quasi_identifiers(quasi_identifiers),
            *problems_of(source, quasi_identifiers),
            *problems_of(population, quasi_identifiers),
        ]
    )
    from shirube.measures.privacy.matched_classes import match

    matched = match(source, population, quasi_identifiers)
    return Result(values=_values(matched), sample_size=matched.rows_here, method=METHOD)


def _values(matched: Matched) -> tuple[Value, ...]:
    """Return the values; δ is None where it would mean nothing."""
    here, there = matched.here, matched.there
    outside = int((here - there).clip(min=0).sum())
    known = there > 0
    reason = _reason(matched, outside)
    share = here[known] / there[known]
    certain = int(here[known & (here == there)].sum())
    counted: dict[str, tuple[float | int | None, Text | None]] = {
        "rows": (matched.rows_here, None),
        "population_rows": (matched.rows_there, None),
        "classes": (int(known.sum()), None),
        "delta_min": (None if reason else float(share.min()), reason),
        "delta_max": (None if reason else float(share.max()), reason),
        "certain": (None if reason else certain, reason),
        "outside": (outside, None),
    }
    return tuple(
        Value(
            name=name,
            value=value,
            unit="share" if name.startswith("delta") else "count",
            sample_size=matched.rows_here,
            reason=why,
        )
        for name, (value, why) in counted.items()
    )


def _reason(matched: Matched, outside: int) -> Text | None:
    """Return why δ cannot be estimated; None where it can."""
    if matched.rows_here == 0:
        return Text.of(N_("The table has no rows."))
    if matched.rows_there == 0:
        return Text.of(N_("The population has no rows."))
    if matched.empty:
        none = N_("The quasi-identifier {names} has no value at all.")
        return Text.of(none, names=", ".join(matched.empty))
    return Text.of(_OUTSIDE, count=outside) if outside else None
